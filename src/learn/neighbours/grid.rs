//! Rows of two coordinates, sorted into the square cells of a grid: the fastest index unless a few cells hold most rows.
//!
//! Cells stand in memory row by row, so a run of neighbouring cells in one grid row is a single stretch of points.
//! A search counts points in ever wider windows of cells around the query until there are k. That tells how far it must
//! look at most, and how far it most likely must; then it scans the stretches within a circle.

use super::axis::Axis;
use super::closest::{Closest, FEW, Few, LANES, Many, One, collect, key, lanes};
use super::{Neighbour, NeighbourIndex};

/// Mean number of points a cell. Measured at 1,000,000 points, k = 1, 5 and 99.
const PER_CELL: f64 = 2.0;

/// By how many standard deviations of its count the first circle searched is larger than needed on average.
const HEADROOM: f32 = 2.5;

/// How many points share a cell with a point, on average, before a k-d tree serves better.
const CROWDED: u64 = 64;

/// Share of empty cells above which it does too. Points strewn evenly leave 0.14 of the cells empty.
const EMPTY: f64 = 0.8;

/// Sides outside this range are not cut into cells: squares of distances within them may overflow or vanish, and then no
/// cell can be told from its neighbour.
const SIDES: std::ops::Range<f32> = 1e-12..1e12;

/// See the module: two coordinates a row, sorted into square cells.
pub struct Grid {
    len: usize,
    across: Axis,
    up: Axis,
    /// Squared radius of a circle as large as a cell; infinite if only one axis is cut, or none.
    circle: f32,
    /// Where each cell's points start; one more entry at the end.
    starts: Vec<u32>,
    /// Coordinates and row numbers sorted by cell, with LANES of padding behind.
    xs: Vec<f32>,
    ys: Vec<f32>,
    rows: Vec<u32>,
}

impl Grid {
    /// `points` holds two finite values a row.
    pub fn build(points: &[f32]) -> Grid {
        let mut builder = GridBuilder::new(points.len() / 2);
        while !builder.step(points, usize::MAX) {}
        builder.finish()
    }

    /// The stretch of points in the cells `first..=last` of a grid row.
    #[inline(always)]
    fn stretch(&self, row: usize, first: usize, last: usize) -> (usize, usize) {
        let cells = row * self.across.cells;
        (self.starts[cells + first] as usize, self.starts[cells + last + 1] as usize)
    }

    /// Offers the points at `start..end` of the sorted order.
    #[inline(always)]
    fn scan<C: Closest + ?Sized>(&self, (start, end): (usize, usize), x: f32, y: f32, closest: &mut C) -> usize {
        let mut at = start;
        while at < end {
            let (xs, ys) = (lanes(&self.xs, at), lanes(&self.ys, at));
            let mut distances = [0.0f32; LANES];
            for lane in 0..LANES {
                let (dx, dy) = (xs[lane] - x, ys[lane] - y);
                distances[lane] = dx * dx + dy * dy;
            }
            let count = if end - at < LANES { end - at } else { LANES };
            closest.offer(&distances, lanes(&self.rows, at), count);
            at += LANES;
        }
        end - start
    }
}

/// A block of cells, ends included.
#[derive(Clone, Copy)]
struct Window {
    left: usize,
    right: usize,
    bottom: usize,
    top: usize,
}

impl Grid {
    fn window(&self, column: usize, row: usize, margin: usize) -> Window {
        let last = |at: usize, cells: usize| {
            if at + margin < cells { at + margin } else { cells - 1 }
        };
        Window {
            left: column.saturating_sub(margin),
            right: last(column, self.across.cells),
            bottom: row.saturating_sub(margin),
            top: last(row, self.up.cells),
        }
    }

    fn count(&self, window: Window) -> usize {
        let rows = window.bottom..=window.top;
        rows.map(|row| self.stretch(row, window.left, window.right)).map(|(start, end)| end - start).sum()
    }
}

impl Grid {
    /// Offers at least every row that belongs to the `k` closest; says how many distances it computed.
    fn search<C: Closest + ?Sized>(&self, query: &[f32], k: usize, closest: &mut C) -> usize {
        let (x, y) = (query[0], query[1]);
        let (column, row) = (self.across.cell(x), self.up.cell(y));
        let mut margin = usize::from(k > 1);
        let mut window = self.window(column, row, margin);
        let mut count = self.count(window);
        while count < k {
            margin += 1 + margin / 4;
            window = self.window(column, row, margin);
            count = self.count(window);
        }

        // The k closest lie no farther than the farthest corner of the window. Most likely they lie much closer: in a
        // circle that holds somewhat more than k points if they are as dense as in the window.
        let dx = self.across.farthest(x, window.left, window.right);
        let dy = self.up.farthest(y, window.bottom, window.top);
        let surely = dx * dx + dy * dy;
        let cells = (window.right - window.left + 1) * (window.top - window.bottom + 1);
        let likely = self.circle * (k as f32 + HEADROOM * (k as f32).sqrt()) * cells as f32 / count as f32;
        let mut computed = 0;
        for reach in [likely, surely] {
            if reach <= surely {
                computed += self.within(x, y, row, reach, closest);
                if closest.is_full() {
                    break;
                }
            }
        }
        computed
    }
}

impl Grid {
    /// Offers all points whose squared distance is at most `reach`, nearest grid rows first; as the list fills and needs
    /// less, so does the search.
    fn within<C: Closest + ?Sized>(&self, x: f32, y: f32, row: usize, reach: f32, closest: &mut C) -> usize {
        closest.restart(key(reach, u32::MAX));
        let mut computed = 0;
        // The rows up to `below` and from `above` on are still to be scanned, by turns, the query's own row first.
        let (mut below, mut above) = (row + 1, row + 1);
        let (mut more_below, mut more_above) = (true, above < self.up.cells);
        let mut downward = true;
        while more_below || more_above {
            let more = if downward { more_below } else { more_above };
            if more {
                // One call for both directions, since it is inlined.
                let scanned = self.scan_row(x, y, if downward { below - 1 } else { above }, closest);
                computed += scanned.unwrap_or(0);
                if downward {
                    below -= 1;
                    more_below = scanned.is_some() && below > 0;
                } else {
                    above += 1;
                    more_above = scanned.is_some() && above < self.up.cells;
                }
            }
            downward = !downward;
        }
        computed
    }

    /// Offers the points of a grid row that the list may need; None if the whole row is too far.
    #[inline(always)]
    fn scan_row<C: Closest + ?Sized>(&self, x: f32, y: f32, row: usize, closest: &mut C) -> Option<usize> {
        let reach = closest.reach();
        let gap = self.up.gap(y, row, row);
        let gap = gap * gap;
        if gap > reach {
            return None;
        }
        // A point can belong only if dx² + gap² ≤ reach as computed, that is with a relative error of 2^-24 an operation, and an
        // absolute one where squares vanish. The margins outweigh all of these, so that no such point is left of x - half or
        // right of x + half; and since rounding and `cell` are monotone, none is in a cell left or right of those.
        let half = (reach * 1.000_002 - gap + 1e-37).sqrt() * 1.000_001;
        // Not so if squares overflow: then the whole row is scanned.
        let (left, right) = if half < f32::INFINITY {
            (self.across.cell(x - half), self.across.cell(x + half))
        } else {
            (0, self.across.cells - 1)
        };
        Some(self.scan(self.stretch(row, left, right), x, y, closest))
    }
}

impl NeighbourIndex for Grid {
    fn len(&self) -> usize {
        self.len
    }

    fn dims(&self) -> usize {
        2
    }

    fn vote(&self, query: &[f32], k: usize, found: &mut Vec<Neighbour>) -> usize {
        found.clear();
        let k = if k < self.len { k } else { self.len };
        if k == 0 {
            return 0;
        }
        match k {
            1 => collect(One::new(), found, |list| self.search(query, k, list)),
            2..=FEW => collect(Few::new(k), found, |list| self.search(query, k, list)),
            // Where so many are kept, a virtual call for each LANES rows costs nothing, and a third copy of the search is spared.
            _ => collect(Many::new(k), found, |list| self.search(query, k, list as &mut dyn Closest)),
        }
    }
}

/// Builds a [`Grid`] in slices: finds the sides, counts the points of each cell, then puts each point in its place.
pub struct GridBuilder {
    stage: Stage,
    /// The next row of the stage.
    at: usize,
    low: [f32; 2],
    high: [f32; 2],
    uneven: bool,
    grid: Grid,
}

#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Measure,
    Count,
    Place,
    Finished,
}

impl GridBuilder {
    /// For `len` ≥ 1 rows.
    pub fn new(len: usize) -> GridBuilder {
        let grid = Grid {
            len,
            across: Axis::uncut(),
            up: Axis::uncut(),
            circle: f32::INFINITY,
            starts: Vec::new(),
            xs: Vec::new(),
            ys: Vec::new(),
            rows: Vec::new(),
        };
        GridBuilder {
            stage: Stage::Measure,
            at: 0,
            low: [f32::INFINITY; 2],
            high: [f32::NEG_INFINITY; 2],
            uneven: false,
            grid,
        }
    }

    /// Does `max_points` rows of the present pass; true when the grid is finished. `points` must be the same at each call.
    pub fn step(&mut self, points: &[f32], max_points: usize) -> bool {
        let left = self.grid.len - self.at;
        let now = if max_points < left { max_points } else { left };
        let rows = &points[2 * self.at..2 * (self.at + now)];
        match self.stage {
            Stage::Measure => self.measure(rows),
            Stage::Count => self.count(rows),
            Stage::Place => self.place(rows),
            Stage::Finished => return true,
        }
        self.at += now;
        if self.at == self.grid.len {
            self.at = 0;
            match self.stage {
                Stage::Measure => self.lay_out(),
                Stage::Count => self.assign_places(),
                Stage::Place | Stage::Finished => self.stage = Stage::Finished,
            }
        }
        self.stage == Stage::Finished
    }

    /// True, once the points are counted, if a search would often wade through crowded cells or wander through empty ones.
    pub fn is_uneven(&self) -> bool {
        self.uneven
    }

    /// The grid, once [`step`](Self::step) has said true. It is right for uneven data too, only slow.
    pub fn finish(self) -> Grid {
        self.grid
    }

    fn measure(&mut self, rows: &[f32]) {
        for row in rows.chunks_exact(2) {
            for (&value, (low, high)) in row.iter().zip(self.low.iter_mut().zip(&mut self.high)) {
                if value < *low {
                    *low = value;
                }
                if value > *high {
                    *high = value;
                }
            }
        }
    }

    fn lay_out(&mut self) {
        let side = |at: usize| f64::from(self.high[at]) - f64::from(self.low[at]);
        let (width, height) = (side(0), side(1));
        let cuttable = |side: f64| side >= f64::from(SIDES.start) && side < f64::from(SIDES.end);
        let cells = (self.grid.len as f64 / PER_CELL).ceil();
        let (columns, rows) = match (cuttable(width), cuttable(height)) {
            (true, true) => {
                let edge = (width * height / cells).sqrt();
                // Written out: the panic message of `f64::clamp` would bring a float printer into the module.
                let columns = if width / edge < cells { (width / edge).ceil() } else { cells };
                (columns, (cells / columns).ceil())
            }
            (true, false) => (cells, 1.0),
            (false, true) => (1.0, cells),
            (false, false) => (1.0, 1.0),
        };
        let cut = |at: usize, cells: f64| {
            if cells > 1.0 { Axis::cut(self.low[at], self.high[at], cells as usize) } else { Axis::uncut() }
        };
        self.grid.across = cut(0, columns);
        self.grid.up = cut(1, rows);
        if columns > 1.0 && rows > 1.0 {
            let cell = width / columns * (height / rows);
            self.grid.circle = (cell / std::f64::consts::PI) as f32;
        }
        self.grid.starts = vec![0; self.grid.across.cells * self.grid.up.cells + 1];
        self.stage = Stage::Count;
    }

    fn count(&mut self, rows: &[f32]) {
        let Grid { across, up, starts, .. } = &mut self.grid;
        for row in rows.chunks_exact(2) {
            starts[up.cell(row[1]) * across.cells + across.cell(row[0])] += 1;
        }
    }

    /// Turns the counts into the place of each cell's first point.
    fn assign_places(&mut self) {
        let grid = &mut self.grid;
        let mut place = 0;
        let (mut crowd, mut empty) = (0, 0);
        for start in &mut grid.starts {
            let count = *start;
            crowd += u64::from(count) * u64::from(count);
            empty += usize::from(count == 0);
            *start = place;
            place += count;
        }
        let crowded = crowd > CROWDED * grid.len as u64;
        let deserted = empty as f64 > EMPTY * grid.starts.len() as f64;
        self.uneven = crowded || deserted;
        grid.xs = vec![0.0; grid.len + LANES];
        grid.ys = vec![0.0; grid.len + LANES];
        grid.rows = vec![0; grid.len + LANES];
        self.stage = Stage::Place;
    }

    fn place(&mut self, rows: &[f32]) {
        let Grid { across, up, starts, xs, ys, rows: numbers, .. } = &mut self.grid;
        for (row, number) in rows.chunks_exact(2).zip(self.at as u32..) {
            let cell = up.cell(row[1]) * across.cells + across.cell(row[0]);
            let place = starts[cell] as usize;
            starts[cell] += 1;
            xs[place] = row[0];
            ys[place] = row[1];
            numbers[place] = number;
        }
        // Each start has moved to its cell's end, which is where the next cell starts.
        if self.at + rows.len() / 2 == self.grid.len {
            self.grid.starts.rotate_right(1);
            self.grid.starts[0] = 0;
        }
    }
}
