//! Crammer–Singer hinge: the label against its best rival.

use super::{INPUTS, leads, terms_of_scores};
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// A hinge on the lead of the label over the best wrong class.
pub struct CrammerSinger;

/// The lead from which on a multi-class hinge rests.
pub(crate) const THRESHOLD: Param =
    Param::linear("threshold", "c", 1.0, (0.0, 5.0), "lead of the label from which on a rival is left alone");

impl Kernel for CrammerSinger {
    const SPEC: &'static Spec = &Spec {
        id: "crammer-singer",
        title: "Crammer–Singer hinge",
        family: Family::Logits,
        inputs: INPUTS,
        params: &[THRESHOLD],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Labelled;

    const PROSE: &'static Prose = &Prose {
        summary: "The support vector machine for many classes: only the strongest wrong class matters.",
        formula: r"L=\frac1N\sum_i\Big[\p{threshold}+\max_{k\ne y_i}f_{ik}-f_{iy_i}\Big]_+",
        gradient: r"\frac{\partial L}{\partial f_k}=\frac1N\big([k=\text{best rival}]-[k=y]\big)\quad\text{while the lead is below }\p{threshold}",
        source: Source {
            authors: "Crammer, Singer",
            year: 2001,
            title: "On the Algorithmic Implementation of Multiclass Kernel-based Vector Machines",
            venue: "Journal of Machine Learning Research 2",
        },
        papers: &[],
        aliases: &[
            "multi-class hinge",
            "multiclass SVM loss",
            "optax.multiclass_hinge_loss",
            "keras.losses.CategoricalHinge",
            "sklearn.metrics.hinge_loss",
        ],
        facts: &[
            "A wrong prediction costs at least the threshold.",
            "With two classes it is the hinge of the difference of the scores.",
            "At most two scores of a sample are pulled, the label's and its best rival's, and against each other.",
            "LDR-KL tends to it as its λ falls.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[
        Dialect {
            library: Library::Optax,
            call: "optax.losses.multiclass_hinge_loss",
            arguments: &[Argument::lacking("threshold", 1.0)],
            python: "loss = optax.losses.multiclass_hinge_loss(logits, labels).mean()",
            note: "The best rival counts alone, as here. One value a sample.",
            departs: &[],
        },
        Dialect {
            library: Library::Keras,
            call: "keras.losses.CategoricalHinge",
            arguments: &[Argument::lacking("threshold", 1.0)],
            python: "one_hot = np.eye(logits.shape[1])[labels]\n\
                raised = logits - logits.min(axis=1, keepdims=True)\n\
                loss = keras.losses.CategoricalHinge()(one_hot, raised)",
            note: "The label takes part among its rivals with score 0: where all other scores are \
                negative, the value is another one. Scores raised to 0 and above avoid that. Rivals that \
                tie share the gradient.",
            departs: &[
                Departure::value(
                    "logits.shape[1] == 1",
                    "With one class the label is its own rival, and the loss is 1.",
                ),
            ],
        },
    ];

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let threshold = params.real::<R>("threshold");
        terms_of_scores(input, |scores, class| {
            (R::max(&leads(scores, class)) + threshold).relu()
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::CrammerSinger;
    use crate::kernel::Kernel;
    use crate::losses::logits::ldr_kl::LdrKl;
    use crate::losses::scalar::hinge::Hinge;
    use crate::real::first_max;
    use crate::testing::{gradient, inputs, logits, value, value_at};

    proptest! {
        #[test]
        fn a_mistake_costs_at_least_the_threshold(f in logits(1, 4), c in 0.0..5.0) {
            let loss = value(&CrammerSinger, &[("threshold", c)], &f);
            let wrong = first_max(f.vector("logits")) != Some(f.classes("labels")[0]);
            prop_assert!(loss >= 0.0 && (!wrong || loss >= c), "it costs {loss}");
        }

        #[test]
        fn two_classes_make_a_hinge(a in -5.0..5.0, b in -5.0..5.0, c in 0.0..3.0) {
            let pair = inputs(CrammerSinger::SPEC, &[("logits", &[1, 2], &[a, b]), ("labels", &[1], &[0.0])]);
            let given = [("threshold", c)];
            let (got, hinge) = (value(&CrammerSinger, &given, &pair), value_at(&Hinge, &given, a - b));
            prop_assert!((got - hinge).abs() < 1e-12, "{got} is not {hinge}");
        }

        #[test]
        fn only_label_and_best_rival_are_pulled(f in logits(1, 5), c in 0.0..5.0) {
            let g = gradient(&CrammerSinger, &[("threshold", c)], &f);
            let pulled: Vec<f64> = g.iter().copied().filter(|&g| g != 0.0).collect();
            prop_assert!(pulled.is_empty() || pulled == [1.0, -1.0] || pulled == [-1.0, 1.0], "pulls are {g:?}");
            prop_assert!(pulled.is_empty() || g[f.classes("labels")[0]] == -1.0);
        }

        #[test]
        fn it_is_the_cold_end_of_ldr_kl(f in logits(3, 4), c in 0.0..3.0) {
            let ldr = value(&LdrKl, &[("lambda", 1e-3), ("margin", c)], &f);
            let got = value(&CrammerSinger, &[("threshold", c)], &f);
            prop_assert!((ldr - got).abs() <= 1e-3 * 4f64.ln() + 1e-12, "{got} against {ldr}");
        }
    }

    #[test]
    fn a_single_class_has_no_rival() {
        let alone = inputs(CrammerSinger::SPEC, &[("logits", &[1, 1], &[3.0]), ("labels", &[1], &[0.0])]);
        assert_eq!(value(&CrammerSinger, &[], &alone), 0.0);
        assert_eq!(gradient(&CrammerSinger, &[], &alone), [0.0]);
    }
}
