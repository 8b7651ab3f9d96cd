//! Pseudo-Huber loss of a residual.

use super::{RESIDUAL, terms_of};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// A hyperbola: a parabola near 0, lines of slope `±δ` far out, smooth all the way.
pub struct PseudoHuber;

impl Kernel for PseudoHuber {
    const SPEC: &'static Spec = &Spec {
        id: "pseudo-huber",
        title: "Pseudo-Huber loss",
        family: Family::Scalar,
        inputs: RESIDUAL,
        params: &[Param::log(
            "delta",
            r"\delta",
            1.0,
            (0.05, 10.0),
            "residual around which the parabola becomes a line",
        )],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Huber without a seam: every derivative is continuous.",
        formula: r"L=\frac1N\sum_i\p{delta}^2\Big(\sqrt{1+(r_i/\p{delta})^2}-1\Big)",
        gradient: r"\frac{\partial L}{\partial r_i}=\frac1N\,\frac{r_i}{\sqrt{1+(r_i/\p{delta})^2}}",
        source: Source {
            authors: "Charbonnier, Blanc-Féraud, Aubert, Barlaud",
            year: 1997,
            title: "Deterministic Edge-Preserving Regularization in Computed Imaging",
            venue: "IEEE Transactions on Image Processing 6",
        },
        papers: &[],
        aliases: &[
            "Charbonnier loss",
            "smooth L1",
            "L1-L2 loss",
            "scipy.special.pseudo_huber",
            "reg:pseudohubererror",
        ],
        facts: &[
            "It lies under the Huber loss, by less than δ²/2, and under half the square.",
            "No sample pulls harder than δ.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let delta = params.real::<R>("delta");
        terms_of(input.vector("residual"), |r| {
            if r.value().abs() <= delta.value() {
                // √(1 + x²) − 1 as x²/(√(1 + x²) + 1), which keeps its digits near 0.
                r.square() / (((r / delta).square() + 1.0).sqrt() + 1.0)
            } else {
                // The same from 1/x: the square of a far outlier would overflow.
                let near = delta / r.abs();
                r.abs() / ((near.square() + 1.0).sqrt() + near) * delta
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::PseudoHuber;
    use crate::losses::scalar::huber::Huber;
    use crate::testing::{slope_at, value_at};

    proptest! {
        #[test]
        fn it_lies_just_under_huber(r in -50.0..50.0, delta in 0.05..10.0) {
            let given = [("delta", delta)];
            let pseudo = value_at(&PseudoHuber, &given, r);
            let gap = value_at(&Huber, &given, r) - pseudo;
            prop_assert!((-1e-12..delta * delta / 2.0).contains(&gap), "Huber is {gap} above it at {r}");
            prop_assert!(pseudo <= r * r / 2.0);
        }

        #[test]
        fn the_pull_is_bounded(r in -1e6..1e6, delta in 0.05..10.0) {
            prop_assert!(slope_at(&PseudoHuber, &[("delta", delta)], r).abs() <= delta);
        }

        #[test]
        fn a_tiny_residual_keeps_its_digits(r in 1e-12..1e-6) {
            let relative = value_at(&PseudoHuber, &[], r) / (r * r / 2.0) - 1.0;
            prop_assert!(relative.abs() < 1e-12, "at {r} it is off by a factor of 1 + {relative}");
        }
    }
}
