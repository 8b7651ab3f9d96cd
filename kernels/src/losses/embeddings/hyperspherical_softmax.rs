//! Softmax over class prototypes, with embeddings and prototypes on the unit sphere or not.

use std::borrow::Cow;

use super::EMBEDDINGS;
use super::similarity::{below_top, products, unit};
use crate::cost::Cost;
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Input, Meaning, Param, Params, Prose, Role, Slope, Source, Spec, Terms};

/// Cross-entropy of the inner products of an embedding with one learned vector a class.
pub struct HypersphericalSoftmax;

/// The rows at unit length if they are constrained, else as they are.
fn constrained<'a, R: Real>(rows: Vec<&'a [R]>, is_constrained: bool) -> Vec<Cow<'a, [R]>> {
    let place = |row: &'a [R]| if is_constrained { Cow::Owned(unit(row)) } else { Cow::Borrowed(row) };
    rows.into_iter().map(place).collect()
}

impl Kernel for HypersphericalSoftmax {
    const SPEC: &'static Spec = &Spec {
        id: "hyperspherical-softmax",
        title: "Hyperspherical softmax",
        family: Family::Embeddings,
        inputs: &[
            EMBEDDINGS,
            Input::variable("prototypes", Role::Prototype, &["C", "D"], "one learned vector a class, of any length"),
            Input::classes("labels", &["N"], "C", "the right class of each sample"),
        ],
        params: &[
            Param::log("temperature", "T", 0.05, (0.01, 2.0), "divides the inner products: low is sharp").means(Meaning::Temperature),
            Param::numbers(
                "constrain",
                "",
                2.0,
                &[(0.0, "nothing"), (1.0, "prototypes"), (2.0, "prototypes and embeddings")],
                "what is put on the unit sphere",
            ),
        ],
        slope: Slope::Exact,
    };

    const COST: Cost = Cost::on_tape("2·N·C·D+3·N·D+3·C·D");

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "A classifier whose last layer is an embedding: classes it has never seen fall between the prototypes of those it knows.",
        formula: r"L=-\frac1N\sum_i\log\frac{e^{\langle\hat x_i,\hat P_{y_i}\rangle/\p{temperature}}}
            {\sum_ke^{\langle\hat x_i,\hat P_k\rangle/\p{temperature}}},\qquad\hat v=\frac v{\max(\lVert v\rVert,10^{-12})}",
        gradient: r"\frac{\partial L}{\partial x_i}=\frac1{N\p{temperature}}\cdot\frac{I-\hat x_i\hat x_i^\top}{\lVert x_i\rVert}
            \sum_k(p_{ik}-[k=y_i])\hat P_k",
        source: Source {
            authors: "Pereira, Joly, Valduriez, Porto",
            year: 2021,
            title: "Hyperspherical embedding for novel class classification",
            venue: "arXiv 2102.03243",
        },
        papers: &["hyperspherical-novelty"],
        aliases: &[
            "normalized softmax",
            "NormalizedSoftmaxLoss",
            "classification is a strong baseline",
            "novel class classification",
            "few-shot classification",
        ],
        facts: &[
            "With both on the sphere the lengths of embeddings and prototypes do not matter, and no gradient changes them.",
            "With nothing on the sphere and T = 1 it is cross-entropy of a linear layer.",
            "As T grows it tends to log C.",
            "With both on the sphere and every class as frequent it cannot fall below log(1 + (C − 1)e^(−C/((C − 1)T))).",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::MetricLearning,
        call: "losses.NormalizedSoftmaxLoss",
        arguments: &[
            Argument::same("temperature", 0.05),
            Argument::choice(
                "constrain",
                &[
                    "None",
                    "distances.DotProductSimilarity(normalize_embeddings=False)",
                    "distances.DotProductSimilarity()",
                ],
                2.0,
            )
            .called("distance"),
        ],
        python: "criterion = losses.NormalizedSoftmaxLoss(*prototypes.shape, {})\n\
                criterion.W.data = prototypes.T\n\
                loss = criterion(embeddings, labels)",
        note: "Puts prototypes and embeddings on the sphere; with a distance that does not normalise, \
                the prototypes alone. They are the columns of its W.",
        departs: &[
            Departure::refusal("constrain == 0", "It always puts the prototypes on the sphere."),
            Departure::SHORT_EMBEDDINGS_OR_PROTOTYPES,
        ],
    }];

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let (temperature, constrain) = (params.real("temperature"), params.whole("constrain"));
        let embeddings = constrained(input.rows("embeddings"), constrain == 2);
        let prototypes = constrained(input.rows("prototypes"), constrain >= 1);
        let term = |(x, own): (&Cow<'_, [R]>, usize)| {
            R::surprise(&below_top(&products(x, &prototypes, own), temperature), own)
        };
        Some(embeddings.iter().zip(input.classes("labels")).map(term).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::logits::cross_entropy::CrossEntropy;
    use crate::testing::{gradient, inputs, random, value};

    fn batches() -> impl Strategy<Value = Inputs<f64>> {
        (0u64..1 << 32)
            .prop_map(|seed| random(HypersphericalSoftmax::SPEC, &[("N", 3), ("C", 4), ("D", 3)], seed))
    }

    proptest! {
        #[test]
        fn on_the_sphere_lengths_do_not_matter(batch in batches(), factor in 0.01..100.0, t in 0.01..2.0) {
            let given = [("temperature", t)];
            let before = value(&HypersphericalSoftmax, &given, &batch);
            for name in ["embeddings", "prototypes"] {
                let mut longer = batch.clone();
                longer.variable_mut(name)[..3].iter_mut().for_each(|x| *x *= factor);
                let after = value(&HypersphericalSoftmax, &given, &longer);
                prop_assert!((before - after).abs() < 1e-11 * (1.0 + before), "longer {name}: {after}, not {before}");
            }
            let g = gradient(&HypersphericalSoftmax, &given, &batch);
            let rows = batch.rows("embeddings").into_iter().chain(batch.rows("prototypes"));
            for (g, row) in g.chunks_exact(3).zip(rows) {
                let along = f64::dot(g, row);
                prop_assert!(along.abs() < 1e-12 / t, "a vector is made longer by {along}");
            }
        }

        #[test]
        fn unconstrained_it_is_a_linear_layer(batch in batches()) {
            let (x, prototypes) = (batch.rows("embeddings"), batch.rows("prototypes"));
            let logits: Vec<f64> =
                x.iter().flat_map(|x| prototypes.iter().map(|p| f64::dot(x, p))).collect();
            let labels: Vec<f64> = batch.labels("labels").iter().map(|&y| y as f64).collect();
            let layer = inputs(CrossEntropy::SPEC, &[("logits", &[3, 4], &logits), ("labels", &[3], &labels)]);
            let given = [("temperature", 1.0), ("constrain", 0.0)];
            let (got, ce) = (value(&HypersphericalSoftmax, &given, &batch), value(&CrossEntropy, &[], &layer));
            prop_assert!((got - ce).abs() < 1e-12 * (1.0 + ce), "{got}, not {ce}");
        }

        #[test]
        fn hot_it_is_log_c(batch in batches()) {
            let got = value(&HypersphericalSoftmax, &[("temperature", 1e9)], &batch);
            prop_assert!((got - 4f64.ln()).abs() < 1e-8);
        }

        #[test]
        fn even_perfection_has_a_price(
            x in prop::collection::vec(-1.0..1.0, 12), w in prop::collection::vec(-1.0..1.0, 12), t in 0.1..2.0f64,
        ) {
            let bound = (3.0 * (-4.0 / (3.0 * t)).exp()).ln_1p();
            let cost = |x: &[f64], w: &[f64]| {
                let arrays = [
                    ("embeddings", &[4, 3][..], x),
                    ("prototypes", &[4, 3], w),
                    ("labels", &[4], &[0.0, 1.0, 2.0, 3.0]),
                ];
                value(&HypersphericalSoftmax, &[("temperature", t)], &inputs(HypersphericalSoftmax::SPEC, &arrays))
            };
            let got = cost(&x, &w);
            prop_assert!(got >= bound - 1e-12, "four samples of four classes cost {got}, less than {bound}");
            // The corners of a tetrahedron, each with its own sample.
            let corners = [1.0, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0, 1.0, -1.0, -1.0, -1.0, 1.0];
            let best = cost(&corners, &corners);
            prop_assert!((best - bound).abs() < 1e-12, "perfection costs {best}, not {bound}");
        }
    }

    #[test]
    fn a_vector_without_direction_is_not_pulled() {
        let arrays = [
            ("embeddings", &[1, 2][..], &[0.0, 0.0][..]),
            ("prototypes", &[2, 2], &[1.0, 0.0, 0.0, 1.0]),
            ("labels", &[1], &[0.0]),
        ];
        let batch = inputs(HypersphericalSoftmax::SPEC, &arrays);
        assert_eq!(value(&HypersphericalSoftmax, &[], &batch), 2f64.ln());
        assert_eq!(gradient(&HypersphericalSoftmax, &[], &batch)[..2], [0.0, 0.0]);
    }
}
