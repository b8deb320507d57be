//! The closed curve of the essay: a spiral arm that starts at the origin, winds outward a little over two turns and ends in a
//! sharp tip in the upper left.
//!
//! With F = 4π + 2.25, an angle f in [0, F] along the arm, u = f/F and t = clamp(f − F + 1, 0, 1):
//! centre line r(f) = 0.80 u^0.9 + 0.22 t^2.2, half-width w(f) = 0.0915 · min(1, 3u) · √(1 − u^14) · (1 − t^1.3).
//! A point (r, angle) is inside if |r − r(f)| < w(f) for some f = angle + 2πk. The last half-radian, where t grows, does not
//! continue the regular spiral.

use super::clamped;
use std::f64::consts::{PI, TAU};

/// Largest angle along the arm, in radians.
pub const LENGTH: f64 = 4.0 * PI + 2.25;
/// Whole turns that an angle in [0, 2π) can be moved by and still lie on the arm.
const TURNS: usize = 3;
/// Angular bins of the table that decides most points without an arctangent or a power.
const BINS: usize = 2048;
/// Guard of the table's bounds against rounding to f32 (6e-8 near 1), theirs and the radius's; any width above will do, it only
/// sends more points the exact way.
const GUARD: f64 = 4e-7;

/// Distance of the arm's centre line from the origin at angle `f` along it.
pub fn centre_line(f: f64) -> f64 {
    0.80 * libm::pow(f / LENGTH, 0.9) + 0.22 * libm::pow(bend(f), 2.2)
}

/// Half the width of the arm at angle `f` along it, measured along the radius.
pub fn half_width(f: f64) -> f64 {
    widening(f) * narrowing(f)
}

/// How far the odd end of the arm has begun: 0 before the last radian, 1 at the tip.
fn bend(f: f64) -> f64 {
    clamped(f - LENGTH + 1.0, 0.0, 1.0)
}

/// The factor of the half-width that grows with f.
fn widening(f: f64) -> f64 {
    let start = 3.0 * f / LENGTH;
    0.0915 * if start < 1.0 { start } else { 1.0 }
}

/// The factor of the half-width that falls with f.
fn narrowing(f: f64) -> f64 {
    let u = f / LENGTH;
    let (u2, u4) = (u * u, (u * u) * (u * u));
    let u14 = u4 * u4 * u4 * u2;
    let rest = 1.0 - u14;
    if rest <= 0.0 { 0.0 } else { rest.sqrt() * (1.0 - libm::pow(bend(f), 1.3)) }
}

/// Where a turn of the arm surely is and surely is not, within one angular bin.
#[derive(Clone, Copy)]
struct Band {
    /// Inside needs a radius in (outer.0, outer.1).
    outer: (f32, f32),
    /// A radius in (inner.0, inner.1) is inside.
    inner: (f32, f32),
}

impl Band {
    /// Anything is possible.
    const UNSURE: Band = Band { outer: (-1.0, f32::INFINITY), inner: (0.0, 0.0) };
}

/// The curve, turned by an angle, with the table that makes [`Spiral::inside`] fast.
pub struct Spiral {
    rotation: f64,
    bands: Vec<[Band; TURNS]>,
}

impl Spiral {
    /// The curve turned anticlockwise by `rotation` radians.
    pub fn new(rotation: f64) -> Spiral {
        let edges: Vec<f64> = (0..=BINS).map(|edge| along(direction(edge), rotation)).collect();
        let band = |edge: &[f64], turn: usize| {
            // The bin in which the angle starts anew has no order of its ends.
            if edge[0] < edge[1] { band(edge[0], edge[1], turn) } else { Band::UNSURE }
        };
        let bands = edges.windows(2).map(|edge| std::array::from_fn(|turn| band(edge, turn))).collect();
        Spiral { rotation, bands }
    }

    /// Whether a point lies inside the curve. Exact to f32: the formula in f64, the table only settles clear cases.
    pub fn inside(&self, x: f32, y: f32) -> bool {
        let (x64, y64) = (f64::from(x), f64::from(y));
        let r = (x64 * x64 + y64 * y64).sqrt() as f32;
        // Without branches until both are known: no one can guess on which side a random point lies.
        let (mut surely, mut possibly) = (false, false);
        for band in &self.bands[bin_of(x64, y64)] {
            surely |= (r > band.inner.0) & (r < band.inner.1);
            possibly |= (r > band.outer.0) & (r < band.outer.1);
        }
        if surely == possibly { surely } else { self.inside_by_formula(x, y) }
    }

    /// [`Spiral::inside`] by the formula alone: for points near the border, and the oracle of the tests.
    pub fn inside_by_formula(&self, x: f32, y: f32) -> bool {
        let (r, angle) = self.polar(x, y);
        (0..TURNS).any(|turn| on_arm(r, angle + TAU * turn as f64))
    }

    /// Radius and angle in [0, 2π) before the rotation.
    fn polar(&self, x: f32, y: f32) -> (f64, f64) {
        let (x, y) = (f64::from(x), f64::from(y));
        ((x * x + y * y).sqrt(), along([x, y], self.rotation))
    }

    /// The point at distance `r` from the origin, on angle `f` along the arm.
    pub fn point(&self, f: f64, r: f64) -> [f64; 2] {
        let (sin, cos) = libm::sincos(f + self.rotation);
        [r * cos, r * sin]
    }

    /// The curve as a closed polyline: out along the outer edge to the tip, back along the inner edge; the first point is not
    /// repeated.
    pub fn outline(&self, points_per_side: usize) -> Vec<[f64; 2]> {
        let side = |sign: f64| {
            move |i: usize| {
                let f = LENGTH * i as f64 / points_per_side as f64;
                self.point(f, centre_line(f) + sign * half_width(f))
            }
        };
        let out = (0..=points_per_side).map(side(1.0));
        out.chain((1..points_per_side).rev().map(side(-1.0))).collect()
    }

    /// Angle along the arm and distance from its centre line, for the last `radians` of the arm; `None` elsewhere.
    pub fn near_tip(&self, x: f32, y: f32, radians: f64) -> Option<(f64, f64)> {
        let (r, angle) = self.polar(x, y);
        let f = angle + TAU * (TURNS - 1) as f64;
        (f >= LENGTH - radians && f <= LENGTH).then(|| (f, (r - centre_line(f)).abs()))
    }
}

fn on_arm(r: f64, f: f64) -> bool {
    f <= LENGTH && (r - centre_line(f)).abs() < half_width(f)
}

/// Angle in [0, 2π) of a direction, counted from the rotation.
fn along([x, y]: [f64; 2], rotation: f64) -> f64 {
    let mut angle = libm::atan2(y, x) - rotation;
    while angle < 0.0 {
        angle += TAU;
    }
    while angle >= TAU {
        angle -= TAU;
    }
    angle
}

/// The bin of a direction: by where it meets the diamond |x| + |y| = 1, which needs one division. Any bin does for the origin.
fn bin_of(x: f64, y: f64) -> usize {
    let sum = x.abs() + y.abs();
    let (side, along) = match (x >= 0.0, y >= 0.0) {
        (true, true) => (0.0, y),
        (false, true) => (1.0, -x),
        (false, false) => (2.0, -y),
        (true, false) => (3.0, x),
    };
    let bin = ((side + along / sum) * (BINS as f64 / 4.0)) as usize;
    if bin < BINS { bin } else { BINS - 1 }
}

/// The direction at which a bin begins.
fn direction(edge: usize) -> [f64; 2] {
    let (side, along) = (edge * 4 / BINS, (edge * 4 % BINS) as f64 / BINS as f64);
    match side % 4 {
        0 => [1.0 - along, along],
        1 => [-along, 1.0 - along],
        2 => [along - 1.0, -along],
        _ => [along, along - 1.0],
    }
}

/// Bounds over the angles of one bin: the centre line and the widening grow with f, the narrowing falls, so the ends of the bin bound
/// them.
fn band(from: f64, to: f64, turn: usize) -> Band {
    const NEVER: Band = Band { outer: (0.0, 0.0), inner: (0.0, 0.0) };
    let (from, to) = (from + TAU * turn as f64, to + TAU * turn as f64);
    if from > LENGTH + GUARD {
        return NEVER;
    }
    let end = if to < LENGTH { to } else { LENGTH };
    let widest = widening(end) * narrowing(from);
    let bounds = |low: f64, high: f64| (low as f32, high as f32);
    let outer = bounds(centre_line(from) - widest - GUARD, centre_line(end) + widest + GUARD);
    if to > LENGTH {
        // The bin of the tip: part of it lies beyond the arm.
        return Band { outer, inner: (0.0, 0.0) };
    }
    let narrowest = widening(from) * narrowing(end);
    Band { outer, inner: bounds(centre_line(end) - narrowest + GUARD, centre_line(from) + narrowest - GUARD) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, stream, uniform};

    #[test]
    fn table_agrees_with_formula() {
        for rotation in [0.0, 1.0, -4.5] {
            let spiral = Spiral::new(rotation);
            let mut rng = stream(1, Purpose::Test, 0);
            let mut inside = 0;
            for i in 0..300_000 {
                // Half of the points anywhere, half within a hair of the border, where the table must hand over.
                let [x, y] = if i % 2 == 0 {
                    [2.4 * uniform(&mut rng) - 1.2, 2.4 * uniform(&mut rng) - 1.2]
                } else {
                    let f = LENGTH * uniform(&mut rng);
                    let side = if i % 4 == 1 { 1.0 } else { -1.0 };
                    spiral.point(f, centre_line(f) + side * half_width(f) + 1e-4 * (uniform(&mut rng) - 0.5))
                };
                let (x, y) = (x as f32, y as f32);
                let truth = spiral.inside_by_formula(x, y);
                assert_eq!(spiral.inside(x, y), truth, "at {x}, {y}, rotation {rotation}");
                inside += usize::from(truth);
            }
            assert!((60_000..120_000).contains(&inside), "{inside} inside");
        }
    }

    #[test]
    fn outline_is_the_border() {
        let spiral = Spiral::new(0.3);
        for (i, [x, y]) in spiral.outline(500).into_iter().enumerate().skip(5) {
            if (450..550).contains(&i) {
                continue; // At the tip both sides are closer together than the step below.
            }
            let r = (x * x + y * y).sqrt();
            let at = |scale: f64| spiral.inside((x * scale) as f32, (y * scale) as f32);
            let step = 1e-4 / r;
            assert_ne!(at(1.0 + step), at(1.0 - step), "point {i} at {x}, {y}");
        }
    }

    #[test]
    fn tip_is_in_the_upper_left() {
        let [x, y] = Spiral::new(0.0).point(LENGTH, centre_line(LENGTH));
        assert!(x < -0.5 && y > 0.7, "{x} {y}");
    }
}
