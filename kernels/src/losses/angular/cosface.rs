//! CosFace: additive cosine margin.

use super::{INPUTS, margin_softmax, margin_softmax_by_hand, scale};
use crate::dialect::{Argument, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::{Gradient, Kernel};
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Cosine softmax whose label has to win by a fixed difference of cosines.
pub struct CosFace;

impl Kernel for CosFace {
    const SPEC: &'static Spec = &Spec {
        id: "cosface",
        title: "CosFace",
        family: Family::Angular,
        inputs: INPUTS,
        params: &[
            Param::linear("m", "m", 0.35, (0.0, 1.0), "margin that is taken off the label's cosine"),
            scale(64.0),
        ],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Labelled;

    const PROSE: &'static Prose = &Prose {
        summary: "Asks the right prototype to lead by a margin of cosine; simple, and stable to train.",
        formula: r"L=-\frac1N\sum_i\log\frac{e^{\p{scale}(c_{iy_i}-\p{m})}}
            {e^{\p{scale}(c_{iy_i}-\p{m})}+\sum_{j\ne y_i}e^{\p{scale}c_{ij}}}",
        gradient: r"\frac{\partial L}{\partial c_j}=\frac{\p{scale}}N(p_j-[j=y]),\quad p\text{ with the margin}",
        source: Source {
            authors: "Wang, Wang, Zhou, Ji, Gong, Zhou, Li, Liu",
            year: 2018,
            title: "CosFace: Large Margin Cosine Loss for Deep Face Recognition",
            venue: "CVPR 2018, arXiv 1801.09414",
        },
        papers: &[],
        aliases: &["large margin cosine loss", "additive margin softmax", "AM-Softmax", "LMCL"],
        facts: &[
            "With margin 0 it is NormFace.",
            "The margin costs as much as a label cosine that is smaller by it.",
            "A greater margin never lowers the loss.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::MetricLearning,
        call: "losses.CosFaceLoss",
        arguments: &[Argument::same("m", 0.35).called("margin"), Argument::same("scale", 64.0)],
        python: "criterion = losses.CosFaceLoss(num_classes=cosines.shape[1], embedding_size=1, {})\n\
                criterion.distance.compute_mat = lambda *_: cosines  # in place of embeddings and weights\n\
                loss = criterion(torch.ones(len(labels), 1), labels)",
        note: "The margin is a cosine, no angle.",
        departs: &[],
    }];

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let margin: R = params.real("m");
        margin_softmax(input, params.real("scale"), |c| c - margin)
    }

    fn value_and_gradient(input: &Inputs<f64>, params: &Params, gradient: &mut Gradient) -> f64 {
        let margin = params.get("m");
        margin_softmax_by_hand(input, params.get("scale"), gradient, &|c| c - margin)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::CosFace;
    use crate::losses::angular::normface::NormFace;
    use crate::testing::{cosines, value};

    proptest! {
        #[test]
        fn a_margin_is_a_smaller_label_cosine(c in cosines(3, 4), m in 0.0..1.0, scale in 1.0..100.0) {
            let mut smaller = c.clone();
            for (row, &label) in smaller.variable_mut("cosines").chunks_mut(4).zip(&c.classes("labels")) {
                row[label] -= m;
            }
            let margin = value(&CosFace, &[("m", m), ("scale", scale)], &c);
            prop_assert_eq!(margin, value(&NormFace, &[("scale", scale)], &smaller));
            let without = value(&CosFace, &[("m", 0.0), ("scale", scale)], &c);
            prop_assert_eq!(without, value(&NormFace, &[("scale", scale)], &c));
            prop_assert!(without <= margin);
        }
    }
}
