//! A balanced tree of boxes for any number of dimensions and any crowding: each node splits its rows in half across the
//! longest side of their bounding box.
//!
//! The leaves hold LEAF rows each, all but the last, so the shape follows from their number alone and no links are stored:
//! a node over m leaves stands before its subtrees, the left over m/2 leaves, the right over the rest. Rows with equal
//! coordinates are split by their number, so that duplicates do no harm, and a node knows its lowest row number, so that
//! a search among equally far rows ends as soon as the lowest are found.

use super::closest::{self, Closest, LANES, Search, key, lanes};
use super::{Neighbour, NeighbourIndex};

/// Rows a leaf: a whole number of LANES.
const LEAF: usize = 2 * LANES;

/// Deep enough for 2^32 leaves.
const DEPTH: usize = 33;

/// See the module: any number of dimensions, halved box by box.
pub struct KdTree {
    len: usize,
    dims: usize,
    /// For each node, in the order described above, the bounding box of its rows: all low sides, then all high sides.
    boxes: Vec<f32>,
    /// For each node its lowest row number.
    lowest: Vec<u32>,
    /// For each leaf its rows' coordinates: LEAF values of the first dimension, LEAF of the second, …
    coordinates: Vec<f32>,
    /// For each leaf its rows' numbers.
    rows: Vec<u32>,
}

/// A node and the leaves below it.
#[derive(Clone, Copy, Default)]
struct Node {
    at: usize,
    first_leaf: usize,
    leaves: usize,
}

impl Node {
    fn root(len: usize) -> Node {
        Node {
            at: 0,
            first_leaf: 0,
            leaves: len.div_ceil(LEAF),
        }
    }

    #[inline(always)]
    fn children(self) -> (Node, Node) {
        let half = self.leaves / 2;
        // The left subtree of h leaves has 2h - 1 nodes.
        (
            Node {
                at: self.at + 1,
                first_leaf: self.first_leaf,
                leaves: half,
            },
            Node {
                at: self.at + 2 * half,
                first_leaf: self.first_leaf + half,
                leaves: self.leaves - half,
            },
        )
    }
}

impl KdTree {
    /// `points` is row-major, `dims` finite values a row.
    pub fn build(points: &[f32], dims: usize) -> KdTree {
        let mut builder = KdTreeBuilder::new(points.len() / dims, dims);
        while !builder.step(points, usize::MAX) {}
        builder.finish()
    }

    /// At most the key of any row below the node. Its distance is the one computed to the nearest point of the box, and
    /// rounded subtraction, squaring and adding never fall as a point moves away, so no row's computed distance is less.
    #[inline(always)]
    fn bound(&self, node: usize, query: &[f32]) -> u64 {
        let sides = &self.boxes[node * 2 * self.dims..(node + 1) * 2 * self.dims];
        let (low, high) = sides.split_at(self.dims);
        let mut sum = 0.0f32;
        for ((&low, &high), &q) in low.iter().zip(high).zip(query) {
            let gap = if q < low {
                low - q
            } else if q > high {
                q - high
            } else {
                0.0
            };
            sum += gap * gap;
        }
        key(sum, self.lowest[node])
    }

    #[inline(always)]
    fn scan<C: Closest>(&self, leaf: usize, query: &[f32], closest: &mut C) -> usize {
        let mut distances = [0.0f32; LEAF];
        let coordinates = &self.coordinates[leaf * LEAF * self.dims..(leaf + 1) * LEAF * self.dims];
        for (values, &q) in coordinates.chunks_exact(LEAF).zip(query) {
            for lane in 0..LEAF {
                let gap = values[lane] - q;
                distances[lane] += gap * gap;
            }
        }
        let count = if self.len - leaf * LEAF < LEAF {
            self.len - leaf * LEAF
        } else {
            LEAF
        };
        for part in (0..count).step_by(LANES) {
            let left = if count - part < LANES {
                count - part
            } else {
                LANES
            };
            closest.offer(
                lanes(&distances, part),
                lanes(&self.rows, leaf * LEAF + part),
                left,
            );
        }
        count
    }
}

impl Search for KdTree {
    fn search<C: Closest>(&self, query: &[f32], _k: usize, closest: &mut C) -> usize {
        let mut computed = 0;
        let mut waiting = [(0u64, Node::default()); DEPTH];
        let mut waits = 1;
        waiting[0] = (0, Node::root(self.len));
        while waits > 0 {
            waits -= 1;
            let (bound, mut node) = waiting[waits];
            if bound >= closest.worst() {
                continue;
            }
            while node.leaves > 1 {
                let (left, right) = node.children();
                let (left_bound, right_bound) =
                    (self.bound(left.at, query), self.bound(right.at, query));
                let (near, far, far_bound) = if left_bound <= right_bound {
                    (left, right, right_bound)
                } else {
                    (right, left, left_bound)
                };
                if far_bound < closest.worst() {
                    waiting[waits] = (far_bound, far);
                    waits += 1;
                }
                node = near;
            }
            computed += self.scan(node.first_leaf, query, closest);
        }
        computed
    }
}

impl NeighbourIndex for KdTree {
    fn len(&self) -> usize {
        self.len
    }

    fn dims(&self) -> usize {
        self.dims
    }

    fn nearest(&self, query: &[f32], k: usize, found: &mut Vec<Neighbour>) -> usize {
        closest::nearest(self, query, if k < self.len { k } else { self.len }, found)
    }
}

/// Builds a [`KdTree`] in slices, a node at a time.
pub struct KdTreeBuilder {
    tree: KdTree,
    /// Row numbers, sorted into the leaves node by node.
    order: Vec<u32>,
    /// For sorting a node: each row's rank along the split side above its number.
    keys: Vec<u64>,
    /// Nodes still to be split.
    waiting: Vec<Node>,
}

impl KdTreeBuilder {
    /// For `len` ≥ 1 rows of `dims` ≥ 1 coordinates.
    pub fn new(len: usize, dims: usize) -> KdTreeBuilder {
        let leaves = len.div_ceil(LEAF);
        let nodes = 2 * leaves - 1;
        KdTreeBuilder {
            tree: KdTree {
                len,
                dims,
                boxes: vec![0.0; nodes * 2 * dims],
                lowest: vec![0; nodes],
                coordinates: vec![0.0; leaves * LEAF * dims],
                rows: vec![0; leaves * LEAF],
            },
            order: (0..len as u32).collect(),
            keys: Vec::new(),
            waiting: vec![Node::root(len)],
        }
    }

    /// Splits nodes until their rows add up to `max_points`, at least one; true when the tree is finished. `points` must be
    /// the same at each call.
    pub fn step(&mut self, points: &[f32], max_points: usize) -> bool {
        let mut done = 0;
        while done < max_points {
            let Some(node) = self.waiting.pop() else {
                return true;
            };
            done += self.settle(node, points);
        }
        self.waiting.is_empty()
    }

    /// The tree, once [`step`](Self::step) has said true.
    pub fn finish(self) -> KdTree {
        self.tree
    }

    /// Splits a node or fills a leaf; says how many rows it touched.
    fn settle(&mut self, node: Node, points: &[f32]) -> usize {
        let dims = self.tree.dims;
        let start = node.first_leaf * LEAF;
        let end = start + node.leaves * LEAF;
        let order = &mut self.order[start..if end < self.tree.len {
            end
        } else {
            self.tree.len
        }];

        let sides = &mut self.tree.boxes[node.at * 2 * dims..(node.at + 1) * 2 * dims];
        let (low, high) = sides.split_at_mut(dims);
        low.fill(f32::INFINITY);
        high.fill(f32::NEG_INFINITY);
        let mut lowest = u32::MAX;
        for &row in order.iter() {
            let values = &points[row as usize * dims..(row as usize + 1) * dims];
            for ((value, low), high) in values.iter().zip(low.iter_mut()).zip(high.iter_mut()) {
                if value < low {
                    *low = *value;
                }
                if value > high {
                    *high = *value;
                }
            }
            if row < lowest {
                lowest = row;
            }
        }
        self.tree.lowest[node.at] = lowest;

        if node.leaves == 1 {
            let coordinates = &mut self.tree.coordinates[start * dims..(start + LEAF) * dims];
            for (lane, &row) in order.iter().enumerate() {
                self.tree.rows[start + lane] = row;
                for side in 0..dims {
                    coordinates[side * LEAF + lane] = points[row as usize * dims + side];
                }
            }
            return order.len();
        }

        // In f64 the longest side cannot overflow.
        let length = |side: usize| f64::from(high[side]) - f64::from(low[side]);
        let mut longest = 0;
        for side in 1..dims {
            if length(side) > length(longest) {
                longest = side;
            }
        }
        let (left, right) = node.children();
        self.keys.clear();
        self.keys.extend(order.iter().map(|&row| {
            let value = points[row as usize * dims + longest];
            u64::from(rank(value)) << 32 | u64::from(row)
        }));
        self.keys.select_nth_unstable(left.leaves * LEAF);
        for (row, key) in order.iter_mut().zip(&self.keys) {
            *row = *key as u32;
        }
        self.waiting.extend([right, left]);
        order.len()
    }
}

/// Unsigned integers in the order of the finite f32s; the two zeros are one value.
fn rank(value: f32) -> u32 {
    let bits = (value + 0.0).to_bits();
    if bits >> 31 == 0 {
        bits | 1 << 31
    } else {
        !bits
    }
}
