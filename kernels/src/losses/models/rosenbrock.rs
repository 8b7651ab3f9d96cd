//! Rosenbrock's banana valley.

use super::POINT;
use super::surface::point;
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec};

/// A long bent valley with steep walls and an almost flat floor.
pub struct Rosenbrock;

/// `(a − x)² + b(y − x²)²`
pub fn height<R: Real>([x, y]: [R; 2], params: &Params) -> R {
    (x - params.real::<R>("a")).square() + (y - x.square()).square() * params.real::<R>("b")
}

impl Kernel for Rosenbrock {
    const SPEC: &'static Spec = &Spec {
        id: "surface-rosenbrock",
        title: "Rosenbrock",
        family: Family::Models,
        inputs: &[POINT.region((-2.0, 2.0), (-1.0, 3.0), (-1.2, 1.0))],
        params: &[
            Param::linear("a", "a", 1.0, (-2.0, 2.0), "where along x the minimum lies"),
            Param::log("b", "b", 100.0, (1.0, 500.0), "how steep the walls are"),
        ],
        slope: Slope::Exact,
    };

    const PROSE: &'static Prose = &Prose {
        summary: "A bent valley that is easy to find and slow to follow: the classic test of an optimiser.",
        formula: r"L=(\p{a}-x)^2+\p{b}\,(y-x^2)^2",
        gradient: r"\nabla L=\big(-2(\p{a}-x)-4\p{b}\,x(y-x^2),\ 2\p{b}\,(y-x^2)\big)",
        source: Source {
            authors: "Rosenbrock",
            year: 1960,
            title: "An Automatic Method for Finding the Greatest or Least Value of a Function",
            venue: "The Computer Journal 3(3)",
        },
        papers: &[],
        aliases: &["banana function", "Rosenbrock valley"],
        facts: &[
            "The minimum is 0 at (a, a²).",
            "At the minimum the curvature across the valley is 2508 times that along it.",
            "Gradient descent is thrown out of the minimum at learning rates above 2/1001.6.",
        ],
    };

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        height(point(input), params)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::models::surface;
    use crate::losses::models::surface::tests::{chosen, curvatures, height_at, steepness_at};
    use crate::optimizer::{Optimizer, Rule, State};

    proptest! {
        #[test]
        fn the_minimum_is_0_at_a_and_its_square(a in -2.0..2.0, b in 1.0..500.0) {
            let (given, at) = ([("a", a), ("b", b)], [a, a * a]);
            prop_assert_eq!(height_at(&Rosenbrock, &given, at), 0.0);
            prop_assert!(steepness_at(&Rosenbrock, &given, at) < 1e-12);
        }
    }

    #[test]
    fn the_valley_is_steep_across_and_flat_along() {
        let (across, along) = curvatures("rosenbrock", &[], [1.0, 1.0]);
        assert!((across - 1001.60).abs() < 0.005 && (along - 0.3994).abs() < 5e-5, "{across}, {along}");
        assert!((across / along - 2508.0).abs() < 0.5);
    }

    #[test]
    fn descent_is_thrown_out_above_two_over_the_curvature() {
        let params = chosen("rosenbrock", &[]);
        let distance_after = |lr: f64| {
            let optimizer = Optimizer { rule: Rule::Sgd { weight_decay: 0.0 }, lr };
            let (mut z, mut state) = ([1.0 + 1e-6, 1.0 - 1e-6], State::new(2));
            for _ in 0..200 {
                let slope = surface::gradient(z, &params);
                state.step(&optimizer, &mut z, &slope);
            }
            f64::hypot(z[0] - 1.0, z[1] - 1.0)
        };
        assert!(distance_after(0.95 * 2.0 / 1001.6) < 1e-6);
        assert!(distance_after(1.05 * 2.0 / 1001.6) > 1e-3);
    }
}
