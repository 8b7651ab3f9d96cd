//! Simple contrastive loss: what InfoNCE becomes at high temperature.

use super::PAIRED;
use super::hardest::{hardest_negatives, kept};
use super::similarity::cosines;
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Similarities themselves, without a softmax: up for the own view, down for the negatives.
pub struct SimpleContrastive;

impl Kernel for SimpleContrastive {
    const SPEC: &'static Spec = &Spec {
        id: "simple-contrastive",
        title: "Simple contrastive loss",
        family: Family::Embeddings,
        inputs: PAIRED,
        params: &[
            Param::linear("weight", r"\lambda", 0.2, (0.0, 5.0), "how much the negatives count, each alike"),
            kept(1.0),
        ],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Pushes every negative equally hard; beside InfoNCE it shows what attention to hard negatives is worth.",
        formula: r"L=\frac1N\sum_i\Big(-s_{ii}+\p{weight}\sum_{j\in K_i}s_{ij}\Big),
            \qquad K_i=\text{the hardest }\lceil\p{alpha}(N-1)\rceil\text{ of }j\ne i",
        gradient: r"\frac{\partial L}{\partial s_{ij}}=\frac{\p{weight}}N\text{ for every }j\in K_i",
        source: Source {
            authors: "Wang, Liu",
            year: 2021,
            title: "Understanding the Behaviour of Contrastive Loss",
            venue: "CVPR 2021, arXiv 2012.09740",
        },
        papers: &["contrastive-behaviour"],
        aliases: &["HardSimple", "linear contrastive loss"],
        facts: &[
            "It is linear in the similarities as long as the same negatives are kept.",
            "With weight 1/(N − 1) it is the high-temperature limit of InfoNCE, up to a factor and a constant.",
            "When all vectors are equal it is −1 plus the weight times the number of negatives kept.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let (weight, alpha): (R, f64) = (params.real("weight"), params.get("alpha"));
        let s = cosines(&input.rows("anchors"), &input.rows("positives"));
        let term = |(i, s)| R::sum(&hardest_negatives(s, i, alpha)) * weight - s[i];
        Some(s.outer_iter().enumerate().map(term).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::embeddings::info_nce::InfoNce;
    use crate::testing::{inputs, paired, value};

    proptest! {
        #[test]
        fn it_is_info_nce_at_high_temperature(batch in paired(6, 3)) {
            let tau = 1e5;
            let info_nce = tau * (value(&InfoNce, &[("temperature", tau)], &batch) - 6f64.ln());
            let simple = 5.0 / 6.0 * value(&SimpleContrastive, &[("weight", 0.2)], &batch);
            prop_assert!((info_nce - simple).abs() < 2e-5, "{info_nce} against {simple}");
        }

        #[test]
        fn a_larger_weight_adds_the_same_again(batch in paired(6, 3), alpha in 0.0..1.0, w in 0.0..5.0) {
            let at = |weight| value(&SimpleContrastive, &[("weight", weight), ("alpha", alpha)], &batch);
            prop_assert!((at(2.0 * w) - at(w) - (at(w) - at(0.0))).abs() < 1e-12);
        }

        #[test]
        fn equal_vectors_count_the_negatives(x in 0.1..2.0, y in -2.0..2.0, weight in 0.0..5.0) {
            let rows = [x, y].repeat(5);
            let arrays = [("anchors", &[5, 2][..], &rows[..]), ("positives", &[5, 2], &rows)];
            let batch = inputs(SimpleContrastive::SPEC, &arrays);
            for (alpha, kept) in [(0.01, 1.0), (0.5, 2.0), (0.75, 3.0), (1.0, 4.0)] {
                let got = value(&SimpleContrastive, &[("weight", weight), ("alpha", alpha)], &batch);
                prop_assert!((got - (weight * kept - 1.0)).abs() < 1e-12, "{kept} kept: the loss is {got}");
            }
        }
    }
}
