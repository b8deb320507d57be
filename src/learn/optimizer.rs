//! Adam (Kingma & Ba 2015) with decoupled weight decay (Loshchilov & Hutter 2019), and gradient descent with momentum.

use super::model::{Reader, SnapshotError, Writer};
pub use crate::spec::Optimizer;

const BETA1: f64 = 0.9;
const BETA2: f64 = 0.999;
const EPSILON: f32 = 1e-8;
/// Moments below this are set to 0. A dead unit's moments would otherwise decay into subnormal numbers, which are many times
/// slower to compute with; far below anything that moves a weight.
const FLUSH: f32 = 1e-30;

/// The state that an optimiser carries from step to step.
pub struct OptimizerState {
    kind: Optimizer,
    /// Adam's first moments, or the momentum buffer.
    first: Vec<f32>,
    /// Adam's second moments; empty for gradient descent.
    second: Vec<f32>,
    /// Running powers of the betas, for Adam's bias corrections.
    powers: [f64; 2],
}

impl OptimizerState {
    /// State for `parameters` parameters before the first step.
    pub fn new(kind: Optimizer, parameters: usize) -> OptimizerState {
        let second = if kind == Optimizer::Adam { parameters } else { 0 };
        OptimizerState { kind, first: vec![0.0; parameters], second: vec![0.0; second], powers: [1.0; 2] }
    }

    /// One step. `decayed` says which runs of parameters weight decay shrinks: `(start, end, decayed)` covering all of them
    /// in order. The decay multiplies a weight by 1 − rate · decay before the step, whatever its gradient.
    pub fn step(
        &mut self,
        parameters: &mut [f32],
        gradients: &[f32],
        rate: f64,
        decay: f64,
        runs: &[(usize, usize, bool)],
    ) {
        self.powers = [self.powers[0] * BETA1, self.powers[1] * BETA2];
        for &(start, end, decayed) in runs {
            let keep = if decayed { (1.0 - rate * decay) as f32 } else { 1.0 };
            let (parameters, gradients) = (&mut parameters[start..end], &gradients[start..end]);
            let first = &mut self.first[start..end];
            match self.kind {
                Optimizer::Sgd { momentum } => descend(parameters, gradients, first, momentum, rate as f32, keep),
                Optimizer::Adam => {
                    let size = (rate / (1.0 - self.powers[0])) as f32;
                    let root = (1.0 / (1.0 - self.powers[1]).sqrt()) as f32;
                    adam(parameters, gradients, first, &mut self.second[start..end], size, root, keep);
                }
            }
        }
    }

    /// Writes the state into a snapshot.
    pub(crate) fn save(&self, out: &mut Writer) {
        out.f32s(&self.first);
        out.f32s(&self.second);
        out.f64(self.powers[0]);
        out.f64(self.powers[1]);
    }

    /// Reads what [`OptimizerState::save`] wrote.
    pub(crate) fn load(&mut self, from: &mut Reader) -> Result<(), SnapshotError> {
        from.f32s(&mut self.first)?;
        from.f32s(&mut self.second)?;
        self.powers = [from.f64()?, from.f64()?];
        Ok(())
    }
}

fn descend(parameters: &mut [f32], gradients: &[f32], buffer: &mut [f32], momentum: f32, rate: f32, keep: f32) {
    for ((p, g), b) in parameters.iter_mut().zip(gradients).zip(buffer) {
        let next = momentum * *b + *g;
        *b = if next.abs() < FLUSH { 0.0 } else { next };
        *p = *p * keep - rate * *b;
    }
}

fn adam(
    parameters: &mut [f32],
    gradients: &[f32],
    first: &mut [f32],
    second: &mut [f32],
    size: f32,
    root: f32,
    keep: f32,
) {
    const B1: f32 = BETA1 as f32;
    const B2: f32 = BETA2 as f32;
    const C1: f32 = (1.0 - BETA1) as f32;
    const C2: f32 = (1.0 - BETA2) as f32;
    for (((p, g), m), v) in parameters.iter_mut().zip(gradients).zip(first).zip(second) {
        let m1 = B1 * *m + C1 * *g;
        let v1 = B2 * *v + C2 * (*g * *g);
        *m = if m1.abs() < FLUSH { 0.0 } else { m1 };
        *v = if v1 < FLUSH { 0.0 } else { v1 };
        *p = *p * keep - size * *m / (v.sqrt() * root + EPSILON);
    }
}
