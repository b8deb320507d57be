//! Turning rows into columns, some rows at a time.

/// Turns the `W` rows of row-major `values` from row `from` on, each as long as the panel: `panel[p]` becomes their elements `p`. Rows
/// that are not there repeat the last. `W` is a multiple of four.
#[cfg_attr(target_arch = "wasm32", inline(never))]
#[cfg_attr(not(target_arch = "wasm32"), inline(always))]
pub fn turn_rows<const W: usize>(values: &[f32], width: usize, from: usize, panel: &mut [[f32; W]]) {
    let last = values.len() / width - 1;
    for four in 0..W / 4 {
        let at = [0, 1, 2, 3].map(|r| from + 4 * four + r).map(|row| if row < last { row } else { last } * width);
        turn_four(at.map(|at| &values[at..at + width]), panel, four);
    }
}

/// Writes four lines into four lanes of a panel.
#[cfg_attr(target_arch = "wasm32", inline(never))]
#[cfg_attr(not(target_arch = "wasm32"), inline(always))]
fn turn_four<const W: usize>(lines: [&[f32]; 4], panel: &mut [[f32; W]], four: usize) {
    let (blocks, rest) = panel.as_chunks_mut::<4>();
    let [a, b, c, d] = lines.map(|line| line.as_chunks::<4>());
    // Slices of one length and an index rather than iterators: fewer calls where little is inlined, and nothing to check either.
    let n = blocks.len();
    let (a4, b4, c4, d4) = (&a.0[..n], &b.0[..n], &c.0[..n], &d.0[..n]);
    for (i, block) in blocks.iter_mut().enumerate() {
        let columns = transposed([a4[i], b4[i], c4[i], d4[i]]);
        for p in 0..4 {
            block[p].as_chunks_mut::<4>().0[four] = columns[p];
        }
    }
    for (i, slot) in rest.iter_mut().enumerate() {
        slot.as_chunks_mut::<4>().0[four] = [a.1[i], b.1[i], c.1[i], d.1[i]];
    }
}

/// Written out for WebAssembly, whose compiler does not see the shuffles by itself.
#[cfg(target_feature = "simd128")]
#[inline(always)]
fn transposed(square: [[f32; 4]; 4]) -> [[f32; 4]; 4] {
    use core::arch::wasm32::{f32x4, f32x4_extract_lane, i32x4_shuffle};
    let [a, b, c, d] = square.map(|line| f32x4(line[0], line[1], line[2], line[3]));
    let (ab_low, ab_high) = (i32x4_shuffle::<0, 4, 1, 5>(a, b), i32x4_shuffle::<2, 6, 3, 7>(a, b));
    let (cd_low, cd_high) = (i32x4_shuffle::<0, 4, 1, 5>(c, d), i32x4_shuffle::<2, 6, 3, 7>(c, d));
    [
        i32x4_shuffle::<0, 1, 4, 5>(ab_low, cd_low),
        i32x4_shuffle::<2, 3, 6, 7>(ab_low, cd_low),
        i32x4_shuffle::<0, 1, 4, 5>(ab_high, cd_high),
        i32x4_shuffle::<2, 3, 6, 7>(ab_high, cd_high),
    ]
    .map(|v| {
        [f32x4_extract_lane::<0>(v), f32x4_extract_lane::<1>(v), f32x4_extract_lane::<2>(v), f32x4_extract_lane::<3>(v)]
    })
}

#[cfg(not(target_feature = "simd128"))]
#[inline(always)]
fn transposed(square: [[f32; 4]; 4]) -> [[f32; 4]; 4] {
    std::array::from_fn(|p| std::array::from_fn(|r| square[r][p]))
}
