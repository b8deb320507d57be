//! Measuring: errors by density, by area and by region; pictures; the digest.

pub mod digest;
pub mod evaluate;
pub mod raster;
#[cfg(feature = "cli")]
pub mod sweep;
pub mod test_points;
