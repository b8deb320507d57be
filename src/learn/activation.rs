//! Activations of the hidden units and their derivatives, and the logistic function of the output.

pub use crate::spec::Activation;

impl Activation {
    /// Applies the activation in place.
    #[inline]
    pub fn apply(self, values: &mut [f32]) {
        match self {
            Activation::Relu => values.iter_mut().for_each(|z| *z = if *z > 0.0 { *z } else { 0.0 }),
            Activation::Tanh => values.iter_mut().for_each(|z| *z = libm::tanhf(*z)),
        }
    }

    /// Multiplies gradients by the derivative, which both activations can read off their own output.
    #[inline]
    pub fn backward(self, outputs: &[f32], gradients: &mut [f32]) {
        match self {
            Activation::Relu => {
                for (gradient, output) in gradients.iter_mut().zip(outputs) {
                    *gradient = if *output > 0.0 { *gradient } else { 0.0 };
                }
            }
            Activation::Tanh => {
                for (gradient, output) in gradients.iter_mut().zip(outputs) {
                    *gradient *= 1.0 - output * output;
                }
            }
        }
    }
}

/// The logistic function, 1 / (1 + exp(−z)), without overflow: probability of "inside" from the network's output.
#[inline]
pub fn logistic(z: f32) -> f32 {
    if z >= 0.0 {
        1.0 / (1.0 + libm::expf(-z))
    } else {
        let e = libm::expf(z);
        e / (1.0 + e)
    }
}
