//! Unit vectors and their cosines.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use ndarray::{Array2, ArrayView2};

use crate::pairing::Pairing;
use crate::real::{Real, largest};
use crate::spec::{Param, Params};

/// Lengths that are far enough from the ends of the range of numbers to divide by.
const NEAR_ONE: RangeInclusive<f64> = 1e-200..=1e200;

/// A vector at unit length. The zero vector stays zero, as a constant: it has cosine 0 with everything.
pub fn unit<R: Real>(x: &[R]) -> Vec<R> {
    let length = R::norm(x);
    if length.value() == 0.0 {
        return vec![R::zero(); x.len()];
    }
    if !NEAR_ONE.contains(&length.value()) {
        // The same direction at a length whose inverse is no infinity to the derivative.
        let length = length.value();
        return unit(&x.iter().map(|&x| x / length).collect::<Vec<R>>());
    }
    x.iter().map(|&x| x / length).collect()
}

/// Every row at unit length.
pub fn units<R: Real>(rows: &[&[R]]) -> Vec<Vec<R>> {
    rows.iter().map(|row| unit(row)).collect()
}

/// The parameter that chooses between directions and vectors as they are.
pub const NORMALIZE: Param = Param::numbers(
    "normalize",
    "",
    1.0,
    &[(0.0, "raw vectors"), (1.0, "unit vectors")],
    "whether the length of a vector counts",
);

/// The rows as the parameter `normalize` wants them.
pub fn normalized<'a, R: Real>(rows: &[&'a [R]], params: &Params) -> Vec<Cow<'a, [R]>> {
    let is_raw = params.get("normalize") == 0.0;
    rows.iter().map(|&row| if is_raw { Cow::Borrowed(row) } else { Cow::Owned(unit(row)) }).collect()
}

/// Cosines of every row of `a` with every row of `b`: `a.len()` × `b.len()`.
pub fn cosines<R: Real>(a: &[&[R]], b: &[&[R]]) -> Array2<R> {
    let (a, b) = (units(a), units(b));
    Array2::from_shape_fn((a.len(), b.len()), |(i, j)| R::dot(&a[i], &b[j]))
}

/// Scores less the largest, over a temperature: logits for a softmax, which does not see the shift. Without it a low
/// temperature would make infinities of them.
pub fn below_top<R: Real>(scores: &[R], temperature: R) -> Vec<R> {
    let top = largest(scores.iter().map(|s| s.value()));
    let top = if top.is_infinite() { 0.0 } else { top };
    scores.iter().map(|&s| (s - top) / temperature).collect()
}

/// Rows of cosines as logits for a softmax along them.
pub fn tempered_rows<R: Real>(cosines: ArrayView2<R>, temperature: R) -> Vec<Vec<R>> {
    cosines.outer_iter().map(|row| below_top(&row.to_vec(), temperature)).collect()
}

/// The products of a vector with others, as scores for a softmax along them. Where one leaves the range of numbers, all
/// are less the product with the one at `own`: infinities that stand for distances from it can be compared.
pub fn products<R: Real>(x: &[R], others: &[Cow<'_, [R]>], own: usize) -> Vec<R> {
    let products: Vec<R> = others.iter().map(|other| R::dot(x, other)).collect();
    if products.iter().all(|product| product.value().is_finite()) {
        return products;
    }
    let beyond = |other: &Cow<'_, [R]>| {
        let beyond: Vec<R> = other.iter().zip(others[own].iter()).map(|(&a, &b)| a - b).collect();
        R::dot(x, &beyond)
    };
    others.iter().map(beyond).collect()
}

/// `cos(θ + turn)` of `cos θ`, with the turn in radians and without the arc cosine.
pub fn turned<R: Real>(cosine: R, turn: R) -> R {
    let sine = (R::one() - cosine.square()).or_max(R::from(1e-12)).sqrt();
    cosine * turn.cos() - sine * turn.sin()
}

/// Cosines of the rows with each other: N×N, symmetric, each computed once.
pub fn self_cosines<R: Real>(rows: &[&[R]]) -> Array2<R> {
    let rows = units(rows);
    symmetric(rows.len(), |i, j| R::dot(&rows[i], &rows[j]))
}

/// Cosines of the anchors with those that they can be compared with.
pub fn cosines_of<R: Real>(pairing: &Pairing<'_, R>) -> Array2<R> {
    pairing.matrix(|rows| units(rows).into_iter().map(Cow::Owned).collect(), R::dot)
}

/// The n×n matrix of a symmetric function of two indices, each pair computed once.
pub fn symmetric<R: Real>(n: usize, entry: impl Fn(usize, usize) -> R) -> Array2<R> {
    let mut matrix = Array2::from_elem((n, n), R::zero());
    for i in 0..n {
        for j in i..n {
            matrix[(i, j)] = entry(i, j);
            matrix[(j, i)] = matrix[(i, j)];
        }
    }
    matrix
}
