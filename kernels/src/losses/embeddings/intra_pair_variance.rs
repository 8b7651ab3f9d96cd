//! Intra-pair variance loss: similarities of one kind should not spread around their mean.

use super::LABELLED;
use super::pairs::pairs;
use super::similarity::self_cosines;
use crate::cost::Cost;
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec};

/// One-sided squared distances of the positive and of the negative similarities from their means.
pub struct IntraPairVariance;

impl Kernel for IntraPairVariance {
    const SPEC: &'static Spec = &Spec {
        id: "intra-pair-variance",
        title: "Intra-pair variance loss",
        family: Family::Embeddings,
        inputs: LABELLED,
        params: &[
            Param::linear(
                "pos_eps",
                r"\varepsilon_+",
                0.01,
                (0.0, 0.5),
                "how far below the mean a positive may be, as a fraction of it",
            ),
            Param::linear(
                "neg_eps",
                r"\varepsilon_-",
                0.01,
                (0.0, 0.5),
                "how far above the mean a negative may be, as a fraction of it",
            ),
        ],
        slope: Slope::Exact,
    };

    const COST: Cost = Cost::on_tape("2·N·N+3·N·D");

    const PROSE: &'static Prose = &Prose {
        summary: "Companion of the tuplet margin loss: pulls in the stragglers of each kind of pair and leaves the rest alone.",
        formula: r"L=\operatorname*{mean}_{\mathcal P}\big[(1-\p{pos_eps})\mu_+-s_{ij}\big]_+^2
            +\operatorname*{mean}_{\mathcal N}\big[s_{ij}-(1+\p{neg_eps})\mu_-\big]_+^2",
        gradient: "",
        source: Source {
            authors: "Yu, Tao",
            year: 2019,
            title: "Deep Metric Learning with Tuplet Margin Loss",
            venue: "ICCV 2019",
        },
        papers: &[],
        aliases: &["IntraPairVarianceLoss", "intra-pair variance"],
        facts: &[
            "Without slack it is at most the variance of the positive similarities plus that of the negative ones.",
            "It is 0 where the similarities of each kind are all equal and not negative.",
            "Below 0 the slack turns round: a negative mean asks for more than the mean.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::MetricLearning,
        call: "losses.IntraPairVarianceLoss",
        arguments: &[Argument::same("pos_eps", 0.01), Argument::same("neg_eps", 0.01)],
        python: "loss = losses.IntraPairVarianceLoss({})(embeddings, labels)",
        note: "One mean over positive pairs plus one over negative pairs.",
        departs: &[Departure::SHORT_EMBEDDINGS],
    }];

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        let labels = input.labels("labels");
        let s = self_cosines(&input.rows("embeddings"));
        let of_label = |same: bool| {
            let pairs = pairs(labels.len()).filter(|&(i, j)| (labels[i] == labels[j]) == same);
            pairs.map(|pair| s[pair]).collect::<Vec<R>>()
        };
        let (positives, negatives) = (of_label(true), of_label(false));
        let low = R::mean(&positives) * (-params.real::<R>("pos_eps") + 1.0);
        let high = R::mean(&negatives) * (params.real::<R>("neg_eps") + 1.0);
        let low: Vec<R> = positives.into_iter().map(|s| (low - s).relu().square()).collect();
        let high: Vec<R> = negatives.into_iter().map(|s| (s - high).relu().square()).collect();
        R::mean(&low) + R::mean(&high)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::embeddings::moments::variance;
    use crate::testing::{inputs, labelled, value};

    proptest! {
        #[test]
        fn it_is_at_most_the_variance_of_each_kind(batch in labelled(7, 3)) {
            let labels = batch.labels("labels");
            let s = self_cosines(&batch.rows("embeddings"));
            let of = |same: bool| {
                let kind = pairs(7).filter(|&(i, j)| (labels[i] == labels[j]) == same);
                let s: Vec<f64> = kind.map(|pair| s[pair]).collect();
                if s.is_empty() { 0.0 } else { variance(&s, s.len()) }
            };
            let got = value(&IntraPairVariance, &[("pos_eps", 0.0), ("neg_eps", 0.0)], &batch);
            prop_assert!((0.0..=of(true) + of(false) + 1e-12).contains(&got), "the loss is {got}");
        }

        #[test]
        fn even_similarities_cost_nothing_unless_they_are_negative(angle in 0.1..1.5f64, eps in 0.01..0.5) {
            // One positive pair, and a negative at one angle from both of its samples.
            let of = |angle: f64| {
                let (sin, cos) = angle.sin_cos();
                let places = [1.0, 0.0, 1.0, 0.0, cos, sin];
                let arrays = [("embeddings", &[3, 2][..], &places[..]), ("labels", &[3], &[0.0, 0.0, 1.0])];
                let batch = inputs(IntraPairVariance::SPEC, &arrays);
                value(&IntraPairVariance, &[("pos_eps", eps), ("neg_eps", eps)], &batch)
            };
            prop_assert!(of(angle) < 1e-30);
            let obtuse = std::f64::consts::PI - angle;
            let expected = (eps * obtuse.cos()).powi(2);
            prop_assert!((of(obtuse) - expected).abs() < 1e-12, "{} against {expected}", of(obtuse));
        }
    }
}
