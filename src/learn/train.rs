//! Training a network: epochs, mini-batches, the learning-rate schedule, the loss curve, and the watch for divergence.

use super::loss::loss_and_gradient;
use super::mlp::{CHUNK, Network, Workspace, weight_count};
use super::model::{Cost, Divergence, Learner, Progress, Reader, SnapshotError, Writer};
use super::optimizer::OptimizerState;
use super::standardize::Standardizer;
use crate::rng::{Purpose, shuffle, stream};
use crate::spec::{Budget, MlpSpec, number_text};
use std::ops::Range;

/// About how many records the loss curve has after its first, denser part.
const RECORDS: u64 = 100;
/// Operations of training on one sample, for each weight: a multiplication and an addition each for the output, for the
/// gradient of the weight and for the gradient of the input.
const OPERATIONS_PER_WEIGHT: f64 = 6.0;

/// Training and test loss over time. The training loss is the mean over the points seen since the record before; the test loss
/// and error are measured on up to 2,000 test points at the step itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LossCurve {
    /// Optimiser steps done.
    pub step: Vec<f64>,
    /// Mean training loss.
    pub train: Vec<f64>,
    /// Mean test loss; empty where there are no test points.
    pub test: Vec<f64>,
    /// Share of test points on the wrong side of p = 1/2.
    pub test_error: Vec<f64>,
}

/// Rows of features with their labels.
pub struct Labelled {
    /// Features, row-major.
    pub rows: Vec<f32>,
    /// Labels, 0 or 1.
    pub labels: Vec<u8>,
    /// How many of the first rows inputs are standardised by: points bought later do not move the others.
    pub base: usize,
}

/// What became infinite or not a number. The codes stand in snapshots, where 0 means that all is well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
enum Fault {
    Loss = 1,
    Weight = 2,
    /// Every weight and the training loss are finite, but answers elsewhere no longer are.
    TestLoss = 3,
}

impl Fault {
    fn of_code(code: u64) -> Option<Fault> {
        [Fault::Loss, Fault::Weight, Fault::TestLoss].into_iter().find(|fault| *fault as u64 == code)
    }

    fn name(self) -> &'static str {
        match self {
            Fault::Loss => "the loss",
            Fault::Weight => "a weight",
            Fault::TestLoss => "the test loss",
        }
    }
}

/// A network in training.
pub struct Trainer {
    spec: MlpSpec,
    network: Network,
    standardizer: Standardizer,
    sample: Labelled,
    test: Labelled,
    optimizer: OptimizerState,
    decay_runs: Vec<(usize, usize, bool)>,
    batch: usize,
    step: u64,
    total: u64,
    order: Vec<u32>,
    /// The epoch that `order` was shuffled for; epochs count from 0.
    ordered_for: Option<u64>,
    curve: LossCurve,
    next_record: u64,
    loss_sum: f64,
    loss_points: f64,
    fault: Option<Fault>,
    work: Workspace,
    inputs: Vec<f32>,
    by_log_odds: Vec<f32>,
    gradients: Vec<f32>,
}

impl Trainer {
    /// A network with fresh weights on this sample of at least one row; `test` gives the test loss and may be empty.
    pub fn new(spec: MlpSpec, budget: Budget, dims: usize, mut sample: Labelled, mut test: Labelled) -> Trainer {
        let network = Network::new(dims, &spec.hidden, spec.activation, spec.layer_norm, spec.seed);
        let standardizer = if spec.standardize {
            Standardizer::fit(&sample.rows[..sample.base * dims], dims)
        } else {
            Standardizer::none(dims)
        };
        standardizer.apply(&mut sample.rows);
        standardizer.apply(&mut test.rows);
        let n = sample.labels.len();
        let batch = spec.batch.min(n);
        let parameters = network.parameters().len();
        let total = planned_steps(&spec, budget, dims, n);
        Trainer {
            optimizer: OptimizerState::new(spec.optimizer, parameters),
            decay_runs: network.decay_runs(),
            work: Workspace::new(&network, batch.max(CHUNK)),
            inputs: vec![0.0; batch * dims],
            by_log_odds: vec![0.0; batch],
            gradients: vec![0.0; parameters],
            order: Vec::new(),
            ordered_for: None,
            curve: LossCurve::default(),
            next_record: 1,
            loss_sum: 0.0,
            loss_points: 0.0,
            fault: None,
            step: 0,
            total,
            batch,
            spec,
            network,
            standardizer,
            sample,
            test,
        }
    }

    /// The network as it is now.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Loss curve so far.
    pub fn curve(&self) -> &LossCurve {
        &self.curve
    }

    /// Appends the activation of one hidden unit for each row of features.
    pub fn unit(&mut self, layer: usize, unit: usize, rows: &[f32], out: &mut Vec<f32>) {
        let mut rows = rows.to_vec();
        self.standardizer.apply(&mut rows);
        self.network.unit(layer, unit, &rows, &mut self.work, out);
    }

    fn steps_per_epoch(&self) -> u64 {
        self.sample.labels.len().div_ceil(self.batch) as u64
    }

    /// One optimiser step.
    fn one_step(&mut self) {
        let epoch = self.step / self.steps_per_epoch();
        if self.ordered_for != Some(epoch) {
            self.order.clear();
            self.order.extend(0..self.sample.labels.len() as u32);
            shuffle(&mut stream(self.spec.shuffle_seed, Purpose::Shuffle, epoch), &mut self.order);
            self.ordered_for = Some(epoch);
        }
        let from = (self.step % self.steps_per_epoch()) as usize * self.batch;
        let chosen = &self.order[from..self.order.len().min(from + self.batch)];
        let rows = chosen.len();
        let dims = self.sample.rows.len() / self.sample.labels.len();
        for (i, row) in chosen.iter().zip(self.inputs.chunks_exact_mut(dims)) {
            let at = *i as usize * dims;
            row.copy_from_slice(&self.sample.rows[at..at + dims]);
        }
        let inputs = &self.inputs[..rows * dims];
        self.network.forward(inputs, rows, &mut self.work);
        let mut sum = 0.0f64;
        let share = 1.0 / rows as f32;
        let slots = self.by_log_odds[..rows].iter_mut().zip(self.work.log_odds(rows));
        for ((slot, z), i) in slots.zip(chosen) {
            let (loss, gradient) = loss_and_gradient(*z, self.sample.labels[*i as usize], self.spec.focal_gamma);
            sum += f64::from(loss);
            *slot = gradient * share;
        }
        if !sum.is_finite() {
            self.fault = Some(Fault::Loss);
            return;
        }
        self.network.backward(inputs, &self.by_log_odds[..rows], &mut self.work, &mut self.gradients);
        let rate = self.learning_rate();
        let parameters = self.network.parameters_mut();
        self.optimizer.step(parameters, &self.gradients, rate, self.spec.weight_decay, &self.decay_runs);
        if !all_finite(parameters) {
            self.fault = Some(Fault::Weight);
            return;
        }
        self.loss_sum += sum;
        self.loss_points += rows as f64;
        let done = self.step + 1;
        if (done >= self.next_record || done == self.total) && !self.record(done) {
            self.fault = Some(Fault::TestLoss);
            return;
        }
        self.step = done;
    }

    /// The learning rate of the next step: constant, or falling linearly so that the step after the last would have 0.
    fn learning_rate(&self) -> f64 {
        let left = if self.spec.linear_decay { 1.0 - self.step as f64 / self.total as f64 } else { 1.0 };
        self.spec.learning_rate * left
    }

    /// The step that failed is the one after those that are done.
    fn divergence(&self) -> Option<Divergence> {
        let fault = self.fault?.name();
        let step = self.step + 1;
        let rate = number_text(self.spec.learning_rate);
        let message = format!(
            "training diverged at step {step}: {fault} became infinite or not a number. Lower learner.learning_rate (now {rate})"
        );
        Some(Divergence { step, message })
    }

    /// Adds a record to the loss curve after `done` steps and sets the step of the next: densely at first, where most happens, then
    /// evenly. Returns false, and adds nothing, if the test loss is not finite.
    fn record(&mut self, done: u64) -> bool {
        let n = self.test.labels.len();
        if let Some(dims) = self.test.rows.len().checked_div(n) {
            let (mut sum, mut wrong) = (0.0f64, 0usize);
            for (rows, labels) in self.test.rows.chunks(CHUNK * dims).zip(self.test.labels.chunks(CHUNK)) {
                self.network.forward(rows, labels.len(), &mut self.work);
                for (z, label) in self.work.log_odds(labels.len()).iter().zip(labels) {
                    sum += f64::from(loss_and_gradient(*z, *label, self.spec.focal_gamma).0);
                    wrong += usize::from((*z >= 0.0) != (*label == 1));
                }
            }
            if !sum.is_finite() {
                return false;
            }
            self.curve.test.push(sum / n as f64);
            self.curve.test_error.push(wrong as f64 / n as f64);
        }
        self.curve.step.push(done as f64);
        self.curve.train.push(self.loss_sum / self.loss_points);
        (self.loss_sum, self.loss_points) = (0.0, 0.0);
        let even = (self.total / RECORDS).max(1);
        self.next_record = done + (done / 8).clamp(1, even);
        true
    }
}

/// Whether every number is finite: no exponent has all its bits set. Written on the bits so that it vectorises.
fn all_finite(values: &[f32]) -> bool {
    const EXPONENT: u32 = 0x7f80_0000;
    values.iter().fold(0u32, |bad, value| bad | u32::from(value.to_bits() & EXPONENT == EXPONENT)) == 0
}

/// Optimiser steps that a budget comes to, for a network on `dims` inputs and a sample of `n`.
pub fn planned_steps(spec: &MlpSpec, budget: Budget, dims: usize, n: usize) -> u64 {
    let batch = spec.batch.min(n);
    match budget {
        Budget::Epochs(epochs) => epochs * n.div_ceil(batch) as u64,
        Budget::Steps(steps) => steps,
        Budget::Operations(operations) => {
            let weights = weight_count(dims, &spec.hidden) as f64;
            let steps = operations / (OPERATIONS_PER_WEIGHT * weights * batch as f64);
            (steps as u64).max(1)
        }
    }
}

impl Learner for Trainer {
    fn advance(&mut self, max_units: u64) {
        for _ in 0..max_units {
            if self.step == self.total || self.fault.is_some() {
                return;
            }
            self.one_step();
        }
    }

    fn progress(&self) -> Progress {
        let train_loss = if self.loss_points > 0.0 {
            Some(self.loss_sum / self.loss_points)
        } else {
            self.curve.train.last().copied()
        };
        Progress {
            done: self.step,
            total: self.total,
            steps_per_epoch: self.steps_per_epoch(),
            train_loss,
            divergence: self.divergence(),
        }
    }

    fn predict(&mut self, rows: &[f32], out: &mut Vec<f32>) {
        let mut rows = rows.to_vec();
        self.standardizer.apply(&mut rows);
        self.network.predict(&rows, &mut self.work, out);
    }

    fn cost(&mut self) -> Cost {
        let weights = self.network.weight_count() as f64;
        // Every epoch sees each point once; a budget in steps may end inside an epoch.
        let (epochs, rest) = (self.total / self.steps_per_epoch(), self.total % self.steps_per_epoch());
        let points = (epochs * self.sample.labels.len() as u64 + rest * self.batch as u64) as f64;
        Cost {
            train: OPERATIONS_PER_WEIGHT * weights * points,
            per_query: 2.0 * weights,
            bytes: 4.0 * self.network.parameters().len() as f64,
        }
    }

    /// The parameters, in the order of [`Network`].
    fn feed_digest(&self, _: usize, _: &dyn Fn(Range<usize>) -> Vec<f32>, feed: &mut dyn FnMut(&[u8])) -> bool {
        self.network.parameters().iter().for_each(|p| feed(&p.to_le_bytes()));
        false
    }

    fn save(&self, out: &mut Writer) {
        out.u64(self.step);
        out.u64(self.fault.map_or(0, |fault| fault as u64));
        out.u64(self.next_record);
        out.f64(self.loss_sum);
        out.f64(self.loss_points);
        out.f32s(self.network.parameters());
        self.optimizer.save(out);
        for list in [&self.curve.step, &self.curve.train, &self.curve.test, &self.curve.test_error] {
            out.f64_list(list);
        }
    }

    fn load(&mut self, from: &mut Reader) -> Result<(), SnapshotError> {
        self.step = from.u64()?;
        self.fault = Fault::of_code(from.u64()?);
        self.next_record = from.u64()?;
        self.loss_sum = from.f64()?;
        self.loss_points = from.f64()?;
        from.f32s(self.network.parameters_mut())?;
        self.optimizer.load(from)?;
        let mut list = || from.f64_list();
        self.curve = LossCurve { step: list()?, train: list()?, test: list()?, test_error: list()? };
        // The order of the epoch follows from its number.
        self.ordered_for = None;
        let sound = self.fault.is_some() || all_finite(self.network.parameters());
        if self.step > self.total || !sound {
            return Err(SnapshotError("it holds impossible numbers"));
        }
        Ok(())
    }
}
