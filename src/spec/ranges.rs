//! The table of fields as JSON: what `spec --ranges` prints and the page's sliders read.

use super::check::join;
use super::fields::{Column, Default, Field, GROUPS, Kind, Shape};
use crate::json::object;
use serde_json::{Map, Value};

/// Every field by its path: `{"learner.k": {"type", "min", "max", "default", "doc", "for"}, …}`.
///
/// `for` names the kinds that have the field, where only some have it; a field that two kinds declare differently is
/// listed as an array of such objects.
pub fn ranges() -> Value {
    let mut all = Map::new();
    for group in GROUPS {
        match &group.shape {
            Shape::All(fields) | Shape::OneOf(fields) => {
                for field in *fields {
                    add(&mut all, group.name, field, None);
                }
            }
            Shape::ByKind(kinds) => {
                let names: Vec<Value> = kinds.iter().map(|(name, _)| Value::from(*name)).collect();
                let kind = vec![
                    ("type", "choice".into()),
                    ("default", kinds[0].0.into()),
                    ("values", names.into()),
                    ("doc", format!("which {} it is", group.name).into()),
                ];
                all.insert(join(group.name, "kind"), object(kind));
                for (kind, lists) in *kinds {
                    for field in lists.iter().flat_map(|list| list.iter()) {
                        add(&mut all, group.name, field, Some(kind));
                    }
                }
            }
        }
    }
    Value::Object(all)
}

fn add(all: &mut Map<String, Value>, group: &str, field: &Field, kind: Option<&str>) {
    let path = join(group, field.name);
    let mut entry = describe(field);
    if let Some(kind) = kind {
        entry["for"] = Value::Array(vec![kind.into()]);
    }
    match all.get_mut(&path) {
        None => {
            all.insert(path, entry);
        }
        Some(Value::Array(list)) => list.push(entry),
        Some(first) => {
            let same = |key: &&str| first[*key] == entry[*key];
            if ["type", "min", "max", "default", "doc"].iter().all(same) {
                if let (Some(list), Some(kind)) = (first["for"].as_array_mut(), kind) {
                    list.push(kind.into());
                }
            } else {
                let list = vec![first.take(), entry];
                *first = Value::Array(list);
            }
        }
    }
}

fn describe(field: &Field) -> Value {
    let (name, mut fields): (&str, Vec<(&str, Value)>) = match &field.kind {
        Kind::Int { min, max } => ("integer", vec![("min", (*min).into()), ("max", (*max).into())]),
        Kind::Odd { min, max } => ("odd integer", vec![("min", (*min).into()), ("max", (*max).into())]),
        Kind::Number { min, max } => ("number", vec![("min", (*min).into()), ("max", (*max).into())]),
        Kind::Choice(words) => ("choice", vec![("values", words.iter().map(|word| Value::from(*word)).collect())]),
        Kind::Bool => ("boolean", Vec::new()),
        Kind::Ints { min_len, max_len, min, max } => (
            "list of integers",
            vec![
                ("min", (*min).into()),
                ("max", (*max).into()),
                ("min_length", (*min_len).into()),
                ("max_length", (*max_len).into()),
            ],
        ),
        Kind::Rows { columns, min_rows, max_rows } => (
            "list of rows",
            vec![
                ("columns", columns.iter().map(describe_column).collect()),
                ("min_length", (*min_rows).into()),
                ("max_length", (*max_rows).into()),
            ],
        ),
    };
    fields.push(("type", name.into()));
    fields.push(("default", field.default.to_json().unwrap_or_default()));
    fields.push(("required", matches!(field.default, Default::Required).into()));
    fields.push(("doc", field.doc.into()));
    object(fields)
}

fn describe_column(column: &Column) -> Value {
    object(vec![
        ("name", column.name.into()),
        ("min", column.min.into()),
        ("max", column.max.into()),
        ("whole", column.whole.into()),
    ])
}
