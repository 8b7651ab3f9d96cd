//! Unhinged loss: a straight line in the margin.

use super::{MARGIN, terms_of};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Params, Prose, Slope, Source, Spec, Terms};

/// `1 − z` without an end: a hinge that never rests.
pub struct Unhinged;

impl Kernel for Unhinged {
    const SPEC: &'static Spec = &Spec {
        id: "unhinged",
        title: "Unhinged loss",
        family: Family::Scalar,
        inputs: MARGIN,
        params: &[],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Every sample pulls alike, right or wrong: immune to symmetric label noise, and without a minimum unless the weights are held.",
        formula: r"L=\frac1N\sum_i(1-z_i)",
        gradient: r"\frac{\partial L}{\partial z_i}=-\frac1N",
        source: Source {
            authors: "van Rooyen, Menon, Williamson",
            year: 2015,
            title: "Learning with Symmetric Label Noise: The Importance of Being Unhinged",
            venue: "NeurIPS 2015, arXiv 1505.07634",
        },
        papers: &[],
        aliases: &["linear loss", "unhinged SVM"],
        facts: &[
            "A margin and its opposite always cost 2 together.",
            "Only the mean of the margins counts.",
            "It is negative beyond margin 1.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, _: &Params) -> Option<Vec<R>> {
        terms_of(input.vector("margin"), |z| -z + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Unhinged;
    use crate::kernel::Kernel;
    use crate::testing::{gradient, inputs, value, value_at};

    proptest! {
        #[test]
        fn it_is_symmetric(z in -100.0..100.0) {
            let both = value_at(&Unhinged, &[], z) + value_at(&Unhinged, &[], -z);
            prop_assert!((both - 2.0).abs() < 1e-12, "{z} and its opposite cost {both}");
        }

        #[test]
        fn only_the_mean_counts(margins in proptest::array::uniform4(-10.0..10.0)) {
            let batch = inputs(Unhinged::SPEC, &[("margin", &[4], &margins)]);
            let mean = margins.iter().sum::<f64>() / 4.0;
            prop_assert!((value(&Unhinged, &[], &batch) - (1.0 - mean)).abs() < 1e-12);
            prop_assert_eq!(gradient(&Unhinged, &[], &batch), vec![-0.25; 4]);
        }

        #[test]
        fn more_than_right_is_rewarded(z in 1.0..100.0) {
            prop_assert!(value_at(&Unhinged, &[], z) <= 0.0);
        }
    }
}
