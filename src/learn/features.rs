//! What a learner is told about a point. A new feature set is one variant here and one word in the table of fields.

use std::f64::consts::{PI, TAU};

/// A named set of inputs computed from x and y.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeatureSet {
    /// x, y.
    Xy,
    /// r and the angle in (−π, π]: the angle jumps on the negative x axis, the *seam*.
    Polar,
    /// r and the angle in [0, 2π): the seam lies on the positive x axis.
    PolarTurned,
    /// r, cos and sin of the angle: no seam. At the origin cos = 1, sin = 0.
    PolarSeamless,
    /// x, y, x², y², xy, sin 5x, sin 5y: those of TensorFlow Playground, whose plane is five times as wide.
    Playground,
}

/// TensorFlow Playground's plane is [-6, 6], ours [-1.2, 1.2].
const PLAYGROUND_SCALE: f64 = 5.0;
/// Most columns of any set.
pub const MAX_DIMS: usize = 7;

impl FeatureSet {
    /// The set with this name in a spec.
    pub fn named(name: &str) -> Option<FeatureSet> {
        Some(match name {
            "xy" => FeatureSet::Xy,
            "polar" => FeatureSet::Polar,
            "polar_turned" => FeatureSet::PolarTurned,
            "polar_seamless" => FeatureSet::PolarSeamless,
            "playground" => FeatureSet::Playground,
            _ => return None,
        })
    }

    /// Names of the columns, in order.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            FeatureSet::Xy => &["x", "y"],
            FeatureSet::Polar | FeatureSet::PolarTurned => &["r", "theta"],
            FeatureSet::PolarSeamless => &["r", "cos", "sin"],
            FeatureSet::Playground => &["x", "y", "x^2", "y^2", "xy", "sin(5x)", "sin(5y)"],
        }
    }

    /// Number of columns.
    pub fn dims(self) -> usize {
        self.columns().len()
    }

    /// Writes the features of one point into `out`, which has one place a column. Computed in f64, rounded once.
    #[inline]
    pub fn write(self, x: f32, y: f32, out: &mut [f32]) {
        let (a, b) = (f64::from(x), f64::from(y));
        let radius = || (a * a + b * b).sqrt();
        match self {
            FeatureSet::Xy => out.copy_from_slice(&[x, y]),
            FeatureSet::Polar => out.copy_from_slice(&[radius() as f32, libm::atan2(b, a) as f32]),
            FeatureSet::PolarTurned => {
                let angle = libm::atan2(b, a);
                let angle = if angle < 0.0 { angle + TAU } else { angle };
                out.copy_from_slice(&[radius() as f32, angle as f32]);
            }
            FeatureSet::PolarSeamless => {
                let r = radius();
                let (cos, sin) = if r > 0.0 { (a / r, b / r) } else { (1.0, 0.0) };
                out.copy_from_slice(&[r as f32, cos as f32, sin as f32]);
            }
            FeatureSet::Playground => {
                let wave = |c: f64| libm::sin(PLAYGROUND_SCALE * c) as f32;
                out.copy_from_slice(&[x, y, (a * a) as f32, (b * b) as f32, (a * b) as f32, wave(a), wave(b)]);
            }
        }
    }

    /// Features of many points: `points` is row-major `n x 2`, the answer row-major `n x dims`.
    pub fn of_points(self, points: &[f32]) -> Vec<f32> {
        if self == FeatureSet::Xy {
            return points.to_vec();
        }
        let dims = self.dims();
        let mut rows = vec![0.0; points.len() / 2 * dims];
        for (point, row) in points.chunks_exact(2).zip(rows.chunks_exact_mut(dims)) {
            self.write(point[0], point[1], row);
        }
        rows
    }

    /// Direction of the ray along which the features jump, as an angle; `None` without a seam.
    pub fn seam(self) -> Option<f64> {
        match self {
            FeatureSet::Polar => Some(PI),
            FeatureSet::PolarTurned => Some(0.0),
            _ => None,
        }
    }
}
