//! Softmax cross-entropy with temperature and label smoothing.

use loss_explorer_lanes::{surprise, temper};

use super::{INPUTS, terms_of_scores};
use crate::dialect::{Argument, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::{Gradient, Kernel, Moving};
use crate::losses::softmax::{
    cooled, mean_over_samples_by_hand, mean_over_samples_while_moving, surprises,
};
use crate::real::Real;
use crate::spec::{Domain, Family, Meaning, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Surprise at the label, nats; smoothing gives a part of the label to every class.
pub struct CrossEntropy;

/// What smoothing adds to the surprise at the class of a sample, from its cooled scores.
fn smoothed<R: Real>(f: &[R], class: usize, smoothing: R) -> R {
    // The classes are on average as much more surprising than the label as their scores lie below its own.
    (f[class] - R::mean(f)).weighted(smoothing)
}

/// The same of plain numbers, which without smoothing need no mean over all scores.
fn smoothed_at(f: &[f64], class: usize, smoothing: f64) -> f64 {
    if smoothing == 0.0 { 0.0 } else { smoothed(f, class, smoothing) }
}

impl Kernel for CrossEntropy {
    const SPEC: &'static Spec = &Spec {
        id: "cross-entropy",
        title: "Softmax cross-entropy",
        family: Family::Logits,
        inputs: INPUTS,
        params: &[
            Param::log(
                "temperature",
                "T",
                1.0,
                (0.05, 20.0),
                "divides the scores: low is sharp, high is flat",
            ).means(Meaning::Temperature),
            Param::linear(
                "smoothing",
                r"\varepsilon",
                0.0,
                (0.0, 0.9),
                "share of the label that is spread evenly over all classes, its own included",
            )
            .within(Domain::Within(0.0, 1.0)),
        ],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Labelled;

    const PROSE: &'static Prose = &Prose {
        summary: "The standard loss of a classifier: the negative log-probability of the right class.",
        formula: r"L=-\frac1N\sum_i\Big[(1-\p{smoothing})\log p_{iy_i}+\frac{\p{smoothing}}C\sum_k\log p_{ik}\Big],\qquad
            p=\mathrm{softmax}(f/\p{temperature})",
        gradient: r"\frac{\partial L}{\partial f_k}=\frac1{N\p{temperature}}
            \Big(p_k-(1-\p{smoothing})[k=y]-\frac{\p{smoothing}}C\Big)",
        source: Source::TEXTBOOK,
        papers: &[],
        aliases: &["softmax loss", "negative log-likelihood", "label smoothing", "temperature scaling", "CE"],
        facts: &[
            "Adding one number to all scores of a sample changes nothing; its gradient sums to 0.",
            "Equal scores cost log C at every temperature and smoothing.",
            "With smoothing ε the best gap between the label's score and the others is T·log(((1 − ε)C + ε)/ε), and what is left there is the entropy of the smoothed label.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[
        Dialect {
            library: Library::Torch,
            call: "torch.nn.CrossEntropyLoss",
            arguments: &[
                Argument::outside("temperature", "logits / temperature", 1.0),
                Argument::same("smoothing", 0.0).called("label_smoothing"),
            ],
            python: "loss = torch.nn.CrossEntropyLoss({})(logits / temperature, labels)",
            note: "Takes logits, not probabilities. The label keeps its share ε/C of the smoothing, as \
                here.",
            departs: &[],
        },
        Dialect {
            library: Library::Keras,
            call: "keras.losses.CategoricalCrossentropy",
            arguments: &[
                Argument::outside("temperature", "logits / temperature", 1.0),
                Argument::same("smoothing", 0.0).called("label_smoothing"),
            ],
            python: "one_hot = np.eye(logits.shape[1])[labels]\n\
                loss = keras.losses.CategoricalCrossentropy(from_logits=True, {})(one_hot, logits / temperature)",
            note: "Expects probabilities unless from_logits is set, and one-hot labels.",
            departs: &[],
        },
        Dialect {
            library: Library::Keras,
            call: "keras.losses.SparseCategoricalCrossentropy",
            arguments: &[
                Argument::outside("temperature", "logits / temperature", 1.0),
                Argument::lacking("smoothing", 0.0),
            ],
            python: "loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(labels, logits / temperature)",
            note: "Takes class indices but smooths no labels. Expects probabilities unless from_logits \
                is set.",
            departs: &[],
        },
        Dialect {
            library: Library::Optax,
            call: "optax.losses.softmax_cross_entropy_with_integer_labels",
            arguments: &[
                Argument::outside("temperature", "logits / temperature", 1.0),
                Argument::lacking("smoothing", 0.0),
            ],
            python: "loss = optax.losses.softmax_cross_entropy_with_integer_labels(logits / temperature, labels).mean()",
            note: "One value a sample, nothing averaged.",
            departs: &[],
        },
        Dialect {
            library: Library::Optax,
            call: "optax.losses.softmax_cross_entropy",
            arguments: &[
                Argument::outside("temperature", "logits / temperature", 1.0),
                Argument::outside("smoothing", "optax.losses.smooth_labels(one_hot, smoothing)", 0.0),
            ],
            python: "one_hot = jax.nn.one_hot(labels, logits.shape[1])\n\
                smooth = optax.losses.smooth_labels(one_hot, smoothing)\n\
                loss = optax.losses.softmax_cross_entropy(logits / temperature, smooth).mean()",
            note: "Takes distributions; labels are smoothed by a function of their own. One value a \
                sample.",
            departs: &[],
        },
    ];

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let (temperature, smoothing) = (params.real::<R>("temperature"), params.real::<R>("smoothing"));
        terms_of_scores(input, |scores, class| {
            let f = cooled(scores, temperature);
            R::surprise(&f, class) + smoothed(&f, class, smoothing)
        })
    }

    fn by_class<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<Vec<R>>> {
        let temperature = params.real::<R>("temperature");
        Some(input.rows("logits").iter().map(|scores| surprises(&cooled(scores, temperature))).collect())
    }

    fn value_and_gradient(input: &Inputs<f64>, params: &Params, gradient: &mut Gradient) -> f64 {
        let (temperature, smoothing) = (params.get("temperature"), params.get("smoothing"));
        mean_over_samples_by_hand(input, gradient, &mut |scores, class| {
            let is_plain = (temperature, smoothing) == (1.0, 0.0);
            if is_plain {
                return surprise(scores, class);
            }
            temper(scores, temperature);
            let beyond = smoothed_at(scores, class, smoothing);
            let surprise = surprise(scores, class);
            let even = smoothing / scores.len() as f64;
            scores[class] += smoothing;
            scores.iter_mut().for_each(|slope| *slope = (*slope - even) / temperature);
            surprise + beyond
        })
    }

    fn while_moving(input: &Inputs<f64>, params: &Params, moving: &Moving<'_>) -> Option<Vec<f64>> {
        let (temperature, smoothing) = (params.get("temperature"), params.get("smoothing"));
        Some(mean_over_samples_while_moving(input, moving, temperature, &|f, class, surprise| {
            surprise + smoothed_at(f, class, smoothing)
        }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::CrossEntropy;
    use crate::kernel::Kernel;
    use crate::testing::{gradient, inputs, logits, value};

    proptest! {
        #[test]
        fn a_common_shift_changes_nothing(f in logits(1, 4), shift in -50.0..50.0, t in 0.05..20.0, e in 0.0..1.0) {
            let given = [("temperature", t), ("smoothing", e)];
            let mut shifted = f.clone();
            shifted.variable_mut("logits").iter_mut().for_each(|f| *f += shift);
            let (a, b) = (value(&CrossEntropy, &given, &f), value(&CrossEntropy, &given, &shifted));
            prop_assert!((a - b).abs() <= 1e-13 * (50.0 / t + a), "{a} turned into {b}");
            let pull: f64 = gradient(&CrossEntropy, &given, &f).iter().sum();
            prop_assert!(pull.abs() <= 1e-14 / t, "the gradient sums to {pull}");
        }

        #[test]
        fn equal_scores_cost_log_c(score in -5.0..5.0, t in 0.05..20.0, e in 0.0..1.0) {
            let equal = inputs(CrossEntropy::SPEC, &[("logits", &[1, 5], &[score; 5]), ("labels", &[1], &[2.0])]);
            let got = value(&CrossEntropy, &[("temperature", t), ("smoothing", e)], &equal);
            prop_assert!((got - 5f64.ln()).abs() < 1e-12, "got {got}");
        }

        #[test]
        fn a_lone_class_costs_exactly_nothing(score in -1e4..1e4, t in 0.001..20.0, e in 0.0..1.0) {
            let lone = inputs(CrossEntropy::SPEC, &[("logits", &[1, 1], &[score]), ("labels", &[1], &[0.0])]);
            let given = [("temperature", t), ("smoothing", e)];
            prop_assert_eq!(value(&CrossEntropy, &given, &lone).to_bits(), 0);
            prop_assert_eq!(gradient(&CrossEntropy, &given, &lone), [0.0]);
        }

        #[test]
        fn a_nearly_certain_sample_keeps_its_digits(lead in 1.0..700.0f64, t in 0.5..2.0f64) {
            let sample = inputs(CrossEntropy::SPEC, &[("logits", &[1, 2], &[lead * t, 0.0]), ("labels", &[1], &[0.0])]);
            let expected = f64::exp(-(lead * t) / t);
            let got = value(&CrossEntropy, &[("temperature", t)], &sample);
            prop_assert!((got / expected.ln_1p() - 1.0).abs() < 1e-14, "a lead of {lead} costs {got:e}");
            let share = expected / (1.0 + expected) / t;
            for (g, expected) in gradient(&CrossEntropy, &[("temperature", t)], &sample).into_iter().zip([-share, share]) {
                prop_assert!((g / expected - 1.0).abs() < 1e-14, "it is pulled by {g:e}, not {expected:e}");
            }
        }

        #[test]
        fn smoothing_has_a_best_gap(t in 0.05..20.0, e in 0.01..0.9f64) {
            let c = 4.0;
            let best = t * (((1.0 - e) * c + e) / e).ln();
            let given = [("temperature", t), ("smoothing", e)];
            let at_best = inputs(
                CrossEntropy::SPEC,
                &[("logits", &[1, 4], &[0.0, best, 0.0, 0.0]), ("labels", &[1], &[1.0])],
            );
            for g in gradient(&CrossEntropy, &given, &at_best) {
                prop_assert!(g.abs() < 1e-14 / t, "at the best gap {best} a score is still pulled by {g}");
            }
            let (own, other) = (1.0 - e + e / c, e / c);
            let entropy = -own * own.ln() - (c - 1.0) * other * other.ln();
            let got = value(&CrossEntropy, &given, &at_best);
            prop_assert!((got - entropy).abs() < 1e-12, "{got} is left, the entropy is {entropy}");
        }
    }

    #[test]
    fn the_lowest_temperatures_still_tell_the_best_class() {
        let at = |scores: [f64; 2], label: f64| {
            let sample = inputs(CrossEntropy::SPEC, &[("logits", &[1, 2], &scores), ("labels", &[1], &[label])]);
            let given = [("temperature", 1e-310)];
            (value(&CrossEntropy, &given, &sample), gradient(&CrossEntropy, &given, &sample))
        };
        assert_eq!(at([0.0, 0.0], 0.0), (2f64.ln(), vec![f64::NEG_INFINITY, f64::INFINITY]));
        assert_eq!(at([1.0, 0.0], 0.0), (0.0, vec![0.0, 0.0]));
        assert_eq!(at([1.0, 0.0], 1.0), (f64::INFINITY, vec![f64::INFINITY, f64::NEG_INFINITY]));
    }
}
