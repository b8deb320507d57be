//! Axes of a sweep: field paths and the values they take, as products and in step.

use serde_json::{Map, Value};

/// Most values of one axis.
const MOST: u64 = 100_000;

/// One axis: the settings that it runs through, each a value for every one of its paths.
type Axis = Vec<Map<String, Value>>;

/// Every choice of one setting for each axis. `axes` is `{path: values}`, each path an axis of its own; `zip` is a list of such objects,
/// each an axis whose paths move in step. Values are a list, or `{"from": 1000, "count": 30}` for so many integers. Axes are in
/// alphabetical order of their (first) path, the first one slowest.
///
/// # Errors
/// Names the field that is wrong.
pub fn combinations(axes: &Value, zip: &Value) -> Result<Vec<Map<String, Value>>, String> {
    let mut all: Vec<(String, Axis)> = Vec::new();
    for (path, values) in object(axes, "axes")? {
        all.push((path.clone(), axis(&Map::from_iter([(path.clone(), values.clone())]), "axes")?));
    }
    let none = Vec::new();
    let groups = match zip {
        Value::Null => &none,
        zip => zip.as_array().ok_or("zip is not a list; allowed: [{path: values, path: values}]")?,
    };
    for (number, group) in groups.iter().enumerate() {
        let name = format!("zip[{number}]");
        let paths = object(group, &name)?;
        let first = paths.keys().next().ok_or_else(|| format!("{name} names no path"))?;
        all.push((first.clone(), axis(&paths, &name)?));
    }
    all.sort_by(|a, b| a.0.cmp(&b.0));
    let mut seen: Vec<&String> = all.iter().flat_map(|(_, axis)| axis[0].keys()).collect();
    seen.sort();
    if let Some(twice) = seen.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(format!("{} is an axis twice", twice[0]));
    }
    let mut chosen = vec![Map::new()];
    for (_, axis) in &all {
        let each = chosen.iter().flat_map(|before| {
            axis.iter().map(move |setting| before.iter().chain(setting).map(|(k, v)| (k.clone(), v.clone())).collect())
        });
        chosen = each.collect();
    }
    Ok(chosen)
}

fn object(value: &Value, name: &str) -> Result<Map<String, Value>, String> {
    match value {
        Value::Null => Ok(Map::new()),
        Value::Object(map) => Ok(map.clone()),
        _ => Err(format!("{name} is not an object; allowed: {{path: [values]}}")),
    }
}

/// The settings of paths that move in step.
fn axis(paths: &Map<String, Value>, name: &str) -> Result<Axis, String> {
    let mut settings: Axis = Vec::new();
    for (path, values) in paths {
        let values = list(values).ok_or_else(|| format!("{name}.{path} is not a list of values"))?;
        if settings.is_empty() {
            settings = vec![Map::new(); values.len()];
        }
        if settings.len() != values.len() {
            return Err(format!("{name}.{path} has {} values, {} in the path before", values.len(), settings.len()));
        }
        for (setting, value) in settings.iter_mut().zip(values) {
            setting.insert(path.clone(), value);
        }
    }
    Ok(settings)
}

fn list(values: &Value) -> Option<Vec<Value>> {
    if let (Some(from), Some(count)) = (values["from"].as_u64(), values["count"].as_u64()) {
        return (1..=MOST).contains(&count).then(|| (from..from.saturating_add(count)).map(Value::from).collect());
    }
    values.as_array().filter(|list| !list.is_empty()).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn products_and_zips() {
        let all = combinations(&json!({"n": [1, 2]}), &json!([{"b": {"from": 5, "count": 2}, "c": ["x", "y"]}]));
        let wanted = [
            json!({"b":5,"c":"x","n":1}),
            json!({"b":5,"c":"x","n":2}),
            json!({"b":6,"c":"y","n":1}),
            json!({"b":6,"c":"y","n":2}),
        ];
        assert_eq!(all.unwrap().into_iter().map(Value::Object).collect::<Vec<_>>(), wanted);
        assert_eq!(combinations(&Value::Null, &Value::Null).unwrap(), [Map::new()]);
    }

    #[test]
    fn faults_are_named() {
        for (axes, zip, wanted) in [
            (json!([]), Value::Null, "axes is not an object"),
            (json!({"a": 5}), Value::Null, "axes.a is not a list"),
            (json!({"a": {"from": 1, "count": 0}}), Value::Null, "axes.a is not a list"),
            (Value::Null, json!({}), "zip is not a list"),
            (Value::Null, json!([{}]), "zip[0] names no path"),
            (Value::Null, json!([{"a": [1, 2], "b": [1]}]), "zip[0].b has 1 values, 2 in the path before"),
            (json!({"a": [1]}), json!([{"a": [1]}]), "a is an axis twice"),
        ] {
            let error = combinations(&axes, &zip).unwrap_err();
            assert!(error.contains(wanted), "{error}");
        }
    }
}
