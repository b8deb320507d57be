//! Rasters: a value at the centre of each pixel of a view. Row-major, first row at the top (largest y).

use crate::spec::number_text;
use crate::world::problem::Problem;
use crate::world::{View, pixel_centre};
use std::ops::Range;

/// Checks a view and a size that come from outside.
///
/// # Errors
/// Says what is allowed.
pub fn check_view(view: View, width: usize, height: usize) -> Result<(), String> {
    let [x0, y0, x1, y1] = view;
    if !view.iter().all(|c| c.is_finite() && c.abs() <= 1e7) || x0 >= x1 || y0 >= y1 {
        return Err(format!(
            "view is [{}]; allowed: [x0, y0, x1, y1] with x0 < x1, y0 < y1, all within ±1e7",
            view.map(number_text).join(", ")
        ));
    }
    if !(1..=4096).contains(&width) || !(1..=4096).contains(&height) {
        return Err(format!("raster size is {width} x {height}; allowed: 1 to 4096 each"));
    }
    Ok(())
}

/// Pixel centres of some rows as x, y, x, y, …
pub fn points(view: View, width: usize, height: usize, rows: Range<usize>) -> Vec<f32> {
    let mut points = Vec::with_capacity(2 * width * rows.len());
    for row in rows {
        for column in 0..width {
            points.extend(pixel_centre(view, width, height, column, row));
        }
    }
    points
}

/// Probability per unit area at each pixel centre.
pub fn density(problem: &Problem, view: View, width: usize, height: usize) -> Vec<f32> {
    let at = points(view, width, height, 0..height);
    at.chunks_exact(2).map(|p| problem.pdf(f64::from(p[0]), f64::from(p[1])) as f32).collect()
}

/// The true label at each pixel centre; 0 where truth is not known.
pub fn truth(problem: &Problem, view: View, width: usize, height: usize) -> Vec<u8> {
    let at = points(view, width, height, 0..height);
    at.chunks_exact(2).map(|p| u8::from(problem.inside(p[0], p[1]) == Some(true))).collect()
}

/// How many points (x, y, x, y, …) with these labels fall into each pixel: first all counts of label 0, then all of
/// label 1.
pub fn counts(points: &[f32], labels: &[u8], view: View, width: usize, height: usize) -> Vec<u32> {
    let [x0, y0, x1, y1] = view;
    let size = width * height;
    let mut counts = vec![0; 2 * size];
    let (across, down) = (width as f64 / (x1 - x0), height as f64 / (y1 - y0));
    for (point, label) in points.chunks_exact(2).zip(labels) {
        let column = (f64::from(point[0]) - x0) * across;
        let row = (y1 - f64::from(point[1])) * down;
        if column >= 0.0 && row >= 0.0 && column < width as f64 && row < height as f64 {
            counts[usize::from(*label) * size + row as usize * width + column as usize] += 1;
        }
    }
    counts
}
