//! Logit-adjusted cross-entropy for long tails.

use super::counts::COUNTED;
use super::terms_of_scores;
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Cross-entropy of scores to which the logarithm of each class's share of the training set is added.
pub struct LogitAdjustment;

impl Kernel for LogitAdjustment {
    const SPEC: &'static Spec = &Spec {
        id: "logit-adjustment",
        title: "Logit-adjusted cross-entropy",
        family: Family::Logits,
        inputs: COUNTED,
        params: &[Param::linear(
            "tau",
            r"\tau",
            1.0,
            (0.0, 4.0),
            "how much of the imbalance is made up for: 0 nothing, 1 all of it",
        )],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Labelled;

    const PROSE: &'static Prose = &Prose {
        summary: "Hands common classes a head start in training, so that without it, in use, all classes are treated alike.",
        formula: r"L=-\frac1N\sum_i\log\frac{e^{f_{iy_i}+\p{tau}\log\pi_{y_i}}}{\sum_ke^{f_{ik}+\p{tau}\log\pi_k}},\qquad
            \pi_k=\frac{n_k}{\sum_jn_j}",
        gradient: r"\frac{\partial L}{\partial f_k}=\frac1N(p_k-[k=y]),\quad p=\mathrm{softmax}(f+\p{tau}\log\pi)",
        source: Source {
            authors: "Menon, Jayasumana, Rawat, Jain, Veit, Kumar",
            year: 2021,
            title: "Long-tail learning via logit adjustment",
            venue: "ICLR 2021, arXiv 2007.07314",
        },
        papers: &[],
        aliases: &[
            "balanced softmax",
            "LA loss",
            "prior correction",
            "long-tailed learning",
            "class imbalance",
        ],
        facts: &[
            "With τ = 0, or with classes of one size, it is cross-entropy.",
            "A rare label has to beat a common rival by the logarithm of how many times as common it is, times τ.",
            "Scores of 0 leave the surprise at the label under the class shares to the power τ.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let counts = input.labels("counts");
        let total = counts.iter().sum::<i64>() as f64;
        let head_start: Vec<R> =
            counts.iter().map(|&n| params.real::<R>("tau") * (n as f64 / total).ln()).collect();
        terms_of_scores(input, |scores, class| {
            let adjusted: Vec<R> = scores.iter().zip(&head_start).map(|(&f, &start)| f + start).collect();
            R::surprise(&adjusted, class)
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::LogitAdjustment;
    use crate::kernel::Kernel;
    use crate::losses::logits::cross_entropy::CrossEntropy;
    use crate::testing::{inputs, value};

    fn adjusted(scores: &[f64; 3], label: usize, counts: &[f64; 3], tau: f64) -> f64 {
        let sample = [
            ("logits", &[1, 3][..], &scores[..]),
            ("labels", &[1], &[label as f64]),
            ("counts", &[3], counts),
        ];
        value(&LogitAdjustment, &[("tau", tau)], &inputs(LogitAdjustment::SPEC, &sample))
    }

    fn counts() -> impl Strategy<Value = [f64; 3]> {
        proptest::array::uniform3(1u32..1000).prop_map(|counts| counts.map(f64::from))
    }

    proptest! {
        #[test]
        fn without_imbalance_it_is_cross_entropy(
            f in proptest::array::uniform3(-5.0..5.0), y in 0usize..3, counts in counts(), tau in 0.0..4.0,
        ) {
            let sample = [("logits", &[1, 3][..], &f[..]), ("labels", &[1], &[y as f64])];
            let ce = value(&CrossEntropy, &[], &inputs(CrossEntropy::SPEC, &sample));
            for got in [adjusted(&f, y, &counts, 0.0), adjusted(&f, y, &[counts[0]; 3], tau)] {
                prop_assert!((got - ce).abs() < 1e-12, "{got} is not {ce}");
            }
        }

        #[test]
        fn a_rare_label_needs_a_greater_lead(
            f in proptest::array::uniform3(-5.0..5.0), counts in counts(), tau in 0.0..4.0f64,
        ) {
            // With the lead that the class sizes ask for, two labels cost the same.
            let lead = tau * (counts[1] / counts[0]).ln();
            let scores = [f[1] + lead, f[1], f[2]];
            let (rare, common) = (adjusted(&scores, 0, &counts, tau), adjusted(&scores, 1, &counts, tau));
            prop_assert!((rare - common).abs() < 1e-12 * (1.0 + rare), "{rare} against {common}");
        }

        #[test]
        fn without_scores_the_shares_are_left(counts in counts(), tau in 0.0..4.0, y in 0usize..3) {
            let powers = counts.map(|n| n.powf(tau));
            let surprise = -(powers[y] / powers.iter().sum::<f64>()).ln();
            let got = adjusted(&[0.0; 3], y, &counts, tau);
            prop_assert!((got - surprise).abs() < 1e-11, "{got} is not {surprise}");
        }
    }

    #[test]
    fn an_empty_class_is_refused() {
        use crate::evaluate::evaluate;
        let line = r#"{"objective": "logit-adjustment", "input": {"logits": [[0, 0]], "labels": [1], "counts": [0, 3]}}"#;
        let answer = evaluate(line);
        assert!(
            answer.line.contains("input counts has 0 at [0], allowed is a whole number from 1 on"),
            "{}",
            answer.line
        );
    }
}
