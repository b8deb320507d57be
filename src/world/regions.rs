//! Named regions of the plane, so that an error can be said to lie somewhere.
//!
//! *Sparse* and *dense* are compared only near the curve: far from it every learner is right, and far from it is also where
//! points are few, so a plain comparison of sparse with dense places would measure distance from the curve.

use super::distance::Distance;
use super::problem::{Problem, Shape};
use super::{View, density::PLANE};
use crate::spec::fields::PLANE_HALF;

/// A place with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Region {
    /// Around the last half-radian of the arm; on a polygon around its sharpest corner.
    Tip,
    /// Within 0.05 of the curve, where the density along it is in its upper third.
    Dense,
    /// Within 0.05 of the curve, where the density along it is in its lower third.
    Sparse,
    /// Within 0.25 of the origin, where the arm begins; on a polygon of its centroid.
    Centre,
    /// Beyond the plane, up to twice its size: no training point is ever there.
    Outside,
}

/// Every region, in the order in which results list them.
pub const REGIONS: [Region; 5] = [Region::Tip, Region::Dense, Region::Sparse, Region::Centre, Region::Outside];

/// Half-width of the band along the curve that holds `dense` and `sparse`.
pub const NEAR: f64 = 0.05;
/// How much of the arm's end is the tip, in radians.
const TIP_RADIANS: f64 = 0.5;
/// How far the tip region reaches from the arm's centre line, and from a polygon's sharpest corner.
const TIP_REACH: f64 = 0.15;
const CENTRE_RADIUS: f64 = 0.25;
/// Half the side of the square that `outside` fills around the plane.
const OUTSIDE_HALF: f64 = 2.0 * PLANE_HALF;

impl Region {
    /// The name used in results.
    pub fn name(self) -> &'static str {
        match self {
            Region::Tip => "tip",
            Region::Dense => "dense",
            Region::Sparse => "sparse",
            Region::Centre => "centre",
            Region::Outside => "outside",
        }
    }
}

/// Decides which region a point lies in, for one problem.
pub struct Regions {
    near: Distance,
    /// Density in the middle of each segment of the outline.
    along: Vec<f64>,
    /// Below the first is sparse, from the second on is dense: thirds of the curve's length.
    thirds: [f64; 2],
    tip: [f64; 2],
    centre: [f64; 2],
}

impl Regions {
    /// The regions of a problem; `None` for the reader's own rows, where no curve is known.
    pub fn new(problem: &Problem) -> Option<Regions> {
        let tip = problem.tip()?;
        let centre = match &problem.shape {
            Shape::Polygon(polygon) => polygon.centroid(),
            _ => [0.0, 0.0],
        };
        let line = problem.outline();
        let segment = |i: usize| (line[i], line[(i + 1) % line.len()]);
        let along: Vec<f64> = (0..line.len())
            .map(|i| {
                let (a, b) = segment(i);
                problem.pdf(0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1]))
            })
            .collect();
        let length = |i: usize| {
            let (a, b) = segment(i);
            ((b[0] - a[0]) * (b[0] - a[0]) + (b[1] - a[1]) * (b[1] - a[1])).sqrt()
        };
        let thirds = thirds(&along, length);
        Some(Regions { near: Distance::new(line, NEAR), along, thirds, tip, centre })
    }

    /// Whether a point lies in a region.
    pub fn contains(&self, problem: &Problem, region: Region, x: f32, y: f32) -> bool {
        let point = [f64::from(x), f64::from(y)];
        let on_plane = point.iter().all(|c| c.abs() <= PLANE_HALF);
        match region {
            Region::Outside => !on_plane,
            _ if !on_plane => false,
            Region::Centre => distance(point, self.centre) <= CENTRE_RADIUS,
            Region::Tip => match &problem.shape {
                Shape::Spiral(spiral) => spiral.near_tip(x, y, TIP_RADIANS).is_some_and(|(_, off)| off <= TIP_REACH),
                _ => distance(point, self.tip) <= TIP_REACH,
            },
            Region::Dense => self.near.within(point).is_some_and(|(_, i)| self.along[i] >= self.thirds[1]),
            Region::Sparse => self.near.within(point).is_some_and(|(_, i)| self.along[i] < self.thirds[0]),
        }
    }

    /// A rectangle that holds the whole region, as tight as is easy.
    pub fn bounds(&self, region: Region) -> View {
        let around = |[x, y]: [f64; 2], reach: f64| [x - reach, y - reach, x + reach, y + reach];
        match region {
            Region::Centre => around(self.centre, CENTRE_RADIUS),
            // The last half-radian of the spiral lies within 0.5 of the arm's end radius times half a radian.
            Region::Tip => around(self.tip, TIP_REACH + 0.6),
            Region::Dense | Region::Sparse => PLANE,
            Region::Outside => [-OUTSIDE_HALF, -OUTSIDE_HALF, OUTSIDE_HALF, OUTSIDE_HALF],
        }
    }
}

fn distance(a: [f64; 2], b: [f64; 2]) -> f64 {
    ((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1])).sqrt()
}

/// The densities below which one third and two thirds of the curve's length lie.
fn thirds(along: &[f64], length: impl Fn(usize) -> f64) -> [f64; 2] {
    // Densities are never negative, so their bits rise with them: one integer holds density and place.
    let key = |i: usize| (u64::from((along[i] as f32).to_bits()) << 32) | i as u64;
    let mut keys: Vec<u64> = (0..along.len()).map(key).collect();
    keys.sort_unstable();
    let order: Vec<usize> = keys.iter().map(|key| (*key & 0xffff_ffff) as usize).collect();
    let total: f64 = (0..along.len()).map(&length).sum();
    let at = |share: f64| {
        let mut sum = 0.0;
        for &i in &order {
            sum += length(i);
            if sum >= share * total {
                return along[i];
            }
        }
        along[order[order.len() - 1]]
    };
    [at(1.0 / 3.0), at(2.0 / 3.0)]
}
