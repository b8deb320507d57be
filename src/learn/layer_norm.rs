//! Layer normalisation (Ba et al. 2016): over a layer's units, biased variance, then gain and shift; forward and backward.
//!
//! Sums run over the units in order, so a row's sum is one long chain; several rows are summed side by side, which leaves every
//! bit as it is and keeps the processor busy.

use super::turn::turn_rows;
use super::widest::widest;
use pulp::{Simd, WithSimd};

/// Added to the variance.
const EPSILON: f32 = 1e-5;
/// Rows that are summed side by side.
const TOGETHER: usize = 8;

/// What the backward pass needs of the forward one, for up to so many rows; nothing is allocated while training.
pub struct Kept {
    width: usize,
    /// Normalised values before gain and shift, `rows x width`.
    normed: Vec<f32>,
    /// One over the deviation of each row.
    inverse: Vec<f32>,
    /// The rows at hand, turned: for each unit the values of [`TOGETHER`] rows; in the backward pass the gradients and the values.
    turned: [Vec<[f32; TOGETHER]>; 2],
}

impl Kept {
    /// Room for `rows` rows of `width` units.
    pub fn new(rows: usize, width: usize) -> Kept {
        Kept {
            width,
            normed: vec![0.0; rows * width],
            inverse: vec![0.0; rows],
            turned: std::array::from_fn(|_| vec![[0.0; TOGETHER]; width]),
        }
    }

    /// Normalises `z` (`rows x width`) in place, then applies gain and shift, and ReLU if `relu`.
    pub fn forward(&mut self, z: &mut [f32], gain: &[f32], shift: &[f32], relu: bool) {
        widest(Forward { kept: self, z, gain, shift, relu });
    }

    /// Turns the gradient by the layer norm's output (`rows x width`) into the gradient by its input, in place, and writes those of
    /// gain and shift, which run over the rows in order.
    pub fn backward(&mut self, gradient: &mut [f32], gain: &[f32], by_gain: &mut [f32], by_shift: &mut [f32]) {
        widest(Backward { kept: self, gradient, gain, by_gain, by_shift });
    }
}

struct Forward<'a> {
    kept: &'a mut Kept,
    z: &'a mut [f32],
    gain: &'a [f32],
    shift: &'a [f32],
    relu: bool,
}

impl WithSimd for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let width = self.kept.width;
        let units = width as f32;
        let blocks = self.z.chunks_mut(TOGETHER * width).zip(self.kept.normed.chunks_mut(TOGETHER * width));
        for ((z, normed), inverse) in blocks.zip(self.kept.inverse.chunks_mut(TOGETHER)) {
            let turned = &mut self.kept.turned[0];
            turn_rows(z, width, 0, turned);
            let mut mean = [0.0f32; TOGETHER];
            turned.iter().for_each(|column| add(&mut mean, *column));
            mean.iter_mut().for_each(|mean| *mean /= units);
            let mut variance = [0.0f32; TOGETHER];
            for column in turned {
                add(&mut variance, std::array::from_fn(|r| (column[r] - mean[r]) * (column[r] - mean[r])));
            }
            let one_over = variance.map(|sum| 1.0 / (sum / units + EPSILON).sqrt());
            let rows = z.chunks_exact_mut(width).zip(normed.chunks_exact_mut(width));
            for (r, ((row, normed), inverse)) in rows.zip(inverse).enumerate() {
                *inverse = one_over[r];
                for (((z, kept), gain), shift) in row.iter_mut().zip(normed).zip(self.gain).zip(self.shift) {
                    *kept = (*z - mean[r]) * one_over[r];
                    let value = *kept * gain + shift;
                    *z = if !self.relu || value > 0.0 { value } else { 0.0 };
                }
            }
        }
    }
}

struct Backward<'a> {
    kept: &'a mut Kept,
    gradient: &'a mut [f32],
    gain: &'a [f32],
    by_gain: &'a mut [f32],
    by_shift: &'a mut [f32],
}

impl WithSimd for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let width = self.kept.width;
        let units = width as f32;
        self.by_gain.fill(0.0);
        self.by_shift.fill(0.0);
        let blocks = self.gradient.chunks_mut(TOGETHER * width).zip(self.kept.normed.chunks(TOGETHER * width));
        for ((block, normed), inverse) in blocks.zip(self.kept.inverse.chunks(TOGETHER)) {
            for (row, normed) in block.chunks_exact_mut(width).zip(normed.chunks_exact(width)) {
                let own = self.by_gain.iter_mut().zip(self.by_shift.iter_mut());
                for (((g, normed), gain), (by_gain, by_shift)) in row.iter_mut().zip(normed).zip(self.gain).zip(own) {
                    *by_gain += *g * normed;
                    *by_shift += *g;
                    *g *= gain;
                }
            }
            let (mut sum, mut sum_normed) = ([0.0f32; TOGETHER], [0.0f32; TOGETHER]);
            let [turned, turned_normed] = &mut self.kept.turned;
            turn_rows(block, width, 0, turned);
            turn_rows(normed, width, 0, turned_normed);
            for (g, normed) in turned.iter().zip(turned_normed) {
                add(&mut sum, *g);
                add(&mut sum_normed, std::array::from_fn(|r| g[r] * normed[r]));
            }
            let rows = block.chunks_exact_mut(width).zip(normed.chunks_exact(width)).zip(inverse);
            for (r, ((row, normed), inverse)) in rows.enumerate() {
                let (mean, mean_normed) = (sum[r] / units, sum_normed[r] / units);
                for (g, normed) in row.iter_mut().zip(normed) {
                    *g = inverse * (*g - mean - normed * mean_normed);
                }
            }
        }
    }
}

#[inline(always)]
fn add(sums: &mut [f32; TOGETHER], terms: [f32; TOGETHER]) {
    sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term);
}
