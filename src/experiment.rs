//! One run from spec to numbers: the only value the outside holds.
//!
//! draw the sample -> train or index -> measure, picture, digest. Every part can be done in slices, and slicing never changes a
//! bit; the clock that decides how long a slice is stays outside.

use crate::ENGINE;
use crate::json::object;
use crate::learn::family_run::{self, FamilyRun};
use crate::learn::knn_run::KnnRun;
use crate::learn::model::{Cost, Divergence, Learner, Reader, SnapshotError, Writer};
use crate::learn::train::{self, Labelled, LossCurve, Trainer};
use crate::measure::digest::{SIDE, hex};
use crate::measure::evaluate::{Evaluation, Measured, share};
use crate::measure::test_points::TestPoints;
use crate::measure::{evaluate, raster};
use crate::rng::Purpose;
use crate::spec::{LearnerSpec, ProblemSpec, Spec};
use crate::world::problem::Problem;
use crate::world::sample::Sample;
use crate::world::{View, bought};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::ops::Range;

/// Test points that the loss curve is measured on.
const CURVE_POINTS: usize = 2_000;
/// Points answered in one slice when everything is to be finished at once.
const ALL: usize = 1 << 14;
/// First bytes of a snapshot.
const MAGIC: &[u8] = b"bitter-lesson snapshot 1\n";

/// A run, at any point between its start and its end.
pub struct Experiment {
    spec: Spec,
    problem: Problem,
    sample: Sample,
    /// The points trained on, where these are not just the first of the sample.
    chosen: Option<Vec<f32>>,
    labels: Vec<u8>,
    test: TestPoints,
    stage: Stage,
    evaluation: Evaluation,
    errors: Option<Vec<Measured>>,
    digesting: Digesting,
}

enum Stage {
    /// The training sample is being drawn.
    Drawing,
    /// The learner is at work or done.
    Learning(Model),
}

enum Model {
    Mlp(Box<Trainer>),
    Knn(Box<KnnRun>),
    Family(Box<FamilyRun>),
}

enum Digesting {
    Not,
    State { hash: Sha256, part: usize },
    Done(String),
}

/// How far a run is.
#[derive(Clone, Debug, PartialEq)]
pub struct RunProgress {
    /// Units of work done: optimiser steps, steps of a fit, or points drawn and indexed.
    pub done: u64,
    /// Units in all.
    pub total: u64,
    /// Whether the training sample is drawn.
    pub drawn: bool,
    /// Optimiser steps a pass over the sample; 0 where there are no epochs.
    pub steps_per_epoch: u64,
    /// Mean training loss of late.
    pub train_loss: Option<f64>,
    /// Set when training stopped on a number that is infinite or not a number.
    pub divergence: Option<Divergence>,
}

impl RunProgress {
    /// Whether nothing is left to do.
    pub fn is_done(&self) -> bool {
        self.done == self.total && self.divergence.is_none()
    }

    /// As JSON, as the page sees it.
    pub fn to_json(&self) -> Value {
        let state = match &self.divergence {
            Some(_) => "diverged",
            None if self.is_done() => "done",
            None => "running",
        };
        let mut fields = vec![
            ("done", self.done.into()),
            ("total", self.total.into()),
            ("state", state.into()),
            ("drawn", self.drawn.into()),
            ("train_loss", self.train_loss.into()),
        ];
        if let Some(epoch) = self.done.checked_div(self.steps_per_epoch) {
            fields.push(("epoch", epoch.into()));
            fields.push(("epochs", self.total.div_ceil(self.steps_per_epoch).into()));
        }
        if let Some(divergence) = &self.divergence {
            fields.push(("message", divergence.message.as_str().into()));
            fields.push(("diverged_at", divergence.step.into()));
        }
        object(fields)
    }
}

impl Experiment {
    /// A run that has not begun.
    pub fn new(spec: Spec) -> Experiment {
        let problem = Problem::new(&spec.problem);
        Experiment {
            sample: new_sample(&spec),
            chosen: None,
            labels: Vec::new(),
            test: new_test(&spec),
            stage: Stage::Drawing,
            evaluation: Evaluation::default(),
            errors: None,
            digesting: Digesting::Not,
            problem,
            spec,
        }
    }

    /// Starts over with another spec, keeping what both share: drawn points and test points. Everything that follows has the bits
    /// of a fresh run.
    pub fn respec(&mut self, spec: Spec) {
        let old = std::mem::replace(&mut self.spec, spec);
        let (old, new) = (&old, &self.spec);
        let same_problem = old.problem == new.problem;
        let own_data = matches!(new.problem, ProblemSpec::Data { .. });
        if !same_problem {
            self.problem = Problem::new(&new.problem);
        }
        // For the reader's own rows the split into sample and test depends on n and seed.
        let same_split = !own_data || old.sample == new.sample;
        if !(same_problem && old.sample.seed == new.sample.seed && same_split) {
            self.sample = new_sample(new);
        }
        if !(same_problem && old.test_n == new.test_n && same_split) {
            self.test = new_test(new);
        }
        self.chosen = None;
        self.labels = Vec::new();
        self.stage = Stage::Drawing;
        self.evaluation = Evaluation::default();
        self.errors = None;
        self.digesting = Digesting::Not;
    }

    /// The spec of this run.
    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    /// The world of this run.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// Number of points in the training sample, without those bought in addition.
    pub fn n(&self) -> usize {
        match &self.spec.problem {
            ProblemSpec::Data { rows } => self.spec.sample.n.min(rows.len()),
            _ => self.spec.sample.n,
        }
    }

    /// Points to be drawn from the density before learning can start.
    fn to_draw(&self) -> usize {
        let bought = &self.spec.sample;
        self.n() + if bought.extra_in_tip { 0 } else { bought.extra_n }
    }

    /// Works for at most `max_units` units: points drawn, then steps or points indexed.
    pub fn advance(&mut self, max_units: u64) -> RunProgress {
        match &mut self.stage {
            Stage::Drawing => {
                let max = usize::try_from(max_units).unwrap_or(usize::MAX);
                // Drawing is not counted as steps, so a small slice of steps must still draw a fair number.
                let max = if self.counts_steps() { max.saturating_mul(64).max(4096) } else { max };
                let n = self.to_draw();
                if self.sample.len() >= n || self.sample.grow(&self.problem, n, max) {
                    self.start_learning();
                }
            }
            Stage::Learning(model) => {
                let before = model.as_learner().progress().done;
                model.learner().advance(max_units);
                if model.as_learner().progress().done != before {
                    self.forget_measures();
                }
            }
        }
        self.progress()
    }

    /// Runs to the end, or until training diverges.
    pub fn finish(&mut self) -> RunProgress {
        loop {
            let progress = self.advance(u64::from(u32::MAX));
            if progress.is_done() || progress.divergence.is_some() {
                return progress;
            }
        }
    }

    /// Whether units of work are steps; else they are points, drawn and then indexed.
    fn counts_steps(&self) -> bool {
        !matches!(self.spec.learner, LearnerSpec::Knn { .. })
    }

    fn start_learning(&mut self) {
        let features = self.spec.features;
        let drawn = self.to_draw();
        let mut truth = self.sample.truth(drawn).to_vec();
        let mut base = self.n();
        self.chosen = None;
        if self.spec.sample.extra_in_tip && self.spec.sample.extra_n > 0 {
            let mut points = self.sample.points(drawn).to_vec();
            base = bought::in_tip(&self.problem, &self.spec.sample, &mut points, &mut truth);
            self.chosen = Some(points);
        }
        self.labels = Sample::training_labels(truth, &self.spec.labels);
        let sample = Labelled { rows: features.of_points(self.points()), labels: self.labels.clone(), base };
        let test = self.test.first(&self.problem, CURVE_POINTS);
        let test_rows = features.of_points(&test.xy);
        self.stage = Stage::Learning(match &self.spec.learner {
            LearnerSpec::Mlp(mlp) => {
                let test = Labelled { rows: test_rows, labels: test.truth, base: 0 };
                Model::Mlp(Box::new(Trainer::new(mlp.clone(), self.spec.budget, features.dims(), sample, test)))
            }
            LearnerSpec::Knn { k, standardize, brute } => {
                Model::Knn(Box::new(KnnRun::new(*k, *standardize, *brute, features.dims(), sample, &test_rows)))
            }
            LearnerSpec::Family(family) => Model::Family(Box::new(FamilyRun::new(*family, sample))),
        });
    }

    /// How far the run is.
    pub fn progress(&self) -> RunProgress {
        let n = self.to_draw() as u64;
        let drawn = (self.sample.len() as u64).min(n);
        match &self.stage {
            Stage::Drawing => {
                let (done, total) = match &self.spec.learner {
                    LearnerSpec::Mlp(mlp) => (
                        0,
                        train::planned_steps(
                            mlp,
                            self.spec.budget,
                            self.spec.features.dims(),
                            self.n() + self.spec.sample.extra_n,
                        ),
                    ),
                    LearnerSpec::Knn { .. } => (drawn, 2 * n),
                    LearnerSpec::Family(_) => (0, family_run::planned_steps(self.n() + self.spec.sample.extra_n)),
                };
                RunProgress { done, total, drawn: false, steps_per_epoch: 0, train_loss: None, divergence: None }
            }
            Stage::Learning(model) => {
                let own = model.as_learner().progress();
                let before = if self.counts_steps() { 0 } else { n };
                RunProgress {
                    done: before + own.done,
                    total: before + own.total,
                    drawn: true,
                    steps_per_epoch: own.steps_per_epoch,
                    train_loss: own.train_loss,
                    divergence: own.divergence,
                }
            }
        }
    }

    /// Probabilities of "inside" for points x, y, x, y, …; 1/2 before there is a learner.
    ///
    /// # Errors
    /// When training has diverged, or an answer is not a number: there is nothing to draw.
    pub fn predict(&mut self, points: &[f32]) -> Result<Vec<f32>, Divergence> {
        let Stage::Learning(model) = &mut self.stage else {
            return Ok(vec![0.5; points.len() / 2]);
        };
        let learner = model.learner();
        if let Some(divergence) = learner.progress().divergence {
            return Err(divergence);
        }
        let mut out = Vec::with_capacity(points.len() / 2);
        learner.predict(&self.spec.features.of_points(points), &mut out);
        if out.iter().any(|p| p.is_nan()) {
            let step = learner.progress().done;
            let message = format!(
                "training diverged: after step {step} some answers are not numbers. Lower learner.learning_rate"
            );
            return Err(Divergence { step, message });
        }
        Ok(out)
    }

    /// Probabilities of "inside" at the pixel centres of some rows of a raster.
    ///
    /// # Errors
    /// When training has diverged.
    pub fn raster(
        &mut self,
        view: View,
        width: usize,
        height: usize,
        rows: Range<usize>,
    ) -> Result<Vec<f32>, Divergence> {
        self.predict(&raster::points(view, width, height, rows))
    }

    /// Activations of a hidden unit for points x, y, x, y, …; `None` if there is no such unit (yet), or it is not finite.
    pub fn unit(&mut self, layer: usize, unit: usize, points: &[f32]) -> Option<Vec<f32>> {
        let Stage::Learning(Model::Mlp(trainer)) = &mut self.stage else { return None };
        let exists = trainer.network().hidden().get(layer).is_some_and(|units| unit < *units);
        if !exists || trainer.progress().divergence.is_some() {
            return None;
        }
        let mut out = Vec::with_capacity(points.len() / 2);
        trainer.unit(layer, unit, &self.spec.features.of_points(points), &mut out);
        out.iter().all(|value| value.is_finite()).then_some(out)
    }

    /// The neighbours that vote on a point, nearest first, as (index, x, y, label, distance); empty for other learners.
    pub fn neighbours(&self, x: f32, y: f32) -> Vec<(usize, f32, f32, u8, f32)> {
        let Stage::Learning(Model::Knn(run)) = &self.stage else {
            return Vec::new();
        };
        let row = self.spec.features.of_points(&[x, y]);
        let points = self.points();
        let found = run.neighbours(&row);
        found.iter().map(|&(i, d2, label)| (i, points[2 * i], points[2 * i + 1], label, d2.sqrt())).collect()
    }

    /// The points trained on, x, y, x, y, …, and their labels; none before all are drawn.
    pub fn sample(&self) -> (&[f32], &[u8]) {
        (self.points(), &self.labels)
    }

    fn points(&self) -> &[f32] {
        self.chosen.as_deref().unwrap_or_else(|| {
            // Between two runs the sample may hold more than this one needs.
            let count = if self.labels.is_empty() { self.to_draw().min(self.sample.len()) } else { self.labels.len() };
            self.sample.points(count)
        })
    }

    /// The loss curve; empty for learners without one.
    pub fn loss(&self) -> LossCurve {
        match &self.stage {
            Stage::Learning(Model::Mlp(trainer)) => trainer.curve().clone(),
            _ => LossCurve::default(),
        }
    }

    /// What the learner costs; `None` before it is done drawing.
    pub fn cost(&mut self) -> Option<Cost> {
        match &mut self.stage {
            Stage::Learning(model) => Some(model.learner().cost()),
            Stage::Drawing => None,
        }
    }

    /// Measures errors on up to `max` more points, making the test points first. Returns true when finished.
    ///
    /// The errors are those of the learner as it is now: further training starts the measuring anew.
    ///
    /// # Errors
    /// When training has diverged.
    pub fn measure(&mut self, max: usize) -> Result<bool, Divergence> {
        if self.errors.is_some() {
            return Ok(true);
        }
        if !self.test.step(&self.problem, max) {
            return Ok(false);
        }
        // Taken out for the time of the call, since the predictions borrow the rest of the run.
        let mut evaluation = std::mem::take(&mut self.evaluation);
        let test = std::mem::replace(&mut self.test, TestPoints::new(0));
        let mut divergence = None;
        let finished = evaluation.step(&test, max, &mut |points| {
            self.predict(points).unwrap_or_else(|d| {
                divergence = Some(d);
                Vec::new()
            })
        });
        self.test = test;
        if let Some(divergence) = divergence {
            return Err(divergence);
        }
        if finished {
            let own_data = matches!(self.spec.problem, ProblemSpec::Data { .. });
            let mut errors = evaluation.errors(&self.test, own_data);
            if own_data {
                errors.push(self.training_error()?);
            }
            self.errors = Some(errors);
        }
        self.evaluation = evaluation;
        Ok(finished)
    }

    fn training_error(&mut self) -> Result<Measured, Divergence> {
        let points = self.points().to_vec();
        let answers = self.predict(&points)?;
        let wrong = answers.iter().zip(&self.labels).filter(|(p, label)| (**p >= 0.5) != (**label == 1)).count();
        Ok(share("training", "all", wrong, answers.len()))
    }

    /// Forgets what was measured of a learner that has changed since.
    fn forget_measures(&mut self) {
        self.evaluation = Evaluation::default();
        self.errors = None;
        self.digesting = Digesting::Not;
    }

    /// All errors, finishing the measuring if need be.
    ///
    /// # Errors
    /// When training has diverged.
    pub fn errors(&mut self) -> Result<&[Measured], Divergence> {
        while !self.measure(ALL)? {}
        Ok(self.errors.as_deref().unwrap_or_default())
    }

    /// Feeds one more part to the digest. Returns it when finished; `None` while it is not, or while the run
    /// is not done.
    ///
    /// # Errors
    /// When training has diverged.
    pub fn digest_step(&mut self) -> Result<Option<String>, Divergence> {
        if let Some(divergence) = self.progress().divergence {
            return Err(divergence);
        }
        if !self.progress().is_done() {
            return Ok(None);
        }
        match std::mem::replace(&mut self.digesting, Digesting::Not) {
            Digesting::Not => self.digesting = Digesting::State { hash: Sha256::new(), part: 0 },
            Digesting::State { mut hash, part } => {
                let Stage::Learning(model) = &self.stage else { unreachable!("the run is done") };
                let points = self.points();
                let rows = |range: Range<usize>| self.spec.features.of_points(&points[2 * range.start..2 * range.end]);
                if model.as_learner().feed_digest(part, &rows, &mut |bytes| hash.update(bytes)) {
                    self.digesting = Digesting::State { hash, part: part + 1 };
                } else {
                    for p in self.raster(self.problem.plane(), SIDE, SIDE, 0..SIDE)? {
                        hash.update(p.to_le_bytes());
                    }
                    self.digesting = Digesting::Done(hex(&hash.finalize()));
                }
            }
            Digesting::Done(digest) => {
                self.digesting = Digesting::Done(digest.clone());
                return Ok(Some(digest));
            }
        }
        Ok(None)
    }

    /// The digest of a run that is done; `None` if it is not done.
    ///
    /// # Errors
    /// When training has diverged.
    pub fn digest(&mut self) -> Result<Option<String>, Divergence> {
        if !self.progress().is_done() && self.progress().divergence.is_none() {
            return Ok(None);
        }
        loop {
            if let Some(digest) = self.digest_step()? {
                return Ok(Some(digest));
            }
        }
    }

    /// Bytes from which [`Experiment::restore`] continues this run bit for bit.
    pub fn snapshot(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.bytes(MAGIC);
        out.u64(u64::from(ENGINE));
        out.bytes(self.spec.id().as_bytes());
        match &self.stage {
            Stage::Drawing => out.u64(0),
            Stage::Learning(model) => {
                out.u64(1);
                model.as_learner().save(&mut out);
            }
        }
        out.0
    }

    /// Continues from a snapshot of a run with the same spec.
    ///
    /// # Errors
    /// When the bytes are not a snapshot of this spec and engine; the run is then as before its start.
    pub fn restore(&mut self, bytes: &[u8]) -> Result<(), SnapshotError> {
        let mut from = Reader(bytes);
        if from.bytes(MAGIC.len())? != MAGIC {
            return Err(SnapshotError("it is not a snapshot"));
        }
        if from.u64()? != u64::from(ENGINE) {
            return Err(SnapshotError("another engine wrote it"));
        }
        let id = self.spec.id();
        if from.bytes(id.len())? != id.as_bytes() {
            return Err(SnapshotError("it belongs to another spec"));
        }
        self.forget_measures();
        self.stage = Stage::Drawing;
        if from.u64()? == 0 {
            return Ok(());
        }
        while !self.sample.grow(&self.problem, self.to_draw(), ALL) {}
        self.start_learning();
        let Stage::Learning(model) = &mut self.stage else { unreachable!("just started") };
        let loaded = model.learner().load(&mut from);
        let whole = if from.0.is_empty() { Ok(()) } else { Err(SnapshotError("it is too long")) };
        loaded.and(whole).inspect_err(|_| self.stage = Stage::Drawing)
    }

    fn measured(&mut self) -> Result<(Value, Option<String>), Divergence> {
        let errors = evaluate::to_json(self.errors()?);
        Ok((errors, self.digest()?))
    }

    /// Everything `run` reports, as JSON, finishing what is left; `seconds` is added by whoever holds the clock.
    pub fn report(&mut self) -> Value {
        let progress = self.finish();
        let mut report = vec![
            ("engine", ENGINE.into()),
            ("spec_id", self.spec.id().into()),
            ("spec", self.spec.to_json().clone()),
            ("loss", loss_json(&self.loss())),
        ];
        if let Some(cost) = self.cost() {
            report.push(("cost", cost_json(&cost)));
        }
        let measured = match progress.divergence {
            Some(divergence) => Err(divergence),
            None => self.measured(),
        };
        match measured {
            Ok((errors, digest)) => {
                report.push(("errors", errors));
                report.push(("digest", digest.into()));
            }
            Err(divergence) => {
                report.push(("errors", Value::Array(Vec::new())));
                report.push(("digest", Value::Null));
                let (step, message) = (divergence.step.into(), divergence.message.into());
                report.push(("diverged", object(vec![("step", step), ("message", message)])));
            }
        }
        object(report)
    }
}

/// Cost as JSON.
pub fn cost_json(cost: &Cost) -> Value {
    object(vec![("train", cost.train.into()), ("per_query", cost.per_query.into()), ("bytes", cost.bytes.into())])
}

/// A loss curve as JSON.
pub fn loss_json(curve: &LossCurve) -> Value {
    let list = |numbers: &Vec<f64>| numbers.as_slice().into();
    object(vec![
        ("step", list(&curve.step)),
        ("train", list(&curve.train)),
        ("test", list(&curve.test)),
        ("test_error", list(&curve.test_error)),
    ])
}

fn new_sample(spec: &Spec) -> Sample {
    match &spec.problem {
        ProblemSpec::Data { rows } => Sample::of_rows(rows.len(), spec.sample.n, spec.sample.seed),
        _ => Sample::new(spec.sample.seed, Purpose::Data),
    }
}

fn new_test(spec: &Spec) -> TestPoints {
    match &spec.problem {
        ProblemSpec::Data { rows } => TestPoints::of_rows(rows, spec.sample.n, spec.sample.seed),
        _ => TestPoints::new(spec.test_n),
    }
}

impl Model {
    fn learner(&mut self) -> &mut dyn Learner {
        match self {
            Model::Mlp(trainer) => trainer.as_mut(),
            Model::Knn(run) => run.as_mut(),
            Model::Family(run) => run.as_mut(),
        }
    }

    fn as_learner(&self) -> &dyn Learner {
        match self {
            Model::Mlp(trainer) => trainer.as_ref(),
            Model::Knn(run) => run.as_ref(),
            Model::Family(run) => run.as_ref(),
        }
    }
}
