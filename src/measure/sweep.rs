//! Sweeps: a file that lists specs by axes goes in, stored results come out. Every result that a figure shows is stored by this
//! and by nothing else.

use crate::ENGINE;
use crate::experiment::Experiment;
use crate::spec::{Spec, overlay, with_field};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

/// A checked sweep: what to run and what to keep of each run.
pub struct Sweep {
    name: String,
    store: Value,
    /// Every run, in the order in which results are stored.
    pub runs: Vec<Run>,
}

/// One run of a sweep.
pub struct Run {
    variant: String,
    axes: Map<String, Value>,
    spec: Spec,
}

impl Sweep {
    /// Reads a sweep: `{"name", "base", "variants": {name: partial spec}, "axes": {path: [values]}, "store": {…}}`. The runs are all
    /// variants times all combinations, the first axis slowest, in alphabetical order of names and paths.
    ///
    /// # Errors
    /// Names the field of the sweep, or the variant and the field of its spec, that is wrong.
    pub fn check(sweep: &Value) -> Result<Sweep, String> {
        const KNOWN: [&str; 7] = ["name", "figure", "why", "base", "variants", "axes", "store"];
        let fields = sweep.as_object().ok_or("the sweep is not a JSON object")?;
        if let Some(field) = fields.keys().find(|field| !KNOWN.contains(&field.as_str())) {
            return Err(format!("{field} is not a field of a sweep; the fields are {}", KNOWN.join(", ")));
        }
        let name = sweep["name"].as_str().ok_or("name is missing; allowed: a word")?.to_string();
        let variants = sweep["variants"].as_object().ok_or("variants is missing; allowed: {name: partial spec}")?;
        let none = Map::new();
        let axes = match sweep.get("axes") {
            None => &none,
            Some(axes) => axes.as_object().ok_or("axes is not an object; allowed: {path: [values]}")?,
        };
        let mut runs = Vec::new();
        for (variant, own) in variants {
            let base = overlay(&sweep["base"], own);
            for combination in combinations(axes)? {
                let spec = combination.iter().fold(base.clone(), |spec, (path, value)| with_field(&spec, path, value));
                let spec = Spec::check(&spec).map_err(|error| format!("variant {variant}: {error}"))?;
                runs.push(Run { variant: variant.clone(), axes: combination, spec });
            }
        }
        Ok(Sweep { name, store: sweep["store"].clone(), runs })
    }

    /// Runs number `index` and returns what is stored of it.
    pub fn result(&self, index: usize) -> Value {
        let run = &self.runs[index];
        let mut experiment = Experiment::new(run.spec.clone());
        let mut result = experiment.report();
        result["variant"] = json!(run.variant);
        result["axes"] = Value::Object(run.axes.clone());
        if let Value::Object(fields) = &mut result {
            // The file says once which engine wrote it.
            fields.remove("engine");
        }
        if self.keeps("raster_for", run) {
            let [view, width, height] = ["view", "width", "height"].map(|field| &self.store["raster"][field]);
            result["raster"] = raster(&mut experiment, view, width, height);
        } else {
            result["loss"] = Value::Null;
        }
        if self.keeps("sample_for", run) {
            let (sample, labels) = experiment.sample();
            let n = labels.len().min(self.store["sample"].as_u64().unwrap_or(0) as usize);
            let points = sample.points(n).chunks_exact(2).zip(labels);
            let rounded = |c: f32| json!((f64::from(c) * 1e4).round() / 1e4);
            result["sample"] = points.flat_map(|(p, label)| [rounded(p[0]), rounded(p[1]), json!(label)]).collect();
        }
        result
    }

    /// Whether a run is among those that keep something: the axes named in `store.FIELD` have one of the values named there.
    fn keeps(&self, field: &str, run: &Run) -> bool {
        let Some(wanted) = self.store[field].as_object() else {
            return false;
        };
        wanted.iter().all(|(axis, values)| {
            let own = run.axes.get(axis);
            values.as_array().is_some_and(|values| own.is_some_and(|own| values.contains(own)))
        })
    }

    /// The file of stored results, one run a line.
    pub fn file(&self, results: &[Value]) -> String {
        let mut head = Map::new();
        head.insert("engine".into(), json!(ENGINE));
        head.insert("sweep".into(), json!(self.name));
        if self.store["outline"] == true
            && let Some(run) = self.runs.first()
        {
            let outline = Experiment::new(run.spec.clone()).problem().outline();
            let rounded = outline.into_iter().flatten().map(|c| json!((c * 1e4).round() / 1e4));
            head.insert("outline".into(), rounded.collect());
        }
        let head = Value::Object(head).to_string();
        let runs: Vec<String> = results.iter().map(Value::to_string).collect();
        format!("{},\"runs\":[\n{}\n]}}\n", &head[..head.len() - 1], runs.join(",\n"))
    }
}

/// Every choice of one value for each axis, the first axis slowest.
fn combinations(axes: &Map<String, Value>) -> Result<Vec<Map<String, Value>>, String> {
    let mut all = vec![Map::new()];
    for (path, values) in axes {
        let values = values.as_array().filter(|values| !values.is_empty());
        let values = values.ok_or_else(|| format!("axes.{path} is not a list of values"))?;
        all = all
            .iter()
            .flat_map(|chosen| {
                values.iter().map(|value| {
                    let mut chosen = chosen.clone();
                    chosen.insert(path.clone(), value.clone());
                    chosen
                })
            })
            .collect();
    }
    Ok(all)
}

/// A picture for the page to show before anything runs: probabilities, one byte a pixel.
fn raster(experiment: &mut Experiment, view: &Value, width: &Value, height: &Value) -> Value {
    let corner = |i: usize| view[i].as_f64();
    let (Some(x0), Some(y0), Some(x1), Some(y1)) = (corner(0), corner(1), corner(2), corner(3)) else {
        return Value::Null;
    };
    let (Some(columns), Some(rows)) = (width.as_u64(), height.as_u64()) else {
        return Value::Null;
    };
    let Ok(values) = experiment.raster([x0, y0, x1, y1], columns as usize, rows as usize, 0..rows as usize) else {
        return Value::Null;
    };
    let bytes: Vec<u8> = values.iter().map(|p| (255.0 * p).round() as u8).collect();
    json!({"view": view, "width": width, "height": height, "p": STANDARD.encode(bytes)})
}
