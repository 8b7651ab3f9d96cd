//! Wing loss of a residual.

use super::{RESIDUAL, terms_of};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// A logarithm near 0, which pulls small errors hard, and the absolute error from `w` on.
pub struct Wing;

impl Kernel for Wing {
    const SPEC: &'static Spec = &Spec {
        id: "wing",
        title: "Wing loss",
        family: Family::Scalar,
        inputs: RESIDUAL,
        params: &[
            Param::log("w", "w", 10.0, (0.1, 50.0), "residual from which it is a straight line"),
            Param::log("epsilon", r"\epsilon", 2.0, (0.01, 10.0), "how sharply it bends at 0: low is sharp"),
        ],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "An absolute error that pulls at small residuals harder than at large ones.",
        formula: r"L=\frac1N\sum_i\begin{cases}\p{w}\ln(1+|r_i|/\p{epsilon})&|r_i|<\p{w}\\
            |r_i|-\p{w}+\p{w}\ln(1+\p{w}/\p{epsilon})&\text{else}\end{cases}",
        gradient: r"\frac{\partial L}{\partial r_i}=\frac{\mathrm{sign}(r_i)}N
            \begin{cases}\p{w}/(\p{epsilon}+|r_i|)&|r_i|<\p{w}\\1&\text{else}\end{cases}",
        source: Source {
            authors: "Feng, Kittler, Awais, Huber, Wu",
            year: 2018,
            title: "Wing Loss for Robust Facial Landmark Localisation with Convolutional Neural Networks",
            venue: "CVPR 2018, arXiv 1711.06753",
        },
        papers: &[],
        aliases: &["WingLoss", "landmark localisation"],
        facts: &[
            "The two pieces meet: at w the value does not jump.",
            "Beyond w every sample pulls alike.",
            "Below w a sample pulls the harder the smaller its residual is.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let (w, epsilon) = (params.real::<R>("w"), params.real::<R>("epsilon"));
        let curved = |size: R| w * (size / epsilon).ln_1p();
        terms_of(input.vector("residual"), |r| {
            let size = r.abs();
            match size.value() {
                // The corner: its slope is 0, however sharp it is.
                0.0 => R::zero(),
                at if at < w.value() => curved(size),
                _ => size - w + curved(w),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Wing;
    use crate::testing::{slope_at, value_at};

    proptest! {
        #[test]
        fn the_pieces_meet(w in 0.1..50.0f64, epsilon in 0.01..10.0) {
            let at = |r| value_at(&Wing, &[("w", w), ("epsilon", epsilon)], r);
            let jump = at(w) - at(w * (1.0 - 1e-12));
            prop_assert!(jump.abs() < 1e-8 * (1.0 + at(w)), "at w it jumps by {jump}");
        }

        #[test]
        fn beyond_w_every_sample_pulls_alike(w in 0.1..50.0f64, beyond in 1.0..100.0, right in any::<bool>()) {
            let r = if right { w * beyond } else { -w * beyond };
            prop_assert_eq!(slope_at(&Wing, &[("w", w)], r), r.signum());
        }

        #[test]
        fn small_residuals_pull_hardest(r in 0.01..4.0f64, more in 1.01..2.0) {
            let pull = |r| slope_at(&Wing, &[], r);
            prop_assert!(pull(r) > pull(more * r), "{} at {r}, {} beyond", pull(r), pull(more * r));
        }
    }

    #[test]
    fn a_perfect_fit_costs_nothing_and_does_not_pull() {
        assert_eq!((value_at(&Wing, &[], 0.0), slope_at(&Wing, &[], 0.0)), (0.0, 0.0));
    }
}
