//! Means taken out of numbers, and the variances and covariances of what is left.

use crate::real::Real;

/// The columns of a batch: one slice a dimension.
pub fn columns<R: Real>(rows: &[&[R]]) -> Vec<Vec<R>> {
    let width = rows.first().map_or(0, |row| row.len());
    (0..width).map(|d| rows.iter().map(|row| row[d]).collect()).collect()
}

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
