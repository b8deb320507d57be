//! The door to JavaScript: newtypes that convert and delegate. The only file with wasm types.
//!
//! Specs and small results cross as plain objects, big arrays as typed arrays that JavaScript owns (never views of this memory,
//! which die when it grows). Errors cross as `Error` with the same sentence that the command line prints.

use crate::experiment::{Experiment, cost_json, loss_json};
use crate::json::object;
use crate::learn::model::Divergence;
use crate::link::{self, Link};
use crate::measure::{evaluate, raster};
use crate::spec::{self, Spec};
use crate::world::View;
use crate::world::problem::Problem;
use crate::world::regions::REGIONS;
use js_sys::{Array, Error, Float32Array, Number, Object, Reflect, Uint8Array, Uint32Array};
use serde::Serialize;
use serde_json::{Map, Value};
use wasm_bindgen::prelude::*;
use web_sys::DedicatedWorkerGlobalScope;

/// Nesting that is followed into an object: more than any spec has, and an end to cycles.
const DEEPEST: usize = 8;

type Result<T> = std::result::Result<T, JsValue>;

fn error(message: impl ToString) -> JsValue {
    Error::new(&message.to_string()).into()
}

fn diverged(divergence: Divergence) -> JsValue {
    error(divergence.message)
}

/// JSON to a plain object.
fn to_js(value: &Value) -> JsValue {
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or(JsValue::NULL)
}

/// Plain data from JavaScript as JSON; NaN, infinity and undefined become null, which no field allows. Written out rather than
/// deserialised, so that a function, a cycle or a symbol is refused by a sentence.
fn from_js(value: &JsValue, depth: usize) -> Result<Value> {
    if value.is_null() || value.is_undefined() {
        return Ok(Value::Null);
    }
    if let Some(flag) = value.as_bool() {
        return Ok(flag.into());
    }
    if let Some(number) = value.as_f64() {
        // Whole numbers as integers, as JSON text has them, so that a message shows "4" and not "4.0".
        return Ok(spec::canonical_number(number));
    }
    if let Some(text) = value.as_string() {
        return Ok(text.into());
    }
    if !value.is_object() || value.is_function() || depth == 0 {
        return Err(error("the spec is not plain data: allowed are objects, lists, numbers, words, true and false"));
    }
    if let Some(list) = value.dyn_ref::<Array>() {
        return list.iter().map(|item| from_js(&item, depth - 1)).collect();
    }
    let mut map = Map::new();
    for entry in Object::entries(value.unchecked_ref::<Object>()).iter() {
        let entry: Array = entry.unchecked_into();
        let field = entry.get(1);
        if !field.is_undefined() {
            map.insert(entry.get(0).as_string().unwrap_or_default(), from_js(&field, depth - 1)?);
        }
    }
    Ok(Value::Object(map))
}

fn checked(value: &JsValue) -> Result<Spec> {
    Spec::check(&from_js(value, DEEPEST)?).map_err(error)
}

fn view_of(view: &[f64], width: usize, height: usize) -> Result<View> {
    let view: View = view.try_into().map_err(|_| error("view needs four numbers: x0, y0, x1, y1"))?;
    raster::check_view(view, width, height).map_err(error)?;
    Ok(view)
}

/// A point as far out as a view may be; no index has a place for NaN.
fn check_point(x: f32, y: f32) -> Result<()> {
    let near = |c: f32| c.abs() <= 1e7;
    if near(x) && near(y) { Ok(()) } else { Err(error("a point needs two numbers within ±1e7")) }
}

/// Milliseconds: the worker's monotonic clock, or elsewhere (Node, a page) the time of day.
fn now() -> f64 {
    let scope = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>().ok();
    scope.and_then(|scope| scope.performance()).map_or_else(js_sys::Date::now, |clock| clock.now())
}

/// The number that a text in JSON's form stands for; see `number.rs`.
pub(crate) fn number_of(text: &str) -> f64 {
    JsValue::from_str(text).unchecked_into_f64()
}

/// The shortest digits that read back as this number, with an exponent or not; see `number.rs`.
pub(crate) fn digits_of(number: f64) -> String {
    Object::to_string(&Number::from(number)).into()
}

/// The rows that a slice asks for, of those that there are.
fn slice(height: usize, row: usize, rows: usize) -> std::ops::Range<usize> {
    let to = height.min(row.saturating_add(rows));
    row.min(to)..to
}

/// Number of the engine: it rises whenever any bit of any result changes.
#[wasm_bindgen]
pub fn engine() -> u32 {
    crate::ENGINE
}

/// Runs a spec to its end and reports what the command line's `run` reports.
#[wasm_bindgen]
pub fn run(spec: JsValue) -> Result<JsValue> {
    let spec = checked(&spec)?;
    let start = now();
    let mut report = Experiment::new(spec).report();
    report["seconds"] = Value::from((now() - start) / 1000.0);
    Ok(to_js(&report))
}

/// The full, canonical spec; throws what is wrong with it.
#[wasm_bindgen]
pub fn check_spec(spec: JsValue) -> Result<JsValue> {
    Ok(to_js(checked(&spec)?.to_json()))
}

/// A complete default spec for a kind of learner, `mlp`, `knn` or `family`.
#[wasm_bindgen]
pub fn default_spec(kind: &str) -> Result<JsValue> {
    let spec = Spec::default_json(kind)
        .ok_or_else(|| error(format!("no learner \"{kind}\"; there are mlp, knn and family")))?;
    Ok(to_js(&spec))
}

/// Type, range, default and meaning of every field.
#[wasm_bindgen]
pub fn spec_ranges() -> JsValue {
    to_js(&spec::ranges())
}

/// A fresh seed from the browser's randomness, for the "new seed" button.
#[wasm_bindgen]
pub fn random_seed() -> Result<u32> {
    getrandom::u32().map_err(error)
}

/// Reads a permalink; never throws.
#[wasm_bindgen]
pub fn parse_link(text: &str) -> JsValue {
    to_js(&link::parse(text).to_json())
}

/// Writes a permalink for `{figure, variants: [{name, spec}], at, view, guess, show, look}`.
#[wasm_bindgen]
pub fn format_link(state: JsValue) -> Result<String> {
    let state = from_js(&state, DEEPEST)?;
    let mut link = Link { figure: state["figure"].as_str().unwrap_or_default().into(), ..Link::default() };
    for variant in state["variants"].as_array().into_iter().flatten() {
        let spec = Spec::check(&variant["spec"]).map_err(error)?;
        link.variants.push((variant["name"].as_str().unwrap_or("main").into(), spec.to_json().clone()));
    }
    link.at = state["at"].as_f64().map(|at| at as u64);
    let text = |key: &str| state[key].as_str().map(String::from);
    (link.guess, link.show, link.look) = (text("guess"), text("show"), text("look"));
    if let Some(view) = state["view"].as_array() {
        let numbers: Vec<f64> = view.iter().filter_map(Value::as_f64).collect();
        link.view = Some(view_of(&numbers, 1, 1)?);
    }
    Ok(link::format(&link))
}

fn set(object: &Object, key: &str, value: impl Into<JsValue>) -> Result<()> {
    Reflect::set(object, &key.into(), &value.into()).map(|_| ())
}

/// The world of a spec: `{outline: Float32Array x, y, …, plane, tip, regions: [name, …]}`.
#[wasm_bindgen]
pub fn problem(spec: JsValue) -> Result<JsValue> {
    let problem = Problem::new(&checked(&spec)?.problem);
    let outline: Vec<f32> = problem.outline().into_iter().flatten().map(|c| c as f32).collect();
    let numbers = |list: &[f64]| list.iter().map(|c| JsValue::from(*c)).collect::<Array>();
    let object = Object::new();
    set(&object, "outline", Float32Array::from(&outline[..]))?;
    set(&object, "plane", numbers(&problem.plane()))?;
    set(&object, "tip", problem.tip().map_or(JsValue::NULL, |tip| numbers(&tip).into()))?;
    let regions = if problem.tip().is_some() { &REGIONS[..] } else { &[] };
    set(&object, "regions", regions.iter().map(|region| JsValue::from(region.name())).collect::<Array>())?;
    Ok(object.into())
}

/// Probability per unit area at the pixel centres of a raster.
#[wasm_bindgen]
pub fn density(spec: JsValue, view: &[f64], width: usize, height: usize) -> Result<Float32Array> {
    let view = view_of(view, width, height)?;
    Ok(Float32Array::from(&raster::density(&Problem::new(&checked(&spec)?.problem), view, width, height)[..]))
}

/// The true label at the pixel centres of a raster: 1 inside.
#[wasm_bindgen]
pub fn truth(spec: JsValue, view: &[f64], width: usize, height: usize) -> Result<Uint8Array> {
    let view = view_of(view, width, height)?;
    Ok(Uint8Array::from(&raster::truth(&Problem::new(&checked(&spec)?.problem), view, width, height)[..]))
}

/// A run in slices. No verb that takes a size works longer than that size asks for.
#[wasm_bindgen]
pub struct Session {
    inner: Experiment,
}

#[wasm_bindgen]
impl Session {
    /// A run that has not begun; throws what is wrong with the spec.
    #[wasm_bindgen(constructor)]
    pub fn new(spec: JsValue) -> Result<Session> {
        Ok(Session { inner: Experiment::new(checked(&spec)?) })
    }

    /// Starts over with another spec, keeping the drawn points and test points that both share; on an error the run stays.
    pub fn respec(&mut self, spec: JsValue) -> Result<()> {
        self.inner.respec(checked(&spec)?);
        Ok(())
    }

    /// The full spec.
    pub fn spec(&self) -> JsValue {
        to_js(self.inner.spec().to_json())
    }

    /// SHA-256 of the canonical JSON of the spec.
    pub fn spec_id(&self) -> String {
        self.inner.spec().id()
    }

    /// Works for at most `max_steps` units and returns the progress.
    pub fn advance(&mut self, max_steps: f64) -> JsValue {
        to_js(&self.inner.advance(max_steps as u64).to_json())
    }

    /// `{done, total, state, epoch, epochs, train_loss, message?, diverged_at?}`.
    pub fn progress(&self) -> JsValue {
        to_js(&self.inner.progress().to_json())
    }

    /// Probability of "inside" at the pixel centres of a raster.
    pub fn raster(&mut self, view: &[f64], width: usize, height: usize) -> Result<Float32Array> {
        self.raster_rows(view, width, height, 0, height)
    }

    /// Some rows of [`Session::raster`], with the same bits.
    pub fn raster_rows(
        &mut self,
        view: &[f64],
        width: usize,
        height: usize,
        row: usize,
        rows: usize,
    ) -> Result<Float32Array> {
        let view = view_of(view, width, height)?;
        let points = raster::points(view, width, height, slice(height, row, rows));
        let values = self.inner.predict(&points).map_err(diverged)?;
        Ok(Float32Array::from(&values[..]))
    }

    /// Activation of a hidden unit (both counted from 0) at the pixel centres of a raster.
    pub fn unit_raster(
        &mut self,
        layer: usize,
        unit: usize,
        view: &[f64],
        width: usize,
        height: usize,
    ) -> Result<Float32Array> {
        self.unit_raster_rows(layer, unit, view, width, height, 0, height)
    }

    /// Some rows of [`Session::unit_raster`], with the same bits.
    #[allow(clippy::too_many_arguments)] // Flat arguments are what JavaScript calls cheaply.
    pub fn unit_raster_rows(
        &mut self,
        layer: usize,
        unit: usize,
        view: &[f64],
        width: usize,
        height: usize,
        row: usize,
        rows: usize,
    ) -> Result<Float32Array> {
        let view = view_of(view, width, height)?;
        let points = raster::points(view, width, height, slice(height, row, rows));
        let values = self.inner.unit(layer, unit, &points);
        let missing = || error(format!("there is no hidden unit {unit} in layer {layer} to look into"));
        values.map(|values| Float32Array::from(&values[..])).ok_or_else(missing)
    }

    /// Training points in each pixel: all counts of label 0, then all of label 1.
    pub fn sample_counts(&self, view: &[f64], width: usize, height: usize) -> Result<Uint32Array> {
        let view = view_of(view, width, height)?;
        let (points, labels) = self.inner.sample();
        Ok(Uint32Array::from(&raster::counts(points, labels, view, width, height)[..]))
    }

    /// The first training points as x, y, label, …
    pub fn sample(&self, max: usize) -> Float32Array {
        let (points, labels) = self.inner.sample();
        let first = points.chunks_exact(2).zip(labels).take(max);
        let values: Vec<f32> = first.flat_map(|(p, label)| [p[0], p[1], f32::from(*label)]).collect();
        Float32Array::from(&values[..])
    }

    /// Probability of "inside" at one point; throws if it is nowhere.
    pub fn probability(&mut self, x: f32, y: f32) -> Result<f32> {
        check_point(x, y)?;
        Ok(self.inner.predict(&[x, y]).map_err(diverged)?[0])
    }

    /// The neighbours that vote on a point, nearest first: `[{index, x, y, label, distance}]`; throws if it is nowhere.
    pub fn neighbours(&self, x: f32, y: f32) -> Result<JsValue> {
        check_point(x, y)?;
        let found = self.inner.neighbours(x, y).into_iter();
        let list = found.map(|(index, x, y, label, distance)| {
            object(vec![
                ("index", index.into()),
                ("x", x.into()),
                ("y", y.into()),
                ("label", label.into()),
                ("distance", distance.into()),
            ])
        });
        Ok(to_js(&Value::Array(list.collect())))
    }

    /// The loss curve: `{step, train, test, test_error}`.
    pub fn loss(&self) -> JsValue {
        to_js(&loss_json(&self.inner.loss()))
    }

    /// `{train, per_query, bytes}`, or null before the sample is drawn.
    pub fn cost(&mut self) -> JsValue {
        self.inner.cost().map_or(JsValue::NULL, |cost| to_js(&cost_json(&cost)))
    }

    /// Measures on up to `max_points` more points; true when finished.
    pub fn measure(&mut self, max_points: usize) -> Result<bool> {
        self.inner.measure(max_points).map_err(diverged)
    }

    /// All errors, finishing the measuring if need be: `[{measure, region, value, count, standard_error?}]`.
    pub fn errors(&mut self) -> Result<JsValue> {
        Ok(to_js(&evaluate::to_json(self.inner.errors().map_err(diverged)?)))
    }

    /// One more part of the digest; true when [`Session::digest`] is ready.
    pub fn digest_step(&mut self) -> Result<bool> {
        Ok(self.inner.digest_step().map_err(diverged)?.is_some())
    }

    /// The digest of a run that is done; throws if it is not.
    pub fn digest(&mut self) -> Result<String> {
        let digest = self.inner.digest().map_err(diverged)?;
        digest.ok_or_else(|| error("the run is not done yet; a digest is made of finished runs only"))
    }

    /// Bytes from which another session with the same spec continues bit for bit.
    pub fn snapshot(&self) -> Uint8Array {
        Uint8Array::from(&self.inner.snapshot()[..])
    }

    /// Continues from a snapshot; throws if it does not fit this spec.
    pub fn restore(&mut self, bytes: &[u8]) -> Result<()> {
        self.inner.restore(bytes).map_err(error)
    }
}
