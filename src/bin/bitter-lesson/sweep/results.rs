//! Files of stored results: `.jsonl` holds the head and then a run a line; any other name one JSON object, `{head…, "runs": […]}`, with
//! the same lines.

use crate::fail::Failure;
use bitter_lesson::measure::sweep::{Run, Sweep, key_of};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Results by the key of their run.
#[derive(Default)]
pub struct Results(BTreeMap<String, Value>);

impl Results {
    /// What a finished file of this sweep has already; nothing if there is none, or if it was made by another recipe.
    pub fn of_finished(path: &Path, sweep: &Sweep) -> Result<Results, Failure> {
        if !path.exists() {
            return Ok(Results::default());
        }
        let (head, runs) = read(path)?;
        let mut results = Results::default();
        if head["recipe"] == sweep.recipe() {
            results.extend(runs);
        }
        Ok(results)
    }

    /// The results of a shard, which must be of this recipe.
    pub fn of_part(path: &Path, sweep: &Sweep) -> Result<Results, Failure> {
        let (head, runs) = read(path)?;
        if head["recipe"] != sweep.recipe() {
            return Err(Failure::input(format!(
                "{}: made by recipe {}, this sweep is {}; run that shard again",
                path.display(),
                head["recipe"],
                sweep.recipe()
            )));
        }
        let mut results = Results::default();
        results.extend(runs);
        Ok(results)
    }

    /// The result of a run.
    pub fn get(&self, run: &Run) -> Option<&Value> {
        self.0.get(&run.key())
    }

    /// Takes in more results.
    pub fn extend(&mut self, results: impl IntoIterator<Item = Value>) {
        self.0.extend(results.into_iter().filter_map(|result| Some((key_of(&result)?, result))));
    }
}

impl IntoIterator for Results {
    type Item = Value;
    type IntoIter = std::collections::btree_map::IntoValues<String, Value>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_values()
    }
}

fn lines_of(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "jsonl")
}

/// Writes the wanted runs in the order of the sweep. Written beside and renamed, so that a killed program leaves the old file whole.
pub fn write(out: &Path, sweep: &Sweep, wanted: &[usize], results: &Results) -> Result<(), Failure> {
    let head = sweep.head().to_string();
    let runs: Vec<String> = wanted.iter().filter_map(|i| results.get(&sweep.runs[*i])).map(Value::to_string).collect();
    let text = if lines_of(out) {
        format!("{head}\n{}\n", runs.join("\n"))
    } else {
        format!("{},\"runs\":[\n{}\n]}}\n", &head[..head.len() - 1], runs.join(",\n"))
    };
    let beside = out.with_added_extension("writing");
    std::fs::write(&beside, text).map_err(|e| Failure::input(format!("{}: {e}", beside.display())))?;
    std::fs::rename(&beside, out).map_err(|e| Failure::input(format!("{}: {e}", out.display())))
}

/// The head and the runs of a file of results.
pub fn read(path: &Path) -> Result<(Value, Vec<Value>), Failure> {
    if !lines_of(path) {
        let mut file = json(path)?;
        let runs = match file["runs"].take() {
            Value::Array(runs) => runs,
            _ => return Err(Failure::input(format!("{}: holds no runs", path.display()))),
        };
        return Ok((file, runs));
    }
    let text = text(path)?;
    let mut values = Vec::new();
    for (number, line) in text.lines().enumerate() {
        values.push(serde_json::from_str(line).map_err(|error| {
            Failure::input(format!("{}, line {}: not JSON ({error}); was it cut?", path.display(), number + 1))
        })?);
    }
    if values.is_empty() {
        return Err(Failure::input(format!("{} is empty", path.display())));
    }
    let runs = values.split_off(1);
    Ok((values.remove(0), runs))
}

fn text(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|e| Failure::input(format!("{}: {e}", path.display())))
}

/// A file that holds one JSON value.
pub fn json(path: &Path) -> Result<Value, Failure> {
    serde_json::from_str(&text(path)?).map_err(|e| Failure::input(format!("{} is not JSON: {e}", path.display())))
}
