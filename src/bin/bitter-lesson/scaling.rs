//! `scaling`: the page's questions about how errors fall with the sample, answered by the same code.

use crate::fail::Failure;
use bitter_lesson::measure::scaling::answer;
use serde_json::Value;
use std::io::{Read, Write};

#[derive(clap::Args)]
pub struct Arguments {
    /// A file with the request, an object whose kind is fit, extrapolate, crossover or law; or - for standard input
    request: String,
}

pub fn main(arguments: &Arguments) -> Result<(), Failure> {
    let name = &arguments.request;
    let text = if name == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(|e| Failure::input(format!("standard input: {e}")))?;
        text
    } else {
        std::fs::read_to_string(name).map_err(|e| Failure::input(format!("{name}: {e}")))?
    };
    let request: Value =
        serde_json::from_str(&text).map_err(|e| Failure::input(format!("the request is not JSON: {e}")))?;
    Ok(writeln!(std::io::stdout(), "{:#}", answer(&request).map_err(Failure::input)?)?)
}
