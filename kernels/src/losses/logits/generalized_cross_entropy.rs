//! Generalised cross-entropy, between cross-entropy and mean absolute error.

use super::{INPUTS, terms_of_log_probability};
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::{Kernel, Moving};
use crate::losses::softmax::mean_of_log_probability_while_moving;
use crate::real::{NEAR_0, Real};
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// `(1 − p^q) / q`: cross-entropy as `q` tends to 0, `1 − p` at 1.
pub struct GeneralizedCrossEntropy;

/// `(1 − p^q) / q` of a log-probability; `−log p` at `q = 0`. Any real `q`.
pub(crate) fn l_q<R: Real>(log_p: R, q: R) -> R {
    let exponent = log_p.weighted(q);
    // Near 0, where either would be 0 over 0.
    if exponent.value().abs() < NEAR_0 { exponent.exp_m1_ratio() * -log_p } else { exponent.exp_m1() / -q }
}

impl Kernel for GeneralizedCrossEntropy {
    const SPEC: &'static Spec = &Spec {
        id: "generalized-cross-entropy",
        title: "Generalised cross-entropy",
        family: Family::Logits,
        inputs: INPUTS,
        params: &[Param::linear(
            "q",
            "q",
            0.7,
            (0.0, 1.0),
            "0 is cross-entropy, 1 mean absolute error: robust, but slow to learn",
        )],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Labelled;

    const PROSE: &'static Prose = &Prose {
        summary: "Trades some of cross-entropy's speed for patience with wrong labels.",
        formula: r"L=\frac1N\sum_i\frac{1-p_{y_i}^{\,\p{q}}}{\p{q}},\qquad p=\mathrm{softmax}(f)",
        gradient: r"\frac{\partial L}{\partial f_k}=\frac1N\,p_y^{\,\p{q}}\,(p_k-[k=y])",
        source: Source {
            authors: "Zhang, Sabuncu",
            year: 2018,
            title: "Generalized Cross Entropy Loss for Training Deep Neural Networks with Noisy Labels",
            venue: "NeurIPS 2018, arXiv 1805.07836",
        },
        papers: &[],
        aliases: &["GCE", "L_q loss", "noise-robust loss"],
        facts: &[
            "At q = 0 it is cross-entropy, at q = 1 one minus the probability of the label.",
            "It is bounded by 1/q, so a wrong label can cost only so much.",
            "It is the comp-sum loss with τ = 1 + q.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::Keras,
        call: "keras.losses.CategoricalGeneralizedCrossEntropy",
        arguments: &[Argument::same("q", 0.5)],
        python: r#"
share = np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))
loss = keras.losses.CategoricalGeneralizedCrossEntropy({})(labels, share)
"#,
        note: "Takes probabilities and has no from_logits; q is 0.5 instead of the 0.7 of the paper.",
        departs: &[Departure::refusal("not 0 < q < 1", "It allows q between 0 and 1 only.")],
    }];

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let q = params.real::<R>("q");
        terms_of_log_probability(input, |log_p| l_q(log_p, q))
    }

    fn while_moving(input: &Inputs<f64>, params: &Params, moving: &Moving<'_>) -> Option<Vec<f64>> {
        let q = params.get("q");
        mean_of_log_probability_while_moving(input, moving, 1.0, &|log_p| l_q(log_p, q))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::GeneralizedCrossEntropy;
    use crate::input::Inputs;
    use crate::losses::logits::comp_sum::CompSum;
    use crate::losses::logits::cross_entropy::CrossEntropy;
    use crate::testing::{logits, value};

    fn gce(q: f64, f: &Inputs<f64>) -> f64 {
        value(&GeneralizedCrossEntropy, &[("q", q)], f)
    }

    proptest! {
        #[test]
        fn its_ends_are_cross_entropy_and_one_minus_p(f in logits(1, 4)) {
            let ce = value(&CrossEntropy, &[], &f);
            prop_assert!((gce(0.0, &f) - ce).abs() <= 1e-12 * (1.0 + ce));
            prop_assert!((gce(1e-9, &f) - ce).abs() <= 1e-8 * (1.0 + ce * ce));
            prop_assert!((gce(1.0, &f) - (1.0 - (-ce).exp())).abs() <= 1e-12);
        }

        #[test]
        fn it_is_bounded_and_a_comp_sum_loss(f in logits(3, 4), q in 0.01..1.0) {
            let loss = gce(q, &f);
            prop_assert!(loss <= 1.0 / q);
            let comp_sum = value(&CompSum, &[("tau", 1.0 + q)], &f);
            prop_assert!((loss - comp_sum).abs() <= 1e-12 * (1.0 + loss), "{loss} against {comp_sum}");
        }
    }
}
