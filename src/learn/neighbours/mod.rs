//! Which rows of a sample lie closest to a point: exactly, in every index alike.
//!
//! The squared distance is (x0-q0)² + (x1-q1)² + …, added in the order of the dimensions, every operation rounded to f32.
//! Every index computes just that, so all give equal bits. Equal distances go to the lowest index. Far-flung coordinates may
//! overflow to an infinite squared distance; such rows are equally far, and their index decides.

mod axis;
mod brute;
mod closest;
mod grid;
mod kdtree;
mod order;
mod split;

pub use brute::Brute;
use closest::{key, neighbour};
pub use grid::{Grid, GridBuilder};
pub use kdtree::{KdTree, KdTreeBuilder};

/// A row of the sample and its squared Euclidean distance from the query.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbour {
    /// Squared distance: never NaN, infinite if it overflows.
    pub distance2: f32,
    /// Row of the sample, from 0.
    pub index: u32,
}

/// What every index can do.
pub trait NeighbourIndex {
    /// Number of rows.
    fn len(&self) -> usize;

    /// Whether there is no row.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Coordinates a row.
    fn dims(&self) -> usize;

    /// Replaces `found` by the `k` nearest rows, in the order (squared distance, lowest index); all rows if `k` exceeds
    /// their number. `query` holds [`dims`](Self::dims) finite values. Returns how many distances were computed: the same
    /// count on every machine.
    fn nearest(&self, query: &[f32], k: usize, found: &mut Vec<Neighbour>) -> usize {
        let computed = self.vote(query, k, found);
        let mut keys: Vec<u64> = found.iter().map(|row| key(row.distance2, row.index)).collect();
        keys.sort_unstable();
        found.clear();
        found.extend(keys.into_iter().map(neighbour));
        computed
    }

    /// The same rows in any order, which is enough for a vote; for large `k` sorting them takes as long as finding them.
    fn vote(&self, query: &[f32], k: usize, found: &mut Vec<Neighbour>) -> usize;
}

/// The index that suits the data.
pub enum Index {
    /// Every distance.
    Brute(Brute),
    /// Square cells, for two dimensions.
    Grid(Grid),
    /// A tree of boxes, for other dimensions and for uneven data.
    KdTree(KdTree),
}

impl Index {
    /// `points` is row-major, `dims` ≥ 1 finite values a row.
    pub fn build(points: &[f32], dims: usize) -> Index {
        let mut builder = IndexBuilder::new(points.len() / dims, dims);
        while !builder.step(points, usize::MAX) {}
        builder.finish()
    }

    /// Brute force, whatever the data.
    pub fn brute(points: &[f32], dims: usize) -> Index {
        Index::Brute(Brute::build(points, dims))
    }

    fn inner(&self) -> &dyn NeighbourIndex {
        match self {
            Index::Brute(index) => index,
            Index::Grid(index) => index,
            Index::KdTree(index) => index,
        }
    }
}

impl NeighbourIndex for Index {
    fn len(&self) -> usize {
        self.inner().len()
    }

    fn dims(&self) -> usize {
        self.inner().dims()
    }

    fn vote(&self, query: &[f32], k: usize, found: &mut Vec<Neighbour>) -> usize {
        self.inner().vote(query, k, found)
    }
}

/// Builds an [`Index`] in slices: a grid for two dimensions, unless the data fills its cells too unevenly; else a k-d tree.
pub enum IndexBuilder {
    /// Two dimensions, not known to be uneven.
    Grid(GridBuilder),
    /// Everything else.
    KdTree(KdTreeBuilder),
}

impl IndexBuilder {
    /// For `len` ≥ 1 rows of `dims` ≥ 1 coordinates.
    pub fn new(len: usize, dims: usize) -> IndexBuilder {
        if dims == 2 {
            IndexBuilder::Grid(GridBuilder::new(len))
        } else {
            IndexBuilder::KdTree(KdTreeBuilder::new(len, dims))
        }
    }

    /// Does about `max_points` rows' worth of work; true when the index is finished. `points` must be the same at each call.
    pub fn step(&mut self, points: &[f32], max_points: usize) -> bool {
        match self {
            IndexBuilder::Grid(builder) => {
                let finished = builder.step(points, max_points);
                if builder.is_uneven() {
                    *self = IndexBuilder::KdTree(KdTreeBuilder::new(points.len() / 2, 2));
                    return false;
                }
                finished
            }
            IndexBuilder::KdTree(builder) => builder.step(points, max_points),
        }
    }

    /// The index, once [`step`](Self::step) has said true.
    pub fn finish(self) -> Index {
        match self {
            IndexBuilder::Grid(builder) => Index::Grid(builder.finish()),
            IndexBuilder::KdTree(builder) => Index::KdTree(builder.finish()),
        }
    }
}
