//! Sums of hinges along a row.

use wide::f64x4;

/// What [`hinges`] finds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hinges {
    /// The sum of the positive ones.
    pub sum: f64,
    /// How many are positive.
    pub positive: f64,
    /// How many lie within the window.
    pub within: f64,
}

/// The hinges `threshold − xᵢ` of the numbers with `above < xᵢ ≤ upto`.
#[must_use]
#[inline(never)]
pub fn hinges(threshold: f64, x: &[f64], above: f64, upto: f64) -> Hinges {
    each(threshold, x, above, upto, |_, _| {})
}

/// The same; adds the derivative by every number to `slopes`.
///
/// # Panics
/// If the lengths differ.
#[must_use]
#[inline(never)]
pub fn hinge_slopes(threshold: f64, x: &[f64], above: f64, upto: f64, slopes: &mut [f64]) -> Hinges {
    assert_eq!(x.len(), slopes.len(), "a slope for every number");
    each(threshold, x, above, upto, |first, counted| {
        let slopes = &mut slopes[first..];
        slopes.iter_mut().zip(counted.to_array()).for_each(|(slope, counted)| *slope -= counted);
    })
}

/// The hinges, block after block; `visit` hears where a block begins, and 1 for each of its hinges that is positive.
#[inline(always)]
fn each(threshold: f64, x: &[f64], above: f64, upto: f64, mut visit: impl FnMut(usize, f64x4)) -> Hinges {
    let number = f64x4::splat;
    let (mut sum, mut positive, mut within) = (f64x4::ZERO, f64x4::ZERO, f64x4::ZERO);
    let mut add = |first: usize, block: f64x4| {
        let v = number(threshold) - block;
        let inside = block.simd_gt(number(above)) & block.simd_le(number(upto));
        let counted = inside & v.simd_gt(f64x4::ZERO);
        sum += counted & v;
        within += inside & f64x4::ONE;
        let ones = counted & f64x4::ONE;
        positive += ones;
        visit(first, ones);
    };
    let (blocks, tail) = x.as_chunks::<4>();
    blocks.iter().enumerate().for_each(|(i, &block)| add(4 * i, f64x4::new(block)));
    if !tail.is_empty() {
        // NaN is in no window.
        let mut block = [f64::NAN; 4];
        block[..tail.len()].copy_from_slice(tail);
        add(x.len() - tail.len(), f64x4::new(block));
    }
    Hinges { sum: sum.reduce_add(), positive: positive.reduce_add(), within: within.reduce_add() }
}
