//! The core as the command line uses it, one stage at a time, so that each can be timed alone.

use crate::files::{Points, VIEW};
use bitter_lesson::experiment::Experiment;
use bitter_lesson::spec::Spec;
use serde_json::{Value, json};

/// A run of the core, stopped between its stages.
pub struct Ours {
    run: Experiment,
}

impl Ours {
    /// A run that has not begun.
    pub fn new(spec: &Value) -> Ours {
        let spec = Spec::check(spec).unwrap_or_else(|error| panic!("{error}"));
        Ours { run: Experiment::new(spec) }
    }

    /// Nearest neighbours on rows of the benchmark's own.
    pub fn on_rows(points: &Points, k: u64) -> Ours {
        let rows = points.xy.iter().zip(&points.labels).map(|(p, label)| json!([p[0], p[1], label]));
        let rows: Vec<Value> = rows.collect();
        let n = rows.len();
        Ours::new(&json!({
            "problem": { "kind": "data", "rows": rows },
            "sample": { "n": n },
            "learner": { "kind": "knn", "k": k },
        }))
    }

    /// Back to the start, or to another spec, keeping the points that are drawn.
    pub fn again(&mut self, spec: Option<&Value>) {
        let spec = spec.map(|spec| Spec::check(spec).unwrap_or_else(|error| panic!("{error}")));
        self.run.respec(spec.unwrap_or_else(|| self.run.spec().clone()));
    }

    /// Draws the points.
    pub fn draw(&mut self) {
        while !self.run.advance(u64::from(u32::MAX)).drawn {}
    }

    /// From points to an index that answers, so many times.
    pub fn index(&mut self, times: u64) {
        self.run.finish();
        for _ in 1..times {
            self.again(None);
            self.run.finish();
        }
    }

    /// Trains for so many epochs; the points are drawn before, by [`Ours::draw`].
    pub fn train(&mut self, epochs: u64) {
        let progress = self.run.progress();
        let end = progress.done + epochs * progress.steps_per_epoch;
        let mut done = progress.done;
        while done < end {
            let progress = self.run.advance(end - done);
            assert!(progress.divergence.is_none(), "training diverged");
            done = progress.done;
        }
    }

    /// Probabilities at the training points.
    pub fn answers(&mut self) -> Vec<f32> {
        let points = self.run.sample().0.to_vec();
        self.run.predict(&points).unwrap_or_else(|divergence| panic!("{}", divergence.message))
    }

    /// Shares of votes at the centres of `side` x `side` pixels, so many times.
    pub fn raster(&mut self, side: usize, times: u64) -> Vec<f32> {
        let mut shares = Vec::new();
        for _ in 0..times {
            shares = self
                .run
                .raster(VIEW, side, side, 0..side)
                .unwrap_or_else(|divergence| panic!("{}", divergence.message));
        }
        shares
    }
}
