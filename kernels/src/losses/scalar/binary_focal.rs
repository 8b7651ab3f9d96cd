//! Binary focal loss.

use super::{BINARY, terms_of_binary};
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::losses::softmax::SMOOTHING;
use crate::real::Real;
use crate::spec::{Domain, Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Binary cross-entropy in which easy samples are turned down by a power of their error.
pub struct BinaryFocal;

/// What a sample weighs that is a positive by the given share.
fn weight<R: Real>(alpha: R, share: R) -> R {
    if alpha.value() < 0.0 {
        return R::one();
    }
    share * alpha + (-share + 1.0) * (-alpha + 1.0)
}

/// The terms of samples that are positives by the given shares.
fn mixed<R: Real>(input: &Inputs<R>, params: &Params, shares: &[R]) -> Vec<R> {
    let (gamma, alpha) = (params.real::<R>("gamma"), params.real::<R>("alpha"));
    let term = |(&score, &share): (&R, &R)| {
        let both = |of_positive: R, of_negative: R| {
            of_positive.weighted(share) + of_negative.weighted(-share + 1.0)
        };
        let error = both((-score).sigmoid(), score.sigmoid());
        both((-score).softplus(), score.softplus()) * error.pow(gamma) * weight(alpha, share)
    };
    input.vector("scores").iter().zip(shares).map(term).collect()
}

impl Kernel for BinaryFocal {
    const SPEC: &'static Spec = &Spec {
        id: "binary-focal",
        title: "Binary focal loss",
        family: Family::Scalar,
        inputs: BINARY,
        params: &[
            Param::linear("gamma", r"\gamma", 2.0, (0.0, 8.0), "how strongly easy samples are turned down"),
            Param::linear(
                "alpha",
                r"\alpha",
                0.25,
                (0.0, 1.0),
                "weight of positives, 1 − α of negatives; below 0 (by custom −1) nobody is weighted",
            )
            .within(Domain::Within(-1.0, 1.0)),
            SMOOTHING,
        ],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Labelled;

    const PROSE: &'static Prose = &Prose {
        summary: "Keeps thousands of easy negatives from drowning a few hard positives, as in object detection.",
        formula: r"L=-\frac1N\sum_i\alpha_i\,(1-p_i)^{\p{gamma}}\log p_i,\quad p_i=\sigma\big((2y_i-1)s_i\big),\quad
            \alpha_i=\begin{cases}\p{alpha}&y_i=1\\1-\p{alpha}&y_i=0\end{cases}",
        gradient: r"\frac{\partial L}{\partial z_i}=\frac{\alpha_i}N(1-p_i)^{\p{gamma}}\big(\p{gamma}\,p_i\log p_i-(1-p_i)\big),\quad
            z_i=(2y_i-1)s_i",
        source: Source {
            authors: "Lin, Goyal, Girshick, He, Dollár",
            year: 2017,
            title: "Focal Loss for Dense Object Detection",
            venue: "ICCV 2017, arXiv 1708.02002",
        },
        papers: &[],
        aliases: &["sigmoid focal loss", "RetinaNet loss"],
        facts: &[
            "With γ = 0 and no weights it is binary cross-entropy, with α = ½ half of it.",
            "At γ = 2 a sample with probability 0.9 counts a hundredth of what it does in cross-entropy.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[
        Dialect {
            library: Library::Optax,
            call: "optax.losses.sigmoid_focal_loss",
            arguments: &[
                Argument::same("alpha", -1.0),
                Argument::same("gamma", 2.0),
                Argument::outside("smoothing", "labels * (1 - smoothing) + smoothing / 2", 0.0),
            ],
            python: "alpha = None if alpha < 0 else alpha\n\
                smooth = labels * (1 - smoothing) + smoothing / 2\n\
                loss = optax.losses.sigmoid_focal_loss(scores, smooth, {}).mean()",
            note: "No class weights by default, unlike the paper with α = 0.25. One value a sample; the paper divides \
                by the number of positives.",
            departs: &[],
        },
        Dialect {
            library: Library::Keras,
            call: "keras.losses.BinaryFocalCrossentropy",
            arguments: &[
                Argument::same("alpha", -1.0),
                Argument::same("gamma", 2.0),
                Argument::same("smoothing", 0.0).called("label_smoothing"),
            ],
            python: r#"
focal = keras.losses.BinaryFocalCrossentropy(apply_class_balancing=alpha >= 0, {}, from_logits=True)
loss = focal(labels[:, None], scores[:, None])
"#,
            note: "Its α = 0.25 does nothing until apply_class_balancing is set.",
            departs: &[
                Departure::value(
                    "np.abs(scores).max() > 16",
                    "It clips probabilities at 10⁻⁷: a very wrong score stops at a loss of about 16.",
                ),
            ],
        },
    ];

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let (gamma, alpha) = (params.real::<R>("gamma"), params.real::<R>("alpha"));
        let smoothing: R = params.real("smoothing");
        if smoothing.value() > 0.0 || !smoothing.is_constant() {
            let share = |label: &i64| (-smoothing + 1.0) * *label as f64 + smoothing * 0.5;
            let shares: Vec<R> = input.labels("labels").iter().map(share).collect();
            return Some(mixed(input, params, &shares));
        }
        let weight = |positive: bool| weight(alpha, R::from(f64::from(positive)));
        terms_of_binary(input, |z, positive| {
            // As a power of 1 − p the slope would be infinite where p rounds to 1.
            let error_to_the_gamma = (z.softplus() * -gamma).exp();
            error_to_the_gamma * (-z).softplus() * weight(positive)
        })
    }

    // As the libraries have it, the error is taken of the shared label: no mean of what both labels cost.
    fn shared_terms<R: Real>(input: &Inputs<R>, params: &Params, shares: &[Vec<R>]) -> Option<Vec<R>> {
        Some(mixed(input, params, &shares.iter().map(|shares| shares[1]).collect::<Vec<R>>()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::BinaryFocal;
    use crate::input::Inputs;
    use crate::kernel::Kernel;
    use crate::losses::scalar::bce_with_logits::BceWithLogits;
    use crate::testing::{gradient, inputs, value};

    fn sample(score: f64, label: f64) -> Inputs<f64> {
        inputs(BinaryFocal::SPEC, &[("scores", &[1], &[score]), ("labels", &[1], &[label])])
    }

    proptest! {
        #[test]
        fn gamma_0_is_binary_cross_entropy(s in -50.0..50.0, positive: bool) {
            let sample = sample(s, f64::from(positive));
            let focal = |alpha| value(&BinaryFocal, &[("gamma", 0.0), ("alpha", alpha)], &sample);
            let bce = value(&BceWithLogits, &[], &sample);
            prop_assert_eq!(focal(-1.0), bce);
            prop_assert_eq!(focal(0.5), bce / 2.0);
        }

        #[test]
        fn a_certain_sample_keeps_a_finite_gradient(s in 500.0..2000.0, gamma in 0.0..2.0) {
            let g = gradient(&BinaryFocal, &[("gamma", gamma)], &sample(s, 1.0));
            prop_assert!(g[0].abs() < 1e-200, "score {s} is right and is still pulled by {}", g[0]);
        }
    }

    #[test]
    fn an_easy_sample_counts_a_hundredth() {
        let easy = sample(9f64.ln(), 1.0);
        let focal = value(&BinaryFocal, &[("alpha", -1.0)], &easy);
        let ratio = focal / value(&BceWithLogits, &[], &easy);
        assert!((ratio - 0.01).abs() < 1e-14, "it counts {ratio}");
    }
}
