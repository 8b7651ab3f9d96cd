//! Ranked list loss: negatives beyond a radius, positives within a smaller one, and no force in between.

use super::LABELLED;
use super::distance::Distance;
use super::pairs::{negatives, positives};
use crate::cost::Cost;
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Domain, Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Weighted means of the violations of an anchor, the worst ones weighing the most.
pub struct RankedList;

/// Mean of the positive violations, each weighed by `e^{sharpness·violation}`. The weights are differentiated, too;
/// their sum is held away from 0 by `floor`.
fn weighted_mean<R: Real>(violations: impl Iterator<Item = R>, sharpness: R, floor: f64) -> R {
    let violations: Vec<R> = violations.filter(|violation| violation.value() > 0.0).collect();
    let worst = violations.iter().map(|violation| violation.value()).fold(0.0, f64::max);
    let weights: Vec<R> = violations.iter().map(|&v| ((v - worst) * sharpness).exp()).collect();
    R::dot(&weights, &violations) / (R::sum(&weights) + (-sharpness * worst).exp() * floor)
}

impl Kernel for RankedList {
    const SPEC: &'static Spec = &Spec {
        id: "ranked-list",
        title: "Ranked list loss",
        family: Family::Embeddings,
        inputs: LABELLED,
        params: &[
            Param::linear("alpha", r"\alpha", 1.2, (0.2, 2.0), "radius that negatives have to leave")
                .within(Domain::Any),
            Param::linear("margin", "m", 0.4, (0.0, 1.5), "how far within that radius positives have to be")
                .within(Domain::Any),
            Param::linear("tn", "T_n", 10.0, (0.0, 50.0), "how much the nearest negatives stand out"),
            Param::linear("tp", "T_p", 0.0, (0.0, 20.0), "how much the farthest positives stand out"),
            Param::linear(
                "imbalance",
                r"\lambda",
                0.5,
                (0.0, 1.0),
                "weight of the negatives against the positives",
            )
            .within(Domain::Within(0.0, 1.0)),
        ],
        slope: Slope::Exact,
    };

    const COST: Cost = Cost::on_tape("4·N·N+3·N·D");

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Gives each class a ball to live in rather than a point: inside its radius nothing pulls.",
        formula: r"L=\frac1N\sum_i(1-\p{imbalance})\frac{\sum_{j\in P_i}e^{\p{tp}h_j}h_j}{\sum_{j\in P_i}e^{\p{tp}h_j}}
            +\p{imbalance}\frac{\sum_{k\in N_i}e^{\p{tn}h_k}h_k}{\sum_{k\in N_i}e^{\p{tn}h_k}},\qquad
            h_j=\big[d_{ij}-\p{alpha}+\p{margin}\big]_+,\ h_k=\big[\p{alpha}-d_{ik}\big]_+",
        gradient: "",
        source: Source {
            authors: "Wang, Hua, Kodirov, Hu, Garnier, Robertson",
            year: 2019,
            title: "Ranked List Loss for Deep Metric Learning",
            venue: "CVPR 2019, arXiv 1903.03238",
        },
        papers: &[],
        aliases: &["RLL", "RankedListLoss", "ranked list"],
        facts: &[
            "Without sharpness it is the plain mean of the violations, but for one part in 100 000 a sample.",
            "At high sharpness only the nearest negative counts.",
            "Positives within α − m and negatives beyond α feel no force.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::MetricLearning,
        call: "losses.RankedListLoss",
        arguments: &[
            Argument::same("alpha", 0.0).required(),
            Argument::same("margin", 0.0).required(),
            Argument::same("tn", 0.0).called("Tn").required(),
            Argument::same("tp", 0.0).called("Tp"),
            Argument::same("imbalance", 0.5),
        ],
        python: "loss = losses.RankedListLoss({})(embeddings, labels)",
        note: "Margin and Tn have to be given; without an α it takes 1 + margin/2. The gradient runs through the \
                weights too, which the paper holds constant.",
        departs: &[
            Departure::value(
                "(torch.pdist(torch.nn.functional.normalize(embeddings)) < 1e-6).any()",
                "Pairs at distance 0 are dropped, those that rounding keeps apart are not.",
            ),
            Departure::SHORT_EMBEDDINGS,
            Departure::NEAR_OF_MANY,
        ],
    }];

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let [alpha, margin, tn, tp, imbalance]: [R; 5] =
            ["alpha", "margin", "tn", "tp", "imbalance"].map(|name| params.real(name));
        let labels = input.labels("labels");
        let d = Distance::Euclidean.matrix(&input.rows("embeddings"));
        let hinge = |left, right| Distance::Euclidean.hinge(left, right);
        let floor = 1e-5 * labels.len() as f64;
        let term = |i: usize| {
            let far = positives(labels, i).into_iter().map(|j| hinge(d[(i, j)], alpha - margin));
            let near = negatives(labels, i).into_iter().map(|k| hinge(alpha, d[(i, k)]));
            weighted_mean(far, tp, floor) * (-imbalance + 1.0) + weighted_mean(near, tn, floor) * imbalance
        };
        Some((0..labels.len()).map(term).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{gradient, labelled, value};

    proptest! {
        #[test]
        fn sharpness_runs_from_the_mean_to_the_nearest_negative(batch in labelled(7, 3), alpha in 0.5..1.9) {
            let labels = batch.labels("labels");
            let rows = Distance::Euclidean.prepare(&batch.rows("embeddings"));
            let violations = |i: usize| {
                let d = negatives(labels, i).into_iter().map(|k| Distance::Euclidean.between(&rows[i], &rows[k]));
                d.map(|d| alpha - d).filter(|&h| h > 0.0).collect::<Vec<f64>>()
            };
            let mean_of = |of: &dyn Fn(Vec<f64>) -> f64| (0..7).map(|i| of(violations(i))).sum::<f64>() / 7.0;
            let at = |tn| value(&RankedList, &[("alpha", alpha), ("tn", tn), ("imbalance", 1.0)], &batch);
            let mean = mean_of(&|h| f64::mean(&h));
            let nearest = mean_of(&|h| h.into_iter().fold(0.0, f64::max));
            prop_assert!((at(0.0) - mean).abs() < 1e-4 * (1.0 + mean), "{} against {mean}", at(0.0));
            prop_assert!((at(1e6) - nearest).abs() < 1e-4, "{} against {nearest}", at(1e6));
        }

        #[test]
        fn a_class_within_its_ball_feels_no_force(batch in labelled(7, 3)) {
            // On the sphere nothing is farther than 2, so a ball of radius 2 holds every positive.
            let given = [("alpha", 2.5), ("margin", 0.4), ("imbalance", 0.0)];
            prop_assert_eq!(value(&RankedList, &given, &batch), 0.0);
            prop_assert_eq!(gradient(&RankedList, &given, &batch), vec![0.0; 21]);
        }
    }
}
