//! `sweep`: runs a sweep on all cores and stores the results, or recomputes one stored run and compares.

use crate::fail::Failure;
use bitter_lesson::ENGINE;
use bitter_lesson::measure::sweep::Sweep;
use serde_json::Value;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

#[derive(clap::Args)]
pub struct Arguments {
    /// The sweep file
    sweep: PathBuf,
    /// Where to write the results
    #[arg(long, required_unless_present = "check")]
    out: Option<PathBuf>,
    /// Stored results to check instead: one of their runs is computed again and compared bit for bit
    #[arg(long, conflicts_with = "out")]
    check: Option<PathBuf>,
    /// Which run to check: this number modulo the number of runs
    #[arg(long, default_value_t = 0, requires = "check")]
    pick: usize,
    /// Threads to use; default: one a core
    #[arg(long)]
    threads: Option<usize>,
}

pub fn main(arguments: &Arguments) -> Result<(), Failure> {
    let sweep = Sweep::check(&json(&arguments.sweep)?)
        .map_err(|error| Failure::input(format!("{}: {error}", arguments.sweep.display())))?;
    if let Some(stored) = &arguments.check {
        return check(&sweep, stored, arguments.pick);
    }
    let threads = arguments.threads.or_else(|| std::thread::available_parallelism().ok().map(usize::from)).unwrap_or(1);
    let results = run_all(&sweep, threads.max(1));
    let Some(out) = &arguments.out else {
        return Ok(());
    };
    // Written beside and renamed, so that a killed run leaves the old file whole.
    let unfinished = out.with_extension("json.unfinished");
    std::fs::write(&unfinished, sweep.file(&results))
        .map_err(|e| Failure::input(format!("{}: {e}", unfinished.display())))?;
    std::fs::rename(&unfinished, out).map_err(|e| Failure::input(format!("{}: {e}", out.display())))
}

/// Runs everything; the order of the results does not depend on the number of threads.
fn run_all(sweep: &Sweep, threads: usize) -> Vec<Value> {
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let results = Mutex::new(vec![Value::Null; sweep.runs.len()]);
    let terminal = std::io::stderr().is_terminal();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= sweep.runs.len() {
                        return;
                    }
                    let result = sweep.result(index);
                    results.lock().expect("no run panics")[index] = result;
                    let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                    if terminal {
                        eprint!("\r{done}/{} runs ", sweep.runs.len());
                    }
                }
            });
        }
    });
    if terminal {
        eprintln!();
    }
    results.into_inner().expect("no run panics")
}

fn check(sweep: &Sweep, stored: &Path, pick: usize) -> Result<(), Failure> {
    let file = json(stored)?;
    let wrong = |what: &str| Failure::input(format!("{}: {what}; run the sweep again", stored.display()));
    if file["engine"] != ENGINE {
        return Err(wrong(&format!("written by engine {}, this is engine {ENGINE}", file["engine"])));
    }
    let runs = file["runs"].as_array().map_or(&[][..], Vec::as_slice);
    if runs.len() != sweep.runs.len() || runs.is_empty() {
        return Err(wrong(&format!("holds {} runs, the sweep has {}", runs.len(), sweep.runs.len())));
    }
    let index = pick % runs.len();
    // Through text, as the stored one went, so that numbers compare as they are written.
    let fresh: Value = serde_json::from_str(&sweep.result(index).to_string()).map_err(Failure::input)?;
    if fresh != runs[index] {
        return Err(wrong(&format!(
            "run {index} computes otherwise (digest {}, stored {})",
            fresh["digest"], runs[index]["digest"]
        )));
    }
    println!("{}: run {index} of {} computed again, equal", stored.display(), runs.len());
    Ok(())
}

fn json(path: &Path) -> Result<Value, Failure> {
    let text = std::fs::read_to_string(path).map_err(|e| Failure::input(format!("{}: {e}", path.display())))?;
    serde_json::from_str(&text).map_err(|e| Failure::input(format!("{} is not JSON: {e}", path.display())))
}
