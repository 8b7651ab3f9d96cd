//! Losses of raw class scores.

use super::shelf;
use crate::spec::Input;

/// What nearly every loss here reads.
pub(crate) const INPUTS: &[Input] = &[
    Input::variable("logits", &["N", "C"], "raw class scores"),
    Input::classes("labels", &["N"], "C", "the right class of each sample"),
];

shelf! {
    cross_entropy::CrossEntropy,
    focal::Focal,
    generalized_cross_entropy::GeneralizedCrossEntropy,
    comp_sum::CompSum,
    ldr_kl::LdrKl,
    z_loss::ZLoss,
}
