//! Gradients by hand for losses that see their vectors only through cosines.
//!
//! Such a loss needs one product for the cosines `S = U Vᵀ` of the unit vectors, the derivative `F = ∂L/∂S` in
//! whatever way is its own, and a product with `F` back to the vectors. These products are dense matrix products, and
//! most of the time of a large batch.

use std::ops::Range;

use loss_explorer_lanes::{Matrix, add_transpose, dot, gram, length, product};

use super::pairs::Groups;
use crate::input::Inputs;
use crate::kernel::Gradient;
use crate::real::share;

/// What a loss makes of its cosines, row after row: it replaces each by the derivative of the loss by it, and returns
/// the value. `[i, j]` and `[j, i]` count each on their own, also where they are one number.
pub type Forces<'a> = &'a dyn Fn(&mut [f64]) -> f64;

/// The same of cosines whose rows are ordered by label: it also gets, for each row, where those of its label are.
pub type GroupForces<'a> = &'a dyn Fn(&mut [f64], &[Range<usize>]) -> f64;

/// Value and gradient of a loss of the cosines among the rows of its one variable input `name`.
pub fn among(input: &Inputs<f64>, name: &str, gradient: &mut Gradient, forces: Forces<'_>) -> f64 {
    Units::of(input, name).among(forces, gradient.reset(input))
}

/// The same with the rows in an order in which those of one label stand side by side.
pub fn among_groups(
    input: &Inputs<f64>,
    name: &str,
    gradient: &mut Gradient,
    forces: GroupForces<'_>,
) -> f64 {
    let groups = Groups::new(input.labels("labels"));
    let (order, spans) = (groups.order(), groups.spans());
    let mut units = Units::of(input, name);
    let dimension = units.dimension;
    units.entries = order.iter().flat_map(|&i| units.row(i)).copied().collect();
    units.lengths = order.iter().map(|&i| units.lengths[i]).collect();
    let mut ordered = vec![0.0; units.entries.len()];
    let value = units.among(&|matrix| forces(matrix, &spans), &mut ordered);
    let by = gradient.reset(input);
    for (row, &i) in ordered.chunks_exact(dimension).zip(order) {
        by[dimension * i..][..dimension].copy_from_slice(row);
    }
    value
}

/// Value and gradient of a loss of the cosines of each row of `a` with each row of `b`, its two variable inputs in
/// declared order.
pub fn between(input: &Inputs<f64>, [a, b]: [&str; 2], gradient: &mut Gradient, forces: Forces<'_>) -> f64 {
    let (a, b) = (Units::of(input, a), Units::of(input, b));
    let mut matrix = vec![0.0; a.lengths.len() * b.lengths.len()];
    product(a.matrix(), b.matrix().transposed(), &mut matrix);
    let value = forces(&mut matrix);
    let matrix = Matrix::new(&matrix, b.lengths.len());
    let (by_a, by_b) = gradient.reset(input).split_at_mut(a.entries.len());
    product(matrix, b.matrix(), by_a);
    product(matrix.transposed(), a.matrix(), by_b);
    a.pull_back(by_a);
    b.pull_back(by_b);
    value
}

/// Down to this temperature `e^{(s − 1)/τ}` of any cosine is a normal number, so that no row needs to subtract its
/// maximum.
pub(super) const LEAST_SHARED_TEMPERATURE: f64 = 0.003;

/// Vectors at unit length, and the length that each had. The zero vector stays zero.
pub(super) struct Units {
    entries: Vec<f64>,
    lengths: Vec<f64>,
    dimension: usize,
}

impl Units {
    pub(super) fn of(input: &Inputs<f64>, name: &str) -> Self {
        let dimension = input.length("D");
        let mut entries = input.vector(name).to_vec();
        let unit = |row: &mut [f64]| {
            let length = length(row);
            if length > 0.0 {
                row.iter_mut().for_each(|x| *x /= length);
            }
            length
        };
        let lengths = entries.chunks_exact_mut(dimension).map(unit).collect();
        Self { entries, lengths, dimension }
    }

    /// The value of a loss of the cosines among them, and in `by` its derivative by the vectors.
    fn among(&self, forces: Forces<'_>, by: &mut [f64]) -> f64 {
        let n = self.lengths.len();
        let mut matrix = self.gram();
        let value = forces(&mut matrix);
        add_transpose(&mut matrix, n);
        product(Matrix::new(&matrix, n), self.matrix(), by);
        self.pull_back(by);
        value
    }

    /// Vectors as they are.
    pub(super) fn raw(input: &Inputs<f64>, name: &str) -> Self {
        Self { entries: input.vector(name).to_vec(), lengths: Vec::new(), dimension: input.length("D") }
    }

    pub(super) fn dimension(&self) -> usize {
        self.dimension
    }

    pub(super) fn rows(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.entries.chunks_exact(self.dimension)
    }

    /// Whether one of them has no direction.
    pub(super) fn has_zero(&self) -> bool {
        self.lengths.contains(&0.0)
    }

    pub(super) fn row(&self, i: usize) -> &[f64] {
        &self.entries[self.dimension * i..][..self.dimension]
    }

    /// The coordinates of some vectors: all the first ones, then all the second ones, and so on.
    pub(super) fn columns(&self, of: &[usize]) -> Vec<f64> {
        let columns = (0..self.dimension).flat_map(|d| of.iter().map(move |i| i * self.dimension + d));
        columns.map(|place| self.entries[place]).collect()
    }

    /// The products of all vectors with each other, row after row.
    pub(super) fn gram(&self) -> Vec<f64> {
        let mut products = vec![0.0; self.rows().len() * self.rows().len()];
        gram(self.matrix(), &mut products);
        products
    }

    fn matrix(&self) -> Matrix<'_> {
        Matrix::new(&self.entries, self.dimension)
    }

    /// Turns the derivative by the unit vectors into that by the vectors: what points along a vector is lost. Vectors
    /// as they are leave nothing to turn.
    pub(super) fn pull_back(&self, by: &mut [f64]) {
        let rows = by.chunks_exact_mut(self.dimension).zip(self.entries.chunks_exact(self.dimension));
        for ((by, unit), &length) in rows.zip(&self.lengths) {
            let along = dot(by, unit);
            by.iter_mut().zip(unit).for_each(|(by, unit)| *by = share(*by - along * unit, length));
        }
    }
}
