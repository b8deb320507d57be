//! The points that errors are measured on. They belong to the problem, not to a run: every learner, seed and sample size meets
//! the same ones.

use crate::rng::{Purpose, Streams, uniform};
use crate::world::density::PLANE;
use crate::world::pixel_centre;
use crate::world::problem::{Problem, Shape};
use crate::world::regions::{REGIONS, Region, Regions};
use crate::world::sample::{Sample, split};

/// Pixels along a side of the uniform grid that area errors are measured on.
pub const GRID: usize = 300;
/// Points of its own that each region gets: in the test sample the tip is almost empty.
const REGION_POINTS: usize = 20_000;
/// Candidates after which a region counts as empty (a drawn curve may leave the plane).
const MOST_CANDIDATES: u64 = 4_000_000;
/// The seed of all test points; training seeds have streams of their own.
const TEST_SEED: u32 = 0;

/// Points of one kind with their true labels.
#[derive(Clone, Debug, Default)]
pub struct Points {
    /// Row-major `n x 2`.
    pub xy: Vec<f32>,
    /// 1 inside, 0 outside.
    pub truth: Vec<u8>,
    /// Density at each point, for regions only.
    pub density: Vec<f32>,
}

/// A region with its own points, uniform by area.
#[derive(Clone, Debug)]
pub struct RegionPoints {
    /// Which region.
    pub region: Region,
    /// Its points.
    pub points: Points,
    /// Share of the density's mass that lies in it.
    pub share: f64,
    /// Its area as a share of the plane's; more than 1 for the outside.
    pub area_share: f64,
    candidates: u64,
}

/// All test points of a problem, made by slices.
pub struct TestPoints {
    test_n: usize,
    /// Drawn from the density; for the reader's own rows the held-out ones.
    pub density: Points,
    /// Centres of a uniform grid over the plane.
    pub area: Points,
    /// Each region's own.
    pub regions: Vec<RegionPoints>,
    sample: Sample,
    grid_rows: usize,
    finder: Option<Regions>,
    finished: bool,
}

impl TestPoints {
    /// No points yet; `test_n` are to be drawn from the density.
    pub fn new(test_n: usize) -> TestPoints {
        TestPoints {
            test_n,
            density: Points::default(),
            area: Points::default(),
            regions: Vec::new(),
            sample: Sample::new(TEST_SEED, Purpose::Test),
            grid_rows: 0,
            finder: None,
            finished: false,
        }
    }

    /// The held-out rows of the reader's own data.
    pub fn of_rows(rows: &[[f64; 3]], n: usize, seed: u32) -> TestPoints {
        let mut points = TestPoints::new(0);
        for i in split(rows.len(), n, seed).1 {
            let [x, y, label] = rows[i as usize];
            points.density.xy.extend([x as f32, y as f32]);
            points.density.truth.push(u8::from(label == 1.0));
        }
        points.finished = true;
        points
    }

    /// Points to be drawn from the density.
    pub fn test_n(&self) -> usize {
        self.test_n
    }

    /// The first `n` points drawn from the density, drawing them now if need be: for the loss curve.
    pub fn first(&mut self, problem: &Problem, n: usize) -> Points {
        if let Shape::Data(_) = problem.shape {
            let n = n.min(self.density.truth.len());
            return Points {
                xy: self.density.xy[..2 * n].to_vec(),
                truth: self.density.truth[..n].to_vec(),
                density: Vec::new(),
            };
        }
        let n = n.min(self.test_n);
        while !self.sample.grow(problem, n.max(self.sample.len()), n) {}
        Points { xy: self.sample.points(n).to_vec(), truth: self.sample.truth(n).to_vec(), density: Vec::new() }
    }

    /// Makes up to about `max` more points. Returns true when all are there.
    pub fn step(&mut self, problem: &Problem, max: usize) -> bool {
        if self.finished {
            return true;
        }
        if self.density.truth.is_empty() {
            if self.sample.grow(problem, self.test_n, max) {
                self.density.xy = self.sample.points(self.test_n).to_vec();
                self.density.truth = self.sample.truth(self.test_n).to_vec();
                self.sample = Sample::new(TEST_SEED, Purpose::Test);
            }
        } else if self.grid_rows < GRID {
            for _ in 0..max.div_ceil(GRID).min(GRID - self.grid_rows) {
                self.add_grid_row(problem);
            }
        } else if self.finder.is_none() {
            self.finder = Regions::new(problem);
            self.finished = self.finder.is_none();
        } else {
            self.add_region_points(problem, max);
        }
        self.finished
    }

    fn add_grid_row(&mut self, problem: &Problem) {
        if self.grid_rows == GRID {
            return;
        }
        for column in 0..GRID {
            let [x, y] = pixel_centre(PLANE, GRID, GRID, column, self.grid_rows);
            self.area.xy.extend([x, y]);
            self.area.truth.push(u8::from(problem.inside(x, y) == Some(true)));
        }
        self.grid_rows += 1;
    }

    /// Candidates uniform in the region's bounds, each from its own stream; those in the region are kept.
    fn add_region_points(&mut self, problem: &Problem, max: usize) {
        let finder = self.finder.as_ref().expect("made in the step before");
        let full = |r: &RegionPoints| r.points.truth.len() == REGION_POINTS || r.candidates >= MOST_CANDIDATES;
        if self.regions.last().is_none_or(full) {
            if self.regions.len() == REGIONS.len() {
                self.finished = true;
                self.finder = None;
                return;
            }
            let region = REGIONS[self.regions.len()];
            self.regions.push(RegionPoints {
                region,
                points: Points::default(),
                share: 0.0,
                area_share: 0.0,
                candidates: 0,
            });
        }
        let own = self.regions.last_mut().expect("pushed above");
        let [x0, y0, x1, y1] = finder.bounds(own.region);
        let streams = Streams::new(TEST_SEED, Purpose::Region as u64 + own.region as u64);
        for _ in 0..max {
            if full(own) {
                break;
            }
            let mut rng = streams.at(own.candidates);
            own.candidates += 1;
            let x = (x0 + (x1 - x0) * uniform(&mut rng)) as f32;
            let y = (y0 + (y1 - y0) * uniform(&mut rng)) as f32;
            if finder.contains(problem, own.region, x, y) {
                own.points.xy.extend([x, y]);
                own.points.truth.push(u8::from(problem.inside(x, y) == Some(true)));
                own.points.density.push(problem.pdf(f64::from(x), f64::from(y)) as f32);
            }
        }
        let mass: f64 = own.points.density.iter().map(|p| f64::from(*p)).sum();
        let bounds = (x1 - x0) * (y1 - y0);
        own.share = mass / own.candidates as f64 * bounds;
        let plane = (PLANE[2] - PLANE[0]) * (PLANE[3] - PLANE[1]);
        own.area_share = own.points.truth.len() as f64 / own.candidates as f64 * bounds / plane;
    }
}
