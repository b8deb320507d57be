//! What all contestants read: points as little-endian f32, x, y, label, … and the places where they are asked.

use bitter_lesson::measure::raster;
use bitter_lesson::world::View;
use std::fs;

/// The plane of the toy problem, which all pictures show.
pub const VIEW: View = [-1.2, -1.2, 1.2, 1.2];

/// Points with their labels.
pub struct Points {
    /// Coordinates.
    pub xy: Vec<[f32; 2]>,
    /// 0 or 1.
    pub labels: Vec<u8>,
}

impl Points {
    /// Reads a file that [`Points::write`] wrote.
    pub fn read(file: &str) -> Points {
        let bytes = fs::read(file).unwrap_or_else(|error| panic!("{file}: {error}"));
        let numbers: Vec<f32> = bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        let rows = numbers.as_chunks::<3>().0;
        Points {
            xy: rows.iter().map(|[x, y, _]| [*x, *y]).collect(),
            labels: rows.iter().map(|[.., label]| *label as u8).collect(),
        }
    }

    /// Writes them all.
    pub fn write(&self, file: &str) {
        let rows = self.xy.iter().zip(&self.labels);
        let numbers = rows.flat_map(|(p, label)| [p[0], p[1], f32::from(*label)]);
        let bytes: Vec<u8> = numbers.flat_map(f32::to_le_bytes).collect();
        fs::write(file, bytes).unwrap_or_else(|error| panic!("{file}: {error}"));
    }
}

/// Centres of the pixels of a square picture of the plane.
pub fn pixels(side: usize) -> Vec<[f32; 2]> {
    raster::points(VIEW, side, side, 0..side).as_chunks().0.to_vec()
}
