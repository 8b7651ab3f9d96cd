//! Entropy of the relative penalties: among how many negatives InfoNCE spreads its push.

use super::PAIRED;
use super::similarity::{below_top, cosines};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Mean entropy of the softmax over the negatives of each anchor.
pub struct RelativePenaltyEntropy;

impl Kernel for RelativePenaltyEntropy {
    const SPEC: &'static Spec = &Spec {
        id: "relative-penalty-entropy",
        title: "Entropy of the relative penalties",
        family: Family::Embeddings,
        inputs: PAIRED,
        params: &[Param::log(
            "temperature",
            r"\tau",
            0.07,
            (0.01, 20.0),
            "sharpness: low puts the whole penalty on the nearest negative",
        )],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Measures over how many negatives InfoNCE spreads its push: e to this entropy is their effective number.",
        formula: r"H=-\frac1N\sum_i\sum_{j\ne i}r_{ij}\log r_{ij},
            \qquad r_{ij}=\frac{e^{s_{ij}/\p{temperature}}}{\sum_{k\ne i}e^{s_{ik}/\p{temperature}}}",
        gradient: r"\frac{\partial H_i}{\partial s_{ij}}=-\frac{r_{ij}}{\p{temperature}}(\log r_{ij}+H_i)",
        source: Source {
            authors: "Wang, Liu",
            year: 2021,
            title: "Understanding the Behaviour of Contrastive Loss",
            venue: "CVPR 2021, arXiv 2012.09740",
        },
        papers: &["contrastive-behaviour"],
        aliases: &["effective number of negatives", "hardness-awareness", "relative penalty distribution"],
        facts: &[
            "It lies between 0 and log(N − 1).",
            "It grows with the temperature, by the variance of the similarities over the temperature cubed.",
            "With two samples there is one negative each and nothing to spread: 0.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let temperature = params.real("temperature");
        let s = cosines(&input.rows("anchors"), &input.rows("positives"));
        let entropy = |(i, s): (usize, ndarray::ArrayView1<R>)| {
            let negatives = s.iter().enumerate().filter(|&(j, _)| j != i).map(|(_, &s)| s);
            let logits = below_top(&negatives.collect::<Vec<R>>(), temperature);
            let term = |j: usize| {
                let surprise = R::surprise(&logits, j);
                // A weight of 0 does not count, however surprising it is.
                let weight = (-surprise).exp();
                if weight.value() == 0.0 { R::zero() } else { weight * surprise }
            };
            R::sum(&(0..logits.len()).map(term).collect::<Vec<R>>())
        };
        Some(s.outer_iter().enumerate().map(entropy).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::softmax::softmax;
    use crate::testing::{paired, value};

    fn at(tau: f64, batch: &Inputs<f64>) -> f64 {
        value(&RelativePenaltyEntropy, &[("temperature", tau)], batch)
    }

    proptest! {
        #[test]
        fn it_grows_from_0_to_the_number_of_negatives(batch in paired(6, 3), tau in 0.001..5.0) {
            let (low, high) = (at(tau, &batch), at(1.5 * tau, &batch));
            prop_assert!((-1e-12..=5f64.ln() + 1e-12).contains(&low), "the entropy is {low}");
            prop_assert!(low <= high + 1e-12, "it falls from {low} to {high}");
            prop_assert!((at(1e5, &batch) - 5f64.ln()).abs() < 1e-6);
        }

        #[test]
        fn it_grows_by_the_variance_of_the_similarities(batch in paired(6, 3), tau in 0.1..5.0f64) {
            let s = cosines(&batch.rows("anchors"), &batch.rows("positives"));
            let slope = |i: usize| {
                let s: Vec<f64> = (0..6).filter(|&j| j != i).map(|j| s[(i, j)]).collect();
                let r = softmax(&s.iter().map(|s| s / tau).collect::<Vec<f64>>());
                let mean = f64::dot(&r, &s);
                let variance: f64 = r.iter().zip(&s).map(|(r, s)| r * (s - mean).powi(2)).sum();
                variance / tau.powi(3)
            };
            let expected = (0..6).map(slope).sum::<f64>() / 6.0;
            let h = 1e-5 * tau;
            let got = (at(tau + h, &batch) - at(tau - h, &batch)) / (2.0 * h);
            prop_assert!((got - expected).abs() < 1e-6 * (1.0 + expected), "{got} against {expected}");
        }

        #[test]
        fn one_negative_leaves_nothing_to_spread(batch in paired(2, 3), tau in 0.01..20.0) {
            prop_assert_eq!(at(tau, &batch), 0.0);
        }
    }
}
