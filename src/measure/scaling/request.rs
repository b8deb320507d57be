//! Everything about scaling as one request in JSON: the page and the command line ask in the same words.
//!
//! - `{"kind": "fit", "points", "test_n"?, "samples"?, "seed"?}`
//! - `{"kind": "extrapolate", "points", "up_to", …}`: the same, fitted up to the size `up_to` and judged beyond.
//! - `{"kind": "crossover", "a", "b", …}`: the size from which b is below a.
//! - `{"kind": "law", "problem"?, "k"?, "sizes"?}`: what nearest neighbours are predicted to do; problem as in a spec.
//!
//! `points`, `a` and `b` are lists of `{"n": size, "errors": [[seed, error], …]}` by ascending size. `samples` is the number of resamples, 400 unless
//! given. Estimates come back as `{"value", "low", "high"}`, without `low` and `high` for a single seed.

use super::{Bootstrap, Crossing, Curve, Estimate, Fit, Group, crossover, extrapolate, fit};
use crate::json::{extend, object};
use crate::measure::law;
use crate::spec::Spec;
use crate::world::problem::Problem;
use serde_json::{Map, Value};

/// Most resamples, sizes and seeds: what a page may ask for without waiting for minutes.
const MOST: u64 = 10_000;
const MOST_SIZES: usize = 100;
/// Largest size: doubles count to there.
const LARGEST: u64 = 1 << 53;

type Answer = Result<Value, String>;

/// Answers a request; the module says what there is to ask.
///
/// # Errors
/// Names the field and what is allowed.
pub fn answer(request: &Value) -> Answer {
    let allowed = match request["kind"].as_str() {
        Some("fit") => &["kind", "points", "test_n", "samples", "seed"][..],
        Some("extrapolate") => &["kind", "points", "test_n", "samples", "seed", "up_to"],
        Some("crossover") => &["kind", "a", "b", "test_n", "samples", "seed"],
        Some("law") => &["kind", "problem", "k", "sizes"],
        _ => return Err("kind: allowed are fit, extrapolate, crossover and law".into()),
    };
    if let Some(field) = request.as_object().and_then(|all| all.keys().find(|key| !allowed.contains(&key.as_str()))) {
        return Err([field, ": unknown here; allowed are ", &allowed.join(", ")].concat());
    }
    if allowed.contains(&"sizes") {
        return law_of(request);
    }
    let test_n = if request["test_n"].is_null() { None } else { Some(whole(request, "test_n", None, 1, LARGEST)?) };
    let bootstrap = Bootstrap {
        samples: whole(request, "samples", Some(400), 20, MOST)? as usize,
        seed: whole(request, "seed", Some(0), 0, u64::from(u32::MAX))? as u32,
    };
    if allowed.contains(&"a") {
        return crossing(&curve(request, "a", test_n)?, &curve(request, "b", test_n)?, bootstrap);
    }
    let curve = curve(request, "points", test_n)?;
    if !allowed.contains(&"up_to") {
        return Ok(fitted(&curve, &fit(&curve, bootstrap)?));
    }
    let up_to = whole(request, "up_to", None, 1, LARGEST)?;
    let (fit, predictions) = extrapolate(&curve, up_to, bootstrap)?;
    let mut answer = fitted(&curve, &fit);
    let predictions = predictions.iter().map(|p| {
        object(vec![
            ("n", p.n.into()),
            ("predicted", estimate(p.predicted)),
            ("measured", p.measured.into()),
            ("miss", estimate(p.miss)),
        ])
    });
    answer["predictions"] = Value::Array(predictions.collect());
    Ok(answer)
}

/// The fit, and at each fitted size the mean, the fitted value and the residual of the logarithm.
fn fitted(curve: &Curve, fit: &Fit) -> Value {
    let points = (0..fit.means.len()).map(|i| {
        let (mean, residual) = (fit.means[i], fit.residuals[i]);
        let fitted = mean * libm::exp(-residual);
        object(vec![
            ("n", curve.sizes[i].into()),
            ("mean", mean.into()),
            ("fitted", fitted.into()),
            ("residual", residual.into()),
        ])
    });
    object(vec![
        ("a", estimate(fit.a)),
        ("alpha", estimate(fit.alpha)),
        ("c", estimate(fit.c)),
        ("curvature", estimate(fit.curvature)),
        ("straight", fit.straight.into()),
        ("seeds", curve.seeds.len().into()),
        ("points", Value::Array(points.collect())),
    ])
}

fn crossing(a: &Curve, b: &Curve, bootstrap: Bootstrap) -> Answer {
    let found = crossover(a, b, bootstrap)?;
    // "<" before the smallest size, ">" beyond the largest: censored, never dropped.
    let place = |crossing: Crossing| {
        let (sign, n): (&str, Value) = match crossing {
            Crossing::Before(n) => ("<", n.into()),
            Crossing::At(n) => ("=", n.into()),
            Crossing::Beyond(n) => (">", n.into()),
        };
        object(vec![("sign", sign.into()), ("n", n)])
    };
    let mut answer = object(vec![
        ("crossing", place(found.crossing)),
        ("changes", found.changes.into()),
        ("crosses", found.shares[0].into()),
        ("before", found.shares[1].into()),
        ("beyond", found.shares[2].into()),
    ]);
    if let Some((low, high)) = found.interval {
        extend(&mut answer, vec![("low", place(low)), ("high", place(high))]);
    }
    Ok(answer)
}

fn law_of(request: &Value) -> Answer {
    let k = whole(request, "k", Some(1), 1, 99)?;
    if k % 2 == 0 {
        return Err("k is even; allowed are odd numbers from 1 to 99, which have no ties".into());
    }
    let mut spec = Value::Object(Map::new());
    if !request["problem"].is_null() {
        spec["problem"] = request["problem"].clone();
    }
    let spec = Spec::check(&spec).map_err(|error| error.to_string())?;
    let integral = law::integral(&Problem::new(&spec.problem))
        .ok_or("the law needs a curve and a density; the reader's own rows have neither")?;
    let constant = law::constant(k as usize);
    let mut predicted = Vec::new();
    for n in list(request, "sizes")? {
        let n = natural(n).filter(|n| *n > 0).ok_or("sizes: allowed are whole numbers from 1")?;
        let error = constant * integral / (n as f64).sqrt();
        predicted.push(object(vec![("n", n.into()), ("error", error.into())]));
    }
    Ok(object(vec![
        ("k", k.into()),
        ("constant", constant.into()),
        ("integral", integral.into()),
        ("predicted", Value::Array(predicted)),
    ]))
}

fn estimate(estimate: Estimate) -> Value {
    let mut fields = vec![("value", estimate.value.into())];
    if let Some(interval) = estimate.interval {
        fields.extend([("low", interval.low.into()), ("high", interval.high.into())]);
    }
    object(fields)
}

/// A whole number that doubles can count to, however it is written.
fn natural(value: &Value) -> Option<u64> {
    value.as_f64().filter(|n| *n >= 0.0 && *n <= LARGEST as f64 && n.trunc() == *n).map(|n| n as u64)
}

/// A whole number within bounds, or what stands for none.
fn whole(request: &Value, field: &str, default: Option<u64>, low: u64, high: u64) -> Result<u64, String> {
    let value = &request[field];
    let number = if value.is_null() { default } else { natural(value) };
    number.filter(|number| (low..=high).contains(number)).ok_or_else(|| {
        let text = |number: u64| Value::from(number).to_string();
        [field, ": allowed are whole numbers from ", &text(low), " to ", &text(high)].concat()
    })
}

/// A list, empty where there is none.
fn list<'a>(request: &'a Value, field: &str) -> Result<&'a [Value], String> {
    match &request[field] {
        Value::Null => Ok(&[]),
        Value::Array(list) => Ok(list),
        _ => Err([field, ": not a list"].concat()),
    }
}

fn curve(request: &Value, field: &str, test_n: Option<u64>) -> Result<Curve, String> {
    let wanted =
        || [field, ": allowed is a list of {n: size, errors: [[seed, error], …]}, of at most 100 sizes"].concat();
    let groups = list(request, field)?;
    if groups.len() > MOST_SIZES {
        return Err(wanted());
    }
    let group = |group: &Value| {
        let n = natural(&group["n"])?;
        let errors = group["errors"].as_array().filter(|errors| errors.len() as u64 <= MOST)?;
        let pair = |pair: &Value| Some((u32::try_from(natural(&pair[0])?).ok()?, pair[1].as_f64()?));
        Some(Group { n, errors: errors.iter().map(pair).collect::<Option<_>>()? })
    };
    let groups: Vec<Group> = groups.iter().map(group).collect::<Option<_>>().ok_or_else(wanted)?;
    Curve::new(&groups, test_n).map_err(|why| [field, ": ", &why].concat())
}
