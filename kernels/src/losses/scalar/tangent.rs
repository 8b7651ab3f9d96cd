//! Tangent loss: a bounded loss of a margin that rises again on the right side.

use super::{MARGIN, terms_of};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Params, Prose, Slope, Source, Spec, Terms};

/// `(2·arctan z − 1)²`: bounded on both sides, with its rest at `z = tan ½`.
pub struct Tangent;

impl Kernel for Tangent {
    const SPEC: &'static Spec = &Spec {
        id: "tangent",
        title: "Tangent loss",
        family: Family::Scalar,
        inputs: MARGIN,
        params: &[],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Bounded for outliers on either side: it even charges samples for being too far on the right one.",
        formula: r"L=\frac1N\sum_i(2\arctan z_i-1)^2",
        gradient: r"\frac{\partial L}{\partial z_i}=\frac4N\cdot\frac{2\arctan z_i-1}{1+z_i^2}",
        source: Source {
            authors: "Masnadi-Shirazi, Mahadevan, Vasconcelos",
            year: 2010,
            title: "On the Design of Robust Classifiers for Computer Vision",
            venue: "CVPR 2010",
        },
        papers: &[],
        aliases: &["TangentBoost"],
        facts: &[
            "At margin 0 it is 1, and it rests at z = tan ½, about 0.546.",
            "Far on the right side it rises to (π − 1)², 4.586, far on the wrong side to (π + 1)², 17.153.",
            "Beyond its rest a greater margin costs more.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, _: &Params) -> Option<Vec<R>> {
        terms_of(input.vector("margin"), |z| (z.atan() * 2.0 - 1.0).square())
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use proptest::prelude::*;

    use super::Tangent;
    use crate::testing::{slope_at, value_at};

    fn rest() -> f64 {
        0.5f64.tan()
    }

    proptest! {
        #[test]
        fn it_falls_up_to_its_rest_and_rises_beyond(distance in 1e-6..100.0) {
            prop_assert!(slope_at(&Tangent, &[], rest() - distance) < 0.0);
            prop_assert!(slope_at(&Tangent, &[], rest() + distance) > 0.0);
        }

        #[test]
        fn it_stays_between_its_limits(z in 1e-3..1e6f64) {
            let (right, wrong) = (value_at(&Tangent, &[], z + rest()), value_at(&Tangent, &[], -z));
            prop_assert!(right < (PI - 1.0).powi(2), "at {z} beyond its rest it costs {right}");
            prop_assert!((1.0..(PI + 1.0).powi(2)).contains(&wrong), "at −{z} it costs {wrong}");
        }
    }

    #[test]
    fn the_landmarks_are_where_they_should_be() {
        assert_eq!(value_at(&Tangent, &[], 0.0), 1.0);
        assert!(value_at(&Tangent, &[], rest()) < 1e-30 && (rest() - 0.5463).abs() < 5e-5);
        assert!((value_at(&Tangent, &[], 1e9) - 4.586).abs() < 5e-4);
        assert!((value_at(&Tangent, &[], -1e9) - 17.153).abs() < 5e-4);
    }
}
