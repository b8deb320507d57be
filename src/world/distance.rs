//! How far a point is from a closed polyline, up to a limit.

use super::clamped;

/// Segments of a polyline in square cells as wide as the limit, so that a query looks at nine of them.
pub struct Distance {
    limit: f64,
    low: [f64; 2],
    columns: usize,
    rows: usize,
    cells: Vec<Vec<u32>>,
    line: Vec<[f64; 2]>,
}

impl Distance {
    /// An index of a closed polyline that answers distances up to `limit`.
    pub fn new(line: Vec<[f64; 2]>, limit: f64) -> Distance {
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for point in &line {
            for axis in 0..2 {
                low[axis] = if point[axis] < low[axis] { point[axis] } else { low[axis] };
                high[axis] = if point[axis] > high[axis] { point[axis] } else { high[axis] };
            }
        }
        let cells_along = |axis: usize| ((high[axis] - low[axis]) / limit) as usize + 1;
        let (columns, rows) = (cells_along(0), cells_along(1));
        let mut index = Distance { limit, low, columns, rows, cells: vec![Vec::new(); columns * rows], line };
        for i in 0..index.line.len() {
            let (a, b) = index.segment(i);
            let ([ca, ra], [cb, rb]) = (index.cell(a), index.cell(b));
            for row in ra.min(rb)..=ra.max(rb) {
                for column in ca.min(cb)..=ca.max(cb) {
                    index.cells[row as usize * columns + column as usize].push(i as u32);
                }
            }
        }
        index
    }

    fn segment(&self, i: usize) -> ([f64; 2], [f64; 2]) {
        (self.line[i], self.line[(i + 1) % self.line.len()])
    }

    /// Column and row of a point, which may lie outside the grid.
    fn cell(&self, point: [f64; 2]) -> [i64; 2] {
        std::array::from_fn(|axis| ((point[axis] - self.low[axis]) / self.limit).floor() as i64)
    }

    /// The closest segment within the limit, as (distance, segment number).
    pub fn within(&self, point: [f64; 2]) -> Option<(f64, usize)> {
        let [column, row] = self.cell(point);
        let mut best: Option<(f64, usize)> = None;
        for r in row - 1..=row + 1 {
            for c in column - 1..=column + 1 {
                if r < 0 || c < 0 || r >= self.rows as i64 || c >= self.columns as i64 {
                    continue;
                }
                for &i in &self.cells[r as usize * self.columns + c as usize] {
                    let (a, b) = self.segment(i as usize);
                    let d2 = squared(point, a, b);
                    if d2 <= self.limit * self.limit && best.is_none_or(|(least, _)| d2 < least) {
                        best = Some((d2, i as usize));
                    }
                }
            }
        }
        best.map(|(d2, i)| (d2.sqrt(), i))
    }
}

/// Squared distance of a point from a segment.
fn squared(p: [f64; 2], a: [f64; 2], b: [f64; 2]) -> f64 {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let length2 = dx * dx + dy * dy;
    let along = if length2 > 0.0 { ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length2 } else { 0.0 };
    let along = clamped(along, 0.0, 1.0);
    let (ex, ey) = (p[0] - a[0] - along * dx, p[1] - a[1] - along * dy);
    ex * ex + ey * ey
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::spiral::Spiral;

    #[test]
    fn agrees_with_all_segments() {
        let line = Spiral::new(0.0).outline(300);
        let index = Distance::new(line.clone(), 0.05);
        let mut near = 0;
        for i in 0..80 {
            for j in 0..80 {
                let point = [i as f64 / 33.0 - 1.2, j as f64 / 33.0 - 1.2];
                let all = (0..line.len()).map(|s| squared(point, line[s], line[(s + 1) % line.len()]));
                let least = all.fold(f64::INFINITY, |a, b| if b < a { b } else { a }).sqrt();
                let found = index.within(point).map(|(d, _)| d);
                assert_eq!(found, (least <= 0.05).then_some(least), "at {point:?}");
                near += usize::from(found.is_some());
            }
        }
        assert!(near > 1000, "{near}");
    }
}
