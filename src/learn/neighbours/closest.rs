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
pub(super) const FEW: usize = 12;

/// LANES neighbouring values.
#[inline(always)]
pub(super) fn lanes<T>(values: &[T], at: usize) -> &[T; LANES] {
    values[at..at + LANES].try_into().expect("a slice of LANES values")
}

pub(super) const fn key(distance2: f32, index: u32) -> u64 {
    ((distance2.to_bits() as u64) << 32) | index as u64
}

pub(super) fn neighbour(key: u64) -> Neighbour {
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

    /// The keys of the k closest of at least k rows offered, in any order.
    fn keys(&mut self) -> &[u64];

    /// A row farther than this cannot change the result; one exactly as far still can, by its index.
    #[inline(always)]
    fn reach(&self) -> f32 {
        f32::from_bits((self.worst() >> 32) as u32)
    }
}

/// Runs a search that offers `list` at least as many rows as it has places, and leaves the closest ones in `found`.
#[inline(always)]
pub(super) fn collect<C: Closest>(
    mut list: C,
    found: &mut Vec<Neighbour>,
    search: impl FnOnce(&mut C) -> usize,
) -> usize {
    let computed = search(&mut list);
    found.clear();
    found.extend(list.keys().iter().map(|&key| neighbour(key)));
    computed
}

pub(super) struct One {
    key: u64,
    limit: u64,
}

impl One {
    pub(super) fn new() -> One {
        One { key: NOBODY, limit: NOBODY }
    }
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

    fn keys(&mut self) -> &[u64] {
        std::slice::from_ref(&self.key)
    }
}

/// A sorted list.
pub(super) struct Few {
    keys: [u64; FEW],
    last: usize,
    limit: u64,
}

impl Few {
    /// For the `k` closest, 1 to FEW.
    pub(super) fn new(k: usize) -> Few {
        Few { keys: [NOBODY; FEW], last: k - 1, limit: NOBODY }
    }
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

    fn keys(&mut self) -> &[u64] {
        &self.keys[..=self.last]
    }
}

/// Collects up to twice k rows and then throws the farther half away: a constant cost per row however large k is.
pub(super) struct Many {
    /// The keys collected, and behind them room for LANES more.
    keys: Vec<u64>,
    count: usize,
    k: usize,
    worst: u64,
    /// How many rows to collect before throwing away: k at first, so that the worst is soon known.
    room: usize,
}

impl Many {
    /// For the `k` ≥ 1 closest.
    pub(super) fn new(k: usize) -> Many {
        Many { keys: vec![NOBODY; 2 * k + LANES], count: 0, k, worst: NOBODY, room: k }
    }

    /// Keeps the k closest of at least as many.
    fn keep_closest(&mut self) {
        let (_, last, _) = self.keys[..self.count].select_nth_unstable(self.k - 1);
        self.worst = *last + 1;
        self.count = self.k;
        self.room = 2 * self.k;
    }
}

impl Closest for Many {
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
        let free = &mut self.keys[self.count..self.count + LANES];
        let mut taken = 0;
        for lane in 0..LANES {
            // Always written, but kept only if close enough: no branch to guess.
            let key = key(distances[lane], rows[lane]);
            free[taken % LANES] = key;
            taken += usize::from(lane < count && key < worst);
        }
        self.count += taken;
        if self.count >= self.room {
            self.keep_closest();
        }
    }

    fn is_full(&self) -> bool {
        self.count >= self.k
    }

    fn keys(&mut self) -> &[u64] {
        self.keep_closest();
        &self.keys[..self.k]
    }
}
