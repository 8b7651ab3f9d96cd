//! Samples of two features for models with two weights.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

/// Two features a sample and what is to be predicted from them: a number, or 0 and 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Samples {
    /// The features.
    pub features: Vec<[f64; 2]>,
    /// The targets.
    pub targets: Vec<f64>,
}

/// The weights that targets are made with.
pub const TRUTH: [f64; 2] = [2.0, -1.0];

fn normal(rng: &mut ChaCha8Rng) -> f64 {
    rng.sample(StandardNormal)
}

/// A line: the first feature runs evenly from −1 to 1, the second is 1, so that the weights are slope and intercept.
/// Targets have normal noise of standard deviation `noise`.
#[must_use]
pub fn line(count: usize, noise: f64, seed: u64) -> Samples {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let at = |i: usize| 2.0 * i as f64 / (count.max(2) - 1) as f64 - 1.0;
    let features: Vec<[f64; 2]> = (0..count).map(|i| [at(i), 1.0]).collect();
    with_targets(features, noise, &mut rng)
}

/// Two standard normal features with the given correlation, between −1 and 1.
#[must_use]
pub fn correlated(count: usize, correlation: f64, noise: f64, seed: u64) -> Samples {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let own = (1.0 - correlation * correlation).max(0.0).sqrt();
    let mut sample = || {
        let (a, b) = (normal(&mut rng), normal(&mut rng));
        [a, correlation * a + own * b]
    };
    let features: Vec<[f64; 2]> = (0..count).map(|_| sample()).collect();
    with_targets(features, noise, &mut rng)
}

/// Two classes in turn, normal around points that are `separation` apart along a diagonal.
#[must_use]
pub fn blobs(count: usize, separation: f64, seed: u64) -> Samples {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let targets: Vec<f64> = (0..count).map(|i| f64::from(u8::from(i % 2 == 1))).collect();
    let part = 0.5 * separation * std::f64::consts::FRAC_1_SQRT_2;
    let mut around = |class: f64| {
        let centre = part * (2.0 * class - 1.0);
        [centre + normal(&mut rng), centre + normal(&mut rng)]
    };
    Samples { features: targets.iter().map(|&class| around(class)).collect(), targets }
}

fn with_targets(features: Vec<[f64; 2]>, noise: f64, rng: &mut ChaCha8Rng) -> Samples {
    let target = |[a, b]: &[f64; 2]| TRUTH[0] * a + TRUTH[1] * b + noise * normal(rng);
    Samples { targets: features.iter().map(target).collect(), features }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_noise_the_true_weights_predict_every_target() {
        for samples in [line(9, 0.0, 1), correlated(9, 0.8, 0.0, 1)] {
            for (x, y) in samples.features.iter().zip(samples.targets) {
                assert!((TRUTH[0] * x[0] + TRUTH[1] * x[1] - y).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn full_correlation_makes_both_features_one() {
        for [a, b] in correlated(20, 1.0, 0.0, 1).features {
            assert!((a - b).abs() < 1e-12, "{a} and {b} differ");
        }
    }

    #[test]
    fn blobs_are_as_far_apart_as_asked_for() {
        let far = blobs(400, 6.0, 1);
        let mean = |class: f64| {
            let own = far.features.iter().zip(&far.targets).filter(|(_, c)| **c == class);
            own.map(|(x, _)| (x[0] + x[1]) / 2f64.sqrt()).sum::<f64>() / 200.0
        };
        assert!((mean(1.0) - mean(0.0) - 6.0).abs() < 0.4, "{} apart", mean(1.0) - mean(0.0));
    }

    #[test]
    fn the_seed_decides() {
        assert_eq!(line(6, 0.3, 5), line(6, 0.3, 5));
        assert_ne!(blobs(6, 1.0, 5), blobs(6, 1.0, 6));
    }
}
