//! Symmetric cross-entropy: cross-entropy both ways between label and prediction.

use super::{INPUTS, terms_of_log_probability};
use crate::input::Inputs;
use crate::kernel::{Kernel, Moving};
use crate::losses::softmax::mean_of_log_probability_while_moving;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Cross-entropy to learn fast, plus reverse cross-entropy, which is linear in the probability, to shrug off
/// wrong labels.
pub struct SymmetricCrossEntropy;

/// The loss of one sample from the logarithm of its label's probability.
fn term<R: Real>(log_p: R, [alpha, beta, log_zero]: [R; 3]) -> R {
    let reverse = log_p.exp_m1() * log_zero;
    log_p.weighted(-alpha) + reverse * beta
}

impl Kernel for SymmetricCrossEntropy {
    const SPEC: &'static Spec = &Spec {
        id: "symmetric-cross-entropy",
        title: "Symmetric cross-entropy",
        family: Family::Logits,
        inputs: INPUTS,
        params: &[
            Param::linear("alpha", r"\alpha", 0.1, (0.0, 10.0), "weight of cross-entropy"),
            Param::linear("beta", r"\beta", 1.0, (0.0, 10.0), "weight of reverse cross-entropy"),
            Param::linear(
                "log_zero",
                "A",
                -4.0,
                (-10.0, -1.0),
                "what the logarithm of a label probability of 0 is taken to be",
            ),
        ],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Labelled;

    const PROSE: &'static Prose = &Prose {
        summary: "Cross-entropy with a noise-robust partner; their weights trade speed for patience with wrong labels.",
        formula: r"L=\frac1N\sum_i-\p{alpha}\log p_{iy_i}-\p{beta}\sum_kp_{ik}\log q_{ik}
            =\frac1N\sum_i-\p{alpha}\log p_{iy_i}-\p{beta}\,\p{log_zero}\,(1-p_{iy_i}),\qquad p=\mathrm{softmax}(f)",
        gradient: r"\frac{\partial L}{\partial f_k}=\frac1N(\p{alpha}-\p{beta}\,\p{log_zero}\,p_y)(p_k-[k=y])",
        source: Source {
            authors: "Wang, Ma, Chen, Luo, Yi, Bailey",
            year: 2019,
            title: "Symmetric Cross Entropy for Robust Learning with Noisy Labels",
            venue: "ICCV 2019, arXiv 1908.06112",
        },
        papers: &[],
        aliases: &["SCE", "SL", "SCELoss", "reverse cross-entropy", "RCE", "noise-robust loss"],
        facts: &[
            "With β = 0 it is α times cross-entropy.",
            "With α = 0 it is −A/2 times the mean absolute error of the probabilities.",
            "It is linear in A.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let turned = ["alpha", "beta", "log_zero"].map(|name| params.real::<R>(name));
        terms_of_log_probability(input, |log_p| term(log_p, turned))
    }

    fn while_moving(input: &Inputs<f64>, params: &Params, moving: &Moving<'_>) -> Option<Vec<f64>> {
        let turned = ["alpha", "beta", "log_zero"].map(|name| params.get(name));
        mean_of_log_probability_while_moving(input, moving, 1.0, &|log_p| term(log_p, turned))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::SymmetricCrossEntropy;
    use crate::losses::logits::cross_entropy::CrossEntropy;
    use crate::losses::logits::probability_mae::ProbabilityMae;
    use crate::testing::{logits, value};

    proptest! {
        #[test]
        fn its_parts_are_cross_entropy_and_mean_absolute_error(
            f in logits(3, 4), alpha in 0.0..10.0, beta in 0.0..10.0, log_zero in -10.0..-1.0,
        ) {
            let given = [("alpha", alpha), ("beta", beta), ("log_zero", log_zero)];
            let (ce, mae) = (value(&CrossEntropy, &[], &f), value(&ProbabilityMae, &[], &f));
            let (got, expected) = (value(&SymmetricCrossEntropy, &given, &f), alpha * ce - beta * log_zero / 2.0 * mae);
            prop_assert!((got - expected).abs() <= 1e-12 * (1.0 + expected), "{got} is not {expected}");
        }
    }
}
