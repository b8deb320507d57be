//! The loss of one point and its derivative with respect to the network's output.
//!
//! Focal loss (Lin et al. 2017, without their alpha): −(1 − p)^γ log p, where p is the probability given to the true label.
//! With γ = 0 it is cross-entropy.

/// Loss and its derivative by the output `z`, for a label of 0 or 1.
#[inline]
pub fn loss_and_gradient(z: f32, label: u8, gamma: f32) -> (f32, f32) {
    let sign = if label == 1 { 1.0 } else { -1.0 };
    let margin = sign * z;
    // One exponential serves all: p and 1 − p are the logistic of ±margin, and −log p is log(1 + exp(−margin)), each without
    // overflow, and without cancelling where p is near 1.
    let e = libm::expf(-margin.abs());
    let (one, other) = (1.0 / (1.0 + e), e / (1.0 + e));
    let (p, miss) = if margin >= 0.0 { (one, other) } else { (other, one) };
    let rest = libm::log1pf(e);
    let minus_log_p = if margin < 0.0 { rest - margin } else { rest };
    if gamma == 0.0 {
        return (minus_log_p, -sign * miss);
    }
    let weight = libm::powf(miss, gamma);
    (weight * minus_log_p, -sign * weight * (gamma * p * minus_log_p + miss))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gradient_is_the_slope_of_the_loss() {
        let reference = |z: f64, sign: f64, gamma: f64| {
            let p = 1.0 / (1.0 + libm::exp(-sign * z));
            -libm::pow(1.0 - p, gamma) * libm::log(p)
        };
        for gamma in [0.0f32, 0.5, 2.0, 5.0] {
            for label in [0u8, 1] {
                let sign = if label == 1 { 1.0 } else { -1.0 };
                for i in -40..=40 {
                    let z = i as f32 * 0.2;
                    let (loss, gradient) = loss_and_gradient(z, label, gamma);
                    let (at, h, g) = (f64::from(z), 1e-5, f64::from(gamma));
                    let slope = (reference(at + h, sign, g) - reference(at - h, sign, g)) / (2.0 * h);
                    assert!(
                        (f64::from(loss) - reference(at, sign, g)).abs() < 1e-6 * (1.0 + loss.abs() as f64),
                        "{z} {gamma}"
                    );
                    assert!((f64::from(gradient) - slope).abs() < 1e-6, "{z} {gamma} {gradient} {slope}");
                }
            }
        }
    }

    #[test]
    fn far_outputs_stay_finite() {
        for z in [-1e30f32, -200.0, 200.0, 1e30] {
            for label in [0, 1] {
                for gamma in [0.0, 2.0] {
                    let (loss, gradient) = loss_and_gradient(z, label, gamma);
                    assert!(loss.is_finite() && gradient.is_finite(), "{z} {label} {gamma}: {loss} {gradient}");
                }
            }
        }
    }
}
