//! error = a N^(−alpha) + c, with c ≥ 0.
//!
//! Fitted to the geometric means over seeds by least squares on logarithms. Geometric mean and not median: errors spread about evenly
//! in logarithms, where the mean wastes nothing, and a resampled median jumps between a few values, so that its intervals are
//! ragged. For each floor c below the smallest error the rest is a straight line, ln(e − c) = ln a − alpha ln N; a small change
//! of ln e moves ln(e − c) by e/(e − c), hence weights ((e − c)/e)², which make it least squares on ln e to first order. Of all
//! floors the one with the least sum of squares of ln e − ln(a N^(−alpha) + c) is taken; it is exactly 0 where no floor is better.

/// Shares of the smallest error that are tried as floor before the best is refined.
const FLOORS: usize = 24;
/// Steps of the golden section: each narrows by 0.62, in all to 1e-6 of the smallest error.
const NARROWINGS: usize = 24;
const GOLDEN: f64 = 0.618033988749895;
/// Fewest sizes: three parameters and something left over.
pub const FEWEST: usize = 4;

/// A fitted curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Power {
    /// Natural logarithm of a.
    pub log_a: f64,
    /// The exponent.
    pub alpha: f64,
    /// The floor.
    pub c: f64,
    /// Sum of squared residuals of ln error.
    pub squares: f64,
}

impl Power {
    /// Fits mean logarithms `y` at logarithms of sizes `x`, in any order; pairs with a NaN are left out. `None` if fewer than
    /// [`FEWEST`] are left.
    pub fn fit(x: &[f64], y: &[f64]) -> Option<Power> {
        // ln N, ln e and e.
        let at: Vec<[f64; 3]> =
            x.iter().zip(y).filter(|(_, y)| !y.is_nan()).map(|(x, y)| [*x, *y, libm::exp(*y)]).collect();
        if at.len() < FEWEST {
            return None;
        }
        let least = at.iter().fold(f64::INFINITY, |least, p| if p[2] < least { p[2] } else { least });
        // Up to 0.999 of the smallest error: at 1 its logarithm would be lost.
        let with = |share: f64| Power::with_floor(&at, 0.999 * share * least);
        let share = |i: usize| i as f64 / FLOORS as f64;
        let straight = with(0.0);
        let (mut best, mut place) = (straight, 0);
        for i in 1..=FLOORS {
            let power = with(share(i));
            if power.squares < best.squares {
                (best, place) = (power, i);
            }
        }
        let (mut low, mut high) = (share(place.saturating_sub(1)), share(FLOORS.min(place + 1)));
        for _ in 0..NARROWINGS {
            let (left, right) = (high - GOLDEN * (high - low), low + GOLDEN * (high - low));
            let (a, b) = (with(left), with(right));
            if a.squares < b.squares {
                high = right
            } else {
                low = left
            }
            let better = if a.squares < b.squares { a } else { b };
            if better.squares < best.squares {
                best = better;
            }
        }
        // A floor that explains less than rounding does is none.
        Some(if straight.squares <= best.squares + 1e-15 { straight } else { best })
    }

    /// The closed form for one floor.
    fn with_floor(at: &[[f64; 3]], c: f64) -> Power {
        let (mut w, mut wx, mut wz, mut wxx, mut wxz) = (0.0, 0.0, 0.0, 0.0, 0.0);
        let origin = at[0][0];
        for [x, y, e] in at {
            let left = 1.0 - c / e;
            let (x, z, weight) = (x - origin, y + libm::log(left), left * left);
            w += weight;
            wx += weight * x;
            wz += weight * z;
            wxx += weight * x * x;
            wxz += weight * x * z;
        }
        let slope = (w * wxz - wx * wz) / (w * wxx - wx * wx);
        let log_a = (wz - slope * wx) / w - slope * origin;
        let mut power = Power { log_a, alpha: -slope, c, squares: 0.0 };
        for [x, y, _] in at {
            let residual = y - power.log_error(*x);
            power.squares += residual * residual;
        }
        power
    }

    /// ln error at the logarithm of a size.
    pub fn log_error(&self, x: f64) -> f64 {
        let straight = self.log_a - self.alpha * x;
        if self.c == 0.0 { straight } else { libm::log(libm::exp(straight) + self.c) }
    }
}

/// How much the slope of log error against log size changes a decade: twice the quadratic coefficient of the least-squares parabola
/// in decimal logarithms; positive where the curve flattens. NaN with fewer than three sizes.
pub fn curvature(x: &[f64], y: &[f64]) -> f64 {
    let at: Vec<(f64, f64)> = x.iter().zip(y).filter(|(_, y)| !y.is_nan()).map(|(x, y)| (*x, *y)).collect();
    if at.len() < 3 {
        return f64::NAN;
    }
    let count = at.len() as f64;
    let middle = at.iter().map(|(x, _)| x).sum::<f64>() / count;
    let (mut s2, mut s3) = (0.0, 0.0);
    for (x, _) in &at {
        let x = x - middle;
        s2 += x * x;
        s3 += x * x * x;
    }
    // The part of x² that neither the mean nor the line has; the coefficient is its share in y.
    let (mut over, mut under) = (0.0, 0.0);
    for (x, y) in &at {
        let x = x - middle;
        let rest = x * x - s2 / count - s3 / s2 * x;
        over += rest * y;
        under += rest * rest;
    }
    // From natural to decimal logarithms: y shrinks by ln 10, x² by its square.
    2.0 * over / under * std::f64::consts::LN_10
}
