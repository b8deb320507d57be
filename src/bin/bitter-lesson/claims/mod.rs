//! `claims`: judges every claim of claims.toml over its seeds and writes the ledger.

mod store;

use crate::fail::Failure;
use bitter_lesson::ENGINE;
use bitter_lesson::measure::claims::{Claim, Claims, Outcome, holm};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use store::{Numbers, Store};

#[derive(clap::Args)]
pub struct Arguments {
    /// The claims
    #[arg(default_value = "claims.toml")]
    claims: PathBuf,
    /// Where to write the ledger; without it verdicts are printed only
    #[arg(long)]
    out: Option<PathBuf>,
    /// Seeds to judge, both included; default: those of the file
    #[arg(long, value_parser = seeds)]
    seeds: Option<(u32, u32)>,
    /// Judge only claims whose id begins so
    #[arg(long, default_value = "")]
    only: String,
    /// Run the counter-specs instead: their tests must fail
    #[arg(long)]
    counter: bool,
    /// Compute so many outcomes of the ledger given by --out again, from this number on, and compare them bit for bit
    #[arg(long, requires = "out")]
    check: Option<usize>,
    /// Which outcomes --check picks
    #[arg(long, default_value_t = 0)]
    pick: usize,
    /// Where finished runs are kept, so that an interrupted judging goes on
    #[arg(long, default_value = ".build/claims.jsonl")]
    journal: PathBuf,
    /// Threads to use; default: one a core
    #[arg(long)]
    threads: Option<usize>,
}

fn seeds(text: &str) -> Result<(u32, u32), String> {
    let ends = text.split_once("..").and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
    ends.filter(|(a, b)| a <= b).ok_or_else(|| "allowed: FIRST..LAST, such as 1000..1029".to_string())
}

/// One thing to judge.
struct Task<'a> {
    claim: &'a Claim,
    seed: u32,
    problem: Option<(u32, f64)>,
}

pub fn main(arguments: &Arguments) -> Result<(), Failure> {
    let wrong = |error: String| Failure::input(format!("{}: {error}", arguments.claims.display()));
    let text = std::fs::read_to_string(&arguments.claims).map_err(|error| wrong(error.to_string()))?;
    let file: toml::Value = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    let file = serde_json::to_value(file).map_err(|error| wrong(error.to_string()))?;
    let claims = Claims::check(&file).map_err(wrong)?;
    let folder = arguments.claims.parent().unwrap_or(Path::new("."));
    if let (Some(count), Some(ledger)) = (arguments.check, &arguments.out) {
        return check(&claims, ledger, count, arguments.pick);
    }
    let stored = store::stored(folder, &claims.reuse)?;
    let store = Store::open(&arguments.journal, stored)?;
    let chosen: Vec<&Claim> = claims.list.iter().filter(|claim| claim.id.starts_with(&arguments.only)).collect();
    if chosen.is_empty() {
        return Err(Failure::input(format!("no claim begins with \"{}\"", arguments.only)));
    }
    let (first, last) = arguments.seeds.unwrap_or((claims.seeds[0], claims.seeds[1]));
    let mut tasks = Vec::new();
    for claim in &chosen {
        tasks.extend((first..=last).map(|seed| Task { claim, seed, problem: None }));
        if claim.headline && !arguments.counter {
            // Three seeds a problem; its majority counts.
            let of_problem =
                |problem: &(u32, f64)| (first..=last).take(3).map(move |seed| (seed, *problem)).collect::<Vec<_>>();
            let all = claims.problems.iter().flat_map(of_problem);
            tasks.extend(all.map(|(seed, problem)| Task { claim, seed, problem: Some(problem) }));
        }
    }
    let outcomes = judge(&tasks, &store, arguments.counter, arguments.threads)?;
    let mut ledger = ledger(&chosen, &tasks, &outcomes);
    for claim in ledger["claims"].as_array().into_iter().flatten() {
        let problems = claim["problems"]
            .as_object()
            .map_or(String::new(), |p| format!("; on {} of {} problems", p["holds_in"], p["of"]));
        let word = claim["verdict"].as_str().unwrap_or_default();
        println!(
            "{:28} {word:9} {} of {}, median {:.4}{problems}",
            claim["id"].as_str().unwrap_or_default(),
            claim["holds_in"],
            claim["of"],
            claim["median"].as_f64().unwrap_or(f64::NAN)
        );
    }
    if arguments.counter {
        let held: Vec<&str> = tasks
            .iter()
            .zip(&outcomes)
            .filter(|(_, outcome)| outcome.holds)
            .map(|(task, _)| task.claim.id.as_str())
            .collect();
        if let Some(first) = held.first() {
            return Err(Failure::input(format!(
                "the counter-spec of {first} holds in {} runs: its test cannot fail",
                held.len()
            )));
        }
    } else if let Some(out) = &arguments.out {
        add_counters(&mut ledger, &chosen, first, &store, arguments.threads)?;
        write(out, &ledger)?;
    }
    Ok(())
}

/// What the counter-spec of each claim gives on one seed, for the ledger to show.
fn add_counters(
    ledger: &mut Value,
    chosen: &[&Claim],
    seed: u32,
    store: &Store,
    threads: Option<usize>,
) -> Result<(), Failure> {
    let tasks: Vec<Task> = chosen.iter().map(|claim| Task { claim, seed, problem: None }).collect();
    let outcomes = judge(&tasks, store, true, threads)?;
    for (entry, outcome) in ledger["claims"].as_array_mut().into_iter().flatten().zip(outcomes) {
        entry["counter_outcome"] = json!({"seed": seed, "effects": outcome.effects, "holds": outcome.holds});
    }
    Ok(())
}

/// Judges all tasks on all cores, in any order; the outcomes are in that of the tasks.
fn judge(tasks: &[Task], store: &Store, counter: bool, threads: Option<usize>) -> Result<Vec<Outcome>, Failure> {
    let threads = threads.or_else(|| std::thread::available_parallelism().ok().map(usize::from)).unwrap_or(1).max(1);
    let next = AtomicUsize::new(0);
    let found: Mutex<Vec<Option<Result<Outcome, Failure>>>> = Mutex::new((0..tasks.len()).map(|_| None).collect());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut numbers = Numbers::new(store);
                while let Some(task) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let outcome =
                        task.claim.judge(counter, task.seed, task.problem, &mut numbers).map_err(Failure::input);
                    let index = tasks.iter().position(|other| std::ptr::eq(other, task)).expect("one of them");
                    found.lock().expect("no run panics")[index] = Some(outcome);
                }
            });
        }
    });
    found.into_inner().expect("no run panics").into_iter().flatten().collect()
}

/// The ledger: each claim with its verdict, its numbers per seed, its problems.
fn ledger(chosen: &[&Claim], tasks: &[Task], outcomes: &[Outcome]) -> Value {
    let mut list: Vec<Map<String, Value>> = Vec::new();
    for claim in chosen {
        let own = |on_problem: bool| {
            let own = tasks
                .iter()
                .zip(outcomes)
                .filter(move |(task, _)| std::ptr::eq(task.claim, *claim) && task.problem.is_some() == on_problem);
            own.collect::<Vec<_>>()
        };
        let here = own(false);
        let mut entry = claim.text.as_object().cloned().unwrap_or_default();
        entry.insert("resolved".into(), claim.resolved());
        let judged: Vec<Outcome> = here.iter().map(|(_, outcome)| (*outcome).clone()).collect();
        if let Value::Object(verdict) = claim.verdict(&judged) {
            entry.extend(verdict);
        }
        let seed = |(task, outcome): &(&Task, &Outcome)| json!({"seed": task.seed, "effects": outcome.effects, "holds": outcome.holds});
        entry.insert("seeds".into(), here.iter().map(seed).collect());
        let elsewhere = own(true);
        if !elsewhere.is_empty() {
            entry.insert("problems".into(), of_problems(&elsewhere));
        }
        list.push(entry);
    }
    let p: Vec<f64> = list.iter().map(|entry| entry["p"].as_f64().unwrap_or(1.0)).collect();
    for (entry, p) in list.iter_mut().zip(holm(&p)) {
        entry.insert("p_holm".into(), json!(p));
    }
    json!({"engine": ENGINE, "claims": list})
}

/// On how many problems the majority of the seeds holds.
fn of_problems(outcomes: &[(&Task, &Outcome)]) -> Value {
    let mut problems: Vec<(u32, f64, Vec<&Outcome>)> = Vec::new();
    for (task, outcome) in outcomes {
        let (mixture, rotation) = task.problem.expect("these are on problems");
        match problems.iter_mut().find(|known| (known.0, known.1) == (mixture, rotation)) {
            Some(known) => known.2.push(outcome),
            None => problems.push((mixture, rotation, vec![outcome])),
        }
    }
    let held = |outcomes: &[&Outcome]| 2 * outcomes.iter().filter(|outcome| outcome.holds).count() > outcomes.len();
    let list = problems.iter().map(|(mixture, rotation, outcomes)| {
        let effects: Vec<f64> = outcomes.iter().map(|outcome| outcome.effects[0]).collect();
        json!({"mixture_seed": mixture, "rotation": rotation, "effects": effects, "holds": held(outcomes)})
    });
    let list: Vec<Value> = list.collect();
    let holds_in = list.iter().filter(|problem| problem["holds"] == true).count();
    json!({"holds_in": holds_in, "of": list.len(), "list": list})
}

fn write(out: &Path, ledger: &Value) -> Result<(), Failure> {
    let claims = ledger["claims"].as_array().into_iter().flatten().map(Value::to_string).collect::<Vec<_>>();
    let text = format!("{{\"engine\":{ENGINE},\"claims\":[\n{}\n]}}\n", claims.join(",\n"));
    let beside = out.with_added_extension("writing");
    std::fs::write(&beside, text).map_err(|e| Failure::input(format!("{}: {e}", beside.display())))?;
    std::fs::rename(&beside, out).map_err(|e| Failure::input(format!("{}: {e}", out.display())))
}

/// Computes some of the ledger's outcomes again, everything from its spec on, and compares bits.
fn check(claims: &Claims, ledger: &Path, count: usize, pick: usize) -> Result<(), Failure> {
    let wrong = |what: String| Failure::input(format!("{}: {what}; judge the claims again", ledger.display()));
    let file: Value = std::fs::read_to_string(ledger)
        .map_err(|error| wrong(error.to_string()))
        .and_then(|text| serde_json::from_str(&text).map_err(|error| wrong(error.to_string())))?;
    if file["engine"] != ENGINE {
        return Err(wrong(format!("written by engine {}, this is engine {ENGINE}", file["engine"])));
    }
    let entries = file["claims"].as_array().map_or(&[][..], Vec::as_slice);
    let mut all = Vec::new();
    for entry in entries {
        let claim = claims.list.iter().find(|claim| entry["id"] == claim.id.as_str());
        let claim = claim.ok_or_else(|| wrong(format!("{} is no claim any more", entry["id"])))?;
        // What it says may be reworded; what is tested may not.
        for field in ["runs", "effect"] {
            if entry[field] != claim.text[field] {
                return Err(wrong(format!("{}: {field} has changed since", claim.id)));
            }
        }
        all.extend(entry["seeds"].as_array().into_iter().flatten().map(|seed| (claim, seed)));
    }
    if let Some(claim) = claims.list.iter().find(|claim| !entries.iter().any(|entry| entry["id"] == claim.id.as_str()))
    {
        return Err(wrong(format!("claim {} is not in it", claim.id)));
    }
    let store = Store::empty();
    for turn in 0..count {
        // A stride that meets other claims before it comes back to the same.
        let (claim, stored) = all[(pick + turn * (all.len() / count.max(1) + 1)) % all.len()];
        let seed = stored["seed"].as_u64().unwrap_or(0) as u32;
        let outcome = claim.judge(false, seed, None, &mut Numbers::new(&store)).map_err(Failure::input)?;
        let fresh: Value = serde_json::from_str(&json!(outcome.effects).to_string()).map_err(Failure::input)?;
        if fresh != stored["effects"] || stored["holds"] != outcome.holds {
            return Err(wrong(format!("{}, seed {seed}: computes {fresh}, stored {}", claim.id, stored["effects"])));
        }
        println!("{}: {}, seed {seed} computed again, equal", ledger.display(), claim.id);
    }
    Ok(())
}
