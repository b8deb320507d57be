//! Fits the numbers of a family to labelled points, by Fisher scoring with Levenberg's damping on a smoothed count of mistakes.
//!
//! A point with margin m has the probability p = ε + (1 − 2ε) / (1 + exp(−m/s)) of the label "inside": a logistic curve of softness s
//! with a lapse rate ε, which keeps a point on the wrong side from pulling harder the further it lies (as for psychometric functions:
//! Wichmann & Hill 2001, doi:10.3758/BF03194544). With g the gradient of m by the numbers, the negative log-likelihood has the
//! gradient Σ −(∂ log p) g, and its expected curvature Σ (∂p)² / (p (1 − p)) g gᵀ is never negative. As s falls, what is minimised
//! becomes the number of points on the wrong side.

use super::arm::{Family, NUMBERS, Numbers, Place, TURN};

/// ε, the share of labels that no curve need explain.
const LAPSE: f64 = 0.02;
/// Margins beyond so many s have no weight left.
const FLAT: f64 = 14.0;
/// A large but believable change of each number: the unit in which steps are reckoned, and the longest step.
const SCALES: Numbers = [0.01, 0.1, 0.1, 0.03, 1.0, 0.4];
/// Difference for the gradient of a margin, in units of [`SCALES`].
const DIFFERENCE: f64 = 1e-7;
/// Part of the mean curvature that damps also what the points say nothing about.
const FLOOR: f64 = 1e-3;

/// The loss at some numbers, and what the next step is made of.
#[derive(Clone)]
pub struct Slope {
    /// Negative log-likelihood, summed over the points.
    pub loss: f64,
    /// Points on the wrong side.
    pub wrong: usize,
    gradient: [f64; NUMBERS],
    curvature: [[f64; NUMBERS]; NUMBERS],
}

/// The slope at `numbers` for softness `s`, and how many margins it took.
pub fn slope(family: Family, numbers: &Numbers, places: &[Place], s: f64) -> (Slope, u64) {
    let mut sum = Slope { loss: 0.0, wrong: 0, gradient: [0.0; NUMBERS], curvature: [[0.0; NUMBERS]; NUMBERS] };
    let mut margins = places.len() as u64;
    let moved: [Numbers; NUMBERS] = std::array::from_fn(|i| {
        let mut moved = *numbers;
        moved[i] += DIFFERENCE * SCALES[i];
        moved
    });
    for place in places {
        let (margin, f) = family.margin(numbers, *place);
        sum.wrong += usize::from((margin > 0.0) != place.inside);
        let z = margin / s;
        let (p, rise) = logistic(z);
        sum.loss -= libm::log(if place.inside { p } else { 1.0 - p });
        if z.abs() > FLAT {
            continue;
        }
        margins += 2;
        // Of the turn that decides alone, so a third of the work of a margin each. The turn of the arm shows as less of f.
        let g: [f64; NUMBERS] = std::array::from_fn(|i| {
            let f = if i == TURN { f - DIFFERENCE * SCALES[i] } else { f };
            (family.margin_at(&moved[i], place.r, f) - margin) / DIFFERENCE
        });
        let rise = rise / s;
        let pull = if place.inside { -rise / p } else { rise / (1.0 - p) };
        let weight = rise * rise / (p * (1.0 - p));
        for i in 0..NUMBERS {
            sum.gradient[i] += pull * g[i];
            for j in 0..=i {
                sum.curvature[i][j] += weight * (g[i] * g[j]);
            }
        }
    }
    (sum, margins)
}

/// p and its derivative by z = m/s.
fn logistic(z: f64) -> (f64, f64) {
    let small = libm::exp(-z.abs());
    let tail = small / (1.0 + small);
    let share = if z < 0.0 { tail } else { 1.0 - tail };
    (LAPSE + (1.0 - 2.0 * LAPSE) * share, (1.0 - 2.0 * LAPSE) * (tail * (1.0 - tail)))
}

impl Slope {
    /// The numbers after one step with this damping.
    pub fn step(&self, family: Family, numbers: &Numbers, damping: f64) -> Numbers {
        let mean = (0..NUMBERS).map(|i| self.curvature[i][i]).sum::<f64>() / NUMBERS as f64;
        if mean <= 0.0 {
            return *numbers; // No point is near the border: nothing to go by.
        }
        let mut matrix = self.curvature;
        for (i, row) in matrix.iter_mut().enumerate() {
            row[i] += damping * (row[i] + FLOOR * mean);
        }
        let change = solve(matrix, self.gradient);
        let longest = change.iter().fold(1.0, |longest, c| if c.abs() > longest { c.abs() } else { longest });
        family.bounded(std::array::from_fn(|i| numbers[i] - change[i] / longest * SCALES[i]))
    }
}

/// Solves matrix · x = right by Cholesky's method; of the symmetric matrix only the lower triangle is read.
fn solve(mut matrix: [[f64; NUMBERS]; NUMBERS], right: [f64; NUMBERS]) -> [f64; NUMBERS] {
    let mut x = right;
    for i in 0..NUMBERS {
        for j in 0..=i {
            let sum = matrix[i][j] - (0..j).map(|k| matrix[i][k] * matrix[j][k]).sum::<f64>();
            if i > j {
                matrix[i][j] = sum / matrix[j][j];
            } else {
                // Damping keeps it positive; rounding may not.
                matrix[i][i] = if sum > f64::MIN_POSITIVE { sum.sqrt() } else { f64::INFINITY };
            }
        }
        for k in 0..i {
            x[i] -= matrix[i][k] * x[k];
        }
        x[i] /= matrix[i][i];
    }
    for i in (0..NUMBERS).rev() {
        for k in i + 1..NUMBERS {
            x[i] -= matrix[k][i] * x[k];
        }
        x[i] /= matrix[i][i];
    }
    x
}
