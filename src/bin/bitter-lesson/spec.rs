//! `spec`: what a spec looks like.

use crate::fail::Failure;
use bitter_lesson::spec::{Spec, ranges};
use std::io::Write;

#[derive(clap::Args)]
pub struct Arguments {
    /// Kind of learner: mlp, knn or family
    #[arg(default_value = "mlp")]
    learner: String,
    /// Print every field's type, range and default instead
    #[arg(long)]
    ranges: bool,
}

pub fn main(arguments: &Arguments) -> Result<(), Failure> {
    let json = if arguments.ranges {
        ranges()
    } else {
        let name = &arguments.learner;
        Spec::default_json(name)
            .ok_or_else(|| Failure::input(format!("no learner \"{name}\"; there are mlp, knn and family")))?
    };
    Ok(writeln!(std::io::stdout(), "{json:#}")?)
}
