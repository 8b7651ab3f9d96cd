//! Samples of a few classes for a network to learn, some with a wrong label, some of them poor.

use ndarray::Array2;

use super::blobs::{mislabelled, normals};
use super::plane::Sample;

/// Features that are drawn with a sample, and their standard deviation where the sample is poor.
const FEATURES: usize = 16;
const POOR: f64 = 0.3;

/// Where clean test samples start to be drawn, so that they do not follow from those that are trained on.
pub const TEST: u64 = 1 << 32;

/// Where what goes with the samples starts to be drawn.
const LABELS: u64 = 2 << 32;
const POORNESS: u64 = 3 << 32;
const VARIANCE: u64 = 4 << 32;

/// Samples to train on with their labels, and samples to test on.
#[derive(Clone, Debug)]
pub struct Labelled {
    /// The training samples with the class that they come from.
    pub samples: Vec<Sample>,
    /// The label that each is trained with.
    pub labels: Vec<usize>,
    /// Which samples are poor: of little variance in their features, with a random label.
    pub poor: Vec<bool>,
    /// Clean samples to test on.
    pub test: Vec<Sample>,
    /// Number of classes that are learned.
    pub classes: usize,
    seed: u64,
}

impl Labelled {
    /// Samples to train on, a share of them with a wrong label, and samples to test on.
    #[must_use]
    pub fn new([samples, test]: [Vec<Sample>; 2], classes: usize, wrong: f64, seed: u64) -> Self {
        let labels = mislabelled(&samples, classes, wrong, seed + LABELS);
        Self { poor: vec![false; samples.len()], samples, labels, test, classes, seed }
    }

    /// The same with a share of poor samples, whose label is any of the classes, their own among them.
    #[must_use]
    pub fn with_poor(mut self, share: f64) -> Self {
        let Self { classes, seed, .. } = self;
        let others = mislabelled(&self.samples, classes, 1.0 - 1.0 / classes as f64, seed + POORNESS);
        // Two classes are a coin for each sample.
        let first = vec![Sample { at: [0.0; 2], class: 0 }; self.samples.len()];
        let drawn = mislabelled(&first, 2, share, seed + VARIANCE);
        self.poor = drawn.into_iter().map(|class| class == 1).collect();
        for i in (0..others.len()).filter(|&i| self.poor[i]) {
            self.labels[i] = others[i];
        }
        self
    }

    /// Normal features that go with the samples, a row each; those of poor ones vary little.
    #[must_use]
    pub fn features(&self) -> Array2<f64> {
        let draws = normals(FEATURES * self.samples.len(), self.seed + VARIANCE + 1);
        let deviation = |i: usize| if self.poor[i] { POOR } else { 1.0 };
        Array2::from_shape_fn((self.samples.len(), FEATURES), |(i, k)| draws[FEATURES * i + k] * deviation(i))
    }

    /// Whether the label of a sample is not the class that it comes from.
    #[must_use]
    pub fn is_wrong(&self, sample: usize) -> bool {
        self.labels[sample] != self.samples[sample].class
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toys::blobs::on_circle;

    #[test]
    fn poor_samples_vary_little_and_any_label_is_as_likely() {
        let blobs = [on_circle(&[1000; 4], 1.5, 0.6, 1), Vec::new()];
        let toy = Labelled::new(blobs, 4, 0.0, 1).with_poor(0.4);
        let features = toy.features();
        let deviation = |poor: bool| {
            let own = features.rows().into_iter().zip(&toy.poor).filter(|(_, p)| **p == poor);
            let squares: Vec<f64> = own.flat_map(|(row, _)| row.to_vec()).map(|x| x * x).collect();
            (squares.iter().sum::<f64>() / squares.len() as f64).sqrt()
        };
        assert!((deviation(true) - POOR).abs() < 0.01 && (deviation(false) - 1.0).abs() < 0.02);
        let poor = toy.poor.iter().filter(|poor| **poor).count();
        let wrong = (0..4000).filter(|&i| toy.is_wrong(i)).count();
        assert!(poor.abs_diff(1600) < 100, "{poor} of 4000 are poor");
        assert!(wrong.abs_diff(poor * 3 / 4) < 80, "{wrong} of {poor} poor samples have another label");
    }
}
