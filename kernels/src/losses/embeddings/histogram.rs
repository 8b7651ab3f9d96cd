//! Histogram loss: how likely a negative pair is more similar than a positive one.

use super::LABELLED;
use super::pairs::{negatives, pairs, positives};
use super::similarity::self_cosines;
use super::soft_histogram::{bins, cumulative, soft_histogram};
use crate::cost::Cost;
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Params, Prose, Slope, Source, Spec};

/// Overlap of the histograms of positive and of negative similarities.
pub struct Histogram;

impl Kernel for Histogram {
    const SPEC: &'static Spec = &Spec {
        id: "histogram",
        title: "Histogram loss",
        family: Family::Embeddings,
        inputs: LABELLED,
        params: &[bins(100.0, (2.0, 200.0))],
        slope: Slope::Exact,
    };

    const COST: Cost = Cost::on_tape("4·N·N+8·bins+3·N·D");

    const PROSE: &'static Prose = &Prose {
        summary: "Separates two distributions instead of single pairs, and has no margin to tune.",
        formula: r"L=\sum_rh^-_r\sum_{q\le r}h^+_q,\qquad h^\pm:\ \p{bins}\text{ cells over }[-1,1]",
        gradient: r"\frac{\partial h_r}{\partial s}=\pm\frac{\p{bins}}{2\,|\text{pairs}|}\quad\text{at the nodes on either side of }s",
        source: Source {
            authors: "Ustinova, Lempitsky",
            year: 2016,
            title: "Learning Deep Embeddings with Histogram Loss",
            venue: "NIPS 2016, arXiv 1611.00822",
        },
        papers: &[],
        aliases: &["HistogramLoss"],
        facts: &[
            "It is a probability, between 0 and 1.",
            "It is 0 where every positive pair is more similar than every negative one by two cells, and 1 the other way round.",
            "Without a positive or without a negative pair it is 0.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::MetricLearning,
        call: "losses.HistogramLoss",
        arguments: &[Argument::same("bins", 100.0).called("n_bins")],
        python: r#"
loss = losses.HistogramLoss({})(embeddings, labels)
"#,
        note: "It finds the bins in 32-bit numbers: a similarity on the edge of a bin may fall into its \
                neighbour.",
        departs: &[
            Departure::refusal(
                "(torch.nn.functional.normalize(embeddings) @ \
                    torch.nn.functional.normalize(embeddings).T).fill_diagonal_(0).max() > 1 - 1e-6",
                "It ends with an error where two vectors point the same way.",
            ),
            Departure::SHORT_EMBEDDINGS,
        ],
    }];

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        let bins = params.whole("bins");
        let labels = input.labels("labels");
        let s = self_cosines(&input.rows("embeddings"));
        // A pair counts if one of its ends has both a positive and a negative.
        let is_anchor: Vec<bool> = (0..labels.len())
            .map(|i| !positives(labels, i).is_empty() && !negatives(labels, i).is_empty())
            .collect();
        let histogram = |same: bool| {
            let kind = pairs(labels.len())
                .filter(|&(i, j)| (labels[i] == labels[j]) == same && (is_anchor[i] || is_anchor[j]));
            let s: Vec<R> = kind.map(|pair| s[pair]).collect();
            let share = (!s.is_empty()).then(|| 1.0 / s.len() as f64)?;
            Some(soft_histogram(&s, (-1.0, 1.0), bins).into_iter().map(|h| h * share).collect::<Vec<R>>())
        };
        match (histogram(true), histogram(false)) {
            (Some(positive), Some(negative)) => R::dot(&negative, &cumulative(&positive)),
            _ => R::zero(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{inputs, labelled, value};

    proptest! {
        #[test]
        fn it_is_a_probability(batch in labelled(8, 3), bins in 1u16..200) {
            let got = value(&Histogram, &[("bins", f64::from(bins))], &batch);
            prop_assert!((-1e-12..=1.0 + 1e-12).contains(&got), "the loss is {got}");
        }

        #[test]
        fn without_pairs_of_both_kinds_it_is_0(batch in labelled(5, 3), same in prop::bool::ANY) {
            let labels = if same { [2.0; 5] } else { [0.0, 1.0, 2.0, 3.0, 4.0] };
            let arrays = [("embeddings", &[5, 3][..], batch.vector("embeddings")), ("labels", &[5], &labels)];
            prop_assert_eq!(value(&Histogram, &[], &inputs(Histogram::SPEC, &arrays)), 0.0);
        }
    }

    #[test]
    fn separated_kinds_cost_nothing_and_reversed_ones_everything() {
        let of = |labels: &[f64; 4]| {
            let places = [1.0, 0.0, 1.0, 0.1, -1.0, 0.0, -1.0, 0.1];
            let arrays = [("embeddings", &[4, 2][..], &places[..]), ("labels", &[4], labels)];
            value(&Histogram, &[("bins", 20.0)], &inputs(Histogram::SPEC, &arrays))
        };
        assert!(of(&[0.0, 0.0, 1.0, 1.0]).abs() < 1e-12);
        // The one positive pair is opposite: no negative pair is less similar.
        let got = of(&[0.0, 1.0, 0.0, 2.0]);
        assert!((got - 1.0).abs() < 1e-12, "opposite positives cost {got}");
    }
}
