//! Softmax of rows of scores.

use wide::f64x4;

use crate::exp::{exp, exp_above};
use crate::logarithm::ln_1p;
use crate::vector::{scale, sum};

/// Replaces scores by their softmax and returns `ln Σ eˣ`, nats.
///
/// Where no finite score is the largest there is no softmax: then the row becomes zeros, and the result is the
/// largest score, −∞ for an empty row, NaN if a score is NaN.
#[inline(never)]
pub fn softmax(scores: &mut [f64]) -> f64 {
    let top = largest(scores);
    let Some(total) = powers(scores, top) else { return top };
    if total.is_nan() {
        return total;
    }
    // Two that are 1 make 2; below that the largest is the only one.
    let peak = if total < 2.0 { scores.iter().position(|&power| power == 1.0) } else { None };
    let log_sum = peak.map_or_else(|| total.ln(), |peak| others(scores, peak, total).ln_1p());
    scale(scores, 1.0 / total);
    top + log_sum
}

/// Replaces scores by the derivative, by each of them, of the surprise `ln Σ eˣ − x_own`, and returns the surprise, nats.
///
/// It is never negative and keeps its digits where `own` is nearly certain, as does the derivative by its score: that is
/// less the sum of the other probabilities. Where no finite score is the largest the row becomes zeros.
///
/// # Panics
/// If there is no score at `own`.
#[inline(never)]
pub fn surprise(scores: &mut [f64], own: usize) -> f64 {
    let (top, score) = (largest(scores), scores[own]);
    let Some(total) = powers(scores, top) else { return top - score };
    if total.is_nan() {
        return total;
    }
    let others = others(scores, own, total);
    scale(scores, 1.0 / total);
    // Subtracted from 0, so that a lone class has no −0.
    scores[own] = 0.0 - others / total;
    if score == top { others.ln_1p() } else { (top - score) + total.ln() }
}

/// Replaces scores by `(x − max) / temperature`: the shift is nothing to a softmax, and without it a low temperature
/// would make infinities of scores.
#[inline(never)]
pub fn temper(scores: &mut [f64], temperature: f64) {
    let top = largest(scores);
    scores.iter_mut().for_each(|x| *x = (*x - top) / temperature);
}

/// Replaces scores by `e^{x − top}` and returns the sum of these, NaN if a score is NaN; nothing if `top`, the largest,
/// is infinite. In both cases the row becomes zeros.
fn powers(scores: &mut [f64], top: f64) -> Option<f64> {
    let is_nan = top.is_infinite() && scores.iter().any(|x| x.is_nan());
    let total = if top.is_finite() { exp_above(scores, top) } else { f64::NAN };
    if total.is_nan() {
        scores.fill(0.0);
    }
    (top.is_finite() || is_nan).then_some(total)
}

/// The sum of powers, which with the one at `own` is `total`, without that one.
fn others(powers: &mut [f64], own: usize, total: f64) -> f64 {
    let power = powers[own];
    // Taking most of a sum away again would leave rounding.
    if power <= 0.5 * total {
        return total - power;
    }
    powers[own] = 0.0;
    let others = sum(powers);
    powers[own] = power;
    others
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
    let (mut rests, mut ones) = ([0.0; ROWS], [0.0; ROWS]);
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
        // All but one of the powers that are 1, as in a row alone.
        rests.fill(0.0);
        ones.fill(-1.0);
        for column in columns.as_chunks::<ROWS>().0 {
            for ((rest, ones), &power) in rests.iter_mut().zip(&mut ones).zip(column) {
                let is_one = power == 1.0;
                *rest += if is_one { 0.0 } else { power };
                *ones += if is_one { 1.0 } else { 0.0 };
            }
        }
        rests.iter_mut().zip(&ones).for_each(|(rest, ones)| *rest += ones);
        ln_1p(&mut rests);
        for (out, log_sum) in out.iter_mut().zip(rests).filter(|(top, _)| top.is_finite()) {
            *out += log_sum;
        }
    }
}
