//! Samples: points drawn one by one from the density, their true labels, and what is done to the labels for training.

use super::problem::{Problem, Shape};
use crate::rng::{Purpose, Streams, shuffle, stream, uniform};
use crate::spec::LabelsSpec;
use ndarray::ArrayView2;

/// Points drawn from a problem, with their true labels. It only ever grows: the first N points do not depend on how many
/// follow.
#[derive(Clone, Debug)]
pub struct Sample {
    streams: Streams,
    /// For the reader's own rows: which row each point is.
    order: Vec<u32>,
    points: Vec<f32>,
    truth: Vec<u8>,
}

impl Sample {
    /// An empty sample of this seed and purpose.
    pub fn new(seed: u32, purpose: Purpose) -> Sample {
        Sample { streams: Streams::new(seed, purpose as u64), order: Vec::new(), points: Vec::new(), truth: Vec::new() }
    }

    /// A sample of the reader's own rows that will hold `n` of them: all in their order if that is all there are, else the
    /// first `n` of a shuffle by this seed.
    pub fn of_rows(rows: usize, n: usize, seed: u32) -> Sample {
        let mut sample = Sample::new(seed, Purpose::Data);
        sample.order = split(rows, n, seed).0;
        sample
    }

    /// Number of points drawn so far.
    pub fn len(&self) -> usize {
        self.truth.len()
    }

    /// Whether no point has been drawn.
    pub fn is_empty(&self) -> bool {
        self.truth.is_empty()
    }

    /// Draws up to `max` more points, to `n` in all. Returns true when there are `n`.
    pub fn grow(&mut self, problem: &Problem, n: usize, max: usize) -> bool {
        let to = n.min(self.len().saturating_add(max));
        if let Shape::Data(rows) = &problem.shape {
            let to = to.min(self.order.len());
            for i in self.len()..to {
                let [x, y, label] = rows[self.order[i] as usize];
                self.points.extend([x as f32, y as f32]);
                self.truth.push(u8::from(label == 1.0));
            }
            return self.len() >= n.min(self.order.len());
        }
        let mixture = problem.mixture.as_ref().expect("problems with a curve have a density");
        if to > self.len() && self.points.capacity() < 2 * to {
            // Exactly what is asked for: doubling would hold two samples of a million at once.
            self.points.reserve_exact(2 * (n - self.len()));
            self.truth.reserve_exact(n - self.len());
        }
        for i in self.len()..to {
            let [x, y] = mixture.draw(&mut self.streams.at(i as u64));
            self.points.extend([x, y]);
            self.truth.push(u8::from(problem.inside(x, y) == Some(true)));
        }
        self.len() >= n
    }

    /// The first `n` points, row-major `n x 2`.
    pub fn points(&self, n: usize) -> &[f32] {
        &self.points[..2 * n]
    }

    /// The first `n` points as a matrix of `n` rows and the columns x, y.
    pub fn matrix(&self, n: usize) -> ArrayView2<'_, f32> {
        ArrayView2::from_shape((n, 2), self.points(n)).expect("two numbers a point")
    }

    /// True labels of the first `n` points: 1 inside, 0 outside.
    pub fn truth(&self, n: usize) -> &[u8] {
        &self.truth[..n]
    }

    /// The labels a learner is given for these true ones, those of the first points.
    ///
    /// A label is flipped when the point's own uniform number lies below the noise, so that flips nest as noise grows and do
    /// not depend on their number. A shuffle deals the labels out again before the flips.
    pub fn training_labels(mut labels: Vec<u8>, spec: &LabelsSpec) -> Vec<u8> {
        if spec.shuffle {
            shuffle(&mut stream(spec.seed, Purpose::LabelShuffle, labels.len() as u64), &mut labels);
        }
        if spec.noise > 0.0 {
            let streams = Streams::new(spec.seed, Purpose::LabelNoise as u64);
            for (i, label) in labels.iter_mut().enumerate() {
                if uniform(&mut streams.at(i as u64)) < spec.noise {
                    *label = 1 - *label;
                }
            }
        }
        labels
    }
}

/// Rows for training and rows held out for testing.
pub fn split(rows: usize, n: usize, seed: u32) -> (Vec<u32>, Vec<u32>) {
    let mut order: Vec<u32> = (0..rows as u32).collect();
    if n < rows {
        shuffle(&mut stream(seed, Purpose::Data, 0), &mut order);
        let held_out = order.split_off(n);
        (order, held_out)
    } else {
        (order, Vec::new())
    }
}
