//! Contrastive loss: pairs of one label come closer, pairs of different labels move apart up to a margin.

use super::LABELLED;
use super::distance::Distance;
use super::moving::Rest;
use super::pairs::{Groups, pairs};
use super::reduction::{REDUCTION, is_of_positive};
use crate::cost::Cost;
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::{Kernel, Moving};
use crate::pairing::{PairGroup, Pairing};
use crate::real::Real;
use crate::spec::{Domain, Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// A hinge on the distance of every pair: from above for one label, from below for different labels.
pub struct Contrastive;

impl Kernel for Contrastive {
    const SPEC: &'static Spec = &Spec {
        id: "contrastive",
        title: "Contrastive loss",
        family: Family::Embeddings,
        inputs: LABELLED,
        params: &[
            Param::linear("pos_margin", "m_+", 0.0, (0.0, 2.0), "distance that a pair of one label may keep")
                .within(Domain::Any),
            Param::linear("neg_margin", "m_-", 1.0, (0.0, 2.0), "distance that different labels must keep")
                .within(Domain::Any),
            Distance::UNSQUARED,
            Param::numbers(
                "power",
                "p",
                1.0,
                &[(1.0, "linear"), (2.0, "squared")],
                "how a violation counts: squared spares the small ones",
            ),
            REDUCTION,
            Param::numbers(
                "averaging",
                "",
                0.0,
                &[(0.0, "each kind of pair"), (1.0, "all pairs"), (2.0, "all pairs, halved")],
                "what one mean is taken over",
            )
            .option(),
        ],
        slope: Slope::Exact,
    };

    const COST: Cost = Cost::on_tape("N·N+3·N·D");

    const TERMS: Terms = Terms::Pairs;

    const PROSE: &'static Prose = &Prose {
        summary: "Draws pairs of one label together and pushes other pairs apart until a margin is reached.",
        formula: r"L=\operatorname*{avg}_{(i,j)\in\mathcal P}\big[d_{ij}-\p{pos_margin}\big]_+^{\p{power}}
            +\operatorname*{avg}_{(i,j)\in\mathcal N}\big[\p{neg_margin}-d_{ij}\big]_+^{\p{power}}",
        gradient: "",
        source: Source {
            authors: "Hadsell, Chopra, LeCun",
            year: 2006,
            title: "Dimensionality Reduction by Learning an Invariant Mapping",
            venue: "CVPR 2006",
        },
        papers: &[],
        aliases: &["pair margin loss", "siamese loss", "ContrastiveLoss"],
        facts: &[
            "It is 0 once every pair is on its side of its margin.",
            "Unit vectors are at most 2 apart: with a larger negative margin every negative pair keeps pushing.",
            "Averaged over non-zero terms it jumps when a pair reaches its margin; averaged over all it does not.",
            "For cosines the margins are similarities: positives should be above the one, negatives below the other.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[
        Dialect {
            library: Library::MetricLearning,
            call: "losses.ContrastiveLoss",
            arguments: &[
                Argument::same("pos_margin", 0.0),
                Argument::same("neg_margin", 1.0),
                Argument::choice(
                    "distance",
                    &[
                        "distances.LpDistance()",
                        "distances.LpDistance(normalize_embeddings=False)",
                        "distances.CosineSimilarity()",
                    ],
                    0.0,
                ),
                Argument::lacking("power", 1.0),
                Argument::choice(
                    "reduction",
                    &["reducers.AvgNonZeroReducer()", "reducers.MeanReducer()"],
                    0.0,
                )
                .called("reducer"),
                Argument::lacking("averaging", 0.0),
            ],
            python: "loss = losses.ContrastiveLoss({})(embeddings, labels)",
            note: "Averages the non-zero terms alone, positives and negatives apart, and does not square. A batch with \
                one ordered pair of each kind at most counts 0. With cosines both margins are similarities.",
            departs: &[Departure::SHORT_EMBEDDINGS, Departure::NEAR_OF_MANY],
        },
        Dialect {
            library: Library::Torch,
            call: "torch.nn.CosineEmbeddingLoss",
            arguments: &[
                Argument::lacking("pos_margin", 1.0),
                Argument::same("neg_margin", 0.0).called("margin"),
                Argument::lacking("distance", 2.0),
                Argument::lacking("power", 1.0),
                Argument::lacking("reduction", 1.0),
                Argument::lacking("averaging", 0.0),
            ],
            python: r"
i, j = torch.triu_indices(len(labels), len(labels), 1)
alike = labels[i] == labels[j]
criterion = torch.nn.CosineEmbeddingLoss({})
loss = 0.0
for pairs, sign in (alike, 1.0), (~alike, -1.0):
    if pairs.any():
        loss = loss + criterion(embeddings[i[pairs]], embeddings[j[pairs]], torch.full((int(pairs.sum()),), sign))
",
            note: "Takes pairs, and averages positive and negative ones together: the more negatives, the weaker the \
                pull. Here it is called once for each kind.",
            departs: &[
                Departure::value(
                    "any(not 0.01 < v.square().sum() < 1e150 for v in embeddings)",
                    "It adds 10⁻¹² to both squared lengths: below a length of 0.1 cosines lose digits, \
                        far below 10⁻⁶ they are 0. Lengths beyond 10⁷⁵ overflow.",
                ),
            ],
        },
    ];

    fn pair_terms<R: Real>(pairing: &Pairing<'_, R>, params: &Params) -> Option<Vec<PairGroup<R>>> {
        let distance = Distance::chosen(params);
        let (near, far): (R, R) = margins(distance, params);
        let power = params.get("power") as i32;
        let factor = if params.whole("averaging") == 2 { 0.5 } else { 1.0 };
        let d = distance.of_pairs(pairing);
        let cost = |i: usize, j: usize, alike: bool| {
            let d = d[(i, j)];
            let violation = if alike { distance.hinge(d, near) } else { distance.hinge(far, d) };
            violation.powi(power) * factor
        };
        let [pull, push] = pairing.costs(cost);
        let groups = if params.whole("averaging") == 0 { vec![pull, push] } else { vec![[pull, push].concat()] };
        let of_positive = is_of_positive(params);
        Some(groups.into_iter().map(|terms| PairGroup { terms, of_positive }).collect())
    }

    fn while_moving(input: &Inputs<f64>, params: &Params, moving: &Moving<'_>) -> Option<Vec<f64>> {
        let labels = input.labels("labels");
        if labels.len() < 2 || params.whole("averaging") != 0 {
            return None;
        }
        let distance = Distance::chosen(params);
        let (near, far) = margins(distance, params);
        let units = distance.units(input, moving.name);
        let groups = Groups::new(labels);
        let rest = Rest::new(&units, &groups, moving.row);
        let (mut pull, mut push) = (Violations::new(params), Violations::new(params));
        for (a, b) in pairs(rest.order.len()) {
            let (i, j) = (rest.order[a], rest.order[b]);
            let d = distance.between(units.row(i), units.row(j));
            if groups.are_alike(i, j) {
                pull.add(distance.hinge(d, near));
            } else {
                push.add(distance.hinge(far, d));
            }
        }
        Some(rest.by_distances(moving, distance, &mut |row| {
            let (mut pull, mut push) = (pull, push);
            let (others, own) = row.split_at(rest.others);
            own.iter().for_each(|&d| pull.add(distance.hinge(d, near)));
            others.iter().for_each(|&d| push.add(distance.hinge(far, d)));
            pull.mean() + push.mean()
        }))
    }
}

/// The distance up to which a pair of one label is left alone, and that from which on others are. A margin on the cosine
/// is one on its negative, the dissimilarity.
fn margins<R: Real>(distance: Distance, params: &Params) -> (R, R) {
    let sign = if distance == Distance::Cosine { -1.0 } else { 1.0 };
    (params.real::<R>("pos_margin") * sign, params.real::<R>("neg_margin") * sign)
}

/// Violations of a margin so far, and the parameters that they need.
#[derive(Clone, Copy)]
struct Violations {
    sum: f64,
    positive: f64,
    all: f64,
    is_squared: bool,
    counts_positive: bool,
}

impl Violations {
    fn new(params: &Params) -> Self {
        let (is_squared, counts_positive) = (params.get("power") == 2.0, params.get("reduction") == 0.0);
        Self { sum: 0.0, positive: 0.0, all: 0.0, is_squared, counts_positive }
    }

    fn add(&mut self, violation: f64) {
        self.all += 1.0;
        let cost = if self.is_squared { violation * violation } else { violation };
        // Squared, the least of them vanish.
        if violation > 0.0 && cost > 0.0 {
            self.sum += cost;
            self.positive += 1.0;
        }
    }

    fn mean(&self) -> f64 {
        self.sum / if self.counts_positive { self.positive } else { self.all }.max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{inputs, labelled, value};

    proptest! {
        #[test]
        fn nothing_is_left_once_every_pair_is_on_its_side(batch in labelled(7, 3)) {
            for distance in [0.0, 1.0] {
                let given = [("distance", distance), ("pos_margin", 100.0), ("neg_margin", 0.0)];
                prop_assert_eq!(value(&Contrastive, &given, &batch), 0.0);
            }
            let cosine = [("distance", 2.0), ("pos_margin", -1.5), ("neg_margin", 1.5)];
            prop_assert_eq!(value(&Contrastive, &cosine, &batch), 0.0);
        }

        #[test]
        fn beyond_the_diameter_every_pair_is_active(batch in labelled(7, 3), margin in 2.01..4.0) {
            let over = |reduction| {
                value(&Contrastive, &[("neg_margin", margin), ("reduction", reduction)], &batch)
            };
            prop_assert_eq!(over(0.0), over(1.0));
        }
    }

    #[test]
    fn only_the_mean_over_non_zero_terms_jumps_at_the_margin() {
        let at = |x: f64, reduction| {
            let arrays =
                [("embeddings", &[3, 1][..], &[0.0, 0.5, x][..]), ("labels", &[3], &[0.0, 1.0, 1.0])];
            let given = [("distance", 1.0), ("pos_margin", 10.0), ("reduction", reduction)];
            value(&Contrastive, &given, &inputs(Contrastive::SPEC, &arrays))
        };
        let jump = |reduction| at(1.0 + 1e-9, reduction) - at(1.0 - 1e-9, reduction);
        assert!((jump(0.0) - 0.25).abs() < 1e-8, "it jumps by {}", jump(0.0));
        assert!(jump(1.0).abs() < 1e-8, "it jumps by {}", jump(1.0));
    }
}
