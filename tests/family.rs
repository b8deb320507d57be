//! The learner that fits the numbers of a family of curves: how well it finds them, and that nothing brings it down.

#![cfg(not(target_arch = "wasm32"))]

use bitter_lesson::experiment::Experiment;
use bitter_lesson::spec::{Spec, overlay};
use serde_json::{Value, json};

fn run(changes: &Value) -> Experiment {
    let base = json!({"learner": {"kind": "family"}, "measure": {"test_n": 50_000}});
    Experiment::new(Spec::check(&overlay(&base, changes)).unwrap())
}

/// Share of new points on the wrong side.
fn error(changes: &Value) -> f64 {
    let mut run = run(changes);
    assert!(run.finish().is_done());
    run.errors().unwrap().iter().find(|e| (e.measure, e.region) == ("density", "all")).unwrap().value
}

#[test]
fn the_true_family_finds_the_curve() {
    for seed in 0..3 {
        let of = |n: u64| error(&json!({"sample": {"n": n, "seed": seed}}));
        let (few, many) = (of(1_000), of(10_000));
        assert!(few < 0.012, "seed {seed}: {few}");
        assert!(many < 0.0015, "seed {seed}: {many}");
    }
    for rotation in [-5.0, -1.7, 0.9, 3.1] {
        let found = error(&json!({"problem": {"rotation": rotation}, "sample": {"n": 1000}}));
        assert!(found < 0.012, "rotation {rotation}: {found}");
    }
    let noisy = error(&json!({"labels": {"noise": 0.1}, "sample": {"n": 3000}}));
    assert!(noisy < 0.02, "{noisy}");
}

#[test]
fn a_wrong_family_stops_getting_better() {
    let of = |n: u64| error(&json!({"learner": {"family": "even_arm"}, "sample": {"n": n}}));
    let (few, many) = (of(1_000), of(20_000));
    assert!(few < 0.08 && many < 0.05, "{few} {many}");
    assert!(many > 0.025, "{many}");
}

#[test]
fn odd_samples_bring_nothing_down() {
    let all =
        |label: u8| (0..40).map(move |i| json!([f64::from(i * 7 % 40) / 20.0 - 1.0, f64::from(i) / 20.0 - 1.0, label]));
    let of_rows = |rows: Vec<Value>| json!({"problem": {"kind": "data", "rows": rows}});
    let far = (0..30).map(|i| json!([f64::from(i) * 3e4, -1e6, i % 2]));
    let problems = [
        json!({"sample": {"n": 1}}),
        json!({"sample": {"n": 2, "seed": 5}}),
        json!({"labels": {"noise": 1}, "sample": {"n": 300}}),
        json!({"labels": {"shuffle": true}, "sample": {"n": 1200}}),
        of_rows(all(0).collect()),
        of_rows(all(1).collect()),
        of_rows(far.collect()),
        of_rows(vec![json!([0, 0, 1]); 5]),
    ];
    for problem in &problems {
        for family in ["arm", "even_arm"] {
            let mut run = run(&overlay(problem, &json!({"learner": {"family": family}})));
            let before = run.predict(&[0.1, 0.2]).unwrap();
            assert_eq!(before, [0.5]);
            assert!(run.finish().is_done());
            let answers = run.raster([-1.2, -1.2, 1.2, 1.2], 20, 20, 0..20).unwrap();
            assert!(answers.iter().all(|p| *p == 0.0 || *p == 1.0), "{problem} {family}");
            let cost = run.cost().unwrap();
            assert!(cost.train > 0.0 && cost.bytes == 48.0);
            assert!(run.digest().unwrap().is_some());
        }
    }
}

#[test]
fn a_fit_goes_on_from_any_stage() {
    let spec = json!({"sample": {"n": 6000}, "labels": {"noise": 0.02}});
    let mut whole = run(&spec);
    whole.finish();
    let wanted = (whole.digest().unwrap(), whole.cost());
    let mut half = run(&spec);
    let mut units = 0;
    // In the first stage, at two places in the second, and at the end.
    for at in [700, 960, 1130, 9999] {
        while units < at && !half.progress().is_done() {
            half.advance(1);
            units += 1;
        }
        let mut other = run(&spec);
        other.restore(&half.snapshot()).unwrap();
        assert!(other.finish().is_done());
        assert_eq!((other.digest().unwrap(), other.cost()), wanted, "at {at}");
    }
    let good = half.snapshot();
    let numbers = good.len() - 48;
    let mut infinite = good.clone();
    infinite[numbers..numbers + 8].copy_from_slice(&f64::INFINITY.to_le_bytes());
    let mut nan = good.clone();
    nan[numbers + 40..].copy_from_slice(&f64::NAN.to_le_bytes());
    let mut late = good.clone();
    late[numbers - 24..numbers - 16].copy_from_slice(&3u64.to_le_bytes());
    for bytes in [infinite, nan, late] {
        assert!(run(&spec).restore(&bytes).is_err());
    }
}
