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
    comp_sum::CompSum,
}
