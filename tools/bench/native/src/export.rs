//! Writes what every contestant is given: the same points, the same initial weights, the same order of batches.

use crate::files::Points;
use bitter_lesson::experiment::Experiment;
use bitter_lesson::learn::mlp::Network;
use bitter_lesson::learn::standardize::Standardizer;
use bitter_lesson::rng::{Purpose, shuffle, stream};
use bitter_lesson::spec::{LearnerSpec, Spec};
use serde_json::{Map, Value, json};
use std::fs;

const MILLION: usize = 1_000_000;

/// A file for each set of a million points: those that the core draws, and uneven ones.
pub fn points(folder: &str, drawn: &Value) {
    for (name, spec) in drawn.as_object().expect("specs by name") {
        sample_of(spec).write(&format!("{folder}/{name}.bin"));
    }
    for (name, place) in UNEVEN {
        let mut dice = Dice(1);
        let xy: Vec<[f32; 2]> = (0..MILLION).map(|i| place(i, &mut dice)).collect();
        let labels = xy.iter().map(label_of).collect();
        Points { xy, labels }.write(&format!("{folder}/{name}.bin"));
    }
}

fn sample_of(spec: &Value) -> Points {
    let mut run = Experiment::new(Spec::check(spec).expect("a sound spec"));
    while !run.advance(u64::from(u32::MAX)).drawn {}
    let (points, labels) = run.sample();
    Points { xy: points.as_chunks().0.to_vec(), labels: labels.to_vec() }
}

/// `train.json`: the standardised sample, the order of its points in each epoch, and for each network its weights before training.
pub fn networks(folder: &str, rows: &Value, seeds: u64, epochs: u64) {
    let mut weights = Map::new();
    let mut shared = Value::Null;
    for (name, spec) in rows.as_object().expect("rows by name") {
        let spec = Spec::check(spec).unwrap_or_else(|error| panic!("{name}: {error}"));
        let LearnerSpec::Mlp(mlp) = &spec.learner else { panic!("{name} is no network") };
        let of_seed = |seed: u64| {
            let dims = spec.features.dims();
            let network = Network::new(dims, &mlp.hidden, mlp.activation, mlp.layer_norm, seed as u32);
            network.parameters().to_vec()
        };
        weights.insert(name.clone(), (1..=seeds).map(of_seed).collect());
        if shared.is_null() {
            let points = sample_of(spec.to_json());
            let mut xy = points.xy.as_flattened().to_vec();
            Standardizer::fit(&xy, 2).apply(&mut xy);
            let order = |epoch: u64| {
                let mut order: Vec<u32> = (0..points.labels.len() as u32).collect();
                shuffle(&mut stream(mlp.shuffle_seed, Purpose::Shuffle, epoch), &mut order);
                order
            };
            let orders: Vec<Vec<u32>> = (0..epochs).map(order).collect();
            shared = json!({ "xy": xy, "labels": points.labels, "orders": orders });
        }
    }
    shared["weights"] = weights.into();
    fs::write(format!("{folder}/train.json"), shared.to_string()).expect("the folder can be written to");
}

type Place = fn(usize, &mut Dice) -> [f32; 2];

/// A million points each, laid so that an index has a hard time.
const UNEVEN: [(&str, Place); 4] = [
    ("duplicated", |i, _| {
        let mut place = Dice(i as u64 % 1000 + 100);
        [place.within(-1.0, 1.0), place.within(-1.0, 1.0)]
    }),
    ("crowded", |i, dice| {
        let half = if i % 100 == 0 { 1.2 } else { 0.0005 };
        [dice.within(-half, half), dice.within(-half, half)]
    }),
    ("ring", |_, dice| {
        loop {
            let [x, y] = [dice.within(-1.0, 1.0), dice.within(-1.0, 1.0)];
            let radius = (x * x + y * y).sqrt();
            if radius > 0.1 && radius < 1.0 {
                return [x / radius, y / radius];
            }
        }
    }),
    ("diagonal", |_, dice| {
        let x = dice.within(-1.2, 1.2);
        [x, x]
    }),
];

/// A checkerboard: points in one place vote alike, and so do most neighbours, since a contestant that computes in f64 tells
/// apart distances that are equal in f32.
fn label_of(point: &[f32; 2]) -> u8 {
    let [column, row] = point.map(|c| (10.0 * c).floor() as i32);
    u8::from((column + row) % 2 != 0)
}

/// SplitMix64 (Steele, Lea & Flood 2014).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn within(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * ((self.next() >> 40) as f32 / (1u32 << 24) as f32)
    }
}
