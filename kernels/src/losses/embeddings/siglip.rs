//! SigLIP loss: every pair of views is judged on its own, match or not.

use ndarray::ArrayView1;

use super::PAIRED;
use super::similarity::cosines;
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Domain, Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Logistic loss of every entry of the similarity matrix.
pub struct SigLip;

impl Kernel for SigLip {
    const SPEC: &'static Spec = &Spec {
        id: "siglip",
        title: "SigLIP loss",
        family: Family::Embeddings,
        inputs: PAIRED,
        params: &[
            Param::log("scale", "t", 10.0, (0.01, 100.0), "sharpness of every decision"),
            Param::linear(
                "bias",
                "b",
                -10.0,
                (-20.0, 10.0),
                "offset that makes up for non-matches being so many",
            )
            .within(Domain::Any),
        ],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Asks of every image and text whether they match, without a softmax over the batch: batches may be large or split.",
        formula: r"L=\frac1N\sum_{i,j}\log\Big(1+e^{-\epsilon_{ij}(\p{scale}s_{ij}+\p{bias})}\Big),\qquad \epsilon_{ij}=\begin{cases}1&i=j\\-1&i\ne j\end{cases}",
        gradient: r"\frac{\partial L}{\partial s_{ij}}=\frac{\p{scale}}N\big(\sigma(\p{scale}s_{ij}+\p{bias})-[i=j]\big)",
        source: Source {
            authors: "Zhai, Mustafa, Kolesnikov, Beyer",
            year: 2023,
            title: "Sigmoid Loss for Language Image Pre-Training",
            venue: "ICCV 2023, arXiv 2303.15343",
        },
        papers: &[],
        aliases: &["SigLipLoss", "sigmoid loss", "pairwise sigmoid loss", "sigmoid contrastive loss"],
        facts: &[
            "The sum over all N² pairs is divided by N.",
            "One pair alone costs log(1 + e^(−ts − b)).",
            "At the start the bias keeps the many non-matches from drowning the few matches.",
            "Another sample adds terms of its own and leaves all others as they are.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let (scale, bias): (R, R) = (params.real("scale"), params.real("bias"));
        let s = cosines(&input.rows("anchors"), &input.rows("positives"));
        let decision = |i, (j, &s): (usize, &R)| {
            let logit = s * scale + bias;
            if i == j { (-logit).softplus() } else { logit.softplus() }
        };
        let term = |(i, row): (usize, ArrayView1<R>)| {
            R::sum(&row.iter().enumerate().map(|entry| decision(i, entry)).collect::<Vec<R>>())
        };
        Some(s.outer_iter().enumerate().map(term).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{inputs, paired, value};

    proptest! {
        #[test]
        fn another_sample_only_adds_its_own_terms(batch in paired(5, 3), scale in 0.1..50.0, bias in -20.0..10.0) {
            let first = |n: usize| {
                let rows = |name| &batch.vector(name)[..3 * n];
                let arrays = [("anchors", &[n, 3][..], rows("anchors")), ("positives", &[n, 3], rows("positives"))];
                n as f64 * value(&SigLip, &[("scale", scale), ("bias", bias)], &inputs(SigLip::SPEC, &arrays))
            };
            let s = cosines(&batch.rows("anchors"), &batch.rows("positives"));
            let logit = |i, j| scale * s[(i, j)] + bias;
            let across = (0..4).map(|i| Real::softplus(logit(i, 4)) + Real::softplus(logit(4, i))).sum::<f64>();
            let added = Real::softplus(-logit(4, 4)) + across;
            prop_assert!((first(5) - first(4) - added).abs() < 1e-9 * (1.0 + first(5)));
        }

        #[test]
        fn one_pair_is_one_decision(pair in paired(1, 3), scale in 0.1..50.0, bias in -20.0..10.0) {
            let s = cosines(&pair.rows("anchors"), &pair.rows("positives"))[(0, 0)];
            let got = value(&SigLip, &[("scale", scale), ("bias", bias)], &pair);
            let expected = Real::softplus(-(scale * s + bias));
            prop_assert!((got - expected).abs() < 1e-9 * (1.0 + expected), "{got} against {expected}");
        }
    }

    #[test]
    fn at_the_start_matches_and_the_many_non_matches_are_balanced() {
        // Every anchor at a right angle to every positive.
        let rows = |x: f64, y: f64| [x, y].repeat(8);
        let arrays = [("anchors", &[8, 2][..], &rows(1.0, 0.0)[..]), ("positives", &[8, 2], &rows(0.0, 1.0))];
        let got = value(&SigLip, &[], &inputs(SigLip::SPEC, &arrays));
        let expected = Real::softplus(10.0) + 7.0 * Real::softplus(-10.0);
        assert!((got - expected).abs() < 1e-12 && (expected - 10.0).abs() < 1e-3, "the loss is {got}");
    }
}
