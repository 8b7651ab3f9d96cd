//! Losses of raw class scores.

use super::shelf;
use super::softmax::{log_probability, log_softmax, over_samples};
use crate::input::Inputs;
use crate::real::Real;
use crate::spec::{Input, Role};

pub mod counts;

/// What nearly every loss here reads.
pub(crate) const INPUTS: &[Input] = &[
    Input::variable("logits", Role::Logits, &["N", "C"], "raw class scores"),
    Input::classes("labels", &["N"], "C", "the right class of each sample"),
];

/// How far every wrong class lies above the label.
pub(crate) fn leads<R: Real>(scores: &[R], class: usize) -> Vec<R> {
    let wrong = (0..scores.len()).filter(|&k| k != class);
    wrong.map(|k| scores[k] - scores[class]).collect()
}

/// A function of the scores and the class, of every sample.
pub(crate) fn terms_of_scores<R: Real>(input: &Inputs<R>, loss: impl Fn(&[R], usize) -> R) -> Option<Vec<R>> {
    Some(over_samples(&input.rows("logits"), &input.classes("labels"), loss))
}

/// A function of the logarithm of the label's probability, of every sample.
pub(crate) fn terms_of_log_probability<R: Real>(input: &Inputs<R>, loss: impl Fn(R) -> R) -> Option<Vec<R>> {
    terms_of_scores(input, |scores, class| loss(log_probability(scores, class)))
}

/// The same of every class of every sample.
pub(crate) fn costs_of_log_probability<R: Real>(input: &Inputs<R>, loss: impl Fn(R) -> R) -> Vec<Vec<R>> {
    let costs = |scores: &&[R]| log_softmax(scores).into_iter().map(&loss).collect();
    input.rows("logits").iter().map(costs).collect()
}

/// `−log(t(f_y) / Σ t(f_k))` of every sample: cross-entropy of a softmax with another positive function in place of
/// the exponential. It is given by its logarithm, which overflows for no score.
pub(crate) fn terms_of_log_share<R: Real>(input: &Inputs<R>, log_t: impl Fn(R) -> R) -> Option<Vec<R>> {
    terms_of_scores(input, |scores, class| {
        let log_weights: Vec<R> = scores.iter().map(|&f| log_t(f)).collect();
        R::surprise(&log_weights, class)
    })
}

shelf! {
    cross_entropy::CrossEntropy,
    confidence_penalty::ConfidencePenalty,
    focal::Focal,
    poly_1::Poly1,
    generalized_cross_entropy::GeneralizedCrossEntropy,
    symmetric_cross_entropy::SymmetricCrossEntropy,
    probability_mae::ProbabilityMae,
    comp_sum::CompSum,
    ldr_kl::LdrKl,
    aldr_kl::AldrKl,
    crammer_singer::CrammerSinger,
    weston_watkins::WestonWatkins,
    z_loss::ZLoss,
    log_z_penalty::LogZPenalty,
    spherical_softmax::SphericalSoftmax,
    taylor_softmax::TaylorSoftmax,
    logit_norm::LogitNorm,
    logit_adjustment::LogitAdjustment,
    ldam::Ldam,
    class_balanced_ce::ClassBalancedCe,
    bias_loss::BiasLoss,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::find;
    use crate::testing::{gradient, inputs, value};

    proptest! {
        #[test]
        fn nothing_of_a_nearly_certain_sample_is_lost(lead in 5.0..230.0f64) {
            // Both are made of positive terms alone: the surprise −log p and the error 1 − p.
            let (surprise, error) = (f64::softplus(-lead), f64::sigmoid(-lead));
            let of_p = [
                ("cross-entropy", surprise),
                ("focal", error * error * surprise),
                ("poly-1", surprise + 2.0 * error),
                ("generalized-cross-entropy", (-0.7 * surprise).exp_m1() / -0.7),
                ("symmetric-cross-entropy", 0.1 * surprise + 4.0 * error),
                ("probability-mae", 2.0 * error),
                ("comp-sum", surprise),
                ("logit-adjustment", surprise),
                ("class-balanced-ce", surprise),
            ];
            for (id, expected) in of_p {
                let loss = find(id).unwrap();
                let arrays = [
                    ("logits", &[1, 2][..], &[lead, 0.0][..]),
                    ("labels", &[1], &[0.0]),
                    ("counts", &[2], &[1.0, 1.0]),
                ];
                let arrays = &arrays[..loss.spec().inputs.len()];
                let sample = inputs(loss.spec(), arrays);
                let got = value(loss, &[], &sample);
                prop_assert!((got / expected - 1.0).abs() < 1e-13, "{id} at a lead of {lead} is {got:e}, not {expected:e}");
                let pull = gradient(loss, &[], &sample);
                prop_assert!(pull[0] < 0.0 && (pull[0] / pull[1] + 1.0).abs() < 1e-13, "{id} pulls by {pull:?}");
            }
        }
    }

    #[test]
    fn what_cannot_be_negative_has_no_sign() {
        for id in [
            "cross-entropy",
            "focal",
            "poly-1",
            "generalized-cross-entropy",
            "symmetric-cross-entropy",
            "probability-mae",
            "comp-sum",
        ] {
            let loss = find(id).unwrap();
            for scores in [&[1000.0, 0.0][..], &[3.0]] {
                let certain =
                    inputs(loss.spec(), &[("logits", &[1, scores.len()], scores), ("labels", &[1], &[0.0])]);
                let got = value(loss, &[], &certain);
                assert_eq!(got.to_bits(), 0, "{id} of a certain sample reads {got:?}");
            }
        }
    }
}
