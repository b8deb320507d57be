//! The multilayer perceptron: parameters, forward pass, backward pass.
//!
//! Hidden layer: z = x W + b, optionally layer-normalised (see [`layer_norm`](super::layer_norm)), then the activation. Output layer: one unit, its value is the log-odds of "inside".
//!
//! Parameters lie in one vector, layer by layer: weights (row-major `inputs x outputs`), biases, then gain and shift if the
//! layer is normalised. This is also the order of the digest.

use super::activation::{Activation, logistic};
use super::layer_norm::Kept;
use super::matmul::{Factor, Finish, Order, Packed, Shape, product};
use crate::rng::{Purpose, normal_pair, stream, uniform};
use ndarray::{ArrayView1, ArrayView2};
use std::ops::Range;

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
    /// For each layer what its layer norm keeps; empty without.
    kept: Vec<Kept>,
    gradient: Vec<f32>,
    gradient_below: Vec<f32>,
    packed: Packed,
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
        let relu = self.activation == Activation::Relu;
        for (index, layer) in self.layers.iter().enumerate() {
            let (below, here) = work.outputs.split_at_mut(index);
            let x = if index == 0 { inputs } else { &below[index - 1] };
            let z = &mut here[0][..rows * layer.outputs];
            let (hidden, normed) = (index + 1 < self.layers.len(), self.is_normed(layer));
            let biases = &self.parameters[layer.biases.clone()];
            let finish = if hidden && relu && !normed { Finish::BiasRelu(biases) } else { Finish::Bias(biases) };
            let shape = Shape { rows, inner: layer.inputs, columns: layer.outputs };
            let x = Factor { values: &x[..rows * layer.inputs], order: Order::OuterMajor };
            let w = Factor { values: &self.parameters[layer.weights.clone()], order: Order::InnerMajor };
            product(shape, x, w, finish, &mut work.packed, z);
            if normed {
                let (gain, shift) = (&self.parameters[layer.gain.clone()], &self.parameters[layer.shift.clone()]);
                work.kept[index].forward(z, gain, shift, relu);
            }
            if hidden && !relu {
                self.activation.apply(z);
            }
        }
    }

    /// Backward pass after [`Network::forward`] on the same inputs: `by_log_odds` are the derivatives of the loss by each
    /// log-odds (already divided by the number of rows); writes the gradient of every parameter.
    ///
    /// Sums over rows run in order of the rows.
    pub fn backward(&self, inputs: &[f32], by_log_odds: &[f32], work: &mut Workspace, gradients: &mut [f32]) {
        let rows = by_log_odds.len();
        let relu = self.activation == Activation::Relu;
        work.gradient[..rows].copy_from_slice(by_log_odds);
        for (index, layer) in self.layers.iter().enumerate().rev() {
            let gradient = &mut work.gradient[..rows * layer.outputs];
            if self.is_normed(layer) {
                let gain = &self.parameters[layer.gain.clone()];
                let (by_gain, by_shift) = gradients[layer.gain.start..layer.shift.end].split_at_mut(layer.outputs);
                work.kept[index].backward(gradient, gain, by_gain, by_shift);
            }
            column_sums(layer.outputs, gradient, &mut gradients[layer.biases.clone()]);
            let x = if index == 0 { inputs } else { &work.outputs[index - 1] };
            let x = &x[..rows * layer.inputs];
            let shape = Shape { rows: layer.inputs, inner: rows, columns: layer.outputs };
            let a = Factor { values: x, order: Order::InnerMajor };
            let b = Factor { values: gradient, order: Order::InnerMajor };
            let own = &mut gradients[layer.weights.clone()];
            product(shape, a, b, Finish::Store, &mut work.packed, own);
            if index > 0 {
                let shape = Shape { rows, inner: layer.outputs, columns: layer.inputs };
                let a = Factor { values: gradient, order: Order::OuterMajor };
                let b = Factor { values: &self.parameters[layer.weights.clone()], order: Order::OuterMajor };
                let below = &mut work.gradient_below[..rows * layer.inputs];
                let finish = if relu { Finish::WhereAbove0(x) } else { Finish::Store };
                product(shape, a, b, finish, &mut work.packed, below);
                if !relu {
                    self.activation.backward(x, below);
                }
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
        let kept = |l: &Layer| if network.is_normed(l) { Kept::new(rows, l.outputs) } else { Kept::new(0, 0) };
        let factors = |l: &Layer| [(rows, l.inputs), (rows, l.outputs), (l.inputs, l.outputs)];
        Workspace {
            outputs: layers.iter().map(|l| vec![0.0; rows * l.outputs]).collect(),
            kept: layers.iter().map(kept).collect(),
            gradient: vec![0.0; rows * widest],
            gradient_below: vec![0.0; rows * widest],
            packed: Packed::new(layers.iter().flat_map(factors)),
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

/// Sums of the columns of row-major `gradient`, of at least one row, in order of the rows.
fn column_sums(columns: usize, gradient: &[f32], sums: &mut [f32]) {
    let (first, rest) = gradient.split_at(columns);
    sums.iter_mut().zip(first).for_each(|(sum, g)| *sum = 0.0 + g);
    for row in rest.chunks_exact(columns) {
        sums.iter_mut().zip(row).for_each(|(sum, g)| *sum += g);
    }
}
