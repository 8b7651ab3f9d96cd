//! Histograms that can be differentiated: every number is shared between the two nearest nodes.

use crate::real::Real;
use crate::spec::{Domain, Param};

/// The parameter `bins`. Its upper bound keeps a slip of the pen from filling the memory.
pub(crate) const fn bins(default: f64, range: (f64, f64)) -> Param {
    Param::integer(
        "bins",
        "B",
        default,
        range,
        "cells of the histograms: many are sharp but rarely give a gradient",
    )
    .within(Domain::Within(1.0, 1000.0))
}

/// How much of `values` falls to each of the `bins + 1` nodes that cut `[low, high]` into equal cells. A value adds 1
/// in all, split by its position in its cell.
pub fn soft_histogram<R: Real>(values: &[R], (low, high): (f64, f64), bins: usize) -> Vec<R> {
    let mut nodes = vec![R::zero(); bins + 1];
    for &value in values {
        // Rounding alone leads out of the range.
        let at = ((value - low) * (bins as f64 / (high - low))).clamp(0.0, bins as f64);
        let cell = (at.value() as usize).min(bins - 1);
        let upper = at - cell as f64;
        nodes[cell] += -upper + 1.0;
        nodes[cell + 1] += upper;
    }
    nodes
}

/// Running sums.
pub fn cumulative<R: Real>(x: &[R]) -> Vec<R> {
    let mut total = R::zero();
    let add = |&x: &R| {
        total += x;
        total
    };
    x.iter().map(add).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_value_adds_one_and_keeps_its_mean(values in prop::collection::vec(-1.0..=1.0, 1..9), bins in 1usize..60) {
            let nodes = soft_histogram(&values, (-1.0, 1.0), bins);
            let at = |r: usize| -1.0 + 2.0 * r as f64 / bins as f64;
            let (total, n) = (nodes.iter().sum::<f64>(), values.len() as f64);
            let moment: f64 = nodes.iter().enumerate().map(|(r, h)| h * at(r)).sum();
            prop_assert!((total - n).abs() < 1e-9, "{n} values add {total}");
            prop_assert!((moment - values.iter().sum::<f64>()).abs() < 1e-9);
            prop_assert!(nodes.iter().all(|&h| h >= -1e-12));
        }
    }
}
