//! The checker of specs: every field of the table at its ends, beyond them and mistyped; canonical form and identity.

#![cfg(not(target_arch = "wasm32"))]

mod common;

use bitter_lesson::spec::{Spec, SpecError, canonical, ranges, with_field};
use common::{Dice, fields, written_otherwise};
use proptest::prelude::*;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

fn refusal(spec: &Value) -> SpecError {
    match Spec::check(spec) {
        Ok(_) => panic!("taken: {spec}"),
        Err(error) => error,
    }
}

/// The numbers in the part of a message that says what is allowed.
fn numbers_allowed(message: &str) -> Vec<f64> {
    let (_, allowed) = message.rsplit_once("allowed: ").unwrap_or_else(|| panic!("{message}"));
    let words = allowed.split(|c: char| c.is_whitespace() || "[],".contains(c));
    words.filter_map(|word| word.parse().ok()).collect()
}

/// The message names the path (from `path` on), the value, and the ends of what is allowed.
fn check_refusal(spec: &Value, path: &str, shown: &str, ends: &[&Value]) {
    let error = refusal(spec);
    let text = error.to_string();
    assert_eq!(error.path, path, "{text}");
    assert!(text.starts_with(path), "{text}");
    assert!(text.contains(shown), "{text} does not show {shown}");
    assert!(text.chars().count() < 400, "{text}");
    let numbers = numbers_allowed(&text);
    for end in ends {
        let end = end.as_f64().unwrap();
        assert!(numbers.contains(&end), "{text} does not name {end}");
    }
}

fn mistyped(entry: &Value) -> Vec<Value> {
    let all = [json!(null), json!("word"), json!(true), json!(7), json!([]), json!([[1]]), json!({"a": 1})];
    let own = |value: &Value| match entry["type"].as_str().unwrap() {
        "integer" | "odd integer" | "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "list of integers" | "list of rows" => value.is_array(),
        _ => false, // A word that is not one of the words is refused as well.
    };
    all.into_iter().filter(|value| !own(value)).collect()
}

#[test]
fn the_table_is_whole() {
    let paths: Vec<String> = fields().into_iter().map(|(path, ..)| path).collect();
    assert!(paths.len() > 35, "{}", paths.len());
    for kind in ["mlp", "knn", "family"] {
        for (group, value) in Spec::default_json(kind).unwrap().as_object().unwrap() {
            for name in value.as_object().map_or(vec![], |map| map.keys().collect()) {
                assert!(paths.contains(&format!("{group}.{name}")), "{group}.{name}");
            }
        }
    }
    for (path, entry, _) in fields() {
        let doc = entry["doc"].as_str().unwrap();
        assert!(doc.len() > 10, "{path}: {doc}");
    }
    assert_eq!(Spec::default_json("tree"), None);
}

#[test]
fn both_ends_and_the_default_are_taken() {
    for (path, entry, base) in fields() {
        let mut values = vec![];
        match entry["type"].as_str().unwrap() {
            "integer" | "odd integer" | "number" => values.extend([entry["min"].clone(), entry["max"].clone()]),
            "boolean" => values.extend([json!(true), json!(false)]),
            "choice" if !path.ends_with(".kind") && path != "problem.mixture" => {
                values.extend(entry["values"].as_array().unwrap().clone());
            }
            "list of integers" => {
                for (length, item) in [("min_length", "min"), ("max_length", "max")] {
                    values.push(json!(vec![&entry[item]; entry[length].as_u64().unwrap() as usize]));
                }
            }
            _ => {}
        }
        if entry["required"] != true {
            values.push(entry["default"].clone());
        }
        for value in values {
            let spec = with_field(&base, &path, &value);
            let spec = Spec::check(&spec).unwrap_or_else(|e| panic!("{spec}: {e}"));
            let (group, name) = path.split_once('.').unwrap_or(("", &path));
            let stored = if group.is_empty() { &spec.to_json()[name] } else { &spec.to_json()[group][name] };
            assert_eq!(stored.as_f64(), value.as_f64(), "{path}");
            assert!(value.is_number() || *stored == value, "{path}: {stored} for {value}");
        }
    }
}

#[test]
fn beyond_the_ends_is_refused() {
    for (path, entry, base) in fields() {
        let ends = [&entry["min"], &entry["max"]];
        let try_value = |value: Value, at: &str, ends: &[&Value]| {
            let shown = if value.is_array() { String::new() } else { value.to_string() };
            check_refusal(&with_field(&base, &path, &value), at, &shown, ends);
        };
        match entry["type"].as_str().unwrap() {
            kind @ ("integer" | "odd integer" | "number") => {
                let (min, max) = (entry["min"].as_f64().unwrap(), entry["max"].as_f64().unwrap());
                for value in [min - 1.0, min - 1e-9, max + 1.0, max * 1.001 + 1.0, -1e300, 1e300, -1e15] {
                    // Near 1e18 the next number is further than 1 away.
                    if value < min || value > max {
                        let value =
                            if value.fract() == 0.0 && value.abs() < 1e15 { json!(value as i64) } else { json!(value) };
                        try_refused(&base, &path, value, &ends);
                    }
                }
                if kind != "number" && min < max {
                    try_value(json!(min + 0.5), &path, &ends);
                }
                if kind == "odd integer" {
                    try_value(json!(2), &path, &ends);
                }
            }
            "choice" => {
                for word in ["no such word", "constructor", "__proto__", "toString", ""] {
                    let error = refusal(&with_field(&base, &path, &json!(word)));
                    assert_eq!(error.path, path);
                    for word in entry["values"].as_array().unwrap() {
                        assert!(error.message.contains(&word.to_string()), "{error}");
                    }
                }
            }
            "list of integers" => {
                let (min, max) = (entry["min"].as_i64().unwrap(), entry["max"].as_i64().unwrap());
                let lengths = [&entry["min_length"], &entry["max_length"]];
                let (short, long) = (lengths[0].as_u64().unwrap() as usize, lengths[1].as_u64().unwrap() as usize);
                try_value(json!(vec![min; short - 1]), &path, &[lengths[0], lengths[1], ends[0], ends[1]]);
                try_value(json!(vec![min; long + 1]), &path, &[lengths[0], lengths[1], ends[0], ends[1]]);
                for bad in [json!(min - 1), json!(max + 1), json!(1.5), json!("1"), json!(null)] {
                    let list = json!([min, bad]);
                    check_refusal(&with_field(&base, &path, &list), &format!("{path}[1]"), &bad.to_string(), &ends);
                }
            }
            "list of rows" => rows_beyond_the_ends(&path, &entry, &base),
            _ => {}
        }
    }
}

/// Numbers are shown as they were given, or the same number otherwise written.
fn try_refused(base: &Value, path: &str, value: Value, ends: &[&Value]) {
    let error = refusal(&with_field(base, path, &value));
    let text = error.to_string();
    check_refusal(&with_field(base, path, &value), path, "", ends);
    let shown = text.split_once("is ").unwrap().1;
    let shown: f64 = shown.split_once(';').unwrap().0.parse().unwrap_or_else(|_| panic!("{text}"));
    assert_eq!(Some(shown), value.as_f64(), "{text}");
}

fn rows_beyond_the_ends(path: &str, entry: &Value, base: &Value) {
    let columns = entry["columns"].as_array().unwrap();
    let good: Vec<Value> = columns.iter().map(|c| c["max"].clone()).collect();
    let few = entry["min_length"].as_u64().unwrap() as usize;
    let lengths = [&entry["min_length"], &entry["max_length"]];
    let refused = |rows: Value, at: &str, ends: &[&Value]| {
        let spec = with_field(base, path, &rows);
        // Components are only for a mixture of the reader's own.
        let custom = path == "problem.components";
        let spec = if custom { with_field(&spec, "problem.mixture", &json!("custom")) } else { spec };
        check_refusal(&spec, at, "", ends);
    };
    if few > 0 {
        refused(json!(vec![&good; few - 1]), path, &lengths);
    }
    let many = entry["max_length"].as_u64().unwrap() as usize;
    if many < 10_000 {
        refused(json!(vec![&good; many + 1]), path, &lengths);
    }
    let last = few.max(1) - 1;
    let with_last = |row: Value| {
        let mut rows = vec![json!(good); last];
        rows.push(row);
        json!(rows)
    };
    let row_path = format!("{path}[{last}]");
    refused(with_last(json!(good[1..])), &row_path, &[]);
    refused(with_last(json!([&good[..], &[json!(0)]].concat())), &row_path, &[]);
    refused(with_last(json!("word")), &row_path, &[]);
    for (i, column) in columns.iter().enumerate() {
        let ends = [&column["min"], &column["max"]];
        let mut bad = vec![
            json!(null),
            json!("0"),
            json!(ends[0].as_f64().unwrap() - 1.0),
            json!(ends[1].as_f64().unwrap() + 1.0),
        ];
        if column["whole"] == true {
            bad.push(json!(0.5));
        }
        for value in bad {
            let mut row = good.clone();
            row[i] = value;
            refused(with_last(json!(row)), &format!("{row_path}.{}", column["name"].as_str().unwrap()), &ends);
        }
    }
}

#[test]
fn mistyped_values_are_refused() {
    for (path, entry, base) in fields() {
        for value in mistyped(&entry) {
            let error = refusal(&with_field(&base, &path, &value));
            assert_eq!(error.path, path, "{error}");
            assert!(error.message.contains("allowed: "), "{error}");
            if value.is_null() {
                assert!(error.message.contains("NaN"), "{error}");
            }
        }
    }
    for group in ["problem", "sample", "labels", "learner", "budget", "measure"] {
        for value in [json!(null), json!(1), json!("x"), json!([])] {
            let error = refusal(&json!({group: value}));
            assert_eq!((error.path.as_str(), error.message.contains("an object")), (group, true), "{error}");
        }
    }
    for spec in [json!(null), json!([]), json!("{}"), json!(3)] {
        let error = refusal(&spec);
        assert!(error.to_string().starts_with("the spec is "), "{error}");
    }
}

#[test]
fn unknown_fields_are_refused_beside_every_field() {
    for (path, _, base) in fields() {
        for name in ["unknown", "constructor", "__proto__", "hasOwnProperty", "", "N", "toString"] {
            let unknown = match path.split_once('.') {
                Some((group, _)) => format!("{group}.{name}"),
                None => name.to_string(),
            };
            let mut spec = base.clone();
            match path.split_once('.') {
                Some((group, _)) => {
                    if spec[group].is_null() {
                        spec[group] = json!({});
                    }
                    spec[group][name] = json!({"a": 1});
                }
                None => spec[name] = json!(1),
            }
            let error = refusal(&spec);
            assert_eq!(error.path, unknown, "{error}");
            assert!(error.message.contains("is not a field; the fields here are "), "{error}");
            let own = path.rsplit('.').next().unwrap();
            assert!(error.message.contains(own), "{error} does not name {own}");
        }
    }
}

#[test]
fn fields_of_another_kind_are_refused() {
    let pairs = [
        (json!({"learner": {"k": 5}}), "learner.k"),
        (json!({"learner": {"kind": "knn", "batch": 5}}), "learner.batch"),
        (json!({"learner": {"kind": "family", "k": 5}}), "learner.k"),
        (json!({"features": "polar", "learner": {"kind": "family"}}), "features"),
        (json!({"problem": {"rows": [[0, 0, 1]]}}), "problem.rows"),
        (json!({"problem": {"kind": "data", "rows": [[0, 0, 1]], "mixture": "default"}}), "problem.mixture"),
        (json!({"problem": {"kind": "polygon"}}), "problem.points"),
        (json!({"problem": {"kind": "data"}}), "problem.rows"),
        (json!({"problem": {"components": [[0, 0, 1, 1]]}}), "problem.components"),
        (json!({"budget": {"epochs": 3, "steps": 4}}), "budget"),
        (json!({"budget": {"epochs": 3, "steps": 4, "operations": 9}}), "budget"),
    ];
    for (spec, path) in pairs {
        assert_eq!(refusal(&spec).path, path, "{spec}");
    }
    let error = refusal(&json!({"problem": {"mixture": "custom"}}));
    assert!(error.path.starts_with("problem."), "{error}");
    assert!(error.to_string().contains("1 to 20 rows"), "{error}");
    let error = refusal(&json!({"budget": {"epochs": 3, "steps": 4}}));
    assert!(error.message.contains("epochs and steps"), "{error}");
    let error = refusal(&json!({"features": "polar", "learner": {"kind": "family"}})).to_string();
    assert!(error.starts_with("features is \"polar\"; allowed with learner.kind \"family\""), "{error}");
    assert!(error.ends_with("\"xy\""), "{error}");
}

#[test]
fn a_megabyte_is_cut_short() {
    let long = "ä".repeat(1 << 20);
    let specs = [
        json!(long),
        json!({&long: 1}),
        json!({"features": long}),
        json!({"learner": {&long: 1}}),
        json!({"learner": {"kind": long}}),
        json!({"learner": {"hidden": [long]}}),
        json!({"learner": {"hidden": vec![1; 1 << 18]}}),
        json!({"sample": long}),
        json!({"sample": {"n": long}}),
        json!({"sample": {"n": [[[long]]]}}),
        json!({"labels": {"shuffle": vec![&long; 5]}}),
        json!({"problem": {"kind": "polygon", "points": [[0, long], [0, 0], [0, 0]]}}),
        json!({"problem": {"kind": "polygon", "points": [[long, long, long, long], [0, 0], [0, 0]]}}),
    ];
    for spec in specs {
        let message = refusal(&spec).to_string();
        assert!(message.chars().count() < 500, "{} characters", message.chars().count());
    }
}

const DEFAULT: &str = concat!(
    r#"{"budget":{"epochs":1000},"features":"xy","labels":{"noise":0,"seed":0,"shuffle":false},"#,
    r#""learner":{"activation":"relu","batch":250,"focal_gamma":0,"hidden":[64,64],"kind":"mlp","layer_norm":false,"#,
    r#""learning_rate":0.003,"momentum":0.9,"optimizer":"adam","schedule":"constant","seed":1,"shuffle_seed":0,"#,
    r#""standardize":true,"weight_decay":0},"measure":{"test_n":100000},"#,
    r#""problem":{"components":[],"kind":"spiral","mixture":"default","mixture_seed":0,"rotation":0},"#,
    r#""sample":{"extra_n":0,"extra_where":"everywhere","n":1000,"only":"all","seed":7},"v":1}"#,
);

#[test]
fn the_identity_of_a_spec_is_the_hash_of_its_text() {
    let spec = Spec::check(&json!({})).unwrap();
    assert_eq!(spec.to_json().to_string(), DEFAULT);
    let hex = |text: &str| Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect::<String>();
    assert_eq!(spec.id(), hex(DEFAULT));
    // As `sha256sum` says of that text.
    assert_eq!(spec.id(), "459b5dbb9bdfcbd7320a1c17750bc94d6f50f12287f7f57819ec18b14ec876b9");
    assert_eq!(Spec::default_json("mlp").as_ref(), Some(spec.to_json()));

    // The same run written in other ways, and another run.
    for same in [
        r#"{"sample":{"n":1e3}}"#,
        r#"{"labels":{"noise":-0.0},"v":1.0}"#,
        r#"{"learner":{"kind":"mlp","hidden":[64.0,64]}}"#,
    ] {
        let value = serde_json::from_str(same).unwrap();
        assert_eq!(Spec::check(&value).unwrap().id(), spec.id(), "{same}");
    }
    let other = Spec::check(&json!({"sample": {"n": 1001}})).unwrap();
    assert_ne!(other.id(), spec.id());
}

#[test]
fn ranges_are_what_the_checker_says() {
    let ranges = ranges();
    assert_eq!(ranges["learner.k"]["type"], "odd integer");
    assert_eq!(ranges["learner.standardize"].as_array().map(Vec::len), Some(2));
    assert_eq!(ranges["sample.n"]["max"], 1_000_000);
    assert_eq!(ranges["problem.points"]["required"], true);
}

proptest! {
    #[test]
    fn canonical_form_is_its_own(seed: u64) {
        let spec = Dice(seed).spec();
        let full = canonical(&spec).unwrap_or_else(|e| panic!("{spec}: {e}"));
        prop_assert_eq!(&canonical(&full).unwrap(), &full);
        let id = Spec::check(&spec).unwrap().id();
        prop_assert_eq!(&Spec::check(&full).unwrap().id(), &id);
        // Through text, other text, and back.
        let text = full.to_string();
        prop_assert_eq!(&serde_json::from_str::<Value>(&text).unwrap(), &full);
        let otherwise: Value = serde_json::from_str(&written_otherwise(&spec)).unwrap();
        prop_assert_eq!(&Spec::check(&otherwise).unwrap().id(), &id);
    }

    #[test]
    fn one_spoiled_field_is_found(seed: u64) {
        let mut dice = Dice(seed);
        let spec = dice.spec();
        let groups: Vec<String> = spec.as_object().unwrap().keys().cloned().collect();
        let group = &groups[dice.below(groups.len() as u64) as usize];
        let mut spoiled = spec.clone();
        let path = if spec[group].is_object() {
            let names: Vec<String> = spec[group].as_object().unwrap().keys().cloned().collect();
            let name = &names[dice.below(names.len() as u64) as usize];
            spoiled[group][name] = json!({"not": "allowed"});
            format!("{group}.{name}")
        } else {
            spoiled[group] = json!({"not": "allowed"});
            group.clone()
        };
        prop_assert_eq!(refusal(&spoiled).path, path);
    }
}
