//! Barron's general robust loss: one parameter from the square to a bounded loss.

use super::{RESIDUAL, terms_of};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::{NEAR_0, Real};
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// A family that contains squared error, pseudo-Huber, Cauchy, Geman–McClure and Welsch.
pub struct BarronRobust;

impl Kernel for BarronRobust {
    const SPEC: &'static Spec = &Spec {
        id: "barron-robust",
        title: "General robust loss",
        family: Family::Scalar,
        inputs: RESIDUAL,
        params: &[
            Param::linear(
                "alpha",
                r"\alpha",
                1.0,
                (-10.0, 4.0),
                "shape: 2 squared error, 1 pseudo-Huber, 0 Cauchy, −2 Geman–McClure, far below Welsch",
            ),
            Param::log("scale", "c", 1.0, (0.1, 10.0), "residual up to which it is a parabola, nearly"),
        ],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "One dial for how little outliers matter, so robustness can be tuned, or learned, instead of chosen.",
        formula: r"L=\frac1N\sum_i\frac b{\p{alpha}}\bigg[\Big(\frac{(r_i/\p{scale})^2}b+1\Big)^{\p{alpha}/2}-1\bigg],\qquad b=|\p{alpha}-2|",
        gradient: r"\frac{\partial L}{\partial r_i}=\frac{r_i}{N\p{scale}^2}\Big(\frac{(r_i/\p{scale})^2}b+1\Big)^{\p{alpha}/2-1}",
        source: Source {
            authors: "Barron",
            year: 2019,
            title: "A General and Adaptive Robust Loss Function",
            venue: "CVPR 2019, arXiv 1701.03077",
        },
        papers: &[],
        aliases: &[
            "general and adaptive robust loss",
            "Barron loss",
            "Charbonnier loss",
            "Cauchy loss",
            "Lorentzian loss",
            "Geman-McClure",
            "Welsch loss",
            "Leclerc loss",
            "robust_loss_pytorch.general.lossfun",
        ],
        facts: &[
            "At α = 2 it is half the square of r/c, at α = 1 the pseudo-Huber loss over c², at α = 0 log(1 + (r/c)²/2), at α = −2 Geman–McClure.",
            "It runs through α = 0 and α = 2 without a jump, and towards −∞ to 1 − e^(−(r/c)²/2).",
            "A greater α never lowers it.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let (alpha, scale) = (params.real::<R>("alpha"), params.real::<R>("scale"));
        let b = (alpha - 2.0).abs();
        let bend = b.sqrt() * scale;
        // log(1 + x²) of x = r/bend; far out without the square, which would overflow, and the 1, which is lost.
        let log = |r: R| {
            if r.value().abs() <= 1e8 * bend.value() {
                (r / bend).square().ln_1p()
            } else {
                (r.abs().ln() - bend.ln()) * 2.0
            }
        };
        terms_of(input.vector("residual"), |r| {
            // The slope by α is infinite there; it is held 0, like that of a root at 0.
            if alpha.value() == 2.0 {
                return (r / scale).square() / 2.0;
            }
            let log = log(r);
            let exponent = log * (alpha / 2.0);
            // Near 0, where the other would be 0 over 0.
            if exponent.value().abs() < NEAR_0 {
                exponent.exp_m1_ratio() * log * (b / 2.0)
            } else {
                exponent.exp_m1() * (b / alpha)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::BarronRobust;
    use crate::losses::scalar::pseudo_huber::PseudoHuber;
    use crate::testing::{slope_at, value_at};

    fn at(alpha: f64, scale: f64, r: f64) -> f64 {
        value_at(&BarronRobust, &[("alpha", alpha), ("scale", scale)], r)
    }

    proptest! {
        #[test]
        fn it_contains_the_named_losses(r in -20.0..20.0, c in 0.1..10.0) {
            let u = (r / c) * (r / c);
            let pseudo_huber = value_at(&PseudoHuber, &[("delta", c)], r) / (c * c);
            let members = [
                (2.0, u / 2.0),
                (1.0, pseudo_huber),
                (0.0, (u / 2.0).ln_1p()),
                (-2.0, 2.0 * u / (u + 4.0)),
            ];
            for (alpha, expected) in members {
                let got = at(alpha, c, r);
                prop_assert!((got - expected).abs() <= 1e-12 * (1.0 + expected), "α = {alpha}: {got} is not {expected}");
            }
        }

        #[test]
        fn it_has_no_jump(r in -5.0..5.0, sign in -1i8..=1) {
            let step = 1e-7 * f64::from(sign);
            for special in [0.0, 2.0] {
                let jump = at(special + step, 1.0, r) - at(special, 1.0, r);
                prop_assert!(jump.abs() < 1e-4, "next to α = {special} it jumps by {jump}");
            }
            let welsch = -f64::exp_m1(-r * r / 2.0);
            prop_assert!((at(-1e7, 1.0, r) - welsch).abs() < 1e-5);
        }

        #[test]
        fn alpha_never_lowers_it(r in -20.0..20.0, alpha in -10.0..4.0, more in 0.0..5.0) {
            let (before, after) = (at(alpha, 1.0, r), at(alpha + more, 1.0, r));
            prop_assert!(after >= before - 1e-12 * (1.0 + before), "it fell from {before} to {after}");
        }

        #[test]
        fn near_0_every_member_is_the_same_parabola(alpha in -10.0..4.0, c in 0.1..10.0) {
            let pull = slope_at(&BarronRobust, &[("alpha", alpha), ("scale", c)], 1e-6 * c);
            prop_assert!((pull - 1e-6 / c).abs() < 1e-15 / c, "a residual of 1e-6·c pulls by {pull}");
        }
    }
}
