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
pub fn hinges(threshold: f64, x: &[f64], above: f64, upto: f64) -> Hinges {
    let number = f64x4::splat;
    let (mut sum, mut positive, mut within) = (f64x4::ZERO, f64x4::ZERO, f64x4::ZERO);
    let mut add = |block: f64x4| {
        let v = number(threshold) - block;
        let inside = block.simd_gt(number(above)) & block.simd_le(number(upto));
        let counted = inside & v.simd_gt(f64x4::ZERO);
        sum += counted & v;
        positive += counted & f64x4::ONE;
        within += inside & f64x4::ONE;
    };
    let (blocks, tail) = x.as_chunks::<4>();
    blocks.iter().for_each(|&block| add(f64x4::new(block)));
    if !tail.is_empty() {
        // NaN is in no window.
        let mut block = [f64::NAN; 4];
        block[..tail.len()].copy_from_slice(tail);
        add(f64x4::new(block));
    }
    Hinges { sum: sum.reduce_add(), positive: positive.reduce_add(), within: within.reduce_add() }
}
