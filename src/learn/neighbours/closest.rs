//! The k closest rows seen so far, kept in the order (squared distance, lowest index).
//!
//! A squared distance is never negative and never NaN, so the bits of its f32 rise with it. One `u64` with the bits above
//! and the row's index below therefore holds the whole rule: a smaller key is a closer row, and no two rows share a key.

use super::Neighbour;

/// Greater than the key of every row: the k-th place while fewer than k rows have been seen.
const NOBODY: u64 = key(f32::INFINITY, u32::MAX);

/// Up to this k a sorted list is kept by insertion; above it sorting late is cheaper.
const FEW: usize = 12;

pub(super) const fn key(distance2: f32, index: u32) -> u64 {
    ((distance2.to_bits() as u64) << 32) | index as u64
}

fn neighbour(key: u64) -> Neighbour {
    Neighbour { distance2: f32::from_bits((key >> 32) as u32), index: key as u32 }
}

/// What a search needs of the list: offer rows, and ask how close a row must be to matter.
pub(super) trait Closest {
    /// The key of the k-th row so far. Only smaller keys can still change the result.
    fn worst(&self) -> u64;
    fn offer(&mut self, key: u64);

    /// A row farther than this cannot change the result; one exactly as far still can, by its index.
    fn reach(&self) -> f32 {
        f32::from_bits((self.worst() >> 32) as u32)
    }
}

/// A search over some index, generic so that each kind of list gets its own machine code.
pub(super) trait Search {
    /// Offers at least every row that belongs to the k closest; says how many distances it computed.
    fn search<C: Closest>(&self, query: &[f32], k: usize, closest: &mut C) -> usize;
}

/// Runs `index` with the list that suits `k` and leaves the closest rows in `found`, in order.
pub(super) fn nearest(index: &impl Search, query: &[f32], k: usize, found: &mut Vec<Neighbour>) -> usize {
    found.clear();
    match k {
        0 => 0,
        1 => {
            let mut one = One(NOBODY);
            let computed = index.search(query, k, &mut one);
            found.push(neighbour(one.0));
            computed
        }
        2..=FEW => {
            let mut few = Few { keys: [NOBODY; FEW], last: k - 1 };
            let computed = index.search(query, k, &mut few);
            found.extend(few.keys[..k].iter().filter(|&&key| key != NOBODY).map(|&key| neighbour(key)));
            computed
        }
        _ => {
            let mut many = Many { found, k, worst: NOBODY, room: k };
            let computed = index.search(query, k, &mut many);
            many.keep_closest();
            found.sort_unstable_by_key(|row| key(row.distance2, row.index));
            computed
        }
    }
}

struct One(u64);

impl Closest for One {
    #[inline(always)]
    fn worst(&self) -> u64 {
        self.0
    }

    #[inline(always)]
    fn offer(&mut self, key: u64) {
        if key < self.0 {
            self.0 = key;
        }
    }
}

struct Few {
    keys: [u64; FEW],
    last: usize,
}

impl Closest for Few {
    #[inline(always)]
    fn worst(&self) -> u64 {
        self.keys[self.last]
    }

    #[inline(always)]
    fn offer(&mut self, key: u64) {
        if key >= self.keys[self.last] {
            return;
        }
        let mut place = self.last;
        while place > 0 && self.keys[place - 1] > key {
            self.keys[place] = self.keys[place - 1];
            place -= 1;
        }
        self.keys[place] = key;
    }
}

/// Collects up to twice k rows and then throws the farther half away: a constant cost per row however large k is.
struct Many<'a> {
    found: &'a mut Vec<Neighbour>,
    k: usize,
    worst: u64,
    /// How many rows to collect before throwing away: k at first, so that the worst is soon known.
    room: usize,
}

impl Many<'_> {
    fn keep_closest(&mut self) {
        if self.found.len() >= self.k {
            let (_, last, _) = self.found.select_nth_unstable_by_key(self.k - 1, |row| key(row.distance2, row.index));
            self.worst = key(last.distance2, last.index);
            self.found.truncate(self.k);
            self.room = 2 * self.k;
        }
    }
}

impl Closest for Many<'_> {
    #[inline(always)]
    fn worst(&self) -> u64 {
        self.worst
    }

    #[inline(always)]
    fn offer(&mut self, key: u64) {
        if key < self.worst {
            self.found.push(neighbour(key));
            if self.found.len() >= self.room {
                self.keep_closest();
            }
        }
    }
}
