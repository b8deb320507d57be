//! The table of fields as JSON: what `spec --ranges` prints and the page's sliders read.

use super::fields::{Default, Field, GROUPS, Kind, Shape};
use serde_json::{Map, Value, json};

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
                let names: Vec<_> = kinds.iter().map(|(name, _)| *name).collect();
                let doc = format!("which {} it is", group.name);
                all.insert(
                    format!("{}.kind", group.name),
                    json!({"type": "choice", "values": names, "default": names[0], "doc": doc}),
                );
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
    let path = if group.is_empty() { field.name.to_string() } else { format!("{group}.{}", field.name) };
    let mut entry = describe(field);
    if let Some(kind) = kind {
        entry["for"] = json!([kind]);
    }
    match all.get_mut(&path) {
        None => {
            all.insert(path, entry);
        }
        Some(Value::Array(list)) => list.push(entry),
        Some(first) => {
            let same = |key: &str| first[key] == entry[key];
            if ["type", "min", "max", "default", "doc"].iter().all(|key| same(key)) {
                if let (Some(list), Some(kind)) = (first["for"].as_array_mut(), kind) {
                    list.push(json!(kind));
                }
            } else {
                let list = vec![first.take(), entry];
                *first = Value::Array(list);
            }
        }
    }
}

fn describe(field: &Field) -> Value {
    let mut entry = match &field.kind {
        Kind::Int { min, max } => json!({"type": "integer", "min": min, "max": max}),
        Kind::Odd { min, max } => json!({"type": "odd integer", "min": min, "max": max}),
        Kind::Number { min, max } => json!({"type": "number", "min": min, "max": max}),
        Kind::Choice(words) => json!({"type": "choice", "values": words}),
        Kind::Bool => json!({"type": "boolean"}),
        Kind::Ints { min_len, max_len, min, max } => {
            json!({"type": "list of integers", "min": min, "max": max, "min_length": min_len, "max_length": max_len})
        }
        Kind::Rows { columns, min_rows, max_rows } => {
            let columns: Vec<_> =
                columns.iter().map(|c| json!({"name": c.name, "min": c.min, "max": c.max, "whole": c.whole})).collect();
            json!({"type": "list of rows", "columns": columns, "min_length": min_rows, "max_length": max_rows})
        }
    };
    entry["default"] = field.default.to_json().unwrap_or_default();
    entry["required"] = json!(matches!(field.default, Default::Required));
    entry["doc"] = json!(field.doc);
    entry
}
