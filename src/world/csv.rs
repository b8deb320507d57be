//! The reader's own data as CSV text: columns by the names in the header, in any order, others left alone.

use crate::spec::fields::{Column, DATA_COLUMNS, MAX_N};
use std::fmt;

/// Why a table was refused: which file, line and column, what stands there and what is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvError(String);

impl fmt::Display for CsvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CsvError {}

/// Labelled rows x, y, label from a table with these columns.
///
/// # Errors
/// A missing column, a word, NaN, a value out of range, no rows, or one class only.
pub fn labelled(name: &str, text: &str) -> Result<Vec<[f64; 3]>, CsvError> {
    let rows: Vec<[f64; 3]> = read(name, text, &DATA_COLUMNS)?;
    for (label, colour) in [(0.0, "0 (outside)"), (1.0, "1 (inside)")] {
        if rows.iter().all(|row| row[2] != label) {
            return Err(CsvError(format!(
                "{name} has no row with label {colour}; both labels, 0 and 1, are needed to learn from"
            )));
        }
    }
    Ok(rows)
}

/// Points x, y from a table with these columns.
///
/// # Errors
/// As [`labelled`], labels aside.
pub fn points(name: &str, text: &str) -> Result<Vec<[f64; 2]>, CsvError> {
    read(name, text, &DATA_COLUMNS[..2])
}

fn read<const N: usize>(name: &str, text: &str, columns: &[Column]) -> Result<Vec<[f64; N]>, CsvError> {
    let mut reader =
        ::csv::ReaderBuilder::new().trim(::csv::Trim::All).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let broken = |e: ::csv::Error| CsvError(format!("{name} is not a CSV table: {e}"));
    let header = reader.headers().map_err(broken)?.clone();
    let mut places = [0; N];
    for (place, column) in places.iter_mut().zip(columns) {
        *place = header.iter().position(|h| h == column.name).ok_or_else(|| {
            let wanted: Vec<_> = columns.iter().map(|c| c.name).collect();
            let found: Vec<_> = header.iter().take(10).collect();
            CsvError(format!(
                "{name} has no column \"{}\"; the first line must name the columns {}, and it names: {}",
                column.name,
                wanted.join(", "),
                found.join(", ")
            ))
        })?;
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(broken)?;
        let line = record.position().map_or(0, |p| p.line());
        let mut row = [0.0; N];
        for ((value, place), column) in row.iter_mut().zip(places).zip(columns) {
            let cell = record.get(place).unwrap_or_default();
            *value = cell.parse().ok().filter(|v| allowed(column, *v)).ok_or_else(|| {
                let shown: String = cell.chars().take(40).collect();
                let kind = if column.whole { "" } else { "a number from " };
                let (min, max) = (column.min, column.max);
                let to = if column.whole { "or" } else { "to" };
                CsvError(format!(
                    "{name}, line {line}, column {} is \"{shown}\"; allowed: {kind}{min} {to} {max}",
                    column.name
                ))
            })?;
        }
        rows.push(row);
        if rows.len() > MAX_N as usize {
            return Err(CsvError(format!("{name} has more than {MAX_N} rows; allowed: 1 to {MAX_N}")));
        }
    }
    if rows.is_empty() {
        return Err(CsvError(format!("{name} has a header but no rows; at least one is needed")));
    }
    Ok(rows)
}

fn allowed(column: &Column, value: f64) -> bool {
    column.min <= value && value <= column.max && (!column.whole || value.trunc() == value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        labelled("t.csv", text).unwrap_err().to_string()
    }

    #[test]
    fn reads_columns_by_name() {
        let rows = labelled("t.csv", "\u{feff}label, y,x,note\n1,2,3,a\n0,-1e3, 0.5,b\n").unwrap();
        assert_eq!(rows, [[3.0, 2.0, 1.0], [0.5, -1000.0, 0.0]]);
    }

    #[test]
    fn each_fault_has_its_sentence() {
        assert!(message("x,y\n1,2\n").contains("no column \"label\""));
        assert!(
            message("x,y,label\n1,2,0\n1,apple,1\n").contains("line 3, column y is \"apple\"; allowed: a number from")
        );
        assert!(message("x,y,label\n1,NaN,0\n").contains("column y is \"NaN\""));
        assert!(message("x,y,label\n1,2,2\n").contains("column label is \"2\"; allowed: 0 or 1"));
        assert!(message("x,y,label\n1,2,0\n3,4,0\n").contains("no row with label 1"));
        assert!(message("x,y,label\n").contains("no rows"));
        assert!(message("").contains("no column \"x\""));
        assert!(message("x,y,label\n1,2\n").contains("not a CSV table"));
    }
}
