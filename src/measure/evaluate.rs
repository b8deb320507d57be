//! Errors, measured by slices: by density, by area, and in each region, beside what the trivial answer would score.
//!
//! A point is called inside if its probability is at least one half. Every error is against the true label, also when the
//! training labels are noisy.

use super::test_points::{GRID, Points, TestPoints};
use crate::json::object;
use serde_json::Value;

/// One measured number.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// What was measured: `density`, `area`, `recall`, `false_alarm`, `trivial_density`, `trivial_area`, `share`, `area_share`,
    /// `border`; for the reader's own rows `test` and `training`.
    pub measure: &'static str,
    /// Where: `all` or the name of a region.
    pub region: &'static str,
    /// The value, a share between 0 and 1; `border` is a ratio of two lengths.
    pub value: f64,
    /// How many points it rests on.
    pub count: usize,
    /// Standard error from the finite number of points, for plain shares; not the spread over seeds.
    pub standard_error: Option<f64>,
}

/// Counts over one kind of points.
#[derive(Clone, Debug, Default)]
struct Tally {
    points: usize,
    inside: usize,
    missed: usize,
    alarms: usize,
    weight: f64,
    weight_wrong: f64,
    weight_inside: f64,
}

impl Tally {
    fn add(&mut self, points: &Points, from: usize, probabilities: &[f32]) {
        for (i, p) in probabilities.iter().enumerate() {
            let inside = points.truth[from + i] == 1;
            let wrong = (*p >= 0.5) != inside;
            self.points += 1;
            self.inside += usize::from(inside);
            self.missed += usize::from(wrong && inside);
            self.alarms += usize::from(wrong && !inside);
            if let Some(density) = points.density.get(from + i) {
                let density = f64::from(*density);
                self.weight += density;
                self.weight_wrong += if wrong { density } else { 0.0 };
                self.weight_inside += if inside { density } else { 0.0 };
            }
        }
    }

    fn wrong(&self) -> usize {
        self.missed + self.alarms
    }
}

/// A measuring under way, or finished.
#[derive(Default)]
pub struct Evaluation {
    tallies: Vec<Tally>,
    /// What the points of the grid were called: 1 inside.
    grid: Vec<u8>,
    set: usize,
    offset: usize,
}

impl Evaluation {
    /// Measures on up to `max` more points; `predict` gives a probability for each x, y. Returns true when finished.
    pub fn step(&mut self, test: &TestPoints, max: usize, predict: &mut dyn FnMut(&[f32]) -> Vec<f32>) -> bool {
        let Some(points) = set(test, self.set) else {
            return true;
        };
        if self.tallies.len() == self.set {
            self.tallies.push(Tally::default());
        }
        let to = points.truth.len().min(self.offset.saturating_add(max));
        let probabilities = predict(&points.xy[2 * self.offset..2 * to]);
        self.tallies[self.set].add(points, self.offset, &probabilities);
        if self.set == AREA {
            self.grid.extend(probabilities.iter().map(|p| u8::from(*p >= 0.5)));
        }
        self.offset = to;
        if to == points.truth.len() {
            self.set += 1;
            self.offset = 0;
        }
        set(test, self.set).is_none()
    }

    /// Everything measured, once finished. `own_data` names the first set `test` instead of `density`.
    pub fn errors(&self, test: &TestPoints, own_data: bool) -> Vec<Measured> {
        let mut list = Vec::new();
        for (number, tally) in self.tallies.iter().enumerate().filter(|(_, tally)| tally.points > 0) {
            match number {
                0 => {
                    let (main, trivial) =
                        if own_data { ("test", "trivial_test") } else { ("density", "trivial_density") };
                    list.push(share(main, "all", tally.wrong(), tally.points));
                    list.push(share(trivial, "all", tally.inside, tally.points));
                    push_recall(&mut list, "all", tally);
                }
                1 => {
                    list.push(share("area", "all", tally.wrong(), tally.points));
                    list.push(share("trivial_area", "all", tally.inside, tally.points));
                    let (own, true_one) = (border(&self.grid), border(&test.area.truth));
                    list.push(plain("border", "all", own as f64 / true_one as f64, true_one));
                }
                _ => {
                    let own = &test.regions[number - 2];
                    let region = own.region.name();
                    list.push(share("area", region, tally.wrong(), tally.points));
                    list.push(share("trivial_area", region, tally.inside, tally.points));
                    if tally.weight > 0.0 {
                        let weighted = |measure, sum: f64| plain(measure, region, sum / tally.weight, tally.points);
                        list.push(weighted("density", tally.weight_wrong));
                        list.push(weighted("trivial_density", tally.weight_inside));
                    }
                    push_recall(&mut list, region, tally);
                    list.push(plain("share", region, own.share, tally.points));
                    list.push(plain("area_share", region, own.area_share, tally.points));
                }
            }
        }
        list
    }
}

/// Number of the grid among the sets of points.
const AREA: usize = 1;

/// Length of the border of a 0/1 map on the grid, in sides of a pixel. Along slanted lines that is too long, for every map alike: ratios
/// of two such lengths hold.
fn border(map: &[u8]) -> usize {
    let rows: Vec<&[u8]> = map.chunks(GRID).collect();
    let across: usize = rows.iter().map(|row| row.windows(2).filter(|pair| pair[0] != pair[1]).count()).sum();
    let down: usize = rows.windows(2).map(|pair| pair[0].iter().zip(pair[1]).filter(|(a, b)| a != b).count()).sum();
    across + down
}

/// The sets of points in order: drawn from the density, the grid, then each region.
fn set(test: &TestPoints, number: usize) -> Option<&Points> {
    match number {
        0 => Some(&test.density),
        1 => Some(&test.area),
        _ => test.regions.get(number - 2).map(|own| &own.points),
    }
}

/// `recall`: of the points inside, the share called inside. `false_alarm`: of the points outside, the share called inside.
fn push_recall(list: &mut Vec<Measured>, region: &'static str, tally: &Tally) {
    if tally.inside > 0 {
        list.push(share("recall", region, tally.inside - tally.missed, tally.inside));
    }
    if tally.points > tally.inside {
        list.push(share("false_alarm", region, tally.alarms, tally.points - tally.inside));
    }
}

fn plain(measure: &'static str, region: &'static str, value: f64, count: usize) -> Measured {
    Measured { measure, region, value, count, standard_error: None }
}

/// A share of `count` points with its binomial standard error.
pub fn share(measure: &'static str, region: &'static str, hits: usize, count: usize) -> Measured {
    let value = hits as f64 / count as f64;
    let standard_error = Some((value * (1.0 - value) / count as f64).sqrt());
    Measured { measure, region, value, count, standard_error }
}

/// The list as JSON.
pub fn to_json(errors: &[Measured]) -> Value {
    let entries = errors.iter().map(|e| {
        let mut fields = vec![
            ("measure", e.measure.into()),
            ("region", e.region.into()),
            ("value", e.value.into()),
            ("count", e.count.into()),
        ];
        if let Some(standard_error) = e.standard_error {
            fields.push(("standard_error", standard_error.into()));
        }
        object(fields)
    });
    Value::Array(entries.collect())
}
