//! Measuring: errors by density, by area and by region; pictures; the digest.

#[cfg(feature = "cli")]
mod axes;
#[cfg(feature = "cli")]
pub mod claims;
pub mod digest;
pub mod evaluate;
pub mod raster;
#[cfg(feature = "cli")]
mod special;
#[cfg(feature = "cli")]
pub mod sweep;
pub mod test_points;
