//! EnsLoss: random slopes in place of a loss, sorted so that some convex loss has them.

use super::MARGIN;
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::{NEAR_0, Real, ascending};
use crate::spec::{Family, Input, Param, Params, Prose, Role, Slope, Source, Spec, Terms, join};

/// Random slopes for the samples of a batch: the more wrong a sample, the harder it is pulled.
///
/// The slopes are held constant, and their product with the margins is no loss to compare: only the gradient
/// means anything.
pub struct EnsLoss;

/// What every sample is pulled with on top, so that none rests.
const LEAST: f64 = 1e-6;

/// The size of a random slope: the inverse Box–Cox transform of a normal draw, `e^ξ` at `λ = 0`, else
/// `[1 + λξ]₊^(1/λ)`.
fn size<R: Real>(noise: f64, lambda: R) -> R {
    let change = lambda * noise;
    if change.value().abs() < NEAR_0 {
        (change.ln_1p_ratio() * noise).exp()
    } else {
        (change.or_max(R::from(-1.0)).ln_1p() / lambda).exp()
    }
}

/// The slope of the loss at every margin, in `[−1 − 10⁻⁶, −10⁻⁶]` and nowhere falling as the margin grows.
///
/// `noise` holds one standard normal draw a margin, in any order. With `tail` slopes beyond margin 1 are divided
/// by the margin.
#[must_use]
pub fn slopes<R: Real>(margins: &[f64], noise: &[f64], lambda: R, tail: bool) -> Vec<R> {
    let drawn: Vec<R> = noise.iter().map(|&xi| -size(xi, lambda).or_min(R::one())).collect();
    let order = ascending(&drawn.iter().map(|slope| slope.value()).collect::<Vec<f64>>());
    let mut slopes = vec![R::zero(); margins.len()];
    for (sample, drawn_as) in ascending(margins).into_iter().zip(order) {
        let fade = if tail { margins[sample].max(1.0) } else { 1.0 };
        slopes[sample] = drawn[drawn_as] / fade - LEAST;
    }
    slopes
}

impl Kernel for EnsLoss {
    const SPEC: &'static Spec = &Spec {
        id: "ensloss",
        title: "EnsLoss",
        family: Family::Scalar,
        inputs: &join::<_, 2>(&[
            MARGIN,
            &[Input::fixed(
                "noise",
                Role::Noise,
                &["N"],
                "standard normal draws of this step, one a sample, in any order",
            )],
        ]),
        params: &[
            Param::linear(
                "lambda",
                r"\lambda",
                0.0,
                (-1.0, 1.0),
                "how the sizes of the slopes are spread: 0 log-normal, 1 normal, −1 inverse normal",
            ),
            Param::numbers(
                "tail",
                "",
                1.0,
                &[(0.0, "as drawn"), (1.0, "divided by the margin")],
                "slopes beyond margin 1",
            ),
        ],
        slope: Slope::Trained,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Trains with another classification loss at every step, each of them sound, so that no one loss can be overfitted.",
        formula: r"L=\frac1N\sum_ig_iz_i,\quad g_{(i)}=-\min(s_{(i)},1),\quad
            s=\begin{cases}e^{\xi}&\p{lambda}=0\\ [1+\p{lambda}\xi]_+^{1/\p{lambda}}&\text{else}\end{cases},\quad
            g\text{ sorted like }z\text{ and held constant}",
        gradient: r"\frac{\partial L}{\partial z_i}=\frac{g_i}N",
        source: Source {
            authors: "Dai",
            year: 2025,
            title: "EnsLoss: Stochastic Calibrated Loss Ensembles for Preventing Overfitting in Classification",
            venue: "ICML 2025",
        },
        papers: &["ensloss"],
        aliases: &["loss ensemble", "random loss derivatives", "calibrated loss ensemble"],
        facts: &[
            "Every slope lies between −1 and 0, with a millionth to spare.",
            "The slopes never fall as the margin grows, so they are those of a convex, calibrated loss.",
            "The order of the draws does not matter.",
            "One sample with a draw of at least 0 is pulled like in the hinge loss.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let margins = input.vector("margin");
        let at: Vec<f64> = margins.iter().map(|z| z.value()).collect();
        let (lambda, tail) = (params.real::<R>("lambda"), params.get("tail") == 1.0);
        let slopes = slopes(&at, input.fixed_vector("noise"), lambda, tail);
        Some(slopes.into_iter().zip(margins).map(|(slope, &z)| z * slope).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{gradient, inputs, value};

    fn draws() -> impl Strategy<Value = [f64; 6]> {
        proptest::array::uniform6(-3.0..3.0)
    }

    proptest! {
        #[test]
        fn the_slopes_are_those_of_a_calibrated_convex_loss(
            z in draws(), noise in draws(), lambda in -1.0..1.0, tail: bool,
        ) {
            let g = slopes(&z, &noise, lambda, tail);
            for i in 0..6 {
                prop_assert!((-1.0 - LEAST..=-LEAST).contains(&g[i]), "margin {} is pulled by {}", z[i], g[i]);
                for j in 0..6 {
                    prop_assert!(z[i] > z[j] || g[i] <= g[j], "{z:?} are pulled by {g:?}");
                }
            }
        }

        #[test]
        fn the_order_of_the_draws_does_not_matter(z in draws(), noise in draws(), turn in 0usize..6, tail: bool) {
            let mut turned = noise;
            turned.rotate_left(turn);
            prop_assert_eq!(slopes(&z, &noise, 0.5, tail), slopes(&z, &turned, 0.5, tail));
        }

        #[test]
        fn the_gradient_is_the_slopes(z in draws(), noise in draws(), lambda in -1.0..1.0) {
            let batch = inputs(EnsLoss::SPEC, &[("margin", &[6], &z), ("noise", &[6], &noise)]);
            let given = [("lambda", lambda)];
            let got = gradient(&EnsLoss, &given, &batch);
            for (g, slope) in got.iter().zip(slopes(&z, &noise, lambda, true)) {
                prop_assert!((g - slope / 6.0).abs() < 1e-16);
            }
            let mean = f64::mean(&std::array::from_fn::<_, 6, _>(|i| 6.0 * got[i] * z[i]));
            prop_assert!((value(&EnsLoss, &given, &batch) - mean).abs() < 1e-14);
        }

        #[test]
        fn alone_and_lucky_it_is_a_hinge(z in -10.0..1.0, noise in 0.0..3.0, lambda in -1.0..1.0) {
            prop_assert_eq!(slopes(&[z], &[noise], lambda, true), [-1.0 - LEAST]);
        }

        #[test]
        fn the_spread_has_no_gap_at_lambda_0(noise in -3.0..3.0f64) {
            prop_assert!((size(noise, 1e-9) - size(noise, 0.0)).abs() < 1e-6);
        }
    }
}
