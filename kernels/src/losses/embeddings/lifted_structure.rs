//! Lifted structured loss: every positive pair against the negatives of both of its ends.

use super::LABELLED;
use super::distance::Distance;
use super::pairs::{negatives, pairs};
use crate::cost::Cost;
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Domain, Family, Param, Params, Prose, Slope, Source, Spec};

/// Squared hinge on a positive distance plus a smooth nearest negative of either end.
pub struct LiftedStructure;

/// The parameters of both lifted losses.
pub(super) const PARAMS: &[Param] = &[
    Param::linear("neg_margin", "m_-", 1.0, (0.0, 5.0), "how far negatives should be").within(Domain::Any),
    Param::linear("pos_margin", "m_+", 0.0, (0.0, 2.0), "distance that positives may keep")
        .within(Domain::Any),
    Distance::LENGTHS,
];

impl Kernel for LiftedStructure {
    const SPEC: &'static Spec = &Spec {
        id: "lifted-structure",
        title: "Lifted structured loss",
        family: Family::Embeddings,
        inputs: LABELLED,
        params: PARAMS,
        slope: Slope::Exact,
    };

    const COST: Cost = Cost::on_tape("3·N·N+3·N·D");

    const PROSE: &'static Prose = &Prose {
        summary: "Uses all pairs of a batch: each positive pair competes with every negative of its two samples, the nearest above all.",
        formula: r"L=\frac1{|\mathcal P|}\sum_{(i,j)\in\mathcal P}\tfrac12\Big[\log\Big(\sum_{k\in N_i}e^{\p{neg_margin}-d_{ik}}
            +\sum_{k\in N_j}e^{\p{neg_margin}-d_{jk}}\Big)+d_{ij}-\p{pos_margin}\Big]_+^2",
        gradient: "",
        source: Source {
            authors: "Oh Song, Xiang, Jegelka, Savarese",
            year: 2016,
            title: "Deep Metric Learning via Lifted Structured Feature Embedding",
            venue: "CVPR 2016, arXiv 1511.06452",
        },
        papers: &[],
        aliases: &["lifted structured embedding", "LiftedStructureLoss", "lifted_struct_loss"],
        facts: &[
            "Another negative never lowers it.",
            "When all vectors are equal it is half the squared hinge of the difference of the margins plus the logarithm of the number of negatives.",
            "Without negatives it is 0.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::MetricLearning,
        call: "losses.LiftedStructureLoss",
        arguments: &[
            Argument::same("neg_margin", 1.0),
            Argument::same("pos_margin", 0.0),
            Argument::choice(
                "distance",
                &["distances.LpDistance()", "distances.LpDistance(normalize_embeddings=False)"],
                0.0,
            ),
        ],
        python: "loss = losses.LiftedStructureLoss({})(embeddings, labels)",
        note: "Unit vectors where the paper has raw ones; the mean over ordered pairs is already halved.",
        departs: &[Departure::SHORT_EMBEDDINGS, Departure::NEAR_OF_MANY],
    }];

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        let (far, near): (R, R) = (params.real("neg_margin"), params.real("pos_margin"));
        let distance = Distance::chosen(params);
        let labels = input.labels("labels");
        let d = distance.matrix(&input.rows("embeddings"));
        // Shared by all pairs of one end.
        let against = |end: usize| {
            let negatives = negatives(labels, end).into_iter().map(|k| -d[(end, k)] + far);
            R::log_sum_exp(&negatives.collect::<Vec<R>>())
        };
        let against: Vec<R> = (0..labels.len()).map(against).collect();
        let term = |(i, j)| {
            let against = R::log_sum_exp(&[against[i], against[j]]);
            (against + d[(i, j)] - near).relu().square() * 0.5
        };
        let terms: Vec<R> = pairs(labels.len()).filter(|&(i, j)| labels[i] == labels[j]).map(term).collect();
        R::mean(&terms)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{inputs, labelled, value};

    proptest! {
        #[test]
        fn another_negative_never_lowers_it(batch in labelled(7, 2), margin in -2.0..5.0) {
            let of = |n: usize| {
                // The last sample alone has its label: it makes no positive pair.
                let mut labels: Vec<f64> = batch.labels("labels").iter().map(|&l| l as f64).collect();
                labels[6] = 9.0;
                let arrays = [
                    ("embeddings", &[n, 2][..], &batch.vector("embeddings")[..2 * n]),
                    ("labels", &[n], &labels[..n]),
                ];
                value(&LiftedStructure, &[("neg_margin", margin)], &inputs(LiftedStructure::SPEC, &arrays))
            };
            prop_assert!(of(6) <= of(7) + 1e-12);
        }

        #[test]
        fn equal_vectors_count_the_negatives(
            x in 0.1..2.0,
            (neg_margin, pos_margin) in (-3.0..3.0, 0.0..2.0f64),
            distance in 0u8..2,
        ) {
            let arrays = [("embeddings", &[5, 1][..], &[x; 5][..]), ("labels", &[5], &[0.0, 0.0, 1.0, 2.0, 3.0])];
            let given = [("neg_margin", neg_margin), ("pos_margin", pos_margin), ("distance", f64::from(distance))];
            let got = value(&LiftedStructure, &given, &inputs(LiftedStructure::SPEC, &arrays));
            let hinge = (neg_margin - pos_margin + 6f64.ln()).max(0.0);
            prop_assert!((got - 0.5 * hinge * hinge).abs() < 1e-12, "three negatives an end: {got}");
        }

        #[test]
        fn without_negatives_or_with_none_near_it_is_0(batch in labelled(7, 2)) {
            prop_assert_eq!(value(&LiftedStructure, &[("neg_margin", -100.0)], &batch), 0.0);
            let arrays =
                [("embeddings", &[7, 2][..], batch.vector("embeddings")), ("labels", &[7], &[1.0; 7])];
            prop_assert_eq!(value(&LiftedStructure, &[], &inputs(LiftedStructure::SPEC, &arrays)), 0.0);
        }
    }
}
