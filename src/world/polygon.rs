//! A drawn closed curve: inside by the even-odd rule.

/// A closed polygon with an index by height, so that a query meets only the edges that cross its row.
pub struct Polygon {
    corners: Vec<[f64; 2]>,
    low: f64,
    high: f64,
    /// For each horizontal strip, the edges that touch it.
    strips: Vec<Vec<u32>>,
}

impl Polygon {
    /// A polygon with at least three corners; the last is joined to the first.
    pub fn new(corners: Vec<[f64; 2]>) -> Polygon {
        let mut low = corners[0][1];
        let mut high = low;
        for [_, y] in &corners {
            low = if *y < low { *y } else { low };
            high = if *y > high { *y } else { high };
        }
        let mut polygon = Polygon { strips: vec![Vec::new(); corners.len()], corners, low, high };
        for edge in 0..polygon.corners.len() {
            let (a, b) = polygon.edge(edge);
            let (from, to) = (polygon.strip(a[1]), polygon.strip(b[1]));
            for strip in from.min(to)..=from.max(to) {
                polygon.strips[strip].push(edge as u32);
            }
        }
        polygon
    }

    fn edge(&self, edge: usize) -> ([f64; 2], [f64; 2]) {
        (self.corners[edge], self.corners[(edge + 1) % self.corners.len()])
    }

    fn strip(&self, y: f64) -> usize {
        let share = (y - self.low) / (self.high - self.low);
        let strip = (share * self.strips.len() as f64) as usize; // A flat polygon gives NaN, which becomes 0.
        strip.min(self.strips.len() - 1)
    }

    /// The corners, in order.
    pub fn corners(&self) -> &[[f64; 2]] {
        &self.corners
    }

    /// Even-odd rule: whether a ray to the right crosses the border an odd number of times. A corner counts with the edge
    /// below it, so that a ray through a corner is counted once.
    pub fn inside(&self, x: f32, y: f32) -> bool {
        let (x, y) = (f64::from(x), f64::from(y));
        if y < self.low || y > self.high {
            return false;
        }
        let crossings = self.strips[self.strip(y)].iter().filter(|edge| {
            let ([ax, ay], [bx, by]) = self.edge(**edge as usize);
            (ay > y) != (by > y) && x < ax + (y - ay) / (by - ay) * (bx - ax)
        });
        crossings.count() % 2 == 1
    }

    /// The corner with the smallest angle: the place of the `tip` region.
    pub fn sharpest_corner(&self) -> [f64; 2] {
        let n = self.corners.len();
        let mut best = (f64::NEG_INFINITY, self.corners[0]);
        for i in 0..n {
            let [px, py] = self.corners[(i + n - 1) % n];
            let [x, y] = self.corners[i];
            let [nx, ny] = self.corners[(i + 1) % n];
            let (ax, ay, bx, by) = (px - x, py - y, nx - x, ny - y);
            let lengths = ((ax * ax + ay * ay) * (bx * bx + by * by)).sqrt();
            if lengths > 0.0 {
                let cosine = (ax * bx + ay * by) / lengths;
                if cosine > best.0 {
                    best = (cosine, [x, y]);
                }
            }
        }
        best.1
    }

    /// Mean of the corners, weighted by the lengths of their edges: the place of the `centre` region.
    pub fn centroid(&self) -> [f64; 2] {
        let (mut sum, mut total) = ([0.0, 0.0], 0.0);
        for edge in 0..self.corners.len() {
            let ([ax, ay], [bx, by]) = self.edge(edge);
            let length = ((bx - ax) * (bx - ax) + (by - ay) * (by - ay)).sqrt();
            sum[0] += length * 0.5 * (ax + bx);
            sum[1] += length * 0.5 * (ay + by);
            total += length;
        }
        if total > 0.0 { [sum[0] / total, sum[1] / total] } else { self.corners[0] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_odd_rule() {
        // A bow tie: the crossing splits it in two triangles, left and right.
        let bow = Polygon::new(vec![[-1.0, -1.0], [1.0, 1.0], [1.0, -1.0], [-1.0, 1.0]]);
        assert!(bow.inside(-0.9, 0.0) && bow.inside(0.9, 0.0));
        assert!(!bow.inside(0.0, 0.9) && !bow.inside(0.0, -0.9) && !bow.inside(2.0, 0.0) && !bow.inside(0.0, 5.0));
    }

    #[test]
    fn strips_agree_with_all_edges() {
        let star: Vec<[f64; 2]> = (0..101)
            .map(|i| {
                let (sin, cos) = libm::sincos(i as f64 * std::f64::consts::TAU / 101.0);
                let r = if i % 2 == 0 { 1.0 } else { 0.4 };
                [r * cos, r * sin]
            })
            .collect();
        let polygon = Polygon::new(star.clone());
        for i in 0..60 {
            for j in 0..60 {
                let (x, y) = (i as f32 / 25.0 - 1.2, j as f32 / 25.0 - 1.2);
                let crossings = (0..101).filter(|&e| {
                    let (a, b) = (star[e], star[(e + 1) % 101]);
                    let (x, y) = (f64::from(x), f64::from(y));
                    (a[1] > y) != (b[1] > y) && x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0])
                });
                assert_eq!(polygon.inside(x, y), crossings.count() % 2 == 1, "at {x}, {y}");
            }
        }
    }

    #[test]
    fn sharpest_corner_is_the_needle() {
        let needle = Polygon::new(vec![[0.0, 0.0], [1.0, 0.02], [0.0, 0.3], [-0.5, 0.1]]);
        assert_eq!(needle.sharpest_corner(), [1.0, 0.02]);
    }
}
