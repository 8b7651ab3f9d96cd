//! The similarities of a batch, sorted into strips.

use super::Batch;
use crate::real::Real;

/// A similarity, and whether a wrong label is the reason that it is where it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Dot {
    pub cosine: f64,
    pub is_wrong: bool,
}

/// Every similarity that a loss of labelled vectors may look at.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Strips {
    /// Pairs of samples with one label.
    pub positives: Vec<Dot>,
    /// Samples with the prototypes of other labels.
    pub rivals: Vec<Dot>,
    /// Pairs of samples with different labels.
    pub negatives: Vec<Dot>,
}

impl Strips {
    /// The strips of directions of samples and prototypes.
    pub(super) fn new(batch: &Batch, samples: &[Vec<f64>], prototypes: &[Vec<f64>]) -> Self {
        let (labels, truths) = (&batch.labels, &batch.toy.classes);
        let mut strips = Self::default();
        for (i, a) in samples.iter().enumerate() {
            for (j, b) in samples.iter().enumerate().skip(i + 1) {
                let (same_label, same_class) = (labels[i] == labels[j], truths[i] == truths[j]);
                let strip = if same_label { &mut strips.positives } else { &mut strips.negatives };
                strip.push(Dot { cosine: f64::dot(a, b), is_wrong: same_label != same_class });
            }
            for (class, b) in prototypes.iter().enumerate().filter(|(class, _)| labels[i] != *class) {
                strips.rivals.push(Dot { cosine: f64::dot(a, b), is_wrong: truths[i] == class });
            }
        }
        strips
    }

    /// The greatest similarity of a negative pair and the least of a positive one.
    pub(super) fn ends(&self) -> Option<(f64, f64)> {
        let greatest = self.negatives.iter().map(|dot| dot.cosine).reduce(f64::max)?;
        Some((greatest, self.positives.iter().map(|dot| dot.cosine).reduce(f64::min)?))
    }

    /// How far all positive pairs are above all negative ones.
    pub(super) fn gap(&self) -> Option<f64> {
        self.ends().map(|(greatest, least)| least - greatest)
    }
}
