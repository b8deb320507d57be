//! Finite f32s as integers in the same order.

/// The two zeros have one rank.
#[inline(always)]
pub(super) fn rank(value: f32) -> u32 {
    let bits = (value + 0.0).to_bits();
    // All bits of a negative number are flipped, of any other the sign alone; a branch would be a coin toss each time.
    let sign = (bits as i32 >> 31) as u32;
    bits ^ (sign | 1 << 31)
}

pub(super) fn value_of_rank(rank: u32) -> f32 {
    f32::from_bits(if rank >> 31 == 1 { rank ^ 1 << 31 } else { !rank })
}
