//! Class sizes, for losses that make up for a long tail.

use super::INPUTS;
use crate::spec::{Input, Role, join};

/// A batch of scores, and how common every class is in the training set.
pub(crate) const COUNTED: &[Input] = &join::<_, 3>(&[
    INPUTS,
    &[Input::integers("counts", Role::Count, &["C"], 1, "how many training samples each class has")],
]);
