//! Proto-Triplet loss: a query should be closer to its own prototype than to the nearest other, by a margin.

use super::distance::smoothed;
use super::episode::{self, Episode};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Domain, Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// A triplet of query, own prototype and nearest foreign prototype.
pub struct ProtoTriplet;

impl Kernel for ProtoTriplet {
    const SPEC: &'static Spec = &Spec {
        id: "proto-triplet",
        title: "Proto-Triplet loss",
        family: Family::Embeddings,
        inputs: episode::INPUTS,
        params: &[Param::linear(
            "margin",
            "m",
            0.5,
            (0.0, 5.0),
            "how much farther the nearest foreign prototype has to be",
        )
        .within(Domain::Any)],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Keeps a free gap between each query and the nearest wrong prototype; beside cross-entropy it separates the classes of an episode.",
        formula: r"L=\frac1Q\sum_q\Big[d(q,c_{y_q})-\min_{k\ne y_q}d(q,c_k)+\p{margin}\Big]_+,
            \qquad d(q,c)=\sqrt{\lVert q-c\rVert^2+10^{-6}}",
        gradient: r"\frac{\partial L_q}{\partial q}=\frac{q-c_{y_q}}{d(q,c_{y_q})}-\frac{q-c_k}{d(q,c_k)}",
        source: Source {
            authors: "Mendez-Ruiz, Gonzalez-Zapata, Reyes-Amezcua, Flores-Araiza, Lopez-Tiro, Mendez-Vazquez, Ochoa-Ruiz",
            year: 2023,
            title: "SuSana Distancia is all you need: Enforcing class separability in metric learning via two novel distance-based loss functions for few-shot image classification",
            venue: "arXiv 2305.09062",
        },
        papers: &["susana-distancia"],
        aliases: &["SuSana Distancia", "prototype triplet loss", "few-shot triplet loss"],
        facts: &[
            "It is 0 just when every query is nearer to its own prototype than to any other, by the margin.",
            "Its slope by the margin is the share of queries that violate it.",
            "Moving everything together changes nothing; making everything larger does.",
        ],
    };

    fn rule(input: &Inputs<f64>, _: &Params) -> Result<(), String> {
        episode::rule(input)
    }

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let margin: R = params.real("margin");
        Some(Episode::new(input).over_queries(|query, prototypes, own| {
            let d: Vec<R> = prototypes.iter().map(|prototype| smoothed(query, prototype)).collect();
            let foreign = d.iter().enumerate().filter(|&(k, _)| k != own).map(|(_, &d)| d);
            match foreign.reduce(R::or_min) {
                Some(nearest) => (d[own] - nearest + margin).relu(),
                None => R::zero(),
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{episodes, gradient, inputs, value};

    /// How much nearer each query is to its own prototype than to any other.
    fn gaps(episode: &Inputs<f64>) -> Vec<f64> {
        let Episode { prototypes, queries } = Episode::new(episode);
        let gap = |&(query, own): &(&[f64], usize)| {
            let to = |k: usize| smoothed(query, &prototypes[k]);
            let others = (0..prototypes.len()).filter(|&k| k != own);
            others.map(to).fold(f64::INFINITY, f64::min) - to(own)
        };
        queries.iter().map(gap).collect()
    }

    proptest! {
        #[test]
        fn the_worst_gap_is_the_margin_that_costs_nothing(episode in episodes(3, 2)) {
            let worst = gaps(&episode).into_iter().fold(f64::INFINITY, f64::min);
            let at = |margin| value(&ProtoTriplet, &[("margin", margin)], &episode);
            prop_assert_eq!(at(worst - 1e-9), 0.0);
            prop_assert!(at(worst + 1e-6) > 0.0);
        }

        #[test]
        fn the_slope_by_the_margin_counts_violations(episode in episodes(3, 2), margin in 0.0..3.0f64) {
            let step = 1e-7;
            let violating = |margin| gaps(&episode).iter().filter(|&&gap| gap < margin).count();
            prop_assume!(violating(margin) == violating(margin + step));
            let share = violating(margin) as f64 / 6.0;
            let at = |margin| value(&ProtoTriplet, &[("margin", margin)], &episode);
            let slope = (at(margin + step) - at(margin)) / step;
            prop_assert!((slope - share).abs() < 1e-6, "the slope is {slope}, {share} of the queries violate it");
        }

        #[test]
        fn only_relative_positions_count(episode in episodes(3, 2)) {
            let g = gradient(&ProtoTriplet, &[("margin", 2.0)], &episode);
            for d in 0..2 {
                let total: f64 = g.iter().skip(d).step_by(2).sum();
                prop_assert!(total.abs() < 1e-12, "everything together is pushed by {total}");
            }
        }
    }

    #[test]
    fn a_single_class_has_no_foreign_prototype() {
        let arrays = [
            ("support", &[2, 1][..], &[0.0, 1.0][..]),
            ("support_labels", &[2], &[3.0, 3.0]),
            ("query", &[1, 1], &[7.0]),
            ("query_labels", &[1], &[3.0]),
        ];
        assert_eq!(value(&ProtoTriplet, &[], &inputs(ProtoTriplet::SPEC, &arrays)), 0.0);
    }
}
