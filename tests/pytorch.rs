//! Training step by step against PyTorch: the fixture holds what PyTorch in f64 makes of the same points, initial weights and
//! batches. `python tests/fixtures/make_mlp_fixture.py` makes it anew.

#![cfg(not(target_arch = "wasm32"))]

use bitter_lesson::learn::model::Learner;
use bitter_lesson::learn::train::{Labelled, Trainer};
use bitter_lesson::rng::{Purpose, normal_pair, shuffle, stream};
use bitter_lesson::spec::{LearnerSpec, Spec};
use serde_json::{Value, json};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/");
/// 70 points in batches of 32: the third batch of each epoch has 6, and 50 steps end inside the 17th epoch.
const N: usize = 70;
const BATCH: usize = 32;
const STEPS: u64 = 50;
const TEST_N: usize = 30;
/// As a share of the largest weight, or of the largest loss. A step rounds each weight to f32, about 6e-8 of it, and fifty steps add
/// that up at random to some 5e-7, which is how far PyTorch's own f32 run strays from its f64 run (`float32_strays` in the
/// fixture). Twenty times that leaves room for another order of additions; a wrong formula strays by 1e-2.
const TOLERANCE: f64 = 1e-5;

fn random(n: usize, number: u64) -> Labelled {
    let mut rng = stream(20, Purpose::Test, number);
    let rows: Vec<f32> = (0..n).flat_map(|_| normal_pair(&mut rng)).map(|value| (0.5 * value + 0.2) as f32).collect();
    let labels: Vec<u8> = rows.chunks_exact(2).map(|p| u8::from(p[0] * p[0] + p[1] > 0.5)).collect();
    Labelled { base: labels.len(), rows, labels }
}

/// Every activation x layer norm x focal loss x optimiser, all with weight decay, then both optimisers with a falling rate.
fn cases() -> Vec<Value> {
    let mut cases = Vec::new();
    for activation in ["relu", "tanh"] {
        for layer_norm in [false, true] {
            for gamma in [0, 2] {
                for (optimizer, rate, decay) in [("adam", 0.01, 0.5), ("sgd", 0.1, 0.05)] {
                    cases.push(json!({
                        "kind": "mlp", "hidden": [12, 7], "activation": activation, "layer_norm": layer_norm, "focal_gamma": gamma,
                        "weight_decay": decay, "optimizer": optimizer, "learning_rate": rate, "batch": BATCH, "seed": 4,
                        "shuffle_seed": 9, "standardize": true,
                    }));
                }
            }
        }
    }
    for (optimizer, rate) in [("adam", 0.01), ("sgd", 0.1)] {
        cases.push(json!({
            "kind": "mlp", "hidden": [9], "optimizer": optimizer, "learning_rate": rate, "schedule": "linear", "momentum": 0.5,
            "weight_decay": 0.3, "batch": BATCH, "seed": 5, "standardize": false,
        }));
    }
    cases
}

fn trainer(learner: &Value) -> Trainer {
    let spec = Spec::check(&json!({"learner": learner, "budget": {"steps": STEPS}})).unwrap();
    let LearnerSpec::Mlp(mlp) = &spec.learner else { unreachable!("only networks here") };
    Trainer::new(mlp.clone(), spec.budget, 2, random(N, 0), random(TEST_N, 1))
}

/// What PyTorch is given: points, and for each case the full settings, initial weights and the rows of every batch.
fn inputs() -> Value {
    let case = |learner: &Value| {
        let trainer = trainer(learner);
        let spec = Spec::check(&json!({"learner": learner})).unwrap();
        let learner = spec.to_json()["learner"].clone();
        let batches = (0..STEPS).map(|step| {
            let per_epoch = N.div_ceil(BATCH) as u64;
            let mut order: Vec<u32> = (0..N as u32).collect();
            let seed = learner["shuffle_seed"].as_u64().unwrap() as u32;
            shuffle(&mut stream(seed, Purpose::Shuffle, step / per_epoch), &mut order);
            let from = (step % per_epoch) as usize * BATCH;
            order[from..N.min(from + BATCH)].to_vec()
        });
        json!({"initial": trainer.network().parameters(), "batches": batches.collect::<Vec<_>>(), "learner": learner})
    };
    let set = |labelled: Labelled| json!({"rows": labelled.rows, "labels": labelled.labels});
    json!({
        "train": set(random(N, 0)), "test": set(random(TEST_N, 1)),
        "cases": cases().iter().map(case).collect::<Vec<_>>(),
    })
}

fn read(name: &str) -> Value {
    let text = std::fs::read_to_string(format!("{FOLDER}{name}")).expect(name);
    serde_json::from_str(&text).expect(name)
}

fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().expect("a list");
    list.iter().map(|v| v.as_f64().expect("a number")).collect()
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |most, v| if v.abs() > most { v.abs() } else { most })
}

/// Largest difference as a share of the largest value.
fn strays(got: &[f64], wanted: &[f64]) -> f64 {
    assert_eq!(got.len(), wanted.len());
    let differences: Vec<f64> = got.iter().zip(wanted).map(|(a, b)| a - b).collect();
    largest(&differences) / largest(wanted)
}

#[test]
fn fifty_steps_as_pytorch_takes_them() {
    let (given, made) = (read("mlp_inputs.json"), read("mlp_pytorch.json"));
    let (given, made) = (given["cases"].as_array().unwrap(), made["cases"].as_array().unwrap());
    assert_eq!(made.len(), cases().len());
    for ((learner, given), made) in cases().iter().zip(given).zip(made) {
        let mut trainer = trainer(learner);
        let parameters =
            |trainer: &Trainer| -> Vec<f64> { trainer.network().parameters().iter().map(|p| f64::from(*p)).collect() };
        let start = parameters(&trainer);
        assert!(strays(&start, &numbers(&given["initial"])) < 1e-12);
        for _ in 0..STEPS {
            trainer.advance(1);
        }
        let curve = trainer.curve();
        assert_eq!(curve.step, (1..=STEPS).map(|s| s as f64).collect::<Vec<_>>());
        let pairs =
            [("parameters", parameters(&trainer)), ("train", curve.train.clone()), ("test", curve.test.clone())];
        for (name, got) in pairs {
            let stray = strays(&got, &numbers(&made[name]));
            let pytorch = &made["float32_strays"][name];
            assert!(stray < TOLERANCE, "{learner}: {name} stray by {stray:e}, PyTorch's own f32 by {pytorch}");
        }
        let moved = strays(&parameters(&trainer), &start);
        assert!(moved > 0.02, "{learner}: weights hardly moved, {moved}");
    }
}

/// The inputs on file are the ones that training starts from; with UPDATE_FIXTURES=1 they are written instead.
#[test]
fn inputs_are_ours() {
    let text = inputs().to_string() + "\n";
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        std::fs::write(format!("{FOLDER}mlp_inputs.json"), text).unwrap();
    } else {
        let stored = read("mlp_inputs.json");
        assert_eq!(stored, serde_json::from_str::<Value>(&text).unwrap());
    }
}
