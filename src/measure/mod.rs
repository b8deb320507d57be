//! Measuring: errors by density, by area and by region; how they fall with the sample; pictures; the digest.

#[cfg(feature = "cli")]
mod axes;
#[cfg(feature = "cli")]
pub mod claims;
pub mod digest;
pub mod evaluate;
#[cfg(feature = "cli")]
pub mod law;
pub mod raster;
#[cfg(feature = "cli")]
pub mod scaling;
#[cfg(feature = "cli")]
mod special;
#[cfg(feature = "cli")]
pub mod sweep;
pub mod test_points;
