//! Spherical softmax: squares in place of exponentials.

use super::{INPUTS, terms_of_log_share};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Cross-entropy of probabilities in proportion to the squares of the scores.
pub struct SphericalSoftmax;

/// `ln(f² + ε)`, the lesser of the two over the greater, so that no square is too large or too small for a number.
fn log_weight<R: Real>(f: R, epsilon: R) -> R {
    let root = epsilon.sqrt();
    if f.value().abs() <= root.value() {
        return (f / root).square().ln_1p() + epsilon.ln();
    }
    (root / f).square().ln_1p() + f.abs().ln() * 2.0
}

impl Kernel for SphericalSoftmax {
    const SPEC: &'static Spec = &Spec {
        id: "spherical-softmax",
        title: "Log spherical softmax",
        family: Family::Logits,
        inputs: INPUTS,
        params: &[Param::log(
            "epsilon",
            r"\varepsilon",
            0.01,
            (1e-4, 5.0),
            "what is added to every square, so that no class is impossible",
        )],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Labelled;

    const PROSE: &'static Prose = &Prose {
        summary: "Needs only the label's score and the length of the score vector, so an update over a huge vocabulary can be cheap.",
        formula: r"L=-\frac1N\sum_i\log p_{iy_i},\qquad p_{ik}=\frac{f_{ik}^2+\p{epsilon}}{\sum_j(f_{ij}^2+\p{epsilon})}",
        gradient: r"\frac{\partial L}{\partial f_k}=\frac{2f_k}N\Big(\frac1{\sum_j(f_j^2+\p{epsilon})}-\frac{[k=y]}{f_y^2+\p{epsilon}}\Big)",
        source: Source {
            authors: "de Brébisson, Vincent",
            year: 2016,
            title: "An Exploration of Softmax Alternatives Belonging to the Spherical Loss Family",
            venue: "ICLR 2016, arXiv 1511.05042",
        },
        papers: &[],
        aliases: &["spherical family", "log-spherical softmax", "softmax alternative"],
        facts: &[
            "The sign of a score does not matter.",
            "Scores of 0 cost log C, and so does everything as ε grows.",
            "As ε falls the length of the score vector stops mattering.",
            "It depends on the label's score and on the sum of squares alone.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let epsilon = params.real::<R>("epsilon");
        terms_of_log_share(input, |f| log_weight(f, epsilon))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::SphericalSoftmax;
    use crate::input::Inputs;
    use crate::kernel::Kernel;
    use crate::testing::{gradient, inputs, logits, value};

    fn spherical(epsilon: f64, f: &Inputs<f64>) -> f64 {
        value(&SphericalSoftmax, &[("epsilon", epsilon)], f)
    }

    proptest! {
        #[test]
        fn signs_do_not_matter(f in logits(3, 4), entry in 0usize..12) {
            let mut turned = f.clone();
            turned.variable_mut("logits")[entry] *= -1.0;
            prop_assert_eq!(spherical(0.01, &f), spherical(0.01, &turned));
        }

        #[test]
        fn log_c_at_no_scores_and_at_a_great_epsilon(f in logits(3, 4), epsilon in 1e-4..5.0) {
            let zeros = inputs(SphericalSoftmax::SPEC, &[("logits", &[1, 4], &[0.0; 4]), ("labels", &[1], &[2.0])]);
            prop_assert!((spherical(epsilon, &zeros) - 4f64.ln()).abs() < 1e-14);
            prop_assert!((spherical(1e12, &f) - 4f64.ln()).abs() < 1e-9);
        }

        #[test]
        fn without_epsilon_length_does_not_matter(f in logits(3, 4), factor in 1.0..100.0) {
            let mut longer = f.clone();
            longer.variable_mut("logits").iter_mut().for_each(|f| *f *= factor);
            let (a, b) = (spherical(1e-300, &f), spherical(1e-300, &longer));
            prop_assert!((a - b).abs() < 1e-12 * (1.0 + a), "{a} turned into {b}");
        }

        #[test]
        fn no_length_is_too_great_or_too_small_for_it(f in logits(3, 4), exponent in -300..300) {
            let (mut scaled, factor) = (f.clone(), 10f64.powi(exponent));
            scaled.variable_mut("logits").iter_mut().for_each(|f| *f *= factor);
            let (a, b) = (spherical(1e-320, &f), spherical(1e-320, &scaled));
            prop_assert!((a - b).abs() < 1e-12 * (1.0 + a) || exponent < -140, "{a} turned into {b}");
            let pull = gradient(&SphericalSoftmax, &[("epsilon", 1e-320)], &scaled);
            prop_assert!(b.is_finite() && pull.iter().all(|g| g.is_finite()), "{b} pulls by {pull:?}");
        }

        #[test]
        fn turning_the_rivals_changes_nothing(own in -3.0..3.0, length in 0.1..3.0f64, angle in 0.0..7.0f64) {
            let at = |angle: f64| {
                let scores = [own, length * angle.cos(), length * angle.sin()];
                spherical(0.01, &inputs(SphericalSoftmax::SPEC, &[("logits", &[1, 3], &scores), ("labels", &[1], &[0.0])]))
            };
            prop_assert!((at(angle) - at(0.0)).abs() < 1e-12, "{} turned into {}", at(0.0), at(angle));
        }
    }
}
