//! The largest of some numbers, and all of them in order.

use super::Real;

/// Index of the largest value, the first among equals; `None` for no values.
#[must_use]
pub fn first_max<R: Real>(x: &[R]) -> Option<usize> {
    let mut best: Option<usize> = None;
    for (i, v) in x.iter().enumerate() {
        if best.is_none_or(|b| v.value() > x[b].value()) {
            best = Some(i);
        }
    }
    best
}

/// The largest of some plain numbers, NaN if one of them is; −∞ for none.
pub(crate) fn largest(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(f64::NEG_INFINITY, |top, v| if v > top || v.is_nan() { v } else { top })
}

/// The indices of `values` from the least to the greatest; equal values keep their order, NaN comes last.
///
/// One copy of a sort is enough to download, so everything that sorts numbers goes through here.
#[inline(never)]
#[must_use]
pub fn ascending(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    order
}

/// `values` from the least to the greatest.
#[must_use]
pub fn sorted(values: &[f64]) -> Vec<f64> {
    ascending(values).into_iter().map(|i| values[i]).collect()
}
