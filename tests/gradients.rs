//! Gradients of every layer, loss and activation against central differences of a network written here in f64.

#![cfg(not(target_arch = "wasm32"))]
// The reference is to share nothing with the core, not even its mathematical functions.
#![allow(clippy::disallowed_methods)]

use bitter_lesson::learn::loss::loss_and_gradient;
use bitter_lesson::learn::mlp::{Network, Workspace};
use bitter_lesson::rng::{Purpose, normal_pair, stream, uniform};
use bitter_lesson::spec::Activation;

/// Rows of the batch: not a multiple of any tile.
const ROWS: usize = 13;
const DIMS: usize = 3;
/// Half the step of the central differences: its error, about h², stays far below f32's.
const H: f64 = 1e-5;
/// f32 keeps 24 bits, so sums of a few hundred terms are good to about 1e-6 of the largest term; ten times that, as a share of
/// the largest gradient of the layer's parameters.
const TOLERANCE: f64 = 1e-5;

#[derive(Clone, Copy, Debug)]
struct Case {
    hidden: &'static [usize],
    activation: Activation,
    layer_norm: bool,
    gamma: f32,
}

impl Case {
    /// Lengths of the runs of parameters, in the order documented by `Network`.
    fn runs(&self) -> Vec<(String, usize)> {
        let mut runs = Vec::new();
        let sizes: Vec<usize> = [&[DIMS], self.hidden, &[1]].concat();
        for (layer, pair) in sizes.windows(2).enumerate() {
            runs.push((format!("weights of layer {layer}"), pair[0] * pair[1]));
            runs.push((format!("biases of layer {layer}"), pair[1]));
            if self.layer_norm && layer < self.hidden.len() {
                runs.push((format!("gains of layer {layer}"), pair[1]));
                runs.push((format!("shifts of layer {layer}"), pair[1]));
            }
        }
        runs
    }

    /// Mean loss over the rows, in f64.
    fn loss(&self, parameters: &[f64], inputs: &[f64], labels: &[u8]) -> f64 {
        let rows = inputs.chunks(DIMS).zip(labels);
        let sum: f64 = rows.map(|(x, label)| self.row_loss(parameters, x, *label)).sum();
        sum / labels.len() as f64
    }

    fn row_loss(&self, parameters: &[f64], x: &[f64], label: u8) -> f64 {
        let mut rest = parameters;
        let mut take = |count: usize| {
            let (head, tail) = rest.split_at(count);
            rest = tail;
            head
        };
        let mut x = x.to_vec();
        for units in self.hidden {
            let (weights, biases) = (take(x.len() * units), take(*units));
            let mut z = linear(&x, weights, biases);
            if self.layer_norm {
                let (gain, shift) = (take(*units), take(*units));
                let mean = z.iter().sum::<f64>() / *units as f64;
                let variance = z.iter().map(|z| (z - mean).powi(2)).sum::<f64>() / *units as f64;
                for j in 0..*units {
                    z[j] = (z[j] - mean) / (variance + 1e-5).sqrt() * gain[j] + shift[j];
                }
            }
            x = z
                .iter()
                .map(|z| match self.activation {
                    Activation::Relu => z.max(0.0),
                    Activation::Tanh => z.tanh(),
                })
                .collect();
        }
        let (weights, biases) = (take(x.len()), take(1));
        let z = linear(&x, weights, biases)[0];
        assert!(rest.is_empty());
        let p_inside = 1.0 / (1.0 + (-z).exp());
        let p = if label == 1 { p_inside } else { 1.0 - p_inside };
        -(1.0 - p).powf(f64::from(self.gamma)) * p.ln()
    }
}

/// x W + b, with W row-major `inputs x outputs`.
fn linear(x: &[f64], weights: &[f64], biases: &[f64]) -> Vec<f64> {
    let at = |j: usize| x.iter().enumerate().map(|(i, x)| x * weights[i * biases.len() + j]).sum::<f64>();
    biases.iter().enumerate().map(|(j, b)| at(j) + b).collect()
}

fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().map(|v| f64::from(*v)).collect()
}

fn check(case: Case) {
    let mut network = Network::new(DIMS, case.hidden, case.activation, case.layer_norm, 3);
    let mut rng = stream(11, Purpose::Test, 0);
    // Biases and shifts begin at 0, gains at 1: moved away, so that a gradient that forgets to multiply by one is seen.
    for parameter in network.parameters_mut() {
        *parameter += 0.2 * normal_pair(&mut rng)[0] as f32;
    }
    let inputs: Vec<f32> = (0..ROWS * DIMS).map(|_| normal_pair(&mut rng)[0] as f32).collect();
    let labels: Vec<u8> = (0..ROWS).map(|_| u8::from(uniform(&mut rng) < 0.4)).collect();

    // More room than rows, as for the last short batch of an epoch.
    let mut work = Workspace::new(&network, ROWS + 5);
    network.forward(&inputs, ROWS, &mut work);
    let (mut sum, mut by_log_odds) = (0.0, Vec::new());
    for (z, label) in work.log_odds(ROWS).iter().zip(&labels) {
        let (loss, gradient) = loss_and_gradient(*z, *label, case.gamma);
        sum += f64::from(loss);
        by_log_odds.push(gradient / ROWS as f32);
    }
    // What was there before must not leak into the answer.
    let mut gradients = vec![f32::NAN; network.parameters().len()];
    network.backward(&inputs, &by_log_odds, &mut work, &mut gradients);

    let (mut parameters, inputs) = (wide(network.parameters()), wide(&inputs));
    let loss = case.loss(&parameters, &inputs, &labels);
    assert!((sum / ROWS as f64 - loss).abs() < 1e-6 * (1.0 + loss), "{case:?}: loss {} for {loss}", sum / ROWS as f64);
    let mut slope = |i: usize| {
        let at = parameters[i];
        parameters[i] = at + H;
        let above = case.loss(&parameters, &inputs, &labels);
        parameters[i] = at - H;
        let below = case.loss(&parameters, &inputs, &labels);
        parameters[i] = at;
        (above - below) / (2.0 * H)
    };
    let slopes: Vec<f64> = (0..gradients.len()).map(&mut slope).collect();

    let largest = |values: &[f64]| values.iter().fold(0.0f64, |a, b| a.max(b.abs()));
    let mut start = 0;
    for (name, length) in case.runs() {
        let range = start..start + length;
        let scale = largest(&slopes[range.clone()]);
        for i in range.clone() {
            let (got, wanted) = (f64::from(gradients[i]), slopes[i]);
            assert!(
                (got - wanted).abs() <= TOLERANCE * scale + 1e-8,
                "{case:?}, {name}, number {}: {got} for {wanted}",
                i - start
            );
        }
        // Of a layer of one unit the norm leaves nothing, so nothing below its shift has a gradient; else each run has one.
        if !(case.layer_norm && case.hidden.contains(&1)) {
            assert!(scale > 1e-5, "{case:?}, {name}: nothing to compare");
        }
        start = range.end;
    }
    assert_eq!(start, gradients.len(), "{case:?}: parameters in all");
}

#[test]
fn gradients_are_slopes() {
    let shapes: [&[usize]; 5] = [&[17], &[9, 12], &[4, 3, 5], &[16, 8], &[1, 3]];
    for hidden in shapes {
        for activation in [Activation::Relu, Activation::Tanh] {
            for layer_norm in [false, true] {
                for gamma in [0.0, 2.0] {
                    check(Case { hidden, activation, layer_norm, gamma });
                }
            }
        }
    }
}
