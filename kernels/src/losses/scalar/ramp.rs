//! Ramp loss: a hinge cut off from above.

use super::{MARGIN, terms_of};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Domain, Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// A hinge that stops counting below a floor of the margin.
pub struct Ramp;

impl Kernel for Ramp {
    const SPEC: &'static Spec = &Spec {
        id: "ramp",
        title: "Ramp loss",
        family: Family::Scalar,
        inputs: MARGIN,
        params: &[Param::linear(
            "floor",
            "s",
            -1.0,
            (-3.0, 0.9),
            "margin below which a sample is given up and no longer pulls",
        )
        .within(Domain::Below(1.0))],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "A support vector machine that caps what any one sample may cost, at the price of convexity.",
        formula: r"L=\frac1N\sum_i\min\big([1-z_i]_+,\,1-\p{floor}\big)",
        gradient: r"\frac{\partial L}{\partial z_i}=-\frac1N[\p{floor}<z_i<1]",
        source: Source {
            authors: "Collobert, Sinz, Weston, Bottou",
            year: 2006,
            title: "Trading Convexity for Scalability",
            venue: "ICML 2006",
        },
        papers: &[],
        aliases: &["truncated hinge", "robust SVM loss", "ψ-learning"],
        facts: &[
            "It is a hinge less the hinge that starts at the floor.",
            "With its floor at −1 a margin and its opposite always cost 2 together, so symmetric label noise does not move its minimum.",
            "Above the floor it is the hinge; no sample costs more than 1 − s.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let most = -params.real::<R>("floor") + 1.0;
        terms_of(input.vector("margin"), |z| most.or_min((-z + 1.0).relu()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Ramp;
    use crate::losses::scalar::hinge::Hinge;
    use crate::testing::{slope_at, value_at};

    proptest! {
        #[test]
        fn it_is_a_difference_of_hinges(z in -10.0..10.0f64, floor in -3.0..0.9f64) {
            let ramp = value_at(&Ramp, &[("floor", floor)], z);
            let below_the_floor = (floor - z).max(0.0);
            let difference = value_at(&Hinge, &[], z) - below_the_floor;
            prop_assert!((ramp - difference).abs() < 1e-12, "{ramp} is not {difference}");
            prop_assert!(ramp <= 1.0 - floor);
        }

        #[test]
        fn with_its_floor_at_minus_1_it_is_symmetric(z in -10.0..10.0) {
            let both = value_at(&Ramp, &[], z) + value_at(&Ramp, &[], -z);
            prop_assert!((both - 2.0).abs() < 1e-12, "{z} and its opposite cost {both}");
        }

        #[test]
        fn below_the_floor_nothing_pulls(floor in -3.0..0.9, below in 0.0..10.0) {
            let given = [("floor", floor)];
            prop_assert_eq!(slope_at(&Ramp, &given, floor - below), 0.0);
            prop_assert_eq!(slope_at(&Ramp, &given, floor + 1e-9), -1.0);
        }
    }
}
