//! Matrix product with one documented order of addition.
//!
//! Every element of the product is ((0 + a₀b₀) + a₁b₁) + …, in order of the inner index, each operation rounded to f32, no fused
//! multiply-add. Tiles and vector lanes run over *different* elements, so they never change a bit: the result equals the naive
//! triple loop on every target. (`ndarray::dot` fuses on x86 and not in wasm, so the core does without it.)

/// How the left factor lies in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// Row-major `rows x inner`.
    Plain,
    /// Row-major `inner x rows`: the product uses its transpose.
    Transposed,
}

/// Rows and columns of a tile: 4 x 8 accumulators fit the sixteen 128-bit registers.
const TILE_ROWS: usize = 4;
const TILE_COLUMNS: usize = 8;
/// Rows of a tile one column wide.
const TALL: usize = 8;

/// `out = a · b` where `b` is row-major `inner x columns` and `out` row-major `rows x columns`.
pub fn product(rows: usize, inner: usize, columns: usize, a: &[f32], left: Left, b: &[f32], out: &mut [f32]) {
    assert!(a.len() >= rows * inner && b.len() >= inner * columns && out.len() >= rows * columns);
    let mut column = 0;
    while column + TILE_COLUMNS <= columns {
        strip::<TILE_ROWS, TILE_COLUMNS>(rows, inner, columns, column, a, left, b, out);
        column += TILE_COLUMNS;
    }
    while column < columns {
        strip::<TALL, 1>(rows, inner, columns, column, a, left, b, out);
        column += 1;
    }
}

/// `C` columns of the product from `column` on, for all rows.
#[allow(clippy::too_many_arguments)]
#[inline]
fn strip<const R: usize, const C: usize>(
    rows: usize,
    inner: usize,
    columns: usize,
    column: usize,
    a: &[f32],
    left: Left,
    b: &[f32],
    out: &mut [f32],
) {
    let b = &b[column..];
    let mut row = 0;
    while row + R <= rows {
        let tile = match left {
            Left::Plain => plain::<R, C>(inner, columns, &a[row * inner..], b),
            Left::Transposed => transposed::<R, C>(inner, rows, columns, &a[row..], b),
        };
        for (r, values) in tile.iter().enumerate() {
            let at = (row + r) * columns + column;
            out[at..at + C].copy_from_slice(values);
        }
        row += R;
    }
    while row < rows {
        let tile = match left {
            Left::Plain => plain::<1, C>(inner, columns, &a[row * inner..], b),
            Left::Transposed => transposed::<1, C>(inner, rows, columns, &a[row..], b),
        };
        let at = row * columns + column;
        out[at..at + C].copy_from_slice(&tile[0]);
        row += 1;
    }
}

#[inline(always)]
fn accumulate<const R: usize, const C: usize>(sums: &mut [[f32; C]; R], a: [f32; R], b: &[f32; C]) {
    for (sum, x) in sums.iter_mut().zip(a) {
        for (s, y) in sum.iter_mut().zip(b) {
            *s += x * y;
        }
    }
}

#[inline(always)]
fn plain<const R: usize, const C: usize>(inner: usize, columns: usize, a: &[f32], b: &[f32]) -> [[f32; C]; R] {
    let mut sums = [[0.0; C]; R];
    let lines: [&[f32]; R] = std::array::from_fn(|r| &a[r * inner..(r + 1) * inner]);
    for p in 0..inner {
        let from_b: &[f32; C] = b[p * columns..p * columns + C].try_into().expect("C wide");
        accumulate(&mut sums, std::array::from_fn(|r| lines[r][p]), from_b);
    }
    sums
}

#[inline(always)]
fn transposed<const R: usize, const C: usize>(
    inner: usize,
    rows: usize,
    columns: usize,
    a: &[f32],
    b: &[f32],
) -> [[f32; C]; R] {
    let mut sums = [[0.0; C]; R];
    for p in 0..inner {
        let from_a: &[f32; R] = a[p * rows..p * rows + R].try_into().expect("R wide");
        let from_b: &[f32; C] = b[p * columns..p * columns + C].try_into().expect("C wide");
        accumulate(&mut sums, *from_a, from_b);
    }
    sums
}

/// Writes the transpose of row-major `rows x columns` into `out`.
pub fn transpose(rows: usize, columns: usize, matrix: &[f32], out: &mut [f32]) {
    for (r, line) in matrix.chunks_exact(columns).take(rows).enumerate() {
        for (c, value) in line.iter().enumerate() {
            out[c * rows + r] = *value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, normal_pair, stream};

    #[test]
    fn equals_the_naive_loop_bit_for_bit() {
        let mut rng = stream(5, Purpose::Init, 0);
        let mut random = |n: usize| (0..n).map(|_| normal_pair(&mut rng)[0] as f32).collect::<Vec<_>>();
        for (rows, inner, columns) in
            [(1, 1, 1), (4, 8, 8), (5, 3, 1), (13, 7, 17), (250, 64, 64), (9, 2, 65), (16, 250, 1)]
        {
            let (a, b) = (random(rows * inner), random(inner * columns));
            let mut naive = vec![0.0f32; rows * columns];
            for i in 0..rows {
                for j in 0..columns {
                    for p in 0..inner {
                        naive[i * columns + j] += a[i * inner + p] * b[p * columns + j];
                    }
                }
            }
            let mut out = vec![f32::NAN; rows * columns];
            product(rows, inner, columns, &a, Left::Plain, &b, &mut out);
            assert_eq!(out, naive, "{rows} x {inner} x {columns}");

            let mut turned = vec![0.0; rows * inner];
            transpose(rows, inner, &a, &mut turned);
            out.fill(f32::NAN);
            product(rows, inner, columns, &turned, Left::Transposed, &b, &mut out);
            assert_eq!(out, naive, "transposed {rows} x {inner} x {columns}");
        }
    }
}
