//! Every distance, then the k smallest: slow and plainly right, the yardstick for the other indexes.

use super::closest::{key, neighbour};
use super::{Neighbour, NeighbourIndex};

/// See the module: every distance, then the k smallest.
pub struct Brute {
    points: Vec<f32>,
    dims: usize,
}

impl Brute {
    /// `points` is row-major, `dims` values a row, all finite.
    pub fn build(points: &[f32], dims: usize) -> Brute {
        Brute { points: points.to_vec(), dims }
    }
}

impl NeighbourIndex for Brute {
    fn len(&self) -> usize {
        self.points.len() / self.dims
    }

    fn dims(&self) -> usize {
        self.dims
    }

    fn vote(&self, query: &[f32], k: usize, found: &mut Vec<Neighbour>) -> usize {
        let rows = self.points.chunks_exact(self.dims);
        let mut keys: Vec<u64> = rows.zip(0..).map(|(row, index)| key(distance2(row, query), index)).collect();
        if k < keys.len() {
            keys.select_nth_unstable(k);
            keys.truncate(k);
        }
        found.clear();
        found.extend(keys.into_iter().map(neighbour));
        self.len()
    }
}

/// Squared Euclidean distance, added in the order of the dimensions, every operation rounded to f32.
pub(super) fn distance2(row: &[f32], query: &[f32]) -> f32 {
    let mut sum = 0.0;
    for (x, q) in row.iter().zip(query) {
        sum += (x - q) * (x - q);
    }
    sum
}
