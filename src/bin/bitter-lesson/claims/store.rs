//! Numbers of runs by their spec: from stored sweeps, from the journal of this judging, or computed now.

use crate::fail::Failure;
use crate::sweep::results;
use bitter_lesson::experiment::Experiment;
use bitter_lesson::measure::claims::Source;
use bitter_lesson::measure::sweep::{Sweep, key_of, number};
use bitter_lesson::spec::Spec;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Mutex;

/// What is kept of a run: its numbers by name.
type Kept = Map<String, Value>;

/// Everything known so far, shared by all threads.
pub struct Store {
    known: Mutex<BTreeMap<String, Kept>>,
    journal: Option<Mutex<File>>,
}

impl Store {
    /// Knows nothing and keeps nothing.
    pub fn empty() -> Store {
        Store { known: Mutex::default(), journal: None }
    }

    /// With stored numbers, and what an earlier judging left in the journal. A last line that was cut is forgotten.
    pub fn open(journal: &Path, stored: BTreeMap<String, Kept>) -> Result<Store, Failure> {
        let wrong = |error: std::io::Error| Failure::input(format!("{}: {error}", journal.display()));
        if let Some(folder) = journal.parent() {
            std::fs::create_dir_all(folder).map_err(wrong)?;
        }
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(journal).map_err(wrong)?;
        let text = std::io::read_to_string(&file).map_err(wrong)?;
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        let mut known = stored;
        for line in text[..whole].lines() {
            let entry: Value = serde_json::from_str(line).unwrap_or_default();
            if let (Some(id), Some(kept)) = (entry["id"].as_str(), entry["numbers"].as_object()) {
                known.insert(id.into(), kept.clone());
            }
        }
        file.set_len(whole as u64).and_then(|()| file.seek(SeekFrom::End(0))).map_err(wrong)?;
        Ok(Store { known: Mutex::new(known), journal: Some(Mutex::new(file)) })
    }

    fn get(&self, id: &str, name: &str) -> Option<f64> {
        self.known.lock().expect("no run panics").get(id)?.get(name)?.as_f64()
    }

    fn add(&self, id: String, kept: Kept) -> Result<(), String> {
        if let Some(journal) = &self.journal {
            let line = format!("{}\n", json!({"id": id, "numbers": kept}));
            let mut file = journal.lock().expect("no run panics");
            file.write_all(line.as_bytes()).map_err(|error| format!("the journal: {error}"))?;
        }
        self.known.lock().expect("no run panics").insert(id, kept);
        Ok(())
    }
}

/// The engine's number is part of the key: a journal of another engine is of no use.
fn id(spec: &Spec) -> String {
    format!("{} {}", bitter_lesson::ENGINE, spec.id())
}

/// Stored results of sweep files, by spec.
pub fn stored(folder: &Path, sweeps: &[String]) -> Result<BTreeMap<String, Kept>, Failure> {
    let mut known = BTreeMap::new();
    for name in sweeps {
        let file = folder.join("sweeps").join(format!("{name}.json"));
        let sweep = Sweep::check(&results::json(&file)?)
            .map_err(|error| Failure::input(format!("{}: {error}", file.display())))?;
        let stored = folder.join("www").join("results").join(format!("{name}.jsonl"));
        if !stored.exists() {
            continue;
        }
        let (head, lines) = results::read(&stored)?;
        if head["recipe"] != sweep.recipe() {
            continue;
        }
        let by_key: BTreeMap<String, &Value> = lines.iter().filter_map(|line| Some((key_of(line)?, line))).collect();
        for run in &sweep.runs {
            let values = by_key.get(&run.key()).and_then(|line| line["values"].as_array());
            let (Some(values), Some(names)) = (values, head["values"].as_array()) else { continue };
            let named =
                names.iter().zip(values).filter_map(|(name, value)| Some((name.as_str()?.to_string(), value.clone())));
            known.insert(id(&run.spec), named.collect());
        }
    }
    Ok(known)
}

/// One thread's source of numbers: what it computes the others know.
pub struct Numbers<'a> {
    store: &'a Store,
    last: Option<Experiment>,
}

impl Numbers<'_> {
    /// Numbers of this store.
    pub fn new(store: &Store) -> Numbers<'_> {
        Numbers { store, last: None }
    }
}

impl Source for Numbers<'_> {
    fn number(&mut self, spec: &Spec, name: &str) -> Result<f64, String> {
        let id = id(spec);
        if let Some(value) = self.store.get(&id, name) {
            return Ok(value);
        }
        let experiment = match &mut self.last {
            Some(experiment) => {
                experiment.respec(spec.clone());
                experiment
            }
            None => self.last.insert(Experiment::new(spec.clone())),
        };
        let report = experiment.report();
        if let Some(message) = report["diverged"]["message"].as_str() {
            return Err(message.to_string());
        }
        let mut kept = Map::new();
        for error in report["errors"].as_array().into_iter().flatten() {
            if let (Some(measure), Some(region)) = (error["measure"].as_str(), error["region"].as_str()) {
                kept.insert(format!("{measure}.{region}"), error["value"].clone());
            }
        }
        for part in ["train", "per_query", "bytes"] {
            let name = format!("cost.{part}");
            kept.insert(name.clone(), number(&report, &name));
        }
        self.store.add(id, kept.clone())?;
        kept.get(name).and_then(Value::as_f64).ok_or_else(|| format!("a run measures no {name}"))
    }
}
