//! The density that points are drawn from: a mixture of round Gaussians, cut off at the plane's edge and renormalised.
//!
//! It knows nothing of the curve: a point's place never depends on its label.

use super::{View, clamped};
use crate::rng::{Purpose, Stream, normal_pair, stream, uniform};
use crate::spec::MixtureSpec;
use crate::spec::fields::PLANE_HALF;
use std::f64::consts::{SQRT_2, TAU};

/// The plane that samples are drawn from, `[-1.2, 1.2]` in x and y.
pub const PLANE: View = [-PLANE_HALF, -PLANE_HALF, PLANE_HALF, PLANE_HALF];

/// One round Gaussian.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Component {
    /// Centre.
    pub mean: [f64; 2],
    /// Standard deviation in x and in y.
    pub deviation: f64,
    /// Share of the mixture, before the plane cuts it.
    pub weight: f64,
}

/// A mixture of Gaussians on the plane.
#[derive(Clone, Debug, PartialEq)]
pub struct Mixture {
    components: Vec<Component>,
    /// Running sums of the weights; the last is 1.
    cumulative: Vec<f64>,
    /// Mass of the uncut mixture on the plane.
    mass: f64,
}

/// The essay's mixture.
const DEFAULT: [[f64; 4]; 5] = [
    [0.35, -0.3, 0.3, 0.3],
    [-0.45, -0.45, 0.22, 0.2],
    [0.5, 0.5, 0.22, 0.2],
    [-0.05, 0.1, 0.3, 0.25],
    [-0.2, -0.8, 0.25, 0.05],
];
/// Components of a random mixture.
const RANDOM_COMPONENTS: u64 = 5;

impl Mixture {
    /// The mixture a spec names.
    pub fn new(spec: &MixtureSpec) -> Mixture {
        match spec {
            MixtureSpec::Default => Mixture::of_rows(&DEFAULT),
            MixtureSpec::Custom(rows) => Mixture::of_rows(rows),
            MixtureSpec::Random(seed) => {
                let rows: Vec<_> = (0..RANDOM_COMPONENTS).map(|i| random_component(*seed, i)).collect();
                Mixture::of_rows(&rows)
            }
        }
    }

    /// A mixture of rows x, y, deviation, weight; weights are scaled to sum to 1.
    pub fn of_rows(rows: &[[f64; 4]]) -> Mixture {
        let total: f64 = rows.iter().map(|row| row[3]).sum();
        let components: Vec<Component> = rows
            .iter()
            .map(|&[x, y, deviation, weight]| Component { mean: [x, y], deviation, weight: weight / total })
            .collect();
        let mut sum = 0.0;
        let mut cumulative: Vec<f64> = components
            .iter()
            .map(|c| {
                sum += c.weight;
                sum
            })
            .collect();
        if let Some(last) = cumulative.last_mut() {
            *last = 1.0;
        }
        let mut mixture = Mixture { components, cumulative, mass: 1.0 };
        mixture.mass = mixture.uncut_mass(PLANE);
        mixture
    }

    /// The components, with weights that sum to 1.
    pub fn components(&self) -> &[Component] {
        &self.components
    }

    /// Probability per unit area at a point; 0 outside the plane.
    pub fn pdf(&self, x: f64, y: f64) -> f64 {
        let [x0, y0, x1, y1] = PLANE;
        if !(x >= x0 && x <= x1 && y >= y0 && y <= y1) {
            return 0.0;
        }
        let mut sum = 0.0;
        for c in &self.components {
            let (dx, dy) = ((x - c.mean[0]) / c.deviation, (y - c.mean[1]) / c.deviation);
            sum += c.weight / (TAU * c.deviation * c.deviation) * libm::exp(-0.5 * (dx * dx + dy * dy));
        }
        sum / self.mass
    }

    /// Probability that a point falls into a rectangle (its part on the plane).
    pub fn probability(&self, view: View) -> f64 {
        let clip = |a: f64| clamped(a, -PLANE_HALF, PLANE_HALF);
        self.uncut_mass(view.map(clip)) / self.mass
    }

    /// Mass of the uncut mixture in a rectangle, by the error function.
    fn uncut_mass(&self, [x0, y0, x1, y1]: View) -> f64 {
        let share = |from: f64, to: f64, mean: f64, deviation: f64| {
            let phi = |a: f64| libm::erf((a - mean) / (deviation * SQRT_2));
            0.5 * (phi(to) - phi(from))
        };
        self.components
            .iter()
            .map(|c| c.weight * share(x0, x1, c.mean[0], c.deviation) * share(y0, y1, c.mean[1], c.deviation))
            .sum()
    }

    /// One point on the plane. A draw beyond the plane's edge is thrown away, component and all, which gives the cut-off,
    /// renormalised mixture.
    pub fn draw(&self, rng: &mut Stream) -> [f32; 2] {
        loop {
            let u = uniform(rng);
            // The first whose running sum exceeds u; counted, since no branch could be guessed.
            let chosen = self.cumulative.iter().filter(|sum| u >= **sum).count();
            let c = &self.components[chosen];
            let [a, b] = normal_pair(rng);
            let point = [(c.mean[0] + c.deviation * a) as f32, (c.mean[1] + c.deviation * b) as f32];
            if point.iter().all(|p| f64::from(p.abs()) <= PLANE_HALF) {
                return point;
            }
        }
    }
}

/// Centres anywhere in [-0.8, 0.8]², deviations 0.2 to 0.32, weights within a factor of three of each other.
fn random_component(seed: u32, index: u64) -> [f64; 4] {
    let mut rng = stream(seed, Purpose::Mixture, index);
    let mut between = |from: f64, to: f64| from + (to - from) * uniform(&mut rng);
    [between(-0.8, 0.8), between(-0.8, 0.8), between(0.2, 0.32), between(0.5, 1.5)]
}
