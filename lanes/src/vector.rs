//! Sums along slices.

use std::ops::RangeInclusive;

use wide::f64x4;

/// `Σ aᵢ bᵢ` of two slices of one length, as eight sums side by side.
///
/// # Panics
/// If the lengths differ.
#[must_use]
#[inline(never)]
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

/// Sums of squares within these lost nothing beyond the range of numbers.
const SQUARES: RangeInclusive<f64> = 1e-280..=1e300;

/// `√Σ xᵢ²`, also where the squares leave the range of numbers.
#[must_use]
#[inline(never)]
pub fn length(x: &[f64]) -> f64 {
    let squares = dot(x, x);
    if SQUARES.contains(&squares) { squares.sqrt() } else { far_length(x.iter().copied()) }
}

/// `√Σ (aᵢ − bᵢ)²` of two slices of one length, also where the squares leave the range of numbers.
///
/// # Panics
/// If the lengths differ.
#[must_use]
#[inline(never)]
pub fn distance(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len(), "lengths differ");
    let differences = a.iter().zip(b).map(|(a, b)| a - b);
    let squares: f64 = differences.clone().map(|x| x * x).sum();
    if SQUARES.contains(&squares) { squares.sqrt() } else { far_length(differences) }
}

/// The same of very long and very short vectors: in units of the largest entry.
#[cold]
fn far_length(x: impl Iterator<Item = f64> + Clone) -> f64 {
    let top = x.clone().fold(0.0, |top: f64, x| if x.abs() > top || x.is_nan() { x.abs() } else { top });
    if top == 0.0 || !top.is_finite() {
        return top;
    }
    x.map(|x| (x / top) * (x / top)).sum::<f64>().sqrt() * top
}

/// `Σ xᵢ`, as four sums side by side.
#[must_use]
#[inline(never)]
pub fn sum(x: &[f64]) -> f64 {
    let (blocks, tail) = x.as_chunks::<4>();
    let sums = blocks.iter().fold(f64x4::ZERO, |sums, &block| sums + f64x4::new(block));
    tail.iter().fold(sums.reduce_add(), |total, x| total + x)
}

/// `x ← factor · x`.
#[inline(never)]
pub fn scale(x: &mut [f64], factor: f64) {
    x.iter_mut().for_each(|x| *x *= factor);
}

/// `x ← factor · x + offset`.
#[inline(never)]
pub fn affine(x: &mut [f64], factor: f64, offset: f64) {
    x.iter_mut().for_each(|x| *x = *x * factor + offset);
}

/// `out = base + Σ weightₖ · columnₖ`, of columns as long as `base`, one after the other.
///
/// # Panics
/// If the lengths do not fit.
#[inline(never)]
pub fn combine(base: &[f64], weights: &[f64], columns: &[f64], out: &mut [f64]) {
    out.copy_from_slice(base);
    gather(weights, columns, out, |weight, x| weight * x);
}

/// `out = Σ (placeₖ − columnₖ)²`: squared distances from a place, of columns as long as `out`, one after the other.
///
/// # Panics
/// If the lengths do not fit.
#[inline(never)]
pub fn squared_distances(place: &[f64], columns: &[f64], out: &mut [f64]) {
    out.fill(0.0);
    gather(place, columns, out, |x, y| (x - y) * (x - y));
}

/// `out = √Σ (placeₖ − columnₖ)²`, also where the squares leave the range of numbers.
///
/// # Panics
/// If the lengths do not fit.
#[inline(never)]
pub fn distances(place: &[f64], columns: &[f64], out: &mut [f64]) {
    squared_distances(place, columns, out);
    let count = out.len();
    for (i, out) in out.iter_mut().enumerate() {
        *out = if SQUARES.contains(out) {
            out.sqrt()
        } else {
            far_length(place.iter().enumerate().map(|(k, x)| x - columns[count * k + i]))
        };
    }
}

/// Brings every row to unit length; the zero vector stays zero.
///
/// # Panics
/// If there is no dimension.
#[inline(never)]
pub fn shorten(rows: &mut [f64], dimension: usize) {
    for row in rows.chunks_exact_mut(dimension) {
        let length = length(row);
        if length > 0.0 {
            row.iter_mut().for_each(|x| *x /= length);
        }
    }
}

/// `outₖ = Σ weightᵢ (placeₖ − columnₖᵢ)`: how a place is pushed away from others, of columns as long as `weights`, one
/// after the other.
///
/// # Panics
/// If the lengths do not fit.
#[inline(never)]
pub fn away(place: &[f64], columns: &[f64], weights: &[f64], out: &mut [f64]) {
    assert!(columns.len() == place.len() * weights.len() && out.len() == place.len(), "lengths do not fit");
    out.fill(0.0);
    let (blocks, tail) = weights.as_chunks::<4>();
    for ((out, &x), column) in out.iter_mut().zip(place).zip(columns.chunks_exact(weights.len().max(1))) {
        let (column, column_tail) = column.as_chunks::<4>();
        let mut sums = f64x4::ZERO;
        for (&weights, &column) in blocks.iter().zip(column) {
            sums += f64x4::new(weights) * (f64x4::splat(x) - f64x4::new(column));
        }
        let rest = tail.iter().zip(column_tail);
        *out = rest.fold(sums.reduce_add(), |sum, (weight, other)| sum + weight * (x - other));
    }
}

/// `x ← x / y`, entry by entry, of two slices of one length; 0 where `y` is 0.
///
/// # Panics
/// If the lengths differ.
#[inline(never)]
pub fn divide(x: &mut [f64], y: &[f64]) {
    assert_eq!(x.len(), y.len(), "lengths differ");
    x.iter_mut().zip(y).for_each(|(x, &y)| *x = if y == 0.0 { 0.0 } else { *x / y });
}

/// Adds a term of every column.
#[inline(always)]
fn gather(weights: &[f64], columns: &[f64], out: &mut [f64], term: impl Fn(f64, f64) -> f64) {
    assert_eq!(columns.len(), weights.len() * out.len(), "lengths do not fit");
    for (&weight, column) in weights.iter().zip(columns.chunks_exact(out.len().max(1))) {
        out.iter_mut().zip(column).for_each(|(out, &x)| *out += term(weight, x));
    }
}
