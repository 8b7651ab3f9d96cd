//! Losses of vectors that are compared with each other.

use super::shelf;
use crate::spec::Input;

pub mod similarity;

/// A batch of vectors with labels.
pub(crate) const LABELLED: &[Input] = &[
    Input::variable("embeddings", &["N", "D"], "one vector a sample, of any length"),
    Input::labels("labels", &["N"], "samples with one label belong together"),
];

shelf! {
    nt_xent::NtXent,
    unpg::Unpg,
}
