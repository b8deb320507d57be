//! Laying one partial spec over another, as figures and sweeps do with a base and its variants.

use serde_json::{Value, json};

/// `base` with the fields of `over` laid over it, group by group.
///
/// A group that names another `kind` replaces the one below, and so does another way to state the budget: their fields exclude
/// each other.
pub fn overlay(base: &Value, over: &Value) -> Value {
    let mut spec = if base.is_object() { base.clone() } else { json!({}) };
    for (group, value) in over.as_object().into_iter().flatten() {
        let below = spec.get(group).filter(|below| below.is_object());
        spec[group.as_str()] = match (below, value) {
            (Some(below), Value::Object(fields)) if group != "budget" && same_kind(below, value) => {
                let mut merged = below.clone();
                for (name, value) in fields {
                    merged[name.as_str()] = value.clone();
                }
                merged
            }
            _ => value.clone(),
        };
    }
    spec
}

fn same_kind(below: &Value, over: &Value) -> bool {
    over.get("kind").is_none_or(|kind| below.get("kind") == Some(kind))
}

/// `spec` with one field set by its path, as in `learner.k`.
pub fn with_field(spec: &Value, path: &str, value: &Value) -> Value {
    match path.split_once('.') {
        None => overlay(spec, &json!({path: value})),
        Some((group, name)) => overlay(spec, &json!({group: {name: value}})),
    }
}
