//! Margin loss: one boundary distance for all pairs, positives inside it and negatives outside.

use loss_explorer_lanes::scale;

use super::LABELLED;
use super::distance::Distance;
use super::pairs::{Groups, pairs};
use crate::cost::Cost;
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::{Gradient, Kernel};
use crate::real::Real;
use crate::spec::{Domain, Family, Param, Params, Prose, Slope, Source, Spec};

/// Hinges around a boundary distance, over the pairs that occur in triplets.
pub struct MarginBeta;

impl Kernel for MarginBeta {
    const SPEC: &'static Spec = &Spec {
        id: "margin-beta",
        title: "Margin loss",
        family: Family::Embeddings,
        inputs: LABELLED,
        params: &[
            Param::linear("beta", r"\beta", 1.2, (0.1, 1.9), "distance that parts positives from negatives")
                .within(Domain::Any),
            Param::linear("margin", "m", 0.2, (0.0, 1.0), "how far from that boundary a pair should be")
                .within(Domain::Any),
        ],
        slope: Slope::Exact,
    };

    const COST: Cost = Cost::on_tape("N·N+3·N·D").by_hand("3·N·N");

    const PROSE: &'static Prose = &Prose {
        summary: "Asks for absolute distances where the triplet loss asks for relative ones: inside one boundary or outside it.",
        formula: r"L=\frac1{\#\{\text{terms}>0\}}\sum_{(a,p,n)\in\mathcal T}\big[d_{ap}-\p{beta}+\p{margin}\big]_++\big[\p{beta}-d_{an}+\p{margin}\big]_+",
        gradient: r"\frac{\partial L}{\partial\p{beta}}=\frac{\#\text{active negatives}-\#\text{active positives}}{\#\text{active}}",
        source: Source {
            authors: "Wu, Manmatha, Smola, Krähenbühl",
            year: 2017,
            title: "Sampling Matters in Deep Embedding Learning",
            venue: "ICCV 2017, arXiv 1706.07567",
        },
        papers: &[],
        aliases: &["margin-based loss", "MarginLoss", "distance-weighted margin loss"],
        facts: &[
            "It is 0 just when every positive is within β − m and every negative beyond β + m.",
            "It depends on distances themselves, not on their differences.",
            "Without a triplet it is 0.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::MetricLearning,
        call: "losses.MarginLoss",
        arguments: &[Argument::same("beta", 1.2), Argument::same("margin", 0.2)],
        python: "loss = losses.MarginLoss({})(embeddings, labels)",
        note: "Divides by the number of active terms of both kinds, counted over triplets. The boundary β is fixed \
                unless learn_beta is set.",
        departs: &[Departure::SHORT_EMBEDDINGS, Departure::NEAR_OF_MANY],
    }];

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        let (beta, margin): (R, R) = (params.real("beta"), params.real("margin"));
        let triplets = Triplets::new(input.labels("labels"));
        let d = Distance::Euclidean.matrix(&input.rows("embeddings"));
        let (mut weights, mut terms) = (Vec::new(), Vec::new());
        for pair in pairs(triplets.groups.samples()) {
            let weight = triplets.from(pair.0, pair.1) + triplets.from(pair.1, pair.0);
            let term = hinge(d[pair], triplets.groups.are_alike(pair.0, pair.1), beta, margin);
            if weight > 0.0 && term.value() > 0.0 {
                weights.push(weight);
                terms.push(term);
            }
        }
        R::linear(&weights, &terms) / weights.iter().sum::<f64>().max(1.0)
    }

    fn value_and_gradient(input: &Inputs<f64>, params: &Params, gradient: &mut Gradient) -> f64 {
        let (beta, margin) = (params.get("beta"), params.get("margin"));
        let triplets = Triplets::new(input.labels("labels"));
        let n = triplets.groups.samples();
        Distance::Euclidean.among(input, "embeddings", gradient, &|distances| {
            let (mut sum, mut count) = (0.0, 0.0);
            for (i, row) in distances.chunks_exact_mut(n).enumerate() {
                for (j, slot) in row.iter_mut().enumerate() {
                    let weight = if i == j { 0.0 } else { triplets.from(i, j) };
                    let is_own = triplets.groups.are_alike(i, j);
                    let term = hinge(*slot, is_own, beta, margin);
                    *slot = 0.0;
                    if weight > 0.0 && term > 0.0 {
                        sum += weight * term;
                        count += weight;
                        *slot = if is_own { weight } else { -weight };
                    }
                }
            }
            scale(distances, 1.0 / f64::max(count, 1.0));
            sum / f64::max(count, 1.0)
        })
    }
}

/// What a pair costs.
fn hinge<R: Real>(d: R, is_own: bool, beta: R, margin: R) -> R {
    let (left, right) = if is_own { (d, beta - margin) } else { (beta + margin, d) };
    Distance::Euclidean.hinge(left, right)
}

/// How often pairs occur in triplets: a positive as often as its anchor has a negative, and the other way round.
struct Triplets {
    groups: Groups,
}

impl Triplets {
    fn new(labels: &[i64]) -> Self {
        Self { groups: Groups::new(labels) }
    }

    /// The triplets of an anchor with another sample.
    fn from(&self, anchor: usize, other: usize) -> f64 {
        let alike = self.groups.alike(anchor).len();
        let is_own = self.groups.are_alike(anchor, other);
        (if is_own { self.groups.samples() - alike } else { alike - 1 }) as f64
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{inputs, value};

    /// Two samples of one class `apart` radians from each other and one of another class `away` from the nearer.
    fn fan(apart: f64, away: f64) -> Inputs<f64> {
        let at = |angle: f64| [angle.cos(), angle.sin()];
        let places = [at(0.0), at(apart), at(apart + away)].concat();
        let arrays = [("embeddings", &[3, 2][..], &places[..]), ("labels", &[3], &[5.0, 5.0, 7.0])];
        inputs(MarginBeta::SPEC, &arrays)
    }

    proptest! {
        #[test]
        fn the_boundary_parts_the_two_kinds(apart in 0.05..1.0f64, away in 0.05..1.0f64, margin in 0.0..0.5) {
            let chord = |angle: f64| 2.0 * (0.5 * angle).sin();
            let (near, far) = (chord(apart), chord(away));
            let batch = fan(apart, away);
            let at = |beta| value(&MarginBeta, &[("beta", beta), ("margin", margin)], &batch);
            let beta = near + margin + 1e-9;
            prop_assert_eq!(at(beta) == 0.0, far >= beta + margin, "near {}, far {}", near, far);
        }

        #[test]
        fn the_boundary_is_drawn_by_the_active_pairs(apart in 0.05..1.0f64, away in 0.05..1.0f64) {
            let batch = fan(apart, away);
            // Beyond any distance only negatives are active, at a negative boundary only positives.
            for (beta, slope) in [(3.0, 1.0), (-1.0, -1.0)] {
                let at = |beta| value(&MarginBeta, &[("beta", beta)], &batch);
                let got = (at(beta + 1e-3) - at(beta)) / 1e-3;
                prop_assert!((got - slope).abs() < 1e-9, "at boundary {beta} the slope is {got}");
            }
        }
    }

    #[test]
    fn without_a_triplet_there_is_nothing() {
        let arrays = [("embeddings", &[3, 1][..], &[1.0, -1.0, 2.0][..]), ("labels", &[3], &[0.0, 1.0, 2.0])];
        assert_eq!(value(&MarginBeta, &[], &inputs(MarginBeta::SPEC, &arrays)), 0.0);
    }
}
