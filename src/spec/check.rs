//! One checker for every way in: a spec file, a permalink, a JavaScript object.
//!
//! It walks the table of [`fields`](super::fields) over a [`serde_json::Value`] and returns the *canonical* spec: every field
//! of the chosen kinds present, nothing else, whole numbers as integers. Going from JavaScript straight into a struct would
//! drop unknown fields without a word; this does not.

use super::fields::{Column, Field, GROUPS, Group, Kind, Shape, one_of};
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

fn not_allowed(path: &str, value: &Value, allowed: &str) -> SpecError {
    error(path, format!("is {}; allowed: {allowed}", shown(value)))
}

/// `group.field`, or the field alone at the top.
pub(super) fn join(group: &str, name: &str) -> String {
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
    refuse_unknown("", given, &top_names())?;
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

fn check_group(group: &Group, given: Option<&Value>) -> Result<Map<String, Value>, SpecError> {
    let empty = Map::new();
    let given = match given {
        None => &empty,
        Some(Value::Object(map)) => map,
        Some(other) => return Err(not_allowed(group.name, other, "an object")),
    };
    let mut full = Map::new();
    let mut fields: Vec<&Field> = match &group.shape {
        Shape::All(fields) | Shape::OneOf(fields) => fields.iter().collect(),
        Shape::ByKind(kinds) => {
            let kind = chosen_kind(group.name, kinds, given.get("kind"))?;
            full.insert("kind".into(), kind.into());
            fields_of(kinds, kind)
        }
    };
    let mut known: Vec<&str> = full.keys().map(String::as_str).collect();
    known.extend(fields.iter().map(|field| field.name));
    refuse_unknown(group.name, given, &known)?;
    if let Shape::OneOf(all) = &group.shape {
        fields.retain(|field| given.contains_key(field.name));
        if fields.len() > 1 {
            let names: Vec<_> = fields.iter().map(|f| f.name).collect();
            return Err(error(group.name, format!("gives {}; allowed: exactly one of them", names.join(" and "))));
        }
        if fields.is_empty() {
            fields.push(&all[0]);
        }
    }
    for field in fields {
        full.insert(field.name.into(), take(field, group.name, given)?);
    }
    Ok(full)
}

type Kinds = [(&'static str, &'static [&'static [Field]])];

/// The kind that a spec names, or the first if it names none.
fn chosen_kind(group: &str, kinds: &'static Kinds, given: Option<&Value>) -> Result<&'static str, SpecError> {
    let names: Vec<&str> = kinds.iter().map(|(name, _)| *name).collect();
    let Some(given) = given else {
        return Ok(names[0]);
    };
    let known = given.as_str().and_then(|given| names.iter().find(|name| **name == given));
    known.copied().ok_or_else(|| not_allowed(&join(group, "kind"), given, &one_of(&names)))
}

/// The fields that a kind has; none for an unknown kind.
pub(crate) fn fields_of(kinds: &'static Kinds, kind: &str) -> Vec<&'static Field> {
    let mut fields = Vec::new();
    for (name, lists) in kinds {
        if *name == kind {
            lists.iter().for_each(|list| fields.extend(list.iter()));
        }
    }
    fields
}

fn refuse_unknown(group: &str, given: &Map<String, Value>, known: &[&str]) -> Result<(), SpecError> {
    let Some(name) = given.keys().find(|name| !known.contains(&name.as_str())) else {
        return Ok(());
    };
    let name: String = name.chars().take(60).collect();
    Err(error(join(group, &name), format!("is not a field; the fields here are {}", known.join(", "))))
}

fn take(field: &Field, group: &str, given: &Map<String, Value>) -> Result<Value, SpecError> {
    let path = join(group, field.name);
    if let Some(value) = given.get(field.name) {
        return check_value(&field.kind, &path, value);
    }
    match field.default.to_json() {
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
    let checked = match kind {
        Kind::Int { min, max } => whole(value).filter(|i| min <= i && i <= max).map(Value::from),
        Kind::Odd { min, max } => whole(value).filter(|i| min <= i && i <= max && i % 2 == 1).map(Value::from),
        Kind::Number { min, max } => value.as_f64().filter(|x| min <= x && x <= max).map(canonical_number),
        Kind::Choice(words) => value.as_str().filter(|word| words.contains(word)).map(Value::from),
        Kind::Bool => value.as_bool().map(Value::from),
        Kind::Ints { min_len, max_len, min, max } => {
            if let Some(items) = list(value, *min_len, *max_len) {
                let item = Kind::Int { min: *min, max: *max };
                return check_items(items, path, &|path, value| check_value(&item, path, value));
            }
            None
        }
        Kind::Rows { columns, min_rows, max_rows } => {
            if let Some(rows) = list(value, *min_rows, *max_rows) {
                return check_items(rows, path, &|path, row| check_row(columns, path, row));
            }
            None
        }
    };
    checked.ok_or_else(|| not_allowed(path, value, &kind.allowed()))
}

/// The items of a list of an allowed length.
fn list(value: &Value, min: usize, max: usize) -> Option<&Vec<Value>> {
    value.as_array().filter(|list| (min..=max).contains(&list.len()))
}

type Check<'a> = &'a dyn Fn(&str, &Value) -> Result<Value, SpecError>;

fn check_items(items: &[Value], path: &str, check: Check) -> Result<Value, SpecError> {
    let mut checked = Vec::with_capacity(items.len());
    for (i, item) in items.iter().enumerate() {
        checked.push(check(&format!("{path}[{i}]"), item)?);
    }
    Ok(Value::Array(checked))
}

fn check_row(columns: &[Column], path: &str, row: &Value) -> Result<Value, SpecError> {
    let Some(items) = list(row, columns.len(), columns.len()) else {
        let names: Vec<_> = columns.iter().map(|c| c.name).collect();
        return Err(not_allowed(path, row, &format!("a list [{}]", names.join(", "))));
    };
    let mut checked = Vec::with_capacity(items.len());
    for (column, value) in columns.iter().zip(items) {
        let (min, max) = (column.min, column.max);
        let kind =
            if column.whole { Kind::Int { min: min as i64, max: max as i64 } } else { Kind::Number { min, max } };
        checked.push(check_value(&kind, &format!("{path}.{}", column.name), value)?);
    }
    Ok(Value::Array(checked))
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
    let sample = &full["sample"];
    let in_tip = sample["extra_n"] != 0 && sample["extra_where"] == "tip";
    if problem["kind"] == "data" && (sample["extra_n"] != 0 || sample["only"] == "tip") {
        return Err(error(
            "sample.extra_n",
            "needs a curve and a density; with your own rows leave it 0 and sample.only \"all\"",
        ));
    }
    if sample["only"] == "tip" && !in_tip {
        // A drawn sample may hold no point there at all.
        return Err(error(
            "sample.only",
            "is \"tip\"; allowed with points bought there: sample.extra_n from 1, sample.extra_where \"tip\"",
        ));
    }
    let features = &full["features"];
    if full["learner"]["kind"] == "family" && features != "xy" {
        let message = "; allowed with learner.kind \"family\", which fits a curve in the plane: \"xy\"";
        return Err(error("features", format!("is {}{message}", shown(features))));
    }
    Ok(())
}
