//! The hardest negatives of an anchor: those that it is most similar to.

use ndarray::ArrayView1;

use crate::real::{Real, ascending};
use crate::spec::{Domain, Param};

/// The parameter `alpha`, the fraction of its negatives that an anchor keeps.
pub(crate) const fn kept(default: f64) -> Param {
    Param::linear("alpha", r"\alpha", default, (0.01, 1.0), "fraction of the negatives that is kept")
        .within(Domain::Within(0.0, 1.0))
}

/// Of the similarities of anchor `i`, those to the `fraction` hardest of its negatives, rounded up and at least one;
/// which ones they are is a constant for the gradient.
pub fn hardest_negatives<R: Real>(similarities: ArrayView1<R>, i: usize, fraction: f64) -> Vec<R> {
    let negatives: Vec<R> =
        similarities.iter().enumerate().filter(|&(j, _)| j != i).map(|(_, &s)| s).collect();
    // A fraction such as 0.2 of five is one, whatever the last bit of the product says.
    let kept = (fraction * negatives.len() as f64 - 1e-9).ceil().max(1.0);
    let nearest_first: Vec<f64> = negatives.iter().map(|s| -s.value()).collect();
    ascending(&nearest_first).into_iter().take(kept as usize).map(|j| negatives[j]).collect()
}
