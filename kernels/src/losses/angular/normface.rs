//! NormFace: softmax of scaled cosines.

use super::{INPUTS, margin_softmax, margin_softmax_by_hand, scale};
use crate::dialect::{Argument, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::{Gradient, Kernel};
use crate::real::Real;
use crate::spec::{Family, Params, Prose, Slope, Source, Spec, Terms};

/// Cross-entropy of scaled cosines, the base of every margin softmax.
pub struct NormFace;

impl Kernel for NormFace {
    const SPEC: &'static Spec = &Spec {
        id: "normface",
        title: "NormFace",
        family: Family::Angular,
        inputs: INPUTS,
        params: &[scale(30.0)],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Labelled;

    const PROSE: &'static Prose = &Prose {
        summary: "Softmax on the sphere without a margin: only angles to the prototypes count.",
        formula: r"L=-\frac1N\sum_i\log\frac{e^{\p{scale}c_{iy_i}}}{\sum_je^{\p{scale}c_{ij}}}",
        gradient: r"\frac{\partial L}{\partial c_j}=\frac{\p{scale}}N(p_j-[j=y])",
        source: Source {
            authors: "Wang, Xiang, Cheng, Yuille",
            year: 2017,
            title: "NormFace: L2 Hypersphere Embedding for Face Verification",
            venue: "ACM Multimedia 2017, arXiv 1704.06369",
        },
        papers: &[],
        aliases: &["normalized softmax", "cosine softmax"],
        facts: &[
            "Every sample on its prototype and prototypes spread evenly still cost log(1 + (C − 1)e^(−sC/(C − 1))): 1.377 for ten classes at scale 1.",
            "As the scale tends to 0 it tends to log C.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::MetricLearning,
        call: "losses.NormalizedSoftmaxLoss",
        arguments: &[Argument::inverse("scale", 0.05).called("temperature")],
        python: "criterion = losses.NormalizedSoftmaxLoss(num_classes=cosines.shape[1], embedding_size=1, {})\n\
                criterion.distance.compute_mat = lambda *_: cosines  # in place of embeddings and weights\n\
                loss = criterion(torch.ones(len(labels), 1), labels)",
        note: "States a temperature, one over the scale: 0.05 is a scale of 20.",
        departs: &[],
    }];

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        margin_softmax(input, params.real("scale"), |c| c)
    }

    fn value_and_gradient(input: &Inputs<f64>, params: &Params, gradient: &mut Gradient) -> f64 {
        margin_softmax_by_hand(input, params.get("scale"), gradient, &|c| c)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::NormFace;
    use crate::kernel::Kernel;
    use crate::testing::{cosines, inputs, value};

    /// A sample on its own prototype, among `classes` prototypes spread evenly.
    fn perfect(classes: usize, scale: f64) -> f64 {
        let mut cosines = vec![-1.0 / (classes as f64 - 1.0); classes];
        cosines[0] = 1.0;
        let sample =
            inputs(NormFace::SPEC, &[("cosines", &[1, classes], &cosines), ("labels", &[1], &[0.0])]);
        value(&NormFace, &[("scale", scale)], &sample)
    }

    proptest! {
        #[test]
        fn even_perfection_has_a_price(classes in 2usize..50, scale in 0.1..20.0f64) {
            let c = classes as f64;
            let bound = ((c - 1.0) * (-scale * c / (c - 1.0)).exp()).ln_1p();
            let got = perfect(classes, scale);
            prop_assert!((got - bound).abs() < 1e-12, "got {got}, the bound is {bound}");
        }

        #[test]
        fn without_scale_it_is_log_c(c in cosines(3, 4)) {
            prop_assert!((value(&NormFace, &[("scale", 1e-9)], &c) - 4f64.ln()).abs() < 1e-8);
        }
    }

    #[test]
    fn ten_classes_at_scale_1_cannot_get_below_1_377() {
        assert!((perfect(10, 1.0) - 1.377).abs() < 5e-4, "got {}", perfect(10, 1.0));
    }
}
