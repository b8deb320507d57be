//! Sweeps through the command line: killed and continued, in shards, with damaged files. The oracle is the same sweep in one go.

use bitter_lesson::experiment::Experiment;
use bitter_lesson::spec::Spec;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

const SWEEP: &str = r#"{
    "name": "tiny", "base": {"sample": {"n": 80}, "measure": {"test_n": 200}},
    "variants": {"net": {"learner": {"hidden": [8]}, "budget": {"steps": 300}}, "wild": {"learner": {"optimizer": "sgd", "learning_rate": 1e6}}},
    "axes": {"sample.n": [40, 80]},
    "zip": [{"sample.seed": {"from": 3, "count": 6}, "learner.seed": [1, 1, 1, 2, 2, 2]}],
    "store": {"values": ["density.all", "area.tip", "border.all", "cost.train"]}
}"#;

fn program(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bitter-lesson")).args(arguments).output().unwrap()
}

fn refused(arguments: &[&str], wanted: &str) {
    let ended = program(arguments);
    let message = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(2), "{message}");
    assert!(message.contains(wanted), "{message}");
}

/// A folder with the sweep in it, its file, and the bytes of its results in one go.
fn start(name: &str) -> (PathBuf, String, Vec<u8>) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("sweep-{name}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let sweep = text(&folder.join("tiny.json"));
    std::fs::write(&sweep, SWEEP).unwrap();
    let whole = folder.join("whole.jsonl");
    assert!(program(&["sweep", &sweep, "--out", &text(&whole)]).status.success());
    (folder.clone(), sweep, std::fs::read(whole).unwrap())
}

fn text(path: &Path) -> String {
    path.to_str().unwrap().into()
}

#[test]
fn values_are_those_of_the_run_itself() {
    let (_, sweep, whole) = start("values");
    let lines: Vec<Value> =
        String::from_utf8(whole).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(lines.len(), 1 + 24);
    assert_eq!(lines[0]["values"].as_array().unwrap().len(), 4);
    // First axis (alphabetically, by the first path of a group) slowest, variants slowest of all.
    assert_eq!(lines[2]["axes"], serde_json::json!({"learner.seed": 1, "sample.n": 80, "sample.seed": 3}));
    assert_eq!(lines[13]["variant"], "wild");
    assert!(
        lines[13]["digest"].is_null()
            && lines[13]["diverged"]["message"].is_string()
            && lines[13]["values"][0].is_null()
    );
    let spec = r#"{"sample":{"n":80,"seed":3},"measure":{"test_n":200},"learner":{"hidden":[8],"seed":1},"budget":{"steps":300}}"#;
    let spec = Spec::check(&serde_json::from_str(spec).unwrap()).unwrap();
    let report = Experiment::new(spec).report();
    assert_eq!(lines[2]["digest"], report["digest"]);
    let density =
        report["errors"].as_array().unwrap().iter().find(|e| e["measure"] == "density" && e["region"] == "all");
    assert_eq!(lines[2]["values"][0], density.unwrap()["value"]);
    assert_eq!(lines[2]["values"][3], report["cost"]["train"]);
    let listed = String::from_utf8(program(&["sweep", &sweep, "--list"]).stdout).unwrap();
    let listed: Vec<Value> = listed.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!((listed.len(), &listed[1]["spec_id"]), (24, &report["spec_id"]));
}

#[test]
fn a_sweep_killed_at_any_moment_goes_on_to_the_same_file() {
    let (folder, sweep, whole) = start("killed");
    let out = text(&folder.join("killed.jsonl"));
    let journal = folder.join("killed.jsonl.unfinished");
    let mut kills = 0;
    for wait in [2, 5, 9, 14, 20, 30, 45, 60, 80, 110] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_bitter-lesson"))
            .args(["sweep", &sweep, "--out", &out, "--threads", "2"])
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        kills += usize::from(child.try_wait().unwrap().is_none());
        let _ = child.kill();
        child.wait().unwrap();
        if Path::new(&out).exists() {
            break;
        }
    }
    assert!(kills > 0, "nothing was killed");
    assert!(program(&["sweep", &sweep, "--out", &out]).status.success());
    assert_eq!(std::fs::read(&out).unwrap(), whole);
    assert!(!journal.exists());
}

#[test]
fn a_damaged_journal_is_continued_or_refused() {
    let (folder, sweep, whole) = start("journal");
    let lines: Vec<&str> = std::str::from_utf8(&whole).unwrap().lines().collect();
    let head: Value = serde_json::from_str(lines[0]).unwrap();
    let recipe = format!(r#"{{"recipe":{}}}"#, head["recipe"]);
    let out = text(&folder.join("out.jsonl"));
    let journal = folder.join("out.jsonl.unfinished");
    let wrong_number = lines[3].replacen("\"values\":[", "\"values\":[7,", 1);
    // Two whole lines, one of them with a number that no run gives: it is taken as it is, so nothing is computed twice. A third is cut.
    std::fs::write(&journal, format!("{recipe}\n{}\n{wrong_number}\n{}", lines[7], &lines[9][..40])).unwrap();
    let ended = program(&["sweep", &sweep, "--out", &out]);
    assert!(ended.status.success());
    assert!(String::from_utf8(ended.stderr).unwrap().contains("the last line was cut; its run is done again"));
    assert_eq!(
        std::fs::read_to_string(&out).unwrap(),
        String::from_utf8(whole.clone()).unwrap().replace(lines[3], &wrong_number)
    );
    // A check sees what --fresh repairs.
    refused(&["sweep", &sweep, "--check", &out, "--pick", "2"], "run 2 computes otherwise");
    assert!(program(&["sweep", &sweep, "--out", &out, "--fresh"]).status.success());
    assert_eq!(std::fs::read(&out).unwrap(), whole);

    for (content, wanted) in [
        (format!("{recipe}\nnonsense\n{}\n", lines[3]), "line 2 is not a result"),
        (format!("{{\"recipe\":\"0\"}}\n{}\n", lines[3]), "left by another sweep"),
    ] {
        std::fs::write(&journal, &content).unwrap();
        refused(&["sweep", &sweep, "--out", &out], wanted);
        assert_eq!(std::fs::read_to_string(&journal).unwrap(), content, "nothing is lost");
    }
    let cut = folder.join("cut.jsonl");
    std::fs::write(&cut, &whole[..whole.len() - 30]).unwrap();
    refused(&["sweep", &sweep, "--check", &text(&cut)], "was it cut?");
    refused(&["sweep", &sweep, "--out", &text(&cut)], "was it cut?");
}

#[test]
fn shards_put_together_are_the_whole() {
    let (folder, sweep, whole) = start("shards");
    let part = |i: usize| text(&folder.join(format!("part-{i}.jsonl")));
    let out = text(&folder.join("merged.jsonl"));
    for i in 1..=3 {
        assert!(program(&["sweep", &sweep, "--shard", &format!("{i}/3"), "--out", &part(i)]).status.success());
    }
    assert!(program(&["merge", &sweep, &part(3), &part(1), &part(2), "--out", &out]).status.success());
    assert_eq!(std::fs::read(&out).unwrap(), whole);
    refused(
        &["merge", &sweep, &part(3), &part(1), "--out", &out],
        "8 of 24 runs are in none of these files, the first is run 1",
    );
    let other = folder.join("other.json");
    std::fs::write(&other, SWEEP.replace("\"n\": 80", "\"n\": 81")).unwrap();
    refused(&["merge", &text(&other), &part(1), "--out", &out], "made by recipe");
    for bad in ["0/3", "4/3", "1", "a/b", "1/0"] {
        assert!(!program(&["sweep", &sweep, "--shard", bad, "--out", &out]).status.success(), "{bad}");
    }
}

#[test]
fn gnu_parallel_spreads_a_sweep() {
    if Command::new("parallel").arg("--version").output().is_err() {
        // README shows it; where it is not installed there is nothing to try.
        return;
    }
    let (folder, sweep, whole) = start("parallel");
    let out = text(&folder.join("merged.jsonl"));
    let command = format!(
        "seq 3 | parallel {program} sweep {sweep} --threads 1 --shard {{}}/3 --out {folder}/part-{{}}.jsonl && {program} merge {sweep} {folder}/part-*.jsonl --out {out}",
        program = env!("CARGO_BIN_EXE_bitter-lesson"),
        folder = text(&folder),
    );
    assert!(Command::new("sh").args(["-c", &command]).status().unwrap().success());
    assert_eq!(std::fs::read(&out).unwrap(), whole);
}

#[test]
fn more_seeds_reuse_what_is_there() {
    let (folder, sweep, whole) = start("more");
    let out = text(&folder.join("whole.jsonl"));
    // Marked, so that a run computed again would show.
    let marked = String::from_utf8(whole).unwrap().replacen("\"values\":[0.", "\"values\":[7,0.", 2);
    std::fs::write(&out, &marked).unwrap();
    std::fs::write(&sweep, SWEEP.replace("[40, 80]", "[40, 60, 80]")).unwrap();
    assert!(program(&["sweep", &sweep, "--out", &out]).status.success());
    let more = std::fs::read_to_string(&out).unwrap();
    assert_eq!(more.lines().count(), 1 + 36);
    assert_eq!(more.matches("\"values\":[7,").count(), marked.matches("\"values\":[7,").count());
}
