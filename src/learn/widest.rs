//! The widest vectors that the machine has, chosen when the program runs. Work is compiled once for each width; its bits are the same
//! at every width, since lanes only ever run over independent elements.

use pulp::WithSimd;

/// Does the work with the widest vectors of this machine.
#[cfg(any(not(target_arch = "wasm32"), target_feature = "simd128"))]
#[inline(always)]
pub fn widest<W: WithSimd>(work: W) -> W::Output {
    pulp::Arch::new().dispatch(work)
}

/// Does the work without vectors: this module must load where there are none.
#[cfg(all(target_arch = "wasm32", not(target_feature = "simd128")))]
#[inline(always)]
pub fn widest<W: WithSimd>(work: W) -> W::Output {
    work.with_simd(pulp::Scalar)
}
