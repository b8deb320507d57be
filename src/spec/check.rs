//! One checker for every way in: a spec file, a permalink, a JavaScript object.
//!
//! It walks the table of [`fields`](super::fields) over a [`serde_json::Value`] and returns the *canonical* spec: every field
//! of the chosen kinds present, nothing else, whole numbers as integers. Going from JavaScript straight into a struct would
//! drop unknown fields without a word; this does not.

use super::fields::{Column, Field, GROUPS, Group, Kind, Shape};
use crate::number::json_text;
use serde_json::{Map, Number, Value};
use std::fmt;

/// Why a spec was refused: the field's path, its value and what is allowed there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecError {
    /// Path of the field, as in `learner.hidden[0]`.
    pub path: String,
    /// What is wrong and what is allowed.
    pub message: String,
}

impl fmt::Display for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            write!(f, "the spec {}", self.message)
        } else {
            write!(f, "{} {}", self.path, self.message)
        }
    }
}

impl std::error::Error for SpecError {}

fn error(path: impl Into<String>, message: impl Into<String>) -> SpecError {
    SpecError { path: path.into(), message: message.into() }
}

/// A value in a message: its JSON, cut short, since a link may hold a megabyte.
pub(crate) fn shown(value: &Value) -> String {
    const LONGEST: usize = 60;
    match value {
        // NaN and infinity have no JSON: on their way from JavaScript they become null.
        Value::Null => "null (which also stands for NaN and infinity)".into(),
        Value::Array(items) if items.len() > 12 => format!("a list of {}", items.len()),
        Value::Object(_) => "an object".into(),
        other => {
            let text = json_text(other);
            if text.chars().count() > LONGEST {
                format!("{}…", text.chars().take(LONGEST).collect::<String>())
            } else {
                text
            }
        }
    }
}

fn not_allowed(path: &str, value: &Value, allowed: impl fmt::Display) -> SpecError {
    error(path, format!("is {}; allowed: {allowed}", shown(value)))
}

/// `group.field`, or the field alone at the top.
fn join(group: &str, name: &str) -> String {
    if group.is_empty() { name.into() } else { format!("{group}.{name}") }
}

/// Checks a spec and returns its canonical form.
///
/// # Errors
/// The first field, in the order of the table, that is unknown, mistyped, out of range or missing.
pub fn canonical(spec: &Value) -> Result<Value, SpecError> {
    let Value::Object(given) = spec else {
        return Err(error(
            "",
            format!("is {}; allowed: a JSON object such as {{\"sample\":{{\"n\":1000}}}}", shown(spec)),
        ));
    };
    let top = top_names();
    if let Some(name) = given.keys().find(|name| !top.contains(&name.as_str())) {
        return Err(unknown("", name, &top));
    }
    let mut full = Map::new();
    for group in GROUPS {
        if group.name.is_empty() {
            let Shape::All(fields) = &group.shape else { unreachable!("the top group is plain") };
            for field in *fields {
                full.insert(field.name.into(), take(field, "", given)?);
            }
        } else {
            full.insert(group.name.into(), Value::Object(check_group(group, given.get(group.name))?));
        }
    }
    check_together(&full)?;
    Ok(Value::Object(full))
}

fn top_names() -> Vec<&'static str> {
    let mut names = Vec::new();
    for group in GROUPS {
        match &group.shape {
            Shape::All(fields) if group.name.is_empty() => names.extend(fields.iter().map(|f| f.name)),
            _ => names.push(group.name),
        }
    }
    names
}

fn unknown(group: &str, name: &str, known: &[&str]) -> SpecError {
    let name: String = name.chars().take(60).collect();
    error(join(group, &name), format!("is not a field; the fields here are {}", known.join(", ")))
}

fn check_group(group: &Group, given: Option<&Value>) -> Result<Map<String, Value>, SpecError> {
    let empty = Map::new();
    let given = match given {
        None => &empty,
        Some(Value::Object(map)) => map,
        Some(other) => return Err(not_allowed(group.name, other, "an object")),
    };
    let mut full = Map::new();
    match &group.shape {
        Shape::All(fields) => {
            refuse_unknown(group.name, given, fields.iter().collect(), false)?;
            for field in *fields {
                full.insert(field.name.into(), take(field, group.name, given)?);
            }
        }
        Shape::ByKind(kinds) => {
            let kind = match given.get("kind") {
                None => kinds[0].0,
                Some(value) => kinds.iter().map(|(name, _)| *name).find(|name| value == name).ok_or_else(|| {
                    let names: Vec<_> = kinds.iter().map(|(name, _)| format!("\"{name}\"")).collect();
                    not_allowed(&join(group.name, "kind"), value, format!("one of {}", names.join(", ")))
                })?,
            };
            let fields: Vec<&Field> = fields_of(kinds, kind).collect();
            refuse_unknown(group.name, given, fields.clone(), true)?;
            full.insert("kind".into(), kind.into());
            for field in fields {
                full.insert(field.name.into(), take(field, group.name, given)?);
            }
        }
        Shape::OneOf(fields) => {
            refuse_unknown(group.name, given, fields.iter().collect(), false)?;
            let chosen: Vec<&Field> = fields.iter().filter(|f| given.contains_key(f.name)).collect();
            if chosen.len() > 1 {
                let names: Vec<_> = chosen.iter().map(|f| f.name).collect();
                return Err(error(group.name, format!("gives {}; allowed: exactly one of them", names.join(" and "))));
            }
            let field = chosen.first().copied().unwrap_or(&fields[0]);
            full.insert(field.name.into(), take(field, group.name, given)?);
        }
    }
    Ok(full)
}

type Kinds = [(&'static str, &'static [&'static [Field]])];

pub(crate) fn fields_of(kinds: &'static Kinds, kind: &str) -> impl Iterator<Item = &'static Field> {
    kinds
        .iter()
        .find(|(name, _)| *name == kind)
        .into_iter()
        .flat_map(|(_, lists)| lists.iter().flat_map(|list| list.iter()))
}

fn refuse_unknown(
    group: &str,
    given: &Map<String, Value>,
    fields: Vec<&Field>,
    with_kind: bool,
) -> Result<(), SpecError> {
    let mut known: Vec<&str> = fields.iter().map(|f| f.name).collect();
    if with_kind {
        known.insert(0, "kind");
    }
    match given.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(unknown(group, name, &known)),
        None => Ok(()),
    }
}

fn take(field: &Field, group: &str, given: &Map<String, Value>) -> Result<Value, SpecError> {
    let path = join(group, field.name);
    let given = given.get(field.name).cloned().or_else(|| field.default.to_json());
    match given {
        Some(value) => check_value(&field.kind, &path, &value),
        None => Err(error(path, format!("is missing; allowed: {}", field.kind.allowed()))),
    }
}

/// A whole number, also when written as `1000.0`.
fn whole(value: &Value) -> Option<i64> {
    let number = value.as_f64()?;
    (number.abs() < 1e15 && number.trunc() == number).then_some(number as i64)
}

/// A number in canonical form: integers without a fraction, so that JavaScript and Rust print the same text.
pub(crate) fn canonical_number(number: f64) -> Value {
    if number.abs() < 1e15 && number.trunc() == number {
        Value::from(number as i64)
    } else {
        Number::from_f64(number).map_or(Value::Null, Value::Number)
    }
}

/// A number in a message, as JSON writes it. (Formatting floats with `{}` would bring a float printer into the module that
/// readers download.)
pub(crate) fn number_text(number: f64) -> String {
    json_text(&canonical_number(number))
}

/// Checks one value against its kind and returns its canonical form.
///
/// # Errors
/// Names the path, the value and what is allowed.
pub fn check_value(kind: &Kind, path: &str, value: &Value) -> Result<Value, SpecError> {
    let refused = || not_allowed(path, value, kind.allowed());
    match kind {
        Kind::Int { min, max } => whole(value).filter(|i| min <= i && i <= max).map(Value::from).ok_or_else(refused),
        Kind::Odd { min, max } => {
            whole(value).filter(|i| min <= i && i <= max && i % 2 == 1).map(Value::from).ok_or_else(refused)
        }
        Kind::Number { min, max } => {
            value.as_f64().filter(|x| min <= x && x <= max).map(canonical_number).ok_or_else(refused)
        }
        Kind::Choice(words) => value.as_str().filter(|word| words.contains(word)).map(Value::from).ok_or_else(refused),
        Kind::Bool => value.as_bool().map(Value::from).ok_or_else(refused),
        Kind::Ints { min_len, max_len, min, max } => {
            let items =
                value.as_array().filter(|list| (*min_len..=*max_len).contains(&list.len())).ok_or_else(refused)?;
            let item = Kind::Int { min: *min, max: *max };
            let checked = items.iter().enumerate().map(|(i, v)| check_value(&item, &format!("{path}[{i}]"), v));
            Ok(Value::Array(checked.collect::<Result<_, _>>()?))
        }
        Kind::Rows { columns, min_rows, max_rows } => {
            let rows =
                value.as_array().filter(|list| (*min_rows..=*max_rows).contains(&list.len())).ok_or_else(refused)?;
            let checked = rows.iter().enumerate().map(|(i, row)| check_row(columns, &format!("{path}[{i}]"), row));
            Ok(Value::Array(checked.collect::<Result<_, _>>()?))
        }
    }
}

fn check_row(columns: &[Column], path: &str, row: &Value) -> Result<Value, SpecError> {
    let names = || columns.iter().map(|c| c.name).collect::<Vec<_>>().join(", ");
    let items = row.as_array().filter(|items| items.len() == columns.len());
    let items = items.ok_or_else(|| not_allowed(path, row, format!("a list [{}]", names())))?;
    let checked = columns.iter().zip(items).map(|(column, value)| {
        let path = format!("{path}.{}", column.name);
        if column.whole {
            check_value(&Kind::Int { min: column.min as i64, max: column.max as i64 }, &path, value)
        } else {
            check_value(&Kind::Number { min: column.min, max: column.max }, &path, value)
        }
    });
    Ok(Value::Array(checked.collect::<Result<_, _>>()?))
}

/// Rules that hold between fields.
fn check_together(full: &Map<String, Value>) -> Result<(), SpecError> {
    let problem = &full["problem"];
    let components = problem["components"].as_array().map_or(0, Vec::len);
    let custom = problem["mixture"] == "custom";
    if custom && components == 0 {
        return Err(error(
            "problem.components",
            "is empty; allowed with mixture \"custom\": 1 to 20 rows [x, y, deviation, weight]",
        ));
    }
    if !custom && components > 0 {
        return Err(error("problem.components", "is given; allowed only with mixture \"custom\""));
    }
    Ok(())
}
