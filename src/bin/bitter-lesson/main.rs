//! The essay's experiments from the shell: the very code that runs in the page.

mod claims;
mod fail;
mod predict;
mod run;
mod scaling;
mod spec;
mod sweep;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Rerun the experiments of "The Bitter Lesson, Rerun".
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print a complete default spec, or every field's range
    Spec(spec::Arguments),
    /// Run a spec or a link copied from the page; prints one JSON object for each variant
    Run(run::Arguments),
    /// Train on your own points and predict others: CSV in, CSV out
    Predict(predict::Arguments),
    /// Run every spec of a sweep file and store the results that figures show
    Sweep(sweep::Arguments),
    /// Put the results of a sweep's shards together
    Merge(sweep::MergeArguments),
    /// Judge the claims of claims.toml over their seeds and write the ledger
    Claims(claims::Arguments),
    /// Fit how errors fall with the sample, find where learners cross, or predict nearest neighbours: JSON in, JSON out
    Scaling(scaling::Arguments),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Spec(arguments) => spec::main(&arguments),
        Command::Run(arguments) => run::main(&arguments),
        Command::Predict(arguments) => predict::main(&arguments),
        Command::Sweep(arguments) => sweep::main(&arguments),
        Command::Merge(arguments) => sweep::merge(&arguments),
        Command::Claims(arguments) => claims::main(&arguments),
        Command::Scaling(arguments) => scaling::main(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
