//! Means taken out of numbers, and the variances and covariances of what is left.

use crate::real::Real;

/// The numbers less their mean.
pub fn centred<R: Real>(x: &[R]) -> Vec<R> {
    let mean = R::mean(x);
    x.iter().map(|&x| x - mean).collect()
}

/// Sum of the squared distances from the mean, over `count`: the number of numbers, or one less for an unbiased
/// estimate.
pub fn variance<R: Real>(x: &[R], count: usize) -> R {
    let x = centred(x);
    R::dot(&x, &x) / count as f64
}
