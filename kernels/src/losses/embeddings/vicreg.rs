//! VICReg: views agree, every dimension varies, and no two dimensions say the same.

use loss_explorer_lanes::{Matrix, gram, length, product};

use super::PAIRED_WITH_NEGATIVES;
use super::moments::{add_by_columns, centred, centred_columns, columns};
use super::similarity::self_compared;
use crate::cost::Cost;
use crate::dialect::{Argument, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::{Gradient, Kernel};
use crate::real::{Comparison, Real};
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec};

/// Weighted sum of invariance, variance and covariance.
pub struct VicReg;

/// How far the dimensions of a view are from standard deviation 1, and how much they share: the penalties on variance
/// and on covariance.
fn penalties<R: Real>(rows: &[&[R]]) -> (R, R) {
    let columns: Vec<Vec<R>> = columns(rows).iter().map(|column| centred(column)).collect();
    let (n, width) = (rows.len() as f64, columns.len() as f64);
    let shortfall = |column: &Vec<R>| {
        let deviation = R::norm(column) / (n - 1.0).sqrt();
        (-R::norm(&[deviation, R::from(1e-2)]) + 1.0).relu()
    };
    let shortfalls: Vec<R> = columns.iter().map(shortfall).collect();
    let products = self_compared(Comparison::Product, &columns);
    let apart = products.indexed_iter().filter(|((d, e), _)| d != e);
    let shared: Vec<R> = apart.map(|(_, &product)| (product / (n - 1.0)).square()).collect();
    // The half is in the authors' code, not in their text.
    (R::mean(&shortfalls) * 0.5, R::sum(&shared) / width)
}

/// The same by hand: the penalties times their weights, and their derivative, which is added to `by`.
fn weighted_penalties(rows: &[&[f64]], [variance, covariance]: [f64; 2], by: &mut [f64]) -> f64 {
    let (n, width) = (rows.len(), rows[0].len());
    let columns = centred_columns(rows);
    let (freedom, share) = ((n - 1) as f64, 1.0 / width as f64);
    let mut by_columns = vec![0.0; columns.len()];
    let mut total = 0.0;
    if covariance != 0.0 {
        let mut shared = vec![0.0; width * width];
        gram(Matrix::new(&columns, n), &mut shared);
        let mut squares = 0.0;
        for (d, row) in shared.chunks_exact_mut(width).enumerate() {
            row[d] = 0.0;
            for (e, slot) in row.iter_mut().enumerate() {
                // Opposite infinities; the exact sum has a sign.
                if slot.is_nan() {
                    *slot = f64::dot(&columns[n * d..][..n], &columns[n * e..][..n]);
                }
                *slot /= freedom;
                squares += *slot * *slot;
                *slot *= 4.0 * covariance * share / freedom;
            }
        }
        total += covariance * squares * share;
        product(Matrix::new(&shared, width), Matrix::new(&columns, n), &mut by_columns);
    }
    if variance != 0.0 {
        let mut shortfalls = 0.0;
        for (column, by) in columns.chunks_exact(n).zip(by_columns.chunks_exact_mut(n)) {
            let deviation = f64::hypot(length(column) / freedom.sqrt(), 1e-2);
            if deviation < 1.0 {
                shortfalls += 1.0 - deviation;
                let slope = -0.5 * variance * share / (freedom * deviation);
                by.iter_mut().zip(column).for_each(|(by, x)| *by += slope * x);
            }
        }
        total += variance * shortfalls * share * 0.5;
    }
    add_by_columns(&by_columns, by, n);
    total
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

    const COST: Cost = Cost::on_tape("6·D·D+12·N·D").by_hand("D·D+6·N·D");

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

    fn value_and_gradient(input: &Inputs<f64>, params: &Params, gradient: &mut Gradient) -> f64 {
        let [invariance, variance, covariance] =
            ["invariance", "variance", "covariance"].map(|weight| params.get(weight));
        let [anchors, positives] = ["anchors", "positives"].map(|view| input.vector(view));
        let (by_anchors, by_positives) = gradient.reset(input).split_at_mut(anchors.len());
        let mut total = 0.0;
        if invariance != 0.0 {
            let weight = invariance / anchors.len() as f64;
            let slots = by_anchors.iter_mut().zip(by_positives.iter_mut());
            for ((by_a, by_p), (a, p)) in slots.zip(anchors.iter().zip(positives)) {
                total += weight * (a - p) * (a - p);
                *by_a = 2.0 * weight * (a - p);
                *by_p = -*by_a;
            }
        }
        for (view, by) in [("anchors", by_anchors), ("positives", by_positives)] {
            total += weighted_penalties(&input.rows(view), [variance, covariance], by);
        }
        total
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
