//! Means taken out of numbers, and the variances and covariances of what is left.

use crate::real::Real;

/// The columns of a batch one after the other, each less its mean; plain numbers, for gradients by hand.
#[must_use]
pub fn centred_columns(rows: &[&[f64]]) -> Vec<f64> {
    columns(rows).iter().flat_map(|column| centred(column)).collect()
}

/// Adds the derivative by the rows of a batch, from that by its columns less their means: what all of a column share is
/// lost.
pub fn add_by_columns(by_columns: &[f64], by_rows: &mut [f64], rows: usize) {
    let width = by_columns.len() / rows;
    for (d, column) in by_columns.chunks_exact(rows).enumerate() {
        let mean = f64::mean(column);
        for (i, slope) in column.iter().enumerate() {
            by_rows[i * width + d] += slope - mean;
        }
    }
}

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
