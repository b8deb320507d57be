//! The k closest rows seen so far, kept in the order (squared distance, lowest index).
//!
//! A squared distance is never negative and never NaN, so the bits of its f32 rise with it. One `u64` with the bits above
//! and the row's index below therefore holds the whole rule: a smaller key is a closer row, and no two rows share a key.

use super::Neighbour;

/// Greater than the key of every row: the k-th place while fewer than k rows have been seen.
const NOBODY: u64 = key(f32::INFINITY, u32::MAX);

/// Rows whose distances are computed together, so that they fill the machine's vectors.
pub(super) const LANES: usize = 8;

/// Up to this k a sorted list is kept by insertion; above it sorting late is cheaper.
const FEW: usize = 12;

/// LANES neighbouring values.
#[inline(always)]
pub(super) fn lanes<T>(values: &[T], at: usize) -> &[T; LANES] {
    values[at..at + LANES].try_into().expect("a slice of LANES values")
}

pub(super) const fn key(distance2: f32, index: u32) -> u64 {
    ((distance2.to_bits() as u64) << 32) | index as u64
}

fn neighbour(key: u64) -> Neighbour {
    Neighbour { distance2: f32::from_bits((key >> 32) as u32), index: key as u32 }
}

/// What a search needs of the list: offer rows, and ask how close a row must be to matter.
pub(super) trait Closest {
    /// Empties the list. From now on only rows with a smaller key than `worst` are taken.
    fn restart(&mut self, worst: u64);

    /// The key of the k-th row so far. Only smaller keys can still change the result.
    fn worst(&self) -> u64;

    /// Considers the first `count` of LANES rows, whose distances were computed together.
    fn offer(&mut self, distances: &[f32; LANES], rows: &[u32; LANES], count: usize);

    /// Whether k rows have been taken.
    fn is_full(&self) -> bool;

    /// A row farther than this cannot change the result; one exactly as far still can, by its index.
    #[inline(always)]
    fn reach(&self) -> f32 {
        f32::from_bits((self.worst() >> 32) as u32)
    }
}

/// A search over some index, generic so that each kind of list gets its own machine code.
pub(super) trait Search {
    /// Offers at least every row that belongs to the `k` closest, of which there are as many; says how many distances it
    /// computed. The list takes everything at first.
    fn search<C: Closest>(&self, query: &[f32], k: usize, closest: &mut C) -> usize;
}

/// Runs `index`, which has at least `k` rows, with the list that suits `k` and leaves the closest rows in `found`, in order.
pub(super) fn nearest(index: &impl Search, query: &[f32], k: usize, found: &mut Vec<Neighbour>) -> usize {
    match k {
        0 => {
            found.clear();
            0
        }
        1 => {
            let mut one = One { key: NOBODY, limit: NOBODY };
            let computed = index.search(query, k, &mut one);
            found.clear();
            found.push(neighbour(one.key));
            computed
        }
        2..=FEW => {
            let mut few = Few { keys: [NOBODY; FEW], last: k - 1, limit: NOBODY };
            let computed = index.search(query, k, &mut few);
            found.clear();
            found.extend(few.keys[..k].iter().map(|&key| neighbour(key)));
            computed
        }
        _ => {
            found.clear();
            found.resize(2 * k + LANES, Neighbour { distance2: 0.0, index: 0 });
            let mut many = Many { found, count: 0, k, worst: NOBODY, room: k };
            let computed = index.search(query, k, &mut many);
            let count = many.count;
            found.truncate(count);
            found.sort_unstable_by_key(|row| key(row.distance2, row.index));
            found.truncate(k);
            computed
        }
    }
}

struct One {
    key: u64,
    limit: u64,
}

impl Closest for One {
    fn restart(&mut self, worst: u64) {
        *self = One { key: worst, limit: worst };
    }

    #[inline(always)]
    fn worst(&self) -> u64 {
        self.key
    }

    #[inline(always)]
    fn offer(&mut self, distances: &[f32; LANES], rows: &[u32; LANES], count: usize) {
        for lane in 0..LANES {
            let key = key(distances[lane], rows[lane]);
            if lane < count && key < self.key {
                self.key = key;
            }
        }
    }

    fn is_full(&self) -> bool {
        self.key < self.limit
    }
}

/// A sorted list.
struct Few {
    keys: [u64; FEW],
    last: usize,
    limit: u64,
}

impl Closest for Few {
    fn restart(&mut self, worst: u64) {
        self.keys = [worst; FEW];
        self.limit = worst;
    }

    #[inline(always)]
    fn worst(&self) -> u64 {
        self.keys[self.last]
    }

    #[inline(always)]
    fn offer(&mut self, distances: &[f32; LANES], rows: &[u32; LANES], count: usize) {
        let reach = self.reach();
        let mut near = 0u32;
        for (lane, &distance) in distances.iter().enumerate() {
            near |= u32::from(distance <= reach) << lane;
        }
        near &= (1 << count) - 1;
        while near != 0 {
            let lane = near.trailing_zeros() as usize % LANES;
            near &= near - 1;
            // Each place takes the greater of its predecessor and the lesser of itself and the newcomer: an insertion
            // without a branch to guess. A key that does not belong falls off the end.
            let key = key(distances[lane], rows[lane]);
            for place in (1..=self.last).rev() {
                let lesser = if key < self.keys[place] { key } else { self.keys[place] };
                let before = self.keys[place - 1];
                self.keys[place] = if before > lesser { before } else { lesser };
            }
            if key < self.keys[0] {
                self.keys[0] = key;
            }
        }
    }

    fn is_full(&self) -> bool {
        self.keys[self.last] < self.limit
    }
}

/// Collects up to twice k rows and then throws the farther half away: a constant cost per row however large k is.
struct Many<'a> {
    /// The rows collected, and behind them room for LANES more.
    found: &'a mut Vec<Neighbour>,
    count: usize,
    k: usize,
    worst: u64,
    /// How many rows to collect before throwing away: k at first, so that the worst is soon known.
    room: usize,
}

impl Closest for Many<'_> {
    fn restart(&mut self, worst: u64) {
        self.count = 0;
        self.worst = worst;
        self.room = 2 * self.k;
    }

    #[inline(always)]
    fn worst(&self) -> u64 {
        self.worst
    }

    #[inline(always)]
    fn offer(&mut self, distances: &[f32; LANES], rows: &[u32; LANES], count: usize) {
        let worst = self.worst;
        let free = &mut self.found[self.count..self.count + LANES];
        let mut taken = 0;
        for lane in 0..LANES {
            // Always written, but kept only if close enough: no branch to guess.
            free[taken % LANES] = Neighbour { distance2: distances[lane], index: rows[lane] };
            taken += usize::from(lane < count && key(distances[lane], rows[lane]) < worst);
        }
        self.count += taken;
        if self.count >= self.room {
            let rows = &mut self.found[..self.count];
            let (_, last, _) = rows.select_nth_unstable_by_key(self.k - 1, |row| key(row.distance2, row.index));
            self.worst = key(last.distance2, last.index) + 1;
            self.count = self.k;
            self.room = 2 * self.k;
        }
    }

    fn is_full(&self) -> bool {
        self.count >= self.k
    }
}
