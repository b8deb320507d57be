//! Runs: slicing, snapshots and changes of spec never change a bit; budgets; divergence; errors counted again by hand.

#![cfg(not(target_arch = "wasm32"))]

use bitter_lesson::experiment::Experiment;
use bitter_lesson::measure::test_points::{Points, TestPoints};
use bitter_lesson::spec::{Spec, overlay};
use bitter_lesson::world::problem::Problem;
use serde_json::{Value, json};

const PLANE: [f64; 4] = [-1.2, -1.2, 1.2, 1.2];

fn experiment(value: &Value) -> Experiment {
    let spec = Spec::check(value).unwrap_or_else(|error| panic!("{value}: {error}"));
    Experiment::new(spec)
}

fn rows(count: u32) -> Vec<[f64; 3]> {
    let row = |i: u32| {
        let (x, y) = (f64::from(i * 37 % 101) - 50.0, f64::from(i * 53 % 97) * 0.1);
        [x, y, f64::from(u8::from(x * 0.1 > y - 4.0))]
    };
    (0..count).map(row).collect()
}

/// All learners, every feature set, every kind of problem, budget and optimiser; small, but with short last batches, samples
/// drawn in more than one slice and indexes built in more than one.
fn specs() -> Vec<Value> {
    let small = json!({"measure": {"test_n": 1500}});
    let all = [
        json!({
            "sample": {"n": 310, "seed": 3}, "features": "polar", "labels": {"noise": 0.1, "seed": 2}, "budget": {"epochs": 9},
            "learner": {"hidden": [12, 5], "batch": 70, "layer_norm": true, "focal_gamma": 2, "weight_decay": 0.1, "schedule": "linear"},
        }),
        json!({
            "sample": {"n": 9000, "seed": 3}, "features": "playground", "budget": {"steps": 131},
            "learner": {"hidden": [9], "activation": "tanh", "optimizer": "sgd", "learning_rate": 0.1, "batch": 100},
        }),
        json!({"sample": {"n": 1}, "learner": {"hidden": [3, 3, 3]}, "budget": {"steps": 5}}),
        json!({
            "problem": {"kind": "polygon", "points": [[-0.5, -0.5], [0.8, -0.2], [0.1, 0.7]], "mixture": "random", "mixture_seed": 4},
            "sample": {"n": 500}, "features": "polar_seamless", "labels": {"shuffle": true}, "learner": {"hidden": [8], "batch": 64},
            "budget": {"operations": 400_000},
        }),
        json!({"problem": {"kind": "data", "rows": rows(90)}, "sample": {"n": 70, "seed": 1}, "learner": {"hidden": [8], "batch": 32}, "budget": {"epochs": 20}}),
        json!({"sample": {"n": 40_000, "seed": 3}, "learner": {"kind": "knn", "k": 7}}),
        json!({"sample": {"n": 5000, "seed": 3}, "features": "polar_turned", "labels": {"noise": 0.1, "seed": 2}, "learner": {"kind": "knn", "k": 1, "standardize": true}}),
        json!({"problem": {"rotation": 1.0}, "sample": {"n": 300, "seed": 3}, "learner": {"kind": "knn", "k": 99, "index": "brute"}}),
        json!({"problem": {"kind": "data", "rows": rows(90)}, "sample": {"n": 90}, "learner": {"kind": "knn", "k": 3}}),
        json!({"problem": {"rotation": 2.5}, "sample": {"n": 90, "seed": 3}, "labels": {"noise": 0.1, "seed": 2}, "learner": {"kind": "family"}}),
        json!({"problem": {"kind": "data", "rows": rows(40)}, "sample": {"n": 30}, "learner": {"kind": "family", "family": "even_arm"}}),
    ];
    all.iter().map(|spec| overlay(&small, spec)).collect()
}

/// Everything that a run gives, as text that differs if any bit does.
fn outcome(run: &mut Experiment) -> String {
    let report = run.report();
    assert!(report["digest"].is_string(), "{report}");
    format!("{report}{}", quick_outcome(run))
}

/// The same without the errors, which take longest.
fn quick_outcome(run: &mut Experiment) -> String {
    let progress = run.finish();
    assert!(progress.is_done(), "{progress:?}");
    let raster = run.raster([-1.0, -0.5, 0.7, 0.9], 9, 7, 0..7).unwrap();
    let bits: Vec<u32> = raster.iter().map(|p| p.to_bits()).collect();
    format!("{:?} {bits:?} {} {:?} {:?}", run.digest(), progress.to_json(), run.loss(), run.cost())
}

/// Asks for things that must not change what follows.
fn disturb(run: &mut Experiment) {
    run.raster(PLANE, 20, 30, 3..9).unwrap();
    run.unit(0, 1, &[0.1, 0.2, -0.5, 0.5]);
    run.neighbours(0.1, 0.2);
    run.measure(700).unwrap();
    run.digest_step().unwrap();
    run.cost();
    run.snapshot();
    assert_eq!(run.progress(), run.progress());
}

#[test]
fn many_odd_parts_equal_one_whole() {
    for spec in specs() {
        let whole = outcome(&mut experiment(&spec));
        let mut run = experiment(&spec);
        let mut last = 0;
        for part in [1u64, 2, 3, 5, 1, 17, 64, 1, 999].iter().cycle() {
            let progress = run.advance(*part);
            assert!(progress.done >= last && progress.done <= progress.total);
            last = progress.done;
            if progress.is_done() {
                break;
            }
            if last % 5 == 0 {
                disturb(&mut run);
            }
        }
        // More of nothing changes nothing, however large.
        for more in [0, 1, u64::MAX] {
            assert!(run.advance(more).is_done());
        }
        while run.digest_step().unwrap().is_none() {}
        let mut calls = 0;
        while !run.measure(777).unwrap() {
            calls += 1;
        }
        assert!(calls > 5 || spec["problem"]["kind"] == "data", "{calls}");
        assert!(whole == outcome(&mut run), "{spec}");
    }
}

#[test]
fn the_largest_slice_is_taken_at_any_point() {
    for spec in specs() {
        let whole = quick_outcome(&mut experiment(&spec));
        // Before the first point, between two points, between drawing and learning, and while learning.
        for first in [&[][..], &[1], &[50_000], &[50_000, 1], &[50_000, 1, 20_000]] {
            let mut run = experiment(&spec);
            first.iter().for_each(|units| _ = run.advance(*units));
            for _ in 0..100 {
                run.advance(u64::MAX);
            }
            assert!(run.progress().is_done(), "{spec}: {:?}", run.progress());
            assert!(whole == quick_outcome(&mut run), "{spec}");
        }
    }
    let mut run = experiment(&specs()[0]);
    run.finish();
    let mut wanted = experiment(&specs()[0]);
    wanted.finish();
    let mut size = 700;
    while !run.measure(size).unwrap() {
        size = if size == 700 { usize::MAX } else { 700 };
    }
    assert_eq!(run.errors(), wanted.errors());
}

#[test]
fn a_snapshot_continues_bit_for_bit() {
    for (number, spec) in specs().iter().enumerate() {
        let whole = quick_outcome(&mut experiment(spec));
        let mut run = experiment(spec);
        let mut at = 0;
        while at < 40 {
            let bytes = run.snapshot();
            let progress = run.progress();
            let mut fresh = experiment(spec);
            fresh.restore(&bytes).unwrap();
            if progress.done > 1 && number < 5 {
                assert_eq!(fresh.progress(), progress);
                let picture = |run: &mut Experiment| run.raster(PLANE, 8, 8, 0..8).unwrap();
                assert_eq!(picture(&mut fresh), picture(&mut run));
                assert_eq!(fresh.loss(), run.loss());
            }
            assert!(whole == quick_outcome(&mut fresh), "{spec} at {at}");
            // The run that goes back to its own past, having measured its future.
            fresh.measure(1000).unwrap();
            fresh.restore(&bytes).unwrap();
            assert!(whole == quick_outcome(&mut fresh), "{spec} at {at}, again");
            if progress.is_done() {
                break;
            }
            run.advance(if at < 4 { 1 } else { 13 });
            at += 1;
        }
    }
}

#[test]
fn errors_after_a_snapshot_are_those_of_the_whole() {
    let spec = &specs()[0];
    let whole = outcome(&mut experiment(spec));
    let mut run = experiment(spec);
    run.advance(1);
    run.advance(11);
    let mut other = experiment(spec);
    other.errors().unwrap();
    other.restore(&run.snapshot()).unwrap();
    assert!(whole == outcome(&mut other));
}

#[test]
fn what_is_no_snapshot_of_this_run_is_refused() {
    let specs = specs();
    let spec = &specs[0];
    let whole = quick_outcome(&mut experiment(spec));
    let mut run = experiment(spec);
    run.advance(1);
    run.advance(10);
    let good = run.snapshot();
    let mut other_engine = good.clone();
    other_engine["bitter-lesson snapshot 1\n".len()] += 1;
    let mut bad = vec![
        (vec![], "cut short"),
        (b"bitter".to_vec(), "cut short"),
        (vec![7; 5000], "not a snapshot"),
        (other_engine, "another engine"),
        (experiment(&specs[1]).snapshot(), "another spec"),
    ];
    for sixteenth in 1..16 {
        bad.push((good[..good.len() * sixteenth / 16].to_vec(), "cut short"));
    }
    bad.push((good[..good.len() - 1].to_vec(), "cut short"));
    bad.push(([&good[..], b"more"].concat(), "too long"));
    for (bytes, why) in bad {
        let mut run = experiment(spec);
        run.advance(3);
        let error = run.restore(&bytes).unwrap_err().to_string();
        assert!(error.contains(why), "{error}, not {why}");
        assert!(whole == quick_outcome(&mut run), "after: {error}");
    }
}

#[test]
fn a_snapshot_with_impossible_numbers_is_refused() {
    let spec = &specs()[0];
    let mut run = experiment(spec);
    run.advance(1);
    run.advance(10);
    let good = run.snapshot();
    // Behind the head stand five numbers, the steps done first, and then the weights.
    let head = "bitter-lesson snapshot 1\n".len() + 8 + 64 + 8;
    assert_eq!(good[head..head + 8], 10u64.to_le_bytes());
    let mut late = good.clone();
    late[head..head + 8].copy_from_slice(&1_000_000u64.to_le_bytes());
    let mut nan = good.clone();
    nan[head + 40..head + 44].copy_from_slice(&f32::NAN.to_le_bytes());
    for bytes in [late, nan] {
        let mut run = experiment(spec);
        let error = run.restore(&bytes).unwrap_err().to_string();
        assert!(error.contains("cannot be restored"), "{error}");
        assert_eq!(run.progress(), experiment(spec).progress());
    }
}

#[test]
fn another_spec_on_the_same_run_equals_a_fresh_one() {
    let specs = specs();
    let wanted: Vec<String> = specs.iter().map(|s| quick_outcome(&mut experiment(s))).collect();
    for from in &specs {
        for (to, wanted) in specs.iter().zip(&wanted) {
            // One that is drawing, and one that is done.
            for slices in [1, 0] {
                let mut run = experiment(from);
                if slices > 0 {
                    run.advance(1);
                    run.measure(1000).unwrap();
                } else {
                    run.finish();
                }
                run.respec(Spec::check(to).unwrap());
                assert!(!run.progress().is_done());
                assert!(*wanted == quick_outcome(&mut run), "{from} to {to}");
            }
        }
    }
}

#[test]
fn small_changes_of_a_spec_equal_a_fresh_one_with_errors() {
    let knn = json!({"sample": {"n": 2000}, "learner": {"kind": "knn", "k": 5}, "measure": {"test_n": 1500}});
    let mlp = json!({"sample": {"n": 2000}, "learner": {"kind": "mlp", "hidden": [8], "batch": 300}, "budget": {"steps": 20}, "measure": {"test_n": 1500}});
    let data =
        json!({"problem": {"kind": "data", "rows": rows(90)}, "sample": {"n": 60}, "learner": {"kind": "knn", "k": 1}});
    // A walk: each step lays one change over the spec before it.
    let walk = [
        json!({"sample": {"n": 300}}),
        json!({"sample": {"n": 6000}}),
        json!({"labels": {"noise": 0.2}}),
        json!({"labels": {"seed": 5}}),
        json!({"features": "polar"}),
        json!({"sample": {"seed": 8}}),
        json!({"measure": {"test_n": 900}}),
        mlp.clone(),
        json!({"learner": {"hidden": [5, 5]}}),
        json!({"learner": {"seed": 9}}),
        json!({"budget": {"epochs": 2}}),
        json!({"problem": {"rotation": 0.5}}),
        json!({"problem": {"mixture": "random", "mixture_seed": 2}}),
        json!({"problem": {"mixture_seed": 3}}),
        knn.clone(),
        json!({"learner": {"k": 1}}),
        data,
        json!({"sample": {"n": 30}}),
        json!({"sample": {"seed": 3}}),
        json!({"learner": {"kind": "mlp", "hidden": [4]}, "budget": {"steps": 7}}),
        json!({"problem": {"kind": "spiral"}}),
    ];
    let mut spec = knn;
    let mut run = experiment(&spec);
    run.errors().unwrap();
    for change in &walk {
        spec = overlay(&spec, change);
        run.respec(Spec::check(&spec).unwrap());
        assert!(outcome(&mut run) == outcome(&mut experiment(&spec)), "{change} to {spec}");
    }
}

#[test]
fn budgets_are_kept() {
    let total = |budget: Value, learner: Value, n: u64| {
        let spec = json!({"sample": {"n": n}, "learner": learner, "budget": budget});
        let mut run = experiment(&spec);
        while run.progress().train_loss.is_none() {
            run.advance(1);
        }
        run.progress()
    };
    let net = || json!({"hidden": [10], "batch": 32});
    let of_epochs = total(json!({"epochs": 5}), net(), 70);
    assert_eq!((of_epochs.total, of_epochs.steps_per_epoch), (15, 3));
    assert_eq!(total(json!({"epochs": 5}), net(), 64).total, 10);
    assert_eq!(total(json!({"epochs": 5}), net(), 1).total, 5);
    assert_eq!(total(json!({"steps": 7}), net(), 70).total, 7);
    // A sample costs 6 operations a weight; the net has 2 x 10 + 10 weights.
    let step = 6.0 * 30.0 * 32.0;
    assert_eq!(total(json!({"operations": 9.99 * step}), net(), 70).total, 9);
    assert_eq!(total(json!({"operations": 10.0 * step}), net(), 70).total, 10);
    assert_eq!(total(json!({"operations": 1}), net(), 70).total, 1);

    let mut run = experiment(&json!({"sample": {"n": 70}, "learner": net(), "budget": {"epochs": 5}}));
    run.finish();
    assert_eq!(run.cost().unwrap().train, 6.0 * 30.0 * 350.0);
    let json = run.progress().to_json();
    assert_eq!((&json["epoch"], &json["epochs"], &json["state"]), (&json!(5), &json!(5), &json!("done")));
}

#[test]
fn the_loss_weighs_points_not_batches() {
    // So small a rate leaves the weights as they are: the loss of each point stays what it is.
    let spec = json!({
        "sample": {"n": 70}, "learner": {"hidden": [6], "batch": 64, "optimizer": "sgd", "momentum": 0, "learning_rate": 1e-8},
        "budget": {"steps": 2000},
    });
    let mut run = experiment(&spec);
    run.finish();
    let (points, labels) = run.sample();
    let (points, labels) = (points.to_vec(), labels.to_vec());
    let answers = run.predict(&points).unwrap();
    let losses: Vec<f64> = answers
        .iter()
        .zip(&labels)
        .map(|(p, label)| -libm::log(f64::from(if *label == 1 { *p } else { 1.0 - p })))
        .collect();
    let mean = losses.iter().sum::<f64>() / 70.0;
    // Late records cover whole epochs (of two steps, 64 and 6 points).
    let curve = run.loss();
    let last = curve.train.len() - 2;
    assert_eq!((curve.step[last] - curve.step[last - 1]) % 2.0, 0.0);
    assert!((curve.train[last] - mean).abs() < 1e-5, "{} for {mean}", curve.train[last]);
    // The first batch alone would not do.
    assert!((curve.train[0] - mean).abs() > 1e-4);
    assert_eq!(*curve.step.last().unwrap(), 2000.0);
    assert!(curve.step.len() > 100 && curve.step.len() < 250, "{}", curve.step.len());
}

#[test]
fn the_test_loss_is_that_of_the_test_points() {
    let spec = json!({"sample": {"n": 200}, "learner": {"hidden": [6], "focal_gamma": 1}, "budget": {"steps": 40}, "measure": {"test_n": 3000}});
    let mut run = experiment(&spec);
    run.finish();
    let mut points = TestPoints::new(3000);
    let first = points.first(&Problem::new(&Spec::check(&spec).unwrap().problem), 2000);
    let answers = run.predict(&first.xy).unwrap();
    let (mut loss, mut wrong) = (0.0, 0);
    for (p, truth) in answers.iter().zip(&first.truth) {
        let p = f64::from(if *truth == 1 { *p } else { 1.0 - p });
        loss -= (1.0 - p) * libm::log(p);
        wrong += usize::from(p < 0.5);
    }
    let curve = run.loss();
    assert!((curve.test.last().unwrap() - loss / 2000.0).abs() < 1e-5);
    assert_eq!(*curve.test_error.last().unwrap(), wrong as f64 / 2000.0);
}

/// (wrong, inside, missed, alarms) of some points by the answers themselves.
fn recount(run: &mut Experiment, points: &Points) -> [f64; 4] {
    let answers = run.predict(&points.xy).unwrap();
    let mut counts = [0.0; 4];
    for (p, truth) in answers.iter().zip(&points.truth) {
        let (said, inside) = (*p >= 0.5, *truth == 1);
        let events = [said != inside, inside, inside && !said, !inside && said];
        events.iter().zip(&mut counts).for_each(|(event, count)| *count += f64::from(u8::from(*event)));
    }
    counts
}

#[test]
fn errors_are_what_a_recount_gives() {
    for learner in [json!({"kind": "knn", "k": 3}), json!({"hidden": [16, 16]}), json!({"kind": "family"})] {
        let spec = json!({"learner": learner, "sample": {"n": 500}, "budget": {"steps": 300}, "labels": {"noise": 0.05}, "measure": {"test_n": 5000}});
        let mut run = experiment(&spec);
        run.finish();
        let errors = run.errors().unwrap().to_vec();
        let find = |measure: &str, region: &str| {
            let mut found = errors.iter().filter(|e| (e.measure, e.region) == (measure, region));
            let first = found.next();
            assert!(found.next().is_none(), "{measure} {region} twice");
            first.map(|e| (e.value, e.count, e.standard_error))
        };
        let close = |measure: &str, region: &str, hits: f64, count: f64| {
            let (value, n, standard_error) = find(measure, region).unwrap();
            assert_eq!((value, n as f64), (hits / count, count), "{measure} {region}");
            let wanted = (value * (1.0 - value) / count).sqrt();
            assert_eq!(standard_error, Some(wanted), "{measure} {region}");
        };
        let problem = Problem::new(&Spec::check(&spec).unwrap().problem);
        let mut points = TestPoints::new(5000);
        while !points.step(&problem, 1 << 20) {}
        let [wrong, inside, missed, alarms] = recount(&mut run, &points.density);
        close("density", "all", wrong, 5000.0);
        close("trivial_density", "all", inside, 5000.0);
        close("recall", "all", inside - missed, inside);
        close("false_alarm", "all", alarms, 5000.0 - inside);
        assert_eq!(wrong, missed + alarms);
        let [wrong, inside, ..] = recount(&mut run, &points.area);
        close("area", "all", wrong, 90_000.0);
        close("trivial_area", "all", inside, 90_000.0);
        for own in &points.regions {
            let name = own.region.name();
            let [wrong, inside, missed, alarms] = recount(&mut run, &own.points);
            close("area", name, wrong, 20_000.0);
            close("trivial_area", name, inside, 20_000.0);
            close("false_alarm", name, alarms, 20_000.0 - inside);
            if inside > 0.0 {
                close("recall", name, inside - missed, inside);
            } else {
                assert_eq!(find("recall", name), None);
            }
            assert_eq!(find("share", name).unwrap().0, own.share);
            let answers = run.predict(&own.points.xy).unwrap();
            let weigh = |chosen: &dyn Fn(usize) -> bool| -> f64 {
                let densities = own.points.density.iter().enumerate();
                densities.map(|(i, d)| if chosen(i) { f64::from(*d) } else { 0.0 }).sum()
            };
            let inside = |i: usize| own.points.truth[i] == 1;
            let weight = weigh(&|_| true);
            if weight > 0.0 {
                let wrong = weigh(&|i| (answers[i] >= 0.5) != inside(i)) / weight;
                let trivial = weigh(&inside) / weight;
                assert!((find("density", name).unwrap().0 - wrong).abs() < 1e-12);
                assert!((find("trivial_density", name).unwrap().0 - trivial).abs() < 1e-12);
            } else {
                assert_eq!(name, "outside");
                assert_eq!(find("density", name), None);
            }
        }
    }
}

#[test]
fn answers_do_not_depend_on_company() {
    for spec in specs() {
        let mut run = experiment(&spec);
        run.finish();
        let plane = run.problem().plane();
        let all = run.raster(plane, 23, 29, 0..29).unwrap();
        let mut rows = Vec::new();
        for row in 0..29 {
            rows.extend(run.raster(plane, 23, 29, row..row + 1).unwrap());
        }
        assert_eq!(all, rows);
        assert!(all.iter().all(|p| (0.0..=1.0).contains(p)));
        // First row on top: the value at the first pixel's centre is that of the point there.
        let centre = |from: f64, to: f64, share: f64| (from + (to - from) * share) as f32;
        let x = centre(plane[0], plane[2], 0.5 / 23.0);
        let y = centre(plane[3], plane[1], 0.5 / 29.0);
        assert_eq!(run.predict(&[x, y]).unwrap(), all[..1]);
        let votes = run.neighbours(x, y);
        if !votes.is_empty() {
            let inside = votes.iter().filter(|v| v.3 == 1).count() as f32;
            assert_eq!(inside / votes.len() as f32, all[0]);
            assert!(votes.windows(2).all(|pair| pair[0].4 <= pair[1].4));
            let labels = run.sample().1;
            assert!(votes.iter().all(|v| labels[v.0] == v.3));
        }
    }
}

/// Settings with which training cannot go well.
fn absurd() -> Vec<Value> {
    let mut list = Vec::new();
    for optimizer in ["sgd", "adam"] {
        for hidden in [vec![4], vec![24; 6]] {
            for layer_norm in [false, true] {
                for activation in ["relu", "tanh"] {
                    for steps in [1, 2, 100] {
                        list.push(json!({
                            "sample": {"n": 100}, "features": "playground", "budget": {"steps": steps}, "measure": {"test_n": 500},
                            "learner": {
                                "hidden": hidden, "optimizer": optimizer, "layer_norm": layer_norm, "activation": activation,
                                "learning_rate": 1e6, "weight_decay": 100, "batch": 30,
                            },
                        }));
                    }
                }
            }
        }
    }
    list
}

#[test]
fn a_diverged_run_says_so_and_gives_nothing() {
    let spec = json!({"sample": {"n": 200}, "budget": {"steps": 500}, "learner": {"hidden": [16, 16], "learning_rate": 1e6, "optimizer": "sgd"}});
    let mut run = experiment(&spec);
    let progress = run.finish();
    let divergence = progress.divergence.clone().expect("diverged");
    assert!(!progress.is_done());
    assert!(divergence.step >= 1 && divergence.step <= 500);
    assert_eq!(progress.done, divergence.step - 1);
    assert!(divergence.message.contains(&format!("step {}", divergence.step)), "{}", divergence.message);
    assert!(divergence.message.contains("learner.learning_rate (now 1"), "{}", divergence.message);
    let json = progress.to_json();
    assert_eq!((&json["state"], &json["diverged_at"]), (&json!("diverged"), &json!(divergence.step)));
    assert_eq!(run.advance(100), progress, "it stays where it stopped");
    assert_eq!(run.raster(PLANE, 4, 4, 0..4).unwrap_err(), divergence);
    assert_eq!(run.predict(&[0.0, 0.0]).unwrap_err(), divergence);
    assert_eq!(run.errors().unwrap_err(), divergence);
    assert_eq!(run.digest().unwrap_err(), divergence);
    assert_eq!(run.digest_step().unwrap_err(), divergence);
    assert_eq!(run.unit(0, 0, &[0.1, 0.2]), None);
    let report = run.report();
    assert_eq!(report["diverged"], json!({"step": divergence.step, "message": divergence.message}));
    assert_eq!((&report["digest"], &report["errors"]), (&Value::Null, &json!([])));

    // Slices do not move the step, a snapshot before it finds it again, one after it still knows.
    let mut sliced = experiment(&spec);
    while sliced.progress().divergence.is_none() {
        let mut restored = experiment(&spec);
        restored.restore(&sliced.snapshot()).unwrap();
        assert_eq!(restored.finish(), progress);
        sliced.advance(1);
    }
    assert_eq!(sliced.progress(), progress);
    let mut restored = experiment(&spec);
    restored.restore(&run.snapshot()).unwrap();
    assert_eq!(restored.progress(), progress);
    assert_eq!(restored.raster(PLANE, 4, 4, 0..4).unwrap_err(), divergence);
    // And another spec makes it well again.
    let well = &specs()[0];
    run.respec(Spec::check(well).unwrap());
    assert!(quick_outcome(&mut run) == quick_outcome(&mut experiment(well)));
}

#[test]
fn nothing_that_is_not_a_number_gets_out() {
    let (mut diverged, mut done) = (0, 0);
    for (number, spec) in absurd().into_iter().enumerate() {
        let mut run = experiment(&spec);
        loop {
            let progress = run.advance(1);
            for view in [PLANE, [-1e7, -1e7, 1e7, 1e7]] {
                match run.raster(view, 6, 6, 0..6) {
                    Ok(values) => assert!(
                        values.iter().all(|p| (0.0..=1.0).contains(p)),
                        "{spec} at {}: {values:?}",
                        progress.done
                    ),
                    Err(divergence) => assert!(divergence.step >= 1),
                }
            }
            if progress.divergence.is_some() || progress.is_done() {
                break;
            }
        }
        let over = run.digest().is_err();
        // Measuring takes longest: for some.
        if number % 8 == 0 {
            let report = run.report();
            // Lengths of borders are no shares, and the outside is larger than the plane.
            let shares = report["errors"].as_array().unwrap().iter();
            let shares = shares.filter(|e| e["measure"] != "border" && e["measure"] != "area_share");
            let numbers = shares.map(|e| &e["value"]);
            let mut numbers = numbers.chain(report["loss"]["test_error"].as_array().unwrap());
            assert!(numbers.all(|value| value.as_f64().is_some_and(|v| (0.0..=1.0).contains(&v))), "{spec}");
            let losses = ["train", "test"].map(|list| report["loss"][list].as_array().unwrap());
            assert!(losses.into_iter().flatten().all(Value::is_number), "{spec}");
            assert_eq!(report["diverged"].is_object(), report["digest"].is_null(), "{spec}");
        }
        if over { diverged += 1 } else { done += 1 }
    }
    assert!(diverged > 10 && done > 10, "{diverged} diverged, {done} done");
}
