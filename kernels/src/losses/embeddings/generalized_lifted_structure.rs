//! Generalised lifted structure loss: batch-hard triplets with smooth maxima.

use super::LABELLED;
use super::distance::Distance;
use super::lifted_structure::PARAMS;
use crate::cost::Cost;
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::kernel::Kernel;
use crate::pairing::{PairGroup, Pairing};
use crate::real::Real;
use crate::spec::{Family, Params, Prose, Slope, Source, Spec, Terms};

/// A hinge an anchor on its smooth farthest positive and its smooth nearest negative.
pub struct GeneralizedLiftedStructure;

/// `log Σ e^x`, and 0 for nothing to sum.
fn log_sum_exp_or_0<R: Real>(x: Vec<R>) -> R {
    if x.is_empty() { R::zero() } else { R::log_sum_exp(&x) }
}

impl Kernel for GeneralizedLiftedStructure {
    const SPEC: &'static Spec = &Spec {
        id: "generalized-lifted-structure",
        title: "Generalised lifted structure loss",
        family: Family::Embeddings,
        inputs: LABELLED,
        params: PARAMS,
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Pairs;

    const COST: Cost = Cost::on_tape("3·N·N+3·N·D");

    const PROSE: &'static Prose = &Prose {
        summary: "Softens batch-hard mining: all positives and negatives of an anchor take part, the hardest the most.",
        formula: r"L=\frac1N\sum_i\Big[\log\sum_{j\in P_i}e^{d_{ij}-\p{pos_margin}}+\log\sum_{k\in N_i}e^{\p{neg_margin}-d_{ik}}\Big]_+",
        gradient: "",
        source: Source {
            authors: "Hermans, Beyer, Leibe",
            year: 2017,
            title: "In Defense of the Triplet Loss for Person Re-Identification",
            venue: "arXiv 1703.07737",
        },
        papers: &[],
        aliases: &["generalized lifted structure", "GeneralizedLiftedStructureLoss", "soft batch-hard"],
        facts: &[
            "With one positive and one negative it is a triplet loss whose margin is the difference of the two.",
            "An anchor without positives still pushes its negatives.",
            "It is never below the batch-hard triplet loss with that margin, averaged over all anchors.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::MetricLearning,
        call: "losses.GeneralizedLiftedStructureLoss",
        arguments: &[
            Argument::same("neg_margin", 1.0),
            Argument::same("pos_margin", 0.0),
            Argument::choice(
                "distance",
                &["distances.LpDistance()", "distances.LpDistance(normalize_embeddings=False)"],
                0.0,
            ),
        ],
        python: "loss = losses.GeneralizedLiftedStructureLoss({})(embeddings, labels)",
        note: "Anchors without a positive still count their push, and the mean is over all anchors.",
        departs: &[Departure::SHORT_EMBEDDINGS, Departure::NEAR_OF_MANY],
    }];

    fn pair_terms<R: Real>(pairing: &Pairing<'_, R>, params: &Params) -> Option<Vec<PairGroup<R>>> {
        let (far, near): (R, R) = (params.real("neg_margin"), params.real("pos_margin"));
        let distance = Distance::chosen(params);
        let (d, relation) = (distance.of_pairs(pairing), pairing.relation.distinct());
        let term = |i| {
            let pull = relation.positives(i).iter().map(|&j| d[(i, j)] - near).collect();
            let push = relation.negatives(i).iter().map(|&k| -d[(i, k)] + far).collect();
            (i, (log_sum_exp_or_0(pull) + log_sum_exp_or_0(push)).relu())
        };
        Some(vec![PairGroup::of_anchors((0..relation.anchors()).map(term), false)])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::embeddings::triplet_margin::batch_hard;
    use crate::testing::{inputs, labelled, value};

    proptest! {
        #[test]
        fn one_of_a_kind_makes_triplets_and_lonely_samples_push(
            rows in prop::collection::vec(-2.0..2.0f64, 6),
            (neg_margin, pos_margin) in (0.0..3.0f64, 0.0..1.0f64),
        ) {
            let d = |i: usize, j: usize| (rows[2 * i] - rows[2 * j]).hypot(rows[2 * i + 1] - rows[2 * j + 1]);
            let lonely = (neg_margin - d(2, 0)).exp() + (neg_margin - d(2, 1)).exp();
            let triplet = |a, p| d(a, p) - d(a, 2) + neg_margin - pos_margin;
            let terms = [triplet(0, 1), triplet(1, 0), lonely.ln()].map(|term: f64| term.max(0.0));
            let arrays = [("embeddings", &[3, 2][..], &rows[..]), ("labels", &[3], &[0.0, 0.0, 1.0])];
            let batch = inputs(GeneralizedLiftedStructure::SPEC, &arrays);
            let given = [("neg_margin", neg_margin), ("pos_margin", pos_margin), ("distance", 1.0)];
            let got = value(&GeneralizedLiftedStructure, &given, &batch);
            prop_assert!((got - f64::mean(&terms)).abs() < 1e-12, "{got} against {terms:?}");
        }

        #[test]
        fn it_lies_above_batch_hard(batch in labelled(8, 2), neg_margin in 0.0..3.0f64) {
            let labels = batch.labels("labels");
            let rows = Distance::Euclidean.prepare(&batch.rows("embeddings"));
            let d = |i: usize, j: usize| Distance::Euclidean.between(&rows[i], &rows[j]);
            let hinge = |(a, p, n)| f64::max(d(a, p) - d(a, n) + neg_margin, 0.0);
            let hard = batch_hard(labels, d).into_iter().map(hinge).sum::<f64>() / 8.0;
            let got = value(&GeneralizedLiftedStructure, &[("neg_margin", neg_margin)], &batch);
            prop_assert!(got >= hard - 1e-12, "{got} below batch-hard {hard}");
        }
    }
}
