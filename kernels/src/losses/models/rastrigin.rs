//! Rastrigin's egg box.

use std::f64::consts::TAU;

use super::POINT;
use super::surface::point;
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec};

/// A bowl full of dents.
pub struct Rastrigin;

/// `2A + Σ z² − A cos 2πz`
pub fn height<R: Real>([x, y]: [R; 2], params: &Params) -> R {
    let amplitude = params.real::<R>("amplitude");
    let along = |z: R| z.square() - ((z * TAU).cos() - 1.0) * amplitude;
    along(x) + along(y)
}

impl Kernel for Rastrigin {
    const SPEC: &'static Spec = &Spec {
        id: "surface-rastrigin",
        title: "Rastrigin",
        family: Family::Models,
        inputs: &[POINT.region((-5.12, 5.12), (-5.12, 5.12), (3.3, 2.4))],
        params: &[Param::linear(
            "amplitude",
            "A",
            10.0,
            (0.0, 30.0),
            "depth of the dents; 0 is a plain bowl",
        )],
        slope: Slope::Exact,
    };

    const PROSE: &'static Prose = &Prose {
        summary: "A bowl with a dent at every integer point: plain descent stops in the first one.",
        formula: r"L=2\p{amplitude}+\sum_{z\in\{x,y\}}\big(z^2-\p{amplitude}\cos2\pi z\big)",
        gradient: r"\frac{\partial L}{\partial z}=2z+2\pi\p{amplitude}\sin2\pi z",
        source: Source {
            authors: "Rastrigin",
            year: 1974,
            title: "Systems of Extremal Control",
            venue: "Nauka, Moscow",
        },
        papers: &[],
        aliases: &["Rastrigin function", "egg box"],
        facts: &[
            "The minimum is 0 at the origin.",
            "At integer points it is the squared distance from the origin, whatever the amplitude.",
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
    use crate::losses::models::surface::tests::height_at;

    proptest! {
        #[test]
        fn dents_leave_the_bowl_at_integer_points(x in -5i32..6, y in -5i32..6, amplitude in 0.0..30.0) {
            let bowl = f64::from(x * x + y * y);
            let got = height_at(&Rastrigin, &[("amplitude", amplitude)], [x.into(), y.into()]);
            prop_assert!((got - bowl).abs() < 1e-10, "the height at ({x}, {y}) is {got}");
        }

        #[test]
        fn without_amplitude_it_is_the_bowl_and_else_never_below(x in -5.0..5.0, y in -5.0..5.0) {
            let at = |amplitude| height_at(&Rastrigin, &[("amplitude", amplitude)], [x, y]);
            prop_assert!((at(0.0) - (x * x + y * y)).abs() < 1e-12);
            prop_assert!(at(10.0) >= at(0.0) - 1e-12);
        }
    }
}
