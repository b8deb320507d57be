//! Two families of spiral arms, each a formula with free numbers, for the learner that is told which family the curve is of.
//!
//! With an angle f in [0, length] along the arm, u = f/length and t = clamp(f − length + 1, 0, 1), a point (r, angle) is inside if
//! |r − centre(f)| < half(f) for some f = angle − turn + 2πk:
//!
//! | family | centre(f) | half(f) | what it knows |
//! |---|---|---|---|
//! | [`Family::Arm`] | growth · f^power + bend · t^2.2 | width · min(1, 3u) · √(1 − u^14) · (1 − t^1.3) | how the true curve was made (`world::spiral`) |
//! | [`Family::EvenArm`] | start + growth · f | width | the wrong thing: Archimedes' spiral, as wide everywhere |
//!
//! The true curve has growth = 0.80/F^0.9, so the first family holds it; f^power instead of u^power leaves the arm where it is while
//! its length is being fitted.

use crate::world::clamped;
use std::f64::consts::TAU;

/// Numbers of a family.
pub const NUMBERS: usize = 6;
/// growth; power, or for [`Family::EvenArm`] start; bend (0 for [`Family::EvenArm`]); width; length; turn. Angles in radians.
pub type Numbers = [f64; NUMBERS];
/// Where the turn stands among the numbers.
pub const TURN: usize = 5;
/// Where the bend stands.
pub const BEND: usize = 2;
const LENGTH: usize = 4;
/// Smallest and largest value of each number. The turn is free: whole turns change nothing.
const BOUNDS: [[(f64, f64); NUMBERS]; 2] = [
    [(0.005, 0.5), (0.4, 2.5), (-1.0, 1.0), (0.002, 0.4), (1.0, 22.0), (-1e3, 1e3)],
    [(0.005, 0.5), (-0.3, 0.5), (0.0, 0.0), (0.002, 0.4), (1.0, 22.0), (-1e3, 1e3)],
];

/// Which formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// The family of the true curve.
    Arm,
    /// An arm that neither tapers nor bends.
    EvenArm,
}

/// A point with its label, in polar coordinates.
#[derive(Clone, Copy)]
pub struct Place {
    /// Distance from the origin.
    pub r: f64,
    angle: f64,
    /// The label.
    pub inside: bool,
}

impl Place {
    /// A point x, y with its label.
    pub fn new(x: f32, y: f32, inside: bool) -> Place {
        let (x, y) = (f64::from(x), f64::from(y));
        Place { r: (x * x + y * y).sqrt(), angle: libm::atan2(y, x), inside }
    }
}

impl Family {
    /// An arm to start from: Archimedes' spiral from the origin, of a width that suits neither family's best.
    pub fn guess(self, growth: f64, length: f64, turn: f64) -> Numbers {
        let second = if self == Family::Arm { 1.0 } else { 0.0 };
        [growth, second, 0.0, 0.08, length, turn]
    }

    /// The numbers within their bounds.
    pub fn bounded(self, mut numbers: Numbers) -> Numbers {
        for (number, (low, high)) in numbers.iter_mut().zip(BOUNDS[self as usize]) {
            *number = clamped(*number, low, high);
        }
        numbers
    }

    /// How far inside a point lies, measured along the radius or, near the ends, along the arm; negative outside. Also the angle f
    /// along the arm at the turn that decides.
    pub fn margin(self, numbers: &Numbers, place: Place) -> (f64, f64) {
        let mut f = along(place.angle - numbers[TURN]);
        let mut best = (self.margin_at(numbers, place.r, f), f);
        // A radian further than the arm reaches: what lies just beyond its end must feel the end.
        while f + TAU <= numbers[LENGTH] + 1.0 {
            f += TAU;
            let margin = self.margin_at(numbers, place.r, f);
            if margin > best.0 {
                best = (margin, f);
            }
        }
        best
    }

    /// The margin at distance `r` from the origin, with respect to the arm at angle `f` along it alone.
    pub fn margin_at(self, numbers: &Numbers, r: f64, f: f64) -> f64 {
        let &[growth, second, bend, width, length, _] = numbers;
        let f = if f > 0.0 { f } else { 0.0 };
        let (centre, half) = match self {
            Family::EvenArm => (second + growth * f, width),
            Family::Arm => {
                let u = f / length;
                let (u2, u4) = (u * u, (u * u) * (u * u));
                let rest = 1.0 - u4 * u4 * u4 * u2;
                let (mut centre, mut half) = (growth * libm::pow(f, second), 0.0);
                if rest > 0.0 {
                    half = width * if u < 1.0 / 3.0 { 3.0 * u } else { 1.0 } * rest.sqrt();
                }
                let t = clamped(f - length + 1.0, 0.0, 1.0);
                if t > 0.0 {
                    centre += bend * libm::pow(t, 2.2);
                    half *= 1.0 - libm::pow(t, 1.3);
                }
                (centre, half)
            }
        };
        let across = half - (r - centre).abs();
        let to_end = r * if f < length - f { f } else { length - f };
        if across < to_end { across } else { to_end }
    }

    /// Multiplications and additions of one margin: an arctangent and, for each of three turns, a root and a power, counted as 30
    /// each and 50.
    pub fn operations(self) -> f64 {
        if self == Family::Arm { 30.0 + 3.0 * (30.0 + 50.0 + 20.0) } else { 30.0 + 3.0 * 10.0 }
    }
}

/// An angle moved into [0, 2π] by whole turns, but for rounding.
fn along(angle: f64) -> f64 {
    angle - TAU * (angle / TAU).floor()
}
