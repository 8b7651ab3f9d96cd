//! Logistic loss of a margin.

use super::{MARGIN, terms_of};
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Meaning, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Surprise at the right label when the margin is the log-odds for it, nats.
pub struct Logistic;

impl Kernel for Logistic {
    const SPEC: &'static Spec = &Spec {
        id: "logistic",
        title: "Logistic loss",
        family: Family::Scalar,
        inputs: MARGIN,
        params: &[Param::log(
            "temperature",
            "T",
            1.0,
            (0.05, 10.0),
            "divides the margin: low sharpens the bend, high flattens it",
        ).means(Meaning::Temperature)],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "A smooth hinge that reads the margin as log-odds and is never quite satisfied.",
        formula: r"L=\frac1N\sum_i\log\big(1+e^{-z_i/\p{temperature}}\big)",
        gradient: r"\frac{\partial L}{\partial z_i}=-\frac1{N\p{temperature}}\,\sigma(-z_i/\p{temperature})",
        source: Source::TEXTBOOK,
        papers: &[],
        aliases: &["log loss", "soft margin loss", "binomial deviance"],
        facts: &[
            "At margin 0 it is log 2 at every temperature.",
            "Turning a margin round changes it by the margin over the temperature.",
            "It is cross-entropy of two classes with scores z and 0.",
            "Times the temperature it tends to the perceptron loss as the temperature falls.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::Torch,
        call: "torch.nn.SoftMarginLoss",
        arguments: &[Argument::outside("temperature", "margin / temperature", 1.0)],
        python: "loss = torch.nn.SoftMarginLoss()(margin / temperature, torch.ones_like(margin))",
        note: "Labels are −1 and 1.",
        departs: &[
            Departure::value(
                "(margin / temperature).min() < -700",
                "It computes log(1 + exp(−z)) as written: far below a margin of −700 it overflows, in \
                    32-bit numbers below −88.",
            ),
        ],
    }];

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let temperature = params.real::<R>("temperature");
        terms_of(input.vector("margin"), |z| (-z / temperature).softplus())
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::LN_2;

    use proptest::prelude::*;

    use super::Logistic;
    use crate::kernel::Kernel;
    use crate::losses::logits::cross_entropy::CrossEntropy;
    use crate::losses::scalar::hinge::Hinge;
    use crate::testing::{inputs, value, value_at};

    proptest! {
        #[test]
        fn turning_the_margin_round_adds_it(z in -50.0..50.0, t in 0.05..10.0) {
            let at = |z| value_at(&Logistic, &[("temperature", t)], z);
            prop_assert_eq!(at(0.0), LN_2);
            let turn = at(z) - at(-z);
            prop_assert!((turn + z / t).abs() <= 1e-12 * (1.0 + z.abs() / t), "{turn} for margin {z}");
        }

        #[test]
        fn it_is_cross_entropy_of_two_classes(z in -50.0..50.0, t in 0.05..10.0) {
            let given = [("temperature", t)];
            let pair = inputs(CrossEntropy::SPEC, &[("logits", &[1, 2], &[z, 0.0]), ("labels", &[1], &[0.0])]);
            let (one, two) = (value_at(&Logistic, &given, z), value(&CrossEntropy, &given, &pair));
            prop_assert!((one - two).abs() <= 1e-12 * (1.0 + z.abs() / t), "{one} with one score, {two} with two");
        }

        #[test]
        fn cold_it_is_the_perceptron_loss(z in -5.0..5.0) {
            let t = 1e-6;
            let perceptron = value_at(&Hinge, &[("threshold", 0.0)], z);
            prop_assert!((t * value_at(&Logistic, &[("temperature", t)], z) - perceptron).abs() <= t);
        }
    }
}
