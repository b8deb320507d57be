//! `sweep`: runs a sweep on all cores and stores the results, or recomputes one stored run and compares. `merge`: puts the results of
//! its shards together.

mod journal;
mod progress;
pub mod results;

use crate::fail::Failure;
use bitter_lesson::experiment::Experiment;
use bitter_lesson::measure::sweep::Sweep;
use journal::Journal;
use progress::Progress;
use results::{Results, json, write};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

#[derive(clap::Args)]
pub struct Arguments {
    /// The sweep file
    sweep: PathBuf,
    /// Where to write the results: a line a run if the name ends in .jsonl, else one JSON object. Runs that are there already are kept
    #[arg(long, required_unless_present_any = ["check", "list"])]
    out: Option<PathBuf>,
    /// Compute everything again, also what --out and an interrupted sweep have already
    #[arg(long)]
    fresh: bool,
    /// Which part to run, as 2/8: every eighth run from the second on. `merge` puts the parts together
    #[arg(long, value_parser = shard)]
    shard: Option<Shard>,
    /// Stored results to check instead: one of their runs is computed again and compared bit for bit
    #[arg(long, conflicts_with = "out")]
    check: Option<PathBuf>,
    /// Which run to check: this number modulo the number of runs
    #[arg(long, default_value_t = 0, requires = "check")]
    pick: usize,
    /// Print the runs instead, one JSON object a line
    #[arg(long, conflicts_with_all = ["out", "check"])]
    list: bool,
    /// Threads to use; default: one a core
    #[arg(long)]
    threads: Option<usize>,
}

#[derive(clap::Args)]
pub struct MergeArguments {
    /// The sweep file
    sweep: PathBuf,
    /// What `sweep --shard` wrote, in any order
    #[arg(required = true)]
    parts: Vec<PathBuf>,
    /// Where to write all results
    #[arg(long)]
    out: PathBuf,
}

/// One part of a sweep: runs number `first`, `first + of`, …
#[derive(Clone, Copy)]
struct Shard {
    first: usize,
    of: usize,
}

fn shard(text: &str) -> Result<Shard, String> {
    let parts: Option<(usize, usize)> =
        text.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
    match parts {
        Some((part, of)) if part >= 1 && part <= of => Ok(Shard { first: part - 1, of }),
        _ => Err("allowed: I/N with I from 1 to N, such as 2/8".to_string()),
    }
}

fn read(path: &Path) -> Result<Sweep, Failure> {
    Sweep::check(&json(path)?).map_err(|error| Failure::input(format!("{}: {error}", path.display())))
}

pub fn main(arguments: &Arguments) -> Result<(), Failure> {
    let sweep = read(&arguments.sweep)?;
    if let Some(stored) = &arguments.check {
        return check(&sweep, stored, arguments.pick);
    }
    let Some(out) = &arguments.out else {
        return list(&sweep);
    };
    let threads = arguments.threads.or_else(|| std::thread::available_parallelism().ok().map(usize::from)).unwrap_or(1);
    let Shard { first, of } = arguments.shard.unwrap_or(Shard { first: 0, of: 1 });
    let wanted: Vec<usize> = (first..sweep.runs.len()).step_by(of).collect();
    let mut done = if arguments.fresh { Results::default() } else { Results::of_finished(out, &sweep)? };
    let journal = Journal::open(out, &sweep, arguments.fresh)?;
    done.extend(journal.before());
    run(&sweep, &wanted, &mut done, &journal, threads.max(1))?;
    write(out, &sweep, &wanted, &done)?;
    journal.remove()
}

/// Runs what is wanted and not done, in the order of the sweep.
fn run(sweep: &Sweep, wanted: &[usize], done: &mut Results, journal: &Journal, threads: usize) -> Result<(), Failure> {
    let missing: Vec<usize> = wanted.iter().copied().filter(|i| done.get(&sweep.runs[*i]).is_none()).collect();
    let next = AtomicUsize::new(0);
    let progress = Mutex::new(Progress::new(wanted.len(), missing.len()));
    let found = Mutex::new(Ok(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..threads.min(missing.len()) {
            scope.spawn(|| {
                let mut last: Option<Experiment> = None;
                while let Some(&index) = missing.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = sweep.result(index, &mut last);
                    let kept = journal.add(&result);
                    let mut found = found.lock().expect("no run panics");
                    match (kept, found.as_mut()) {
                        (Ok(()), Ok(list)) => list.push(result),
                        // A full disk: what is written stays, the rest of the sweep is not begun.
                        (Err(failure), Ok(_)) => *found = Err(failure),
                        (_, Err(_)) => return,
                    }
                    progress.lock().expect("no run panics").step();
                }
            });
        }
    });
    progress.into_inner().expect("no run panics").end();
    done.extend(found.into_inner().expect("no run panics")?);
    Ok(())
}

pub fn merge(arguments: &MergeArguments) -> Result<(), Failure> {
    let sweep = read(&arguments.sweep)?;
    let mut all = Results::default();
    for part in &arguments.parts {
        all.extend(Results::of_part(part, &sweep)?);
    }
    let wanted: Vec<usize> = (0..sweep.runs.len()).collect();
    let missing: Vec<&usize> = wanted.iter().filter(|i| all.get(&sweep.runs[**i]).is_none()).collect();
    if let Some(first) = missing.first() {
        return Err(Failure::input(format!(
            "{} of {} runs are in none of these files, the first is run {first}, {}; run their shards",
            missing.len(),
            wanted.len(),
            sweep.runs[**first].key()
        )));
    }
    write(&arguments.out, &sweep, &wanted, &all)
}

fn list(sweep: &Sweep) -> Result<(), Failure> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    for run in &sweep.runs {
        let line = serde_json::json!({"variant": run.variant, "axes": run.axes, "spec_id": run.spec.id()});
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn check(sweep: &Sweep, stored: &Path, pick: usize) -> Result<(), Failure> {
    let wrong = |what: String| Failure::input(format!("{}: {what}; run the sweep again", stored.display()));
    let (head, runs) = results::read(stored)?;
    let wanted = sweep.head();
    for field in ["engine", "recipe"] {
        if head[field] != wanted[field] {
            return Err(wrong(format!("written by {field} {}, this is {field} {}", head[field], wanted[field])));
        }
    }
    if runs.len() != sweep.runs.len() || runs.is_empty() {
        return Err(wrong(format!("holds {} runs, the sweep has {}", runs.len(), sweep.runs.len())));
    }
    let index = pick % runs.len();
    // Through text, as the stored one went, so that numbers compare as they are written.
    let text = sweep.result(index, &mut None).to_string();
    let fresh: Value = serde_json::from_str(&text).map_err(Failure::input)?;
    if fresh != runs[index] {
        return Err(wrong(format!(
            "run {index} computes otherwise (digest {}, stored {})",
            fresh["digest"], runs[index]["digest"]
        )));
    }
    println!("{}: run {index} of {} computed again, equal", stored.display(), runs.len());
    Ok(())
}
