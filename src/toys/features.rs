//! Labelled samples of two features for linear classifiers.

use std::f64::consts::{FRAC_PI_2, TAU};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

use super::plane::Sample;

/// Mean, up to the sign of the class, and standard deviation of the fine feature.
const FINE: (f64, f64) = (0.12, 0.03);

/// Those of the coarse feature.
const COARSE: (f64, f64) = (0.9, 0.55);

/// Two classes in turn that both features tell apart: the first never fails but by little, the second roughly but by
/// much. A small shift of a sample undoes what the first one says.
#[must_use]
pub fn fine_and_coarse(count: usize, seed: u64) -> Vec<Sample> {
    around(count, 2, seed, |class| {
        let side = if class == 0 { 1.0 } else { -1.0 };
        [(side * FINE.0, FINE.1), (side * COARSE.0, COARSE.1)]
    })
}

/// Three classes in turn, around corners of a triangle.
#[must_use]
pub fn triangle(count: usize, seed: u64) -> Vec<Sample> {
    around(count, 3, seed, |class| {
        let (sin, cos) = (FRAC_PI_2 + TAU * class as f64 / 3.0).sin_cos();
        [(1.2 * cos, 0.4), (1.2 * sin, 0.4)]
    })
}

/// Normal samples, with mean and deviation of both features by class.
fn around(count: usize, classes: usize, seed: u64, of: impl Fn(usize) -> [(f64, f64); 2]) -> Vec<Sample> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut sample = |class: usize| {
        let at = of(class).map(|(mean, deviation)| {
            let normal: f64 = rng.sample(StandardNormal);
            mean + deviation * normal
        });
        Sample { at, class }
    };
    (0..count).map(|i| sample(i % classes)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fine_feature_never_fails_and_the_coarse_one_sometimes() {
        let samples = fine_and_coarse(1000, 1);
        let wrong =
            |feature: usize| samples.iter().filter(|s| (s.at[feature] > 0.0) != (s.class == 0)).count();
        assert!(wrong(0) == 0 && (20..100).contains(&wrong(1)), "{} and {} of 1000", wrong(0), wrong(1));
        assert_eq!(triangle(7, 1).iter().map(|s| s.class).collect::<Vec<_>>(), [0, 1, 2, 0, 1, 2, 0]);
    }
}
