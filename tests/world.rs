//! The world: nested samples, seeds that do not disturb one another, sampler and density agree, labels and their noise, regions.
//! The curve itself is in `curve.rs`.

#![cfg(not(target_arch = "wasm32"))]

use bitter_lesson::experiment::Experiment;
use bitter_lesson::measure::raster;
use bitter_lesson::measure::test_points::TestPoints;
use bitter_lesson::rng::{Purpose, Streams, uniform};
use bitter_lesson::spec::{LabelsSpec, MixtureSpec, Spec};
use bitter_lesson::world::density::{Mixture, PLANE};
use bitter_lesson::world::problem::Problem;
use bitter_lesson::world::regions::{REGIONS, Region, Regions};
use bitter_lesson::world::sample::{Sample, split};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn spec(value: Value) -> Spec {
    Spec::check(&value).unwrap_or_else(|error| panic!("{value}: {error}"))
}

fn problem(value: Value) -> Problem {
    Problem::new(&spec(json!({"problem": value})).problem)
}

fn worlds() -> Vec<Value> {
    vec![
        json!({}),
        json!({"rotation": 2.5}),
        json!({"mixture": "random", "mixture_seed": 3}),
        json!({"mixture": "custom", "components": [[0.9, 0.9, 0.4, 1], [-0.5, 0, 0.1, 3]]}),
        json!({"kind": "polygon", "points": [[-0.6, -0.5], [0.7, -0.6], [0.1, 0.9]]}),
    ]
}

fn drawn(problem: &Problem, seed: u32, n: usize) -> Sample {
    let mut sample = Sample::new(seed, Purpose::Data);
    assert!(sample.grow(problem, n, n));
    sample
}

#[test]
fn the_first_points_do_not_depend_on_how_many_follow() {
    for world in worlds() {
        let problem = problem(world.clone());
        let few = drawn(&problem, 7, 1000);
        let mut many = Sample::new(7, Purpose::Data);
        let mut piece = 1;
        while !many.grow(&problem, 20_011, piece) {
            assert!(many.len() < 20_011);
            piece = piece * 3 + 1;
        }
        // A slice as large as there are numbers, when some points are there already.
        assert!(many.grow(&problem, 20_013, usize::MAX));
        assert_eq!(many.len(), 20_013, "{world}");
        assert_eq!(few.points(1000), many.points(1000), "{world}");
        assert_eq!(few.truth(1000), many.truth(1000), "{world}");
        let on_plane = |c: &f32| f64::from(c.abs()) <= PLANE[2];
        assert!(many.points(20_013).iter().all(on_plane), "{world}");
        for (point, truth) in many.points(1000).chunks_exact(2).zip(many.truth(1000)) {
            assert_eq!(problem.inside(point[0], point[1]), Some(*truth == 1));
        }
    }
}

#[test]
fn no_two_streams_begin_alike() {
    let mut seen = BTreeSet::new();
    let purposes = [1u64, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20];
    for purpose in purposes {
        for seed in [0, 1, 2, 7, u32::MAX] {
            for index in (0..500).chain([1 << 20, (1 << 20) + 1]) {
                let first = uniform(&mut Streams::new(seed, purpose).at(index));
                assert!(seen.insert(first.to_bits()), "{purpose} {seed} {index}");
            }
        }
    }
}

/// What a run is made of: training points, training labels, the untrained answers, and the answers after one step.
fn parts(value: Value) -> [Vec<u32>; 5] {
    let mut experiment = Experiment::new(spec(value));
    while experiment.sample().1.is_empty() {
        experiment.advance(1);
    }
    let view = [-1.2, -1.2, 1.2, 1.2];
    let picture = |experiment: &mut Experiment| {
        let values = experiment.raster(view, 8, 8, 0..8).unwrap();
        values.iter().map(|p| p.to_bits()).collect()
    };
    let untrained = picture(&mut experiment);
    experiment.advance(1);
    let trained = picture(&mut experiment);
    experiment.finish();
    let trivial = experiment.errors().unwrap().iter();
    let trivial = trivial.filter(|e| e.measure.starts_with("trivial") || e.measure == "share");
    let trivial = trivial.map(|e| (e.value.to_bits() >> 20) as u32).collect::<Vec<_>>();
    let (points, labels) = experiment.sample();
    [
        points.iter().map(|c| c.to_bits()).collect(),
        labels.iter().map(|l| u32::from(*l)).collect(),
        untrained,
        trained,
        trivial,
    ]
}

#[test]
fn a_seed_changes_its_own_part_only() {
    const NAMES: [&str; 5] = ["points", "labels", "initial weights", "first step", "test points"];
    let base = json!({
        "problem": {"mixture": "random", "mixture_seed": 1}, "sample": {"n": 400, "seed": 1}, "labels": {"noise": 0.2, "seed": 1},
        "learner": {"hidden": [8], "seed": 1, "shuffle_seed": 1, "batch": 20, "standardize": false}, "budget": {"steps": 2},
        "measure": {"test_n": 500},
    });
    let with = |group: &str, name: &str, value: Value| {
        let mut spec = base.clone();
        spec[group][name] = value;
        parts(spec)
    };
    let before = parts(base.clone());
    let changed = |after: &[Vec<u32>; 5]| {
        let pairs = NAMES.iter().zip(before.iter().zip(after));
        pairs.filter(|(_, (a, b))| a != b).map(|(name, _)| *name).collect::<Vec<_>>()
    };
    let seeds = [
        ("problem", "mixture_seed", vec!["points", "labels", "first step", "test points"]),
        ("sample", "seed", vec!["points", "labels", "first step"]),
        ("labels", "seed", vec!["labels", "first step"]),
        ("learner", "seed", vec!["initial weights", "first step"]),
        ("learner", "shuffle_seed", vec!["first step"]),
    ];
    for (group, name, wanted) in seeds {
        assert_eq!(changed(&with(group, name, json!(2))), wanted, "{group}.{name}");
    }
    // The curve decides labels only, not where points lie.
    assert_eq!(changed(&with("problem", "rotation", json!(1.0))), ["labels", "first step", "test points"]);
    // Whose label is flipped does not depend on the points.
    let flips = |parts: &[Vec<u32>; 5], seed: u32| -> Vec<bool> {
        let spec = json!({"mixture": "random", "mixture_seed": 1});
        let sample = drawn(&problem(spec), seed, 400);
        let labels = sample.truth(400).iter().zip(&parts[1]);
        labels.map(|(truth, label)| u32::from(*truth) != *label).collect()
    };
    assert_eq!(flips(&before, 1), flips(&with("sample", "seed", json!(2)), 2));
}

#[test]
fn density_does_not_know_the_curve() {
    let straight = drawn(&problem(json!({})), 7, 50_000);
    let others = [
        json!({"rotation": 1.3}),
        json!({"kind": "polygon", "points": [[-1, -1], [1, -1], [0, 1]]}),
        json!({"mixture": "default", "mixture_seed": 99}),
    ];
    for other in &others[..2] {
        let sample = drawn(&problem(other.clone()), 7, 50_000);
        assert_eq!(sample.points(50_000), straight.points(50_000), "{other}");
        assert_ne!(sample.truth(50_000), straight.truth(50_000), "{other}");
    }
    // A seed of a mixture that is not random does nothing.
    let sample = drawn(&problem(others[2].clone()), 7, 1000);
    assert_eq!(sample.points(1000), straight.points(1000));
}

/// Cells across and up that points are counted in: places, and each coordinate by itself, where a small error adds up.
const GRIDS: [[usize; 2]; 3] = [[24, 24], [48, 1], [1, 48]];

/// Chi-square of points against a mixture over each grid, in standard deviations from its mean: what follows the mixture stays
/// within five but once in three million. Cells that expect fewer than 20 points are counted together.
fn deviations(points: &[f32], mixture: &Mixture) -> [f64; 3] {
    GRIDS.map(|cells| {
        let sides = cells.map(|count| (PLANE[2] - PLANE[0]) / count as f64);
        let mut counts = vec![0u32; cells[0] * cells[1]];
        for point in points.chunks_exact(2) {
            let cell = |axis: usize| {
                let at = ((f64::from(point[axis]) - PLANE[0]) / sides[axis]) as usize;
                at.min(cells[axis] - 1)
            };
            counts[cell(1) * cells[0] + cell(0)] += 1;
        }
        let n = points.len() as f64 / 2.0;
        let (mut sum, mut counted) = (0.0, 0);
        let (mut rest, mut rest_expected) = (0.0, 0.0);
        let mut add = |count: f64, expected: f64| {
            sum += square(count - expected) / expected;
            counted += 1;
        };
        for (i, count) in counts.iter().enumerate() {
            let x = PLANE[0] + sides[0] * (i % cells[0]) as f64;
            let y = PLANE[1] + sides[1] * (i / cells[0]) as f64;
            let expected = n * mixture.probability([x, y, x + sides[0], y + sides[1]]);
            if expected < 20.0 {
                rest += f64::from(*count);
                rest_expected += expected;
            } else {
                add(f64::from(*count), expected);
            }
        }
        if rest_expected > 20.0 {
            add(rest, rest_expected);
        }
        let freedom = f64::from(counted - 1);
        (sum - freedom) / (2.0 * freedom).sqrt()
    })
}

fn square(x: f64) -> f64 {
    x * x
}

#[test]
fn a_million_points_follow_the_density_and_no_other() {
    for world in [json!({}), json!({"mixture": "random", "mixture_seed": 5})] {
        let problem = problem(world.clone());
        let mixture = problem.mixture.as_ref().unwrap();
        let sample = drawn(&problem, 12, 1_000_000);
        let points = sample.points(1_000_000);
        let off = deviations(points, mixture);
        assert!(off.iter().all(|off| off.abs() < 5.0), "{world}: {off:?}");
        let rows: Vec<[f64; 4]> =
            mixture.components().iter().map(|c| [c.mean[0], c.mean[1], c.deviation, c.weight]).collect();
        for moved in 0..rows.len() {
            for axis in 0..2 {
                let mut rows = rows.clone();
                rows[moved][axis] += 0.05;
                let off = deviations(points, &Mixture::of_rows(&rows));
                assert!(off[0] > 5.0, "{world}: centre {moved} moved: {off:?}");
            }
        }
    }
}

#[test]
fn density_is_the_formula_and_integrates_to_one() {
    // The essay's mixture as the brief states it, uncut.
    let formula = |x: f64, y: f64| {
        let means = [(0.35, -0.3), (-0.45, -0.45), (0.5, 0.5), (-0.05, 0.1), (-0.2, -0.8)];
        let (deviations, weights) = ([0.3, 0.22, 0.22, 0.3, 0.25], [0.3, 0.2, 0.2, 0.25, 0.05]);
        let parts = (0..5).map(|i| {
            let (d2, s2) = (square(x - means[i].0) + square(y - means[i].1), square(deviations[i]));
            weights[i] / (std::f64::consts::TAU * s2) * libm::exp(-d2 / (2.0 * s2))
        });
        parts.sum::<f64>()
    };
    let default = problem(json!({}));
    let ratio = formula(0.3, 0.4) / default.pdf(0.3, 0.4);
    assert!(ratio > 0.9 && ratio < 1.0, "mass on the plane: {ratio}");
    for (x, y) in [(-1.2, 1.2), (0.0, 0.0), (-0.5, 0.8), (1.1, -0.7)] {
        assert!((formula(x, y) / default.pdf(x, y) / ratio - 1.0).abs() < 1e-12);
    }
    assert_eq!(default.pdf(1.2001, 0.0), 0.0);
    for world in worlds() {
        let problem = problem(world.clone());
        let mixture = problem.mixture.as_ref().unwrap();
        assert!((mixture.probability(PLANE) - 1.0).abs() < 1e-12);
        // A view that is larger than the plane, whose edge falls between pixels.
        let view = [-1.8, -1.8, 1.8, 1.8];
        let values = raster::density(&problem, view, 720, 720);
        let pixel = square(3.6f64 / 720.0);
        let sum: f64 = values.iter().map(|p| f64::from(*p) * pixel).sum();
        assert!((sum - 1.0).abs() < 1e-3, "{world}: {sum}");
        // And part by part against the closed form, rows from the top.
        let part: f64 = values[..720 * 300].iter().map(|p| f64::from(*p) * pixel).sum();
        let wanted = mixture.probability([-1.2, 0.3, 1.2, 1.2]);
        assert!((part - wanted).abs() < 1e-3, "{world}: {part} for {wanted}");
    }
    let seeds: BTreeSet<String> =
        (0..20).map(|seed| format!("{:?}", Mixture::new(&MixtureSpec::Random(seed)))).collect();
    assert_eq!(seeds.len(), 20);
}

fn noisy(noise: f64, seed: u32) -> LabelsSpec {
    LabelsSpec { noise, seed, shuffle: false }
}

#[test]
fn label_noise_nests_and_has_its_rate() {
    let n = 100_000;
    let sample = drawn(&problem(json!({})), 7, n);
    let truth = sample.truth(n);
    let flips = |spec: &LabelsSpec, n: usize| -> Vec<bool> {
        let labels = Sample::training_labels(sample.truth(n).to_vec(), spec);
        labels.iter().zip(truth).map(|(a, b)| a != b).collect()
    };
    let mut last = vec![false; n];
    for noise in [0.0, 1e-4, 0.05, 0.1, 0.5, 0.9, 1.0] {
        let now = flips(&noisy(noise, 3), n);
        assert!(last.iter().zip(&now).all(|(a, b)| !a || *b), "{noise}");
        let count = now.iter().filter(|flip| **flip).count() as f64;
        let (mean, variance) = (noise * n as f64, noise * (1.0 - noise) * n as f64);
        assert!((count - mean).abs() <= 5.0 * variance.sqrt(), "{noise}: {count}");
        assert_eq!(flips(&noisy(noise, 3), 1000), now[..1000]);
        last = now;
    }
    // Another seed flips others, and just as often inside as outside.
    let (a, b) = (flips(&noisy(0.3, 3), n), flips(&noisy(0.3, 4), n));
    let both = a.iter().zip(&b).filter(|(a, b)| **a && **b).count() as f64;
    assert!((both - 9000.0).abs() < 5.0 * (9000.0f64 * 0.91).sqrt(), "{both}");
    let inside = truth.iter().filter(|t| **t == 1).count() as f64;
    let flipped = a.iter().zip(truth).filter(|(a, t)| **a && **t == 1).count() as f64;
    assert!((flipped - 0.3 * inside).abs() < 5.0 * (0.21 * inside).sqrt());
    // Nor does it depend on where a point lies, also when points and labels have the same seed.
    let same = flips(&noisy(0.3, 7), n);
    let right: Vec<bool> = sample.points(n).chunks_exact(2).map(|p| p[0] > 0.3).collect();
    let there = right.iter().filter(|right| **right).count() as f64;
    let flipped = same.iter().zip(&right).filter(|(flip, right)| **flip && **right).count() as f64;
    assert!((flipped - 0.3 * there).abs() < 5.0 * (0.21 * there).sqrt(), "{flipped} of {there}");
}

#[test]
fn shuffled_labels_keep_their_counts_and_lose_their_places() {
    let n = 20_000;
    let sample = drawn(&problem(json!({})), 7, n);
    let truth = sample.truth(n);
    let shuffled = |seed| {
        let spec = LabelsSpec { noise: 0.0, seed, shuffle: true };
        Sample::training_labels(sample.truth(n).to_vec(), &spec)
    };
    let labels = shuffled(0);
    let count = |labels: &[u8]| labels.iter().filter(|l| **l == 1).count();
    let inside = count(truth);
    assert_eq!(count(&labels), inside);
    assert_ne!(labels, shuffled(1));
    // As often inside where truth is inside as anywhere.
    let both = truth.iter().zip(&labels).filter(|(a, b)| **a == 1 && **b == 1).count() as f64;
    let share = inside as f64 / n as f64;
    let wanted = n as f64 * share * share;
    assert!((both - wanted).abs() < 5.0 * wanted.sqrt(), "{both} for {wanted}");
}

fn test_points(problem: &Problem, test_n: usize, max: usize) -> TestPoints {
    let mut points = TestPoints::new(test_n);
    while !points.step(problem, max) {}
    points
}

#[test]
fn test_points_do_not_depend_on_slices() {
    let problem = problem(json!({}));
    let whole = test_points(&problem, 3000, 1 << 20);
    let sliced = test_points(&problem, 3000, 777);
    assert_eq!(whole.density.xy, sliced.density.xy);
    assert_eq!(whole.area.xy, sliced.area.xy);
    for (a, b) in whole.regions.iter().zip(&sliced.regions) {
        assert_eq!((a.region, &a.points.xy), (b.region, &b.points.xy));
        assert_eq!(a.share.to_bits(), b.share.to_bits());
    }
    // Not a training point among them: another purpose, another stream.
    let sample = drawn(&problem, 0, 3000);
    assert_ne!(sample.points(3000), whole.density.xy);
}

#[test]
fn regions_hold_what_their_names_say() {
    let problem = problem(json!({}));
    let points = test_points(&problem, 100_000, 1 << 20);
    assert_eq!(points.density.truth.len(), 100_000);
    assert_eq!(points.area.truth.len(), 90_000);
    assert_eq!(points.regions.len(), REGIONS.len());
    let finder = Regions::new(&problem).unwrap();
    let outline = problem.outline();
    let mut along = Vec::new();
    for own in &points.regions {
        let name = own.region.name();
        let set = &own.points;
        assert_eq!(set.truth.len(), 20_000, "{name}");
        for ((p, truth), density) in set.xy.chunks_exact(2).zip(&set.truth).zip(&set.density) {
            assert!(finder.contains(&problem, own.region, p[0], p[1]), "{name}");
            assert_eq!(problem.inside(p[0], p[1]), Some(*truth == 1));
            assert_eq!(problem.pdf(f64::from(p[0]), f64::from(p[1])) as f32, *density);
        }
        // The region's share of the mass against how many of the test points fall into it.
        let within = points.density.xy.chunks_exact(2);
        let within = within.filter(|p| finder.contains(&problem, own.region, p[0], p[1])).count() as f64;
        let wanted = own.share * 1e5;
        assert!(
            (within - wanted).abs() <= 5.0 * wanted.sqrt() + 0.02 * wanted,
            "{name}: {within} of 100,000, share {}",
            own.share
        );
        let inside = set.truth.iter().filter(|t| **t == 1).count() as f64 / 20_000.0;
        let points = || set.xy.chunks_exact(2).map(|p| [f64::from(p[0]), f64::from(p[1])]);
        let radius = |p: [f64; 2]| (p[0] * p[0] + p[1] * p[1]).sqrt();
        match own.region {
            // What all blue would score: low, and the reason why it stands beside every number.
            Region::Tip => {
                assert!((0.08..=0.16).contains(&inside), "tip: {inside} inside");
                assert!(own.share < 0.01, "tip: share {}", own.share);
                assert!(points().all(|[x, y]| x < 0.0 && y > 0.0 && radius([x, y]) > 0.6));
            }
            Region::Centre => assert!(points().all(|p| radius(p) <= 0.25 + 1e-6)),
            Region::Outside => {
                assert_eq!((inside, own.share), (0.0, 0.0));
                assert!(points().all(|[x, y]| x.abs() > 1.2 || y.abs() > 1.2));
            }
            Region::Dense | Region::Sparse => {
                assert!((0.3..0.7).contains(&inside), "{name}: {inside} inside");
                for p in points().step_by(50) {
                    let to = |a: &[f64; 2], b: &[f64; 2]| segment_distance(p, *a, *b);
                    let next = outline.iter().cycle().skip(1);
                    let nearest = outline.iter().zip(next).map(|(a, b)| to(a, b));
                    let nearest = nearest.fold(f64::INFINITY, |a, b| if b < a { b } else { a });
                    assert!(nearest <= 0.05 + 1e-9, "{name}: {nearest} from the curve");
                }
                let mean = set.density.iter().map(|d| f64::from(*d)).sum::<f64>() / 20_000.0;
                along.push(mean);
            }
        }
    }
    assert!(along[0] > 3.0 * along[1], "dense {}, sparse {}", along[0], along[1]);
}

fn segment_distance(p: [f64; 2], a: [f64; 2], b: [f64; 2]) -> f64 {
    let (d, e) = ([b[0] - a[0], b[1] - a[1]], [p[0] - a[0], p[1] - a[1]]);
    let length2 = d[0] * d[0] + d[1] * d[1];
    let t = ((e[0] * d[0] + e[1] * d[1]) / length2).clamp(0.0, 1.0);
    (square(e[0] - t * d[0]) + square(e[1] - t * d[1])).sqrt()
}

#[test]
fn own_rows_are_split_once() {
    for n in [1, 40, 99] {
        let (train, test) = split(100, n, 5);
        assert_eq!((train.len(), test.len()), (n, 100 - n));
        let all: BTreeSet<u32> = train.iter().chain(&test).copied().collect();
        assert_eq!(all.len(), 100);
        assert_eq!(train, split(100, 99, 5).0[..n], "nested");
        assert!(n < 40 || train != split(100, n, 6).0);
    }
    // Enough for all rows: they stay as they came.
    assert_eq!(split(4, 4, 1), ((0..4).collect(), vec![]));
    assert_eq!(split(4, 1000, 1), ((0..4).collect(), vec![]));
}

/// Rows of two classes left and right of x = 0, far from [-1.2, 1.2].
fn rows(count: usize) -> Vec<[f64; 3]> {
    let streams = Streams::new(1, Purpose::Test as u64);
    let row = |i: u64| {
        let mut rng = streams.at(i);
        let (x, y) = (200.0 * uniform(&mut rng) - 100.0, 1000.0 * uniform(&mut rng));
        [x, y, f64::from(u8::from(x > 0.0))]
    };
    (0..count as u64).map(row).collect()
}

fn value(report: &Value, measure: &str) -> Option<(f64, u64)> {
    let list = report["errors"].as_array().unwrap();
    let entry = list.iter().find(|e| e["measure"] == measure && e["region"] == "all")?;
    Some((entry["value"].as_f64()?, entry["count"].as_u64()?))
}

#[test]
fn every_kind_of_problem_runs_from_end_to_end() {
    let star: Vec<[f64; 2]> = (0..60)
        .map(|i| {
            let (sin, cos) = libm::sincos(f64::from(i) * std::f64::consts::TAU / 60.0);
            let r = if i % 2 == 0 { 1.0 } else { 0.5 };
            [r * cos, r * sin]
        })
        .collect();
    let problems = [
        json!({"kind": "polygon", "points": star}),
        json!({"kind": "data", "rows": rows(600)}),
        json!({"kind": "spiral", "mixture": "random", "mixture_seed": 2}),
    ];
    let learners =
        [json!({"kind": "knn", "k": 3, "standardize": true}), json!({"kind": "mlp", "hidden": [16], "batch": 50})];
    for problem in &problems {
        for learner in &learners {
            let spec = spec(json!({
                "problem": problem, "learner": learner, "sample": {"n": 500}, "budget": {"epochs": 60}, "measure": {"test_n": 2000},
            }));
            let report = Experiment::new(spec).report();
            let own = problem["kind"] == "data";
            let (main, trivial) = if own { ("test", "trivial_test") } else { ("density", "trivial_density") };
            let (error, count) = value(&report, main).unwrap();
            assert_eq!(count, if own { 100 } else { 2000 });
            let (trivial, _) = value(&report, trivial).unwrap();
            assert!(error < 0.95 * trivial, "{}: {error}, trivial {trivial}", report["spec"]["problem"]["kind"]);
            assert_eq!(report["digest"].as_str().map(str::len), Some(64));
            assert_eq!(value(&report, "training").map(|(_, n)| n), own.then_some(500));
            assert_eq!(value(&report, "area").is_some(), !own);
        }
    }
}

#[test]
fn without_held_out_rows_there_is_no_test_error() {
    let report = |n: usize| {
        let value = json!({"problem": {"kind": "data", "rows": rows(50)}, "sample": {"n": n}, "learner": {"kind": "knn", "k": 1}});
        Experiment::new(spec(value)).report()
    };
    for n in [50, 1_000_000] {
        let report = report(n);
        assert_eq!(value(&report, "test"), None);
        assert_eq!(value(&report, "training"), Some((0.0, 50)));
    }
    let report = report(49);
    assert_eq!(value(&report, "test").map(|(_, n)| n), Some(1));
    assert_eq!(value(&report, "training").map(|(_, n)| n), Some(49));
}
