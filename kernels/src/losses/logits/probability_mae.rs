//! Mean absolute error of probabilities.

use super::{INPUTS, terms_of_scores};
use crate::input::Inputs;
use crate::kernel::{Kernel, Moving};
use crate::losses::softmax::{
    cooled, log_probability, mean_of_log_probability_while_moving,
};
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// The distance of the predicted probabilities from the label's, summed over classes: `2(1 − p_y)`.
pub struct ProbabilityMae;

impl Kernel for ProbabilityMae {
    const SPEC: &'static Spec = &Spec {
        id: "probability-mae",
        title: "Mean absolute error of probabilities",
        family: Family::Logits,
        inputs: INPUTS,
        params: &[Param::log(
            "temperature",
            "T",
            1.0,
            (0.1, 10.0),
            "divides the scores: low is sharp, high is flat",
        )],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Labelled;

    const PROSE: &'static Prose = &Prose {
        summary: "Hardly moved by wrong labels, as all labels together always cost the same; slow to learn for the same reason.",
        formula: r"L=\frac1N\sum_i\sum_k\big|p_{ik}-[k=y_i]\big|=\frac2N\sum_i(1-p_{iy_i}),\qquad
            p=\mathrm{softmax}(f/\p{temperature})",
        gradient: r"\frac{\partial L}{\partial f_k}=\frac{2p_y}{N\p{temperature}}(p_k-[k=y])",
        source: Source {
            authors: "Ghosh, Kumar, Sastry",
            year: 2017,
            title: "Robust Loss Functions under Label Noise for Deep Neural Networks",
            venue: "AAAI 2017, arXiv 1712.09482",
        },
        papers: &[],
        aliases: &["MAE", "L1 loss of a softmax", "noise-robust loss"],
        facts: &[
            "It lies between 0 and 2.",
            "Over all labels it adds up to 2(C − 1), whatever the scores.",
            "It is twice the generalised cross-entropy at q = 1.",
            "A sample whose label is thought impossible does not pull.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let temperature = params.real::<R>("temperature");
        terms_of_scores(input, |scores, class| {
            log_probability(&cooled(scores, temperature), class).exp_m1() * -2.0
        })
    }

    fn while_moving(input: &Inputs<f64>, params: &Params, moving: &Moving<'_>) -> Option<Vec<f64>> {
        mean_of_log_probability_while_moving(input, moving, params.get("temperature"), &|log_p| {
            log_p.exp_m1() * -2.0
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::ProbabilityMae;
    use crate::kernel::Kernel;
    use crate::losses::logits::generalized_cross_entropy::GeneralizedCrossEntropy;
    use crate::testing::{gradient, inputs, logits, value};

    proptest! {
        #[test]
        fn all_labels_together_cost_the_same(f in proptest::array::uniform4(-20.0..20.0), t in 0.1..10.0) {
            let one = |label: usize| {
                let sample = [("logits", &[1, 4][..], &f[..]), ("labels", &[1], &[label as f64])];
                value(&ProbabilityMae, &[("temperature", t)], &inputs(ProbabilityMae::SPEC, &sample))
            };
            let costs = [0, 1, 2, 3].map(one);
            prop_assert!(costs.iter().all(|cost| (0.0..=2.0).contains(cost)), "the labels cost {costs:?}");
            let total: f64 = costs.iter().sum();
            prop_assert!((total - 6.0).abs() < 1e-12, "together they cost {total}");
        }

        #[test]
        fn it_is_twice_gce_at_its_end(f in logits(3, 4)) {
            let (mae, gce) = (value(&ProbabilityMae, &[], &f), value(&GeneralizedCrossEntropy, &[("q", 1.0)], &f));
            prop_assert!((mae - 2.0 * gce).abs() < 1e-14, "{mae} is not twice {gce}");
        }

        #[test]
        fn the_impossible_does_not_pull(gap in 100.0..1000.0) {
            let sample = [("logits", &[1, 2][..], &[0.0, gap][..]), ("labels", &[1], &[0.0])];
            let g = gradient(&ProbabilityMae, &[], &inputs(ProbabilityMae::SPEC, &sample));
            prop_assert!(g.iter().all(|g| g.abs() < 1e-40), "it pulls by {g:?}");
        }
    }
}
