//! The same spec gives the same bits: digests and errors of specs over all learners, kept in `fixtures/bits.json`.
//!
//! `tests/node/bits.test.mjs` and `tests/page/bits.test.mjs` compare the same file in Node (with and without SIMD), in Chromium and in
//! Firefox. After a change that is meant to alter bits: raise `ENGINE`, then `UPDATE_BITS=1 cargo test --test bits`.
#![cfg(not(target_arch = "wasm32"))]

use bitter_lesson::ENGINE;
use bitter_lesson::experiment::Experiment;
use bitter_lesson::spec::Spec;
use serde_json::{Value, json};
use std::sync::Mutex;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/bits.json");

/// A closed curve with corners, and rows of the reader's own, by formulas that need no fixture.
fn star() -> Value {
    let corner = |i: usize| {
        let (sin, cos) = libm::sincos(i as f64 * std::f64::consts::TAU / 10.0);
        let r = if i.is_multiple_of(2) { 1.0 } else { 0.4 };
        json!([r * cos, r * sin])
    };
    (0..10).map(corner).collect()
}

fn rows() -> Value {
    let row = |i: usize| {
        let (x, y) = ((i * 37 % 101) as f64 / 50.0 - 1.0, (i * 61 % 97) as f64 / 48.0 - 1.0);
        json!([x, y, u8::from(x * y > 0.1)])
    };
    (0..90).map(row).collect()
}

fn specs() -> Vec<(&'static str, Value)> {
    let knn = |k: usize, n: usize| json!({"learner": {"kind": "knn", "k": k}, "sample": {"n": n}});
    let with = |mut spec: Value, key: &str, value: Value| {
        spec[key] = value;
        spec
    };
    vec![
        ("default network, shorter", json!({"budget": {"epochs": 40}})),
        (
            "all extras, 4,000 steps, a short last batch",
            json!({"features": "polar", "sample": {"n": 990}, "budget": {"steps": 4000},
                   "learner": {"layer_norm": true, "focal_gamma": 2, "weight_decay": 0.1}}),
        ),
        ("three layers of 128", json!({"learner": {"hidden": [128, 128, 128]}, "budget": {"steps": 150}})),
        ("tanh", json!({"learner": {"activation": "tanh"}, "budget": {"steps": 200}})),
        (
            "sgd, linear decay, normalised tanh",
            json!({"learner": {"optimizer": "sgd", "learning_rate": 0.05, "schedule": "linear", "activation": "tanh",
                   "layer_norm": true, "batch": 32, "hidden": [24, 24]}, "budget": {"epochs": 12}}),
        ),
        ("seam turned", json!({"features": "polar_turned", "budget": {"epochs": 25}, "learner": {"hidden": [32, 32]}})),
        ("no seam", json!({"features": "polar_seamless", "budget": {"epochs": 25}, "learner": {"hidden": [33, 7]}})),
        (
            "playground features",
            json!({"features": "playground", "budget": {"epochs": 25}, "learner": {"hidden": [16]}}),
        ),
        (
            "six narrow layers, batch of one",
            json!({"learner": {"hidden": [5, 4, 3, 4, 5, 1], "batch": 1}, "sample": {"n": 60}, "budget": {"epochs": 5}}),
        ),
        ("budget in operations", json!({"budget": {"operations": 3e8}, "learner": {"focal_gamma": 0.5}})),
        (
            "noisy, shuffled labels",
            json!({"labels": {"noise": 0.2, "seed": 3, "shuffle": true}, "budget": {"steps": 300}}),
        ),
        ("one point", json!({"sample": {"n": 1}, "budget": {"epochs": 30}})),
        ("network in a star", json!({"problem": {"kind": "polygon", "points": star()}, "budget": {"steps": 300}})),
        (
            "network on own rows, some held out",
            json!({"problem": {"kind": "data", "rows": rows()}, "sample": {"n": 60, "seed": 4}, "budget": {"epochs": 60}}),
        ),
        ("nearest of a million", knn(1, 1_000_000)),
        ("five neighbours", knn(5, 10_000)),
        ("ninety-nine neighbours", knn(99, 20_000)),
        ("more neighbours than points", knn(9, 4)),
        ("brute force", json!({"learner": {"kind": "knn", "k": 5, "index": "brute"}, "sample": {"n": 700}})),
        ("noisy labels, nine neighbours", with(knn(9, 5_000), "labels", json!({"noise": 0.1, "seed": 8}))),
        ("random mixture", with(knn(3, 5_000), "problem", json!({"mixture": "random", "mixture_seed": 5}))),
        (
            "own mixture, turned curve",
            with(
                knn(1, 5_000),
                "problem",
                json!({"rotation": 1.25, "mixture": "custom", "components": [[0.2, 0.1, 0.5, 2], [-0.6, 0.4, 0.2, 1]]}),
            ),
        ),
        (
            "polar neighbours, standardised",
            json!({"features": "polar", "learner": {"kind": "knn", "standardize": true}, "sample": {"n": 5000}}),
        ),
        ("neighbours in three dimensions", with(knn(7, 20_000), "features", json!("polar_seamless"))),
        ("neighbours in seven dimensions", with(knn(3, 3_000), "features", json!("playground"))),
        (
            "neighbours on own rows",
            json!({"problem": {"kind": "data", "rows": rows()}, "learner": {"kind": "knn", "k": 3}}),
        ),
        (
            "the true family, turned curve, noisy labels",
            json!({"learner": {"kind": "family"}, "problem": {"rotation": -2.5}, "sample": {"n": 20_000},
                   "labels": {"noise": 0.05, "seed": 2}}),
        ),
        ("a wrong family", json!({"learner": {"kind": "family", "family": "even_arm"}, "sample": {"n": 3000}})),
    ]
}

fn measure(name: &str, spec: &Value) -> Value {
    let report = Experiment::new(Spec::check(spec).expect(name)).report();
    assert!(report["digest"].is_string(), "{name}: no digest");
    json!({"name": name, "spec": spec, "spec_id": report["spec_id"], "digest": report["digest"], "errors": report["errors"]})
}

#[test]
fn digests_and_errors_are_those_of_the_file() {
    let specs = specs();
    let results = Mutex::new(vec![Value::Null; specs.len()]);
    let next = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let i = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let Some((name, spec)) = specs.get(i) else { return };
                    let result = measure(name, spec);
                    results.lock().unwrap()[i] = result;
                }
            });
        }
    });
    let fresh = results.into_inner().unwrap();
    if std::env::var_os("UPDATE_BITS").is_some() {
        let lines: Vec<String> = fresh.iter().map(Value::to_string).collect();
        std::fs::write(FILE, format!("{{\"engine\":{ENGINE},\"runs\":[\n{}\n]}}\n", lines.join(",\n"))).unwrap();
        return;
    }
    let stored: Value = serde_json::from_str(&std::fs::read_to_string(FILE).unwrap()).unwrap();
    assert_eq!(stored["engine"], ENGINE, "bits of another engine: UPDATE_BITS=1 cargo test --test bits");
    let stored = stored["runs"].as_array().unwrap();
    assert_eq!(stored.len(), fresh.len());
    for (stored, fresh) in stored.iter().zip(&fresh) {
        assert_eq!(stored, fresh, "{}", fresh["name"]);
    }
    assert!(stored.len() >= 20);
}
