//! A saddle, and two minima beside it if a quartic term closes it.

use super::POINT;
use super::surface::point;
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec};

/// Up along x, down along y.
pub struct Saddle;

/// `x² − cy² + qy⁴`
pub fn height<R: Real>([x, y]: [R; 2], params: &Params) -> R {
    let (curvature, quartic) = (params.real::<R>("curvature"), params.real::<R>("quartic"));
    let along = y.square();
    if quartic.value() != 0.0 {
        return x.square() + along * (along * quartic - curvature);
    }
    let saddle = if curvature.value() == 0.0 {
        x.square() - along.weighted(curvature)
    } else {
        // As a product: two squares may both be infinite where their difference is not.
        let root = curvature.sqrt();
        (x - y * root) * (x + y * root)
    };
    saddle + along.square().weighted(quartic)
}

impl Kernel for Saddle {
    const SPEC: &'static Spec = &Spec {
        id: "surface-saddle",
        title: "Saddle",
        family: Family::Models,
        inputs: &[POINT.region((-2.0, 2.0), (-2.0, 2.0), (1.5, 1e-3))],
        params: &[
            Param::linear("curvature", "c", 1.0, (0.0, 5.0), "how steeply it falls along y"),
            Param::linear("quartic", "q", 0.0, (0.0, 1.0), "how soon it rises again along y"),
        ],
        slope: Slope::Exact,
    };

    const PROSE: &'static Prose = &Prose {
        summary: "A pass between two hills: descent lingers there, and Newton's method even goes for it.",
        formula: r"L=x^2-\p{curvature}\,y^2+\p{quartic}\,y^4",
        gradient: r"\nabla L=\big(2x,\ -2\p{curvature}\,y+4\p{quartic}\,y^3\big)",
        source: Source::TEXTBOOK,
        papers: &[],
        aliases: &["saddle point", "hyperbolic paraboloid"],
        facts: &[
            "The curvatures at the origin are 2 and −2c.",
            "With a quartic term there are minima of height −c²/4q at y = ±√(c/2q).",
            "From y = 0 exactly, descent never leaves the saddle.",
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
    use crate::losses::models::surface::tests::{curvatures, height_at, steepness_at};
    use crate::testing::{gradient, inputs};

    proptest! {
        #[test]
        fn it_rises_along_x_and_falls_along_y(c in 0.0..5.0, q in 0.0..1.0) {
            let (up, down) = curvatures("saddle", &[("curvature", c), ("quartic", q)], [0.0, 0.0]);
            prop_assert!((up - 2.0).abs() < 1e-12 && (down + 2.0 * c).abs() < 1e-12, "{up} and {down}");
        }

        #[test]
        fn a_quartic_term_makes_two_minima(c in 0.1..5.0f64, q in 0.05..1.0) {
            let (given, y) = ([("curvature", c), ("quartic", q)], (c / (2.0 * q)).sqrt());
            let depth = c * c / (4.0 * q);
            for at in [[0.0, y], [0.0, -y]] {
                prop_assert!((height_at(&Saddle, &given, at) + depth).abs() < 1e-9 * (1.0 + depth));
                prop_assert!(steepness_at(&Saddle, &given, at) < 1e-9);
            }
        }

        #[test]
        fn on_the_ridge_nothing_pulls_sideways(x in -2.0..2.0, c in 0.0..5.0) {
            let input = inputs(Saddle::SPEC, &[("point", &[2], &[x, 0.0])]);
            prop_assert_eq!(gradient(&Saddle, &[("curvature", c)], &input)[1], 0.0);
        }
    }
}
