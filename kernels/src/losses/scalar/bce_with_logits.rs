//! Binary cross-entropy of raw scores.

use super::{BINARY, costs_of_binary, terms_of_binary};
use crate::dialect::{Argument, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::losses::softmax::{SMOOTHING, smoothed};
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Surprise at the right label when the score is the log-odds of a positive, nats; positives may weigh more.
pub struct BceWithLogits;

/// Surprise at a margin, positives weighed.
fn cost<R: Real>(z: R, positive: bool, weight: R) -> R {
    let surprise = (-z).softplus();
    if positive { surprise * weight } else { surprise }
}

impl Kernel for BceWithLogits {
    const SPEC: &'static Spec = &Spec {
        id: "bce-with-logits",
        title: "Binary cross-entropy with logits",
        family: Family::Scalar,
        inputs: BINARY,
        params: &[Param::log(
            "pos_weight",
            "w",
            1.0,
            (0.1, 10.0),
            "what a positive weighs against a negative",
        ), SMOOTHING],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Labelled;

    const PROSE: &'static Prose = &Prose {
        summary: "Logistic regression's loss; the weight moves the boundary where positives are rare.",
        formula: r"L=\frac1N\sum_i\p{pos_weight}\,y_i\log(1+e^{-s_i})+(1-y_i)\log(1+e^{s_i})",
        gradient: r"\frac{\partial L}{\partial s_i}=\frac1N\begin{cases}-\p{pos_weight}\,\sigma(-s_i)&y_i=1\\
            \sigma(s_i)&y_i=0\end{cases}",
        source: Source::TEXTBOOK,
        papers: &[],
        aliases: &["BCE", "sigmoid cross-entropy", "weighted binary cross-entropy"],
        facts: &[
            "With weight 1 it is the logistic loss of the margin.",
            "The best constant score is log(w·positives/negatives).",
            "Scores of ±1000 neither overflow nor lose their gradient.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[
        Dialect {
            library: Library::Torch,
            call: "torch.nn.BCEWithLogitsLoss",
            arguments: &[
                Argument::same("pos_weight", 1.0),
                Argument::outside("smoothing", "labels * (1 - smoothing) + smoothing / 2", 0.0),
            ],
            python: "pos_weight = torch.as_tensor(pos_weight)\n\
                smooth = labels * (1 - smoothing) + smoothing / 2\n\
                loss = torch.nn.BCEWithLogitsLoss({})(scores, smooth)",
            note: "Labels are floating point, and the weight is a tensor. BCELoss takes probabilities instead of \
                scores.",
            departs: &[],
        },
        Dialect {
            library: Library::Keras,
            call: "keras.losses.BinaryCrossentropy",
            arguments: &[
                Argument::lacking("pos_weight", 1.0),
                Argument::same("smoothing", 0.0).called("label_smoothing"),
            ],
            python: "loss = keras.losses.BinaryCrossentropy(from_logits=True, {})(labels[:, None], scores[:, None])",
            note: "Expects probabilities unless from_logits is set; forgetting it trains, but badly.",
            departs: &[],
        },
        Dialect {
            library: Library::Optax,
            call: "optax.losses.sigmoid_binary_cross_entropy",
            arguments: &[
                Argument::lacking("pos_weight", 1.0),
                Argument::outside("smoothing", "labels * (1 - smoothing) + smoothing / 2", 0.0),
            ],
            python: "smooth = labels * (1 - smoothing) + smoothing / 2\n\
                loss = optax.losses.sigmoid_binary_cross_entropy(scores, smooth).mean()",
            note: "One value a sample, nothing averaged.",
            departs: &[],
        },
    ];

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let weight = params.real::<R>("pos_weight");
        let terms = terms_of_binary(input, |z, positive| cost(z, positive, weight));
        smoothed(terms, params.real("smoothing"), &input.classes("labels"), || {
            costs_of_binary(input, |z, positive| cost(z, positive, weight))
        })
    }

    fn by_class<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<Vec<R>>> {
        let weight = params.real::<R>("pos_weight");
        Some(costs_of_binary(input, |z, positive| cost(z, positive, weight)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::BceWithLogits;
    use crate::kernel::Kernel;
    use crate::losses::scalar::logistic::Logistic;
    use crate::testing::{gradient, inputs, value, value_at};

    proptest! {
        #[test]
        fn with_weight_1_it_is_logistic(s in -50.0..50.0f64) {
            for (label, margin) in [(1.0, s), (0.0, -s)] {
                let one = inputs(BceWithLogits::SPEC, &[("scores", &[1], &[s]), ("labels", &[1], &[label])]);
                prop_assert_eq!(value(&BceWithLogits, &[], &one), value_at(&Logistic, &[], margin));
            }
        }

        #[test]
        fn the_best_constant_score_is_the_weighted_log_odds(weight in 0.1..10.0f64) {
            let labels = [1.0, 1.0, 0.0, 0.0, 0.0];
            let scores = [(weight * 2.0 / 3.0).ln(); 5];
            let batch = inputs(BceWithLogits::SPEC, &[("scores", &[5], &scores), ("labels", &[5], &labels)]);
            let pull: f64 = gradient(&BceWithLogits, &[("pos_weight", weight)], &batch).iter().sum();
            prop_assert!(pull.abs() < 1e-12, "a constant score there is still pulled by {pull}");
        }
    }

    #[test]
    fn far_scores_survive() {
        let batch = inputs(
            BceWithLogits::SPEC,
            &[("scores", &[2], &[-1000.0, 1000.0]), ("labels", &[2], &[1.0, 0.0])],
        );
        assert_eq!(value(&BceWithLogits, &[], &batch), 1000.0);
        assert_eq!(gradient(&BceWithLogits, &[], &batch), [-0.5, 0.5]);
    }
}
