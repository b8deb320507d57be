//! One side of a grid: which cell a value falls into, and how far away cells are, both exact under rounding.

use super::order::{rank, value_of_rank};

/// One side of a grid, cut into cells.
pub(super) struct Axis {
    origin: f32,
    per_unit: f32,
    pub(super) cells: usize,
    /// `edges[c]` is the smallest value that falls into cell c or a later one; the last entry is the largest value of all.
    edges: Vec<f32>,
}

impl Axis {
    /// A single cell for every value.
    pub(super) fn uncut() -> Axis {
        Axis { origin: 0.0, per_unit: 0.0, cells: 1, edges: vec![f32::NEG_INFINITY, f32::INFINITY] }
    }

    /// The values from `low` to `high` in `cells` parts of equal length.
    pub(super) fn cut(low: f32, high: f32, cells: usize) -> Axis {
        let per_unit = (cells as f64 / (f64::from(high) - f64::from(low))) as f32;
        let mut axis = Axis { origin: low, per_unit, cells, edges: Vec::with_capacity(cells + 1) };
        axis.edges.push(low);
        for cell in 1..cells {
            let edge = axis.first_value_of(cell, high);
            axis.edges.push(edge);
        }
        axis.edges.push(high);
        axis
    }

    /// The cell of a value; values beyond the ends belong to the first or the last. Never falls as the value rises, since
    /// subtracting, multiplying and cutting off are monotone, rounded or not.
    #[inline(always)]
    pub(super) fn cell(&self, value: f32) -> usize {
        let cell = ((value - self.origin) * self.per_unit) as u32 as usize;
        if cell < self.cells { cell } else { self.cells - 1 }
    }

    /// The smallest value up to `high` that falls into `cell` or a later one, by bisection over the ordered f32s: what
    /// rounding does at the border of two cells is thus known, not guessed.
    fn first_value_of(&self, cell: usize, high: f32) -> f32 {
        let (mut below, mut reached) = (rank(self.origin), rank(high));
        while reached - below > 1 {
            let middle = below + (reached - below) / 2;
            if self.cell(value_of_rank(middle)) < cell { below = middle } else { reached = middle }
        }
        value_of_rank(reached)
    }

    /// At least the distance computed from `value` to any point in the cells `first..=last`.
    #[inline(always)]
    pub(super) fn farthest(&self, value: f32, first: usize, last: usize) -> f32 {
        let (low, high) = (value - self.edges[first], self.edges[last + 1] - value);
        if low > high { low } else { high }
    }

    /// At most the distance computed from `value` to any point in the cells `first..=last`. It is the distance computed to
    /// the nearest edge of the cells, and rounded subtraction, squaring and adding never fall as a point moves away.
    #[inline(always)]
    pub(super) fn gap(&self, value: f32, first: usize, last: usize) -> f32 {
        if value < self.edges[first] {
            self.edges[first] - value
        } else if value > self.edges[last + 1] {
            value - self.edges[last + 1]
        } else {
            0.0
        }
    }
}
