//! The similarities of a batch, sorted into strips.

use super::training::{Batch, Run};

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
    /// The strips of a run; empty if its loss cannot be computed.
    pub(super) fn new(batch: &Batch, run: &Run) -> Self {
        let mut strips = Self::default();
        let Some((pairs, prototypes)) = run.cosines() else { return strips };
        for ((i, j), &cosine) in pairs.indexed_iter().filter(|((i, j), _)| i < j) {
            let (same_label, same_class) =
                (batch.labels[i] == batch.labels[j], batch.truths[i] == batch.truths[j]);
            let strip = if same_label { &mut strips.positives } else { &mut strips.negatives };
            strip.push(Dot { cosine, is_wrong: same_label != same_class });
        }
        if let Some(prototypes) = prototypes {
            for ((i, class), &cosine) in prototypes.indexed_iter() {
                if batch.labels[i] != class {
                    strips.rivals.push(Dot { cosine, is_wrong: batch.truths[i] == class });
                }
            }
        }
        strips
    }

    /// The least similarity of a positive pair less the greatest of a negative pair.
    pub(super) fn gap(&self) -> Option<f64> {
        let least = self.positives.iter().map(|dot| dot.cosine).min_by(f64::total_cmp)?;
        let greatest = self.negatives.iter().map(|dot| dot.cosine).max_by(f64::total_cmp)?;
        Some(least - greatest)
    }
}

/// A box plot: quartiles without interpolation, and whiskers that reach some box lengths beyond them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct BoxPlot {
    pub lower_quartile: f64,
    pub upper_quartile: f64,
    pub low: f64,
    pub high: f64,
}

impl BoxPlot {
    /// The box plot of some similarities; `None` for none.
    pub(super) fn new(dots: &[Dot], reach: f64) -> Option<Self> {
        let mut sorted: Vec<f64> = dots.iter().map(|dot| dot.cosine).collect();
        sorted.sort_by(f64::total_cmp);
        let quartile = |part: f64| sorted.get((part * sorted.len() as f64) as usize).copied();
        let (lower_quartile, upper_quartile) = (quartile(0.25)?, quartile(0.75)?);
        let reach = reach * (upper_quartile - lower_quartile);
        Some(Self {
            lower_quartile,
            upper_quartile,
            low: lower_quartile - reach,
            high: upper_quartile + reach,
        })
    }

    /// Whether a similarity lies within the whiskers, ends included.
    pub(super) fn holds(&self, dot: &Dot) -> bool {
        (self.low..=self.high).contains(&dot.cosine)
    }
}
