//! Unit vectors and their cosines.

use std::borrow::Cow;

use ndarray::{Array2, ArrayView2};

use crate::losses::softmax::tempered;
use crate::real::Real;
use crate::spec::{Param, Params};

/// A vector at unit length. The zero vector stays zero, as a constant: it has cosine 0 with everything.
pub fn unit<R: Real>(x: &[R]) -> Vec<R> {
    let length = R::norm(x);
    if length.value() == 0.0 {
        return vec![R::zero(); x.len()];
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

/// Rows of cosines over a temperature: logits for a softmax along them.
pub fn tempered_rows<R: Real>(cosines: ArrayView2<R>, temperature: f64) -> Vec<Vec<R>> {
    cosines.outer_iter().map(|row| tempered(&row.to_vec(), temperature)).collect()
}

/// `cos(θ + turn)` of `cos θ`, with the turn in radians and without the arc cosine.
pub fn turned<R: Real>(cosine: R, turn: f64) -> R {
    let sine = (R::one() - cosine.square()).or_max(R::from(1e-12)).sqrt();
    cosine * turn.cos() - sine * turn.sin()
}

/// Cosines of the rows with each other: N×N, symmetric, each computed once.
pub fn self_cosines<R: Real>(rows: &[&[R]]) -> Array2<R> {
    let rows = units(rows);
    symmetric(rows.len(), |i, j| R::dot(&rows[i], &rows[j]))
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
