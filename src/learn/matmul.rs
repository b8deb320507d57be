//! Matrix product with one documented order of addition.
//!
//! Every element of the product is ((0 + a₀b₀) + a₁b₁) + …, in order of the inner index, each operation rounded to f32, no fused
//! multiply-add. Tiles and vector lanes run over *different* elements, so they never change a bit: the result equals the naive
//! triple loop on every target, whatever the width of its vectors. (`ndarray::dot` fuses on x86 and not in wasm, so the core does
//! without it.)
//!
//! Both factors are first packed into panels (see [`pack`]), so that the innermost loop walks two arrays from end to end: no
//! strides, no bounds to check, and one loop serves every layout. Packing touches each number once, the product some dozens of times.
//!
//! All of it is compiled once for each width of vectors, and the widest of the machine is chosen when the program runs; so everything is
//! inlined, but for what would only make WebAssembly's one version bigger.

use super::turn::turn_rows;
use super::widest::widest;
use pulp::{Simd, WithSimd};

/// How a factor lies in memory. The *inner* index is the one summed over; the other is the factor's *outer* index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// `inner x outer`, row-major.
    InnerMajor,
    /// `outer x inner`, row-major.
    OuterMajor,
}

/// A factor of a product.
#[derive(Clone, Copy, Debug)]
pub struct Factor<'a> {
    /// The numbers, as `order` says.
    pub values: &'a [f32],
    /// Their order.
    pub order: Order,
}

/// What is done with each element before it is stored: cheaper here, where it is still in a register.
#[derive(Clone, Copy, Debug)]
pub enum Finish<'a> {
    /// Nothing.
    Store,
    /// Adds its column's bias.
    Bias(&'a [f32]),
    /// Adds its column's bias, then keeps what is above 0.
    BiasRelu(&'a [f32]),
    /// Keeps it where the same element of this matrix is above 0, else 0: the derivative of ReLU.
    WhereAbove0(&'a [f32]),
}

/// Rows, inner and columns of a product.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// Rows of the product.
    pub rows: usize,
    /// Terms of each sum.
    pub inner: usize,
    /// Columns of the product.
    pub columns: usize,
}

/// Sums of up to so many terms are not worth packing.
const SHORT: usize = 3;
/// The widest panel (see [`Product::with_simd`]); an operand is padded to a multiple of it at most.
const WIDEST: usize = 64;

/// Room for both packed factors; nothing is allocated while training.
pub struct Packed {
    left: Vec<f32>,
    right: Vec<f32>,
}

impl Packed {
    /// Room for factors whose inner and outer indices go up to these pairs.
    pub fn new(factors: impl Iterator<Item = (usize, usize)>) -> Packed {
        let padded = |(one, other): (usize, usize)| ((one + WIDEST) * other).max((other + WIDEST) * one);
        let most = factors.map(padded).max().unwrap_or(0);
        Packed { left: vec![0.0; most], right: vec![0.0; most] }
    }
}

/// `out = a · b`, row-major `rows x columns`, finished as `finish` says.
pub fn product(shape: Shape, a: Factor, b: Factor, finish: Finish, packed: &mut Packed, out: &mut [f32]) {
    // A single column is computed as a single row, which is as contiguous and fills the lanes.
    // With one term or one outer index a factor has no order: the order is chosen that has a quick way.
    let a = if shape.inner == 1 || shape.rows == 1 { Factor { order: Order::OuterMajor, ..a } } else { a };
    let b = if shape.inner == 1 || shape.columns == 1 { Factor { order: Order::InnerMajor, ..b } } else { b };
    let turned = shape.columns == 1;
    let (shape, a, b) = if turned { (Shape { rows: 1, columns: shape.rows, ..shape }, b, a) } else { (shape, a, b) };
    widest(Product { shape, turned, a, b, finish, packed, out });
}

struct Product<'a> {
    shape: Shape,
    /// Whether it is the transpose: all columns then have the one bias.
    turned: bool,
    a: Factor<'a>,
    b: Factor<'a>,
    finish: Finish<'a>,
    packed: &'a mut Packed,
    out: &'a mut [f32],
}

impl WithSimd for Product<'_> {
    type Output = ();

    /// The tiles' sizes (rows, columns, and the columns' vectors) fill the registers with sums: 8 vectors, since more would be spilled
    /// and fewer would wait for each other.
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let by_rows = (self.a.order, self.b.order) == (Order::OuterMajor, Order::InnerMajor);
        if self.shape.inner <= SHORT && by_rows && !self.turned {
            return self.short();
        }
        match (S::F32_LANES, self.shape.rows) {
            (16, 1) => self.tiled::<S, 1, 64, 4>(simd),
            (16, _) => self.tiled::<S, 8, 16, 1>(simd),
            (8, 1) => self.tiled::<S, 1, 32, 4>(simd),
            (8, _) => self.tiled::<S, 4, 16, 2>(simd),
            (4, 1) => self.tiled::<S, 1, 16, 4>(simd),
            (4, _) => self.tiled::<S, 4, 8, 2>(simd),
            (_, 1) => self.tiled::<S, 1, 4, 4>(simd),
            _ => self.tiled::<S, 4, 2, 2>(simd),
        }
    }
}

impl Product<'_> {
    /// Sums of few terms, row by row: packing would cost more than the product.
    #[inline(always)]
    fn short(self) {
        let Shape { inner, columns, .. } = self.shape;
        let rows = self.out.chunks_exact_mut(columns).zip(self.a.values.chunks_exact(inner));
        for (i, (row, a)) in rows.enumerate() {
            let (b, rest) = self.b.values.split_at(columns);
            row.iter_mut().zip(b).for_each(|(sum, y)| *sum = 0.0 + a[0] * y);
            for (x, b) in a[1..].iter().zip(rest.chunks_exact(columns)) {
                row.iter_mut().zip(b).for_each(|(sum, y)| *sum += x * y);
            }
            self.finish.band(row, i * columns, columns, false);
        }
    }

    /// Tiles of `R` rows and `C` columns, which are `V` vectors.
    #[inline(always)]
    fn tiled<S: Simd, const R: usize, const C: usize, const V: usize>(self, simd: S) {
        let Shape { rows, inner, columns } = self.shape;
        let left = pack::<R>(rows, inner, self.a, &mut self.packed.left);
        let right = pack::<C>(columns, inner, self.b, &mut self.packed.right);
        for (i, (band, a)) in self.out.chunks_mut(R * columns).zip(left.chunks_exact(inner)).enumerate() {
            let whole = band.len() == R * columns;
            for (j, b) in right.chunks_exact(inner).enumerate() {
                let column = j * C;
                let sums = tile::<S, R, V>(simd, a, vectors::<S, V>(b.as_flattened()));
                if whole && column + C <= columns {
                    for (r, line) in sums.iter().enumerate() {
                        vectors_mut::<S, V>(&mut band[r * columns + column..])[0] = *line;
                    }
                } else {
                    let mut tile = [[0.0; C]; R];
                    tile.iter_mut().zip(sums).for_each(|(line, sums)| vectors_mut::<S, V>(line)[0] = sums);
                    for (row, line) in band.chunks_exact_mut(columns).zip(tile) {
                        row[column..].iter_mut().zip(line).for_each(|(out, sum)| *out = sum);
                    }
                }
            }
            // A few rows at a time, when they are still in the nearest cache.
            self.finish.band(band, i * R * columns, columns, self.turned);
        }
    }
}

#[inline(always)]
fn vectors<S: Simd, const V: usize>(values: &[f32]) -> &[[S::f32s; V]] {
    S::as_simd_f32s(values).0.as_chunks().0
}

#[inline(always)]
fn vectors_mut<S: Simd, const V: usize>(values: &mut [f32]) -> &mut [[S::f32s; V]] {
    S::as_mut_simd_f32s(values).0.as_chunks_mut().0
}

impl Finish<'_> {
    /// Finishes rows, whose first element has the number `at` of all.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    fn band(self, band: &mut [f32], at: usize, columns: usize, turned: bool) {
        match self {
            Finish::Store => {}
            Finish::Bias(biases) if turned => band.iter_mut().for_each(|z| *z += biases[0]),
            Finish::BiasRelu(biases) if turned => band.iter_mut().for_each(|z| *z = above_0(*z + biases[0])),
            Finish::Bias(biases) => {
                for row in band.chunks_exact_mut(columns) {
                    row.iter_mut().zip(biases).for_each(|(z, bias)| *z += bias);
                }
            }
            Finish::BiasRelu(biases) => {
                for row in band.chunks_exact_mut(columns) {
                    row.iter_mut().zip(biases).for_each(|(z, bias)| *z = above_0(*z + bias));
                }
            }
            Finish::WhereAbove0(mask) => {
                for (z, mask) in band.iter_mut().zip(&mask[at..]) {
                    *z = if *mask > 0.0 { *z } else { 0.0 };
                }
            }
        }
    }
}

#[inline(always)]
fn above_0(z: f32) -> f32 {
    if z > 0.0 { z } else { 0.0 }
}

/// The sums of a tile: one panel's columns by another's. Not unrolled: with more than one term in sight, compilers keep so many of
/// them that sums are spilled.
#[inline(always)]
fn tile<S: Simd, const R: usize, const V: usize>(simd: S, a: &[[f32; R]], b: &[[S::f32s; V]]) -> [[S::f32s; V]; R] {
    let mut sums = [[simd.splat_f32s(0.0); V]; R];
    for (a, b) in a.iter().zip(b) {
        for (line, x) in sums.iter_mut().zip(a) {
            let x = simd.splat_f32s(*x);
            for v in 0..V {
                line[v] = simd.add_f32s(line[v], simd.mul_f32s(x, b[v]));
            }
        }
    }
    sums
}

/// Cuts a factor into panels of `W` outer indices: panel after panel, within a panel for each inner index its `W` numbers. The last
/// panel is filled up with zeros. Returns the panels, each `inner` long.
#[cfg_attr(target_arch = "wasm32", inline(never))]
#[cfg_attr(not(target_arch = "wasm32"), inline(always))]
fn pack<'a, const W: usize>(outer: usize, inner: usize, factor: Factor, to: &'a mut [f32]) -> &'a [[f32; W]] {
    let (to, _) = to.as_chunks_mut::<W>();
    let to = &mut to[..outer.div_ceil(W) * inner];
    for (k, panel) in to.chunks_exact_mut(inner).enumerate() {
        let from = k * W;
        let whole = from + W <= outer;
        match factor.order {
            Order::InnerMajor if whole => {
                for (slot, line) in panel.iter_mut().zip(factor.values.chunks_exact(outer)) {
                    slot.copy_from_slice(&line[from..from + W]);
                }
            }
            Order::InnerMajor => {
                panel.fill([0.0; W]);
                for (slot, line) in panel.iter_mut().zip(factor.values.chunks_exact(outer)) {
                    slot.iter_mut().zip(&line[from..]).for_each(|(slot, value)| *slot = *value);
                }
            }
            Order::OuterMajor if W == 1 => {
                panel.iter_mut().zip(&factor.values[from * inner..]).for_each(|(slot, value)| slot[0] = *value);
            }
            Order::OuterMajor if !W.is_multiple_of(4) => {
                let lines = factor.values[from * inner..].chunks_exact(inner).take(W);
                for (r, line) in lines.enumerate() {
                    panel.iter_mut().zip(line).for_each(|(slot, value)| slot[r] = *value);
                }
            }
            Order::OuterMajor => {
                turn_rows(factor.values, inner, from, panel);
            }
        }
    }
    to
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, normal_pair, stream};

    #[test]
    fn equals_the_naive_loop_bit_for_bit() {
        let mut rng = stream(5, Purpose::Init, 0);
        let mut random = |n: usize| (0..n).map(|_| normal_pair(&mut rng)[0] as f32).collect::<Vec<_>>();
        for (rows, inner, columns) in [
            (1, 1, 1),
            (4, 8, 8),
            (5, 3, 1),
            (13, 7, 17),
            (250, 64, 64),
            (9, 2, 65),
            (16, 250, 1),
            (64, 250, 33),
            (250, 1, 3),
        ] {
            let shape = Shape { rows, inner, columns };
            let (a, b) = (random(rows * inner), random(inner * columns));
            let (biases, mask) = (random(columns), random(rows * columns));
            let mut naive = vec![0.0f32; rows * columns];
            for i in 0..rows {
                for j in 0..columns {
                    for p in 0..inner {
                        naive[i * columns + j] += a[i * inner + p] * b[p * columns + j];
                    }
                }
            }
            let turned = |rows: usize, columns: usize, m: &[f32]| {
                (0..rows * columns).map(|at| m[at % rows * columns + at / rows]).collect::<Vec<_>>()
            };
            let (a_turned, b_turned) = (turned(rows, inner, &a), turned(inner, columns, &b));
            let mut packed = Packed::new([(rows, inner), (inner, columns)].into_iter());
            let relu = |z: f32| if z > 0.0 { z } else { 0.0 };
            for left in [(&a, Order::OuterMajor), (&a_turned, Order::InnerMajor)] {
                for right in [(&b, Order::InnerMajor), (&b_turned, Order::OuterMajor)] {
                    let (a, b) = (Factor { values: left.0, order: left.1 }, Factor { values: right.0, order: right.1 });
                    let mut check = |finish: Finish, expected: &dyn Fn(usize, f32) -> f32| {
                        let mut out = vec![f32::NAN; rows * columns];
                        product(shape, a, b, finish, &mut packed, &mut out);
                        let expected: Vec<f32> = naive.iter().enumerate().map(|(at, z)| expected(at, *z)).collect();
                        assert_eq!(out, expected, "{shape:?} {:?} {:?} {finish:?}", a.order, b.order);
                    };
                    check(Finish::Store, &|_, z| z);
                    check(Finish::WhereAbove0(&mask), &|at, z| if mask[at] > 0.0 { z } else { 0.0 });
                    check(Finish::Bias(&biases), &|at, z| z + biases[at % columns]);
                    check(Finish::BiasRelu(&biases), &|at, z| relu(z + biases[at % columns]));
                }
            }
        }
    }
}
