//! The native side of the benchmark. It reads a command a line (JSON), works, and answers a line: `{result, wall, cpu}`, the
//! seconds by the clock and of this thread. What is only preparation is answered without times.

mod export;
mod files;
mod ours;
mod peak;

use bench_kiddo::Voters;
use files::Points;
use ours::Ours;
use serde_json::{Value, json};
use std::io::{BufRead, Write};
use std::time::Instant;

/// Seconds that this thread has been working.
#[cfg(unix)]
fn thread_seconds() -> Option<f64> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the place is this function's own.
    let failed = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) } != 0;
    (!failed).then(|| time.tv_sec as f64 + time.tv_nsec as f64 / 1e9)
}

#[cfg(not(unix))]
fn thread_seconds() -> Option<f64> {
    None
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Value) {
    let (start, before) = (Instant::now(), thread_seconds());
    let result = work();
    let wall = start.elapsed().as_secs_f64();
    let cpu = before.zip(thread_seconds()).map(|(before, after)| after - before);
    (result, json!({ "wall": wall, "cpu": cpu }))
}

/// What has been prepared.
#[derive(Default)]
struct State {
    ours: Option<Ours>,
    points: Option<Points>,
    kiddo: Option<Voters>,
}

impl State {
    fn answer(&mut self, command: &Value) -> Value {
        let text = |key: &str| command[key].as_str().unwrap_or_else(|| panic!("{key} is missing in {command}"));
        let number = |key: &str| command[key].as_u64().unwrap_or_else(|| panic!("{key} is missing in {command}"));
        let with = |mut times: Value, result: Value| {
            times["result"] = result;
            times
        };
        let give = command["give"] == true;
        match text("verb") {
            "export" => {
                export::networks(text("folder"), &command["rows"], number("seeds"), number("epochs"));
                export::points(text("folder"), &command["drawn"]);
                json!({})
            }
            "peak.name" => json!({ "result": peak::name() }),
            "peak" => {
                let (done, times) = timed(|| peak::run(number("operations")));
                with(times, done.into())
            }
            "points" => {
                self.points = Some(Points::read(text("file")));
                json!({})
            }
            "kiddo.build" => {
                self.kiddo = None;
                let points = self.points.as_ref().expect("points come before kiddo.build");
                let (voters, times) = timed(|| Voters::build(&points.xy, &points.labels));
                self.kiddo = Some(voters);
                times
            }
            "kiddo.votes" => {
                let (side, k) = (number("side") as usize, number("k") as usize);
                let voters = self.kiddo.as_ref().expect("kiddo.build comes before kiddo.votes");
                let (votes, times) = timed(|| voters.votes(&files::pixels(side), k));
                if give { with(times, votes.into()) } else { times }
            }
            "begin" => {
                self.ours = Some(Ours::new(&command["spec"]));
                json!({})
            }
            "begin.rows" => {
                self.ours = None;
                self.ours = Some(Ours::on_rows(&Points::read(text("file")), number("k")));
                json!({})
            }
            verb => {
                let ours = self.ours.as_mut().expect("begin comes first");
                match verb {
                    "again" => {
                        ours.again(command.get("spec"));
                        json!({})
                    }
                    "draw" => timed(|| ours.draw()).1,
                    "index" => timed(|| ours.index(command["times"].as_u64().unwrap_or(1))).1,
                    "train" => {
                        let times = timed(|| ours.train(number("epochs"))).1;
                        if give { with(times, ours.answers().into()) } else { times }
                    }
                    "raster" => {
                        let repeats = command["times"].as_u64().unwrap_or(1);
                        let (shares, times) = timed(|| ours.raster(number("side") as usize, repeats));
                        if give { with(times, shares.into()) } else { times }
                    }
                    _ => panic!("no verb {verb}"),
                }
            }
        }
    }
}

fn main() {
    let mut state = State::default();
    for line in std::io::stdin().lock().lines() {
        let command: Value = serde_json::from_str(&line.expect("a line")).expect("a command");
        let answer = state.answer(&command);
        let mut out = std::io::stdout().lock();
        writeln!(out, "{answer}").and_then(|()| out.flush()).expect("somebody listens");
    }
}
