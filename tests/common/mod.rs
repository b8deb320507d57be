//! Specs made at random from the table of ranges, for tests that should hold for all of them.

use bitter_lesson::spec::{ranges, with_field};
use serde_json::{Map, Value, json};

/// SplitMix64 once more: a seed from the test framework becomes a spec.
pub struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform in `0..n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    /// Uniform in [0, 1].
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / ((1u64 << 53) - 1) as f64
    }

    fn integer(&mut self, min: i64, max: i64) -> i64 {
        match self.below(4) {
            0 => min,
            1 => max,
            _ => min + self.below((max - min + 1) as u64) as i64,
        }
    }

    fn number(&mut self, min: f64, max: f64) -> f64 {
        match self.below(6) {
            0 => min,
            1 => max,
            // Few digits, as a person would write, and all of them, as a program would.
            2 => ((min + (max - min) * self.share()) * 100.0).round().clamp(min * 100.0, max * 100.0) / 100.0,
            // Small beside the range, where most defaults lie.
            3 => (min + 1e-4 * self.share()).clamp(min, max),
            _ => (min + (max - min) * self.share()).clamp(min, max),
        }
    }

    /// A value that this entry of the table of ranges allows.
    pub fn value(&mut self, entry: &Value) -> Value {
        let whole = |name: &str| entry[name].as_i64().unwrap();
        let length = |dice: &mut Dice, most: i64| {
            let (min, max) = (whole("min_length"), whole("max_length"));
            dice.integer(min, max.min(min + most))
        };
        match entry["type"].as_str().unwrap() {
            "integer" => json!(self.integer(whole("min"), whole("max"))),
            "odd integer" => json!(self.integer(whole("min") / 2, (whole("max") - 1) / 2) * 2 + 1),
            "number" => json!(self.number(entry["min"].as_f64().unwrap(), entry["max"].as_f64().unwrap())),
            "boolean" => json!(self.below(2) == 0),
            "choice" => {
                let words = entry["values"].as_array().unwrap();
                words[self.below(words.len() as u64) as usize].clone()
            }
            "list of integers" => {
                let length = length(self, 5);
                (0..length).map(|_| json!(self.integer(whole("min"), whole("max")))).collect()
            }
            "list of rows" => {
                let columns = entry["columns"].as_array().unwrap();
                let length = length(self, 12);
                (0..length).map(|_| columns.iter().map(|c| self.column(c)).collect::<Value>()).collect()
            }
            other => panic!("no such type: {other}"),
        }
    }

    fn column(&mut self, column: &Value) -> Value {
        let (min, max) = (column["min"].as_f64().unwrap(), column["max"].as_f64().unwrap());
        if column["whole"] == true { json!(self.integer(min as i64, max as i64)) } else { json!(self.number(min, max)) }
    }

    /// A spec that is allowed: some fields given, others left to their defaults.
    pub fn spec(&mut self) -> Value {
        let ranges = ranges();
        let ranges = ranges.as_object().unwrap();
        let kind = |dice: &mut Dice, group: &str| dice.value(&ranges[&format!("{group}.kind")]);
        let (problem, learner) = (kind(self, "problem"), kind(self, "learner"));
        let mut spec = json!({"problem": {"kind": problem}, "learner": {"kind": learner}});
        let budget = self.below(4);
        for (path, entry) in ranges {
            let entry = match entry {
                Value::Array(list) => list.iter().find(|e| is_for(e, &problem, &learner)),
                entry => is_for(entry, &problem, &learner).then_some(entry),
            };
            let Some(entry) = entry else { continue };
            let chosen = match path.as_str() {
                "problem.kind" | "learner.kind" | "problem.components" => false,
                "features" if learner == "family" => false,
                "sample.only" => false,
                "sample.extra_n" if problem == "data" => false,
                "budget.epochs" => budget == 1,
                "budget.steps" => budget == 2,
                "budget.operations" => budget == 3,
                _ => entry["required"] == true || self.below(3) == 0,
            };
            if chosen {
                spec = with_field(&spec, path, &self.value(entry));
            }
        }
        if spec["problem"]["mixture"] == "custom" {
            let mut entry = ranges["problem.components"].clone();
            entry["min_length"] = json!(1);
            spec["problem"]["components"] = self.value(&entry);
        }
        // Only points bought at the tip can be all there is.
        if spec["sample"]["extra_where"] == "tip" && spec["sample"]["extra_n"].as_i64() > Some(0) && self.below(2) == 0
        {
            spec["sample"]["only"] = json!("tip");
        }
        spec
    }
}

/// Whether a field belongs to one of these kinds.
fn is_for(entry: &Value, problem: &Value, learner: &Value) -> bool {
    let kinds = entry["for"].as_array();
    kinds.is_none_or(|kinds| kinds.contains(problem) || kinds.contains(learner))
}

/// The same value with every whole number written with a fraction, as JavaScript and Python may, and every object's keys turned round.
#[allow(dead_code)] // not every test file needs it
pub fn written_otherwise(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let fields = map.iter().rev().map(|(k, v)| format!("{}: {}", json!(k), written_otherwise(v)));
            format!("{{ {} }}", fields.collect::<Vec<_>>().join(" ,"))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(written_otherwise).collect::<Vec<_>>().join(", "))
        }
        Value::Number(n) if n.is_i64() => format!("{n}.0"),
        other => other.to_string(),
    }
}

/// Every field as (path, entry, spec with the kinds that have it and all that they require).
#[allow(dead_code)]
pub fn fields() -> Vec<(String, Value, Value)> {
    let mut list = Vec::new();
    for (path, entry) in ranges().as_object().unwrap() {
        let entries = entry.as_array().cloned().unwrap_or_else(|| vec![entry.clone()]);
        for entry in entries {
            let kinds = entry["for"].as_array().cloned().unwrap_or_else(|| vec![Value::Null]);
            for kind in kinds {
                let mut spec = Map::new();
                if kind == "polygon" {
                    spec.insert("problem".into(), json!({"kind": "polygon", "points": [[0, 0], [1, 0], [0, 1]]}));
                } else if kind == "data" {
                    spec.insert("problem".into(), json!({"kind": "data", "rows": [[0, 0, 1]]}));
                } else if let (Some(word), Some((group, _))) = (kind.as_str(), path.split_once('.')) {
                    spec.insert(group.into(), json!({"kind": word}));
                }
                if path == "sample.only" {
                    spec.insert("sample".into(), json!({"extra_n": 1, "extra_where": "tip"}));
                }
                list.push((path.clone(), entry.clone(), Value::Object(spec)));
            }
        }
    }
    list
}
