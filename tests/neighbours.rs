//! Every index gives exactly the neighbours of a plain sort over all rows, for whatever data.

use std::collections::BTreeMap;

use bitter_lesson::learn::knn::{Knn, KnnFit, Search};
use bitter_lesson::learn::neighbours::{
    Brute, Grid, GridBuilder, Index, IndexBuilder, KdTree, KdTreeBuilder, Neighbour, NeighbourIndex,
};
use proptest::prelude::*;

/// The rule itself, written without regard to speed and independently of the crate.
fn by_sorting(points: &[f32], dims: usize, query: &[f32], k: usize) -> Vec<(u32, u32)> {
    let mut all = Vec::new();
    for (index, row) in points.chunks(dims).enumerate() {
        let mut sum = (row[0] - query[0]) * (row[0] - query[0]);
        for side in 1..dims {
            let square = (row[side] - query[side]) * (row[side] - query[side]);
            sum += square;
        }
        assert!(!sum.is_nan() && sum.is_sign_positive());
        all.push((sum.to_bits(), index as u32));
    }
    all.sort();
    all.truncate(k);
    all
}

fn indexes(points: &[f32], dims: usize) -> Vec<(&'static str, Box<dyn NeighbourIndex>)> {
    let mut all: Vec<(&'static str, Box<dyn NeighbourIndex>)> = vec![
        ("brute", Box::new(Brute::build(points, dims))),
        ("k-d tree", Box::new(KdTree::build(points, dims))),
        ("chosen", Box::new(Index::build(points, dims))),
    ];
    if dims == 2 {
        all.push(("grid", Box::new(Grid::build(points))));
    }
    all
}

fn bits(found: &[Neighbour]) -> Vec<(u32, u32)> {
    found.iter().map(|row| (row.distance2.to_bits(), row.index)).collect()
}

/// Compares every index with the plain sort, for every query and k.
fn check(points: &[f32], dims: usize, queries: &[f32], ks: &[usize]) {
    let all = indexes(points, dims);
    // Left over from the query before, so that an index which forgets to clear it is caught.
    let mut found = Vec::new();
    for query in queries.chunks(dims) {
        for &k in ks {
            let expected = by_sorting(points, dims, query, k);
            for (name, index) in &all {
                assert_eq!((index.len(), index.dims()), (points.len() / dims, dims), "{name}");
                let computed = index.nearest(query, k, &mut found);
                assert_eq!(bits(&found), expected, "{name}, {} rows, k = {k}, query {query:?}", index.len());
                assert_eq!(index.vote(query, k, &mut found), computed, "{name}");
                found.sort_by_key(|row| (row.distance2.to_bits(), row.index));
                assert_eq!(bits(&found), expected, "{name}: the voters");
                // A search may start over once.
                assert!(found.len() <= computed && computed <= 2 * index.len(), "{name} computed {computed} distances");
            }
        }
    }
}

const KS: [usize; 9] = [1, 2, 3, 5, 12, 13, 25, 50, 99];

/// A few thousand numbers that look random; the tests need no more than that.
struct Numbers(u64);

impl Numbers {
    fn uniform(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 40) as f32 / (1u64 << 24) as f32
    }

    fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.uniform()
    }

    fn many(&mut self, count: usize, low: f32, high: f32) -> Vec<f32> {
        (0..count).map(|_| self.between(low, high)).collect()
    }
}

#[test]
fn scattered_points() {
    let mut numbers = Numbers(1);
    for n in [1, 2, 3, 15, 16, 17, 33, 100, 1000, 5000] {
        let points = numbers.many(2 * n, -1.2, 1.2);
        let queries = numbers.many(2 * 40, -1.3, 1.3);
        check(&points, 2, &queries, &KS);
        // A sample's own rows as queries: distance zero comes first.
        check(&points, 2, &points[..2 * n.min(20)], &KS);
    }
}

#[test]
fn every_number_of_dimensions() {
    let mut numbers = Numbers(2);
    for dims in 1..=7 {
        for n in [1, 16, 17, 300, 2000] {
            let points = numbers.many(dims * n, -1.0, 1.0);
            let queries = numbers.many(dims * 15, -1.5, 1.5);
            check(&points, dims, &queries, &KS);
        }
        // Whole numbers: ties everywhere.
        let points: Vec<f32> = numbers.many(dims * 500, 0.0, 3.9).iter().map(|value| value.floor()).collect();
        check(&points, dims, &points[..dims * 10], &KS);
    }
}

#[test]
fn lattices_are_full_of_ties() {
    let mut points = Vec::new();
    for y in 0..40 {
        for x in 0..40 {
            points.extend([x as f32 * 0.125, y as f32 * 0.125]);
        }
    }
    let mut queries = Vec::new();
    for y in -2..21 {
        for x in -2..21 {
            // On points, in the middle of four, on borders of cells, and outside.
            queries.extend([x as f32 * 0.25 + 0.0625, y as f32 * 0.25]);
            queries.extend([x as f32 * 0.25, y as f32 * 0.25]);
        }
    }
    check(&points, 2, &queries, &[1, 2, 4, 5, 9, 13, 24, 99]);
    // The same rows from last to first: the lowest index now stands at the other end.
    let reversed: Vec<f32> = points.chunks(2).rev().flatten().copied().collect();
    check(&reversed, 2, &queries[..400], &[1, 4, 5, 13]);
}

#[test]
fn duplicates() {
    let mut numbers = Numbers(3);
    let places = numbers.many(2 * 30, -1.0, 1.0);
    for copies in [2, 20, 200] {
        let mut points = Vec::new();
        for _ in 0..copies {
            points.extend(&places);
        }
        let queries = numbers.many(2 * 20, -1.0, 1.0);
        check(&points, 2, &queries, &KS);
        check(&points, 2, &places[..20], &KS);
    }
}

#[test]
fn more_neighbours_asked_than_rows() {
    let mut numbers = Numbers(4);
    for dims in 1..=3 {
        for n in [1, 2, 3, 5, 12, 13, 20] {
            let points = numbers.many(dims * n, -1.0, 1.0);
            let queries = numbers.many(dims * 5, -5.0, 5.0);
            check(&points, dims, &queries, &[n, n + 1, 99, 1000]);
        }
    }
}

#[test]
fn a_single_row_and_rows_all_equal() {
    for dims in 1..=4 {
        for n in [1, 2, 15, 16, 17, 3000] {
            let points = vec![0.3; dims * n];
            let queries = [vec![0.3; dims], vec![-7.0; dims], vec![1e30; dims]].concat();
            check(&points, dims, &queries, &KS);
        }
    }
}

#[test]
fn rows_on_a_line() {
    let mut numbers = Numbers(5);
    let along = numbers.many(2000, -1.0, 1.0);
    let queries = numbers.many(2 * 25, -1.2, 1.2);
    for (dx, dy) in [(1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, -0.5), (1.0, 1e-20), (1e-30, 1.0)] {
        let points: Vec<f32> = along.iter().flat_map(|t| [t * dx, t * dy]).collect();
        check(&points, 2, &queries, &KS);
    }
}

#[test]
fn nearly_all_rows_in_one_cell() {
    let mut numbers = Numbers(6);
    for spread in [1e-3, 1e-6, 1e-12, 0.0] {
        let mut points = numbers.many(2 * 50, -1.0, 1.0);
        points.extend((0..2 * 4950).map(|_| 0.25 + spread * numbers.uniform()));
        let mut queries = numbers.many(2 * 15, -1.2, 1.2);
        queries.extend(numbers.many(2 * 15, 0.25 - spread, 0.25 + 2.0 * spread));
        check(&points, 2, &queries, &KS);
    }
}

#[test]
fn queries_far_outside() {
    let mut numbers = Numbers(7);
    for dims in [1, 2, 3] {
        let points = numbers.many(dims * 1500, -1.0, 1.0);
        let mut queries = Vec::new();
        // From 1e5 on, rounding makes many rows equally far; from 1e19 on all are infinitely far.
        for far in [2.0f32, 10.0, 1e3, 1e5, 1e8, 1e15, 1e19, 1e30, f32::MAX] {
            for side in 0..dims {
                for signed in [far, -far] {
                    let mut query = numbers.many(dims, -1.0, 1.0);
                    query[side] = signed;
                    queries.extend(query);
                }
            }
            queries.extend(vec![far; dims]);
        }
        check(&points, dims, &queries, &[1, 5, 99]);
    }
}

#[test]
fn extreme_numbers() {
    let mut numbers = Numbers(8);
    for dims in [1, 2, 3] {
        for scale in [f32::MAX, 1e30, 1e19, 1e18, 1e-18, 1e-20, 1e-22, 1e-30, 1e-40, 1e-45] {
            let points: Vec<f32> = numbers.many(dims * 400, -1.0, 1.0).iter().map(|value| value * scale).collect();
            let mut queries: Vec<f32> = numbers.many(dims * 8, -1.0, 1.0).iter().map(|value| value * scale).collect();
            queries.extend(vec![0.0; dims]);
            queries.extend(vec![-0.0; dims]);
            queries.extend(vec![1.0; dims]);
            queries.extend(&points[..dims * 3]);
            check(&points, dims, &queries, &[1, 5, 99]);
        }
        // Ordinary rows with a few very far ones among them.
        let mut points = numbers.many(dims * 400, -1.0, 1.0);
        for (at, far) in [(7, 1e30), (100, -1e30), (233, f32::MAX), (311, f32::MIN), (399, 1e12)] {
            points[at * dims + at % dims] = far;
        }
        let queries = [numbers.many(dims * 10, -1.0, 1.0), vec![1e30; dims], vec![f32::MIN; dims]].concat();
        check(&points, dims, &queries, &[1, 5, 99]);
    }
}

/// Where rounding happens: rows and queries on and right beside the borders of cells, an ulp apart.
#[test]
fn an_ulp_beside_the_borders() {
    let mut numbers = Numbers(9);
    for offset in [0.0, 1.0, 4096.0] {
        let mut points = Vec::new();
        for _ in 0..1200 {
            for _ in 0..2 {
                let value = offset + (numbers.uniform() * 24.0).floor() / 24.0;
                points.push(match (numbers.uniform() * 3.0) as u32 {
                    0 => value.next_down(),
                    1 => value,
                    _ => value.next_up(),
                });
            }
        }
        let queries = points[..2 * 150].to_vec();
        check(&points, 2, &queries, &[1, 3, 5, 99]);
    }
}

#[test]
fn a_build_in_slices_equals_a_whole_one() {
    let mut numbers = Numbers(10);
    let even = numbers.many(2 * 3001, -1.0, 1.0);
    let mut crowded = numbers.many(2 * 30, -1.0, 1.0);
    crowded.extend((0..2 * 2971).map(|_| 0.1 + 1e-4 * numbers.uniform()));
    let queries = numbers.many(2 * 30, -1.1, 1.1);
    for points in [even, crowded] {
        let whole = Index::build(&points, 2);
        for slice in [1, 7, 64, 1000, 2999, 3001, 100_000] {
            let mut any = IndexBuilder::new(3001, 2);
            while !any.step(&points, slice) {}
            let mut grid = GridBuilder::new(3001);
            while !grid.step(&points, slice) {}
            let mut tree = KdTreeBuilder::new(3001, 2);
            while !tree.step(&points, slice) {}
            // Once finished, a step changes nothing.
            assert!(any.step(&points, slice) && grid.step(&points, slice) && tree.step(&points, slice));
            let (any, grid, tree) = (any.finish(), grid.finish(), tree.finish());
            for query in queries.chunks(2) {
                for k in [1, 5, 99] {
                    let (mut one, mut other) = (Vec::new(), Vec::new());
                    // The cost is equal too, so the very same index was built.
                    assert_eq!(whole.nearest(query, k, &mut one), any.nearest(query, k, &mut other));
                    assert_eq!(bits(&one), bits(&other));
                    assert_eq!(Grid::build(&points).nearest(query, k, &mut one), grid.nearest(query, k, &mut other));
                    assert_eq!(bits(&one), bits(&other));
                    assert_eq!(
                        KdTree::build(&points, 2).nearest(query, k, &mut one),
                        tree.nearest(query, k, &mut other)
                    );
                    assert_eq!(bits(&one), bits(&other));
                }
            }
        }
    }
}

#[test]
fn the_index_suits_the_data() {
    let mut numbers = Numbers(11);
    let even = numbers.many(2 * 20_000, -1.0, 1.0);
    assert!(matches!(Index::build(&even, 2), Index::Grid(_)));
    assert!(matches!(Index::build(&even, 4), Index::KdTree(_)));
    let mut crowded = even.clone();
    for value in &mut crowded[..2 * 19_800] {
        *value = 0.5 + *value * 1e-4;
    }
    assert!(matches!(Index::build(&crowded, 2), Index::KdTree(_)));
    let huge: Vec<f32> = even.iter().map(|value| value * 1e30).collect();
    assert!(matches!(Index::build(&huge, 2), Index::KdTree(_)));
}

/// However the rows lie, a search looks at few of them. Distances computed are the same count on every machine, so this
/// can be exact where a clock could not.
#[test]
fn searches_look_at_few_rows() {
    let mut numbers = Numbers(12);
    let n = 50_000;
    let even = numbers.many(2 * n, -1.0, 1.0);
    let shrunk = |kept: usize, by: f32| -> Vec<f32> {
        even.iter().enumerate().map(|(at, value)| if at < 2 * kept { *value } else { 0.25 + by * value }).collect()
    };
    let samples = [
        ("even", even.clone()),
        ("equal", vec![0.5; 2 * n]),
        ("99 % in a point", shrunk(n / 100, 0.0)),
        ("99 % in one cell", shrunk(n / 100, 1e-5)),
        ("all but one", shrunk(1, 1e-5)),
        ("huge", even.iter().map(|value| value * 1e30).collect()),
        ("tiny", even.iter().map(|value| value * 1e-30).collect()),
        ("a line", even.iter().flat_map(|value| [*value, *value]).take(2 * n).collect()),
        ("a lattice of 100 copies", even.iter().map(|value| (value * 11.0).floor() / 11.0).collect()),
    ];
    for (name, points) in &samples {
        let index = Index::build(points, 2);
        for (k, most) in [(1, 1500), (5, 1500), (99, 3500)] {
            let mut found = Vec::new();
            let mut computed = 0;
            for _ in 0..200 {
                let near = points[2 * ((numbers.uniform() * n as f32) as usize)];
                let query = [near + numbers.between(-0.1, 0.1), numbers.between(-1.0, 1.0)];
                computed += index.nearest(&query, k, &mut found);
            }
            assert!(computed / 200 <= most, "{name}: {} distances a query for k = {k}", computed / 200);
        }
    }
}

/// scikit-learn's KNeighborsClassifier on data without ties: the same neighbours, the same shares of votes.
#[test]
fn scikit_learn_agrees() {
    let text = include_str!("fixtures/knn_sklearn.json");
    let fixture: serde_json::Value = serde_json::from_str(text).unwrap();
    let whole = |value: &serde_json::Value| -> Vec<i64> {
        value.as_array().unwrap().iter().map(|number| number.as_i64().unwrap()).collect()
    };
    let mut compared = BTreeMap::new();
    for case in fixture["cases"].as_array().unwrap() {
        let dims = case["dims"].as_u64().unwrap() as usize;
        let unit = case["unit"].as_f64().unwrap();
        let coordinates =
            |name: &str| -> Vec<f32> { whole(&case[name]).iter().map(|value| (*value as f64 * unit) as f32).collect() };
        let (points, queries) = (coordinates("points"), coordinates("queries"));
        let labels: Vec<u8> = whole(&case["labels"]).iter().map(|label| *label as u8).collect();

        for (k, shares) in case["shares"].as_object().unwrap() {
            let k: usize = k.parse().unwrap();
            let shares = shares.as_array().unwrap();
            assert_eq!(shares.len(), queries.len() / dims);
            for search in [Search::Auto, Search::Brute] {
                let knn = Knn::fit(&points, dims, &labels, k, search);
                let mut ours = vec![f32::NAN; shares.len()];
                assert!(knn.probabilities(&queries, &mut ours) >= (k * shares.len()) as u64);
                for ((query, ours), share) in queries.chunks(dims).zip(ours).zip(shares) {
                    assert_eq!(ours, share.as_f64().unwrap() as f32, "k = {k}, query {query:?}");
                    assert_eq!(ours, knn.probability(query));
                    *compared.entry(k).or_insert(0) += 1;
                }
            }
        }
        for (_, index) in indexes(&points, dims) {
            let mut found = Vec::new();
            for (query, rows) in queries.chunks(dims).zip(case["neighbours"].as_array().unwrap()) {
                let rows = whole(rows);
                index.nearest(query, rows.len(), &mut found);
                assert_eq!(found.iter().map(|row| i64::from(row.index)).collect::<Vec<_>>(), rows);
            }
        }
    }
    assert_eq!(compared.values().copied().collect::<Vec<i32>>(), [440; 6]);
}

#[test]
fn votes_are_shares_of_the_rows_there_are() {
    // One row at each whole number from 0 to 6.
    let points: Vec<f32> = (0..7).map(|value| value as f32).collect();
    let labels = [1, 0, 0, 1, 1, 0, 1];
    for search in [Search::Auto, Search::Brute] {
        let of = |k: usize, query: f32| Knn::fit(&points, 1, &labels, k, search).probability(&[query]);
        assert_eq!(of(1, 2.9), 1.0);
        assert_eq!(of(1, 2.5), 0.0, "of two rows as far, the lower index votes");
        assert_eq!(of(3, 0.1), 1.0 / 3.0);
        assert_eq!(of(5, 4.0), 3.0 / 5.0);
        assert_eq!(of(99, 4.0), 4.0 / 7.0, "only seven rows can vote");
        let knn = Knn::fit(&points, 1, &labels, 3, search);
        let rows: Vec<u32> = knn.neighbours(&[3.5]).iter().map(|row| row.index).collect();
        assert_eq!(rows, [3, 4, 2]);
    }
}

#[test]
fn a_prefix_of_the_sample_can_be_fitted() {
    let mut numbers = Numbers(13);
    let points = numbers.many(2 * 1000, -1.0, 1.0);
    let labels: Vec<u8> = (0..1000).map(|_| u8::from(numbers.uniform() < 0.5)).collect();
    for search in [Search::Auto, Search::Brute] {
        let mut fit = KnnFit::new(100, 2, 5, search);
        while !fit.step(&points, 33) {}
        let prefix = fit.finish(&labels);
        let alone = Knn::fit(&points[..200], 2, &labels[..100], 5, search);
        for query in numbers.many(2 * 50, -1.0, 1.0).chunks(2) {
            assert_eq!(bits(&prefix.neighbours(query)), bits(&alone.neighbours(query)));
            assert_eq!(prefix.probability(query), alone.probability(query));
        }
    }
}

/// A coordinate from a mix in which ties, borders and extremes are common.
fn coordinate() -> impl Strategy<Value = f32> {
    prop_oneof![
        4 => -1.2f32..1.2,
        4 => (-8i32..8).prop_map(|value| value as f32 / 8.0),
        1 => (-3i32..3).prop_map(|value| 0.5 + value as f32 * f32::EPSILON),
        1 => prop::num::f32::NORMAL | prop::num::f32::SUBNORMAL | prop::num::f32::ZERO,
    ]
}

fn sample() -> impl Strategy<Value = (usize, Vec<Vec<f32>>, Vec<Vec<f32>>, usize)> {
    (1usize..=7).prop_flat_map(|dims| {
        // Two dimensions half of the time: they have the most machinery.
        let dims = if dims > 4 { 2 } else { dims };
        let row = || prop::collection::vec(coordinate(), dims);
        (Just(dims), prop::collection::vec(row(), 1..300), prop::collection::vec(row(), 1..6), 1usize..=99)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn any_sample((dims, rows, queries, k) in sample()) {
        check(&rows.concat(), dims, &queries.concat(), &[k]);
    }

    #[test]
    fn any_even_sample(rows in prop::collection::vec([-1.2f32..1.2, -1.2f32..1.2], 1..2000), query in [-2.0f32..2.0, -2.0f32..2.0], k in 1usize..=99) {
        check(&rows.concat(), 2, &query, &[k]);
    }
}
