//! Losses of the weights of a small model, and test functions of two weights.

use super::shelf;
use crate::spec::{Input, Role};

pub mod surface;

/// What every surface reads.
pub(crate) const POINT: Input = Input::variable("point", Role::Weights, &["2"], "the two weights");

shelf! {
    rosenbrock::Rosenbrock,
    beale::Beale,
    himmelblau::Himmelblau,
    rastrigin::Rastrigin,
    saddle::Saddle,
    styblinski_tang::StyblinskiTang,
    quadratic::Quadratic,
    two_wells::TwoWells,
    linear_regression::LinearRegression,
    logistic_regression::LogisticRegression,
    smooth_adversarial_comp_sum::SmoothAdversarialCompSum,
    optimizer_path::OptimizerPath,
}
