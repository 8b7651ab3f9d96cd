//! Hinge loss with a rounded corner.

use super::{MARGIN, terms_of};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// A hinge whose corner at margin 1 is a parabola of width `γ`.
pub struct SmoothedHinge;

impl Kernel for SmoothedHinge {
    const SPEC: &'static Spec = &Spec {
        id: "smoothed-hinge",
        title: "Smoothed hinge loss",
        family: Family::Scalar,
        inputs: MARGIN,
        params: &[Param::log("gamma", r"\gamma", 1.0, (0.01, 4.0), "width of the parabola at the corner")],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "A hinge that lets go gently, which lets faster optimisers work on it.",
        formula: r"L=\frac1N\sum_i\begin{cases}u_i^2/(2\p{gamma})&u_i\le\p{gamma}\\
            u_i-\p{gamma}/2&\text{else}\end{cases},\qquad u_i=[1-z_i]_+",
        gradient: r"\frac{\partial L}{\partial z_i}=-\frac1N\min(u_i/\p{gamma},1)",
        source: Source {
            authors: "Rennie, Srebro",
            year: 2005,
            title: "Loss Functions for Preference Levels: Regression with Discrete Ordered Labels",
            venue: "IJCAI Multidisciplinary Workshop on Advances in Preference Handling",
        },
        papers: &[],
        aliases: &["Huberised hinge", "smooth hinge", "quadratically smoothed SVM"],
        facts: &[
            "It lies under the hinge, by γ/2 at most, and meets it as γ falls.",
            "The slope changes by at most 1/γ a unit of margin.",
            "At γ = 2 it is a quarter of the modified Huber loss.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let gamma = params.real::<R>("gamma");
        terms_of(input.vector("margin"), |z| {
            let u = (-z + 1.0).relu();
            if u.value() <= gamma.value() { u.square() / (gamma * 2.0) } else { u - gamma / 2.0 }
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::SmoothedHinge;
    use crate::losses::scalar::hinge::Hinge;
    use crate::losses::scalar::modified_huber::ModifiedHuber;
    use crate::testing::{slope_at, value_at};

    proptest! {
        #[test]
        fn it_lies_just_under_the_hinge(z in -10.0..10.0, gamma in 1e-6..4.0) {
            let gap = value_at(&Hinge, &[], z) - value_at(&SmoothedHinge, &[("gamma", gamma)], z);
            prop_assert!((-1e-12..=gamma / 2.0 + 1e-12).contains(&gap), "the hinge is {gap} above it at {z}");
        }

        #[test]
        fn the_slope_changes_slowly(a in -5.0..5.0f64, b in -5.0..5.0, gamma in 0.01..4.0) {
            let slope = |z| slope_at(&SmoothedHinge, &[("gamma", gamma)], z);
            let change = (slope(a) - slope(b)).abs();
            prop_assert!(change <= (a - b).abs() / gamma + 1e-12, "between {a} and {b} it changes by {change}");
        }

        #[test]
        fn at_gamma_2_it_is_a_quarter_of_modified_huber(z in -10.0..10.0) {
            let smoothed = value_at(&SmoothedHinge, &[("gamma", 2.0)], z);
            let modified = value_at(&ModifiedHuber, &[], z);
            prop_assert!((4.0 * smoothed - modified).abs() <= 1e-14 * modified, "4·{smoothed} is not {modified}");
        }
    }
}
