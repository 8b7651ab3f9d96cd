//! Adaptive LDR-KL: every sample finds its own price for the adversary.

use super::{INPUTS, terms_of_scores};
use super::ldr_kl::{MARGIN, gaps, robust};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::losses::softmax::{cooled, surprises};
use crate::real::Real;
use crate::spec::{Domain, Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// LDR-KL whose λ falls for samples that single out one class, and stays high where all classes look alike.
pub struct AldrKl;

/// Divergence of the adversary's weights at the price `lambda` from uniform ones, nats: 0 to `log C`.
fn divergence(scores: &[f64], class: usize, lambda: f64, margin: f64) -> f64 {
    let surprises = surprises(&cooled(&gaps(scores, class, margin), lambda));
    // A class without weight may surprise infinitely.
    let part = |surprise: f64| if surprise.is_finite() { (-surprise).exp() * surprise } else { 0.0 };
    (scores.len() as f64).ln() - surprises.into_iter().map(part).sum::<f64>()
}

/// The λ of one row of scores: the largest solution of `λ = λ₀·(1 − KL / (α·log C))`, between `λ₀(1 − 1/α)`
/// and `λ₀`.
#[must_use]
pub fn adaptive_lambda(scores: &[f64], class: usize, lambda0: f64, alpha: f64, margin: f64) -> f64 {
    if scores.len() == 1 {
        return lambda0;
    }
    let stiffness = alpha * (scores.len() as f64).ln();
    let mut lambda = lambda0;
    // The right side rises with λ and starts below it: the iteration falls onto the solution.
    for _ in 0..5000 {
        let next = lambda0 * (1.0 - divergence(scores, class, lambda, margin) / stiffness);
        let change = (next - lambda).abs();
        lambda = next;
        if change < 1e-14 {
            break;
        }
    }
    lambda
}

impl Kernel for AldrKl {
    const SPEC: &'static Spec = &Spec {
        id: "aldr-kl",
        title: "ALDR-KL",
        family: Family::Logits,
        inputs: INPUTS,
        params: &[
            Param::log(
                "lambda0",
                r"\lambda_0",
                1.0,
                (0.1, 20.0),
                "highest price of leaving the uniform weights, that of a sample whose scores are all alike",
            ),
            Param::log(
                "alpha",
                r"\alpha",
                2.0,
                (1.05, 100.0),
                "how firmly λ is held at its highest: it never falls below λ₀(1 − 1/α)",
            )
            .within(Domain::Above(1.0)),
            MARGIN,
        ],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Labelled;

    const PROSE: &'static Prose = &Prose {
        summary: "LDR-KL that is patient with samples whose label looks doubtful and strict with the others, each on its own.",
        formula: r"L=\frac1N\sum_i\max_\lambda\ \lambda\log\frac1C\sum_ke^{a_{ik}/\lambda}
            -\frac{\p{alpha}\log C}{2\,\p{lambda0}}(\lambda-\p{lambda0})^2,\quad
            a_{ik}=f_{ik}-f_{iy_i}+\p{margin}\,[k\ne y_i]",
        gradient: r"\frac{\partial L}{\partial f_k}=\frac1N(p_k-[k=y]),\quad p=\mathrm{softmax}(a/\lambda),\quad
            \lambda=\p{lambda0}\Big(1-\frac{\mathrm{KL}(p\,\|\,1/C)}{\p{alpha}\log C}\Big)",
        source: Source {
            authors: "Zhu, Ying, Yang",
            year: 2023,
            title: "Label Distributionally Robust Losses for Multi-class Classification: Consistency, Robustness and Adaptivity",
            venue: "ICML 2023, arXiv 2112.14869",
        },
        papers: &["ldr-losses"],
        aliases: &["adaptive label-distributionally robust loss", "adaptive temperature", "ALDRLoss_V1"],
        facts: &[
            "As α grows it tends to LDR-KL with λ₀.",
            "Equal scores without margin keep λ at λ₀ and cost nothing.",
            "λ stays between λ₀(1 − 1/α) and λ₀, and reaches the lower end when one class towers over the others.",
            "At its λ the bracket neither rises nor falls with λ, so holding λ constant in the gradient leaves nothing out.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let [lambda0, alpha, margin] = ["lambda0", "alpha", "margin"].map(|name| params.real::<R>(name));
        let stiffness = alpha * (input.length("C") as f64).ln();
        let [lambda0_at, alpha_at, margin_at] = [lambda0, alpha, margin].map(R::value);
        terms_of_scores(input, |scores, class| {
            let at: Vec<f64> = scores.iter().map(|f| f.value()).collect();
            let lambda = R::from(adaptive_lambda(&at, class, lambda0_at, alpha_at, margin_at));
            robust(scores, class, lambda, margin)
                - lambda0 * stiffness / 2.0 * (lambda / lambda0 - 1.0).square()
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::logits::ldr_kl::LdrKl;
    use crate::testing::{gradient, inputs, logits, value};

    proptest! {
        #[test]
        fn held_firmly_it_is_ldr_kl(f in logits(3, 4), lambda in 0.1..20.0) {
            let adaptive = value(&AldrKl, &[("lambda0", lambda), ("alpha", 1e9)], &f);
            let fixed = value(&LdrKl, &[("lambda", lambda)], &f);
            prop_assert!((adaptive - fixed).abs() < 1e-7, "{adaptive} against {fixed}");
        }

        #[test]
        fn lambda_stays_within_its_bounds(
            f in proptest::array::uniform4(-20.0..20.0), lambda0 in 0.1..20.0, alpha in 1.05..100.0,
        ) {
            let lambda = adaptive_lambda(&f, 2, lambda0, alpha, 0.1);
            let least = lambda0 * (1.0 - 1.0 / alpha);
            prop_assert!((least * (1.0 - 1e-12)..=lambda0 * (1.0 + 1e-12)).contains(&lambda), "λ is {lambda}");
        }

        #[test]
        fn one_towering_class_brings_lambda_down(top in 0usize..4, lambda0 in 0.1..2.0, alpha in 1.05..100.0) {
            let mut f = [0.0; 4];
            f[top] = 1e4;
            let lambda = adaptive_lambda(&f, 0, lambda0, alpha, 0.0);
            let least = lambda0 * (1.0 - 1.0 / alpha);
            prop_assert!((lambda - least).abs() < 1e-12, "λ is {lambda}, not {least}");
        }

        #[test]
        fn at_its_lambda_the_bracket_is_flat(
            f in proptest::array::uniform4(-3.0..3.0), lambda0 in 0.5..10.0, alpha in 1.1..10.0,
        ) {
            let lambda = adaptive_lambda(&f, 1, lambda0, alpha, 0.1);
            let stiffness = alpha * 4f64.ln() / lambda0;
            let bracket = |l: f64| robust(&f, 1, l, 0.1) - stiffness / 2.0 * (l - lambda0).powi(2);
            let h = 1e-5 * lambda;
            let slope = (bracket(lambda + h) - bracket(lambda - h)) / (2.0 * h);
            prop_assert!(slope.abs() < 1e-6 * stiffness, "at λ = {lambda} it has slope {slope}");
        }

        #[test]
        fn equal_scores_keep_lambda_and_cost_nothing(score in -5.0..5.0, lambda0 in 0.1..20.0) {
            let f = inputs(AldrKl::SPEC, &[("logits", &[1, 4], &[score; 4]), ("labels", &[1], &[3.0])]);
            let got = value(&AldrKl, &[("lambda0", lambda0), ("margin", 0.0)], &f);
            prop_assert!(got.abs() < 1e-14 * lambda0, "they cost {got}");
            let lambda = adaptive_lambda(&[score; 4], 3, lambda0, 2.0, 0.0);
            prop_assert!((lambda - lambda0).abs() < 1e-14 * lambda0, "λ is {lambda}");
        }
    }

    #[test]
    fn a_single_class_costs_nothing() {
        let f = inputs(AldrKl::SPEC, &[("logits", &[1, 1], &[3.0]), ("labels", &[1], &[0.0])]);
        assert_eq!(value(&AldrKl, &[], &f), 0.0);
        assert_eq!(gradient(&AldrKl, &[], &f), [0.0]);
    }
}
