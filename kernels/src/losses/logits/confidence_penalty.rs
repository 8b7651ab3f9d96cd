//! Cross-entropy that rewards doubt.

use super::{INPUTS, terms_of_scores};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::losses::softmax::surprises;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Cross-entropy less a share of the entropy of the prediction.
pub struct ConfidencePenalty;

impl Kernel for ConfidencePenalty {
    const SPEC: &'static Spec = &Spec {
        id: "confidence-penalty",
        title: "Confidence penalty",
        family: Family::Logits,
        inputs: INPUTS,
        params: &[Param::linear("beta", r"\beta", 0.1, (0.0, 2.0), "reward for entropy")],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Labelled;

    const PROSE: &'static Prose = &Prose {
        summary: "Keeps a classifier from becoming certain; the reverse of label smoothing.",
        formula: r"L=-\frac1N\sum_i\Big[\log p_{iy_i}+\p{beta}H(p_i)\Big],\quad H(p)=-\sum_kp_k\log p_k,\quad p=\mathrm{softmax}(f)",
        gradient: r"\frac{\partial L}{\partial f_k}=\frac1N\big(p_k-[k=y]+\p{beta}\,p_k(\log p_k+H)\big)",
        source: Source {
            authors: "Pereyra, Tucker, Chorowski, Kaiser, Hinton",
            year: 2017,
            title: "Regularizing Neural Networks by Penalizing Confident Output Distributions",
            venue: "ICLR 2017 workshop, arXiv 1701.06548",
        },
        papers: &[],
        aliases: &["entropy regularisation", "maximum entropy regularization", "overconfidence"],
        facts: &[
            "With β = 0 it is cross-entropy.",
            "Equal scores cost (1 − β) log C.",
            "With a large β it is not convex.",
            "It pulls to uniform by another divergence than label smoothing: KL from the prediction, not to it.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let beta = params.real::<R>("beta");
        terms_of_scores(input, |scores, class| {
            let surprises = surprises(scores);
            let p: Vec<R> = surprises.iter().map(|&surprise| (-surprise).exp()).collect();
            surprises[class] - R::dot(&p, &surprises) * beta
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::ConfidencePenalty;
    use crate::input::Inputs;
    use crate::kernel::Kernel;
    use crate::losses::logits::cross_entropy::CrossEntropy;
    use crate::losses::softmax::softmax;
    use crate::testing::{inputs, logits, value};

    fn sample(scores: &[f64]) -> Inputs<f64> {
        inputs(ConfidencePenalty::SPEC, &[("logits", &[1, scores.len()], scores), ("labels", &[1], &[0.0])])
    }

    proptest! {
        #[test]
        fn without_beta_it_is_cross_entropy(f in logits(3, 4)) {
            let (plain, ce) = (value(&ConfidencePenalty, &[("beta", 0.0)], &f), value(&CrossEntropy, &[], &f));
            prop_assert!((plain - ce).abs() < 1e-14 * (1.0 + ce), "{plain} against {ce}");
        }

        #[test]
        fn equal_scores_cost_part_of_log_c(score in -5.0..5.0, beta in 0.0..2.0) {
            let got = value(&ConfidencePenalty, &[("beta", beta)], &sample(&[score; 4]));
            prop_assert!((got - (1.0 - beta) * 4f64.ln()).abs() < 1e-13, "they cost {got}");
        }

        #[test]
        fn it_adds_the_divergence_of_the_prediction_from_uniform(f in logits(1, 4), beta in 0.0..2.0) {
            let p = softmax(f.rows("logits")[0]);
            let divergence: f64 = p.iter().map(|p| p * (4.0 * p).ln()).sum();
            let expected = value(&CrossEntropy, &[], &f) + beta * (divergence - 4f64.ln());
            let got = value(&ConfidencePenalty, &[("beta", beta)], &f);
            prop_assert!((got - expected).abs() < 1e-12, "{got} is not {expected}");
        }
    }

    #[test]
    fn with_a_large_beta_it_bulges() {
        let at = |gap: f64| value(&ConfidencePenalty, &[("beta", 2.0)], &sample(&[gap, 0.0]));
        let bulge = at(5.0) > (at(2.0) + at(8.0)) / 2.0;
        assert!(bulge, "between gaps of 2 and 8 it is {}, {}, {}", at(2.0), at(5.0), at(8.0));
    }
}
