//! The penalty on the logarithm of the partition function that language models are trained with.

use super::INPUTS;
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// `weight · (log Σ e^f)²`: logits whose exponentials sum to about 1.
pub struct LogZPenalty;

impl Kernel for LogZPenalty {
    const SPEC: &'static Spec = &Spec {
        id: "log-z-penalty",
        title: "Log-Z penalty",
        family: Family::Logits,
        inputs: &[INPUTS[0]],
        params: &[Param::log("weight", r"\lambda", 1e-4, (1e-6, 1.0), "how much the penalty counts")],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Keeps the exponentials of the logits summing to about 1; added to cross-entropy, where logits may drift.",
        formula: r"L=\frac{\p{weight}}N\sum_i\Big(\log\sum_ke^{f_{ik}}\Big)^2",
        gradient: r"\frac{\partial L}{\partial f_{ik}}=\frac{2\p{weight}}N\log Z_i\,\mathrm{softmax}(f_i)_k",
        source: Source {
            authors: "Chowdhery et al.",
            year: 2022,
            title: "PaLM: Scaling Language Modeling with Pathways",
            venue: "arXiv 2204.02311",
        },
        papers: &[],
        aliases: &["z-loss of language models", "auxiliary z-loss", "log partition function", "router z-loss"],
        facts: &[
            "Language models call it z-loss; the Z-loss of this catalogue is another one, of z-scores.",
            "It is 0 where the exponentials sum to 1.",
            "Unlike cross-entropy it sees a number that is added to all logits.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let weight = params.real::<R>("weight");
        Some(input.rows("logits").into_iter().map(|row| R::log_sum_exp(row).square() * weight).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::LogZPenalty;
    use crate::input::Inputs;
    use crate::kernel::Kernel;
    use crate::real::Real;
    use crate::testing::{gradient, inputs, value};

    fn row(logits: &[f64]) -> Inputs<f64> {
        inputs(LogZPenalty::SPEC, &[("logits", &[1, logits.len()], logits)])
    }

    proptest! {
        #[test]
        fn probabilities_cost_nothing(logits in prop::collection::vec(-5.0..5.0f64, 4)) {
            let total = f64::log_sum_exp(&logits);
            let normal: Vec<f64> = logits.iter().map(|f| f - total).collect();
            prop_assert!(value(&LogZPenalty, &[("weight", 1.0)], &row(&normal)) < 1e-28);
        }

        #[test]
        fn a_common_number_counts(logits in prop::collection::vec(-5.0..5.0f64, 3), shift in -20.0..20.0f64) {
            let total = f64::log_sum_exp(&logits);
            let shifted: Vec<f64> = logits.iter().map(|f| f + shift).collect();
            let got = value(&LogZPenalty, &[("weight", 1.0)], &row(&shifted));
            let expected = (total + shift).powi(2);
            prop_assert!((got - expected).abs() < 1e-10 * (1.0 + expected), "it is {got}, not {expected}");
        }
    }

    #[test]
    fn the_push_is_shared_like_the_probabilities() {
        let slopes = gradient(&LogZPenalty, &[("weight", 0.5)], &row(&[0.0, 0.0]));
        assert!(slopes.iter().all(|slope| (slope - 0.5 * 2f64.ln()).abs() < 1e-15), "{slopes:?}");
    }
}
