//! k nearest neighbours: a point is as likely inside as the share of its k nearest sample points that are.

use super::neighbours::{Index, IndexBuilder, Neighbour, NeighbourIndex};

/// Which index a fit builds. Both give the same neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Search {
    /// The fastest for the data.
    Auto,
    /// Every distance, for comparison.
    Brute,
}

/// A fitted classifier: the index, the labels and k.
pub struct Knn {
    labels: Vec<u8>,
    k: usize,
    index: Index,
}

impl Knn {
    /// Fits in one go: `inputs` is row-major, `dims` finite values a row, with one label (0 or 1) a row.
    pub fn fit(inputs: &[f32], dims: usize, labels: &[u8], k: usize, search: Search) -> Knn {
        let mut fit = KnnFit::new(labels.len(), dims, k, search);
        while !fit.step(inputs, usize::MAX) {}
        fit.finish(labels)
    }

    /// How many neighbours vote, if there are as many rows.
    pub fn k(&self) -> usize {
        self.k
    }

    /// The index, which holds its own copy of the inputs.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// One label a row.
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// The nearest rows, min(k, n) of them, nearest first.
    pub fn neighbours(&self, query: &[f32]) -> Vec<Neighbour> {
        let mut found = Vec::new();
        self.index.nearest(query, self.k, &mut found);
        found
    }

    /// The share of label 1 among the min(k, n) nearest rows.
    pub fn probability(&self, query: &[f32]) -> f32 {
        let mut probability = [0.0];
        self.probabilities(query, &mut probability);
        probability[0]
    }

    /// [`probability`](Self::probability) of many points: `queries` is row-major, one value of `shares` a row. Returns how
    /// many distances it took, the same count on every machine.
    pub fn probabilities(&self, queries: &[f32], shares: &mut [f32]) -> u64 {
        let mut found = Vec::new();
        let mut computed = 0;
        for (query, share) in queries.chunks_exact(self.index.dims()).zip(shares) {
            computed += self.index.vote(query, self.k, &mut found) as u64;
            let votes: u32 = found.iter().map(|row| u32::from(self.labels[row.index as usize])).sum();
            // Whole numbers up to 99: exact as f32, so the division is the only rounding.
            *share = votes as f32 / found.len() as f32;
        }
        computed
    }
}

/// Fits a [`Knn`] in slices.
pub struct KnnFit {
    k: usize,
    len: usize,
    dims: usize,
    index: Fit,
}

enum Fit {
    Building(IndexBuilder),
    Brute(Option<Index>),
}

impl KnnFit {
    /// For the first `len` ≥ 1 rows of a sample, `dims` values a row; `k` is odd, 1 to 99, and may exceed `len`.
    pub fn new(len: usize, dims: usize, k: usize, search: Search) -> KnnFit {
        let index = match search {
            Search::Auto => Fit::Building(IndexBuilder::new(len, dims)),
            Search::Brute => Fit::Brute(None),
        };
        KnnFit { k, len, dims, index }
    }

    /// Does about `max_points` rows' worth of work; true when the fit is finished. `inputs` is row-major and must be the
    /// same at each call; what follows the first `len` rows is ignored.
    pub fn step(&mut self, inputs: &[f32], max_points: usize) -> bool {
        let inputs = &inputs[..self.len * self.dims];
        match &mut self.index {
            Fit::Building(builder) => builder.step(inputs, max_points),
            Fit::Brute(index) => {
                index.get_or_insert_with(|| Index::brute(inputs, self.dims));
                true
            }
        }
    }

    /// The fitted learner, once [`step`](Self::step) has said true, with the first `len` of `labels`. Must not be called before.
    pub fn finish(self, labels: &[u8]) -> Knn {
        let index = match self.index {
            Fit::Building(builder) => builder.finish(),
            Fit::Brute(index) => index.expect("the fit has not been stepped to its end"),
        };
        Knn { labels: labels[..self.len].to_vec(), k: self.k, index }
    }
}
