//! The multilayer perceptron: parameters, forward pass, backward pass.
//!
//! Hidden layer: z = x W + b, optionally layer-normalised (Ba et al. 2016: over the layer's units, biased variance, epsilon 1e-5,
//! then gain and shift), then the activation. Output layer: one unit, its value is the log-odds of "inside".
//!
//! Parameters lie in one vector, layer by layer: weights (row-major `inputs x outputs`), biases, then gain and shift if the
//! layer is normalised. This is also the order of the digest.

use super::activation::{Activation, logistic};
use super::matmul::{Left, product, transpose};
use crate::rng::{Purpose, normal_pair, stream, uniform};
use ndarray::{ArrayView1, ArrayView2};
use std::ops::Range;

/// Added to the variance in layer normalisation.
const NORM_EPSILON: f32 = 1e-5;
/// Rows that a prediction works on at a time, so that activations stay in the cache.
pub const CHUNK: usize = 256;

/// Where one layer's parameters lie.
#[derive(Clone, Debug)]
struct Layer {
    inputs: usize,
    outputs: usize,
    weights: Range<usize>,
    biases: Range<usize>,
    /// Gain and shift of the layer norm; empty ranges without.
    gain: Range<usize>,
    shift: Range<usize>,
}

/// A network: plain parameters and what is needed to read them.
#[derive(Clone, Debug)]
pub struct Network {
    layers: Vec<Layer>,
    parameters: Vec<f32>,
    activation: Activation,
    layer_norm: bool,
}

/// Buffers of a forward and backward pass over up to `rows` rows; nothing is allocated while training.
pub struct Workspace {
    /// For each layer its output: activations, and for the last one the log-odds.
    outputs: Vec<Vec<f32>>,
    /// For each normalised layer the normalised values before gain and shift, and one over the deviation of each row.
    normed: Vec<Vec<f32>>,
    inverse_deviation: Vec<Vec<f32>>,
    gradient: Vec<f32>,
    gradient_below: Vec<f32>,
    transposed: Vec<f32>,
}

impl Network {
    /// A network with fresh weights: He normal for ReLU (He et al. 2015), Glorot uniform for tanh (Glorot & Bengio 2010), biases
    /// and shifts 0, gains 1. Each layer draws from its own stream.
    pub fn new(inputs: usize, hidden: &[usize], activation: Activation, layer_norm: bool, seed: u32) -> Network {
        let sizes: Vec<usize> = [inputs].into_iter().chain(hidden.iter().copied()).chain([1]).collect();
        let mut layers = Vec::new();
        let mut parameters = Vec::new();
        for (index, pair) in sizes.windows(2).enumerate() {
            let (inputs, outputs) = (pair[0], pair[1]);
            let normalised = layer_norm && index + 2 < sizes.len();
            let mut take = |count: usize| {
                let start = parameters.len();
                parameters.resize(start + count, 0.0);
                start..start + count
            };
            let layer = Layer {
                inputs,
                outputs,
                weights: take(inputs * outputs),
                biases: take(outputs),
                gain: take(if normalised { outputs } else { 0 }),
                shift: take(if normalised { outputs } else { 0 }),
            };
            initialise(&mut parameters[layer.weights.clone()], inputs, outputs, activation, seed, index);
            parameters[layer.gain.clone()].fill(1.0);
            layers.push(layer);
        }
        Network { layers, parameters, activation, layer_norm }
    }

    /// All parameters in the documented order.
    pub fn parameters(&self) -> &[f32] {
        &self.parameters
    }

    /// The same, for the optimiser and for snapshots.
    pub fn parameters_mut(&mut self) -> &mut [f32] {
        &mut self.parameters
    }

    /// Weights of one layer, `inputs x outputs`.
    pub fn weights(&self, layer: usize) -> ArrayView2<'_, f32> {
        let l = &self.layers[layer];
        ArrayView2::from_shape((l.inputs, l.outputs), &self.parameters[l.weights.clone()]).expect("shape of the layer")
    }

    /// Biases of one layer.
    pub fn biases(&self, layer: usize) -> ArrayView1<'_, f32> {
        ArrayView1::from(&self.parameters[self.layers[layer].biases.clone()])
    }

    /// Units in each hidden layer.
    pub fn hidden(&self) -> Vec<usize> {
        self.layers[..self.layers.len() - 1].iter().map(|l| l.outputs).collect()
    }

    /// Number of weights, biases not counted: a sample's forward pass costs two operations each.
    pub fn weight_count(&self) -> usize {
        self.layers.iter().map(|l| l.weights.len()).sum()
    }

    /// Runs of parameters as (start, end, whether weight decay applies): only weight matrices decay.
    pub fn decay_runs(&self) -> Vec<(usize, usize, bool)> {
        let rest_end = |l: &Layer| {
            if self.is_normed(l) { l.shift.end } else { l.biases.end }
        };
        self.layers
            .iter()
            .flat_map(|l| [(l.weights.start, l.weights.end, true), (l.weights.end, rest_end(l), false)])
            .collect()
    }

    fn is_normed(&self, layer: &Layer) -> bool {
        self.layer_norm && !layer.gain.is_empty()
    }

    /// Forward pass over `rows` rows of inputs; the log-odds are then in [`Workspace::log_odds`].
    pub fn forward(&self, inputs: &[f32], rows: usize, work: &mut Workspace) {
        for (index, layer) in self.layers.iter().enumerate() {
            let (below, here) = work.outputs.split_at_mut(index);
            let x = if index == 0 { inputs } else { &below[index - 1] };
            let z = &mut here[0][..rows * layer.outputs];
            product(rows, layer.inputs, layer.outputs, x, Left::Plain, &self.parameters[layer.weights.clone()], z);
            let biases = &self.parameters[layer.biases.clone()];
            for row in z.chunks_exact_mut(layer.outputs) {
                row.iter_mut().zip(biases).for_each(|(z, b)| *z += b);
            }
            if self.is_normed(layer) {
                self.normalise(layer, z, &mut work.normed[index], &mut work.inverse_deviation[index]);
            }
            if index + 1 < self.layers.len() {
                self.activation.apply(z);
            }
        }
    }

    /// Layer normalisation in place, keeping what the backward pass needs. Sums run over the units in order.
    fn normalise(&self, layer: &Layer, z: &mut [f32], normed: &mut [f32], inverse: &mut [f32]) {
        let units = layer.outputs as f32;
        let (gain, shift) = (&self.parameters[layer.gain.clone()], &self.parameters[layer.shift.clone()]);
        let rows = z.chunks_exact_mut(layer.outputs).zip(normed.chunks_exact_mut(layer.outputs));
        for ((row, kept), inverse) in rows.zip(inverse) {
            let mean = row.iter().fold(0.0f32, |sum, z| sum + z) / units;
            let variance = row.iter().fold(0.0f32, |sum, z| sum + (z - mean) * (z - mean)) / units;
            *inverse = 1.0 / (variance + NORM_EPSILON).sqrt();
            for (((z, kept), gain), shift) in row.iter_mut().zip(kept).zip(gain).zip(shift) {
                *kept = (*z - mean) * *inverse;
                *z = *kept * gain + shift;
            }
        }
    }

    /// Backward pass after [`Network::forward`] on the same inputs: `by_log_odds` are the derivatives of the loss by each
    /// log-odds (already divided by the number of rows); writes the gradient of every parameter.
    ///
    /// Sums over rows run in order of the rows.
    pub fn backward(&self, inputs: &[f32], by_log_odds: &[f32], work: &mut Workspace, gradients: &mut [f32]) {
        let rows = by_log_odds.len();
        work.gradient[..rows].copy_from_slice(by_log_odds);
        for (index, layer) in self.layers.iter().enumerate().rev() {
            let size = rows * layer.outputs;
            if index + 1 < self.layers.len() {
                self.activation.backward(&work.outputs[index][..size], &mut work.gradient[..size]);
            }
            if self.is_normed(layer) {
                let kept = (&work.normed[index][..size], &work.inverse_deviation[index][..rows]);
                let own = &mut gradients[layer.gain.start..layer.shift.end];
                normalise_backward(&self.parameters[layer.gain.clone()], kept, &mut work.gradient[..size], own);
            }
            let gradient = &work.gradient[..size];
            column_sums(layer.outputs, gradient, &mut gradients[layer.biases.clone()]);
            let x = if index == 0 { inputs } else { &work.outputs[index - 1] };
            let own = &mut gradients[layer.weights.clone()];
            product(layer.inputs, rows, layer.outputs, &x[..rows * layer.inputs], Left::Transposed, gradient, own);
            if index > 0 {
                let turned = &mut work.transposed[..layer.weights.len()];
                transpose(layer.inputs, layer.outputs, &self.parameters[layer.weights.clone()], turned);
                let below = &mut work.gradient_below[..rows * layer.inputs];
                product(rows, layer.outputs, layer.inputs, gradient, Left::Plain, turned, below);
                std::mem::swap(&mut work.gradient, &mut work.gradient_below);
            }
        }
    }

    /// Probabilities of "inside" for standardised inputs, row-major; appended to `out`.
    pub fn predict(&self, inputs: &[f32], work: &mut Workspace, out: &mut Vec<f32>) {
        let dims = self.layers[0].inputs;
        for chunk in inputs.chunks(CHUNK * dims) {
            let rows = chunk.len() / dims;
            self.forward(chunk, rows, work);
            out.extend(work.log_odds(rows).iter().map(|z| logistic(*z)));
        }
    }

    /// Activations of one hidden unit; appended to `out`.
    pub fn unit(&self, layer: usize, unit: usize, inputs: &[f32], work: &mut Workspace, out: &mut Vec<f32>) {
        let dims = self.layers[0].inputs;
        let width = self.layers[layer].outputs;
        for chunk in inputs.chunks(CHUNK * dims) {
            let rows = chunk.len() / dims;
            self.forward(chunk, rows, work);
            out.extend(work.outputs[layer][..rows * width].iter().skip(unit).step_by(width));
        }
    }
}

impl Workspace {
    /// Buffers for passes over up to `rows` rows.
    pub fn new(network: &Network, rows: usize) -> Workspace {
        let layers = &network.layers;
        let widest = layers.iter().map(|l| l.inputs.max(l.outputs)).max().unwrap_or(1);
        let normed = |l: &Layer| network.is_normed(l);
        Workspace {
            outputs: layers.iter().map(|l| vec![0.0; rows * l.outputs]).collect(),
            normed: layers.iter().map(|l| vec![0.0; if normed(l) { rows * l.outputs } else { 0 }]).collect(),
            inverse_deviation: layers.iter().map(|l| vec![0.0; if normed(l) { rows } else { 0 }]).collect(),
            gradient: vec![0.0; rows * widest],
            gradient_below: vec![0.0; rows * widest],
            transposed: vec![0.0; layers.iter().map(|l| l.weights.len()).max().unwrap_or(0)],
        }
    }

    /// Log-odds of "inside" of the last forward pass.
    pub fn log_odds(&self, rows: usize) -> &[f32] {
        &self.outputs[self.outputs.len() - 1][..rows]
    }
}

/// Number of weights, biases not counted, of a network with these hidden layers and one output.
pub fn weight_count(inputs: usize, hidden: &[usize]) -> usize {
    let below = [inputs].into_iter().chain(hidden.iter().copied());
    let above = hidden.iter().copied().chain([1]);
    below.zip(above).map(|(inputs, outputs)| inputs * outputs).sum()
}

fn initialise(weights: &mut [f32], inputs: usize, outputs: usize, activation: Activation, seed: u32, layer: usize) {
    let mut rng = stream(seed, Purpose::Init, layer as u64);
    match activation {
        Activation::Relu => {
            let deviation = (2.0 / inputs as f64).sqrt();
            for pair in weights.chunks_mut(2) {
                for (weight, normal) in pair.iter_mut().zip(normal_pair(&mut rng)) {
                    *weight = (deviation * normal) as f32;
                }
            }
        }
        Activation::Tanh => {
            let limit = (6.0 / (inputs + outputs) as f64).sqrt();
            weights.iter_mut().for_each(|weight| *weight = (limit * (2.0 * uniform(&mut rng) - 1.0)) as f32);
        }
    }
}

/// Sums of the columns of row-major `gradient`, in order of the rows.
fn column_sums(columns: usize, gradient: &[f32], sums: &mut [f32]) {
    sums.fill(0.0);
    for row in gradient.chunks_exact(columns) {
        sums.iter_mut().zip(row).for_each(|(sum, g)| *sum += g);
    }
}

/// Turns the gradient by a layer norm's output into the gradient by its input, in place, and writes those of gain and shift.
fn normalise_backward(gain: &[f32], (normed, inverse): (&[f32], &[f32]), gradient: &mut [f32], own: &mut [f32]) {
    let width = gain.len();
    let units = width as f32;
    own.fill(0.0);
    let (by_gain, by_shift) = own.split_at_mut(width);
    for ((row, normed), inverse) in gradient.chunks_exact_mut(width).zip(normed.chunks_exact(width)).zip(inverse) {
        let (mut sum, mut sum_normed) = (0.0f32, 0.0f32);
        for j in 0..width {
            by_gain[j] += row[j] * normed[j];
            by_shift[j] += row[j];
            row[j] *= gain[j];
            sum += row[j];
            sum_normed += row[j] * normed[j];
        }
        let (mean, mean_normed) = (sum / units, sum_normed / units);
        for (g, normed) in row.iter_mut().zip(normed) {
            *g = inverse * (*g - mean - normed * mean_normed);
        }
    }
}
