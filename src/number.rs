//! Decimal text of numbers, exact both ways: what is read is rounded correctly, and what is written are the shortest digits that
//! read back as the same number (of several the closest, of two as close the even one).
//!
//! Both are determined to the last digit, so it does not matter who does them: natively the standard library and serde_json, in
//! the browser JavaScript, which spares the module that readers download two tables of powers of ten that hardly compress.

#[cfg(target_arch = "wasm32")]
use crate::wasm as platform;
use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{Formatter, Serializer};
use std::io;

#[cfg(not(target_arch = "wasm32"))]
mod platform {
    pub fn number_of(text: &str) -> f64 {
        text.parse().unwrap_or(f64::NAN)
    }

    // Not `to_string`: the standard library takes the odd one of two as close.
    pub fn digits_of(number: f64) -> String {
        serde_json::to_string(&number).unwrap_or_default()
    }
}

/// A finite number as JSON writes it: no leading plus, no hexadecimal, no "inf".
pub fn read(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
    let plain = digits.first().is_some_and(u8::is_ascii_digit)
        && digits.iter().all(|c| c.is_ascii_digit() || matches!(c, b'.' | b'e' | b'E' | b'-' | b'+'));
    if !plain {
        return None;
    }
    let number = platform::number_of(text);
    number.is_finite().then_some(number)
}

/// JSON text without white space.
pub fn json_text(value: &Value) -> String {
    let mut text = Vec::new();
    match value.serialize(&mut Serializer::with_formatter(&mut text, Exact)) {
        Ok(()) => String::from_utf8(text).unwrap_or_default(),
        Err(_) => String::new(),
    }
}

/// JSON without white space, with numbers by [`float_text`]: serde_json's own way links one of the tables.
struct Exact;

impl Formatter for Exact {
    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, number: f64) -> io::Result<()> {
        writer.write_all(float_text(number).as_bytes())
    }
}

/// A finite number with the shortest digits, laid out as serde_json does: with a point, or from 1e16 and below 1e-5 with an
/// exponent.
fn float_text(number: f64) -> String {
    let mut text = String::from(if number.is_sign_negative() { "-" } else { "" });
    let plain = platform::digits_of(number.abs());
    let (mantissa, exponent) = plain.split_once('e').unwrap_or((&plain, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = [whole, fraction].concat();
    let digits = all.trim_start_matches('0');
    // The power of ten that the first digit stands for.
    let power = exponent.parse().unwrap_or(0) + whole.len() as i32 - 1 - (all.len() - digits.len()) as i32;
    let digits = digits.trim_end_matches('0');
    match power {
        _ if digits.is_empty() => text += "0.0",
        -5..=-1 => {
            text += "0.";
            text.extend((power..-1).map(|_| '0'));
            text += digits;
        }
        0..=15 => {
            let whole = power as usize + 1;
            text.extend((0..whole).map(|at| digits.as_bytes().get(at).map_or('0', |digit| *digit as char)));
            text.push('.');
            text += digits.get(whole..).filter(|rest| !rest.is_empty()).unwrap_or("0");
        }
        _ => {
            text += &digits[..1];
            if digits.len() > 1 {
                text.push('.');
                text += &digits[1..];
            }
            text += if power < 0 { "e" } else { "e+" };
            text += &power.to_string();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, stream};
    use rand::Rng;

    #[test]
    fn text_is_that_of_serde_json() {
        let edges = [
            0.0,
            -0.0,
            1.0,
            0.1,
            1e-5,
            9.99e-6,
            1e15,
            1e16,
            123_456_789.125,
            1e21,
            1e22,
            5e-324,
            f64::MAX,
            877_312_852_436_639.0 + 0.25, // Halfway between two shortest texts.
        ];
        let mut rng = stream(1, Purpose::Test, 0);
        let random = (0..100_000).map(|_| f64::from_bits(rng.next_u64()));
        let mut rng = stream(2, Purpose::Test, 0);
        let tame = (0..100_000).map(|_| (rng.next_u64() >> 20) as f64 / 1e9);
        for number in edges.into_iter().chain(random).chain(tame).filter(|number| number.is_finite()) {
            for number in [number, -number] {
                let value = Value::from(number);
                let text = json_text(&value);
                assert_eq!(text, serde_json::to_string(&value).unwrap());
                assert_eq!(read(&text).map(f64::to_bits), Some(number.to_bits()));
            }
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", "-", "+1", "0x10", "inf", "NaN", "1e", "1e999", "1-2", " 1", "1 ", "--1", ".5"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
