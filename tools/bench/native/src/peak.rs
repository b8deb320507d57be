//! How many multiplications and additions of f32 a second this machine does with its widest vectors when there is nothing else
//! to do. Not fused, since the core may not fuse either.

/// Enough independent chains to hide the latency, few enough for the registers.
const CHAINS: usize = 12;
const UNROLLED: usize = 8;

/// Lets each chain go x = x * a + b, a register wide.
macro_rules! chains {
    ($chains:expr, $lanes:expr, $operations:expr, $splat:expr, $step:expr, $lane:expr) => {{
        let (a, b) = ($splat(0.999f32), $splat(0.001f32));
        let mut x: [_; $chains] = std::array::from_fn(|i| $splat(1.0 + i as f32 / 100.0));
        let each = ($chains * UNROLLED * $lanes * 2) as u64;
        let rounds = $operations.div_ceil(each);
        for _ in 0..rounds {
            for _ in 0..UNROLLED {
                for x in &mut x {
                    *x = $step(*x, a, b);
                }
            }
        }
        let sum: f32 = x.into_iter().map($lane).sum();
        assert!(sum > 0.0 && sum < 1000.0, "the peak's loop came to {sum}");
        rounds * each
    }};
}

#[cfg(target_arch = "x86_64")]
mod vectors {
    use super::{CHAINS, UNROLLED};
    use std::arch::x86_64::*;

    /// AVX-512 has 32 registers.
    const WIDE_CHAINS: usize = 16;

    #[target_feature(enable = "avx512f")]
    pub fn avx512(operations: u64) -> u64 {
        chains!(
            WIDE_CHAINS,
            16,
            operations,
            |v| _mm512_set1_ps(v),
            |x, a, b| _mm512_add_ps(_mm512_mul_ps(x, a), b),
            |x| _mm512_cvtss_f32(x)
        )
    }

    #[target_feature(enable = "avx2")]
    pub fn avx2(operations: u64) -> u64 {
        chains!(CHAINS, 8, operations, |v| _mm256_set1_ps(v), |x, a, b| _mm256_add_ps(_mm256_mul_ps(x, a), b), |x| {
            _mm256_cvtss_f32(x)
        })
    }
}

/// Which vectors [`run`] uses.
pub fn name() -> &'static str {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") {
            return "AVX-512";
        }
        if is_x86_feature_detected!("avx2") {
            return "AVX2";
        }
    }
    "four lanes"
}

/// At least so many operations; returns how many.
pub fn run(operations: u64) -> u64 {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") {
            // SAFETY: the machine has it.
            return unsafe { vectors::avx512(operations) };
        }
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the machine has it.
            return unsafe { vectors::avx2(operations) };
        }
    }
    chains!(
        CHAINS,
        4,
        operations,
        |v| [v; 4],
        |x: [f32; 4], a: [f32; 4], b: [f32; 4]| std::array::from_fn::<f32, 4, _>(|i| x[i] * a[i] + b[i]),
        |x: [f32; 4]| x[0]
    )
}
