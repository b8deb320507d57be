//! Small JSON objects.

use serde_json::Value;

/// An object of these fields. (`json!` writes an insertion out for each field, and objects are made in many places.)
#[inline(never)]
pub fn object(fields: Vec<(&str, Value)>) -> Value {
    let mut object = Value::Null;
    extend(&mut object, fields);
    object
}

/// Sets these fields of an object, or of null, which becomes one.
#[inline(never)]
pub fn extend(object: &mut Value, fields: Vec<(&str, Value)>) {
    for (name, value) in fields {
        object[name] = value;
    }
}
