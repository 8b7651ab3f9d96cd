//! How terms become one number: over the terms that are not zero, or over all of them.

use crate::real::Real;
use crate::spec::{Param, Params};

/// The parameter that chooses between the two averages.
pub const REDUCTION: Param = Param::numbers(
    "reduction",
    "",
    0.0,
    &[(0.0, "mean of the non-zero terms"), (1.0, "mean of all terms")],
    "what is averaged; over non-zero terms alone the loss jumps when a term switches off",
);

/// Whether the parameter `reduction` asks for the mean of the non-zero terms.
pub fn is_of_positive(params: &Params) -> bool {
    params.get("reduction") == 0.0
}

/// The mean of the terms above 0, and 0 if there are none. How many they are is a constant for the gradient.
pub fn mean_of_positive<R: Real>(terms: &[R]) -> R {
    let positive: Vec<R> = terms.iter().copied().filter(|term| term.value() > 0.0).collect();
    R::mean(&positive)
}
