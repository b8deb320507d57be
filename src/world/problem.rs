//! The world as one value: a shape that labels points, and the density they come from.

use super::View;
use super::density::{Mixture, PLANE};
use super::polygon::Polygon;
use super::spiral::{self, Spiral};
use crate::spec::ProblemSpec;

/// Points on each side of the spiral's outline: 2,000 segments, each about 0.006 long.
const OUTLINE_PER_SIDE: usize = 1000;
/// Longest segment of a polygon's outline, so that density can be read along it.
const OUTLINE_STEP: f64 = 0.01;

/// What labels points.
pub enum Shape {
    /// The essay's closed spiral.
    Spiral(Spiral),
    /// A drawn closed curve.
    Polygon(Polygon),
    /// The reader's own rows; nothing is known between them.
    Data(Vec<[f64; 3]>),
}

/// A shape and the density that points are drawn from.
pub struct Problem {
    /// What labels points.
    pub shape: Shape,
    /// The density; `None` for the reader's own rows.
    pub mixture: Option<Mixture>,
}

impl Problem {
    /// The problem a spec names.
    pub fn new(spec: &ProblemSpec) -> Problem {
        match spec {
            ProblemSpec::Spiral { rotation, mixture } => {
                Problem { shape: Shape::Spiral(Spiral::new(*rotation)), mixture: Some(Mixture::new(mixture)) }
            }
            ProblemSpec::Polygon { points, mixture } => {
                Problem { shape: Shape::Polygon(Polygon::new(points.clone())), mixture: Some(Mixture::new(mixture)) }
            }
            ProblemSpec::Data { rows } => Problem { shape: Shape::Data(rows.clone()), mixture: None },
        }
    }

    /// The true label of a point; `None` where truth is not known.
    #[inline]
    pub fn inside(&self, x: f32, y: f32) -> Option<bool> {
        match &self.shape {
            Shape::Spiral(spiral) => Some(spiral.inside(x, y)),
            Shape::Polygon(polygon) => Some(polygon.inside(x, y)),
            Shape::Data(_) => None,
        }
    }

    /// The true curve as a closed polyline, the first point not repeated; empty where there is no curve.
    pub fn outline(&self) -> Vec<[f64; 2]> {
        match &self.shape {
            Shape::Spiral(spiral) => spiral.outline(OUTLINE_PER_SIDE),
            Shape::Polygon(polygon) => subdivided(polygon.corners()),
            Shape::Data(_) => Vec::new(),
        }
    }

    /// Where the curve is sharpest; `None` where there is no curve.
    pub fn tip(&self) -> Option<[f64; 2]> {
        match &self.shape {
            Shape::Spiral(spiral) => Some(spiral.point(spiral::LENGTH, spiral::centre_line(spiral::LENGTH))),
            Shape::Polygon(polygon) => Some(polygon.sharpest_corner()),
            Shape::Data(_) => None,
        }
    }

    /// Probability per unit area at a point; 0 where there is no density.
    pub fn pdf(&self, x: f64, y: f64) -> f64 {
        self.mixture.as_ref().map_or(0.0, |mixture| mixture.pdf(x, y))
    }

    /// The rectangle that pictures show: the plane, or for the reader's own rows their bounding square and a margin.
    pub fn plane(&self) -> View {
        let Shape::Data(rows) = &self.shape else {
            return PLANE;
        };
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for row in rows {
            for axis in 0..2 {
                low[axis] = if row[axis] < low[axis] { row[axis] } else { low[axis] };
                high[axis] = if row[axis] > high[axis] { row[axis] } else { high[axis] };
            }
        }
        let (width, height) = (high[0] - low[0], high[1] - low[1]);
        let side = if width > height { width } else { height };
        let half = if side > 0.0 { 0.55 * side } else { 1.0 };
        let (x, y) = (0.5 * (low[0] + high[0]), 0.5 * (low[1] + high[1]));
        [x - half, y - half, x + half, y + half]
    }
}

/// A closed polyline with its edges cut into short segments.
fn subdivided(corners: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let mut line = Vec::new();
    for (i, a) in corners.iter().enumerate() {
        let b = corners[(i + 1) % corners.len()];
        let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
        let pieces = ((dx * dx + dy * dy).sqrt() / OUTLINE_STEP).ceil() as usize;
        let pieces = pieces.max(1);
        line.extend((0..pieces).map(|j| {
            let share = j as f64 / pieces as f64;
            [a[0] + dx * share, a[1] + dy * share]
        }));
    }
    line
}
