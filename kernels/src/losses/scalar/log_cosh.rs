//! Logarithm of the hyperbolic cosine of a residual.

use std::f64::consts::LN_2;

use super::{RESIDUAL, terms_of};
use crate::dialect::{Argument, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// `log cosh(a·r) / a`: a parabola near 0, the absolute error far out.
pub struct LogCosh;

/// Up to here the series of four terms has all digits.
const NEAR: f64 = 0.01;

/// `log cosh(a·r) / a`. Near 0 as `r` times the series of `log cosh(u)/u`, which divides by nothing; then from
/// `cosh u − 1 = (eᵘ − 1)(1 − e⁻ᵘ)/2`, which keeps all digits; far out, where that would overflow, from
/// `|u| + ln(1 + e^{−2|u|}) − ln 2`.
fn log_cosh<R: Real>(r: R, a: R) -> R {
    let u = r * a;
    if u.value().abs() < NEAR {
        let square = u.square();
        let series = ((square * (-17.0 / 2520.0) + 1.0 / 45.0) * square - 1.0 / 12.0) * square + 0.5;
        return r * u * series;
    }
    if u.value().abs() < 1.0 {
        return (u.exp_m1() * (-u).exp_m1() * -0.5).ln_1p() / a;
    }
    let far = u.abs();
    (far + (far * -2.0).exp().ln_1p() - LN_2) / a
}

impl Kernel for LogCosh {
    const SPEC: &'static Spec = &Spec {
        id: "log-cosh",
        title: "Log-cosh loss",
        family: Family::Scalar,
        inputs: RESIDUAL,
        params: &[Param::log(
            "scale",
            "a",
            1.0,
            (0.1, 50.0),
            "how sharply it bends at 0: high is nearly the absolute error",
        )],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "An absolute error with a round bottom; the pull of a sample is a hyperbolic tangent.",
        formula: r"L=\frac1N\sum_i\frac1{\p{scale}}\log\cosh(\p{scale}\,r_i)",
        gradient: r"\frac{\partial L}{\partial r_i}=\frac1N\tanh(\p{scale}\,r_i)",
        source: Source::TEXTBOOK,
        papers: &[],
        aliases: &[
            "logarithm of the hyperbolic cosine",
            "optax.log_cosh",
            "keras.losses.LogCosh",
            "tf.keras.losses.log_cosh",
        ],
        facts: &[
            "It lies under the absolute error, by log 2 over a at most.",
            "It lies under the parabola ar²/2, and meets it as a falls.",
            "No sample pulls harder than 1.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[
        Dialect {
            library: Library::Keras,
            call: "keras.losses.LogCosh",
            arguments: &[Argument::outside("scale", "scale * residual", 1.0)],
            python: "loss = keras.losses.LogCosh()(np.zeros((len(residual), 1)), scale * residual[:, None]) / scale",
            note: "No scale: multiply the residual before and divide the loss after.",
            departs: &[],
        },
        Dialect {
            library: Library::Optax,
            call: "optax.losses.log_cosh",
            arguments: &[Argument::outside("scale", "scale * residual", 1.0)],
            python: "loss = optax.losses.log_cosh(scale * residual).mean() / scale",
            note: "No scale: multiply the residual before and divide the loss after. One value a sample.",
            departs: &[],
        },
    ];

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let scale = params.real::<R>("scale");
        terms_of(input.vector("residual"), |r| log_cosh(r, scale))
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::LN_2;

    use proptest::prelude::*;

    use super::LogCosh;
    use crate::testing::{slope_at, value_at};

    proptest! {
        #[test]
        fn it_lies_just_under_the_absolute_error(r in -1000.0..1000.0f64, a in 0.1..50.0) {
            let gap = r.abs() - value_at(&LogCosh, &[("scale", a)], r);
            prop_assert!((-1e-12..=LN_2 / a + 1e-12).contains(&gap), "the absolute error is {gap} above it");
        }

        #[test]
        fn near_0_it_keeps_its_digits(exponent in -150.0..-4.0f64, sign in proptest::bool::ANY) {
            let r = 10f64.powf(exponent) * if sign { 1.0 } else { -1.0 };
            let expected = r * r / 2.0 * (1.0 - r * r / 6.0);
            let got = value_at(&LogCosh, &[], r);
            prop_assert!((got / expected - 1.0).abs() < 1e-15, "{got:e} is not {expected:e}");
            let slope = slope_at(&LogCosh, &[], r);
            prop_assert!((slope / r.tanh() - 1.0).abs() < 1e-15, "its slope is {slope:e}");
        }

        #[test]
        fn blunt_it_is_a_parabola(r in -10.0..10.0, a in 1e-4..50.0) {
            let parabola = a * r * r / 2.0;
            let gap = parabola - value_at(&LogCosh, &[("scale", a)], r);
            let room = a * a * a * f64::powi(r, 4) / 12.0;
            prop_assert!((-1e-11..=room + 1e-11).contains(&gap), "the parabola is {gap} above it");
        }

        #[test]
        fn the_pull_is_a_hyperbolic_tangent(r in -1000.0..1000.0f64, a in 0.1..50.0) {
            let slope = slope_at(&LogCosh, &[("scale", a)], r);
            prop_assert!((slope - (a * r).tanh()).abs() < 1e-12, "at {r} the pull is {slope}");
        }
    }
}
