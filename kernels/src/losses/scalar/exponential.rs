//! Exponential loss of AdaBoost.

use super::{MARGIN, terms_of};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// `e^(−z/T)`: every unit of margin divides the loss by the same factor. It overflows to infinity near
/// `z = −709·T`.
pub struct Exponential;

impl Kernel for Exponential {
    const SPEC: &'static Spec = &Spec {
        id: "exponential",
        title: "Exponential loss",
        family: Family::Scalar,
        inputs: MARGIN,
        params: &[Param::log(
            "temperature",
            "T",
            1.0,
            (0.2, 10.0),
            "divides the margin: low makes the worst samples count even more",
        )],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Chases the worst mistakes at any price; the loss that boosting descends.",
        formula: r"L=\frac1N\sum_ie^{-z_i/\p{temperature}}",
        gradient: r"\frac{\partial L}{\partial z_i}=-\frac1{N\p{temperature}}e^{-z_i/\p{temperature}}",
        source: Source {
            authors: "Freund, Schapire",
            year: 1997,
            title: "A Decision-Theoretic Generalization of On-Line Learning and an Application to Boosting",
            venue: "Journal of Computer and System Sciences 55",
        },
        papers: &[],
        aliases: &["AdaBoost loss", "boosting loss"],
        facts: &[
            "The losses of a margin and of its opposite multiply to 1.",
            "Adding d to a margin multiplies the loss by e^(−d/T).",
            "One sample at margin −6 outpulls 40 samples at margin 1 with more than 95 % of the gradient.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let temperature = params.real::<R>("temperature");
        terms_of(input.vector("margin"), |z| (-z / temperature).exp())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Exponential;
    use crate::kernel::Kernel;
    use crate::testing::{gradient, inputs, value_at};

    proptest! {
        #[test]
        fn a_step_multiplies_it(z in -5.0..5.0, step in -5.0..5.0f64, t in 0.2..10.0) {
            let at = |z| value_at(&Exponential, &[("temperature", t)], z);
            prop_assert!((at(z) * at(-z) - 1.0).abs() < 1e-12);
            let expected = at(z) * (-step / t).exp();
            prop_assert!((at(z + step) - expected).abs() <= 1e-12 * expected);
        }
    }

    #[test]
    fn one_outlier_takes_the_gradient() {
        let mut margins = [1.0; 41];
        margins[0] = -6.0;
        let g = gradient(&Exponential, &[], &inputs(Exponential::SPEC, &[("margin", &[41], &margins)]));
        let share = g[0] / g.iter().sum::<f64>();
        assert!(share > 0.95, "the outlier holds {share} of the gradient");
    }
}
