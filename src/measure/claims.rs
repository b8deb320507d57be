//! Claims: sentences that the code tests. A claim names runs, an effect made of their measured numbers, and the range in which it holds;
//! it is judged over paired seeds. `claims.toml` lists them all; it is written down before the judged seeds are run.

use crate::measure::special::Special;
use crate::spec::{Spec, overlay, with_field};
use serde_json::{Map, Value, json};

/// At least this share of the seeds holds: *holds*; at most one less this share: *reversed*; between: *depends*. 27 of 30.
const CLEAR: f64 = 0.9;

/// A parsed and checked list of claims.
pub struct Claims {
    /// First and last judged seed.
    pub seeds: [u32; 2],
    /// Seeds of the random mixtures of the 20 fresh problems, with the angle each curve is turned by.
    pub problems: Vec<(u32, f64)>,
    /// Sweep files whose stored results may stand in for runs.
    pub reuse: Vec<String>,
    /// The claims in their order.
    pub list: Vec<Claim>,
}

/// One claim.
pub struct Claim {
    /// A word that never changes.
    pub id: String,
    /// Everything the file says of it, for the ledger.
    pub text: Value,
    /// The runs that its test needs, by name.
    runs: Vec<(String, Value)>,
    /// The same, of the counter-spec: runs that replace those of the same name.
    counter: Vec<(String, Value)>,
    /// All must hold; the first is the size that is reported.
    effects: Vec<Effect>,
    /// Whether the verdict asks for the 90 % interval of the effect over seeds, not for a count of seeds.
    interval: bool,
    /// Whether it is repeated on fresh problems.
    pub headline: bool,
}

/// A number made of measured numbers, and where it must lie.
struct Effect {
    of: Vec<Operand>,
    over: Vec<Operand>,
    minus: Vec<Operand>,
    special: Option<Special>,
    min: Option<f64>,
    max: Option<f64>,
}

/// `RUN MEASURE.REGION`.
pub struct Operand {
    run: String,
    number: String,
}

/// Where the numbers of a run come from: computed, or stored by its spec.
pub trait Source {
    /// The number called `name` (`MEASURE.REGION`, `cost.FIELD`) of the run of this spec.
    ///
    /// # Errors
    /// When the run diverged or measures no such number.
    fn number(&mut self, spec: &Spec, name: &str) -> Result<f64, String>;
}

/// What one seed says.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The numbers, one for each effect.
    pub effects: Vec<f64>,
    /// Whether all lie where the claim says.
    pub holds: bool,
}

fn text<'a>(value: &'a Value, field: &str, at: &str) -> Result<&'a str, String> {
    value[field].as_str().ok_or_else(|| format!("{at}.{field} is missing; allowed: text"))
}

/// `{extends: name of a spec, …}` resolved.
fn resolved(value: &Value, specs: &Value, at: &str) -> Result<Value, String> {
    let fields = value.as_object().ok_or_else(|| format!("{at} is not a table; allowed: a partial spec"))?;
    let mut own = fields.clone();
    let Some(names) = own.remove("is") else {
        return Ok(Value::Object(own));
    };
    let mut all = json!({});
    for name in names.as_str().unwrap_or_default().split_whitespace() {
        let base = specs.get(name).ok_or_else(|| format!("{at}.is names \"{name}\", which is not in [specs]"))?;
        all = overlay(&all, base);
    }
    Ok(overlay(&all, &Value::Object(own)))
}

fn operands(value: &Value, at: &str) -> Result<Vec<Operand>, String> {
    let list = match value {
        Value::Null => return Ok(Vec::new()),
        Value::Array(list) => list.as_slice(),
        one => std::slice::from_ref(one),
    };
    let operand = |value: &Value| {
        let (run, number) = value.as_str().and_then(|text| text.split_once(' '))?;
        Some(Operand { run: run.into(), number: number.into() })
    };
    list.iter()
        .map(|value| operand(value).ok_or_else(|| format!("{at} is {value}; allowed: \"RUN MEASURE.REGION\"")))
        .collect()
}

impl Effect {
    fn check(value: &Value, at: &str) -> Result<Effect, String> {
        const KNOWN: [&str; 8] = ["of", "over", "minus", "min", "max", "special", "runs", "label"];
        let fields = value.as_object().ok_or_else(|| format!("{at} is not a table"))?;
        if let Some(field) = fields.keys().find(|field| !KNOWN.contains(&field.as_str())) {
            return Err(format!("{at}.{field} is unknown; the fields are {}", KNOWN.join(", ")));
        }
        let special = match value.get("special") {
            None => None,
            Some(name) => Some(Special::named(name, &value["runs"]).map_err(|error| format!("{at}.{error}"))?),
        };
        let [of, over, minus] = ["of", "over", "minus"].map(|part| operands(&value[part], &format!("{at}.{part}")));
        let (min, max) = (value["min"].as_f64(), value["max"].as_f64());
        if min.is_none() && max.is_none() {
            return Err(format!("{at} names neither min nor max: it could not fail"));
        }
        Ok(Effect { of: of?, over: over?, minus: minus?, special, min, max })
    }

    fn holds(&self, value: f64) -> bool {
        self.min.is_none_or(|min| value >= min) && self.max.is_none_or(|max| value <= max)
    }

    fn runs(&self) -> impl Iterator<Item = &str> {
        let operands = self.of.iter().chain(&self.over).chain(&self.minus).map(|operand| operand.run.as_str());
        operands.chain(self.special.iter().flat_map(|special| special.runs.iter().map(String::as_str)))
    }

    /// Product of `of` over product of `over`, less product of `minus`; a special number stands for the first.
    fn value(&self, specs: &[(String, Spec)], source: &mut dyn Source) -> Result<f64, String> {
        let spec = |name: &str| &specs.iter().find(|(own, _)| own == name).expect("checked").1;
        let mut product = |operands: &[Operand]| {
            operands.iter().try_fold(1.0, |product, operand| {
                Ok::<f64, String>(product * source.number(spec(&operand.run), &operand.number)?)
            })
        };
        let (of, over) = (product(&self.of)?, product(&self.over)?);
        let minus = if self.minus.is_empty() { 0.0 } else { product(&self.minus)? };
        let special = match &self.special {
            None => 1.0,
            Some(special) => {
                let specs: Vec<Spec> = special.runs.iter().map(|name| spec(name).clone()).collect();
                special.value(&specs, source)?
            }
        };
        Ok(special * of / over - minus)
    }
}

impl Claims {
    /// Reads the claims: `seeds`, `problems`, `reuse`, `specs` (partial specs by name), `claim` (a list).
    ///
    /// # Errors
    /// Names the claim and the field that is wrong.
    pub fn check(file: &Value) -> Result<Claims, String> {
        let seed = |i: usize| file["seeds"][i].as_u64().and_then(|seed| u32::try_from(seed).ok());
        let (Some(first), Some(last)) = (seed(0), seed(1)) else {
            return Err("seeds is missing; allowed: [first, last]".into());
        };
        let problems = file["problems"].as_array().map_or(&[][..], Vec::as_slice);
        let problem = |value: &Value| Some((u32::try_from(value[0].as_u64()?).ok()?, value[1].as_f64()?));
        let problems = problems
            .iter()
            .map(|value| problem(value).ok_or(format!("problems holds {value}; allowed: [mixture seed, rotation]")));
        let list = file["claim"].as_array().ok_or("there is no [[claim]]")?;
        let list = list.iter().map(|claim| Claim::check(claim, &file["specs"])).collect::<Result<Vec<_>, _>>()?;
        for (i, claim) in list.iter().enumerate() {
            if list[..i].iter().any(|other| other.id == claim.id) {
                return Err(format!("claim {} stands twice", claim.id));
            }
        }
        let reuse = file["reuse"].as_array().map_or(&[][..], Vec::as_slice);
        Ok(Claims {
            seeds: [first, last],
            problems: problems.collect::<Result<_, _>>()?,
            reuse: reuse.iter().filter_map(|name| name.as_str().map(String::from)).collect(),
            list,
        })
    }
}

impl Claim {
    fn check(claim: &Value, specs: &Value) -> Result<Claim, String> {
        const KNOWN: [&str; 13] = [
            "id",
            "number",
            "article",
            "sentence",
            "test",
            "runs",
            "effect",
            "counter",
            "why_counter",
            "verdict",
            "headline",
            "script",
            "changed",
        ];
        let id = text(claim, "id", "claim")?.to_string();
        let fields = claim.as_object().ok_or("a claim is not a table")?;
        if let Some(field) = fields.keys().find(|field| !KNOWN.contains(&field.as_str())) {
            return Err(format!("claim {id}: {field} is unknown; the fields are {}", KNOWN.join(", ")));
        }
        for field in ["sentence", "test"] {
            text(claim, field, &format!("claim {id}"))?;
        }
        let named = |part: &str| -> Result<Vec<(String, Value)>, String> {
            let table = claim[part]
                .as_object()
                .ok_or_else(|| format!("claim {id}: {part} is missing; allowed: {{name: partial spec}}"))?;
            let resolve = |(name, value): (&String, &Value)| {
                let spec = resolved(value, specs, &format!("claim {id}: {part}.{name}"))?;
                Spec::check(&spec).map_err(|error| format!("claim {id}: {part}.{name}: {error}"))?;
                Ok((name.clone(), spec))
            };
            table.iter().map(resolve).collect()
        };
        let (runs, counter) = (named("runs")?, named("counter")?);
        if counter.is_empty() {
            return Err(format!("claim {id}: counter is empty; a claim that cannot fail is none"));
        }
        let list = claim["effect"].as_array().ok_or_else(|| format!("claim {id}: effect is missing"))?;
        let effects = list.iter().enumerate();
        let effects = effects.map(|(i, value)| Effect::check(value, &format!("claim {id}: effect[{i}]")));
        let effects: Vec<Effect> = effects.collect::<Result<_, _>>()?;
        let known = |name: &str| runs.iter().any(|(own, _)| own == name);
        let asked = effects.iter().flat_map(Effect::runs).chain(counter.iter().map(|(name, _)| name.as_str()));
        if let Some(name) = asked.into_iter().find(|name| !known(name)) {
            return Err(format!("claim {id}: there is no run \"{name}\""));
        }
        let interval = claim["verdict"] == "interval";
        let headline = claim["headline"] == true;
        Ok(Claim { id, text: claim.clone(), runs, counter, effects, interval, headline })
    }

    /// The runs as partial specs with all that they are made of written out: for who has no [specs] at hand.
    pub fn resolved(&self) -> Value {
        let table = |runs: &[(String, Value)]| Value::Object(runs.iter().cloned().collect());
        json!({"runs": table(&self.runs), "counter": table(&self.counter)})
    }

    /// The specs of the runs for one seed, by name. Data, initial weights and label flips get this seed; a seed that a run names itself
    /// counts from it in thousands, so that 1 is another draw of the same kind. On another problem every run that names none is about
    /// that one.
    ///
    /// # Errors
    /// When a spec is wrong for this problem.
    pub fn specs(&self, counter: bool, seed: u32, problem: Option<(u32, f64)>) -> Result<Vec<(String, Spec)>, String> {
        let spec = |(name, own): &(String, Value)| {
            let replaced = self.counter.iter().find(|(other, _)| counter && other == name);
            let mut spec = replaced.map_or(own, |(_, spec)| spec).clone();
            let network = spec["learner"]["kind"] != "knn" && spec["learner"]["kind"] != "family";
            let noisy = !spec["labels"].is_null();
            for (group, wanted) in [("sample", true), ("labels", noisy), ("learner", network)] {
                if !wanted {
                    continue;
                }
                let (path, field) = (format!("{group}.seed"), "seed");
                let shift = spec[group][field].as_u64().unwrap_or(0) as u32 * 1000;
                spec = with_field(&spec, &path, &json!(seed.wrapping_add(shift)));
            }
            if let Some((mixture, rotation)) = problem
                && spec["problem"]["kind"].is_null()
            {
                spec = overlay(
                    &spec,
                    &json!({"problem": {"mixture": "random", "mixture_seed": mixture, "rotation": rotation}}),
                );
            }
            Ok((name.clone(), Spec::check(&spec).map_err(|error| format!("claim {}: {name}: {error}", self.id))?))
        };
        self.runs.iter().map(spec).collect()
    }

    /// Judges one seed, on the essay's problem or another.
    ///
    /// # Errors
    /// When a run has no such number.
    pub fn judge(
        &self,
        counter: bool,
        seed: u32,
        problem: Option<(u32, f64)>,
        source: &mut dyn Source,
    ) -> Result<Outcome, String> {
        let specs = self.specs(counter, seed, problem)?;
        let effects = self.effects.iter().map(|effect| effect.value(&specs, source));
        let effects =
            effects.collect::<Result<Vec<f64>, String>>().map_err(|error| format!("claim {}: {error}", self.id))?;
        // Not a number holds nowhere: a comparison of nothing with nothing decides nothing.
        let holds = self.effects.iter().zip(&effects).all(|(effect, value)| effect.holds(*value));
        Ok(Outcome { effects, holds })
    }

    /// The verdict over seeds: counts, Wilson interval of the share, the median effect and its middle 80 %.
    pub fn verdict(&self, outcomes: &[Outcome]) -> Value {
        let (held, n) = (outcomes.iter().filter(|outcome| outcome.holds).count(), outcomes.len());
        let mut first: Vec<f64> = outcomes.iter().map(|outcome| outcome.effects[0]).collect();
        first.sort_by(f64::total_cmp);
        let mut fields = Map::new();
        let share = held as f64 / n as f64;
        let mut word = if share >= CLEAR - 1e-9 {
            "holds"
        } else if share <= 1.0 - CLEAR + 1e-9 {
            "reversed"
        } else {
            "depends"
        };
        if self.interval {
            let interval = mean_interval(&first);
            let effect = &self.effects[0];
            let inside = interval.iter().all(|end| effect.holds(*end));
            let beyond =
                effect.max.is_some_and(|max| interval[0] > max) || effect.min.is_some_and(|min| interval[1] < min);
            word = if inside {
                "holds"
            } else if beyond {
                "reversed"
            } else {
                "depends"
            };
            fields.insert("interval".into(), json!(interval));
        }
        fields.insert("verdict".into(), json!(word));
        fields.insert("holds_in".into(), json!(held));
        fields.insert("of".into(), json!(n));
        fields.insert("wilson".into(), json!(wilson(held, n)));
        fields.insert("median".into(), json!(quantile(&first, 0.5)));
        fields.insert("tenth".into(), json!(quantile(&first, 0.1)));
        fields.insert("ninetieth".into(), json!(quantile(&first, 0.9)));
        fields.insert("p".into(), json!(sign_test(held, n)));
        Value::Object(fields)
    }
}

/// 95 % interval of a share (Wilson 1927).
pub fn wilson(hits: usize, n: usize) -> [f64; 2] {
    const Z: f64 = 1.959_963_984_540_054;
    let (n, p) = (n as f64, hits as f64 / n as f64);
    let z2 = Z * Z / n;
    let middle = (p + z2 / 2.0) / (1.0 + z2);
    let half = Z / (1.0 + z2) * (p * (1.0 - p) / n + z2 / (4.0 * n)).sqrt();
    [middle - half, middle + half]
}

/// One-sided sign test: chance of at least so many of `n` seeds when either side were as likely.
pub fn sign_test(hits: usize, n: usize) -> f64 {
    let mut term = libm::exp2(-(n as f64));
    let mut sum = 0.0;
    for k in 0..=n {
        if k >= hits {
            sum += term;
        }
        term *= (n - k) as f64 / (k + 1) as f64;
    }
    sum
}

/// Holm's step-down correction of p-values (Holm 1979), in the order given.
pub fn holm(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*a].total_cmp(&p[*b]));
    let mut corrected = vec![0.0; p.len()];
    let mut least = 0.0;
    for (rank, i) in order.into_iter().enumerate() {
        let own = p[i] * (p.len() - rank) as f64;
        least = if own > least { own } else { least };
        corrected[i] = if least > 1.0 { 1.0 } else { least };
    }
    corrected
}

/// 90 % interval of the geometric mean of positive numbers over seeds, by the normal approximation to the mean of their logarithms.
fn mean_interval(values: &[f64]) -> [f64; 2] {
    const Z: f64 = 1.644_853_626_951_472;
    let logs: Vec<f64> = values.iter().map(|value| libm::log(*value)).collect();
    let n = logs.len() as f64;
    let mean = logs.iter().sum::<f64>() / n;
    let square = logs.iter().map(|log| (log - mean) * (log - mean)).sum::<f64>() / (n - 1.0);
    let half = Z * (square / n).sqrt();
    [libm::exp(mean - half), libm::exp(mean + half)]
}

/// A quantile of sorted numbers, between neighbours on a line.
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let low = place as usize;
    let high = (low + 1).min(sorted.len() - 1);
    sorted[low] + (place - low as f64) * (sorted[high] - sorted[low])
}
