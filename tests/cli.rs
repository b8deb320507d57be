//! The command line as a reader meets it: what it prints, how it refuses, and its predictions against scikit-learn's.

#![cfg(not(target_arch = "wasm32"))]

use bitter_lesson::ENGINE;
use bitter_lesson::spec::{Spec, overlay, ranges};
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");

struct Ended {
    code: i32,
    out: String,
    err: String,
}

fn program(arguments: &[&str], input: &[u8]) -> Ended {
    let mut child = Command::new(env!("CARGO_BIN_EXE_bitter-lesson"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that refuses its arguments does not wait for its input.
    let _ = child.stdin.take().unwrap().write_all(input);
    let ended = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ended { code: ended.status.code().unwrap(), out: text(ended.stdout), err: text(ended.stderr) }
}

/// It ended well and said nothing beside its output.
fn output(arguments: &[&str], input: &str) -> String {
    let ended = program(arguments, input.as_bytes());
    assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{arguments:?}");
    ended.out
}

/// One JSON object after the other.
fn reports(text: &str) -> Vec<Value> {
    serde_json::Deserializer::from_str(text).into_iter().collect::<Result<_, _>>().unwrap()
}

/// It refused its input: exit code 2, one sentence on standard error, nothing on standard output.
fn refusal(arguments: &[&str], input: &[u8]) -> String {
    let ended = program(arguments, input);
    assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{arguments:?}: {}", ended.err);
    let line = ended.err.strip_suffix('\n').unwrap();
    assert!(!line.contains('\n'), "{line}");
    assert!(line.chars().count() < 600, "{line}");
    line.strip_prefix("bitter-lesson: ").unwrap_or_else(|| panic!("{line}")).to_string()
}

/// A folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_string()
}

const SMALL: &str = r#"{"sample":{"n":200},"learner":{"hidden":[8]},"budget":{"steps":30},"measure":{"test_n":500}}"#;

#[test]
fn spec_prints_what_there_is() {
    let json = |text: String| serde_json::from_str::<Value>(&text).unwrap();
    assert_eq!(json(output(&["spec"], "")), Spec::default_json("mlp").unwrap());
    assert_eq!(json(output(&["spec", "mlp"], "")), Spec::default_json("mlp").unwrap());
    for kind in ["knn", "family"] {
        assert_eq!(json(output(&["spec", kind], "")), Spec::default_json(kind).unwrap());
    }
    assert_eq!(json(output(&["spec", "--ranges"], "")), ranges());
    assert!(refusal(&["spec", "tree"], b"").contains("there are mlp, knn and family"));
    for arguments in [&["--help"][..], &["run", "--help"], &["--version"]] {
        assert!(output(arguments, "").len() > 10);
    }
    // What clap says is longer than a sentence, but has the same exit code and place.
    for arguments in [&[][..], &["learn"], &["run"], &["run", "-", "more"], &["sweep"], &["predict", "--train", "x"]] {
        let ended = program(arguments, b"");
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{arguments:?}");
    }
}

#[test]
fn run_takes_a_file_standard_input_or_a_link() {
    let folder = folder("run");
    let file = write(&folder, "spec.json", SMALL);
    let strip = |mut report: Value| {
        assert!(report["seconds"].as_f64().unwrap() >= 0.0);
        report["seconds"].take();
        report
    };
    let from_file = strip(reports(&output(&["run", &file], "")).remove(0));
    let spec = Spec::check(&serde_json::from_str(SMALL).unwrap()).unwrap();
    assert_eq!(from_file["spec"], *spec.to_json());
    assert_eq!(from_file["spec_id"], spec.id());
    assert_eq!(from_file["engine"], ENGINE);
    assert_eq!(from_file["digest"].as_str().map(str::len), Some(64));
    assert!(from_file["errors"].as_array().unwrap().len() > 20);
    assert_eq!(from_file["loss"]["step"].as_array().unwrap().last(), Some(&json!(30.0)));
    assert!(from_file["cost"]["train"].as_f64().unwrap() > 0.0);
    assert!(from_file.get("diverged").is_none() && from_file.get("variant").is_none());
    assert_eq!(strip(reports(&output(&["run", "-"], SMALL)).remove(0)), from_file);

    // The same spec as a link, whole, its part from # on, and without #.
    let part = "fig=network&v=1&engine=1&vars=one,two&sample.n=200&learner.hidden=8&one:budget.steps=30&two:budget.steps=31&measure.test_n=500&at=3";
    for link in [part.to_string(), format!("#{part}"), format!("https://example.org/essay/#{part}")] {
        let mut both = reports(&output(&["run", &link], ""));
        assert_eq!(both.len(), 2);
        let (two, mut one) = (both.remove(1), strip(both.remove(0)));
        assert_eq!((&one["variant"], &two["variant"]), (&json!("one"), &json!("two")));
        assert_eq!(two["spec"]["budget"], json!({"steps": 31}));
        assert_ne!(two["digest"], one["digest"]);
        one.as_object_mut().unwrap().remove("variant");
        assert_eq!(one, from_file);
    }
}

#[test]
fn run_knows_the_figures_as_published() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/www/figures/why-k-1.json")).unwrap();
    let figure: Value = serde_json::from_str(&text).unwrap();
    let reports = reports(&output(&["run", "#fig=why-k-1"], ""));
    let variants = figure["variants"].as_object().unwrap();
    assert!(variants.len() >= 2 && reports.len() == variants.len());
    for report in reports {
        let own = &variants[report["variant"].as_str().unwrap()];
        let spec = Spec::check(&overlay(&figure["base"], own)).unwrap();
        assert_eq!(report["spec_id"], spec.id());
        assert!(report["digest"].is_string());
    }
    // Every figure there is can be run.
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/www/figures")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let name = path.file_stem().unwrap().to_str().unwrap();
            let message = refusal(&["run", "#fig=no-such-figure"], b"");
            assert!(message.contains(name), "{message} does not name {name}");
        }
    }
}

#[test]
fn run_refuses_in_one_sentence() {
    let folder = folder("refuse");
    let spec = |text: &str| {
        let value: Value = serde_json::from_str(text).unwrap();
        (text.to_string(), Spec::check(&value).unwrap_err().to_string())
    };
    for (text, wanted) in [
        spec(r#"{"learner":{"kind":"knn","k":4}}"#),
        spec(r#"{"learner":{"lr":0.1}}"#),
        spec(r#"{"constructor":1}"#),
        spec(r#"{"sample":{"n":"many"}}"#),
        spec(r#"{"budget":{"steps":1,"epochs":1}}"#),
        spec("[1,2]"),
        (format!(r#"{{"features":"{}"}}"#, "x".repeat(1 << 20)), "features is \"xxx".into()),
        (String::new(), "the spec is not JSON".into()),
        ("{\"sample\":".into(), "the spec is not JSON".into()),
        ("{} {}".into(), "the spec is not JSON".into()),
        ("{\"sample\":{\"n\":1e999}}".into(), "the spec is not JSON".into()),
        ("{\"learner\":{\"learning_rate\":NaN}}".into(), "the spec is not JSON".into()),
    ] {
        let message = refusal(&["run", "-"], text.as_bytes());
        assert!(message.starts_with(&wanted), "{message}, not {wanted}");
        let file = write(&folder, "spec.json", &text);
        assert_eq!(refusal(&["run", &file], b""), message);
    }
    assert!(refusal(&["run", "-"], b"\xff\xfe{}").contains("standard input"));
    let missing = refusal(&["run", "no-such-file.json"], b"");
    assert!(missing.starts_with("no-such-file.json: ") && missing.contains("allowed: a spec file"), "{missing}");
    assert!(refusal(&["run", FIXTURES], b"").contains("allowed: a spec file"));
    for (link, wanted) in [
        ("#fig=nowhere", "link: no figure \"nowhere\"; there are "),
        ("#fig=prior&sample.n=0", "link: sample.n sample.n is 0"),
        ("#fig=prior&constructor=1", "link: constructor is not a part of a link"),
        ("#fig=prior&v=9", "link: v is \"9\""),
        ("#fig=", "link: fig is not the name of a figure"),
    ] {
        let message = refusal(&["run", link], b"");
        assert!(message.starts_with(wanted), "{message}");
    }
}

#[test]
fn a_link_of_another_engine_runs_with_a_warning() {
    let link = "#fig=network&v=1&engine=9999&sample.n=50&learner.kind=knn&measure.test_n=100";
    let ended = program(&["run", link], b"");
    assert_eq!(ended.code, 0);
    assert!(ended.err.contains("engine 9999") && ended.err.lines().count() == 1, "{}", ended.err);
    assert_eq!(reports(&ended.out).len(), 1);
}

#[test]
fn a_diverged_run_has_its_own_exit_code() {
    let spec = r#"{"sample":{"n":100},"learner":{"optimizer":"sgd","learning_rate":1000000},"budget":{"steps":99}}"#;
    let ended = program(&["run", "-"], spec.as_bytes());
    assert_eq!(ended.code, 3);
    let report = reports(&ended.out).remove(0);
    assert_eq!((&report["digest"], &report["errors"]), (&Value::Null, &json!([])));
    let message = report["diverged"]["message"].as_str().unwrap();
    assert_eq!(ended.err, format!("bitter-lesson: {message}\n"));
    assert!(message.contains(&format!("step {}", report["diverged"]["step"])) && message.contains("learning_rate"));
    assert!(!ended.out.contains("NaN") && !ended.out.contains(": inf"));
    // Of several variants the others are still run.
    let link = "#fig=n&vars=bad,good&bad:learner.optimizer=sgd&bad:learner.learning_rate=1e6&sample.n=60&budget.steps=20&measure.test_n=100";
    let ended = program(&["run", link], b"");
    assert_eq!(ended.code, 3);
    let digests: Vec<bool> = reports(&ended.out).iter().map(|r| r["digest"].is_string()).collect();
    assert_eq!(digests, [false, true]);

    let folder = folder("diverge");
    let spec = write(&folder, "spec.json", spec);
    let (train, query) = (format!("{FIXTURES}/moons_train.csv"), format!("{FIXTURES}/moons_query.csv"));
    let ended = program(&["predict", "--train", &train, "--query", &query, "--spec", &spec], b"");
    assert_eq!((ended.code, ended.out.as_str()), (3, ""));
    assert!(ended.err.contains("training diverged") && ended.err.lines().count() == 1, "{}", ended.err);
}

/// Rows x, y, p of what `predict` makes of the moons.
fn predict(spec: &Value, folder: &Path) -> Vec<[f64; 3]> {
    let spec = write(folder, "spec.json", spec.to_string());
    let (train, query) = (format!("{FIXTURES}/moons_train.csv"), format!("{FIXTURES}/moons_query.csv"));
    let out = output(&["predict", "--train", &train, "--query", &query, "--spec", &spec], "");
    let rows = out.strip_prefix("x,y,p\n").unwrap();
    rows.lines().map(numbers).collect()
}

fn numbers<const N: usize>(line: &str) -> [f64; N] {
    let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
    cells.try_into().unwrap()
}

fn moons() -> Value {
    serde_json::from_str(include_str!("fixtures/moons_sklearn.json")).unwrap()
}

#[test]
fn predict_is_scikit_learns_for_neighbours() {
    let folder = folder("neighbours");
    let queries = include_str!("fixtures/moons_query.csv").lines().skip(1);
    let queries: Vec<[f64; 2]> = queries.map(numbers).collect();
    for (k, shares) in moons()["shares"].as_object().unwrap() {
        for index in ["auto", "brute"] {
            let k: u32 = k.parse().unwrap();
            let rows = predict(&json!({"learner": {"kind": "knn", "k": k, "index": index}}), &folder);
            assert_eq!(rows.iter().map(|row| [row[0], row[1]]).collect::<Vec<_>>(), queries);
            let wanted: Vec<f32> = shares.as_array().unwrap().iter().map(|p| p.as_f64().unwrap() as f32).collect();
            assert_eq!(rows.iter().map(|row| row[2] as f32).collect::<Vec<_>>(), wanted, "k = {k}");
        }
    }
}

#[test]
fn predict_is_as_good_as_scikit_learns_network() {
    let moons = moons();
    let truth = moons["truth"].as_array().unwrap();
    let theirs: Vec<f64> = moons["mlp_accuracies"].as_array().unwrap().iter().map(|a| a.as_f64().unwrap()).collect();
    let theirs = theirs.iter().sum::<f64>() / theirs.len() as f64;
    let spec =
        json!({"learner": {"hidden": [32, 32], "learning_rate": 0.003, "batch": 100}, "budget": {"epochs": 100}});
    let rows = predict(&spec, &folder("network"));
    let right = rows.iter().zip(truth).filter(|([.., p], truth)| (*p >= 0.5) == (**truth == 1)).count();
    let ours = right as f64 / truth.len() as f64;
    // Some 500 queries: a standard error of about 0.011 on each side.
    assert!(ours > theirs - 0.03, "{ours}, scikit-learn {theirs}");
    // Without a spec a network is trained as well.
    let (train, query) = (format!("{FIXTURES}/moons_train.csv"), format!("{FIXTURES}/moons_query.csv"));
    assert_eq!(output(&["predict", "--train", &train, "--query", &query], "").lines().count(), truth.len() + 1);
}

#[test]
fn predict_refuses_bad_tables_in_one_sentence() {
    let folder = folder("tables");
    let good = write(&folder, "good.csv", "x,y,label\n0,0,0\n1,1,1\n");
    let queries = write(&folder, "queries.csv", "x,y\n0.5,0.5\n");
    for (text, wanted) in [
        ("x,y\n1,2\n", "no column \"label\""),
        ("a,b,c\n1,2,0\n", "no column \"x\""),
        ("", "no column \"x\""),
        ("x,y,label\n", "no rows"),
        ("x,y,label\n1,apple,1\n", "line 2, column y is \"apple\"; allowed: a number from -1000000 to 1000000"),
        ("x,y,label\n1,2,0\n1,NaN,1\n", "line 3, column y is \"NaN\""),
        ("x,y,label\ninf,2,0\n", "line 2, column x is \"inf\""),
        ("x,y,label\n1e7,2,0\n", "line 2, column x is \"1e7\""),
        ("x,y,label\n,2,0\n", "line 2, column x is \"\""),
        ("x,y,label\n1,2,0.5\n", "column label is \"0.5\"; allowed: 0 or 1"),
        ("x,y,label\n1,2,2\n", "column label is \"2\"; allowed: 0 or 1"),
        ("x,y,label\n1,2,0\n3,4,0\n", "no row with label 1"),
        ("x,y,label\n1,2,1\n3,4,1\n", "no row with label 0"),
        ("x,y,label\n1,2\n", "not a CSV table"),
    ] {
        let bad = write(&folder, "bad.csv", text);
        let message = refusal(&["predict", "--train", &bad, "--query", &queries], b"");
        assert!(message.contains(wanted) && message.contains("bad.csv"), "{message}");
        // Of queries the labels do not matter, the rest does.
        if !wanted.contains("label") && !text.ends_with("1,2\n") {
            let message = refusal(&["predict", "--train", &good, "--query", &bad], b"");
            assert!(message.contains(wanted) && message.contains("bad.csv"), "{message}");
        }
    }
    let bytes = write(&folder, "bytes.csv", b"x,y,label\n1,\xff,0\n");
    let big = write(&folder, "big.csv", format!("x,y,label\n1,{},0\n", "9".repeat(1 << 20)));
    for bad in [&bytes, &big, "nowhere.csv", FIXTURES] {
        refusal(&["predict", "--train", bad, "--query", &queries], b"");
        refusal(&["predict", "--train", &good, "--query", bad], b"");
    }
    for (spec, wanted) in [
        ("{\"k\":5}", "k is not a field"),
        ("{", "is not JSON"),
        (r#"{"learner":{"kind":"knn","k":2}}"#, "learner.k is 2"),
    ] {
        let spec = write(&folder, "spec.json", spec);
        let message = refusal(&["predict", "--train", &good, "--query", &queries, "--spec", &spec], b"");
        assert!(message.contains(wanted), "{message}");
    }
}

#[test]
fn predict_takes_tables_as_they_come() {
    let folder = folder("kinds");
    let train = write(&folder, "train.csv", "\u{feff}\"x\", y ,label\r\n-1e3,0,0\r\n\"1e3\", 5e-1 ,1\r\n");
    let query = write(&folder, "query.csv", "label,y,x\nunknown,0,-900\n,0.25,900.125\n");
    let spec = write(&folder, "spec.json", r#"{"learner":{"kind":"knn","k":1},"sample":{"n":1}}"#);
    let out = output(&["predict", "--train", &train, "--query", &query, "--spec", &spec], "");
    assert_eq!(out, "x,y,p\n-900,0,0\n900.125,0.25,1\n");
}

const SWEEP: &str = r#"{
    "name": "tiny", "base": {"sample": {"n": 60}, "budget": {"steps": 12}, "measure": {"test_n": 200}},
    "variants": {"net": {"learner": {"hidden": [4]}}, "knn": {"learner": {"kind": "knn", "k": 3}}, "wild": {"learner": {"optimizer": "sgd", "learning_rate": 1e6}}},
    "axes": {"sample.seed": [1, 2], "labels.noise": [0, 0.25]},
    "store": {"raster": {"view": [-1, -1, 1, 1], "width": 8, "height": 6}, "raster_for": {"sample.seed": [2]}, "sample": 5, "sample_for": {"labels.noise": [0]}, "outline": true}
}"#;

#[test]
fn a_sweep_stores_the_same_whatever_the_threads() {
    let folder = folder("sweep");
    let sweep = write(&folder, "tiny.json", SWEEP);
    let results = |threads: &str| {
        let out = folder.join(format!("results-{threads}.json"));
        let path = out.to_str().unwrap();
        assert_eq!(output(&["sweep", &sweep, "--out", path, "--threads", threads], ""), "");
        (std::fs::read_to_string(&out).unwrap(), path.to_string())
    };
    let (one, path) = results("1");
    assert_eq!(one, results("5").0);
    let stored: Value = serde_json::from_str(&one).unwrap();
    assert_eq!((&stored["engine"], &stored["sweep"]), (&json!(ENGINE), &json!("tiny")));
    let runs = stored["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 12);
    let mut order = Vec::new();
    for run in runs {
        let axes = &run["axes"];
        order.push((
            run["variant"].as_str().unwrap(),
            axes["labels.noise"].as_f64().unwrap(),
            axes["sample.seed"].as_i64().unwrap(),
        ));
        let (_, noise, seed) = order[order.len() - 1];
        let spec = Spec::check(&run["spec"]).unwrap();
        assert_eq!((spec.labels.noise, i64::from(spec.sample.seed)), (noise, seed));
        assert_eq!(run["spec_id"], spec.id());
        assert_eq!(run["digest"].is_null(), run["variant"] == "wild");
        assert_eq!(run["diverged"].is_object(), run["variant"] == "wild");
        let raster = run["raster"]["p"].as_str();
        assert_eq!(raster.map(str::len), (seed == 2 && run["variant"] != "wild").then_some(64), "48 bytes in base 64");
        assert_eq!(run["sample"].as_array().map(Vec::len), (noise == 0.0).then_some(15));
        assert!(run.get("seconds").is_none(), "a time would differ from run to run");
    }
    assert!(order.is_sorted_by(|a, b| a < b), "{order:?}");

    // Each stored run is recomputed and compared.
    let check = |path: &str, pick: &str| program(&["sweep", &sweep, "--check", path, "--pick", pick], b"");
    for pick in ["0", "5", "11", "16"] {
        let ended = check(&path, pick);
        assert_eq!((ended.code, ended.err.as_str()), (0, ""));
        let run = pick.parse::<usize>().unwrap() % 12;
        assert!(ended.out.contains(&format!("run {run} of 12 computed again, equal")), "{}", ended.out);
    }
    // One digit of one number of one run, wherever it stands.
    let line = one.lines().nth(1 + 5).unwrap();
    for (from, to) in [
        ("\"value\":0.", "\"value\":1."),
        ("\"digest\":\"", "\"digest\":\"0"),
        ("\"count\":200", "\"count\":201"),
        ("\"train\":[0.", "\"train\":[1."),
        ("\"n\":60", "\"n\":61"),
    ] {
        assert!(line.contains(from), "no {from} in {line}");
        let bad = write(&folder, "bad.json", one.replace(line, &line.replacen(from, to, 1)));
        let ended = check(&bad, "5");
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{from}");
        assert!(ended.err.contains("run 5 computes otherwise"), "{}", ended.err);
        assert_eq!(check(&bad, "3").code, 0, "another run is as it was");
    }
    for (from, to, wanted) in [
        (format!("\"engine\":{ENGINE}"), "\"engine\":9999".to_string(), "written by engine 9999"),
        (format!("{line}\n"), String::new(), "holds 11 runs, the sweep has 12"),
    ] {
        let bad = write(&folder, "bad.json", one.replacen(&from, &to, 1));
        let ended = check(&bad, "0");
        assert_eq!((ended.code, ended.out.as_str()), (2, ""));
        assert!(ended.err.contains(wanted), "{}", ended.err);
    }
}

#[test]
fn a_bad_sweep_is_refused() {
    let folder = folder("bad-sweep");
    let out = folder.join("out.json");
    let out = out.to_str().unwrap();
    for (sweep, wanted) in [
        ("[]", "the sweep is not a JSON object"),
        ("{", "is not JSON"),
        (r#"{"name":"x","variants":{},"thread":1}"#, "thread is not a field of a sweep"),
        (r#"{"variants":{"a":{}}}"#, "name is missing"),
        (r#"{"name":"x"}"#, "variants is missing"),
        (r#"{"name":"x","variants":{"a":{"sample":{"n":0}}}}"#, "variant a: sample.n is 0"),
        (r#"{"name":"x","variants":{"a":{}},"axes":{"sample.n":5}}"#, "axes.sample.n is not a list"),
        (r#"{"name":"x","variants":{"a":{}},"axes":{"sample.n":[]}}"#, "axes.sample.n is not a list"),
        (r#"{"name":"x","variants":{"a":{}},"axes":{"sample.m":[1]}}"#, "sample.m is not a field"),
    ] {
        let sweep = write(&folder, "sweep.json", sweep);
        let message = refusal(&["sweep", &sweep, "--out", out], b"");
        assert!(message.contains(wanted), "{message}");
        assert!(!Path::new(out).exists());
    }
    assert!(refusal(&["sweep", "nowhere.json", "--out", out], b"").contains("nowhere.json"));
}

#[test]
fn scaling_answers_as_the_core_does() {
    let folder = folder("scaling");
    let request = r#"{"kind": "law", "k": 5, "sizes": [10000, 100000]}"#;
    let wanted = bitter_lesson::measure::scaling::answer(&serde_json::from_str(request).unwrap()).unwrap();
    assert_eq!(reports(&output(&["scaling", "-"], request)), std::slice::from_ref(&wanted));
    assert_eq!(reports(&output(&["scaling", &write(&folder, "law.json", request)], "")), [wanted]);
    let errors = |n: u32| json!({"n": n, "errors": [[0, 1.0 / f64::from(n)], [1, 0.9 / f64::from(n)]]});
    let request = json!({"kind": "fit", "points": [errors(10), errors(30), errors(100), errors(300)], "samples": 20});
    let wanted = bitter_lesson::measure::scaling::answer(&request).unwrap();
    assert_eq!(reports(&output(&["scaling", "-"], &request.to_string())), [wanted]);
    assert!(refusal(&["scaling", "-"], b"{").contains("the request is not JSON"));
    assert!(refusal(&["scaling", "-"], b"{}").contains("allowed are fit"));
    assert!(refusal(&["scaling", "nowhere.json"], b"").contains("nowhere.json"));
}
