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

/// `out = base + Σ weightₖ · columnₖ`, of columns as long as `base`, one after the other.
///
/// # Panics
/// If the lengths do not fit.
pub fn combine(base: &[f64], weights: &[f64], columns: &[f64], out: &mut [f64]) {
    gather(base, weights, columns, out, |sum, weight, x| sum + weight * x);
}

/// `out = Σ (placeₖ − columnₖ)²`: squared distances from a place, of columns as long as `out`, one after the other.
///
/// # Panics
/// If the lengths do not fit.
pub fn squared_distances(place: &[f64], columns: &[f64], out: &mut [f64]) {
    gather(&[], place, columns, out, |sum, x, y| sum + (x - y) * (x - y));
}

/// Replaces every `x` by its square root.
pub fn sqrt(x: &mut [f64]) {
    x.iter_mut().for_each(|x| *x = x.sqrt());
}

#[inline(always)]
fn gather(
    base: &[f64],
    weights: &[f64],
    columns: &[f64],
    out: &mut [f64],
    add: impl Fn(f64x4, f64x4, f64x4) -> f64x4,
) {
    let length = out.len();
    assert_eq!(columns.len(), weights.len() * length, "lengths do not fit");
    let block = |x: &[f64], start: usize| {
        let mut block = [0.0; 4];
        match x.get(start..start + 4) {
            Some(x) => block.copy_from_slice(x),
            None => block.iter_mut().zip(x.get(start..).unwrap_or_default()).for_each(|(slot, x)| *slot = *x),
        }
        f64x4::new(block)
    };
    for (i, out) in out.chunks_mut(4).enumerate() {
        let mut sum = block(base, 4 * i);
        for (k, &weight) in weights.iter().enumerate() {
            sum = add(sum, f64x4::splat(weight), block(&columns[k * length..][..length], 4 * i));
        }
        let sums = sum.to_array();
        match <&mut [f64; 4]>::try_from(&mut *out) {
            Ok(out) => *out = sums,
            Err(_) => out.copy_from_slice(&sums[..out.len()]),
        }
    }
}
