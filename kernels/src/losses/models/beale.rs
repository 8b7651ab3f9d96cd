//! Beale's plateaus and cliffs.

use super::POINT;
use super::surface::point;
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Params, Prose, Slope, Source, Spec};

/// Flat in the middle, very steep at the corners.
pub struct Beale;

/// `Σᵢ (cᵢ − x + xyⁱ)²` with `c = 1.5, 2.25, 2.625`
pub fn height<R: Real>([x, y]: [R; 2]) -> R {
    // The powers from x on: those of y alone may be infinite where x is 0.
    let mut power = x;
    let mut term = |c: f64| {
        power *= y;
        (power - x + c).square()
    };
    term(1.5) + term(2.25) + term(2.625)
}

impl Kernel for Beale {
    const SPEC: &'static Spec = &Spec {
        id: "surface-beale",
        title: "Beale",
        family: Family::Models,
        inputs: &[POINT.region((-4.5, 4.5), (-4.5, 4.5), (1.0, 1.5))],
        params: &[],
        slope: Slope::Exact,
    };

    const PROSE: &'static Prose = &Prose {
        summary: "Plateaus between cliffs: steps that suit one are far off for the other.",
        formula: r"L=(1.5-x+xy)^2+(2.25-x+xy^2)^2+(2.625-x+xy^3)^2",
        gradient: r"\nabla L=\Big(\sum_i2r_i(y^i-1),\ \sum_i2r_i\,i\,x\,y^{i-1}\Big)",
        source: Source {
            authors: "Beale",
            year: 1958,
            title: "On an Iterative Method for Finding a Local Minimum of a Function of More than One Variable",
            venue: "Technical Report 25, Statistical Techniques Research Group, Princeton",
        },
        papers: &[],
        aliases: &["Beale function"],
        facts: &[
            "The minimum is 0 at (3, ½).",
            "Along x = 0 the height is 14.203125 everywhere.",
            "(0, 1) is a saddle.",
        ],
    };

    fn loss<R: Real>(input: &Inputs<R>, _: &Params) -> R {
        height(point(input))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::models::surface::tests::{curvatures, height_at, steepness_at};

    proptest! {
        #[test]
        fn along_x_0_it_is_level(y in -4.5..4.5) {
            prop_assert_eq!(height_at(&Beale, &[], [0.0, y]), 14.203125);
        }
    }

    #[test]
    fn minimum_and_saddle_are_where_they_should_be() {
        assert_eq!(height_at(&Beale, &[], [3.0, 0.5]), 0.0);
        assert_eq!(steepness_at(&Beale, &[], [3.0, 0.5]), 0.0);
        assert_eq!(steepness_at(&Beale, &[], [0.0, 1.0]), 0.0);
        let (up, down) = curvatures("beale", &[], [0.0, 1.0]);
        assert!(up > 0.0 && down < 0.0, "the curvatures at (0, 1) are {up} and {down}");
    }
}
