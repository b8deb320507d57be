//! `predict`: train on the reader's own points, answer for others.

use crate::fail::Failure;
use bitter_lesson::experiment::Experiment;
use bitter_lesson::spec::{Spec, overlay};
use bitter_lesson::world::csv;
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Arguments {
    /// CSV with columns x, y, label (0 or 1): every row is trained on
    #[arg(long)]
    train: PathBuf,
    /// CSV with columns x, y: the points to answer for
    #[arg(long)]
    query: PathBuf,
    /// Spec file: features, learner and budget are taken from it; default: a network
    #[arg(long)]
    spec: Option<PathBuf>,
}

pub fn main(arguments: &Arguments) -> Result<(), Failure> {
    let rows = csv::labelled(&name(&arguments.train), &read(&arguments.train)?).map_err(Failure::input)?;
    let queries = csv::points(&name(&arguments.query), &read(&arguments.query)?).map_err(Failure::input)?;
    let given: Value = match &arguments.spec {
        None => json!({}),
        Some(path) => serde_json::from_str(&read(path)?)
            .map_err(|e| Failure::input(format!("{} is not JSON: {e}", name(path))))?,
    };
    // Checked before the rows are put in, so that a message speaks of what the reader wrote.
    Spec::check(&given).map_err(Failure::input)?;
    let n = rows.len();
    let mut spec = overlay(&given, &json!({"sample": {"n": n}}));
    spec["problem"] = json!({"kind": "data", "rows": rows});
    let mut experiment = Experiment::new(Spec::check(&spec).map_err(Failure::input)?);
    if let Some(divergence) = experiment.finish().divergence {
        return Err(Failure::Diverged(divergence.message));
    }
    let points: Vec<f32> = queries.iter().flatten().map(|c| *c as f32).collect();
    let answers = experiment.predict(&points).map_err(|d| Failure::Diverged(d.message))?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    writeln!(out, "x,y,p")?;
    for ([x, y], p) in queries.iter().zip(answers) {
        writeln!(out, "{x},{y},{p}")?;
    }
    Ok(out.flush()?)
}

fn name(path: &Path) -> String {
    path.display().to_string()
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|e| Failure::input(format!("{}: {e}", path.display())))
}
