//! Savage loss: a bounded, smooth loss of a margin.

use super::{MARGIN, terms_of};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// The squared probability of the wrong label when the margin over the temperature is the log-odds.
pub struct Savage;

impl Kernel for Savage {
    const SPEC: &'static Spec = &Spec {
        id: "savage",
        title: "Savage loss",
        family: Family::Scalar,
        inputs: MARGIN,
        params: &[Param::log(
            "temperature",
            "T",
            1.0,
            (0.1, 5.0),
            "divides the margin: low gives up on mistakes early, high keeps pulling them",
        )],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Stops pulling at samples that are hopelessly wrong, as mislabelled ones are.",
        formula: r"L=\frac1N\sum_i\frac1{(1+e^{z_i/\p{temperature}})^2}",
        gradient: r"\frac{\partial L}{\partial z_i}=-\frac2{N\p{temperature}}s_i^2(1-s_i),\quad s_i=\sigma(-z_i/\p{temperature})",
        source: Source {
            authors: "Masnadi-Shirazi, Vasconcelos",
            year: 2008,
            title: "On the Design of Loss Functions for Classification: theory, robustness to outliers, and SavageBoost",
            venue: "NIPS 2008",
        },
        papers: &[],
        aliases: &["SavageBoost", "robust boosting loss"],
        facts: &[
            "It lies between 0 and 1, and is a quarter at margin 0.",
            "It is steepest at z = −T·log 2, with a slope of 8/27 over T.",
            "Samples that are very wrong are left alone again.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let temperature = params.real::<R>("temperature");
        terms_of(input.vector("margin"), |z| (-z / temperature).sigmoid().square())
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::LN_2;

    use proptest::prelude::*;

    use super::Savage;
    use crate::testing::{slope_at, value_at};

    proptest! {
        #[test]
        fn it_is_bounded(z in -100.0..100.0, t in 0.1..5.0) {
            prop_assert!((0.0..=1.0).contains(&value_at(&Savage, &[("temperature", t)], z)));
            prop_assert_eq!(value_at(&Savage, &[("temperature", t)], 0.0), 0.25);
        }

        #[test]
        fn it_is_steepest_at_minus_log_2(z in -20.0..20.0, t in 0.1..5.0) {
            let slope = |z| slope_at(&Savage, &[("temperature", t)], z);
            let steepest = slope(-t * LN_2);
            prop_assert!((steepest + 8.0 / 27.0 / t).abs() < 1e-14 / t, "the slope there is {steepest}");
            prop_assert!(slope(z) >= steepest - 1e-14 / t, "at {z} the slope is {}", slope(z));
        }

        #[test]
        fn the_hopeless_are_left_alone(z in -100.0..-40.0, t in 0.1..1.0) {
            let slope = slope_at(&Savage, &[("temperature", t)], z);
            prop_assert!(slope.abs() < 1e-15, "a sample at {z} is still pulled by {slope}");
        }
    }
}
