//! How errors fall with the size of the sample: a power law with a floor, its intervals, what it says of sizes it has not seen, and
//! where two learners cross.
//!
//! 1. `curve`: what was measured, in logarithms.
//! 2. `power`: the fit; `bootstrap`: its intervals.
//! 3. `crossover`: where one curve goes below another.
//! 4. `request`: all of it as JSON, for the page and the command line.

mod bootstrap;
mod crossover;
mod curve;
mod power;
mod request;

pub use bootstrap::{Bootstrap, Interval};
pub use crossover::{Crossing, Crossover, crossover};
pub use curve::{Curve, Group};
pub use power::{FEWEST, Power, curvature};
pub use request::answer;

use crate::spec::number_text;
use bootstrap::{interval, resampled};

/// A bend of less than this, in slope a decade, is called straight: over the four decades of the essay it takes the
/// ends of a curve 6 % off the best line.
pub const BEND: f64 = 0.02;

/// A value and its 95 % interval, `None` with a single seed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// From all seeds, each once.
    pub value: f64,
    /// See `bootstrap.rs`.
    pub interval: Option<Interval>,
}

/// A fit and what can be said of it.
#[derive(Clone, Debug)]
pub struct Fit {
    /// error = a N^(−alpha) + c.
    pub power: Power,
    /// a.
    pub a: Estimate,
    /// The exponent.
    pub alpha: Estimate,
    /// The floor; the lower end may be 0.
    pub c: Estimate,
    /// Change of slope a decade.
    pub curvature: Estimate,
    /// Whether a straight line suffices: false if the whole interval of the curvature lies beyond ± [`BEND`]. So it is "not shown to
    /// be bent", not "shown to be straight". With a single seed the value decides.
    pub straight: bool,
    /// Geometric mean error at each size.
    pub means: Vec<f64>,
    /// ln measured − ln fitted at each size.
    pub residuals: Vec<f64>,
}

/// A size that a fit has not seen.
#[derive(Clone, Debug)]
pub struct Prediction {
    /// The size.
    pub n: u64,
    /// What the fit says.
    pub predicted: Estimate,
    /// Geometric mean of what was measured.
    pub measured: f64,
    /// Measured over predicted, resampled together: the interval holds 1 if the miss may be chance.
    pub miss: Estimate,
}

/// Fits all sizes.
///
/// # Errors
/// With fewer than [`FEWEST`] sizes, or a size at which no seed was measured.
pub fn fit(curve: &Curve, bootstrap: Bootstrap) -> Result<Fit, String> {
    let (x, seeds) = (curve.log_sizes(), curve.seeds.len());
    let means = curve.means(&vec![1; seeds]);
    let power = Power::fit(&x, &means).ok_or_else(|| too_few(curve))?;
    let mut drawn: [Vec<f64>; 4] = Default::default();
    bootstrap.run(seeds, x.len(), |times, noise| {
        let y = resampled(curve, &means, times, noise);
        if let Some(power) = Power::fit(&x, &y) {
            let values = [libm::exp(power.log_a), power.alpha, power.c, curvature(&x, &y)];
            drawn.iter_mut().zip(values).for_each(|(list, value)| list.push(value));
        }
    });
    let of = |value, drawn: &[f64]| Estimate { value, interval: interval(drawn, seeds) };
    let curvature = of(curvature(&x, &means), &drawn[3]);
    let Interval { low, high } = curvature.interval.unwrap_or(Interval { low: curvature.value, high: curvature.value });
    Ok(Fit {
        a: of(libm::exp(power.log_a), &drawn[0]),
        alpha: of(power.alpha, &drawn[1]),
        c: of(power.c, &drawn[2]),
        curvature,
        straight: low <= BEND && high >= -BEND,
        residuals: x.iter().zip(&means).map(|(x, y)| y - power.log_error(*x)).collect(),
        means: means.iter().map(|y| libm::exp(*y)).collect(),
        power,
    })
}

/// Fits the sizes up to `up_to` and says what that predicts for the larger ones.
///
/// # Errors
/// With fewer than [`FEWEST`] sizes to fit, or none beyond.
pub fn extrapolate(curve: &Curve, up_to: u64, bootstrap: Bootstrap) -> Result<(Fit, Vec<Prediction>), String> {
    let (seen, unseen) = curve.split(up_to);
    if unseen.sizes.is_empty() {
        return Err("no size lies beyond up_to; a fit is judged by sizes it has not seen".into());
    }
    let fitted = fit(&seen, bootstrap)?;
    let (x, at, seeds) = (seen.log_sizes(), unseen.log_sizes(), curve.seeds.len());
    let once = vec![1; seeds];
    let (seen_means, unseen_means) = (seen.means(&once), unseen.means(&once));
    let mut drawn = vec![(Vec::new(), Vec::new()); at.len()];
    bootstrap.run(seeds, curve.sizes.len(), |times, noise| {
        let (seen_noise, unseen_noise) = noise.split_at(x.len());
        let Some(power) = Power::fit(&x, &resampled(&seen, &seen_means, times, seen_noise)) else {
            return;
        };
        let measured = resampled(&unseen, &unseen_means, times, unseen_noise);
        for ((drawn, at), measured) in drawn.iter_mut().zip(&at).zip(measured) {
            let predicted = power.log_error(*at);
            drawn.0.push(libm::exp(predicted));
            drawn.1.push(libm::exp(measured - predicted));
        }
    });
    let predictions = (0..at.len()).map(|i| {
        let (predicted, measured) = (fitted.power.log_error(at[i]), unseen_means[i]);
        let of = |log, drawn: &[f64]| Estimate { value: libm::exp(log), interval: interval(drawn, seeds) };
        Prediction {
            n: unseen.sizes[i],
            predicted: of(predicted, &drawn[i].0),
            measured: libm::exp(measured),
            miss: of(measured - predicted, &drawn[i].1),
        }
    });
    let predictions = predictions.collect();
    Ok((fitted, predictions))
}

fn too_few(curve: &Curve) -> String {
    let sizes = number_text(curve.sizes.len() as f64);
    ["there are errors at ", &sizes, " sizes; three parameters need 4 or more"].concat()
}
