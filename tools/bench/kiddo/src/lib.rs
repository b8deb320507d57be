//! Votes of nearest neighbours by the crate kiddo: the same for the native benchmark and, through plain functions, for JavaScript.

use kiddo::{ImmutableKdTree, SquaredEuclidean};
use std::num::NonZero;

/// Points in a tree, with their labels.
pub struct Voters {
    tree: ImmutableKdTree<f32, 2>,
    labels: Vec<u8>,
}

impl Voters {
    /// An index over points that are all known at once, which is the variant kiddo recommends for that.
    pub fn build(points: &[[f32; 2]], labels: &[u8]) -> Voters {
        let tree = ImmutableKdTree::new_from_slice(points).expect("kiddo indexes these points");
        Voters { tree, labels: labels.to_vec() }
    }

    /// For each query how many of its `k` nearest points have label 1.
    pub fn votes(&self, queries: &[[f32; 2]], k: usize) -> Vec<u8> {
        let k = NonZero::new(k).expect("k is at least 1");
        let vote = |query: &[f32; 2]| {
            if k.get() == 1 {
                let nearest = self.tree.query(query).nearest_one::<SquaredEuclidean<f32>>().execute();
                return self.labels[nearest.item as usize];
            }
            let nearest = self.tree.query(query).nearest_n::<SquaredEuclidean<f32>>(k).execute();
            nearest.iter().map(|found| self.labels[found.item as usize]).sum()
        };
        queries.iter().map(vote).collect()
    }
}

/// For JavaScript: numbers go in and out through memory that [`wasm::room`] gives.
#[cfg(target_arch = "wasm32")]
pub mod wasm {
    use super::Voters;
    use std::cell::RefCell;

    thread_local! {
        static VOTERS: RefCell<Option<Voters>> = const { RefCell::new(None) };
    }

    /// Room for so many bytes, never given back: a benchmark's worker ends with its work.
    #[unsafe(no_mangle)]
    pub extern "C" fn room(bytes: usize) -> *mut u64 {
        vec![0u64; bytes.div_ceil(8)].leak().as_mut_ptr()
    }

    /// Builds the index over `n` points x, y, x, y, … and their labels.
    ///
    /// # Safety
    /// Both places hold as much as `n` says.
    #[unsafe(no_mangle)]
    pub unsafe extern "C" fn build(points: *const [f32; 2], labels: *const u8, n: usize) {
        let (points, labels) =
            unsafe { (std::slice::from_raw_parts(points, n), std::slice::from_raw_parts(labels, n)) };
        VOTERS.with_borrow_mut(|voters| {
            *voters = None;
            *voters = Some(Voters::build(points, labels));
        });
    }

    /// Writes the votes of `n` queries to `out`.
    ///
    /// # Safety
    /// Both places hold as much as `n` says.
    #[unsafe(no_mangle)]
    pub unsafe extern "C" fn votes(queries: *const [f32; 2], n: usize, k: usize, out: *mut u8) {
        let (queries, out) =
            unsafe { (std::slice::from_raw_parts(queries, n), std::slice::from_raw_parts_mut(out, n)) };
        VOTERS.with_borrow(|voters| {
            let voters = voters.as_ref().expect("build comes before votes");
            out.copy_from_slice(&voters.votes(queries, k));
        });
    }
}
