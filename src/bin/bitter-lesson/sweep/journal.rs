//! The journal of a sweep under way: OUT.unfinished, a line for each finished run. A sweep that was killed goes on from it.

use crate::fail::Failure;
use bitter_lesson::measure::sweep::{Sweep, key_of};
use serde_json::{Value, json};
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

pub struct Journal {
    path: PathBuf,
    file: Mutex<File>,
    before: Vec<Value>,
}

impl Journal {
    /// Opens the journal beside `out`, with what an interrupted sweep left there. A last line that was cut is forgotten, and its run done
    /// again. The file is locked: two programs must not write the same results.
    pub fn open(out: &Path, sweep: &Sweep, fresh: bool) -> Result<Journal, Failure> {
        let path = out.with_added_extension("unfinished");
        let wrong = |what: String| Failure::input(format!("{}: {what}", path.display()));
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = file.map_err(|e| wrong(e.to_string()))?;
        file.try_lock().map_err(|_| wrong("another sweep is writing it; wait for that one, or stop it".into()))?;
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(|e| wrong(e.to_string()))?;
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        let mut lines = text[..whole].lines();
        let mut before = Vec::new();
        let kept = match lines.next() {
            Some(head) if !fresh => {
                let head: Value = serde_json::from_str(head).unwrap_or_default();
                if head["recipe"] != sweep.recipe() {
                    return Err(wrong(format!(
                        "left by another sweep (recipe {}, this is {}); go on with that one, or start over with --fresh",
                        head["recipe"],
                        sweep.recipe()
                    )));
                }
                for (number, line) in lines.enumerate() {
                    let result: Value = serde_json::from_str(line).unwrap_or_default();
                    if key_of(&result).is_none() {
                        return Err(wrong(format!(
                            "line {} is not a result; repair it, or start over with --fresh",
                            number + 2
                        )));
                    }
                    before.push(result);
                }
                if whole < text.len() {
                    eprintln!("{}: the last line was cut; its run is done again", path.display());
                }
                whole
            }
            _ => 0,
        };
        file.set_len(kept as u64).and_then(|()| file.seek(SeekFrom::End(0))).map_err(|e| wrong(e.to_string()))?;
        let journal = Journal { path, file: Mutex::new(file), before };
        if kept == 0 {
            journal.add(&json!({"recipe": sweep.recipe()}))?;
        }
        Ok(journal)
    }

    /// Results that an interrupted sweep left.
    pub fn before(&self) -> Vec<Value> {
        self.before.clone()
    }

    /// Adds a line, in one write, so that a kill cuts at most the last one.
    pub fn add(&self, result: &Value) -> Result<(), Failure> {
        let mut file = self.file.lock().expect("writing does not panic");
        file.write_all(format!("{result}\n").as_bytes())
            .map_err(|e| Failure::input(format!("{}: {e}; what is written is kept", self.path.display())))
    }

    /// Removes the journal of a sweep that is finished and stored.
    pub fn remove(self) -> Result<(), Failure> {
        std::fs::remove_file(&self.path).map_err(|e| Failure::input(format!("{}: {e}", self.path.display())))
    }
}
