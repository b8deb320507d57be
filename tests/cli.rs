//! The command line as a user meets it: what it prints, what it refuses and how it ends.
#![cfg(not(target_arch = "wasm32"))]

use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");

/// Runs the program with something on its standard input.
fn program(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_bitter-lesson"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that refuses its arguments does not wait for its input.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// What it printed, after it ended well.
fn output(arguments: &[&str], input: &str) -> String {
    let output = program(arguments, input);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// Asserts that it ends with exit code 2, nothing on standard output and one line on standard error, which is returned.
fn refusal(arguments: &[&str], input: &str) -> String {
    let output = program(arguments, input);
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {message}");
    assert_eq!(text(&output.stdout), "", "{arguments:?}");
    assert_eq!(message.trim_end().lines().count(), 1, "{message}");
    message
}

/// A file of its own in the folder for temporary files.
fn file(name: &str, content: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{name}", std::process::id()));
    std::fs::write(&path, content).unwrap();
    path
}

fn objects(text: &str) -> Vec<Value> {
    serde_json::Deserializer::from_str(text).into_iter().collect::<Result<_, _>>().unwrap()
}

const SMALL: &str = r#"{"learner":{"kind":"knn","k":3},"sample":{"n":400},"measure":{"test_n":1000}}"#;

#[test]
fn spec_prints_complete_specs_that_run_accepts() {
    for learner in ["mlp", "knn"] {
        let spec: Value = serde_json::from_str(&output(&["spec", learner], "")).unwrap();
        assert_eq!(spec["learner"]["kind"], learner);
        let canonical = bitter_lesson::spec::canonical(&spec).unwrap();
        assert_eq!(spec, canonical, "complete and canonical");
    }
    let ranges: Value = serde_json::from_str(&output(&["spec", "--ranges"], "")).unwrap();
    assert_eq!(ranges["learner.k"]["max"], 99);
    assert_eq!(ranges["learner.hidden"]["default"], json!([64, 64]));
    assert!(refusal(&["spec", "tree"], "").contains("there are mlp and knn"));
}

#[test]
fn run_takes_a_file_standard_input_and_links() {
    let path = file("small.json", SMALL);
    let from_file: Value = serde_json::from_str(&output(&["run", path.to_str().unwrap()], "")).unwrap();
    let from_input: Value = serde_json::from_str(&output(&["run", "-"], SMALL)).unwrap();
    let link = "https://example.org/essay/#fig=neighbours&v=1&engine=1&vars=main&learner.kind=knn&learner.k=3&sample.n=400&measure.test_n=1000&show=curve&at=800";
    let from_link: Value = serde_json::from_str(&output(&["run", link], "")).unwrap();
    for other in [&from_input, &from_link] {
        for key in ["digest", "spec_id", "errors", "spec", "engine", "loss", "cost"] {
            assert_eq!(other[key], from_file[key], "{key}");
        }
    }
    assert_eq!(from_file["digest"].as_str().unwrap().len(), 64);
    assert!(from_file["seconds"].as_f64().unwrap() > 0.0);
    for entry in from_file["errors"].as_array().unwrap() {
        assert!(entry["measure"].is_string() && entry["region"].is_string() && entry["count"].is_u64(), "{entry}");
        assert!((0.0..=1.0).contains(&entry["value"].as_f64().unwrap()), "{entry}");
    }
}

#[test]
fn a_link_of_several_variants_prints_one_object_each() {
    let short = "#fig=prior&v=1&vars=xy,polar&budget.steps=5&sample.n=50&learner.hidden=4,3&measure.test_n=200&polar:features=polar";
    let reports = objects(&output(&["run", short], ""));
    let names: Vec<_> = reports.iter().map(|r| r["variant"].as_str().unwrap().to_string()).collect();
    assert_eq!(names, ["xy", "polar"]);
    assert_eq!(reports[1]["spec"]["features"], "polar");
    assert_ne!(reports[0]["digest"], reports[1]["digest"]);
    let published = objects(&output(&["run", "#fig=why-k-1"], ""));
    assert_eq!(published.iter().map(|r| r["spec"]["learner"]["k"].as_u64().unwrap()).sum::<u64>(), 6);
}

#[test]
fn bad_input_gets_one_sentence_and_exit_code_2() {
    for (arguments, input, expected) in [
        (vec!["run", "-"], r#"{"sample":{"n":0}}"#, "sample.n is 0; allowed: an integer from 1 to 1000000"),
        (vec!["run", "-"], r#"{"sample":{"m":1}}"#, "sample.m is not a field"),
        (vec!["run", "-"], r#"{"constructor":1}"#, "constructor is not a field"),
        (vec!["run", "-"], "{", "the spec is not JSON"),
        (vec!["run", "no-such-file.json"], "", "no-such-file.json"),
        (vec!["run", "#fig=prior&v=1&learner.k=4&learner.kind=knn"], "", "learner.k is 4"),
        (vec!["run", "#fig=nothing"], "", "no figure \"nothing\""),
        (vec!["run", "#fig=prior&v=9"], "", "this essay reads version 1"),
        (vec!["run", "#fig=prior&v=1&sample.n=%FF"], "", "percent-encoded"),
    ] {
        let message = refusal(&arguments, input);
        assert!(message.contains(expected), "{message}");
    }
    let huge = format!("#fig=prior&v=1&guess={}", "x".repeat(100_000));
    assert!(refusal(&["run", &huge], "").contains("allowed: at most 65536"));
}

#[test]
fn a_diverging_run_says_at_which_step_and_ends_with_3() {
    let spec = r#"{"learner":{"optimizer":"sgd","learning_rate":100000,"batch":50},"sample":{"n":100},"budget":{"epochs":50}}"#;
    let output = program(&["run", "-"], spec);
    assert_eq!(output.status.code(), Some(3));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["digest"], &report["errors"]), (&Value::Null, &json!([])));
    let step = report["diverged"]["step"].as_u64().unwrap();
    assert!(text(&output.stderr).contains(&format!("diverged at step {step}: ")), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("Lower learner.learning_rate (now 100000)"));
}

/// Columns of a CSV file by number.
fn columns<const N: usize>(text: &str) -> Vec<[f64; N]> {
    let cells = |line: &str| -> Vec<f64> { line.split(',').map(|cell| cell.parse().unwrap()).collect() };
    text.lines().skip(1).map(|line| cells(line).try_into().unwrap()).collect()
}

#[test]
fn predict_answers_as_scikit_learn_does() {
    let (train, query) = (format!("{FIXTURES}/moons_train.csv"), format!("{FIXTURES}/moons_query.csv"));
    let known: Vec<[f64; 4]> = columns(&std::fs::read_to_string(&query).unwrap());
    let knn = file("knn.json", r#"{"learner":{"kind":"knn","k":5}}"#);
    let said = output(&["predict", "--train", &train, "--query", &query, "--spec", knn.to_str().unwrap()], "");
    assert!(said.starts_with("x,y,p\n"));
    let answers: Vec<[f64; 3]> = columns(&said);
    assert_eq!(answers.len(), known.len());
    for ([x, y, p], [known_x, known_y, _, share]) in answers.iter().zip(&known) {
        assert_eq!((x, y), (known_x, known_y));
        assert_eq!(*p as f32, *share as f32, "at {x}, {y}");
    }

    // The network: no fixture of another's weights, but it must learn the moons about as well as neighbours do.
    let mlp = file("mlp.json", r#"{"learner":{"hidden":[32,32]},"budget":{"epochs":150}}"#);
    let said = output(&["predict", "--train", &train, "--query", &query, "--spec", mlp.to_str().unwrap()], "");
    let right = |p: f64, label: f64| usize::from((p >= 0.5) == (label == 1.0));
    let network: usize = columns::<3>(&said).iter().zip(&known).map(|(a, k)| right(a[2], k[2])).sum();
    let neighbours: usize = known.iter().map(|k| right(k[3], k[2])).sum();
    assert!(network + 6 >= neighbours, "{network} against {neighbours} of {}", known.len());
}

#[test]
fn predict_names_what_is_wrong_with_a_table() {
    let query = format!("{FIXTURES}/moons_query.csv");
    for (content, expected) in [
        ("x,y\n1,2\n", "no column \"label\""),
        ("x,y,label\n", "no rows"),
        ("x,y,label\n1,2,1\n", "no row with label 0"),
        ("x,y,label\n1,2,1\n3,four,0\n", "line 3, column y is \"four\""),
        ("x,y,label\n1,NaN,1\n3,4,0\n", "line 2, column y is \"NaN\""),
    ] {
        let train = file("broken.csv", content);
        let message = refusal(&["predict", "--train", train.to_str().unwrap(), "--query", &query], "");
        assert!(message.contains(expected), "{message}");
    }
    let train = format!("{FIXTURES}/moons_train.csv");
    let spec = file("bad.json", r#"{"learner":{"k":2}}"#);
    let arguments = ["predict", "--train", &train, "--query", &query, "--spec", spec.to_str().unwrap()];
    assert!(refusal(&arguments, "").contains("learner.k is not a field"));
}

#[test]
fn a_sweep_stores_the_same_file_on_any_number_of_threads_and_checks_it() {
    let sweep = file(
        "sweep.json",
        r#"{"name":"small","base":{"learner":{"kind":"knn"},"sample":{"n":200},"measure":{"test_n":500}},
            "variants":{"a":{},"b":{"features":"polar"}},"axes":{"learner.k":[1,5],"sample.seed":[1,2]},
            "store":{"raster":{"view":[-1,-1,1,1],"width":6,"height":5},"raster_for":{"sample.seed":[2]}}}"#,
    );
    let sweep = sweep.to_str().unwrap();
    let stored: Vec<String> = ["1", "3"]
        .map(|threads| {
            let out = file(&format!("out-{threads}.json"), "");
            output(&["sweep", sweep, "--out", out.to_str().unwrap(), "--threads", threads], "");
            std::fs::read_to_string(out).unwrap()
        })
        .to_vec();
    assert_eq!(stored[0], stored[1]);
    let results: Value = serde_json::from_str(&stored[0]).unwrap();
    let runs = results["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 8);
    assert_eq!(runs.iter().filter(|run| run["raster"]["width"] == 6).count(), 4);

    let good = file("good.json", &stored[0]);
    let check =
        |path: &Path, pick: &str| program(&["sweep", sweep, "--check", path.to_str().unwrap(), "--pick", pick], "");
    assert!(check(&good, "13").status.success());
    let digest = runs[5]["digest"].as_str().unwrap();
    let changed = digest.replace(&digest[..1], if digest.starts_with('0') { "1" } else { "0" });
    let bad = file("bad-results.json", &stored[0].replace(digest, &changed));
    assert!(check(&bad, "12").status.success(), "another run is as stored");
    assert_eq!(check(&bad, "13").status.code(), Some(2));
    let broken = file("broken-sweep.json", r#"{"name":"x","variants":{"a":{"learner":{"k":1}}}}"#);
    let message = refusal(&["sweep", broken.to_str().unwrap(), "--out", "nowhere.json"], "");
    assert!(message.contains("variant a: learner.k is not a field"), "{message}");
}
