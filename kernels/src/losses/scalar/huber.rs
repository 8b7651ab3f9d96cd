//! Huber loss of a residual.

use super::{RESIDUAL, terms_of};
use crate::dialect::{Argument, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// A parabola near 0, straight lines of slope `±δ` beyond `δ`.
pub struct Huber;

impl Kernel for Huber {
    const SPEC: &'static Spec = &Spec {
        id: "huber",
        title: "Huber loss",
        family: Family::Scalar,
        inputs: RESIDUAL,
        params: &[Param::log(
            "delta",
            r"\delta",
            1.0,
            (0.05, 10.0),
            "residual at which the parabola becomes a line",
        )],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Squared error for ordinary samples, absolute error for outliers.",
        formula: r"L=\frac1N\sum_i\begin{cases}\tfrac12r_i^2&|r_i|\le\p{delta}\\
            \p{delta}\big(|r_i|-\tfrac12\p{delta}\big)&\text{else}\end{cases}",
        gradient: r"\frac{\partial L}{\partial r_i}=\frac1N\max(-\p{delta},\min(r_i,\p{delta}))",
        source: Source {
            authors: "Huber",
            year: 1964,
            title: "Robust Estimation of a Location Parameter",
            venue: "Annals of Mathematical Statistics 35",
        },
        papers: &[],
        aliases: &["smooth L1 loss", "robust regression"],
        facts: &[
            "The pull of a sample is its residual, held within ±δ.",
            "The two pieces meet without a corner.",
            "Smooth L1 is this divided by δ.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[
        Dialect {
            library: Library::Torch,
            call: "torch.nn.HuberLoss",
            arguments: &[Argument::same("delta", 1.0)],
            python: "loss = torch.nn.HuberLoss({})(residual, torch.zeros_like(residual))",
            note: "As here; SmoothL1Loss is this divided by δ.",
            departs: &[],
        },
        Dialect {
            library: Library::Torch,
            call: "torch.nn.SmoothL1Loss",
            arguments: &[Argument::same("delta", 1.0).called("beta")],
            python: "loss = delta * torch.nn.SmoothL1Loss({})(residual, torch.zeros_like(residual))",
            note: "Huber divided by δ: with another δ than 1 the far slope stays 1 and the bowl becomes \
                steeper.",
            departs: &[],
        },
        Dialect {
            library: Library::Keras,
            call: "keras.losses.Huber",
            arguments: &[Argument::same("delta", 1.0)],
            python: "loss = keras.losses.Huber({})(np.zeros((len(residual), 1)), residual[:, None])",
            note: "Averages over the last axis first, then over the batch.",
            departs: &[],
        },
        Dialect {
            library: Library::Optax,
            call: "optax.losses.huber_loss",
            arguments: &[Argument::same("delta", 1.0)],
            python: "loss = optax.losses.huber_loss(residual, {}).mean()",
            note: "One value a sample, nothing averaged.",
            departs: &[],
        },
    ];

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let delta = params.real::<R>("delta");
        terms_of(input.vector("residual"), |r| {
            if r.value().abs() <= delta.value() { r.square() * 0.5 } else { (r.abs() - delta / 2.0) * delta }
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Huber;
    use crate::testing::{slope_at, value_at};

    proptest! {
        #[test]
        fn the_pull_is_the_residual_within_the_bend(r in -20.0..20.0, delta in 0.05..10.0) {
            prop_assert_eq!(slope_at(&Huber, &[("delta", delta)], r), f64::clamp(r, -delta, delta));
        }

        #[test]
        fn over_its_bend_it_is_smooth_l1(r in -20.0..20.0f64, delta in 0.05..10.0) {
            let smooth = if r.abs() < delta { r * r / (2.0 * delta) } else { r.abs() - delta / 2.0 };
            let huber = value_at(&Huber, &[("delta", delta)], r);
            prop_assert!((huber / delta - smooth).abs() <= 1e-12 * (1.0 + smooth), "{huber} over {delta} is not {smooth}");
        }

        #[test]
        fn the_pieces_meet(delta in 0.05..10.0) {
            let at = |r| value_at(&Huber, &[("delta", delta)], r);
            prop_assert!((at(delta * (1.0 + 1e-12)) - at(delta)).abs() <= 1e-11 * delta * delta);
        }
    }
}
