//! Sweeps: a file that lists specs by axes goes in, stored results come out. Every result that a figure shows is stored by this
//! and by nothing else.

use crate::ENGINE;
use crate::experiment::Experiment;
use crate::measure::axes::combinations;
use crate::measure::digest::hex;
use crate::spec::{Spec, overlay, with_field};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// Rises when stored results take another form while the runs keep their bits.
const FORMAT: u32 = 2;

/// A checked sweep: what to run and what to keep of each run.
pub struct Sweep {
    name: String,
    base: Value,
    variants: Value,
    store: Value,
    /// Every run, in the order in which results are stored.
    pub runs: Vec<Run>,
}

/// One run of a sweep.
pub struct Run {
    /// Which of the named variants.
    pub variant: String,
    /// Field path -> value, of every axis.
    pub axes: Map<String, Value>,
    /// What is run.
    pub spec: Spec,
}

impl Run {
    /// What tells this run from the others of its sweep.
    pub fn key(&self) -> String {
        key(&self.variant, &self.axes)
    }
}

/// What tells a run from the others of its sweep, as text.
fn key(variant: &str, axes: &Map<String, Value>) -> String {
    json!([variant, axes]).to_string()
}

/// The key of a stored result; `None` if this is not one.
pub fn key_of(result: &Value) -> Option<String> {
    Some(key(result["variant"].as_str()?, result["axes"].as_object()?))
}

impl Sweep {
    /// Reads a sweep: `{"name", "base", "variants": {name: partial spec}, "axes": {path: values}, "zip": [{path: values, …}],
    /// "store": {…}}`. The runs are all variants times all combinations of the axes; the paths of one group of `zip` move together.
    /// `axes.rs` says in which order.
    ///
    /// # Errors
    /// Names the field of the sweep, or the variant and the field of its spec, that is wrong.
    pub fn check(sweep: &Value) -> Result<Sweep, String> {
        const KNOWN: [&str; 8] = ["name", "figure", "why", "base", "variants", "axes", "zip", "store"];
        let fields = sweep.as_object().ok_or("the sweep is not a JSON object")?;
        if let Some(field) = fields.keys().find(|field| !KNOWN.contains(&field.as_str())) {
            return Err(format!("{field} is not a field of a sweep; the fields are {}", KNOWN.join(", ")));
        }
        let name = sweep["name"].as_str().ok_or("name is missing; allowed: a word")?.to_string();
        let variants = sweep["variants"].as_object().ok_or("variants is missing; allowed: {name: partial spec}")?;
        let combinations = combinations(&sweep["axes"], &sweep["zip"])?;
        let mut runs = Vec::new();
        for (variant, own) in variants {
            let base = overlay(&sweep["base"], own);
            for axes in &combinations {
                let spec = axes.iter().fold(base.clone(), |spec, (path, value)| with_field(&spec, path, value));
                let spec = Spec::check(&spec).map_err(|error| format!("variant {variant}: {error}"))?;
                runs.push(Run { variant: variant.clone(), axes: axes.clone(), spec });
            }
        }
        let part = |name: &str| sweep[name].clone();
        Ok(Sweep { name, base: part("base"), variants: part("variants"), store: part("store"), runs })
    }

    /// What a stored result depends on besides its own variant and axes: base, variants, what is stored, engine and format. Results of
    /// the same recipe may stand in one file.
    pub fn recipe(&self) -> String {
        let text = json!([FORMAT, ENGINE, self.base, self.variants, self.store]).to_string();
        hex(&Sha256::digest(text.as_bytes()))[..16].to_string()
    }

    /// Runs number `index` and returns what is stored of it. `last` holds the run before on the same thread: points and test points that
    /// both share are not drawn again.
    pub fn result(&self, index: usize, last: &mut Option<Experiment>) -> Value {
        let run = &self.runs[index];
        let experiment = match last {
            Some(experiment) => {
                experiment.respec(run.spec.clone());
                experiment
            }
            None => last.insert(Experiment::new(run.spec.clone())),
        };
        let report = experiment.report();
        let mut result = Map::new();
        result.insert("variant".into(), json!(run.variant));
        result.insert("axes".into(), Value::Object(run.axes.clone()));
        result.insert("digest".into(), report["digest"].clone());
        if let Some(message) = report.get("diverged") {
            result.insert("diverged".into(), message.clone());
        }
        if let Some(names) = self.store["values"].as_array() {
            let value = |name: &Value| number(&report, name.as_str().unwrap_or_default());
            result.insert("values".into(), names.iter().map(value).collect());
        } else {
            for field in ["spec_id", "spec", "errors", "cost"] {
                result.insert(field.into(), report[field].clone());
            }
            // A curve for every run would weigh more than all else.
            let loss = if self.keeps("raster_for", run) { report["loss"].clone() } else { Value::Null };
            result.insert("loss".into(), loss);
        }
        if self.keeps("raster_for", run) {
            let [view, width, height] = ["view", "width", "height"].map(|field| &self.store["raster"][field]);
            result.insert("raster".into(), raster(experiment, view, width, height));
        }
        if self.keeps("sample_for", run) {
            let (points, labels) = experiment.sample();
            let n = self.store["sample"].as_u64().unwrap_or(0) as usize;
            let points = points.chunks_exact(2).zip(labels).take(n);
            let rounded = |c: f32| json!((f64::from(c) * 1e4).round() / 1e4);
            let list = points.flat_map(|(p, label)| [rounded(p[0]), rounded(p[1]), json!(label)]).collect();
            result.insert("sample".into(), list);
        }
        Value::Object(result)
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

    /// The first line of stored results: `{engine, sweep, recipe, outline?, values?, base?, variants?}`. Where results hold bare `values`,
    /// their names stand here, and so does what their specs are made of.
    pub fn head(&self) -> Value {
        let mut head = Map::new();
        head.insert("engine".into(), json!(ENGINE));
        head.insert("sweep".into(), json!(self.name));
        head.insert("recipe".into(), json!(self.recipe()));
        if self.store["values"].is_array() {
            head.insert("values".into(), self.store["values"].clone());
            head.insert("base".into(), self.base.clone());
            head.insert("variants".into(), self.variants.clone());
        }
        if self.store["outline"] == true
            && let Some(run) = self.runs.first()
        {
            let outline = Experiment::new(run.spec.clone()).problem().outline();
            let rounded = outline.into_iter().flatten().map(|c| json!((c * 1e4).round() / 1e4));
            head.insert("outline".into(), rounded.collect());
        }
        Value::Object(head)
    }
}

/// A number of a report by its name: `MEASURE.REGION` or `cost.FIELD`; null where there is none.
pub fn number(report: &Value, name: &str) -> Value {
    let (kind, place) = name.split_once('.').unwrap_or((name, ""));
    if kind == "cost" {
        return report["cost"][place].clone();
    }
    let errors = report["errors"].as_array().map_or(&[][..], Vec::as_slice);
    let found = errors.iter().find(|error| error["measure"] == kind && error["region"] == place);
    found.map_or(Value::Null, |error| error["value"].clone())
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
