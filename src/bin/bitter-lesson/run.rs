//! `run`: one spec, or all variants of a link, from start to report.

use crate::fail::Failure;
use bitter_lesson::experiment::Experiment;
use bitter_lesson::link;
use bitter_lesson::spec::Spec;
use serde_json::{Value, json};
use std::io::{IsTerminal, Read, Write};
use std::time::Instant;

#[derive(clap::Args)]
pub struct Arguments {
    /// A spec file, a link from the page (or its #… part), or - for a spec on standard input
    spec: String,
}

/// The figures as published: base spec and variants, the same files that the page reads.
const FIGURES: &[(&str, &str)] = &[
    ("opening", include_str!("../../../www/figures/opening.json")),
    ("problem", include_str!("../../../www/figures/problem.json")),
    ("network", include_str!("../../../www/figures/network.json")),
    ("prior", include_str!("../../../www/figures/prior.json")),
    ("cleverness", include_str!("../../../www/figures/cleverness.json")),
    ("neighbours", include_str!("../../../www/figures/neighbours.json")),
    ("why-k-1", include_str!("../../../www/figures/why-k-1.json")),
    ("scaling-curve", include_str!("../../../www/figures/scaling-curve.json")),
    ("scaling-grid", include_str!("../../../www/figures/scaling-grid.json")),
    ("tail", include_str!("../../../www/figures/tail.json")),
    ("buy-data", include_str!("../../../www/figures/buy-data.json")),
];

pub fn main(arguments: &Arguments) -> Result<(), Failure> {
    let mut diverged = None;
    for (name, spec) in specs(&arguments.spec)? {
        let report = run(spec, name.as_deref());
        writeln!(std::io::stdout(), "{report:#}")?;
        if let Some(message) = report["diverged"]["message"].as_str() {
            diverged = Some(Failure::Diverged(message.into()));
        }
    }
    diverged.map_or(Ok(()), Err)
}

/// Runs one spec, showing progress when standard error is a terminal.
fn run(spec: Spec, name: Option<&str>) -> Value {
    let start = Instant::now();
    let mut experiment = Experiment::new(spec);
    let terminal = std::io::stderr().is_terminal();
    loop {
        let progress = experiment.advance(200);
        if terminal {
            eprint!("\r{} {}/{} ", name.unwrap_or("run"), progress.done, progress.total);
        }
        if progress.is_done() || progress.divergence.is_some() {
            break;
        }
    }
    if terminal {
        eprintln!();
    }
    let mut report = experiment.report();
    if let Some(name) = name {
        report["variant"] = json!(name);
    }
    report["seconds"] = json!(start.elapsed().as_secs_f64());
    report
}

fn specs(argument: &str) -> Result<Vec<(Option<String>, Spec)>, Failure> {
    if argument.contains("#fig=") || argument.starts_with("fig=") {
        return from_link(argument);
    }
    let text = if argument == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(|e| Failure::input(format!("standard input: {e}")))?;
        text
    } else {
        let wanted = "a spec file, a link with #fig=, or - for standard input";
        std::fs::read_to_string(argument).map_err(|e| Failure::input(format!("{argument}: {e}; allowed: {wanted}")))?
    };
    let value: Value = serde_json::from_str(&text).map_err(|e| Failure::input(format!("the spec is not JSON: {e}")))?;
    Ok(vec![(None, Spec::check(&value).map_err(Failure::input)?)])
}

fn from_link(text: &str) -> Result<Vec<(Option<String>, Spec)>, Failure> {
    let link = link::parse(text);
    if let Some((part, why)) = link.refused.first() {
        return Err(Failure::input(format!("link: {part} {why}")));
    }
    if link.engine.is_some_and(|engine| engine != bitter_lesson::ENGINE) {
        eprintln!(
            "bitter-lesson: the link was made by engine {}, this is engine {}: numbers may differ in their last bits",
            link.engine.unwrap_or_default(),
            bitter_lesson::ENGINE
        );
    }
    let variants = if link.variants.is_empty() { published(&link.figure)? } else { link.variants };
    let check = |(name, spec): (String, Value)| Ok((Some(name), Spec::check(&spec).map_err(Failure::input)?));
    variants.into_iter().map(check).collect()
}

/// The variants of a figure as published: its base spec with each variant's own fields laid over it.
fn published(figure: &str) -> Result<Vec<(String, Value)>, Failure> {
    let (_, json) = FIGURES.iter().find(|(name, _)| *name == figure).ok_or_else(|| {
        let names: Vec<_> = FIGURES.iter().map(|(name, _)| *name).collect();
        Failure::input(format!("link: no figure \"{figure}\"; there are {}", names.join(", ")))
    })?;
    let figure: Value = serde_json::from_str(json).map_err(Failure::input)?;
    let variants = figure["variants"].as_object().ok_or_else(|| Failure::input("the figure has no variants"))?;
    Ok(variants.iter().map(|(name, own)| (name.clone(), bitter_lesson::spec::overlay(&figure["base"], own))).collect())
}
