//! A [`Learner`] that is told the family of the curve, rightly or wrongly, and fits only its numbers.
//!
//! It knows nothing of the true numbers. It tries [`STARTS`] even spirals of fixed growth, length and turn on the first 500 points,
//! fits the best few to the first 1,000 while the softness of the border falls, and keeps the one with the fewest mistakes. Then it
//! goes on with ten times as many points, and so on, of which only those near the border found so far count; what makes more mistakes
//! on all points of the stage than there were before is thrown away. With a curve of the family and true labels the error falls about
//! as 1/n.

use super::arm::{BEND, Family, NUMBERS, Numbers, Place};
use super::descent::{Slope, slope};
use super::model::{Cost, Learner, Progress, Reader, SnapshotError, Writer};
use super::train::Labelled;
use std::f64::consts::{PI, TAU};
use std::ops::Range;

/// Starts: growth times length times turn.
const GROWTHS: usize = 7;
const LENGTHS: usize = 5;
const TURNS: usize = 16;
const STARTS: usize = GROWTHS * LENGTHS * TURNS;
/// Points that starts are judged by.
const SCAN_POINTS: usize = 500;
/// Starts that are fitted.
const FITTED: usize = 6;
/// Points of the first stage; each later one has ten times as many.
const FIRST_STAGE: usize = 1_000;
/// Points looked at in one step, and most that are kept near the border.
const CHUNK: usize = 4_096;
const MOST_NEAR: usize = 8_192;
/// Levels of softness in a descent, and steps at each of them; the first step only looks.
const LEVELS: usize = 8;
const STEPS: usize = 8;
const DESCENT: usize = LEVELS * STEPS;
/// Softness of the first descents, in the plane's unit, and of those in later stages that begin elsewhere.
const SOFT: f64 = 0.06;
const SOFT_AGAIN: f64 = 0.03;
/// What descents of later stages add to the bend. The first thousand points say little about the end of the arm, and a bend that is
/// far off is beyond the reach of small steps.
const BENDS: [f64; 3] = [0.0, 0.15, -0.15];

/// A fit under way or done.
pub struct FamilyRun {
    family: Family,
    sample: Labelled,
    /// The stage, and steps done in it.
    stage: usize,
    at: usize,
    /// Steps done before this stage.
    before: usize,
    /// Points that this stage fits to.
    near: Vec<Place>,
    /// The best start for each turn, with its loss; sorted when all are known.
    starts: Vec<(f64, Numbers)>,
    /// What is answered with, and its mistakes on the points of the last stage that is done, with the loss.
    numbers: Option<Numbers>,
    best: (usize, f64),
    /// Mistakes of `numbers` on the points of this stage that were looked at, and what the descents have found, with its mistakes: first
    /// on the points that were kept, then on those of the stage that are checked.
    mistakes: usize,
    found: Option<(usize, Numbers)>,
    descent: Option<Descent>,
    /// Margins computed, in all and before this stage.
    margins: u64,
    margins_before: u64,
}

/// One fit from one start.
struct Descent {
    numbers: Numbers,
    slope: Slope,
    damping: f64,
    /// The fewest mistakes at the end of a level, the later if equal.
    best: (usize, Numbers),
}

/// Points of a stage of a sample of `n`.
fn points_of(stage: usize, n: usize) -> usize {
    let points = (0..stage).fold(FIRST_STAGE, |points, _| points.saturating_mul(10));
    if points < n { points } else { n }
}

/// Steps of a stage before its descents: starts tried, or chunks looked through.
fn steps_ahead(stage: usize, n: usize) -> usize {
    if stage == 0 { STARTS } else { points_of(stage, n).div_ceil(CHUNK) }
}

fn steps_of(stage: usize, n: usize) -> usize {
    let ahead = steps_ahead(stage, n);
    if stage == 0 { ahead + FITTED * DESCENT } else { ahead + BENDS.len() * DESCENT + ahead }
}

/// Stages of a sample of `n`: the last is the first that holds all points.
fn stages(n: usize) -> usize {
    (0..).take_while(|stage| *stage == 0 || points_of(stage - 1, n) < n).count()
}

/// Steps that a sample of `n` points takes.
pub fn planned_steps(n: usize) -> u64 {
    (0..stages(n)).map(|stage| steps_of(stage, n) as u64).sum()
}

impl FamilyRun {
    /// Starts on a sample of at least one point; its rows are x and y.
    pub fn new(family: Family, sample: Labelled) -> FamilyRun {
        FamilyRun {
            family,
            sample,
            stage: 0,
            at: 0,
            before: 0,
            near: Vec::new(),
            starts: Vec::new(),
            numbers: None,
            best: (usize::MAX, 0.0),
            mistakes: 0,
            found: None,
            descent: None,
            margins: 0,
            margins_before: 0,
        }
    }

    /// The numbers fitted so far; see [`Numbers`] for their order.
    pub fn numbers(&self) -> Option<&Numbers> {
        self.numbers.as_ref()
    }

    fn n(&self) -> usize {
        self.sample.labels.len()
    }

    fn places(&self, range: Range<usize>) -> impl Iterator<Item = Place> {
        let rows = self.sample.rows[2 * range.start..2 * range.end].chunks_exact(2);
        rows.zip(&self.sample.labels[range]).map(|(row, label)| Place::new(row[0], row[1], *label == 1))
    }

    /// The softness that a stage begins with. Where the curve is of the family, the stage before has left an error of a few points; else
    /// the best numbers move with n more slowly, as n^(-1/3).
    fn softness(&self) -> f64 {
        if self.stage == 0 {
            return SOFT;
        }
        let fitted = points_of(self.stage - 1, self.n()) as f64;
        if self.best.0 == 0 { 8.0 / fitted } else { 0.1 / libm::cbrt(fitted) }
    }

    fn step(&mut self) {
        let ahead = steps_ahead(self.stage, self.n());
        match self.at.checked_sub(ahead) {
            None if self.stage == 0 => self.try_start(),
            None => self.look(),
            Some(step) if self.stage > 0 && step >= BENDS.len() * DESCENT => self.check(step - BENDS.len() * DESCENT),
            Some(step) => self.descend(step / DESCENT, step % DESCENT),
        }
        self.at += 1;
        if self.at == steps_of(self.stage, self.n()) {
            self.begin(self.stage + 1);
        }
    }

    fn begin(&mut self, stage: usize) {
        self.before = (0..stage).map(|stage| steps_of(stage, self.n())).sum();
        (self.stage, self.at) = (stage, 0);
        self.margins_before = self.margins;
        self.near = Vec::new();
        self.starts = Vec::new();
        (self.mistakes, self.found) = (0, None);
    }

    /// Tries one start; of those with one turn the best is kept.
    fn try_start(&mut self) {
        if self.at == 0 {
            self.near = self.places(0..points_of(0, self.n())).collect();
        }
        let (turn, rest) = (self.at / (GROWTHS * LENGTHS), self.at % (GROWTHS * LENGTHS));
        let growth = (0..rest / LENGTHS).fold(0.03, |growth, _| growth * 1.2);
        // Full turns and halves: 1 to 3.
        let length = (2 + rest % LENGTHS) as f64 * PI;
        let start = self.family.guess(growth, length, turn as f64 * (TAU / TURNS as f64));
        let (loss, margins) = slope(self.family, &start, &self.near[..self.near.len().min(SCAN_POINTS)], SOFT);
        self.margins += margins;
        if rest == 0 {
            self.starts.push((loss.loss, start));
        } else if loss.loss < self.starts[turn].0 {
            self.starts[turn] = (loss.loss, start);
        }
        if self.at + 1 == STARTS {
            // Stable, and losses are finite: the order is the same everywhere.
            self.starts.sort_by(|a, b| a.0.total_cmp(&b.0));
        }
    }

    /// The points of one chunk of this stage.
    fn chunk(&self, chunk: usize) -> Range<usize> {
        let (from, all) = (chunk * CHUNK, points_of(self.stage, self.n()));
        from..if all - from < CHUNK { all } else { from + CHUNK }
    }

    /// Counts the mistakes in one chunk; keeps them if they are few, and the points that lie near the border.
    fn look(&mut self) {
        let Some(numbers) = self.numbers else { return };
        let reach = 12.0 * self.softness();
        // A few mistakes anywhere show what is badly off. Many are noise or the family's own fault, and without the points beside them
        // that are right they would mislead.
        let few = self.best.0 <= points_of(self.stage - 1, self.n()) / 100;
        let (mut near, mut mistakes) = (std::mem::take(&mut self.near), self.mistakes);
        for place in self.places(self.chunk(self.at)) {
            let (margin, _) = self.family.margin(&numbers, place);
            let mistaken = (margin > 0.0) != place.inside;
            mistakes += usize::from(mistaken);
            if (margin.abs() < reach || (few && mistaken)) && near.len() < MOST_NEAR {
                near.push(place);
            }
        }
        (self.near, self.mistakes) = (near, mistakes);
        self.margins += self.chunk(self.at).len() as u64;
    }

    /// Counts the mistakes in one chunk of what was found; after the last it is taken or not.
    fn check(&mut self, chunk: usize) {
        let Some((wrong, numbers)) = self.found else { return };
        let wrong = if chunk == 0 { 0 } else { wrong };
        let range = self.chunk(chunk);
        self.margins += range.len() as u64;
        let last = range.end == points_of(self.stage, self.n());
        let mistaken = |place: &Place| (self.family.margin(&numbers, *place).0 > 0.0) != place.inside;
        let wrong = wrong + self.places(range).filter(mistaken).count();
        self.found = Some((wrong, numbers));
        if last {
            if wrong <= self.mistakes {
                (self.numbers, self.mistakes) = (Some(numbers), wrong);
            }
            self.best = (self.mistakes, 0.0);
        }
    }

    /// Where a descent begins.
    fn begin_descent(&self, number: usize) -> Numbers {
        let Some(mut numbers) = self.numbers.filter(|_| self.stage > 0) else {
            return self.starts[number].1;
        };
        numbers[BEND] += BENDS[number];
        self.family.bounded(numbers)
    }

    /// One step of a descent: the softness falls by a constant factor a level, to half a point of the stage.
    fn descend(&mut self, number: usize, step: usize) {
        let (level, within) = (step / STEPS, step % STEPS);
        if self.stage > 0 && number > 0 && self.mistakes == 0 {
            return; // Nothing is wrong with what there is.
        }
        let soft = if self.stage > 0 && number > 0 { SOFT_AGAIN } else { self.softness() };
        let last = 0.5 / points_of(self.stage, self.n()) as f64;
        let s = soft * libm::pow(last / soft, level as f64 / (LEVELS - 1) as f64);
        let look = |numbers: &Numbers| slope(self.family, numbers, &self.near, s);
        let (mut descent, margins) = match self.descent.take() {
            None => {
                let numbers = self.begin_descent(number);
                let (slope, margins) = look(&numbers);
                let best = (slope.wrong, numbers);
                (Descent { numbers, slope, damping: 0.01, best }, margins)
            }
            Some(mut descent) if within == 0 => {
                let (slope, margins) = look(&descent.numbers);
                descent.slope = slope;
                (descent, margins)
            }
            Some(mut descent) => {
                let numbers = descent.slope.step(self.family, &descent.numbers, descent.damping);
                let (slope, margins) = look(&numbers);
                if slope.loss < descent.slope.loss {
                    (descent.numbers, descent.slope) = (numbers, slope);
                    descent.damping *= 0.2;
                } else {
                    descent.damping *= 5.0;
                }
                descent.damping = crate::world::clamped(descent.damping, 1e-6, 1e6);
                (descent, margins)
            }
        };
        self.margins += margins;
        if within + 1 == STEPS && descent.slope.wrong <= descent.best.0 {
            descent.best = (descent.slope.wrong, descent.numbers);
        }
        if step + 1 < DESCENT {
            self.descent = Some(descent);
            return;
        }
        let (wrong, numbers) = descent.best;
        let found = (wrong, descent.slope.loss);
        if self.stage > 0 {
            // Compared on the points that were kept; the check counts on all.
            if self.found.is_none_or(|(fewest, _)| wrong < fewest) {
                self.found = Some((wrong, numbers));
            }
        } else if number == 0 || found.0 < self.best.0 || (found.0 == self.best.0 && found.1 < self.best.1) {
            (self.best, self.numbers) = (found, Some(numbers));
        }
    }
}

impl Learner for FamilyRun {
    fn advance(&mut self, max_units: u64) {
        for _ in 0..max_units {
            if self.stage == stages(self.n()) {
                break;
            }
            self.step();
        }
    }

    fn progress(&self) -> Progress {
        let done = (self.before + self.at) as u64;
        Progress { done, total: planned_steps(self.n()), steps_per_epoch: 0, train_loss: None, divergence: None }
    }

    /// 1 inside the arm, 0 outside; one half before the first fit is done.
    fn predict(&mut self, rows: &[f32], out: &mut Vec<f32>) {
        out.extend(rows.chunks_exact(2).map(|row| match &self.numbers {
            None => 0.5,
            Some(numbers) if self.family.margin(numbers, Place::new(row[0], row[1], false)).0 > 0.0 => 1.0,
            Some(_) => 0.0,
        }));
    }

    fn cost(&mut self) -> Cost {
        let per_query = self.family.operations();
        Cost { train: self.margins as f64 * per_query, per_query, bytes: (8 * NUMBERS) as f64 }
    }

    /// The numbers as little-endian f64, in the order of [`Numbers`].
    fn feed_digest(&self, _: usize, _: &dyn Fn(Range<usize>) -> Vec<f32>, feed: &mut dyn FnMut(&[u8])) -> bool {
        self.numbers.iter().flatten().for_each(|number| feed(&number.to_le_bytes()));
        false
    }

    /// What the stages before this one have left; the one under way takes a second or less, and is begun anew.
    fn save(&self, out: &mut Writer) {
        out.u64(self.stage as u64);
        if let Some(numbers) = self.numbers.filter(|_| self.stage > 0) {
            out.u64(self.margins_before);
            out.u64(self.best.0 as u64);
            numbers.iter().for_each(|number| out.f64(*number));
        }
    }

    fn load(&mut self, from: &mut Reader) -> Result<(), SnapshotError> {
        let (stage, n) = (from.u64()?, self.n());
        if stage > stages(n) as u64 {
            return Err(SnapshotError("it is further than the fit can be"));
        }
        self.begin(stage as usize);
        if stage > 0 {
            self.margins = from.u64()?;
            self.margins_before = self.margins;
            self.best.0 = from.u64()? as usize;
            let mut numbers = [0.0; NUMBERS];
            for number in &mut numbers {
                *number = from.f64()?;
            }
            if numbers != self.family.bounded(numbers) {
                return Err(SnapshotError("a number is out of range"));
            }
            self.numbers = Some(numbers);
        }
        Ok(())
    }
}
