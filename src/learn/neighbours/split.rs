//! Halving rows by their coordinates, for the k-d tree.

use super::order::rank;

/// Rows looked at to find the side along which a node spreads most.
const SPREAD_SAMPLE: usize = 100;

/// Splits rows in two and keeps their order within each half.
#[derive(Default)]
pub(super) struct Splitter {
    keys: Vec<u64>,
    sorted: Vec<u64>,
    right: Vec<u32>,
}

impl Splitter {
    /// Brings the `left` lowest rows along the longest side to the front; of equal ones, the first.
    pub(super) fn split(&mut self, rows: &mut [u32], left: usize, dims: usize, value: impl Fn(u32, usize) -> f32) {
        let side = longest_side(rows, dims, &value);
        // The place below the rank: no two keys are equal, and of equal ranks the first is the lowest.
        let key = |(&row, place): (&u32, u64)| (u64::from(rank(value(row, side))) << 32) | place;
        self.keys.clear();
        self.keys.extend(rows.iter().zip(0..).map(key));
        self.sorted.clear();
        self.sorted.extend(&self.keys);
        let (_, &mut border, _) = self.sorted.select_nth_unstable(left);

        self.right.clear();
        self.right.resize(rows.len(), 0);
        let (mut lefts, mut rights) = (0, 0);
        for at in 0..rows.len() {
            let row = rows[at];
            let goes_left = self.keys[at] < border;
            // Both written, one kept: no branch to guess.
            rows[lefts] = row;
            self.right[rights] = row;
            lefts += usize::from(goes_left);
            rights += usize::from(!goes_left);
        }
        rows[left..].copy_from_slice(&self.right[..rights]);
    }
}

/// The side along which the rows spread most, judged by a sample of them.
fn longest_side(rows: &[u32], dims: usize, value: &impl Fn(u32, usize) -> f32) -> usize {
    let mut longest = (0, f64::NEG_INFINITY);
    for side in 0..dims {
        let (mut low, mut high) = (f32::INFINITY, f32::NEG_INFINITY);
        for &row in rows.iter().step_by(rows.len().div_ceil(SPREAD_SAMPLE)) {
            let value = value(row, side);
            if value < low {
                low = value;
            }
            if value > high {
                high = value;
            }
        }
        // In f64 the length cannot overflow.
        let length = f64::from(high) - f64::from(low);
        if length > longest.1 {
            longest = (side, length);
        }
    }
    longest.0
}
