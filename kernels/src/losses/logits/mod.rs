//! Losses of raw class scores.

use super::shelf;
use super::softmax::mean_over_samples;
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

/// Mean of `−log(t(f_y) / Σ t(f_k))`: cross-entropy of a softmax with another positive function in place of the
/// exponential.
pub(crate) fn mean_of_log_share<R: Real>(input: &Inputs<R>, t: impl Fn(R) -> R) -> R {
    mean_over_samples(&input.rows("logits"), &input.classes("labels"), |scores, class| {
        let weights: Vec<R> = scores.iter().map(|&f| t(f)).collect();
        R::sum(&weights).ln() - weights[class].ln()
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
    spherical_softmax::SphericalSoftmax,
    taylor_softmax::TaylorSoftmax,
    logit_norm::LogitNorm,
    logit_adjustment::LogitAdjustment,
    ldam::Ldam,
    class_balanced_ce::ClassBalancedCe,
    bias_loss::BiasLoss,
}
