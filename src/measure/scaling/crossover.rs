//! Where one curve goes below another for good.

use super::bootstrap::{Bootstrap, interval, sort};
use super::curve::Curve;

/// A place on the axis of sizes, or beyond what was measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Crossing {
    /// Already below at the smallest size.
    Before(u64),
    /// Between two measured sizes.
    At(f64),
    /// Not below at the largest size.
    Beyond(u64),
}

/// Where the second learner goes below the first.
#[derive(Clone, Debug)]
pub struct Crossover {
    /// From all seeds.
    pub crossing: Crossing,
    /// Ends of the 95 % interval, each censored by itself; `None` with a single seed.
    pub interval: Option<(Crossing, Crossing)>,
    /// How often the sign of the difference changes from size to size: more than once, and a single crossing is a simplification.
    pub changes: usize,
    /// Share of the resamples that cross between the sizes, that are below already, and that never are.
    pub shares: [f64; 3],
}

/// The size from which `b` lies below `a` up to the largest size: a line between the medians over seeds of ln error, at the sizes that
/// both have, for the seeds that both have there. Medians, as a verdict counts seeds; runs that went astray do not move them.
///
/// Resampled medians move in jumps, which makes the intervals a little wide: of 400 made-up pairs of curves 390 intervals hold the
/// crossing (tests/scaling.rs).
///
/// The noise of the test points is not resampled: both learners meet the same points, and what is common cancels.
///
/// # Errors
/// If the curves share fewer than two sizes with paired seeds.
pub fn crossover(a: &Curve, b: &Curve, bootstrap: Bootstrap) -> Result<Crossover, String> {
    let mut seeds: Vec<u32> = a.seeds.clone();
    seeds.retain(|seed| b.seeds.binary_search(seed).is_ok());
    // A row a common size: ln error of a and b for each common seed that has both.
    let (mut sizes, mut rows) = (Vec::new(), Vec::new());
    for (i, n) in a.sizes.iter().enumerate() {
        let Ok(j) = b.sizes.binary_search(n) else { continue };
        let log = |curve: &Curve, row: usize, seed| curve.logs[row][curve.seeds.binary_search(seed).expect("common")];
        let row: Vec<[f64; 2]> = seeds.iter().map(|seed| [log(a, i, seed), log(b, j, seed)]).collect();
        if row.iter().any(|pair| !pair[0].is_nan() && !pair[1].is_nan()) {
            sizes.push(*n);
            rows.push(row);
        }
    }
    if sizes.len() < 2 {
        return Err(
            "a and b share fewer than two sizes with the same seeds; a crossing is looked for between sizes".into()
        );
    }
    let x: Vec<f64> = sizes.iter().map(|n| libm::log(*n as f64)).collect();
    let differences = gaps(&rows, &vec![1; seeds.len()]);
    let mut drawn = Vec::with_capacity(bootstrap.samples);
    bootstrap.run(seeds.len(), 0, |times, _| drawn.push(place(&x, &gaps(&rows, times))));
    let ends = [sizes[0], sizes[sizes.len() - 1]];
    let named = |place: f64| {
        if place == f64::NEG_INFINITY {
            Crossing::Before(ends[0])
        } else if place == f64::INFINITY {
            Crossing::Beyond(ends[1])
        } else {
            Crossing::At(libm::exp(place))
        }
    };
    let share = |is: &dyn Fn(f64) -> bool| drawn.iter().filter(|p| is(**p)).count() as f64 / drawn.len() as f64;
    Ok(Crossover {
        crossing: named(place(&x, &differences)),
        interval: interval(&drawn, seeds.len()).map(|ends| (named(ends.low), named(ends.high))),
        changes: differences.windows(2).filter(|pair| (pair[0] < 0.0) != (pair[1] < 0.0)).count(),
        shares: [share(&f64::is_finite), share(&|p| p == f64::NEG_INFINITY), share(&|p| p == f64::INFINITY)],
    })
}

/// Median ln error of b less that of a at each size, each seed counted `times`; NaN where no pair is left.
fn gaps(rows: &[Vec<[f64; 2]>], times: &[u32]) -> Vec<f64> {
    let of = |row: &Vec<[f64; 2]>, which: usize| {
        let pairs = row.iter().zip(times).filter(|(pair, _)| !pair[0].is_nan() && !pair[1].is_nan());
        let mut values: Vec<f64> =
            pairs.flat_map(|(pair, times)| std::iter::repeat_n(pair[which], *times as usize)).collect();
        sort(&mut values);
        let middle = values.len() / 2;
        match values.len() {
            0 => f64::NAN,
            odd if odd % 2 == 1 => values[middle],
            _ => 0.5 * (values[middle - 1] + values[middle]),
        }
    };
    rows.iter().map(|row| of(row, 1) - of(row, 0)).collect()
}

/// Logarithm of the size after which all differences are negative: -∞ if all are, ∞ if the last is not. NaN is passed over.
fn place(x: &[f64], differences: &[f64]) -> f64 {
    let mut place = f64::NEG_INFINITY;
    let mut before: Option<(f64, f64)> = None;
    for (x, difference) in x.iter().zip(differences).filter(|(_, difference)| !difference.is_nan()) {
        if *difference >= 0.0 {
            place = f64::INFINITY;
        } else if let Some((x0, above)) = before.filter(|(_, before)| *before >= 0.0) {
            place = x0 + (x - x0) * above / (above - difference);
        }
        before = Some((*x, *difference));
    }
    place
}
