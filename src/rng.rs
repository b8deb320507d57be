//! Random streams: seed, purpose and index name a stream, so that no choice disturbs another.
//!
//! Point 17 of a sample draws its numbers from a stream of its own. Rejections stay inside it, so the first N points never
//! depend on N, and changing the seed of the weights leaves the points alone.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::SplitMix64;

/// The portable generator behind every stream.
pub type Stream = SplitMix64;

/// What a stream is for. The numbers are part of every result: changing one changes bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Purpose {
    /// Components of a random mixture.
    Mixture = 1,
    /// Training points.
    Data = 2,
    /// Which training labels are flipped.
    LabelNoise = 3,
    /// How training labels are dealt out again.
    LabelShuffle = 4,
    /// Initial weights.
    Init = 5,
    /// Order of points in an epoch.
    Shuffle = 6,
    /// Test points drawn from the density.
    Test = 7,
    /// Points bought in the tip region.
    Extra = 8,
    /// Which seeds a resample of a bootstrap takes, and its noise of test points.
    Bootstrap = 9,
    /// Test points of the regions; the region's number is added.
    Region = 16,
}

/// Weyl increment of SplitMix64; consecutive indices start at outputs of one well-mixed sequence.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// The stream number `index` for this seed and purpose.
pub fn stream(seed: u32, purpose: Purpose, index: u64) -> Stream {
    Streams::new(seed, purpose as u64).at(index)
}

/// All streams of one seed and purpose, with the shared part computed once.
#[derive(Clone, Copy, Debug)]
pub struct Streams {
    key: u64,
}

impl Streams {
    /// Streams of this seed; `purpose` is a [`Purpose`] as a number, for the regions plus the region's number.
    pub fn new(seed: u32, purpose: u64) -> Streams {
        Streams { key: next(&mut SplitMix64::seed_from_u64((purpose << 32) | u64::from(seed))) }
    }

    /// The stream with this index.
    pub fn at(&self, index: u64) -> Stream {
        let start = self.key.wrapping_add(index.wrapping_mul(GOLDEN));
        SplitMix64::seed_from_u64(next(&mut SplitMix64::seed_from_u64(start)))
    }
}

#[inline]
fn next(stream: &mut Stream) -> u64 {
    rand::Rng::next_u64(stream)
}

/// Uniform in [0, 1), with 53 random bits: what `random::<f64>()` of the library gives. Written out since a signed integer of 53 bits
/// becomes a float in one instruction, and an unsigned one in six; a million points need seven million.
#[inline]
pub fn uniform(stream: &mut Stream) -> f64 {
    const STEP: f64 = 1.0 / (1u64 << 53) as f64;
    (next(stream) >> 11) as i64 as f64 * STEP
}

/// Uniform in `0..n`; `n` must not be 0.
pub fn below(stream: &mut Stream, n: u32) -> u32 {
    stream.random_range(0..n)
}

/// Two independent standard normal deviates, by Marsaglia's polar method (Marsaglia & Bray 1964).
pub fn normal_pair(stream: &mut Stream) -> [f64; 2] {
    loop {
        let u = 2.0 * uniform(stream) - 1.0;
        let v = 2.0 * uniform(stream) - 1.0;
        let s = u * u + v * v;
        if s < 1.0 && s > 0.0 {
            let scale = (-2.0 * libm::log(s) / s).sqrt();
            return [u * scale, v * scale];
        }
    }
}

/// Fisher–Yates shuffle.
pub fn shuffle<T>(stream: &mut Stream, items: &mut [T]) {
    for last in (1..items.len()).rev() {
        items.swap(last, below(stream, last as u32 + 1) as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uniform_is_the_library_s() {
        let (mut ours, mut theirs) = (stream(3, Purpose::Data, 5), stream(3, Purpose::Data, 5));
        for _ in 0..10_000 {
            assert_eq!(uniform(&mut ours), theirs.random::<f64>());
        }
    }
}
