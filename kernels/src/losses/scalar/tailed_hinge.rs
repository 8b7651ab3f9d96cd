//! A hinge that goes on falling beyond its corner.

use std::f64::consts::E;

use super::{MARGIN, terms_of};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// `1 − z` up to margin 1, and beyond it a tail that flattens out.
pub struct TailedHinge;

impl Kernel for TailedHinge {
    const SPEC: &'static Spec = &Spec {
        id: "tailed-hinge",
        title: "Tailed hinge",
        family: Family::Scalar,
        inputs: MARGIN,
        params: &[Param::numbers(
            "tail",
            "",
            1.0,
            &[(0.0, "flat"), (1.0, "inverse"), (2.0, "inverse logarithm"), (3.0, "logarithm")],
            "how it falls beyond margin 1",
        )],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Keeps teaching samples that are already right, less and less: the deterministic cousin of EnsLoss.",
        formula: r"L=\frac1N\sum_i\begin{cases}1-z_i&z_i\le1\\t(z_i)&\text{else}\end{cases},\qquad
            t(z)\in\Big\{0,\ \frac1z-1,\ \frac e{\log(z+e-1)}-e,\ -\log z\Big\}",
        gradient: r"t'(z)\in\Big\{0,\ -\frac1{z^2},\ -\frac e{(z+e-1)\log^2(z+e-1)},\ -\frac1z\Big\}",
        source: Source {
            authors: "Dai",
            year: 2025,
            title: "EnsLoss: Stochastic Calibrated Loss Ensembles for Preventing Overfitting in Classification",
            venue: "ICML 2025",
        },
        papers: &["ensloss"],
        aliases: &["Inv_Hinge", "Log_Hinge", "Inv_Log_Hinge"],
        facts: &[
            "With the flat tail it is the hinge; with any other there is no corner at margin 1.",
            "The tails end at 0, −1, −e and, for the logarithm, nowhere.",
            "It is convex with every tail.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let tail = params.named("tail");
        terms_of(input.vector("margin"), |z| match tail {
            "flat" => (-z + 1.0).relu(),
            _ if z.value() <= 1.0 => -z + 1.0,
            "inverse" => R::one() / z - 1.0,
            "inverse logarithm" => R::from(E) / (z + (E - 1.0)).ln() - E,
            _ => -z.ln(),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::scalar::hinge::Hinge;
    use crate::testing::{slope_at, value_at};

    fn at(tail: u8, z: f64) -> f64 {
        value_at(&TailedHinge, &[("tail", tail.into())], z)
    }

    proptest! {
        #[test]
        fn flat_it_is_the_hinge(z in -10.0..10.0) {
            prop_assert_eq!(at(0, z), value_at(&Hinge, &[], z));
        }

        #[test]
        fn every_tail_is_convex(a in -5.0..20.0, b in -5.0..20.0, tail in 0u8..4) {
            let (middle, chord) = (at(tail, (a + b) / 2.0), (at(tail, a) + at(tail, b)) / 2.0);
            prop_assert!(middle <= chord + 1e-12, "between {a} and {b} it bulges to {middle} over {chord}");
        }

        #[test]
        fn a_tail_goes_on_without_a_corner(tail in 1u8..4) {
            for z in [1.0 - 1e-9, 1.0, 1.0 + 1e-9] {
                let slope = slope_at(&TailedHinge, &[("tail", tail.into())], z);
                prop_assert!((slope + 1.0).abs() < 1e-8, "at margin {z} the slope is {slope}");
                prop_assert!(at(tail, z).abs() < 1e-8, "at margin {z} it is {}", at(tail, z));
            }
        }
    }

    #[test]
    fn the_tails_end_where_they_should() {
        assert!((at(1, 1e12) + 1.0).abs() < 1e-11);
        // The inverse logarithm gets there slowly.
        assert!((at(2, 1e300) + E).abs() < 0.01);
        assert!(at(3, 1e300) < -690.0);
    }
}
