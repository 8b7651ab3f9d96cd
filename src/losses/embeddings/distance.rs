//! How far apart two vectors are: the choice that the pair and triplet losses offer.

use std::borrow::Cow;

use super::similarity::unit;
use crate::real::Real;
use crate::spec::{Param, Params};

/// How far apart two vectors are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distance {
    /// Length of the difference of the unit vectors, 0 to 2.
    Euclidean,
    /// Length of the difference of the vectors as they are.
    RawEuclidean,
    /// The cosine with its sign turned, −1 to 1: a dissimilarity.
    Cosine,
    /// Squared length of the difference of the unit vectors, 0 to 4.
    SquaredEuclidean,
}

const OPTIONS: &[(f64, &str); 4] = &[
    (0.0, "Euclidean, unit vectors"),
    (1.0, "Euclidean, raw vectors"),
    (2.0, "cosine"),
    (3.0, "squared Euclidean, unit vectors"),
];

const fn param(options: &'static [(f64, &'static str)]) -> Param {
    Param::numbers("distance", "", 0.0, options, "how far apart two vectors are")
}

/// Length of the difference, rounded off near 0 by 10⁻⁶ under the root, so that it is smooth everywhere.
pub fn smoothed<R: Real>(a: &[R], b: &[R]) -> R {
    (R::squared_distance(a, b) + 1e-6).sqrt()
}

impl Distance {
    /// The parameter that chooses one, squared distances included.
    pub const PARAM: Param = param(OPTIONS);

    /// The same without squared distances, for losses that have a power of their own.
    pub const UNSQUARED: Param = param(OPTIONS.split_at(3).0);

    /// Lengths alone, for losses that compare them with a margin in the exponent.
    pub const LENGTHS: Param = param(OPTIONS.split_at(2).0);

    /// The chosen one.
    #[must_use]
    pub fn chosen(params: &Params) -> Self {
        match params.whole("distance") {
            0 => Self::Euclidean,
            1 => Self::RawEuclidean,
            2 => Self::Cosine,
            _ => Self::SquaredEuclidean,
        }
    }

    /// The vectors as [`between`](Self::between) wants them: at unit length, or as they are.
    pub fn prepare<'a, R: Real>(self, rows: &[&'a [R]]) -> Vec<Cow<'a, [R]>> {
        let prepare = |row: &&'a [R]| match self {
            Self::RawEuclidean => Cow::Borrowed(*row),
            _ => Cow::Owned(unit(row)),
        };
        rows.iter().map(prepare).collect()
    }

    /// The distance of two prepared vectors. Where they coincide its gradient is 0.
    pub fn between<R: Real>(self, a: &[R], b: &[R]) -> R {
        match self {
            Self::Euclidean | Self::RawEuclidean => R::squared_distance(a, b).sqrt(),
            Self::Cosine => -R::dot(a, b),
            Self::SquaredEuclidean => R::squared_distance(a, b),
        }
    }
}
