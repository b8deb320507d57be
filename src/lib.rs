//! The Bitter Lesson, Rerun: the core behind every figure of the essay.
//!
//! A [`Spec`](spec::Spec) goes in; [`Experiment`](experiment::Experiment) runs *world -> learn -> measure*; numbers and flat arrays
//! come out. The same spec gives the same bits natively, in Node and in every browser.
//!
//! 1. [`spec`]: what to run, checked; [`link`]: the same in a permalink.
//! 2. [`world`]: the curve, the density, the sample.
//! 3. [`learn`]: features, the network and its training, nearest neighbours, fitted families of curves.
//! 4. [`measure`]: errors by density, area and region; rasters; the digest.
//! 5. `wasm`: the door to JavaScript; the binary `bitter-lesson` is the door to the shell.

pub mod experiment;
pub mod json;
pub mod learn;
pub mod link;
pub mod measure;
pub mod number;
pub mod rng;
pub mod spec;
#[cfg(target_arch = "wasm32")]
pub mod wasm;
pub mod world;

/// Rises whenever any bit of any result changes. It stands in links, stored results and cache keys.
pub const ENGINE: u32 = 1;
