//! Least squares with ridge and lasso.

use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Input, Param, Params, Prose, Role, Slope, Source, Spec};

/// Half the mean squared residual of a linear model with two weights, and penalties on the weights.
pub struct LinearRegression;

/// The ridge `l₂/2·‖w‖²`, each weight times `l₂` first: a penalty of 0 is 0 also where the square is infinite.
pub(super) fn ridge<R: Real>(weights: &[R], l2: R) -> R {
    let pulls: Vec<R> = weights.iter().map(|&w| w * (l2 * 0.5)).collect();
    R::dot(&pulls, weights)
}

impl Kernel for LinearRegression {
    const SPEC: &'static Spec = &Spec {
        id: "linear-regression",
        title: "Linear regression",
        family: Family::Models,
        inputs: &[
            Input::fixed("x", Role::Features, &["N", "2"], "two features a sample"),
            Input::fixed("y", Role::Target, &["N"], "the target of each sample"),
            Input::variable("theta", Role::Weights, &["2"], "the weight of each feature").region(
                (-4.0, 4.0),
                (-4.0, 4.0),
                (-3.0, 2.0),
            ),
        ],
        params: &[
            Param::linear("l1", "l_1", 0.0, (0.0, 2.0), "lasso: pulls weights to exactly 0"),
            Param::linear("l2", "l_2", 0.0, (0.0, 10.0), "ridge: shrinks weights evenly"),
        ],
        slope: Slope::Exact,
    };

    const PROSE: &'static Prose = &Prose {
        summary: "The simplest trained model: a quadratic bowl whose shape the data decide, and two ways to keep weights small.",
        formula: r"L=\frac1{2N}\lVert y-X\theta\rVert^2+\p{l1}\lVert\theta\rVert_1+\frac{\p{l2}}2\lVert\theta\rVert^2",
        gradient: r"\nabla L=-\frac1NX^\top(y-X\theta)+\p{l1}\,\mathrm{sign}(\theta)+\p{l2}\,\theta",
        source: Source::TEXTBOOK,
        papers: &[],
        aliases: &["least squares", "ridge regression", "lasso", "elastic net", "ElasticNet"],
        facts: &[
            "It is convex.",
            "Without lasso the minimum solves (XᵀX/N + l₂)θ = Xᵀy/N.",
            "The lasso sets both weights to 0 just when l₁ is at least the largest entry of |Xᵀy/N|.",
            "With uncorrelated unit features the lasso takes l₁ off every weight, down to 0.",
        ],
    };

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        let theta = input.vector("theta");
        let residuals: Vec<R> = input
            .fixed_rows("x")
            .into_iter()
            .zip(input.fixed_vector("y"))
            .map(|(x, &y)| R::linear(x, theta) - y)
            .collect();
        let squares = R::dot(&residuals, &residuals) / (2.0 * residuals.len() as f64);
        let lasso = (theta[0].abs() + theta[1].abs()).weighted(params.real("l1"));
        squares + lasso + ridge(theta, params.real("l2"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{gradient, inputs, random, value};

    fn batch(seed: u64) -> Inputs<f64> {
        random(LinearRegression::SPEC, &[("N", 8)], seed)
    }

    fn at(batch: &Inputs<f64>, theta: [f64; 2]) -> Inputs<f64> {
        let mut moved = batch.clone();
        moved.set_variable("theta", theta);
        moved
    }

    /// `XᵀX/N` as its three entries and `Xᵀy/N`.
    fn moments(batch: &Inputs<f64>) -> ([f64; 3], [f64; 2]) {
        let (rows, y) = (batch.fixed_rows("x"), batch.fixed_vector("y"));
        let mean = |f: &dyn Fn(usize) -> f64| (0..y.len()).map(f).sum::<f64>() / y.len() as f64;
        let square = |i: usize, j: usize| mean(&|k| rows[k][i] * rows[k][j]);
        let cross = |i: usize| mean(&|k| rows[k][i] * y[k]);
        ([square(0, 0), square(0, 1), square(1, 1)], [cross(0), cross(1)])
    }

    proptest! {
        #[test]
        fn it_is_convex(seed in 0u64..1 << 32, a in [-3.0..3.0, -3.0..3.0], b in [-3.0..3.0, -3.0..3.0]) {
            let (batch, given) = (batch(seed), [("l1", 0.4), ("l2", 0.3)]);
            let height = |theta| value(&LinearRegression, &given, &at(&batch, theta));
            let middle = height([0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1])]);
            prop_assert!(middle <= 0.5 * (height(a) + height(b)) + 1e-12);
        }

        #[test]
        fn the_ridge_minimum_has_no_slope(seed in 0u64..1 << 32, l2 in 0.01..10.0) {
            let batch = batch(seed);
            let ([a, b, d], [p, q]) = moments(&batch);
            let (a, d) = (a + l2, d + l2);
            let determinant = a * d - b * b;
            let theta = [(d * p - b * q) / determinant, (a * q - b * p) / determinant];
            let slope = gradient(&LinearRegression, &[("l2", l2)], &at(&batch, theta));
            prop_assert!(f64::norm(&slope) < 1e-9, "the slope at the ridge solution is {slope:?}");
        }

        #[test]
        fn enough_lasso_and_no_less_sets_every_weight_to_0(
            seed in 0u64..1 << 32,
            theta in [-1.0..1.0, -1.0..1.0],
        ) {
            let batch = batch(seed);
            let (_, cross) = moments(&batch);
            let enough = cross[0].abs().max(cross[1].abs());
            let height = |l1: f64, theta| value(&LinearRegression, &[("l1", l1)], &at(&batch, theta));
            prop_assert!(height(enough, theta) >= height(enough, [0.0, 0.0]) - 1e-12);
            let along = cross.map(|c| if c.abs() == enough { 1e-4 * c } else { 0.0 });
            prop_assert!(height(0.9 * enough, along) < height(0.9 * enough, [0.0, 0.0]));
        }

        #[test]
        fn with_orthonormal_features_the_lasso_takes_l1_off(y in [-2.0..2.0, -2.0..2.0], l1 in 0.0..1.0f64) {
            let root = 2f64.sqrt();
            let solution = y.map(|y: f64| (y.abs() / root - l1).max(0.0) * y.signum());
            let arrays = [("x", &[2, 2][..], &[root, 0.0, 0.0, root][..]), ("y", &[2], &y), ("theta", &[2], &solution)];
            let batch = inputs(LinearRegression::SPEC, &arrays);
            let slope = gradient(&LinearRegression, &[("l1", l1)], &batch);
            for (weight, slope) in solution.iter().zip(slope) {
                // At a weight of 0 the lasso holds against any slope up to l₁.
                let hold = if *weight == 0.0 { l1 } else { 0.0 };
                prop_assert!(slope.abs() <= hold + 1e-12, "weight {weight} is pulled by {slope}");
            }
        }
    }
}
