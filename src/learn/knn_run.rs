//! Nearest neighbours as a [`Learner`]: indexing a sample by slices, then answering.

use super::knn::{Knn, KnnFit, Search};
use super::model::{Cost, Learner, Progress, Reader, SnapshotError, Writer};
use super::standardize::Standardizer;
use super::train::Labelled;
use std::ops::Range;

/// Rows fed to the digest in one part.
const DIGEST_ROWS: usize = 16_384;
/// Queries whose distances are counted to say what an answer costs.
const COST_QUERIES: usize = 1_000;

/// A classifier that is being indexed or is ready.
pub struct KnnRun {
    standardizer: Standardizer,
    labels: Vec<u8>,
    dims: usize,
    done: u64,
    /// Queries for the cost: rows of the test sample.
    probes: Vec<f32>,
    state: State,
}

enum State {
    Indexing {
        rows: Vec<f32>,
        fit: KnnFit,
    },
    Ready(Knn),
    /// Only while one becomes the other.
    Moving,
}

impl KnnRun {
    /// Starts on a sample of at least one row; `test` gives queries whose cost is measured.
    pub fn new(k: usize, standardize: bool, brute: bool, dims: usize, mut sample: Labelled, test: &[f32]) -> KnnRun {
        let standardizer = if standardize {
            Standardizer::fit(&sample.rows[..sample.base * dims], dims)
        } else {
            Standardizer::none(dims)
        };
        if standardize {
            standardizer.apply(&mut sample.rows);
        }
        let search = if brute { Search::Brute } else { Search::Auto };
        let fit = KnnFit::new(sample.labels.len(), dims, k, search);
        let source = if test.is_empty() { &sample.rows } else { test };
        let mut probes = source[..source.len().min(COST_QUERIES * dims)].to_vec();
        if standardize && !test.is_empty() {
            standardizer.apply(&mut probes);
        }
        KnnRun {
            standardizer,
            labels: sample.labels,
            dims,
            done: 0,
            probes,
            state: State::Indexing { rows: sample.rows, fit },
        }
    }

    /// The nearest points of one row of features as (index into the sample, squared distance, label), nearest first.
    pub fn neighbours(&self, row: &[f32]) -> Vec<(usize, f32, u8)> {
        let State::Ready(knn) = &self.state else {
            return Vec::new();
        };
        let mut row = row.to_vec();
        self.standardizer.apply(&mut row);
        let found = knn.neighbours(&row);
        found.iter().map(|n| (n.index as usize, n.distance2, self.labels[n.index as usize])).collect()
    }
}

impl Learner for KnnRun {
    fn advance(&mut self, max_units: u64) {
        let State::Indexing { rows, fit } = &mut self.state else {
            return;
        };
        let max = usize::try_from(max_units).unwrap_or(usize::MAX);
        let finished = fit.step(rows, max);
        let n = self.labels.len() as u64;
        // Indexing takes several passes, whose number is the index's affair; the count never says "done" too early.
        self.done = if finished { n } else { self.done.saturating_add(max_units).min(n - 1) };
        if finished && let State::Indexing { fit, .. } = std::mem::replace(&mut self.state, State::Moving) {
            self.state = State::Ready(fit.finish(&self.labels));
        }
    }

    fn progress(&self) -> Progress {
        let total = self.labels.len() as u64;
        Progress { done: self.done, total, steps_per_epoch: 0, train_loss: None, divergence: None }
    }

    /// Share of votes for "inside". Before the index is ready there is no answer, and one half is said.
    fn predict(&mut self, rows: &[f32], out: &mut Vec<f32>) {
        let from = out.len();
        out.resize(from + rows.len() / self.dims, 0.5);
        let State::Ready(knn) = &self.state else {
            return;
        };
        let mut rows = rows.to_vec();
        self.standardizer.apply(&mut rows);
        knn.probabilities(&rows, &mut out[from..]);
    }

    fn cost(&mut self) -> Cost {
        let n = self.labels.len() as f64;
        let per_query = match &self.state {
            State::Ready(knn) => {
                let mut shares = vec![0.0; self.probes.len() / self.dims];
                let distances = knn.probabilities(&self.probes, &mut shares) as f64;
                // A distance takes a subtraction and a multiplication a column, and the additions between them.
                distances / shares.len() as f64 * (3 * self.dims - 1) as f64
            }
            _ => f64::NAN,
        };
        Cost { train: 0.0, per_query, bytes: n * (4 * self.dims + 1) as f64 }
    }

    /// The rows in order of the sample, as stored (standardised if they are), then all labels.
    fn feed_digest(&self, part: usize, rows: &dyn Fn(Range<usize>) -> Vec<f32>, feed: &mut dyn FnMut(&[u8])) -> bool {
        let n = self.labels.len();
        let from = part * DIGEST_ROWS;
        if from >= n {
            feed(&self.labels);
            return false;
        }
        let mut rows = rows(from..n.min(from + DIGEST_ROWS));
        self.standardizer.apply(&mut rows);
        let bytes: Vec<u8> = rows.iter().flat_map(|value| value.to_le_bytes()).collect();
        feed(&bytes);
        true
    }

    /// Nothing: the index is made again from the spec in less time than it takes to copy it.
    fn save(&self, _: &mut Writer) {}

    fn load(&mut self, _: &mut Reader) -> Result<(), SnapshotError> {
        Ok(())
    }
}
