//! PolyLoss with one changed coefficient.

use super::{INPUTS, costs_of_log_probability, terms_of_log_probability};
use crate::dialect::{Argument, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::{Kernel, Moving};
use crate::losses::softmax::{SMOOTHING, mean_of_log_probability_while_moving, smoothed};
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Cross-entropy with another first coefficient in its series of powers of `1 − p`.
pub struct Poly1;

/// The loss of one sample from the logarithm of its label's probability.
fn term<R: Real>(log_p: R, epsilon: R) -> R {
    if epsilon.value() < 0.0 {
        return log_p.weighted(-(epsilon + 1.0)) + above_its_tangent(log_p) * -epsilon;
    }
    -log_p - log_p.exp_m1() * epsilon
}

/// `eˣ − 1 − x`: what cross-entropy has above the error.
fn above_its_tangent<R: Real>(x: R) -> R {
    if x.value().abs() > 0.5 {
        return x.exp_m1() - x;
    }
    // x²/2 · (1 + x/3 · (1 + x/4 · (…)))
    x.square() * 0.5 * (3..=16).rev().fold(R::one(), |sum, i| sum * x / f64::from(i) + 1.0)
}

impl Kernel for Poly1 {
    const SPEC: &'static Spec = &Spec {
        id: "poly-1",
        title: "Poly-1 loss",
        family: Family::Logits,
        inputs: INPUTS,
        params: &[Param::linear(
            "epsilon",
            r"\varepsilon",
            2.0,
            (-1.0, 10.0),
            "what is added to the first coefficient: above 0 keeps pulling at samples that are nearly right",
        ), SMOOTHING],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Labelled;

    const PROSE: &'static Prose = &Prose {
        summary: "Cross-entropy with one more knob: how hard nearly right samples still pull.",
        formula: r"L=\frac1N\sum_i-\log p_{iy_i}+\p{epsilon}(1-p_{iy_i})
            =\frac1N\sum_i(1+\p{epsilon})(1-p_{iy_i})+\sum_{j\ge2}\tfrac1j(1-p_{iy_i})^j,\qquad p=\mathrm{softmax}(f)",
        gradient: r"\frac{\partial L}{\partial f_k}=\frac1N(1+\p{epsilon}\,p_y)(p_k-[k=y])",
        source: Source {
            authors: "Leng, Tan, Liu, Cubuk, Shi, Cheng, Anguelov",
            year: 2022,
            title: "PolyLoss: A Polynomial Expansion Perspective of Classification Loss Functions",
            venue: "ICLR 2022, arXiv 2204.12511",
        },
        papers: &[],
        aliases: &["PolyLoss", "polynomial loss", "optax.poly_loss_cross_entropy"],
        facts: &[
            "With ε = 0 it is cross-entropy.",
            "It is cross-entropy plus ε/2 times the mean absolute error of the probabilities.",
            "Only the first coefficient of the series changes.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::Optax,
        call: "optax.losses.poly_loss_cross_entropy",
        arguments: &[
            Argument::same("epsilon", 2.0),
            Argument::outside("smoothing", "optax.losses.smooth_labels(one_hot, smoothing)", 0.0),
        ],
        python: "one_hot = jax.nn.one_hot(labels, logits.shape[1])\n\
                smooth = optax.losses.smooth_labels(one_hot, smoothing)\n\
                loss = optax.losses.poly_loss_cross_entropy(logits, smooth, {}).mean()",
        note: "One-hot labels; one value a sample, nothing averaged.",
        departs: &[],
    }];

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let epsilon = params.real::<R>("epsilon");
        let terms = terms_of_log_probability(input, |log_p| term(log_p, epsilon));
        smoothed(terms, params.real("smoothing"), &input.classes("labels"), || {
            costs_of_log_probability(input, |log_p| term(log_p, epsilon))
        })
    }

    fn by_class<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<Vec<R>>> {
        let epsilon = params.real::<R>("epsilon");
        Some(costs_of_log_probability(input, |log_p| term(log_p, epsilon)))
    }

    fn while_moving(input: &Inputs<f64>, params: &Params, moving: &Moving<'_>) -> Option<Vec<f64>> {
        let epsilon = params.get("epsilon");
        if params.get("smoothing") > 0.0 {
            return None;
        }
        mean_of_log_probability_while_moving(input, moving, 1.0, &|log_p| term(log_p, epsilon))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Poly1;
    use crate::kernel::Kernel;
    use crate::losses::logits::cross_entropy::CrossEntropy;
    use crate::losses::logits::probability_mae::ProbabilityMae;
    use crate::testing::{inputs, logits, value};

    proptest! {
        #[test]
        fn it_is_cross_entropy_and_mean_absolute_error(f in logits(3, 4), epsilon in -1.0..10.0) {
            let (ce, mae) = (value(&CrossEntropy, &[], &f), value(&ProbabilityMae, &[], &f));
            let got = value(&Poly1, &[("epsilon", epsilon)], &f);
            let expected = ce + epsilon / 2.0 * mae;
            prop_assert!((got - expected).abs() <= 1e-12 * (1.0 + ce), "{got} is not {expected}");
        }

        #[test]
        fn without_its_first_coefficient_the_second_is_left(lead in 20.0..300.0f64) {
            let sample = inputs(Poly1::SPEC, &[("logits", &[1, 2], &[lead, 0.0]), ("labels", &[1], &[0.0])]);
            let error = 1.0 / (1.0 + lead.exp());
            let expected = error * error * (0.5 + error / 3.0);
            let got = value(&Poly1, &[("epsilon", -1.0)], &sample);
            prop_assert!((got / expected - 1.0).abs() < 1e-13, "at a lead of {lead} it is {got:e}, not {expected:e}");
        }

        #[test]
        fn only_the_first_coefficient_changes(p in 0.2..0.999f64, epsilon in -1.0..10.0) {
            let scores = [(p / (1.0 - p)).ln(), 0.0];
            let sample = inputs(Poly1::SPEC, &[("logits", &[1, 2], &scores), ("labels", &[1], &[0.0])]);
            let series: f64 = (1..=200).map(|j| (1.0 - p).powi(j) / f64::from(j)).sum();
            let got = value(&Poly1, &[("epsilon", epsilon)], &sample);
            let expected = series + epsilon * (1.0 - p);
            prop_assert!((got - expected).abs() < 1e-12 * (1.0 + expected.abs()), "{got}, the series has {expected}");
        }
    }
}
