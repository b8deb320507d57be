//! The fingerprint of a run: SHA-256 over a documented sequence of bytes.
//!
//! The sequence is the learnt state (for a network every parameter as little-endian f32, layer by layer: weights row-major, biases,
//! gain, shift; for nearest neighbours every stored row as little-endian f32, then every label as a byte; for a family its fitted numbers as
//! little-endian f64, in the order of `learn::arm::Numbers`), then a 64 x 64 raster of
//! the whole plane as little-endian f32, top row first. Two runs with the same digest learnt the same and answer the same, bit for
//! bit. NaN is never hashed: it is a divergence.

/// Width and height of the raster at the end of the digest.
pub const SIDE: usize = 64;

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let nibbles = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    nibbles.map(|nibble| DIGITS[nibble as usize] as char).collect()
}
