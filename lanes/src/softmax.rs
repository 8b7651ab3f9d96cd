//! Softmax of rows of scores.

use wide::f64x4;

use crate::exp::{exp, exp_above};
use crate::logarithm::ln;
use crate::vector::scale;

/// Replaces scores by their softmax and returns `ln Σ eˣ`, nats.
///
/// Where no finite score is the largest there is no softmax: then the row becomes zeros, and the result is the
/// largest score, −∞ for an empty row, NaN if a score is NaN.
#[inline(never)]
pub fn softmax(scores: &mut [f64]) -> f64 {
    let top = largest(scores);
    let is_nan = top.is_infinite() && scores.iter().any(|x| x.is_nan());
    let total = if top.is_finite() { exp_above(scores, top) } else { f64::NAN };
    if total.is_nan() {
        scores.fill(0.0);
        return if top.is_finite() || is_nan { f64::NAN } else { top };
    }
    scale(scores, 1.0 / total);
    total.ln() + top
}

/// The largest number that is one; −∞ for none.
fn largest(x: &[f64]) -> f64 {
    let either = |top: f64, x: f64| if x > top { x } else { top };
    let (blocks, tail) = x.as_chunks::<4>();
    let mut tops = f64x4::splat(f64::NEG_INFINITY);
    for &block in blocks {
        let block = f64x4::new(block);
        tops = tops.simd_lt(block).select(block, tops);
    }
    tail.iter().copied().fold(tops.to_array().into_iter().fold(f64::NEG_INFINITY, either), either)
}

/// Rows that go side by side.
const ROWS: usize = 16;

/// `ln Σ eˣ` of every row of a matrix, nats: for many rows that are short. A row without a largest finite score has what
/// [`softmax`] has.
///
/// # Panics
/// If the rows are not as many as the results.
#[inline(never)]
pub fn log_sum_exps(rows: &[f64], out: &mut [f64]) {
    let width = rows.len().checked_div(out.len()).unwrap_or(0);
    assert_eq!(rows.len(), width * out.len(), "a result for every row");
    out.fill(f64::NEG_INFINITY);
    let mut columns = vec![0.0; ROWS * width];
    let mut sums = [1.0; ROWS];
    for (first, out) in out.chunks_mut(ROWS).enumerate() {
        let rows = rows[ROWS * width * first..].chunks_exact(width.max(1));
        for (i, (row, out)) in rows.zip(&mut *out).enumerate() {
            for &x in row {
                *out = if x > *out || x.is_nan() { x } else { *out };
            }
            let base = if out.is_finite() { *out } else { 0.0 };
            row.iter().enumerate().for_each(|(k, x)| columns[ROWS * k + i] = x - base);
        }
        exp(&mut columns);
        sums.fill(0.0);
        for column in columns.as_chunks::<ROWS>().0 {
            sums.iter_mut().zip(column).for_each(|(sum, power)| *sum += power);
        }
        ln(&mut sums);
        for (out, log_sum) in out.iter_mut().zip(sums).filter(|(top, _)| top.is_finite()) {
            *out += log_sum;
        }
    }
}
