//! Where an optimiser stands after some steps on a surface.

use super::surface::{self, Surface};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::optimizer::{Landscape, METHOD_LR, METHOD_SETTINGS, METHODS, Method, State};
use crate::real::Real;
use crate::spec::{Domain, Family, Input, Param, Params, Prose, Role, Slope, Source, Spec, join};

/// The point after some updates, seen along a probe: the derivative by the probe is the point itself, the one
/// by the start says how far the end moves with it.
pub struct OptimizerPath;

/// The point after all steps. A path that runs away is held, like any number at a bound, at its last point before a
/// coordinate is infinite.
pub fn end<R: Real>(start: [R; 2], params: &Params) -> [R; 2] {
    let (mut z, mut state) = (start, State::new(2));
    let (method, mut surface) = (Method::chosen(params), Surface(params));
    for _ in 0..params.whole("steps") {
        let (last, gradient) = (z, surface.gradient(z));
        method.step(&mut state, &mut z, gradient, &mut surface);
        if !z.iter().all(|z| z.value().is_finite()) {
            return last.map(R::detach);
        }
    }
    z
}

impl Kernel for OptimizerPath {
    const SPEC: &'static Spec = &Spec {
        id: "optimizer-path",
        title: "Optimiser path",
        family: Family::Models,
        inputs: &[
            Input::variable("start", Role::Weights, &["2"], "where the path starts"),
            Input::variable("probe", Role::Weights, &["2"], "the direction along which the end is seen"),
        ],
        params: &join::<_, 22>(&[
            &[
                Param::names("optimizer", &METHODS, "update rule"),
                Param::integer("steps", "T", 50.0, (0.0, 500.0), "how many updates")
                    .within(Domain::Within(0.0, 10_000.0)),
                METHOD_LR,
            ],
            &METHOD_SETTINGS,
            &surface::PARAMS,
        ]),
        slope: Slope::Exact,
    };

    const PROSE: &'static Prose = &Prose {
        summary: "Sends an optimiser down a surface and shows where it is after some steps, and how that depends on the start.",
        formula: r"L=p\cdot z_{\p{steps}},\qquad z_t=z_{t-1}-\p{lr}\,u_t\big(\nabla f(z_{t-1})\big)",
        gradient: r"\frac{\partial L}{\partial p}=z_{\p{steps}}",
        source: Source::TEXTBOOK,
        papers: &[],
        aliases: &[
            "SGD",
            "momentum",
            "Nesterov",
            "RMSProp",
            "Adam",
            "AdamW",
            "Lion",
            "Newton's method",
            "SAM",
            "sharpness-aware minimization",
            "gradient descent",
        ],
        facts: &[
            "Without steps it is the start.",
            "Momentum 0 and reach 0 are plain gradient descent.",
            "Newton's method is at the minimum of a quadratic after one step.",
            "The first step of Adam has the length of the learning rate along each axis, whatever the gradient.",
            "Every step of Lion has the length of the learning rate along each axis.",
        ],
    };

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        let start = input.vector("start");
        R::dot(input.vector("probe"), &end([start[0], start[1]], params))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn path(optimizer: &str, surface: &str, given: &[(&str, f64)], start: [f64; 2]) -> [f64; 2] {
        let mut params = Params::new(OptimizerPath::SPEC.params);
        params.set_text("optimizer", optimizer).unwrap();
        params.set_text("surface", surface).unwrap();
        for (name, value) in given {
            params.set(name, *value).unwrap();
        }
        end(start, &params)
    }

    #[test]
    fn five_steps_on_rosenbrock_at_the_defaults() {
        for (optimizer, expected) in [
            ("sgd", [-1.02531148769415, 1.05924142849896]),
            ("momentum", [-1.11134995224317, 0.880607915419762]),
            ("nesterov", [-0.949899966071047, 0.90791222881769]),
            ("rmsprop", [-1.06256224943763, 1.1334448836361]),
            ("adam", [-1.19500382291782, 1.0049964874638]),
            ("adamw", [-1.19494394869926, 1.00494636821934]),
            ("lion", [-1.1995, 1.0005]),
            ("newton", [0.999995695653676, 0.999991391325732]),
            ("sam", [-0.958055584827703, 1.06156615199847]),
        ] {
            let got = path(optimizer, "rosenbrock", &[("steps", 5.0)], [-1.2, 1.0]);
            let off = f64::hypot(got[0] - expected[0], got[1] - expected[1]);
            assert!(off < 1e-13, "{optimizer} ends at {got:?}, not at {expected:?}");
        }
    }

    proptest! {
        #[test]
        fn a_path_that_runs_away_ends_at_a_point(start in [2.0..1e9, -1e9..1e9], rule in 0..METHODS.len()) {
            for surface in ["rosenbrock", "beale", "himmelblau"] {
                let end = path(METHODS[rule], surface, &[("lr", 1.0)], start);
                prop_assert!(end.iter().all(|z| z.is_finite()), "{} on {surface} ends at {end:?}", METHODS[rule]);
            }
        }

        #[test]
        fn without_steps_it_is_the_start(start in [-2.0..2.0, -2.0..2.0], rule in 0..METHODS.len()) {
            prop_assert_eq!(path(METHODS[rule], "beale", &[("steps", 0.0)], start), start);
        }

        #[test]
        fn without_reach_sharpness_aware_is_plain_descent(start in [-2.0..2.0, -2.0..2.0]) {
            let plain = path("sgd", "himmelblau", &[("steps", 9.0)], start);
            prop_assert_eq!(path("sam", "himmelblau", &[("steps", 9.0), ("rho", 0.0)], start), plain);
        }

        #[test]
        fn newton_solves_a_quadratic_at_once(
            start in [-3.0..3.0, -3.0..3.0], condition in 1.0..1000.0, angle in 0.0..3.0,
        ) {
            let given = [("steps", 1.0), ("condition", condition), ("angle", angle)];
            let end = path("newton", "quadratic", &given, start);
            prop_assert!(f64::norm(&end) < 1e-9, "one step ends at {end:?}");
        }

        #[test]
        fn newton_is_drawn_to_a_saddle(start in [-2.0..2.0, -2.0..2.0]) {
            let end = path("newton", "saddle", &[("steps", 1.0)], start);
            prop_assert!(f64::norm(&end) < 1e-12, "one step ends at {end:?}");
        }
    }
}
