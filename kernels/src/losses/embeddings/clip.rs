//! CLIP loss: both views look for their partner, each among all of the other kind.

use ndarray::ArrayView2;

use super::PAIRED;
use super::similarity::cosines;
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::losses::softmax::over_samples;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Mean of the cross-entropies along the rows and along the columns of the similarities.
pub struct Clip;

impl Kernel for Clip {
    const SPEC: &'static Spec = &Spec {
        id: "clip",
        title: "CLIP loss",
        family: Family::Embeddings,
        inputs: PAIRED,
        params: &[Param::log(
            "scale",
            "s",
            1.0 / 0.07,
            (0.01, 100.0),
            "sharpness of both softmaxes; learnt in training, and kept below 100",
        )],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Matches images with their captions: every image picks its text and every text its image.",
        formula: r"L=-\frac1{2N}\sum_i\log\frac{e^{\p{scale}s_{ii}}}{\sum_ke^{\p{scale}s_{ik}}}
            +\log\frac{e^{\p{scale}s_{ii}}}{\sum_ke^{\p{scale}s_{ki}}},\qquad s_{ij}=\cos(a_i,p_j)",
        gradient: r"\frac{\partial L}{\partial s_{ij}}=\frac{\p{scale}}{2N}\big(P^{\text{row}}_{ij}+P^{\text{column}}_{ij}-2[i=j]\big)",
        source: Source {
            authors: "Radford, Kim, Hallacy, Ramesh, Goh, Agarwal, Sastry, Askell, Mishkin, Clark, Krueger, Sutskever",
            year: 2021,
            title: "Learning Transferable Visual Models From Natural Language Supervision",
            venue: "ICML 2021, arXiv 2103.00020",
        },
        papers: &[],
        aliases: &["ClipLoss", "OpenCLIP", "symmetric InfoNCE", "image-text contrastive loss", "ITC"],
        facts: &[
            "It is the mean of InfoNCE from the one view to the other and back.",
            "The two views may change places.",
            "As the scale tends to 0 it tends to log N.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let scale: R = params.real("scale");
        let s = cosines(&input.rows("anchors"), &input.rows("positives"));
        let own: Vec<usize> = (0..s.nrows()).collect();
        let logits = s.mapv_into(|s| s * scale);
        let rows = |logits: ArrayView2<R>| logits.outer_iter().map(|row| row.to_vec()).collect::<Vec<_>>();
        let [rows, columns] = [logits.view(), logits.t()].map(|z| over_samples(&rows(z), &own, R::surprise));
        Some(rows.into_iter().zip(columns).map(|(row, column)| (row + column) * 0.5).collect())
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
        fn it_is_info_nce_both_ways(batch in paired(6, 3), scale in 0.1..100.0) {
            let arrays = [
                ("anchors", &[6, 3][..], batch.vector("positives")),
                ("positives", &[6, 3], batch.vector("anchors")),
            ];
            let swapped = inputs(Clip::SPEC, &arrays);
            let info_nce = |batch| value(&InfoNce, &[("temperature", 1.0 / scale)], batch);
            let clip = |batch| value(&Clip, &[("scale", scale)], batch);
            let expected = 0.5 * (info_nce(&batch) + info_nce(&swapped));
            prop_assert!((clip(&batch) - expected).abs() < 1e-9 * (1.0 + expected));
            prop_assert!((clip(&swapped) - expected).abs() < 1e-9 * (1.0 + expected));
        }

        #[test]
        fn without_scale_it_is_log_n(batch in paired(6, 3)) {
            prop_assert!((value(&Clip, &[("scale", 1e-9)], &batch) - 6f64.ln()).abs() < 1e-8);
        }
    }
}
