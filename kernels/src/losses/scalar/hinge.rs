//! Hinge loss of support vector machines.

use super::{MARGIN, terms_of};
use crate::dialect::{Argument, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// What is missing to a wanted margin, 0 beyond it.
pub struct Hinge;

/// The margin from which on a hinge rests.
pub(crate) const THRESHOLD: Param =
    Param::linear("threshold", "c", 1.0, (0.0, 3.0), "margin from which on a sample is left alone");

impl Kernel for Hinge {
    const SPEC: &'static Spec = &Spec {
        id: "hinge",
        title: "Hinge loss",
        family: Family::Scalar,
        inputs: MARGIN,
        params: &[THRESHOLD],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Charges every sample for what it lacks to a margin and forgets those that have it.",
        formula: r"L=\frac1N\sum_i[\p{threshold}-z_i]_+",
        gradient: r"\frac{\partial L}{\partial z_i}=-\frac1N[z_i<\p{threshold}]",
        source: Source {
            authors: "Cortes, Vapnik",
            year: 1995,
            title: "Support-Vector Networks",
            venue: "Machine Learning 20",
        },
        papers: &[],
        aliases: &["SVM loss", "perceptron loss", "soft margin"],
        facts: &[
            "From the wanted margin on it is exactly 0, and so is its slope.",
            "Below it every sample pulls equally hard, however wrong it is.",
            "It is convex.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[
        Dialect {
            library: Library::Torch,
            call: "torch.nn.MarginRankingLoss",
            arguments: &[Argument::same("threshold", 0.0).called("margin")],
            python: "zero, one = torch.zeros_like(margin), torch.ones_like(margin)\n\
                loss = torch.nn.MarginRankingLoss({})(margin, zero, one)",
            note: "The hinge of a difference of two scores; its margin is 0 unless one is given.",
            departs: &[],
        },
        Dialect {
            library: Library::Torch,
            call: "torch.nn.HingeEmbeddingLoss",
            arguments: &[Argument::same("threshold", 1.0).called("margin")],
            python: "loss = torch.nn.HingeEmbeddingLoss({})(margin, -torch.ones_like(margin))",
            note: "No hinge of label times score: rows labelled −1 pay what is missing to the margin, rows labelled 1 \
                pay the number itself.",
            departs: &[],
        },
        Dialect {
            library: Library::Keras,
            call: "keras.losses.Hinge",
            arguments: &[Argument::lacking("threshold", 1.0)],
            python: "loss = keras.losses.Hinge()(np.ones((len(margin), 1)), margin[:, None])",
            note: "Takes labels and raw scores, whose product is the margin; labels 0 are read as −1.",
            departs: &[],
        },
        Dialect {
            library: Library::Optax,
            call: "optax.losses.hinge_loss",
            arguments: &[Argument::lacking("threshold", 1.0)],
            python: "loss = optax.losses.hinge_loss(margin, jnp.ones_like(margin)).mean()",
            note: "One value a sample, nothing averaged; labels have to be −1 and 1.",
            departs: &[],
        },
        Dialect {
            library: Library::Optax,
            call: "optax.losses.perceptron_loss",
            arguments: &[Argument::lacking("threshold", 0.0)],
            python: "loss = optax.losses.perceptron_loss(margin, jnp.ones_like(margin)).mean()",
            note: "The hinge without a margin; one value a sample, nothing averaged.",
            departs: &[],
        },
    ];

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let threshold = params.real::<R>("threshold");
        terms_of(input.vector("margin"), |z| (-z + threshold).relu())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Hinge;
    use crate::testing::{slope_at, value_at};

    proptest! {
        #[test]
        fn it_rests_from_the_threshold_on(threshold in 0.0..3.0, beyond in 0.0..10.0) {
            let given = [("threshold", threshold)];
            prop_assert_eq!(value_at(&Hinge, &given, threshold + beyond), 0.0);
            prop_assert_eq!(slope_at(&Hinge, &given, threshold + beyond), 0.0);
            prop_assert_eq!(slope_at(&Hinge, &given, threshold - beyond - 1e-9), -1.0);
        }

        #[test]
        fn it_is_convex(a in -5.0..5.0, b in -5.0..5.0) {
            let at = |z| value_at(&Hinge, &[], z);
            prop_assert!(at((a + b) / 2.0) <= (at(a) + at(b)) / 2.0 + 1e-12);
        }
    }
}
