//! How far a sweep is, for somebody who watches a terminal.

use std::io::IsTerminal;
use std::time::Instant;

const BAR: usize = 30;

pub struct Progress {
    shown: bool,
    start: Instant,
    total: usize,
    todo: usize,
    done: usize,
}

impl Progress {
    /// Of `total` runs `todo` are still to be done.
    pub fn new(total: usize, todo: usize) -> Progress {
        let progress = Progress { shown: std::io::stderr().is_terminal(), start: Instant::now(), total, todo, done: 0 };
        progress.show();
        progress
    }

    /// One more run is done.
    pub fn step(&mut self) {
        self.done += 1;
        self.show();
    }

    fn show(&self) {
        if !self.shown || self.total == 0 {
            return;
        }
        let finished = self.total - self.todo + self.done;
        let filled = BAR * finished / self.total;
        let left = match self.done {
            0 => String::new(),
            done => {
                let seconds = self.start.elapsed().as_secs_f64() * (self.todo - done) as f64 / done as f64;
                format!(", about {} left", duration(seconds))
            }
        };
        let bar = "#".repeat(filled) + &"·".repeat(BAR - filled);
        eprint!("\r{bar} {finished} of {} runs{left}\x1b[K", self.total);
    }

    /// Leaves the line.
    pub fn end(self) {
        if self.shown {
            eprintln!();
        }
    }
}

fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 90.0 => format!("{s:.0} s"),
        s if s < 5400.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3600.0),
    }
}
