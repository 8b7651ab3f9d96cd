//! Smooth-AP: average precision with sigmoids in place of the comparisons that make a ranking.

use super::LABELLED;
use super::similarity::self_cosines;
use crate::cost::Cost;
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Meaning, Param, Params, Prose, Slope, Source, Spec, Terms};

/// One minus the average precision of every sample as a query that finds itself first.
pub struct SmoothAp;

impl Kernel for SmoothAp {
    const SPEC: &'static Spec = &Spec {
        id: "smooth-ap",
        title: "Smooth-AP",
        family: Family::Embeddings,
        inputs: LABELLED,
        params: &[Param::log(
            "temperature",
            r"\tau",
            0.01,
            (0.005, 50.0),
            "width of a comparison: low is exact but gives a gradient only to near ties",
        ).means(Meaning::Temperature)],
        slope: Slope::Exact,
    };

    const COST: Cost = Cost::on_tape("7·N·alike+N·N+3·N·D");

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Optimises the average precision of retrieval by counting, softly, how many samples rank above each right one.",
        formula: r"L=\frac1N\sum_i\Big[1-\frac1{|\bar P_i|}\sum_{j\in\bar P_i}\frac{R_{ij}(\bar P_i)}{R_{ij}(\text{all})}\Big],\qquad
            R_{ij}(\mathcal S)=1+\sum_{k\in\mathcal S,\,k\ne j}\sigma\Big(\frac{s_{ik}-s_{ij}}{\p{temperature}}\Big),\quad \bar P_i=P_i\cup\{i\}",
        gradient: "",
        source: Source {
            authors: "Brown, Xie, Kalogeiton, Zisserman",
            year: 2020,
            title: "Smooth-AP: Smoothing the Path Towards Large-Scale Image Retrieval",
            venue: "ECCV 2020, arXiv 2007.12163",
        },
        papers: &[],
        aliases: &["SmoothAPLoss", "smooth average precision", "retrieval loss"],
        facts: &[
            "At low temperature it is 1 minus the mean average precision, every query being its own first hit.",
            "At high temperature only class sizes count: 1 − (m + 1)/(N + 1) for classes of m.",
            "With a single class it is 0.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::MetricLearning,
        call: "losses.SmoothAPLoss",
        arguments: &[Argument::same("temperature", 0.01)],
        python: r#"
loss = losses.SmoothAPLoss({})(embeddings, labels)
"#,
        note: "With 3 classes of 2 it computes something else, without a word.",
        departs: &[
            Departure::refusal(
                "labels.tolist() != sorted(labels.tolist()) or any(n * n != len(labels) for n in \
                    labels.unique(return_counts=True)[1])",
                "It is right only for batches sorted into classes that have as many members as there \
                    are classes.",
            ),
            Departure::SHORT_EMBEDDINGS,
        ],
    }];

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let temperature: R = params.real("temperature");
        let labels = input.labels("labels");
        let n = labels.len();
        let s = self_cosines(&input.rows("embeddings"));
        let term = |i: usize| {
            let own: Vec<usize> = (0..n).filter(|&j| labels[j] == labels[i]).collect();
            // 1 minus the precision: the share of the rank that samples of other labels take.
            let waste = |&j: &usize| {
                // How much sample k ranks above sample j.
                let above = |k: usize| ((s[(i, k)] - s[(i, j)]) / temperature).sigmoid();
                let (mut wrong, mut rank) = (R::zero(), R::one());
                for k in (0..n).filter(|&k| k != j) {
                    let above = above(k);
                    rank += above;
                    if labels[k] != labels[i] {
                        wrong += above;
                    }
                }
                wrong / rank
            };
            R::mean(&own.iter().map(waste).collect::<Vec<R>>())
        };
        Some((0..n).map(term).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{inputs, labelled, value};

    /// 1 minus the mean average precision, every query among its own hits.
    fn exact(batch: &Inputs<f64>) -> f64 {
        let labels = batch.labels("labels");
        let n = labels.len();
        let s = self_cosines(&batch.rows("embeddings"));
        let average_precision = |i: usize| {
            let mut ranked: Vec<usize> = (0..n).collect();
            ranked.sort_by(|&j, &k| s[(i, k)].total_cmp(&s[(i, j)]));
            let hits = ranked.iter().enumerate().filter(|&(_, &j)| labels[j] == labels[i]);
            let precisions: Vec<f64> =
                hits.enumerate().map(|(found, (rank, _))| (found + 1) as f64 / (rank + 1) as f64).collect();
            f64::mean(&precisions)
        };
        1.0 - (0..n).map(average_precision).sum::<f64>() / n as f64
    }

    proptest! {
        #[test]
        fn low_temperature_is_exact(batch in labelled(8, 3)) {
            let (got, expected) = (value(&SmoothAp, &[("temperature", 1e-9)], &batch), exact(&batch));
            prop_assert!((got - expected).abs() < 1e-6, "{got}, the ranking says {expected}");
        }

        #[test]
        fn high_temperature_counts_classes(batch in labelled(8, 3)) {
            let arrays = [
                ("embeddings", &[8, 3][..], batch.vector("embeddings")),
                ("labels", &[8], &[0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0]),
            ];
            let got = value(&SmoothAp, &[("temperature", 1e9)], &inputs(SmoothAp::SPEC, &arrays));
            prop_assert!((got - (1.0 - 5.0 / 9.0)).abs() < 1e-8, "classes of four among eight cost {got}");
        }

        #[test]
        fn a_single_class_is_ranked_perfectly(batch in labelled(8, 3), tau in 0.005..50.0) {
            let arrays =
                [("embeddings", &[8, 3][..], batch.vector("embeddings")), ("labels", &[8], &[3.0; 8])];
            prop_assert_eq!(value(&SmoothAp, &[("temperature", tau)], &inputs(SmoothAp::SPEC, &arrays)), 0.0);
        }
    }
}
