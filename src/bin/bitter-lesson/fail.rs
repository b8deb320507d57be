//! How the program ends when it cannot go on: one sentence on standard error and an exit code.

use std::fmt::Display;
use std::process::ExitCode;

/// Why the program stops.
pub enum Failure {
    /// The input is at fault; exit code 2.
    Input(String),
    /// Training diverged: the run has no result; exit code 3.
    Diverged(String),
    /// The reader of our output went away, as `| head` does; not a fault.
    OutputClosed,
}

impl Failure {
    /// Bad input: a sentence that says what to change.
    pub fn input(message: impl Display) -> Failure {
        Failure::Input(message.to_string())
    }

    /// Prints the sentence and gives the exit code.
    pub fn report(self) -> ExitCode {
        let (message, code) = match self {
            Failure::Input(message) => (message, 2),
            Failure::Diverged(message) => (message, 3),
            Failure::OutputClosed => return ExitCode::SUCCESS,
        };
        eprintln!("bitter-lesson: {message}");
        ExitCode::from(code)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Failure {
        if error.kind() == std::io::ErrorKind::BrokenPipe { Failure::OutputClosed } else { Failure::input(error) }
    }
}
