//! A balanced tree of boxes for any number of dimensions and any crowding: each node splits its rows in half across the
//! side along which they spread most.
//!
//! The leaves hold LEAF rows each, all but the last, so the shape follows from their number alone and no links are stored:
//! a node over m leaves stands before its subtrees, the left over m/2 leaves, the right over the rest. Rows with equal
//! coordinates are split by their number, so that duplicates do no harm, and a node knows its lowest row number, so that
//! a search among equally far rows ends as soon as the lowest are found.

use super::brute::distance2;
use super::closest::{Closest, FEW, Few, LANES, Many, collect, key, lanes};
use super::split::Splitter;
use super::{Neighbour, NeighbourIndex};

/// Rows a leaf: a whole number of LANES.
const LEAF: usize = 2 * LANES;

/// Rows below which a subtree is built at once.
const CHUNK: usize = 16_384;

/// Rows that give a first limit to a search: as many as the largest k in use.
const FIRST: usize = 100;

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
    /// The first FIRST rows as they came, row-major.
    first: Vec<f32>,
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
        Node { at: 0, first_leaf: 0, leaves: len.div_ceil(LEAF) }
    }

    #[inline(always)]
    fn children(self) -> (Node, Node) {
        let half = self.leaves / 2;
        // The left subtree of h leaves has 2h - 1 nodes.
        (
            Node { at: self.at + 1, first_leaf: self.first_leaf, leaves: half },
            Node { at: self.at + 2 * half, first_leaf: self.first_leaf + half, leaves: self.leaves - half },
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

    /// A key that exceeds the k-th: that of the farthest of the first k rows. Where distances overflow, or far away round to
    /// the same value, row numbers decide, and this limit spares the search all other rows.
    fn limit(&self, query: &[f32], k: usize) -> u64 {
        let mut limit = 0;
        for (row, index) in self.first.chunks_exact(self.dims).take(k).zip(0..) {
            let key = key(distance2(row, query), index);
            if key >= limit {
                limit = key + 1;
            }
        }
        limit
    }

    fn scan(&self, leaf: usize, query: &[f32], closest: &mut dyn Closest) -> usize {
        let mut distances = [0.0f32; LEAF];
        let coordinates = &self.coordinates[leaf * LEAF * self.dims..(leaf + 1) * LEAF * self.dims];
        for (values, &q) in coordinates.chunks_exact(LEAF).zip(query) {
            for lane in 0..LEAF {
                let gap = values[lane] - q;
                distances[lane] += gap * gap;
            }
        }
        let count = if self.len - leaf * LEAF < LEAF { self.len - leaf * LEAF } else { LEAF };
        for part in (0..count).step_by(LANES) {
            let left = if count - part < LANES { count - part } else { LANES };
            closest.offer(lanes(&distances, part), lanes(&self.rows, leaf * LEAF + part), left);
        }
        count
    }
}

impl KdTree {
    /// Offers at least every row that belongs to the `k` closest; says how many distances it computed.
    fn search(&self, query: &[f32], k: usize, closest: &mut dyn Closest) -> usize {
        let mut computed = 0;
        if k <= FIRST {
            closest.restart(self.limit(query, k));
            computed = k;
        }
        let mut worst = closest.worst();
        let mut waiting = [(0u64, Node::default()); DEPTH];
        let mut waits = 1;
        waiting[0] = (0, Node::root(self.len));
        while waits > 0 {
            waits -= 1;
            let (bound, mut node) = waiting[waits];
            if bound >= worst {
                continue;
            }
            while node.leaves > 1 {
                let (left, right) = node.children();
                let (left_bound, right_bound) = (self.bound(left.at, query), self.bound(right.at, query));
                let (near, far, far_bound) =
                    if left_bound <= right_bound { (left, right, right_bound) } else { (right, left, left_bound) };
                if far_bound < worst {
                    waiting[waits] = (far_bound, far);
                    waits += 1;
                }
                node = near;
            }
            computed += self.scan(node.first_leaf, query, closest);
            worst = closest.worst();
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

    fn vote(&self, query: &[f32], k: usize, found: &mut Vec<Neighbour>) -> usize {
        found.clear();
        let k = if k < self.len { k } else { self.len };
        if k == 0 {
            return 0;
        }
        if k <= FEW {
            collect(Few::new(k), found, |list| self.search(query, k, list))
        } else {
            collect(Many::new(k), found, |list| self.search(query, k, list))
        }
    }
}

/// Builds a [`KdTree`] in slices. Big nodes are split one by one; below CHUNK rows a whole subtree is finished at once, on
/// a copy of its coordinates that stays in the cache.
pub struct KdTreeBuilder {
    tree: KdTree,
    /// Row numbers, dealt out to the leaves node by node, within a node always rising.
    order: Vec<u32>,
    splitter: Splitter,
    /// Nodes still to be split.
    waiting: Vec<Node>,
    /// For a chunk: its coordinates side by side, and its rows as positions in them.
    chunk: Vec<f32>,
    positions: Vec<u32>,
    chunk_waiting: Vec<Node>,
    finished: bool,
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
                first: Vec::new(),
            },
            order: (0..len as u32).collect(),
            splitter: Splitter::default(),
            waiting: vec![Node::root(len)],
            chunk: Vec::new(),
            positions: Vec::new(),
            chunk_waiting: Vec::new(),
            finished: false,
        }
    }

    /// Splits nodes until their rows add up to `max_points`, at least one; true when the tree is finished. `points` must be
    /// the same at each call.
    pub fn step(&mut self, points: &[f32], max_points: usize) -> bool {
        if self.tree.first.is_empty() {
            let first = if self.tree.len < FIRST { self.tree.len } else { FIRST };
            self.tree.first.extend(&points[..first * self.tree.dims]);
        }
        let mut done = 0;
        while let Some(node) = self.waiting.pop() {
            done += self.settle(node, points);
            if done >= max_points {
                return false;
            }
        }
        if !self.finished {
            self.tree.unite(Node::root(self.tree.len));
            self.finished = true;
        }
        true
    }

    /// The tree, once [`step`](Self::step) has said true.
    pub fn finish(self) -> KdTree {
        self.tree
    }

    /// Splits a big node, or finishes a small one with all below it; says how many rows it touched.
    fn settle(&mut self, node: Node, points: &[f32]) -> usize {
        let dims = self.tree.dims;
        let start = node.first_leaf * LEAF;
        let end = start + node.leaves * LEAF;
        let order = &mut self.order[start..if end < self.tree.len { end } else { self.tree.len }];
        let len = order.len();
        if len > CHUNK {
            let (left, right) = node.children();
            let value = |row: u32, side: usize| points[row as usize * dims + side];
            self.splitter.split(order, left.leaves * LEAF, dims, value);
            self.waiting.extend([right, left]);
            return len;
        }

        self.chunk.clear();
        for side in 0..dims {
            self.chunk.extend(order.iter().map(|&row| points[row as usize * dims + side]));
        }
        let chunk = &self.chunk;
        self.positions.clear();
        self.positions.extend(0..len as u32);
        self.chunk_waiting.push(node);
        while let Some(node) = self.chunk_waiting.pop() {
            let from = node.first_leaf * LEAF - start;
            let to = from + node.leaves * LEAF;
            let positions = &mut self.positions[from..if to < len { to } else { len }];
            if node.leaves == 1 {
                self.tree.fill_leaf(node, positions, order, chunk);
            } else {
                let (left, right) = node.children();
                let value = |position: u32, side: usize| chunk[side * len + position as usize];
                self.splitter.split(positions, left.leaves * LEAF, dims, value);
                self.chunk_waiting.extend([right, left]);
            }
        }
        len
    }
}

impl KdTree {
    fn fill_leaf(&mut self, node: Node, positions: &[u32], order: &[u32], chunk: &[f32]) {
        let start = node.first_leaf * LEAF;
        for (row, &position) in self.rows[start..].iter_mut().zip(positions) {
            *row = order[position as usize];
        }
        self.lowest[node.at] = self.rows[start];
        for side in 0..self.dims {
            let values = &chunk[side * order.len()..(side + 1) * order.len()];
            let leaf = &mut self.coordinates[start * self.dims + side * LEAF..][..positions.len()];
            let (mut low, mut high) = (f32::INFINITY, f32::NEG_INFINITY);
            for (coordinate, &position) in leaf.iter_mut().zip(positions) {
                let value = values[position as usize];
                *coordinate = value;
                if value < low {
                    low = value;
                }
                if value > high {
                    high = value;
                }
            }
            self.boxes[node.at * 2 * self.dims + side] = low;
            self.boxes[node.at * 2 * self.dims + self.dims + side] = high;
        }
    }

    /// Gives each node above the leaves the box around its children's boxes, and the lower of their lowest rows.
    fn unite(&mut self, node: Node) {
        if node.leaves == 1 {
            return;
        }
        let (left, right) = node.children();
        self.unite(left);
        self.unite(right);
        let (low, high) = (self.lowest[left.at], self.lowest[right.at]);
        self.lowest[node.at] = if low < high { low } else { high };
        for at in 0..2 * self.dims {
            let one = self.boxes[left.at * 2 * self.dims + at];
            let other = self.boxes[right.at * 2 * self.dims + at];
            let outer = if at < self.dims { one < other } else { one > other };
            self.boxes[node.at * 2 * self.dims + at] = if outer { one } else { other };
        }
    }
}
