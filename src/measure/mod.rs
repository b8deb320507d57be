//! Measuring: errors by density, by area and by region; how they fall with the sample; pictures; the digest.

pub mod digest;
pub mod evaluate;
pub mod law;
pub mod raster;
pub mod scaling;
#[cfg(feature = "cli")]
pub mod sweep;
pub mod test_points;
