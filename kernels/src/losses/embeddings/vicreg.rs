//! VICReg: views agree, every dimension varies, and no two dimensions say the same.

use super::PAIRED_WITH_NEGATIVES;
use super::moments::{centred, columns};
use crate::dialect::{Argument, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec};

/// Weighted sum of invariance, variance and covariance.
pub struct VicReg;

/// How far the dimensions of a view are from standard deviation 1, and how much they share: the penalties on variance
/// and on covariance.
fn penalties<R: Real>(rows: &[&[R]]) -> (R, R) {
    let columns: Vec<Vec<R>> = columns(rows).iter().map(|column| centred(column)).collect();
    let (n, width) = (rows.len() as f64, columns.len() as f64);
    let (mut shortfalls, mut shared) = (Vec::new(), Vec::new());
    for (d, a) in columns.iter().enumerate() {
        for (e, b) in columns.iter().enumerate() {
            if d == e {
                let deviation = R::norm(a) / (n - 1.0).sqrt();
                shortfalls.push((-R::norm(&[deviation, R::from(1e-2)]) + 1.0).relu());
            } else {
                shared.push((R::dot(a, b) / (n - 1.0)).square());
            }
        }
    }
    // The half is in the authors' code, not in their text.
    (R::mean(&shortfalls) * 0.5, R::sum(&shared) / width)
}

impl Kernel for VicReg {
    const SPEC: &'static Spec = &Spec {
        id: "vicreg",
        title: "VICReg",
        family: Family::Embeddings,
        inputs: PAIRED_WITH_NEGATIVES,
        params: &[
            Param::linear(
                "invariance",
                r"\lambda",
                25.0,
                (0.0, 50.0),
                "weight of the agreement of the views",
            ),
            Param::linear("variance", r"\mu", 25.0, (0.0, 50.0), "weight of keeping every dimension alive"),
            Param::linear("covariance", r"\nu", 1.0, (0.0, 100.0), "weight of keeping dimensions apart"),
        ],
        slope: Slope::Exact,
    };

    const PROSE: &'static Prose = &Prose {
        summary: "Learns from two views without negatives and says outright what keeps it from collapse: variance in every dimension.",
        formula: r"L=\frac{\p{invariance}}{ND}\sum_i\lVert a_i-p_i\rVert^2+\p{variance}\big(v(a)+v(p)\big)+\p{covariance}\big(c(a)+c(p)\big),\quad
            v=\frac1{2D}\sum_d\Big[1-\sqrt{C_{dd}+10^{-4}}\Big]_+,\quad c=\frac1D\sum_{d\ne e}C_{de}^2,\quad C=\text{covariance of a view}",
        gradient: "",
        source: Source {
            authors: "Bardes, Ponce, LeCun",
            year: 2022,
            title: "VICReg: Variance-Invariance-Covariance Regularization for Self-Supervised Learning",
            venue: "ICLR 2022, arXiv 2105.04906",
        },
        papers: &[],
        aliases: &["VICRegLoss", "variance-invariance-covariance regularization"],
        facts: &[
            "A batch that has collapsed to one point costs 0.99 of the variance weight, 24.75 at the defaults.",
            "Shifting one view changes nothing but its agreement with the other.",
            "The variance part is 0 once every dimension has standard deviation 1.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::MetricLearning,
        call: "losses.VICRegLoss",
        arguments: &[
            Argument::same("invariance", 25.0).called("invariance_lambda"),
            Argument::same("variance", 25.0).called("variance_mu"),
            Argument::same("covariance", 1.0).called("covariance_v"),
        ],
        python: "loss = losses.VICRegLoss({})(anchors, ref_emb=positives)",
        note: "The variance term is halved, as in the code of the authors and unlike in their text.",
        departs: &[],
    }];

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        let (anchors, positives) = (input.rows("anchors"), input.rows("positives"));
        let apart = |(a, p): (&&[R], &&[R])| R::squared_distance(a, p) / a.len() as f64;
        let apart: Vec<R> = anchors.iter().zip(&positives).map(apart).collect();
        let ((va, ca), (vp, cp)) = (penalties(&anchors), penalties(&positives));
        let weighted = |weight, term: R| term.weighted(params.real(weight));
        weighted("invariance", R::mean(&apart))
            + weighted("variance", va + vp)
            + weighted("covariance", ca + cp)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{inputs, paired, value};

    fn weights(invariance: f64, variance: f64, covariance: f64) -> [(&'static str, f64); 3] {
        [("invariance", invariance), ("variance", variance), ("covariance", covariance)]
    }

    proptest! {
        #[test]
        fn collapse_costs_the_variance_weight(x in -3.0..3.0, y in -3.0..3.0, mu in 0.0..50.0) {
            let rows = [x, y].repeat(4);
            let arrays = [("anchors", &[4, 2][..], &rows[..]), ("positives", &[4, 2], &rows)];
            let got = value(&VicReg, &weights(25.0, mu, 1.0), &inputs(VicReg::SPEC, &arrays));
            prop_assert!((got - 0.99 * mu).abs() < 1e-9, "one point costs {got}");
        }

        #[test]
        fn a_shift_of_one_view_only_costs_agreement(batch in paired(6, 3), shift in -3.0..3.0f64) {
            let mut shifted = batch.clone();
            shifted.variable_mut("anchors").iter_mut().for_each(|x| *x += shift);
            let spread = |batch| value(&VicReg, &weights(0.0, 25.0, 1.0), batch);
            prop_assert!((spread(&batch) - spread(&shifted)).abs() < 1e-9);
        }

        #[test]
        fn wide_views_have_variance_enough(batch in paired(6, 3)) {
            let mut wide = batch.clone();
            for name in ["anchors", "positives"] {
                wide.variable_mut(name).iter_mut().for_each(|x| *x *= 1e3);
            }
            prop_assert_eq!(value(&VicReg, &weights(0.0, 25.0, 0.0), &wide), 0.0);
        }
    }
}
