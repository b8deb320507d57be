//! Tests of claims that look at more than measured errors: at points, at pictures, at several learners at once.

use crate::experiment::Experiment;
use crate::measure::claims::Source;
use crate::measure::law;
use crate::spec::Spec;
use crate::world::density::PLANE;
use crate::world::problem::Problem;
use serde_json::Value;

/// A test by name, and the runs it is about.
pub struct Special {
    kind: Kind,
    /// Names of runs.
    pub runs: Vec<String>,
}

#[derive(Clone, Copy)]
enum Kind {
    /// Share of the points of two runs that are the same.
    SamePoints,
    /// p-value of the points of the first run against the density of the second.
    ChiSquare,
    /// Share of the curve's length farther than [`FAR`] from every training point.
    Uncovered,
    /// How much of the plane the first two runs disagree about, over how much the first and the third do.
    Disagreement,
    /// Density error of the worst run over that of the best, of the second half of the runs over the first half.
    SpreadRatio,
    /// The same with differences in place of ratios.
    SpreadGap,
    /// Share of the density error that lies in the tip, over the largest such share of another region.
    TipShare,
    /// The same by area.
    TipAreaShare,
    /// Density error of one neighbour, over what the law predicts from curve and density alone.
    Law,
}

const KINDS: [(&str, Kind, usize); 9] = [
    ("same_points", Kind::SamePoints, 2),
    ("chi_square", Kind::ChiSquare, 2),
    ("uncovered", Kind::Uncovered, 1),
    ("disagreement", Kind::Disagreement, 3),
    ("spread_ratio", Kind::SpreadRatio, 4),
    ("spread_gap", Kind::SpreadGap, 4),
    ("tip_share", Kind::TipShare, 1),
    ("tip_area_share", Kind::TipAreaShare, 1),
    ("law", Kind::Law, 1),
];

/// How far a place of the curve must be from all points to count as never sampled.
const FAR: f32 = 0.1;
/// Cells along a side of the chi-square test: at 10,000 points the emptier ones are pooled.
const CELLS: usize = 24;
/// Expected points below which cells are pooled, the usual rule.
const FEWEST: f64 = 5.0;
/// Pixels along a side of the pictures compared.
const PIXELS: usize = 160;

impl Special {
    /// The test of this name.
    ///
    /// # Errors
    /// When there is none, or too few runs are named.
    pub fn named(name: &Value, runs: &Value) -> Result<Special, String> {
        let Some((name, kind, least)) = KINDS.iter().find(|(own, ..)| name == own) else {
            let all: Vec<&str> = KINDS.iter().map(|(name, ..)| *name).collect();
            return Err(format!("special is {name}; allowed: {}", all.join(", ")));
        };
        let runs: Vec<String> =
            runs.as_array().into_iter().flatten().filter_map(|run| run.as_str().map(String::from)).collect();
        if runs.len() < *least {
            return Err(format!("runs names {} runs; {name} needs {least}", runs.len()));
        }
        Ok(Special { kind: *kind, runs })
    }

    /// The number.
    ///
    /// # Errors
    /// When a run diverged.
    pub fn value(&self, specs: &[Spec], source: &mut dyn Source) -> Result<f64, String> {
        let mut density = |specs: &[Spec]| -> Result<Vec<f64>, String> {
            specs.iter().map(|spec| source.number(spec, "density.all")).collect()
        };
        let halves = specs.split_at(specs.len() / 2);
        match self.kind {
            Kind::SamePoints => Ok(same_points(specs)),
            Kind::ChiSquare => Ok(chi_square(&specs[0], &specs[1])),
            Kind::Uncovered => Ok(uncovered(&specs[0])),
            Kind::Disagreement => disagreement(specs),
            Kind::SpreadRatio => {
                let ratio = |errors: Vec<f64>| largest(&errors) / smallest(&errors);
                Ok(ratio(density(halves.1)?) / ratio(density(halves.0)?))
            }
            Kind::SpreadGap => {
                let gap = |errors: Vec<f64>| largest(&errors) - smallest(&errors);
                Ok(gap(density(halves.1)?) / gap(density(halves.0)?))
            }
            Kind::TipShare => tip_share(&specs[0], "density", "share", source),
            Kind::Law => {
                let spec = &specs[0];
                let integral =
                    law::integral(&Problem::new(&spec.problem)).ok_or("the law needs a curve and a density")?;
                let predicted = law::constant(1) * integral / (spec.sample.n as f64).sqrt();
                Ok(source.number(spec, "density.all")? / predicted)
            }
            Kind::TipAreaShare => tip_share(&specs[0], "area", "area_share", source),
        }
    }
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(f64::NEG_INFINITY, |most, value| if *value > most { *value } else { most })
}

fn smallest(values: &[f64]) -> f64 {
    values.iter().fold(f64::INFINITY, |least, value| if *value < least { *value } else { least })
}

/// A run with its sample drawn and its learner at its first step.
fn drawn(spec: &Spec) -> Experiment {
    let mut experiment = Experiment::new(spec.clone());
    while experiment.sample().1.is_empty() {
        experiment.advance(u64::from(u32::MAX));
    }
    experiment
}

fn same_points(specs: &[Spec]) -> f64 {
    let (a, b) = (drawn(&specs[0]), drawn(&specs[1]));
    let (a, b) = (a.sample().0, b.sample().0);
    let same = a.chunks(2).zip(b.chunks(2)).filter(|(a, b)| a == b).count();
    same as f64 / (a.len().max(b.len()) / 2) as f64
}

/// Pearson's test of counts in square cells against the density's probabilities, which are exact.
fn chi_square(sampled: &Spec, formula: &Spec) -> f64 {
    let run = drawn(sampled);
    let (points, labels) = run.sample();
    let n = labels.len() as f64;
    let counts = super::raster::counts(points, labels, PLANE, CELLS, CELLS);
    let problem = Problem::new(&formula.problem);
    let Some(mixture) = &problem.mixture else { return f64::NAN };
    let size = (PLANE[2] - PLANE[0]) / CELLS as f64;
    let (mut statistic, mut cells, mut pool) = (0.0, 0, (0.0, 0.0));
    let mut add = |seen: f64, expected: f64| {
        statistic += (seen - expected) * (seen - expected) / expected;
        cells += 1;
    };
    for row in 0..CELLS {
        for column in 0..CELLS {
            let (x, y) = (PLANE[0] + size * column as f64, PLANE[3] - size * (row + 1) as f64);
            let expected = n * mixture.probability([x, y, x + size, y + size]);
            let i = row * CELLS + column;
            let seen = f64::from(counts[i] + counts[CELLS * CELLS + i]);
            if expected >= FEWEST {
                add(seen, expected);
            } else {
                pool = (pool.0 + seen, pool.1 + expected);
            }
        }
    }
    if pool.1 > 0.0 {
        add(pool.0, pool.1);
    }
    upper_tail(statistic, f64::from(cells - 1))
}

/// Chance that a chi-square variable with so many degrees of freedom exceeds a value (Wilson & Hilferty 1931).
fn upper_tail(value: f64, freedom: f64) -> f64 {
    let spread = 2.0 / (9.0 * freedom);
    let z = (libm::cbrt(value / freedom) - (1.0 - spread)) / spread.sqrt();
    0.5 * libm::erfc(z / std::f64::consts::SQRT_2)
}

fn uncovered(spec: &Spec) -> f64 {
    let mut run = Experiment::new(spec.clone());
    run.finish();
    let line = run.problem().outline();
    let (mut length, mut far) = (0.0, 0.0);
    for (i, a) in line.iter().enumerate() {
        let b = line[(i + 1) % line.len()];
        let step = ((b[0] - a[0]) * (b[0] - a[0]) + (b[1] - a[1]) * (b[1] - a[1])).sqrt();
        let nearest = run.neighbours((0.5 * (a[0] + b[0])) as f32, (0.5 * (a[1] + b[1])) as f32);
        length += step;
        if nearest.first().is_some_and(|found| found.4 > FAR) {
            far += step;
        }
    }
    far / length
}

fn disagreement(specs: &[Spec]) -> Result<f64, String> {
    let mut maps = Vec::new();
    for spec in &specs[..3] {
        let mut run = Experiment::new(spec.clone());
        run.finish();
        let answers = run.raster(PLANE, PIXELS, PIXELS, 0..PIXELS).map_err(|divergence| divergence.message)?;
        maps.push(answers.into_iter().map(|p| p >= 0.5).collect::<Vec<bool>>());
    }
    let differ = |other: &[bool]| maps[0].iter().zip(other).filter(|(a, b)| a != b).count() as f64;
    Ok(differ(&maps[1]) / differ(&maps[2]))
}

fn tip_share(spec: &Spec, error: &str, share: &str, source: &mut dyn Source) -> Result<f64, String> {
    let mut part = |region: &str| -> Result<f64, String> {
        Ok(source.number(spec, &format!("{error}.{region}"))? * source.number(spec, &format!("{share}.{region}"))?)
    };
    let others = [part("dense")?, part("sparse")?, part("centre")?];
    Ok(part("tip")? / largest(&others))
}
