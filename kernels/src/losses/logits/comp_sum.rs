//! Comp-sum losses, one family from sum-exponential over cross-entropy to mean absolute error.

use super::{INPUTS, terms_of_log_probability};
use super::generalized_cross_entropy::l_q;
use crate::input::Inputs;
use crate::kernel::{Kernel, Moving};
use crate::losses::softmax::mean_of_log_probability_while_moving;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// `Φ^τ(1/p_y − 1)`: one parameter turns exponential loss into cross-entropy into mean absolute error.
pub struct CompSum;

impl Kernel for CompSum {
    const SPEC: &'static Spec = &Spec {
        id: "comp-sum",
        title: "Comp-sum loss",
        family: Family::Logits,
        inputs: INPUTS,
        params: &[Param::linear(
            "tau",
            r"\tau",
            1.0,
            (0.0, 4.0),
            "which member: 0 sum-exponential, 1 cross-entropy, 2 mean absolute error",
        )],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Labelled;

    const PROSE: &'static Prose = &Prose {
        summary: "One dial from a loss that chases the worst mistakes to one that ignores them.",
        formula: r"L=\frac1N\sum_i\frac{1-p_{y_i}^{\,\p{tau}-1}}{\p{tau}-1},\qquad p=\mathrm{softmax}(f)",
        gradient: r"\frac{\partial L}{\partial f_k}=\frac1N\,p_y^{\,\p{tau}-1}\,(p_k-[k=y])",
        source: Source {
            authors: "Mao, Mohri, Zhong",
            year: 2023,
            title: "Cross-Entropy Loss Functions: Theoretical Analysis and Applications",
            venue: "ICML 2023, arXiv 2304.07288",
        },
        papers: &["cross-entropy-theory"],
        aliases: &["sum-exponential loss", "generalised cross-entropy family"],
        facts: &[
            "At τ = 1 it is cross-entropy.",
            "At τ = 2 it is one minus the probability of the label.",
            "For τ above 1 it is bounded by 1/(τ − 1).",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let q = params.real::<R>("tau") - 1.0;
        terms_of_log_probability(input, |log_p| l_q(log_p, q))
    }

    fn while_moving(input: &Inputs<f64>, params: &Params, moving: &Moving<'_>) -> Option<Vec<f64>> {
        let q = params.get("tau") - 1.0;
        mean_of_log_probability_while_moving(input, moving, 1.0, &|log_p| l_q(log_p, q))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::CompSum;
    use crate::testing::{logits, value};

    proptest! {
        #[test]
        fn tau_1_is_cross_entropy_and_tau_2_is_one_minus_p(f in logits(1, 4)) {
            let ce = value(&CompSum, &[], &f);
            prop_assert!((value(&CompSum, &[("tau", 1.0 + 1e-9)], &f) - ce).abs() < 1e-6 * (1.0 + ce * ce));
            prop_assert!((value(&CompSum, &[("tau", 2.0)], &f) - (1.0 - (-ce).exp())).abs() < 1e-12);
        }

        #[test]
        fn tau_0_is_the_sum_of_exponential_gaps(f in logits(1, 4)) {
            let ce = value(&CompSum, &[], &f);
            prop_assert!((value(&CompSum, &[("tau", 0.0)], &f) - ce.exp_m1()).abs() <= 1e-12 * ce.exp());
        }

        #[test]
        fn above_tau_1_it_is_bounded(f in logits(1, 4), tau in 1.01..4.0) {
            prop_assert!(value(&CompSum, &[("tau", tau)], &f) <= 1.0 / (tau - 1.0) + 1e-12);
        }
    }
}
