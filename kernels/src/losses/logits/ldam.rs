//! LDAM: a margin that is wider for rare classes.

use super::counts::COUNTED;
use super::terms_of_scores;
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::losses::softmax::cooled;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Scaled softmax that takes a margin off the label's score, in proportion to the class size to the power −¼.
pub struct Ldam;

/// The margin of every class; that of the rarest is `max_margin`.
#[must_use]
pub fn margins<R: Real>(counts: &[i64], max_margin: R) -> Vec<R> {
    let rarest = counts.iter().copied().min().unwrap_or(1) as f64;
    counts.iter().map(|&n| max_margin * (rarest / n as f64).powf(0.25)).collect()
}

impl Kernel for Ldam {
    const SPEC: &'static Spec = &Spec {
        id: "ldam",
        title: "LDAM loss",
        family: Family::Logits,
        inputs: COUNTED,
        params: &[
            Param::linear("max_margin", "m", 0.5, (0.0, 2.0), "margin of the rarest class"),
            Param::log("scale", "s", 30.0, (1.0, 64.0), "what multiplies the scores, cosines in the paper"),
        ],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Labelled;

    const PROSE: &'static Prose = &Prose {
        summary: "Gives rare classes, which a few samples describe badly, more room around them.",
        formula: r"L=-\frac1N\sum_i\log\frac{e^{\p{scale}(f_{iy_i}-m_{y_i})}}{e^{\p{scale}(f_{iy_i}-m_{y_i})}+\sum_{k\ne y_i}e^{\p{scale}f_{ik}}},\qquad
            m_c=\p{max_margin}\Big(\frac{\min_jn_j}{n_c}\Big)^{1/4}",
        gradient: r"\frac{\partial L}{\partial f_k}=\frac{\p{scale}}N(p_k-[k=y]),\quad p\text{ with the margin}",
        source: Source {
            authors: "Cao, Wei, Gaidon, Arechiga, Ma",
            year: 2019,
            title: "Learning Imbalanced Datasets with Label-Distribution-Aware Margin Loss",
            venue: "NeurIPS 2019, arXiv 1906.07413",
        },
        papers: &[],
        aliases: &["LDAMLoss", "label-distribution-aware margin", "long-tailed learning", "class imbalance"],
        facts: &[
            "Without margin it is cross-entropy of the scaled scores.",
            "With classes of one size it is CosFace.",
            "Classes of 200, 40, 8 and 2 samples get margins of 0.158, 0.236, 0.354 and 0.5.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let scale = params.real::<R>("scale");
        let margins = margins(input.labels("counts"), params.real::<R>("max_margin"));
        terms_of_scores(input, |scores, class| {
            let mut behind = scores.to_vec();
            behind[class] = scores[class] - margins[class];
            let scaled: Vec<R> = cooled(&behind, R::one()).into_iter().map(|f| f * scale).collect();
            R::surprise(&scaled, class)
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::angular::cosface::CosFace;
    use crate::losses::logits::cross_entropy::CrossEntropy;
    use crate::testing::{inputs, value};

    proptest! {
        #[test]
        fn its_plain_forms_are_cross_entropy_and_cosface(
            f in proptest::array::uniform3(-1.0..1.0), y in 0usize..3, m in 0.0..1.0, scale in 1.0..64.0, n in 1u32..100,
        ) {
            let label = [y as f64];
            let sample = [("logits", &[1, 3][..], &f[..]), ("labels", &[1], &label)];
            let with = |max_margin: f64, counts: [f64; 3]| {
                let given = [("max_margin", max_margin), ("scale", scale)];
                value(&Ldam, &given, &inputs(Ldam::SPEC, &[sample[0], sample[1], ("counts", &[3], &counts)]))
            };
            let ce = value(&CrossEntropy, &[("temperature", 1.0 / scale)], &inputs(CrossEntropy::SPEC, &sample));
            let plain = with(0.0, [f64::from(n), 1.0, 7.0]);
            prop_assert!((plain - ce).abs() < 1e-11, "without margin {plain}, cross-entropy {ce}");
            let cosines = inputs(CosFace::SPEC, &[("cosines", &[1, 3], &f), sample[1]]);
            let cosface = value(&CosFace, &[("m", m), ("scale", scale)], &cosines);
            let even = with(m, [f64::from(n); 3]);
            prop_assert!((even - cosface).abs() < 1e-11, "with classes of one size {even}, CosFace {cosface}");
        }
    }

    #[test]
    fn a_long_tail_gets_graded_margins() {
        let got = margins(&[200, 40, 8, 2], 0.5);
        for (got, expected) in got.iter().zip([0.158, 0.236, 0.354, 0.5]) {
            assert!((got - expected).abs() < 5e-4, "a margin is {got}, not {expected}");
        }
    }
}
