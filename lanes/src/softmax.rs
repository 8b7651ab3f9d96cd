//! Softmax of a row of scores.

use wide::f64x4;

use crate::exp::exp_above;
use crate::vector::scale;

/// Replaces scores by their softmax and returns `ln Σ eˣ`, nats.
///
/// Where no finite score is the largest there is no softmax: then the row becomes zeros, and the result is the
/// largest score, −∞ for an empty row, NaN if a score is NaN.
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
