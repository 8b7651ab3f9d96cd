//! Label-distributionally robust loss with a Kullback–Leibler penalty.

use super::{INPUTS, terms_of_scores};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::losses::softmax::{cooled, over, softmax};
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// The loss against an adversary that weights the classes, and pays for leaving the uniform weights.
pub struct LdrKl;

/// The lead over every wrong class that is asked for.
pub(crate) const MARGIN: Param =
    Param::linear("margin", "c", 0.1, (0.0, 3.0), "lead over every wrong class that is asked for");

/// What the adversary gains by each class: `f_k − f_y + c·[k ≠ y]`.
pub(crate) fn gaps<R: Real>(scores: &[R], class: usize, margin: R) -> Vec<R> {
    let gap = |(k, &score): (usize, &R)| {
        let lead = score - scores[class];
        if k == class { lead } else { lead + margin }
    };
    scores.iter().enumerate().map(gap).collect()
}

/// The loss of one row of scores against the adversary.
pub(crate) fn robust<R: Real>(scores: &[R], class: usize, lambda: R, margin: R) -> R {
    let gaps = gaps(scores, class, margin);
    if gaps.iter().all(|gap| gap.value().abs() <= lambda.value()) {
        // The mean of the powers is near 1, which `ln C` would leave nothing of.
        let above: Vec<R> = gaps.iter().map(|&gap| over(gap, lambda).exp_m1()).collect();
        return R::mean(&above).ln_1p() * lambda;
    }
    let top = R::max(&gaps).value();
    (R::log_sum_exp(&cooled(&gaps, lambda)) - (scores.len() as f64).ln()) * lambda + top
}

/// The adversary's weights of the classes for one row of scores; they sum to 1.
pub fn adversary<R: Real>(scores: &[R], class: usize, lambda: R, margin: R) -> Vec<R> {
    softmax(&cooled(&gaps(scores, class, margin), lambda))
}

impl Kernel for LdrKl {
    const SPEC: &'static Spec = &Spec {
        id: "ldr-kl",
        title: "LDR-KL",
        family: Family::Logits,
        inputs: INPUTS,
        params: &[
            Param::log(
                "lambda",
                r"\lambda",
                1.0,
                (0.02, 100.0),
                "price of leaving the uniform weights: low looks at the worst class only, high at all alike",
            ),
            MARGIN,
        ],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Labelled;

    const PROSE: &'static Prose = &Prose {
        summary: "One slider from the worst wrong class over cross-entropy to a linear loss that shrugs off label noise.",
        formula: r"L=\frac1N\sum_i\max_{p\in\Delta}\sum_kp_ka_{ik}-\p{lambda}\,\mathrm{KL}\big(p\,\|\,\tfrac1C\big)
            =\frac{\p{lambda}}N\sum_i\log\frac1C\sum_ke^{a_{ik}/\p{lambda}},\quad
            a_{ik}=f_{ik}-f_{iy_i}+\p{margin}\,[k\ne y_i]",
        gradient: r"\frac{\partial L}{\partial f_k}=\frac1N(p_k-[k=y]),\quad p=\mathrm{softmax}(a/\p{lambda})",
        source: Source {
            authors: "Zhu, Ying, Yang",
            year: 2023,
            title: "Label Distributionally Robust Losses for Multi-class Classification: Consistency, Robustness and Adaptivity",
            venue: "ICML 2023, arXiv 2112.14869",
        },
        papers: &["ldr-losses"],
        aliases: &["label-distributionally robust loss", "distributionally robust optimisation", "LDR"],
        facts: &[
            "At λ = 1 without margin it is cross-entropy less log C.",
            "It is within λ·log C of the Crammer–Singer loss.",
            "As λ grows, its sum over all labels tends to c(C − 1) whatever the scores: the symmetry that makes it robust to noise.",
            "A greater λ never raises it.",
            "It is convex in the scores, and 0 for equal scores without margin.",
            "Its gradient is the adversary's weights less the label.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let (lambda, margin) = (params.real::<R>("lambda"), params.real::<R>("margin"));
        terms_of_scores(input, |scores, class| {
            robust(scores, class, lambda, margin)
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{LdrKl, adversary};
    use crate::kernel::Kernel;
    use crate::losses::logits::cross_entropy::CrossEntropy;
    use crate::testing::{gradient, inputs, logits, value};

    fn ldr(scores: &[f64], class: usize, lambda: f64, margin: f64) -> f64 {
        let sample =
            inputs(LdrKl::SPEC, &[("logits", &[1, scores.len()], scores), ("labels", &[1], &[class as f64])]);
        value(&LdrKl, &[("lambda", lambda), ("margin", margin)], &sample)
    }

    proptest! {
        #[test]
        fn at_lambda_1_it_is_cross_entropy_less_log_c(f in logits(3, 4)) {
            let (ldr, ce) = (value(&LdrKl, &[("margin", 0.0)], &f), value(&CrossEntropy, &[], &f));
            prop_assert!((ldr - (ce - 4f64.ln())).abs() <= 1e-12 * (1.0 + ce), "{ldr} against {ce} less log 4");
        }

        #[test]
        fn it_is_near_crammer_singer(
            f in proptest::array::uniform4(-5.0..5.0f64), y in 0usize..4, lambda in 0.02..10.0, c in 0.0..3.0,
        ) {
            let rivals = (0..4).filter(|&k| k != y).map(|k| c + f[k] - f[y]);
            let crammer_singer = rivals.fold(0.0, f64::max);
            let distance = (ldr(&f, y, lambda, c) - crammer_singer).abs();
            prop_assert!(distance <= lambda * 4f64.ln() + 1e-12, "they are {distance} apart");
        }

        #[test]
        fn at_the_lowest_lambda_it_is_crammer_singer(f in proptest::array::uniform4(-5.0..5.0f64), y in 0usize..4) {
            let sample = inputs(LdrKl::SPEC, &[("logits", &[1, 4], &f), ("labels", &[1], &[y as f64])]);
            let rivals = (0..4).filter(|&k| k != y).map(|k| f[k] - f[y] + 0.1);
            let crammer_singer = rivals.fold(0.0, f64::max);
            let got = value(&LdrKl, &[("lambda", 1e-310)], &sample);
            prop_assert!((got - crammer_singer).abs() <= 1e-15 * crammer_singer + 1e-309, "{got} is not {crammer_singer}");
            let pull = gradient(&LdrKl, &[("lambda", 1e-310)], &sample);
            prop_assert!(pull.iter().all(|g| g.abs() <= 1.0 + 1e-9), "its slopes are {pull:?}");
        }

        #[test]
        fn with_a_great_lambda_no_label_is_better(f in proptest::array::uniform4(-5.0..5.0), c in 0.0..3.0) {
            let total: f64 = (0..4).map(|y| ldr(&f, y, 1e5, c)).sum();
            prop_assert!((total - 3.0 * c).abs() < 1e-2, "the sum over labels is {total}, not {}", 3.0 * c);
        }

        #[test]
        fn lambda_never_raises_it(
            f in proptest::array::uniform4(-5.0..5.0), y in 0usize..4, lambda in 0.02..100.0, more in 1.0..10.0,
        ) {
            let (before, after) = (ldr(&f, y, lambda, 0.1), ldr(&f, y, lambda * more, 0.1));
            prop_assert!(after <= before + 1e-12, "it rose from {before} to {after}");
        }

        #[test]
        fn it_is_convex_and_rests_at_equal_scores(
            f in proptest::array::uniform4(-5.0..5.0), g in proptest::array::uniform4(-5.0..5.0), lambda in 0.02..100.0,
        ) {
            let middle: Vec<f64> = f.iter().zip(&g).map(|(f, g)| (f + g) / 2.0).collect();
            let at = |f: &[f64]| ldr(f, 0, lambda, 0.1);
            prop_assert!(at(&middle) <= (at(&f) + at(&g)) / 2.0 + 1e-12);
            let rest = ldr(&[f[0]; 4], 2, lambda, 0.0);
            prop_assert!(rest.abs() <= 1e-14 * lambda, "equal scores cost {rest}");
        }

        #[test]
        fn its_gradient_is_the_adversary(f in logits(1, 4), lambda in 0.02..100.0, margin in 0.0..3.0) {
            let class = f.classes("labels")[0];
            let mut expected = adversary(f.rows("logits")[0], class, lambda, margin);
            prop_assert!((expected.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            expected[class] -= 1.0;
            for (g, e) in gradient(&LdrKl, &[("lambda", lambda), ("margin", margin)], &f).iter().zip(expected) {
                prop_assert!((g - e).abs() < 1e-12, "the gradient has {g}, the adversary {e}");
            }
        }
    }
}
