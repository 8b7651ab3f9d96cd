//! Hard contrastive loss: InfoNCE on the hardest negatives alone.

use super::PAIRED;
use super::hardest::{hardest_negatives, kept};
use super::similarity::{below_top, cosines};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Softmax over the own second view and a fraction of the others, the most similar ones.
pub struct HardContrastive;

impl Kernel for HardContrastive {
    const SPEC: &'static Spec = &Spec {
        id: "hard-contrastive",
        title: "Hard contrastive loss",
        family: Family::Embeddings,
        inputs: PAIRED,
        params: &[
            Param::log(
                "temperature",
                r"\tau",
                0.3,
                (0.01, 10.0),
                "sharpness among the negatives that are kept",
            ),
            kept(0.25),
        ],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Drops the easy negatives outright, so that the temperature no longer decides how many of them matter.",
        formula: r"L=-\frac1N\sum_i\log\frac{e^{s_{ii}/\p{temperature}}}{e^{s_{ii}/\p{temperature}}+\sum_{j\in K_i}e^{s_{ij}/\p{temperature}}},
            \qquad K_i=\text{the hardest }\lceil\p{alpha}(N-1)\rceil\text{ of }j\ne i",
        gradient: r"\frac{|\partial L_i/\partial s_{ij}|}{|\partial L_i/\partial s_{ii}|}
            =\frac{e^{s_{ij}/\p{temperature}}}{\sum_{k\in K_i}e^{s_{ik}/\p{temperature}}}\text{ for }j\in K_i,\text{ else }0",
        source: Source {
            authors: "Wang, Liu",
            year: 2021,
            title: "Understanding the Behaviour of Contrastive Loss",
            venue: "CVPR 2021, arXiv 2012.09740",
        },
        papers: &["contrastive-behaviour"],
        aliases: &["hard negative sampling", "truncated InfoNCE", "explicit hard negatives"],
        facts: &[
            "With every negative kept it is InfoNCE, and never above it.",
            "Keeping more negatives never lowers it.",
            "With one negative kept it is a softplus of how much nearer that one is than the own view.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let (temperature, alpha) = (params.real("temperature"), params.get("alpha"));
        let s = cosines(&input.rows("anchors"), &input.rows("positives"));
        let term = |(i, s)| {
            let mut kept = hardest_negatives(s, i, alpha);
            kept.push(s[i]);
            R::surprise(&below_top(&kept, temperature), kept.len() - 1)
        };
        Some(s.outer_iter().enumerate().map(term).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::embeddings::info_nce::InfoNce;
    use crate::testing::{paired, value};

    proptest! {
        #[test]
        fn more_negatives_never_lower_it_and_all_make_info_nce(
            batch in paired(7, 3),
            tau in 0.05..5.0,
            alpha in 0.0..1.0,
            more in 0.0..1.0f64,
        ) {
            let keeping =
                |alpha| value(&HardContrastive, &[("temperature", tau), ("alpha", alpha)], &batch);
            let info_nce = value(&InfoNce, &[("temperature", tau)], &batch);
            prop_assert!(keeping(alpha) <= keeping((alpha + more).min(1.0)) + 1e-12);
            prop_assert!((keeping(1.0) - info_nce).abs() <= 1e-12 * (1.0 + info_nce));
        }

        #[test]
        fn one_negative_makes_a_softplus(batch in paired(7, 3), tau in 0.05..5.0) {
            let s = cosines(&batch.rows("anchors"), &batch.rows("positives"));
            let of = |i: usize| {
                let nearest = (0..7).filter(|&k| k != i).map(|k| s[(i, k)]).fold(-1.0, f64::max);
                Real::softplus((nearest - s[(i, i)]) / tau)
            };
            let expected = (0..7).map(of).sum::<f64>() / 7.0;
            let got = value(&HardContrastive, &[("temperature", tau), ("alpha", 0.01)], &batch);
            prop_assert!((got - expected).abs() <= 1e-12 * (1.0 + expected), "{got} against {expected}");
        }

        #[test]
        fn low_temperature_is_a_triplet_whatever_is_kept(batch in paired(7, 3), alpha in 0.0..1.0) {
            let tau = 1e-5;
            let at = |alpha| tau * value(&HardContrastive, &[("temperature", tau), ("alpha", alpha)], &batch);
            prop_assert!((at(alpha) - at(1.0)).abs() <= tau * 7f64.ln());
        }
    }
}
