//! A theory that needs no fit: the error of nearest neighbours from the curve and the density alone.
//!
//! N points drawn from a density p are, near a border and for large N, a Poisson process of intensity λ = N p, and the border is
//! flat on the scale of the neighbours. A point at distance d from it has its k-th neighbour at a distance R with
//! E\[R\] = Γ(k + 1/2) / (Γ(k) √(π λ)); the k − 1 nearer ones lie uniformly in the disc of radius R, the k-th on its rim. With
//! d = R cos θ the share of the disc beyond the border is q = (θ − sin θ cos θ)/π and that of the rim is θ/π. The vote is wrong if
//! at least (k + 1)/2 of the k lie beyond:
//!
//! P(θ) = θ/π · Pr\[B ≥ (k − 1)/2\] + (1 − θ/π) · Pr\[B ≥ (k + 1)/2\],  B binomial of k − 1 and q.
//!
//! Integrating over both sides, ∫ p P dd = √(p/N) c_k with c_k = 2 Γ(k + 1/2) / (Γ(k) √π) · ∫ P(θ) sin θ dθ over \[0, π/2\], so
//!
//! error ≈ c_k N^(−1/2) ∫ √p ds along the curve,
//!
//! c_1 = 1/π (∫ θ/π sin θ dθ = 1/π and Γ(3/2)/√π = 1/2), c_3 = 0.331, c_5 = 0.343. Labels without noise, neighbours in x and y.
//! It falls short where the flat picture does: where a neighbour is as far as the other side of the arm, and at the tip.

use crate::world::problem::Problem;
use std::f64::consts::{FRAC_PI_2, PI};

/// Intervals of Simpson's rule, an even number: c_1 comes out to 1e-12, and c_99 changes by less when they are doubled.
const INTERVALS: usize = 512;

/// c_k: the error of a vote of `k` points in units of N^(−1/2) ∫ √p ds. `k` is odd, 1 to 99; see above for the formula.
pub fn constant(k: usize) -> f64 {
    let step = FRAC_PI_2 / INTERVALS as f64;
    let mut sum = 0.0;
    for i in 0..=INTERVALS {
        let weight = if i == 0 || i == INTERVALS { 1.0 } else { 2.0 + 2.0 * (i % 2) as f64 };
        let (sin, cos) = libm::sincos(step * i as f64);
        let rim = step * i as f64 / PI;
        sum += weight * sin * outvoted(k, rim, rim - sin * cos / PI);
    }
    // Γ(k + 1/2) / (Γ(k) √π) is 1/2 · 3/2 · 5/4 · 7/6 …
    let radius = (1..k).fold(0.5, |radius, j| radius * (j as f64 + 0.5) / j as f64);
    2.0 * radius * sum * step / 3.0
}

/// Probability that most of `k` neighbours lie beyond the border, the farthest with probability `rim`, each other with `disc`.
fn outvoted(k: usize, rim: f64, disc: f64) -> f64 {
    let (others, half) = (k - 1, (k - 1) / 2);
    // Terms of the binomial one from the other; with disc ≤ 1/2 and k ≤ 99 the first is at least 1e-30.
    let mut term = libm::exp(others as f64 * libm::log1p(-disc));
    let (mut fewer, mut exactly) = (0.0, term);
    for j in 0..half {
        fewer += term;
        term *= (others - j) as f64 / (j + 1) as f64 * disc / (1.0 - disc);
        exactly = term;
    }
    let at_least_half = 1.0 - fewer;
    rim * at_least_half + (1.0 - rim) * (at_least_half - exactly)
}

/// ∫ √p ds along the closed curve: the middle of each segment of its outline. `None` where there is no curve or no density.
pub fn integral(problem: &Problem) -> Option<f64> {
    let line = problem.outline();
    problem.mixture.as_ref()?;
    let mut sum = 0.0;
    for (i, a) in line.iter().enumerate() {
        let b = line[(i + 1) % line.len()];
        let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
        sum += (dx * dx + dy * dy).sqrt() * problem.pdf(a[0] + 0.5 * dx, a[1] + 0.5 * dy).sqrt();
    }
    (!line.is_empty()).then_some(sum)
}
