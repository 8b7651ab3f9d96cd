//! A quadratic bowl with a condition number and a direction.

use super::POINT;
use super::surface::point;
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Domain, Family, Param, Params, Prose, Slope, Source, Spec};

/// Curvature 1 along one direction and the condition number across.
pub struct Quadratic;

/// `½(u² + κv²)` with `(u, v)` the point turned back by the angle
pub fn height<R: Real>([x, y]: [R; 2], params: &Params) -> R {
    let angle = params.real::<R>("angle");
    let (sin, cos) = (angle.sin(), angle.cos());
    let (u, v) = (x * cos + y * sin, y * cos - x * sin);
    (u.square() + v.square() * params.real::<R>("condition")) * 0.5
}

impl Kernel for Quadratic {
    const SPEC: &'static Spec = &Spec {
        id: "surface-quadratic",
        title: "Quadratic bowl",
        family: Family::Models,
        inputs: &[POINT.region((-3.0, 3.0), (-3.0, 3.0), (2.0, 1.5))],
        params: &[
            Param::log(
                "condition",
                r"\kappa",
                10.0,
                (1.0, 1000.0),
                "how much steeper it is across than along",
            )
            .within(Domain::Any),
            Param::linear(
                "angle",
                r"\varphi",
                0.0,
                (0.0, std::f64::consts::PI),
                "which way the valley runs, from the x axis",
            )
            .within(Domain::Any)
            .unit("rad"),
        ],
        slope: Slope::Exact,
    };

    const PROSE: &'static Prose = &Prose {
        summary: "The landscape near any minimum: its condition number decides how fast descent can be, its direction whether Adam notices.",
        formula: r"L=\tfrac12\big(u^2+\p{condition}\,v^2\big),\qquad
            u=x\cos\p{angle}+y\sin\p{angle},\ v=-x\sin\p{angle}+y\cos\p{angle}",
        gradient: r"\nabla L=R_{\p{angle}}\,(u,\ \p{condition}\,v)^\top",
        source: Source::TEXTBOOK,
        papers: &[],
        aliases: &["ill-conditioned quadratic", "ellipse", "anisotropic quadratic"],
        facts: &[
            "The curvatures are 1 and κ everywhere, whatever the angle.",
            "Gradient descent converges just when its learning rate is below 2/κ.",
            "At its best rate, 2/(κ + 1), every step shrinks the worst error by (κ − 1)/(κ + 1).",
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
    use crate::losses::models::surface::tests::{chosen, curvatures};
    use crate::optimizer::{Optimizer, Rule, State};

    /// How much further from the minimum gradient descent is after some steps.
    fn growth(condition: f64, angle: f64, lr: f64, steps: i32) -> f64 {
        let params = chosen("quadratic", &[("condition", condition), ("angle", angle)]);
        let optimizer = Optimizer { rule: Rule::Sgd { weight_decay: 0.0 }, lr };
        let (sin, cos) = angle.sin_cos();
        // As far along the steep axis as along the flat one.
        let start = [cos - sin, sin + cos];
        let (mut z, mut state) = (start, State::new(2));
        for _ in 0..steps {
            let slope = surface::gradient(z, &params);
            state.step(&optimizer, &mut z, &slope);
        }
        f64::norm(&z) / f64::norm(&start)
    }

    proptest! {
        #[test]
        fn the_curvatures_do_not_depend_on_place_or_angle(
            condition in 1.0..1000.0, angle in 0.0..3.0, x in -3.0..3.0, y in -3.0..3.0,
        ) {
            let (steep, flat) = curvatures("quadratic", &[("condition", condition), ("angle", angle)], [x, y]);
            let close = |got: f64, expected: f64| (got - expected).abs() < 1e-9 * condition;
            prop_assert!(close(steep, condition) && close(flat, 1.0), "the curvatures are {steep} and {flat}");
        }

        #[test]
        fn descent_converges_below_two_over_the_condition(condition in 2.0..20.0, angle in 0.0..3.0) {
            prop_assert!(growth(condition, angle, 1.9 / condition, 200) < 1e-2);
            prop_assert!(growth(condition, angle, 2.1 / condition, 200) > 1e2);
        }

        #[test]
        fn the_best_rate_shrinks_as_predicted(condition in 1.5..100.0f64, angle in 0.0..3.0) {
            let predicted = ((condition - 1.0) / (condition + 1.0)).powi(7);
            let got = growth(condition, angle, 2.0 / (condition + 1.0), 7);
            prop_assert!((got - predicted).abs() < 1e-9, "seven steps shrink it to {got}, not {predicted}");
        }
    }
}
