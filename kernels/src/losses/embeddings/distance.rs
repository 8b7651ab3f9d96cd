//! How far apart two vectors are: the choice that the pair and triplet losses offer.

use std::borrow::Cow;

use loss_explorer_lanes::{add_transpose, away, distances, divide, scale, squared_distances};
use ndarray::Array2;

use super::pairwise::{self, Forces, Units};
use super::similarity::unit;
use crate::input::Inputs;
use crate::kernel::Gradient;
use crate::pairing::Pairing;
use crate::real::{Real, largest};
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
    R::norm(&[R::distance(a, b), R::from(1e-3)])
}

/// Squares of distances less that of the least, as `(d − d₀)(d + d₀)`: a softmax does not see the shift, and squares
/// may leave the range of numbers.
pub fn squares_above_least<R: Real>(distances: &[R]) -> Vec<R> {
    let least = -largest(distances.iter().map(|d| -d.value()));
    distances.iter().map(|&d| (d - least) * (d + least)).collect()
}

/// A sum of a few rounded numbers is off by less than this, of the size of the numbers.
pub(super) const ROUNDING: f64 = 16.0 * f64::EPSILON;

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
            Self::Euclidean | Self::RawEuclidean => R::distance(a, b),
            Self::Cosine => -R::dot(a, b),
            Self::SquaredEuclidean => R::squared_distance(a, b),
        }
    }

    /// The distances of the anchors from those that they can be compared with.
    pub fn of_pairs<R: Real>(self, pairing: &Pairing<'_, R>) -> Array2<R> {
        pairing.matrix(|rows| self.prepare(rows), |a, b| self.between(a, b))
    }

    /// The rows of an input as [`between`](Self::between) wants them.
    pub(super) fn units(self, input: &Inputs<f64>, name: &str) -> Units {
        if self == Self::RawEuclidean { Units::raw(input, name) } else { Units::of(input, name) }
    }

    /// What rounding makes of a difference of two numbers that are equal: distances and margins of that size.
    pub(super) fn rounding(self, size: f64) -> f64 {
        // Unit vectors and cosines are rounded at the size of 1, the differences of other vectors at their own.
        ROUNDING * if self == Self::RawEuclidean { size } else { size.max(1.0) }
    }

    /// `[left − right]₊`, of which only what is above rounding counts: at a margin that is reached exactly it is 0.
    pub(super) fn hinge<R: Real>(self, left: R, right: R) -> R {
        let violation = left - right;
        let size = left.value().abs().max(right.value().abs());
        if violation.value() <= self.rounding(size) { R::zero() } else { violation }
    }

    /// The distances of a prepared place from others, of which all the first coordinates come first, then all the second
    /// ones, and so on. Not for cosines.
    pub(super) fn of_place(self, place: &[f64], columns: &[f64], out: &mut [f64]) {
        if self == Self::SquaredEuclidean {
            squared_distances(place, columns, out);
        } else {
            distances(place, columns, out);
        }
    }

    /// Value and gradient by hand of a loss of the distances among the rows of its one variable input `name`: `forces`
    /// gets the matrix of distances.
    pub fn among(self, input: &Inputs<f64>, name: &str, gradient: &mut Gradient, forces: Forces<'_>) -> f64 {
        if self == Self::Cosine {
            return pairwise::among(input, name, gradient, &|matrix| {
                scale(matrix, -1.0);
                let value = forces(matrix);
                scale(matrix, -1.0);
                value
            });
        }
        let units = self.units(input, name);
        let n = units.rows().len();
        let columns = units.columns(&(0..n).collect::<Vec<_>>());
        let mut lengths = vec![0.0; n * n];
        for (row, x) in lengths.chunks_exact_mut(n).zip(units.rows()) {
            self.of_place(x, &columns, row);
        }
        let mut matrix = lengths.clone();
        let value = forces(&mut matrix);
        add_transpose(&mut matrix, n);
        if self == Self::SquaredEuclidean {
            scale(&mut matrix, 2.0);
        } else {
            divide(&mut matrix, &lengths);
        }
        let by = gradient.reset(input);
        let rows = by.chunks_exact_mut(units.dimension()).zip(units.rows());
        for ((by, x), slopes) in rows.zip(matrix.chunks_exact(n)) {
            away(x, &columns, slopes, by);
        }
        units.pull_back(by);
        value
    }
}
