//! What every learner offers, and the bytes of a snapshot.

use std::fmt;
use std::ops::Range;

/// Something that learns from a sample by slices of work and can then be asked.
///
/// Inputs of `predict` are the spec's features, row-major, as for the training sample; standardisation is the learner's affair.
pub trait Learner {
    /// Works for at most `max_units` units (steps, or points indexed). Slicing never changes a bit of the result.
    fn advance(&mut self, max_units: u64);
    /// How far it is.
    fn progress(&self) -> Progress;
    /// Appends one probability of "inside" a row to `out`.
    fn predict(&mut self, rows: &[f32], out: &mut Vec<f32>);
    /// What it costs.
    fn cost(&mut self) -> Cost;
    /// Feeds part number `part` of the learnt state to the digest, in the documented order; `rows` gives the features of a range
    /// of the training sample. Returns false after the last part. Parts are small, so that digests can be sliced.
    fn feed_digest(&self, part: usize, rows: &dyn Fn(Range<usize>) -> Vec<f32>, feed: &mut dyn FnMut(&[u8])) -> bool;
    /// Writes everything that a continued run depends on.
    fn save(&self, out: &mut Writer);
    /// Reads what [`Learner::save`] wrote for the same spec.
    ///
    /// # Errors
    /// If the bytes are too short or do not fit.
    fn load(&mut self, from: &mut Reader) -> Result<(), SnapshotError>;
}

/// How far a learner is, in its own units of work.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// Units done.
    pub done: u64,
    /// Units in all.
    pub total: u64,
    /// Optimiser steps in one pass over the sample; 0 where there are no epochs.
    pub steps_per_epoch: u64,
    /// Mean training loss since the last record, if any step was done.
    pub train_loss: Option<f64>,
    /// Set when training stopped because a number became infinite or not a number.
    pub divergence: Option<Divergence>,
}

/// Training stopped: the loss or a weight became infinite or not a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Divergence {
    /// The step at which it happened, counted from 1.
    pub step: u64,
    /// What happened and what to change.
    pub message: String,
}

/// What a learner costs. Operations are multiplications and additions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// Operations to train.
    pub train: f64,
    /// Operations for one answer.
    pub per_query: f64,
    /// Bytes that must be kept to answer.
    pub bytes: f64,
}

/// A snapshot that cannot be restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotError(pub &'static str);

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "this snapshot cannot be restored: {}; start the run anew", self.0)
    }
}

impl std::error::Error for SnapshotError {}

/// Writes a snapshot: little-endian numbers one after the other.
#[derive(Default)]
pub struct Writer(pub Vec<u8>);

impl Writer {
    /// Raw bytes.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }
    /// One u64.
    pub fn u64(&mut self, value: u64) {
        self.bytes(&value.to_le_bytes());
    }
    /// One f64.
    pub fn f64(&mut self, value: f64) {
        self.bytes(&value.to_le_bytes());
    }
    /// Many f32; the length is not written.
    pub fn f32s(&mut self, values: &[f32]) {
        values.iter().for_each(|value| self.bytes(&value.to_le_bytes()));
    }
    /// Many f64, with their number before them.
    pub fn f64_list(&mut self, values: &[f64]) {
        self.u64(values.len() as u64);
        values.iter().for_each(|value| self.f64(*value));
    }
}

/// Reads a snapshot.
pub struct Reader<'a>(pub &'a [u8]);

impl Reader<'_> {
    /// Raw bytes.
    pub fn bytes(&mut self, count: usize) -> Result<&[u8], SnapshotError> {
        if count > self.0.len() {
            return Err(SnapshotError("it is cut short"));
        }
        let (head, tail) = self.0.split_at(count);
        self.0 = tail;
        Ok(head)
    }
    /// One u64.
    pub fn u64(&mut self) -> Result<u64, SnapshotError> {
        Ok(u64::from_le_bytes(self.bytes(8)?.try_into().expect("eight bytes")))
    }
    /// One f64.
    pub fn f64(&mut self) -> Result<f64, SnapshotError> {
        Ok(f64::from_le_bytes(self.bytes(8)?.try_into().expect("eight bytes")))
    }
    /// As many f32 as `out` holds.
    pub fn f32s(&mut self, out: &mut [f32]) -> Result<(), SnapshotError> {
        let bytes = self.bytes(4 * out.len())?;
        for (value, bytes) in out.iter_mut().zip(bytes.chunks_exact(4)) {
            *value = f32::from_le_bytes(bytes.try_into().expect("four bytes"));
        }
        Ok(())
    }
    /// A list written by [`Writer::f64_list`].
    pub fn f64_list(&mut self) -> Result<Vec<f64>, SnapshotError> {
        let count = self.u64()? as usize;
        if count > self.0.len() / 8 {
            return Err(SnapshotError("it is cut short"));
        }
        (0..count).map(|_| self.f64()).collect()
    }
}
