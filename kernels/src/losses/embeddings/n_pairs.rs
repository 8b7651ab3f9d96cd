//! N-pair loss: one pair a class, each anchor picks its positive among those of all classes.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::LABELLED;
use super::similarity::{NORMALIZE, normalized, products};
use crate::cost::Cost;
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec};

/// Softmax of inner products over one positive a class, and a penalty on length.
pub struct NPairs;

/// The first two samples of every class that has two, by ascending label.
fn first_pairs(labels: &[i64]) -> Vec<(usize, usize)> {
    let mut members: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (i, &label) in labels.iter().enumerate() {
        members.entry(label).or_default().push(i);
    }
    members.into_values().filter(|of| of.len() > 1).map(|of| (of[0], of[1])).collect()
}

impl Kernel for NPairs {
    const SPEC: &'static Spec = &Spec {
        id: "n-pairs",
        title: "N-pair loss",
        family: Family::Embeddings,
        inputs: LABELLED,
        params: &[
            NORMALIZE,
            Param::linear("l2", r"\lambda", 0.0, (0.0, 1.0), "penalty on the squared length of the vectors"),
        ],
        slope: Slope::Exact,
    };

    const COST: Cost = Cost::on_tape("2·groups·groups·D+4·entries");

    const PROSE: &'static Prose = &Prose {
        summary: "Compares each anchor with one positive and with the positives of all other classes at once.",
        formula: r"L=-\frac1C\sum_c\log\frac{e^{a_c\cdot p_c}}{\sum_{c'}e^{a_c\cdot p_{c'}}}
            +\frac{\p{l2}}{4C}\sum_c\big(\lVert a_c\rVert^2+\lVert p_c\rVert^2\big)",
        gradient: "",
        source: Source {
            authors: "Sohn",
            year: 2016,
            title: "Improved Deep Metric Learning with Multi-class N-pair Loss Objective",
            venue: "NIPS 2016",
        },
        papers: &[],
        aliases: &["multi-class N-pair loss", "NPairsLoss", "npairs_loss", "N-pairs"],
        facts: &[
            "There is no temperature: unit vectors cannot get below log(1 + (C − 1)e^(−2)), 0.2395 for three classes.",
            "With one pair there is nothing to tell apart: 0.",
            "Only the first two samples of a class are used.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::MetricLearning,
        call: "losses.NPairsLoss",
        arguments: &[
            Argument::choice(
                "normalize",
                &[
                    "distances.DotProductSimilarity(normalize_embeddings=False)",
                    "distances.DotProductSimilarity()",
                ],
                1.0,
            )
            .called("distance"),
            Argument::lacking("l2", 0.0),
        ],
        python: "loss = losses.NPairsLoss({})(embeddings, labels)",
        note: "Normalises the vectors, which the paper does not, and has no temperature to make up for it: the loss \
                cannot come near 0.",
        departs: &[Departure::SHORT_EMBEDDINGS],
    }];

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        let raw = input.rows("embeddings");
        let rows = normalized(&raw, params);
        let pairs = first_pairs(input.labels("labels"));
        let positives: Vec<Cow<'_, [R]>> = pairs.iter().map(|&(_, positive)| rows[positive].clone()).collect();
        let term = |(own, &(anchor, _)): (usize, &(usize, usize))| {
            R::surprise(&products(&rows[anchor], &positives, own), own)
        };
        let terms: Vec<R> = pairs.iter().enumerate().map(term).collect();
        let squared = |i: usize| R::dot(raw[i], raw[i]);
        let lengths: Vec<R> = pairs.iter().map(|&(a, p)| squared(a) + squared(p)).collect();
        R::mean(&terms) + R::mean(&lengths).weighted(params.real::<R>("l2") * 0.25)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{gradient, inputs, labelled, value};

    proptest! {
        #[test]
        fn unit_vectors_have_a_floor_and_a_ceiling(batch in labelled(9, 3)) {
            let classes = first_pairs(batch.labels("labels")).len() as f64;
            let bound = |e: f64| ((classes - 1.0) * e.exp()).ln_1p();
            let got = value(&NPairs, &[], &batch);
            prop_assert!((bound(-2.0) - 1e-12..=bound(2.0) + 1e-12).contains(&got), "the loss is {got}");
        }

        #[test]
        fn later_samples_of_a_class_are_left_alone(batch in labelled(9, 3), l2 in 0.0..1.0) {
            let used: Vec<usize> =
                first_pairs(batch.labels("labels")).into_iter().flat_map(|(a, p)| [a, p]).collect();
            let g = gradient(&NPairs, &[("l2", l2)], &batch);
            for i in (0..9).filter(|i| !used.contains(i)) {
                prop_assert_eq!(&g[3 * i..3 * i + 3], &[0.0; 3], "sample {} is pushed", i);
            }
        }
    }

    fn of(rows: &[f64], labels: &[f64]) -> f64 {
        let arrays = [
            ("embeddings", &[labels.len(), rows.len() / labels.len()][..], rows),
            ("labels", &[labels.len()], labels),
        ];
        value(&NPairs, &[], &inputs(NPairs::SPEC, &arrays))
    }

    #[test]
    fn opposed_classes_reach_the_floor() {
        let got = of(&[1.0, 1.0, -1.0, -1.0], &[0.0, 0.0, 1.0, 1.0]);
        assert!((got - (-2f64).exp().ln_1p()).abs() < 1e-15, "two opposite classes cost {got}");
        let floor_of_three: f64 = (2.0 * (-2f64).exp()).ln_1p();
        assert!((floor_of_three - 0.2395).abs() < 1e-4);
    }

    #[test]
    fn one_pair_or_none_costs_nothing() {
        assert_eq!(of(&[1.0, 2.0, 3.0], &[0.0, 0.0, 1.0]), 0.0);
        assert_eq!(of(&[1.0, 2.0, 3.0], &[0.0, 1.0, 2.0]), 0.0);
    }
}
