//! Himmelblau's function with four equal minima.

use super::POINT;
use super::surface::point;
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Params, Prose, Slope, Source, Spec};

/// Four valleys of one depth around a hill.
pub struct Himmelblau;

/// `(x² + y − 11)² + (x + y² − 7)²`
pub fn height<R: Real>([x, y]: [R; 2]) -> R {
    (x.square() + y - 11.0).square() + (x + y.square() - 7.0).square()
}

impl Kernel for Himmelblau {
    const SPEC: &'static Spec = &Spec {
        id: "surface-himmelblau",
        title: "Himmelblau",
        family: Family::Models,
        inputs: &[POINT.region((-6.0, 6.0), (-6.0, 6.0), (0.0, 0.0))],
        params: &[],
        slope: Slope::Exact,
    };

    const PROSE: &'static Prose = &Prose {
        summary: "Four minima of equal depth: which one is reached depends on the start and on the optimiser.",
        formula: r"L=(x^2+y-11)^2+(x+y^2-7)^2",
        gradient: r"\nabla L=\big(4x(x^2+y-11)+2(x+y^2-7),\ 2(x^2+y-11)+4y(x+y^2-7)\big)",
        source: Source {
            authors: "Himmelblau",
            year: 1972,
            title: "Applied Nonlinear Programming",
            venue: "McGraw-Hill",
        },
        papers: &[],
        aliases: &["Himmelblau function"],
        facts: &[
            "The height is 0 at (3, 2), (−2.805, 3.131), (−3.779, −3.283) and (3.584, −1.848).",
            "Between them, at (−0.271, −0.923), lies a hilltop of height 181.617.",
        ],
    };

    fn loss<R: Real>(input: &Inputs<R>, _: &Params) -> R {
        height(point(input))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::losses::models::surface::tests::{curvatures, height_at, steepness_at};

    #[test]
    fn it_has_four_minima_of_height_0() {
        for at in [[3.0, 2.0], [-2.805118, 3.131313], [-3.779310, -3.283186], [3.584428, -1.848127]] {
            assert!(height_at(&Himmelblau, &[], at) < 1e-9, "at {at:?}");
            assert!(steepness_at(&Himmelblau, &[], at) < 1e-3, "at {at:?}");
            assert!(curvatures("himmelblau", &[], at).1 > 0.0, "at {at:?}");
        }
    }

    #[test]
    fn it_has_a_hilltop_between_them() {
        let at = [-0.270845, -0.923039];
        assert!((height_at(&Himmelblau, &[], at) - 181.617).abs() < 5e-4);
        assert!(steepness_at(&Himmelblau, &[], at) < 1e-4);
        assert!(curvatures("himmelblau", &[], at).0 < 0.0);
    }
}
