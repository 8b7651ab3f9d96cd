//! Gradients by hand for losses that see their vectors only through cosines.
//!
//! Such a loss needs one product for the cosines `S = U Uᵀ` of the unit vectors, the derivative `F = ∂L/∂S` in
//! whatever way is its own, and one product `(F + Fᵀ) U` back to the vectors. The two products are dense matrix
//! products, which the tape would record term by term.

use ndarray::linalg::general_mat_mul;
use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis, Zip};

use crate::input::Inputs;
use crate::kernel::Gradient;

/// Value and gradient of a loss of the cosines among the rows of its one variable input `name`.
///
/// `forces` gets the cosines (N×N) and zeros of the same shape; it returns the value and fills in the derivative by
/// every cosine, `[i, j]` and `[j, i]` each on its own.
pub fn value_and_gradient(
    input: &Inputs<f64>,
    name: &str,
    gradient: &mut Gradient,
    forces: impl FnOnce(ArrayView2<f64>, ArrayViewMut2<f64>) -> f64,
) -> f64 {
    let mut units = input.matrix(name).to_owned();
    let lengths = units.map_axis(Axis(1), |row| row.dot(&row).sqrt());
    Zip::from(units.rows_mut()).and(&lengths).for_each(|mut row, &length| {
        // The zero vector stays zero, and so does its gradient.
        row.mapv_inplace(|x| if length == 0.0 { 0.0 } else { x / length.max(1e-12) });
    });
    let cosines = units.dot(&units.t());
    let mut by_cosine = Array2::zeros(cosines.raw_dim());
    let value = forces(cosines.view(), by_cosine.view_mut());

    let both_ways = &by_cosine + &by_cosine.t();
    let by = gradient.reset(input);
    let mut by = ArrayViewMut2::from_shape(units.raw_dim(), by).expect("the loss has one variable input");
    general_mat_mul(1.0, &both_ways, &units, 0.0, &mut by);
    Zip::from(by.rows_mut()).and(units.rows()).and(&lengths).for_each(|mut by, unit, &length| {
        let along = if length < 1e-12 { 0.0 } else { by.dot(&unit) };
        let scale = if length == 0.0 { 0.0 } else { 1.0 / length.max(1e-12) };
        by.zip_mut_with(&unit, |g, &u| *g = (*g - along * u) * scale);
    });
    value
}
