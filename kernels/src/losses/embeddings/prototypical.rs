//! Prototypical networks: classify a query by its distances to the class means of a support set.

use super::distance::squares_above_least;
use super::episode::{self, Episode};
use super::similarity::{below_top, unit};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Cross-entropy over prototypes, closer ones more probable.
pub struct Prototypical;

impl Kernel for Prototypical {
    const SPEC: &'static Spec = &Spec {
        id: "prototypical",
        title: "Prototypical network loss",
        family: Family::Embeddings,
        inputs: episode::INPUTS,
        params: &[
            Param::log("temperature", "T", 1.0, (0.05, 20.0), "how soft the choice between prototypes is"),
            Param::numbers(
                "distance",
                "",
                0.0,
                &[(0.0, "squared Euclidean"), (1.0, "cosine")],
                "what makes a prototype near",
            ),
        ],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Learns to classify from a handful of examples a class: the mean of the examples is the class.",
        formula: r"L=-\frac1Q\sum_q\log\frac{e^{-\lVert q-c_{y_q}\rVert^2/\p{temperature}}}{\sum_ke^{-\lVert q-c_k\rVert^2/\p{temperature}}},
            \qquad c_k=\text{mean of the support of class }k",
        gradient: r"\frac{\partial L}{\partial q}=\frac2{Q\,\p{temperature}}\Big(\sum_k\pi_kc_k-c_{y_q}\Big)",
        source: Source {
            authors: "Snell, Swersky, Zemel",
            year: 2017,
            title: "Prototypical Networks for Few-shot Learning",
            venue: "NIPS 2017, arXiv 1703.05175",
        },
        papers: &[],
        aliases: &["ProtoNet", "prototypical networks", "few-shot classification loss", "nearest class mean"],
        facts: &[
            "With squared distances it is a linear classifier whose weights are the prototypes, doubled.",
            "With squared distances, moving everything together changes nothing.",
            "With a single class it is 0.",
        ],
    };

    fn rule(input: &Inputs<f64>, _: &Params) -> Result<(), String> {
        episode::rule(input)
    }

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let temperature = params.real("temperature");
        let is_cosine = params.get("distance") == 1.0;
        Some(Episode::new(input).over_queries(|query, prototypes, own| {
            let scores: Vec<R> = if is_cosine {
                let query = unit(query);
                prototypes.iter().map(|prototype| R::dot(&query, &unit(prototype))).collect()
            } else {
                let d: Vec<R> = prototypes.iter().map(|prototype| R::distance(query, prototype)).collect();
                squares_above_least(&d).into_iter().map(|square| -square).collect()
            };
            R::surprise(&below_top(&scores, temperature), own)
        }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::softmax::log_probability;
    use crate::testing::{episodes, gradient, inputs, value};

    proptest! {
        #[test]
        fn it_is_a_linear_classifier(episode in episodes(3, 2), t in 0.1..5.0) {
            let expected = Episode::new(&episode).over_queries(|q, prototypes, own| {
                let score = |c: &Vec<f64>| (2.0 * f64::dot(c, q) - f64::dot(c, c)) / t;
                -log_probability(&prototypes.iter().map(score).collect::<Vec<f64>>(), own)
            });
            let expected = f64::mean(&expected);
            let got = value(&Prototypical, &[("temperature", t)], &episode);
            prop_assert!((got - expected).abs() < 1e-9 * (1.0 + expected), "{got} against {expected}");
        }

        #[test]
        fn only_relative_positions_count(episode in episodes(3, 2), t in 0.1..5.0) {
            let g = gradient(&Prototypical, &[("temperature", t)], &episode);
            let size = f64::norm(&g);
            for d in 0..2 {
                let total: f64 = g.iter().skip(d).step_by(2).sum();
                prop_assert!(total.abs() < 1e-12 * (1.0 + size), "everything together is pushed by {total}");
            }
        }

        #[test]
        fn one_class_leaves_no_choice(x in -9.0..9.0, y in -9.0..9.0, distance in 0usize..2) {
            let arrays = [
                ("support", &[1, 1][..], &[x][..]),
                ("support_labels", &[1], &[0.0]),
                ("query", &[1, 1], &[y]),
                ("query_labels", &[1], &[0.0]),
            ];
            let episode = inputs(Prototypical::SPEC, &arrays);
            prop_assert_eq!(value(&Prototypical, &[("distance", distance as f64)], &episode), 0.0);
        }
    }
}
