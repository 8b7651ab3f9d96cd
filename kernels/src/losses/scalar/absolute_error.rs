//! Absolute error of a residual.

use super::{RESIDUAL, terms_of};
use crate::dialect::{Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Params, Prose, Slope, Source, Spec, Terms};

/// Mean distance of the residuals from 0.
pub struct AbsoluteError;

impl Kernel for AbsoluteError {
    const SPEC: &'static Spec = &Spec {
        id: "absolute-error",
        title: "Absolute error",
        family: Family::Scalar,
        inputs: RESIDUAL,
        params: &[],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Fits the median: every sample pulls equally hard, so outliers have one vote each.",
        formula: r"L=\frac1N\sum_i|r_i|",
        gradient: r"\frac{\partial L}{\partial r_i}=\frac1N\,\mathrm{sign}(r_i)",
        source: Source::TEXTBOOK,
        papers: &[],
        aliases: &["MAE", "mean absolute error", "L1 loss", "least absolute deviations"],
        facts: &[
            "Among constant fits the median is the best.",
            "Moving an outlier further out does not change its pull.",
            "The Huber loss over its bend δ is within δ/2 of it.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[
        Dialect {
            library: Library::Torch,
            call: "torch.nn.L1Loss",
            arguments: &[],
            python: "loss = torch.nn.L1Loss()(residual, torch.zeros_like(residual))",
            note: "The slope at 0 is 0, as here.",
            departs: &[],
        },
        Dialect {
            library: Library::Keras,
            call: "keras.losses.MeanAbsoluteError",
            arguments: &[],
            python: "loss = keras.losses.MeanAbsoluteError()(np.zeros((len(residual), 1)), residual[:, None])",
            note: "Averages over the last axis first, then over the batch.",
            departs: &[],
        },
    ];

    fn terms<R: Real>(input: &Inputs<R>, _: &Params) -> Option<Vec<R>> {
        terms_of(input.vector("residual"), R::abs)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::AbsoluteError;
    use crate::kernel::Kernel;
    use crate::losses::scalar::huber::Huber;
    use crate::testing::{inputs, slope_at, value, value_at};

    proptest! {
        #[test]
        fn the_best_constant_is_the_median(targets in proptest::array::uniform5(-10.0..10.0), other in -10.0..10.0) {
            let at = |fit: f64| {
                let residuals = targets.map(|t| t - fit);
                value(&AbsoluteError, &[], &inputs(AbsoluteError::SPEC, &[("residual", &[5], &residuals)]))
            };
            let mut sorted = targets;
            sorted.sort_by(f64::total_cmp);
            prop_assert!(at(sorted[2]) <= at(other) + 1e-12, "{other} fits better than the median {}", sorted[2]);
        }

        #[test]
        fn the_pull_does_not_grow(r in 0.01..10.0, factor in 1.0..100.0) {
            prop_assert_eq!(slope_at(&AbsoluteError, &[], r), slope_at(&AbsoluteError, &[], r * factor));
            prop_assert_eq!(slope_at(&AbsoluteError, &[], -r), -1.0);
        }

        #[test]
        fn huber_over_its_bend_comes_near_it(r in -10.0..10.0, delta in 1e-6..1.0) {
            let huber = value_at(&Huber, &[("delta", delta)], r) / delta;
            prop_assert!((huber - value_at(&AbsoluteError, &[], r)).abs() <= delta / 2.0 + 1e-12);
        }
    }

    #[test]
    fn a_perfect_fit_does_not_pull() {
        assert_eq!(slope_at(&AbsoluteError, &[], 0.0), 0.0);
    }
}
