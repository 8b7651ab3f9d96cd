//! Pinball loss, whose best fit is a quantile.

use super::{RESIDUAL, terms_of};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Domain, Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Absolute error with different prices for predicting too low and too high.
pub struct Pinball;

impl Kernel for Pinball {
    const SPEC: &'static Spec = &Spec {
        id: "pinball",
        title: "Pinball loss",
        family: Family::Scalar,
        inputs: RESIDUAL,
        params: &[Param::linear(
            "quantile",
            "q",
            0.9,
            (0.02, 0.98),
            "share of the targets that should end up below the prediction",
        )
        .within(Domain::Within(0.0, 1.0))],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Fits a quantile, so two of them frame a prediction interval.",
        formula: r"L=\frac1N\sum_i\max\big(\p{quantile}\,r_i,\,(\p{quantile}-1)\,r_i\big)",
        gradient: r"\frac{\partial L}{\partial r_i}=\frac1N\begin{cases}\p{quantile}&r_i>0\\0&r_i=0\\\p{quantile}-1&r_i<0\end{cases}",
        source: Source {
            authors: "Koenker, Bassett",
            year: 1978,
            title: "Regression Quantiles",
            venue: "Econometrica 46",
        },
        papers: &[],
        aliases: &[
            "quantile loss",
            "quantile regression",
            "check loss",
            "tilted absolute error",
            "sklearn.metrics.mean_pinball_loss",
            "sklearn.linear_model.QuantileRegressor",
        ],
        facts: &[
            "Among constant fits the quantile is the best.",
            "At q = ½ it is half the absolute error.",
            "Turning the residuals round swaps q and 1 − q.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let q = params.real::<R>("quantile");
        terms_of(input.vector("residual"), |r| r.relu() * q + (-r).relu() * (-q + 1.0))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Pinball;
    use crate::kernel::Kernel;
    use crate::losses::scalar::absolute_error::AbsoluteError;
    use crate::testing::{inputs, slope_at, value, value_at};

    proptest! {
        #[test]
        fn the_best_constant_is_the_quantile(
            targets in proptest::array::uniform9(-10.0..10.0), other in -10.0..10.0, q in 0.02..0.98,
        ) {
            let at = |fit: f64| {
                let residuals = targets.map(|t| t - fit);
                let batch = inputs(Pinball::SPEC, &[("residual", &[9], &residuals)]);
                value(&Pinball, &[("quantile", q)], &batch)
            };
            let mut sorted = targets;
            sorted.sort_by(f64::total_cmp);
            let quantile = sorted[(9.0 * q) as usize];
            prop_assert!(at(quantile) <= at(other) + 1e-12, "{other} fits better than the quantile {quantile}");
        }

        #[test]
        fn the_middle_is_half_the_absolute_error(r in -10.0..10.0) {
            prop_assert_eq!(value_at(&Pinball, &[("quantile", 0.5)], r), value_at(&AbsoluteError, &[], r) / 2.0);
        }

        #[test]
        fn turning_round_swaps_the_prices(r in -10.0..10.0, q in 0.02..0.98) {
            let (one, turned) = (
                value_at(&Pinball, &[("quantile", q)], r),
                value_at(&Pinball, &[("quantile", 1.0 - q)], -r),
            );
            prop_assert!((one - turned).abs() < 1e-14, "{one} turned into {turned}");
        }
    }

    #[test]
    fn a_perfect_fit_does_not_pull() {
        assert_eq!(slope_at(&Pinball, &[], 0.0), 0.0);
    }
}
