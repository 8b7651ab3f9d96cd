//! Losses of one number a sample: a margin, a residual or a raw score.

use super::shelf;
use crate::input::Inputs;
use crate::real::Real;
use crate::spec::{Input, Role};

/// What the margin losses read.
pub(crate) const MARGIN: &[Input] = &[Input::variable(
    "margin",
    Role::Margin,
    &["N"],
    "label ±1 times score: how far each sample is on the right side",
)];

/// What the residual losses read.
pub(crate) const RESIDUAL: &[Input] =
    &[Input::variable("residual", Role::Residual, &["N"], "target minus prediction")];

/// What the binary losses read.
pub(crate) const BINARY: &[Input] = &[
    Input::variable("scores", Role::Score, &["N"], "raw score of the positive class"),
    Input::binary("labels", Role::Class, &["N"], "1 for a positive, 0 for a negative"),
];

/// A function of one number, of every sample.
pub(crate) fn terms_of<R: Real>(samples: &[R], loss: impl Fn(R) -> R) -> Option<Vec<R>> {
    Some(samples.iter().map(|&x| loss(x)).collect())
}

/// A function of the margin `z = (2y − 1)·s` and of whether the sample is a positive, of every sample of [`BINARY`].
pub(crate) fn terms_of_binary<R: Real>(input: &Inputs<R>, loss: impl Fn(R, bool) -> R) -> Option<Vec<R>> {
    let term = |(&score, &label): (&R, &i64)| {
        let positive = label == 1;
        loss(if positive { score } else { -score }, positive)
    };
    Some(input.vector("scores").iter().zip(input.labels("labels")).map(term).collect())
}

/// What both labels would cost every sample of [`BINARY`]: a negative, then a positive.
pub(crate) fn costs_of_binary<R: Real>(input: &Inputs<R>, loss: impl Fn(R, bool) -> R) -> Vec<Vec<R>> {
    input.vector("scores").iter().map(|&score| vec![loss(-score, false), loss(score, true)]).collect()
}

shelf! {
    zero_one::ZeroOne,
    hinge::Hinge,
    squared_hinge::SquaredHinge,
    smoothed_hinge::SmoothedHinge,
    modified_huber::ModifiedHuber,
    tailed_hinge::TailedHinge,
    ramp::Ramp,
    unhinged::Unhinged,
    logistic::Logistic,
    exponential::Exponential,
    savage::Savage,
    tangent::Tangent,
    ensloss::EnsLoss,
    squared_error::SquaredError,
    absolute_error::AbsoluteError,
    huber::Huber,
    wing::Wing,
    pseudo_huber::PseudoHuber,
    log_cosh::LogCosh,
    pinball::Pinball,
    epsilon_insensitive::EpsilonInsensitive,
    tukey_biweight::TukeyBiweight,
    barron_robust::BarronRobust,
    bce_with_logits::BceWithLogits,
    binary_focal::BinaryFocal,
}
