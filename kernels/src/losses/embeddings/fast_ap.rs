//! FastAP: average precision read off histograms of distances.

use super::LABELLED;
use super::distance::Distance;
use super::pairs::{negatives, positives};
use super::soft_histogram::{bins, cumulative, soft_histogram};
use crate::cost::Cost;
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Params, Prose, Slope, Source, Spec};

/// One minus the average precision of every anchor, over binned distances.
pub struct FastAp;

/// Squared distances of unit vectors.
const RANGE: (f64, f64) = (0.0, 4.0);

impl Kernel for FastAp {
    const SPEC: &'static Spec = &Spec {
        id: "fast-ap",
        title: "FastAP",
        family: Family::Embeddings,
        inputs: LABELLED,
        params: &[bins(10.0, (2.0, 50.0))],
        slope: Slope::Exact,
    };

    const COST: Cost = Cost::on_tape("10·N·N+6·N·bins+3·N·D");

    const PROSE: &'static Prose = &Prose {
        summary: "Optimises retrieval itself: the precision of the ranking that each sample makes of the others, smoothed by bins.",
        formula: r"L=1-\frac1{|A|}\sum_{i\in A}\frac1{|P_i|}\sum_b\frac{h_b^+H_b^+}{H_b},\qquad
            H_b=\sum_{c\le b}h_c,\quad\p{bins}\text{ bins of }\lVert\hat x_i-\hat x_j\rVert^2",
        gradient: "",
        source: Source {
            authors: "Cakir, He, Xia, Kulis, Sclaroff",
            year: 2019,
            title: "Deep Metric Learning to Rank",
            venue: "CVPR 2019",
        },
        papers: &[],
        aliases: &["FastAPLoss", "average precision loss", "learning to rank"],
        facts: &[
            "It lies between 0 and 1.",
            "With a single class every ranking is perfect: 0.",
            "A positive in the bin of a negative costs something, whichever comes first.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::MetricLearning,
        call: "losses.FastAPLoss",
        arguments: &[Argument::same("bins", 10.0).called("num_bins")],
        python: "loss = losses.FastAPLoss({})(embeddings, labels)",
        note: "Averages over the anchors that have a positive.",
        departs: &[Departure::SHORT_EMBEDDINGS],
    }];

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        let bins = params.whole("bins");
        let labels = input.labels("labels");
        let d = Distance::SquaredEuclidean.matrix(&input.rows("embeddings"));
        let histogram = |i: usize, of: &[usize]| {
            soft_histogram(&of.iter().map(|&j| d[(i, j)]).collect::<Vec<R>>(), RANGE, bins)
        };
        let term = |i: usize| {
            let own = positives(labels, i);
            if own.is_empty() {
                return None;
            }
            let right = histogram(i, &own);
            let wrong = histogram(i, &negatives(labels, i));
            let (right_so_far, wrong_so_far) = (cumulative(&right), cumulative(&wrong));
            // 1 minus a precision is the share that is wrong: a bin that is empty may still fill, so only where nothing
            // is so near is there no share.
            let waste = |b: usize| {
                let so_far = right_so_far[b] + wrong_so_far[b];
                if so_far.value() == 0.0 { R::zero() } else { right[b] * wrong_so_far[b] / so_far }
            };
            let wasted: Vec<R> = (0..=bins).map(waste).collect();
            Some(R::sum(&wasted) / own.len() as f64)
        };
        let terms: Vec<R> = (0..labels.len()).filter_map(term).collect();
        R::mean(&terms)
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use proptest::prelude::*;

    use super::*;
    use crate::testing::{gradient, inputs, labelled, value};

    proptest! {
        #[test]
        fn it_is_a_loss_of_precision(batch in labelled(8, 3), bins in 1u16..50) {
            let got = value(&FastAp, &[("bins", f64::from(bins))], &batch);
            prop_assert!((0.0..1.0).contains(&got), "the loss is {got}");
        }

        #[test]
        fn a_single_class_is_ranked_perfectly(batch in labelled(8, 3), bins in 1u16..50) {
            let arrays =
                [("embeddings", &[8, 3][..], batch.vector("embeddings")), ("labels", &[8], &[3.0; 8])];
            let (batch, bins) = (inputs(FastAp::SPEC, &arrays), [("bins", f64::from(bins))]);
            prop_assert_eq!(value(&FastAp, &bins, &batch), 0.0);
            prop_assert!(gradient(&FastAp, &bins, &batch).iter().all(|g| *g == 0.0), "perfect, yet it pulls");
        }

        #[test]
        fn on_the_edge_of_a_bin_it_moves_on_as_within_the_next(turn in 0.0..TAU, other in 0.1..3.0f64, bins in 1usize..50, edge in 0usize..50) {
            // Two of a kind whose distance is on the edge of a bin, and one of another somewhere.
            let bins = bins.max(edge % 50);
            let angle = (1.0 - 2.0 * (edge.min(bins) as f64) / bins as f64).acos();
            // Where the two others are as far as each other the pull changes within a step.
            prop_assume!((other - angle).abs() > 0.05);
            let at = |angle: f64| [(turn + angle).cos(), (turn + angle).sin()];
            let batch = |more: f64| {
                let points = [at(0.0), at(angle + more), at(-other)].concat();
                inputs(FastAp::SPEC, &[("embeddings", &[3, 2][..], &points[..]), ("labels", &[3], &[0.0, 0.0, 1.0])])
            };
            let bins = [("bins", bins as f64)];
            let near = |more: f64| gradient(&FastAp, &bins, &batch(more));
            let (below, on, above) = (near(-1e-7), near(0.0), near(1e-7));
            for ((below, on), above) in below.into_iter().zip(on).zip(above) {
                let (low, high) = (below.min(above), below.max(above));
                let room = 1e-4 * (1.0 + low.abs().max(high.abs()));
                prop_assert!((low - room..=high + room).contains(&on), "{on} on the edge, {below} and {above} beside it");
            }
        }
    }

    #[test]
    fn an_orthogonal_pair_of_one_class_is_left_alone() {
        for bins in [1.0, 2.0, 10.0, 50.0] {
            let arrays = [("embeddings", &[2, 2][..], &[1.0, 0.0, 0.0, 1.0][..]), ("labels", &[2], &[0.0, 0.0])];
            let batch = inputs(FastAp::SPEC, &arrays);
            assert_eq!(value(&FastAp, &[("bins", bins)], &batch), 0.0);
            assert_eq!(gradient(&FastAp, &[("bins", bins)], &batch), [0.0; 4], "the pair is pulled with {bins} bins");
        }
    }

    #[test]
    fn sharing_a_bin_costs_and_being_ahead_by_a_bin_does_not() {
        // Two of a kind side by side, and one of another opposite to them or among them.
        let of = |x: f64, y: f64| {
            let arrays = [
                ("embeddings", &[3, 2][..], &[1.0, 0.0, 1.0, 0.1, x, y][..]),
                ("labels", &[3], &[0.0, 0.0, 1.0]),
            ];
            value(&FastAp, &[], &inputs(FastAp::SPEC, &arrays))
        };
        assert!(of(-1.0, 0.0).abs() < 1e-12, "a negative far away costs {}", of(-1.0, 0.0));
        assert!(of(1.0, 0.05) > 0.3, "a negative between the two costs {}", of(1.0, 0.05));
    }
}
