//! How two vectors are compared, for all pairs of rows at once.

use super::Real;

/// How two vectors of one length are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `Σ aᵢ bᵢ`.
    Product,
    /// `‖a − b‖`.
    Distance,
    /// `Σ (aᵢ − bᵢ)²`.
    SquaredDistance,
}

impl Comparison {
    /// What it makes of two vectors.
    pub fn of<R: Real>(self, a: &[R], b: &[R]) -> R {
        match self {
            Self::Product => R::dot(a, b),
            Self::Distance => R::distance(a, b),
            Self::SquaredDistance => R::squared_distance(a, b),
        }
    }
}

/// A symmetric matrix of `n` rows, row after row, from what is in each row from its diagonal on.
pub(crate) fn mirrored<R: Real>(n: usize, triangle: impl Iterator<Item = R>) -> Vec<R> {
    let mut matrix = vec![R::zero(); n * n];
    let places = (0..n).flat_map(|i| (i..n).map(move |j| (i, j)));
    for ((i, j), entry) in places.zip(triangle) {
        matrix[i * n + j] = entry;
        matrix[j * n + i] = entry;
    }
    matrix
}
