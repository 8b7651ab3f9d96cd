//! Neighbourhood components analysis: the chance that a neighbour picked by distance has the right label.

use super::LABELLED;
use super::distance::squares_above_least;
use super::similarity::{NORMALIZE, normalized};
use crate::cost::Cost;
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::kernel::Kernel;
use crate::pairing::{PairGroup, Pairing};
use crate::real::{Comparison, Real};
use crate::spec::{Family, Meaning, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Minus the logarithm of the probability that a stochastic neighbour has one's label.
pub struct Nca;

impl Kernel for Nca {
    const SPEC: &'static Spec = &Spec {
        id: "nca",
        title: "Neighbourhood components analysis",
        family: Family::Embeddings,
        inputs: LABELLED,
        params: &[
            Param::log(
                "scale",
                "s",
                1.0,
                (0.01, 50.0),
                "sharpness: high looks at the nearest neighbours only",
            ).means(Meaning::Sharpness),
            NORMALIZE,
        ],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Pairs;

    const COST: Cost = Cost::on_tape("6·N·N+3·N·D");

    const PROSE: &'static Prose = &Prose {
        summary: "Raises the chance that a sample would copy its own label from a neighbour, near ones being likelier.",
        formula: r"L=-\frac1{|A|}\sum_{i\in A}\log\sum_{j\in P_i}p_{ij},\qquad
            p_{ij}=\frac{e^{-\p{scale}d_{ij}^2}}{\sum_{k\ne i}e^{-\p{scale}d_{ik}^2}}",
        gradient: r"\frac{\partial L_i}{\partial(-\p{scale}d_{ij}^2)}=p_{ij}-[j\in P_i]\frac{p_{ij}}{\sum_{k\in P_i}p_{ik}}",
        source: Source {
            authors: "Goldberger, Roweis, Hinton, Salakhutdinov",
            year: 2004,
            title: "Neighbourhood Components Analysis",
            venue: "NIPS 2004",
        },
        papers: &[],
        aliases: &["NCA", "NCALoss", "stochastic nearest neighbours", "neighborhood components analysis"],
        facts: &[
            "As the scale tends to 0 it tends to the mean of log((N − 1)/number of positives).",
            "With a single class it is 0.",
            "An anchor without positives does not count.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::MetricLearning,
        call: "losses.NCALoss",
        arguments: &[
            Argument::same("scale", 1.0).called("softmax_scale"),
            Argument::choice(
                "normalize",
                &[
                    "distances.LpDistance(normalize_embeddings=False, power=2)",
                    "distances.LpDistance(power=2)",
                ],
                1.0,
            )
            .called("distance"),
        ],
        python: r#"
criterion = losses.NCALoss({})
loss = criterion(embeddings, labels)
"#,
        note: "Unit vectors by default. Anchors whose positives have no mass are left out of the mean.",
        departs: &[
            Departure::value(
                "len(set(labels.tolist())) == len(labels)",
                "Without a positive pair it gives NaN.",
            ),
            Departure::value(
                "scale * criterion.distance(embeddings).max() > 700",
                "Anchors whose positives have so little mass that it rounds to 0 are left out of the \
                    mean.",
            ),
            Departure::SHORT_EMBEDDINGS,
            Departure::NEAR_OF_MANY,
        ],
    }];

    fn pair_terms<R: Real>(pairing: &Pairing<'_, R>, params: &Params) -> Option<Vec<PairGroup<R>>> {
        let scale: R = params.real("scale");
        let relation = pairing.relation.distinct();
        let d = pairing.compared(|rows| normalized(rows, params), Comparison::Distance);
        let term = |i: usize| {
            let (own, others) = (relation.positives(i), relation.negatives(i));
            if own.is_empty() || others.is_empty() {
                return (!own.is_empty()).then(|| (i, R::zero()));
            }
            let d: Vec<R> = own.iter().chain(others).map(|&j| d[(i, j)]).collect();
            let logits: Vec<R> = squares_above_least(&d).into_iter().map(|square| square * -scale).collect();
            let (own, others) = logits.split_at(own.len());
            Some((i, (R::log_sum_exp(others) - R::log_sum_exp(own)).softplus()))
        };
        Some(vec![PairGroup::of_anchors((0..relation.anchors()).filter_map(term), false)])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::embeddings::pairs::positives;
    use crate::testing::{inputs, labelled, value};

    proptest! {
        #[test]
        fn without_scale_it_counts_positives(batch in labelled(7, 3)) {
            let labels = batch.labels("labels");
            let counts = (0..7).map(|i| positives(labels, i).len() as f64).filter(|&count| count > 0.0);
            let expected = f64::mean(&counts.map(|count| (6.0 / count).ln()).collect::<Vec<f64>>());
            let got = value(&Nca, &[("scale", 1e-9)], &batch);
            prop_assert!((got - expected).abs() < 1e-7, "{got} against {expected}");
        }

        #[test]
        fn a_single_class_is_always_right(batch in labelled(7, 3), scale in 0.01..50.0, raw in 0u8..2) {
            let arrays =
                [("embeddings", &[7, 3][..], batch.vector("embeddings")), ("labels", &[7], &[4.0; 7])];
            let given = [("scale", scale), ("normalize", f64::from(raw))];
            let got = value(&Nca, &given, &inputs(Nca::SPEC, &arrays));
            prop_assert!(got.abs() < 1e-12, "the loss is {got}");
        }
    }

    #[test]
    fn a_lonely_sample_does_not_count() {
        let arrays = [("embeddings", &[2, 1][..], &[1.0, -1.0][..]), ("labels", &[2], &[0.0, 1.0])];
        assert_eq!(value(&Nca, &[], &inputs(Nca::SPEC, &arrays)), 0.0);
    }
}
