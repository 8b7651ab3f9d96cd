//! Cosines of a batch, as they are in the course of a training.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

/// Mean and standard deviation of the cosines to the own prototype at the start and at the end.
const START: (f64, f64) = (0.3, 0.15);
const END: (f64, f64) = (0.8, 0.08);

/// A row of cosines a sample, that to its own prototype first; `progress` runs from 0 to 1,
/// `rivals` are mean and standard deviation of the cosines to the other prototypes. The same draws at every
/// progress, so that samples move smoothly.
#[must_use]
pub fn cosines(count: usize, classes: usize, progress: f64, rivals: (f64, f64), seed: u64) -> Vec<Vec<f64>> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let between = |(from, to): (f64, f64)| from + progress * (to - from);
    let own = (between((START.0, END.0)), between((START.1, END.1)));
    let mut cosine = |(mean, deviation): (f64, f64)| {
        let normal: f64 = rng.sample(StandardNormal);
        (mean + deviation * normal).clamp(-1.0, 1.0)
    };
    (0..count).map(|_| (0..classes).map(|k| cosine(if k == 0 { own } else { rivals })).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_come_closer_and_together() {
        let spread = |progress: f64| {
            let own: Vec<f64> = cosines(400, 3, progress, (0.0, 0.1), 1).iter().map(|row| row[0]).collect();
            let mean = own.iter().sum::<f64>() / 400.0;
            (mean, (own.iter().map(|c| (c - mean).powi(2)).sum::<f64>() / 400.0).sqrt())
        };
        let ((start, wide), (end, narrow)) = (spread(0.0), spread(1.0));
        assert!((start - 0.3).abs() < 0.03 && (wide - 0.15).abs() < 0.02, "at the start {start} ± {wide}");
        assert!((end - 0.8).abs() < 0.02 && (narrow - 0.08).abs() < 0.01, "at the end {end} ± {narrow}");
    }
}
