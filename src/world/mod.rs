//! The world: a closed curve, a density that knows nothing of it, and samples drawn from the density.

pub(crate) mod bought;
#[cfg(feature = "cli")]
pub mod csv;
pub mod density;
mod distance;
pub mod polygon;
pub mod problem;
pub mod regions;
pub mod sample;
pub mod spiral;

/// A rectangle of the plane as `[x0, y0, x1, y1]` with `x0 < x1` and `y0 < y1`.
pub type View = [f64; 4];

/// The centre of pixel `(column, row)` of a raster of this view: rows run from the top (largest y) down.
#[inline]
pub fn pixel_centre(view: View, width: usize, height: usize, column: usize, row: usize) -> [f32; 2] {
    let [x0, y0, x1, y1] = view;
    let x = x0 + (x1 - x0) * (column as f64 + 0.5) / width as f64;
    let y = y1 - (y1 - y0) * (row as f64 + 0.5) / height as f64;
    [x as f32, y as f32]
}

/// `value` moved into `[low, high]`. Written out: the panic message of `f64::clamp` would bring a float printer into the module
/// that readers download.
#[allow(clippy::manual_clamp)]
pub(crate) fn clamped(value: f64, low: f64, high: f64) -> f64 {
    if value < low {
        low
    } else if value > high {
        high
    } else {
        value
    }
}
