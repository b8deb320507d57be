//! Input standardisation: shift and scale each column to mean 0 and deviation 1 over the training sample.

/// Means and scales of the columns, measured once on the training sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Standardizer {
    means: Vec<f32>,
    scales: Vec<f32>,
    /// Whether there is anything to do: a million rows are not walked for nothing.
    active: bool,
}

impl Standardizer {
    /// Leaves inputs as they are.
    pub fn none(dims: usize) -> Standardizer {
        Standardizer { means: vec![0.0; dims], scales: vec![1.0; dims], active: false }
    }

    /// Measures rows (row-major `n x dims`): sums in f64, row by row. The deviation divides by n; a constant column keeps
    /// scale 1.
    pub fn fit(rows: &[f32], dims: usize) -> Standardizer {
        let n = (rows.len() / dims) as f64;
        let mut means = vec![0.0f64; dims];
        for row in rows.chunks_exact(dims) {
            for (mean, value) in means.iter_mut().zip(row) {
                *mean += f64::from(*value);
            }
        }
        means.iter_mut().for_each(|mean| *mean /= n);
        let mut squares = vec![0.0f64; dims];
        for row in rows.chunks_exact(dims) {
            for ((square, value), mean) in squares.iter_mut().zip(row).zip(&means) {
                let off = f64::from(*value) - mean;
                *square += off * off;
            }
        }
        let scale = |square: &f64| {
            let deviation = (square / n).sqrt();
            if deviation > 0.0 { (1.0 / deviation) as f32 } else { 1.0 }
        };
        Standardizer {
            means: means.iter().map(|m| *m as f32).collect(),
            scales: squares.iter().map(scale).collect(),
            active: true,
        }
    }

    /// Standardises rows in place.
    #[inline]
    pub fn apply(&self, rows: &mut [f32]) {
        if !self.active {
            return;
        }
        for row in rows.chunks_exact_mut(self.means.len()) {
            for ((value, mean), scale) in row.iter_mut().zip(&self.means).zip(&self.scales) {
                *value = (*value - mean) * scale;
            }
        }
    }
}
