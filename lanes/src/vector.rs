//! Sums along slices.

use wide::f64x4;

/// `Σ aᵢ bᵢ` of two slices of one length, as eight sums side by side.
///
/// # Panics
/// If the lengths differ.
#[must_use]
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len(), "lengths differ");
    let (a_groups, a_tail) = a.as_chunks::<8>();
    let (b_groups, b_tail) = b.as_chunks::<8>();
    let mut sums = [f64x4::ZERO; 2];
    for (&[a0, a1, a2, a3, a4, a5, a6, a7], &[b0, b1, b2, b3, b4, b5, b6, b7]) in
        a_groups.iter().zip(b_groups)
    {
        sums[0] += f64x4::new([a0, a1, a2, a3]) * f64x4::new([b0, b1, b2, b3]);
        sums[1] += f64x4::new([a4, a5, a6, a7]) * f64x4::new([b4, b5, b6, b7]);
    }
    let total = (sums[0] + sums[1]).reduce_add();
    a_tail.iter().zip(b_tail).fold(total, |total, (a, b)| total + a * b)
}

/// `x ← factor · x · y`, entry by entry, of two slices of one length.
///
/// # Panics
/// If the lengths differ.
pub fn multiply(x: &mut [f64], factor: f64, y: &[f64]) {
    assert_eq!(x.len(), y.len(), "lengths differ");
    x.iter_mut().zip(y).for_each(|(x, y)| *x *= factor * y);
}

/// `x ← factor · x`.
pub fn scale(x: &mut [f64], factor: f64) {
    x.iter_mut().for_each(|x| *x *= factor);
}

/// `x ← factor · x + offset`.
pub fn affine(x: &mut [f64], factor: f64, offset: f64) {
    x.iter_mut().for_each(|x| *x = *x * factor + offset);
}
