//! What to run, as plain data: a [`Spec`] is made only from checked JSON, so every value in it is in range.
//!
//! `fields.rs` declares each field once; `check.rs` checks JSON against it; here the checked values become Rust types.

mod check;
pub mod fields;
mod overlay;
mod ranges;

pub use check::{SpecError, canonical, check_value};
pub(crate) use check::{canonical_number, fields_of, number_text, shown};
pub use overlay::{overlay, with_field};
pub use ranges::ranges;

use crate::learn::arm::Family;
use crate::learn::features::FeatureSet;
use crate::number::json_text;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// A checked spec: every value is in range. The JSON it came from, with all defaults filled in, is kept beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// The world that points come from.
    pub problem: ProblemSpec,
    /// The training sample.
    pub sample: SampleSpec,
    /// What is done to the training labels.
    pub labels: LabelsSpec,
    /// What the learner is told about a point.
    pub features: FeatureSet,
    /// The learner and its settings.
    pub learner: LearnerSpec,
    /// How long it trains.
    pub budget: Budget,
    /// Points in the test sample drawn from the density.
    pub test_n: usize,
    canonical: Value,
}

/// The world that points come from.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum ProblemSpec {
    /// The closed spiral of the essay, turned by `rotation` radians.
    Spiral { rotation: f64, mixture: MixtureSpec },
    /// A closed polygon, inside by the even-odd rule.
    Polygon { points: Vec<[f64; 2]>, mixture: MixtureSpec },
    /// The reader's own rows `x, y, label`.
    Data { rows: Vec<[f64; 3]> },
}

/// The density that points are drawn from.
#[derive(Clone, Debug, PartialEq)]
pub enum MixtureSpec {
    /// The five Gaussians of the essay.
    Default,
    /// Five Gaussians placed at random.
    Random(u32),
    /// Rows of x, y, deviation, weight.
    Custom(Vec<[f64; 4]>),
}

/// The training sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SampleSpec {
    /// Number of points.
    pub n: usize,
    /// Seed of the points.
    pub seed: u32,
    /// Points bought in addition to the `n`.
    pub extra_n: usize,
    /// Whether they are bought in the tip region, and not from the density.
    pub extra_in_tip: bool,
    /// Whether only points in the tip region are trained on.
    pub only_tip: bool,
}

/// What is done to the training labels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LabelsSpec {
    /// Share of labels that are flipped.
    pub noise: f64,
    /// Seed of flips and shuffle.
    pub seed: u32,
    /// Whether labels are dealt out again at random.
    pub shuffle: bool,
}

/// The learner and its settings.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum LearnerSpec {
    /// A multilayer perceptron.
    Mlp(MlpSpec),
    /// k nearest neighbours.
    Knn { k: usize, standardize: bool, brute: bool },
    /// A formula with free numbers.
    Family(Family),
}

/// Settings of the network and its training; the table in `fields.rs` says what each means.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct MlpSpec {
    pub hidden: Vec<usize>,
    pub activation: Activation,
    pub layer_norm: bool,
    pub focal_gamma: f32,
    pub weight_decay: f64,
    pub optimizer: Optimizer,
    pub learning_rate: f64,
    pub linear_decay: bool,
    pub batch: usize,
    pub seed: u32,
    pub shuffle_seed: u32,
    pub standardize: bool,
}

/// Activation of the hidden units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// max(0, z)
    Relu,
    /// Hyperbolic tangent.
    Tanh,
}

/// The rule that turns gradients into steps.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Optimizer {
    /// Adam with beta 0.9 and 0.999, epsilon 1e-8.
    Adam,
    /// Stochastic gradient descent with this momentum.
    Sgd { momentum: f32 },
}

/// How long a network trains.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Budget {
    /// Passes over the sample.
    Epochs(u64),
    /// Optimiser steps.
    Steps(u64),
    /// Multiplications and additions.
    Operations(f64),
}

impl Spec {
    /// Checks JSON and makes a spec of it; missing fields take their defaults.
    ///
    /// # Errors
    /// Names the first field that is unknown, mistyped or out of range, its value and what is allowed.
    pub fn check(value: &Value) -> Result<Spec, SpecError> {
        let canonical = canonical(value)?;
        let learner = &canonical["learner"];
        Ok(Spec {
            problem: problem(&canonical["problem"]),
            sample: sample(&canonical["sample"]),
            labels: LabelsSpec {
                noise: number(&canonical["labels"]["noise"]),
                seed: seed(&canonical["labels"]["seed"]),
                shuffle: flag(&canonical["labels"]["shuffle"]),
            },
            features: FeatureSet::named(word(&canonical["features"])).expect("checked"),
            learner: match word(&learner["kind"]) {
                "knn" => LearnerSpec::Knn {
                    k: size(&learner["k"]),
                    standardize: flag(&learner["standardize"]),
                    brute: learner["index"] == "brute",
                },
                "family" if learner["family"] == "even_arm" => LearnerSpec::Family(Family::EvenArm),
                "family" => LearnerSpec::Family(Family::Arm),
                _ => LearnerSpec::Mlp(mlp(learner)),
            },
            budget: budget(&canonical["budget"]),
            test_n: size(&canonical["measure"]["test_n"]),
            canonical,
        })
    }

    /// The full spec as JSON: every field present, keys sorted, whole numbers as integers.
    pub fn to_json(&self) -> &Value {
        &self.canonical
    }

    /// SHA-256 of the canonical JSON text (no white space, keys sorted), in hexadecimal.
    pub fn id(&self) -> String {
        crate::measure::digest::hex(&Sha256::digest(json_text(&self.canonical).as_bytes()))
    }

    /// A complete default spec for a kind of learner, `mlp`, `knn` or `family`; `None` for another word.
    pub fn default_json(kind: &str) -> Option<Value> {
        canonical(&json!({"learner": {"kind": kind}})).ok()
    }
}

fn size(value: &Value) -> usize {
    value.as_u64().expect("checked") as usize
}
fn seed(value: &Value) -> u32 {
    value.as_u64().expect("checked") as u32
}
fn number(value: &Value) -> f64 {
    value.as_f64().expect("checked")
}
fn flag(value: &Value) -> bool {
    value.as_bool().expect("checked")
}
fn word(value: &Value) -> &str {
    value.as_str().expect("checked")
}

fn rows<const COLUMNS: usize>(value: &Value) -> Vec<[f64; COLUMNS]> {
    let rows = value.as_array().expect("checked");
    rows.iter().map(|row| std::array::from_fn(|column| number(&row[column]))).collect()
}

fn sample(value: &Value) -> SampleSpec {
    SampleSpec {
        n: size(&value["n"]),
        seed: seed(&value["seed"]),
        extra_n: size(&value["extra_n"]),
        extra_in_tip: value["extra_where"] == "tip",
        only_tip: value["only"] == "tip",
    }
}

fn problem(value: &Value) -> ProblemSpec {
    let mixture = || match word(&value["mixture"]) {
        "random" => MixtureSpec::Random(seed(&value["mixture_seed"])),
        "custom" => MixtureSpec::Custom(rows(&value["components"])),
        _ => MixtureSpec::Default,
    };
    match word(&value["kind"]) {
        "polygon" => ProblemSpec::Polygon { points: rows(&value["points"]), mixture: mixture() },
        "data" => ProblemSpec::Data { rows: rows(&value["rows"]) },
        _ => ProblemSpec::Spiral { rotation: number(&value["rotation"]), mixture: mixture() },
    }
}

fn mlp(value: &Value) -> MlpSpec {
    MlpSpec {
        hidden: value["hidden"].as_array().expect("checked").iter().map(size).collect(),
        activation: if value["activation"] == "tanh" { Activation::Tanh } else { Activation::Relu },
        layer_norm: flag(&value["layer_norm"]),
        focal_gamma: number(&value["focal_gamma"]) as f32,
        weight_decay: number(&value["weight_decay"]),
        optimizer: match word(&value["optimizer"]) {
            "sgd" => Optimizer::Sgd { momentum: number(&value["momentum"]) as f32 },
            _ => Optimizer::Adam,
        },
        learning_rate: number(&value["learning_rate"]),
        linear_decay: value["schedule"] == "linear",
        batch: size(&value["batch"]),
        seed: seed(&value["seed"]),
        shuffle_seed: seed(&value["shuffle_seed"]),
        standardize: flag(&value["standardize"]),
    }
}

fn budget(value: &Value) -> Budget {
    if let Some(steps) = value["steps"].as_u64() {
        Budget::Steps(steps)
    } else if let Some(operations) = value["operations"].as_f64() {
        Budget::Operations(operations)
    } else {
        Budget::Epochs(value["epochs"].as_u64().expect("checked"))
    }
}
