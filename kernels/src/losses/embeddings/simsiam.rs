//! SimSiam loss: minus the cosine between a prediction and a target that is held fixed.

use super::online::{INPUTS, over_directions};
use crate::dialect::{Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Params, Prose, Slope, Source, Spec, Terms};

/// Negative mean cosine, with a gradient for the predictions alone.
pub struct SimSiam;

impl Kernel for SimSiam {
    const SPEC: &'static Spec = &Spec {
        id: "simsiam",
        title: "SimSiam loss",
        family: Family::Embeddings,
        inputs: INPUTS,
        params: &[],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Predicts one view from the other; nothing in the value prevents collapse, the stopped gradient does.",
        formula: r"L=-\frac1N\sum_i\cos(a_i,p_i),\qquad p\text{ without gradient}",
        gradient: r"\frac{\partial L}{\partial a_i}=-\frac{\hat p_i-\cos(a_i,p_i)\,\hat a_i}{N\lVert a_i\rVert}",
        source: Source {
            authors: "Chen, He",
            year: 2021,
            title: "Exploring Simple Siamese Representation Learning",
            venue: "CVPR 2021, arXiv 2011.10566",
        },
        papers: &[],
        aliases: &["negative cosine similarity", "NegativeCosineSimilarity", "stop-gradient"],
        facts: &[
            "It lies between −1 and 1.",
            "There is no gradient where a prediction points along its target, or straight away from it.",
            "The full objective is half the sum of both directions.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[
        Dialect {
            library: Library::Torch,
            call: "torch.nn.CosineEmbeddingLoss",
            arguments: &[],
            python: "loss = torch.nn.CosineEmbeddingLoss()(anchors, positives.detach(), torch.ones(len(anchors))) - 1",
            note: "One minus the cosine, so one more than here; detach the target yourself.",
            departs: &[
                Departure::value(
                    "any(not 0.01 < v.square().sum() < 1e150 for v in torch.cat([anchors, positives]))",
                    "It adds 10⁻¹² to both squared lengths: below a length of 0.1 cosines lose digits, \
                        far below 10⁻⁶ they are 0. Lengths beyond 10⁷⁵ overflow.",
                ),
            ],
        },
        Dialect {
            library: Library::Keras,
            call: "keras.losses.CosineSimilarity",
            arguments: &[],
            python: "loss = keras.losses.CosineSimilarity()(positives, anchors)",
            note: "Already the negative of the cosine. Stop the gradient of the target yourself.",
            departs: &[
                Departure::value(
                    "np.square(np.concatenate([anchors, positives])).sum(1).min() < 1e-12",
                    "Vectors shorter than 10⁻⁶ are divided by 10⁻⁶ instead of their length.",
                ),
            ],
        },
        Dialect {
            library: Library::Optax,
            call: "optax.losses.cosine_similarity",
            arguments: &[],
            python: "loss = -optax.losses.cosine_similarity(anchors, jax.lax.stop_gradient(positives)).mean()",
            note: "A similarity to be made large: turn its sign.",
            departs: &[
                Departure::value(
                    "jnp.square(jnp.concatenate([anchors, positives])).sum(1).min() < 1e-290",
                    "It gives NaN for a zero vector, and for one so short that its square rounds to 0, \
                        unless epsilon is given.",
                ),
            ],
        },
    ];

    fn terms<R: Real>(input: &Inputs<R>, _: &Params) -> Option<Vec<R>> {
        Some(over_directions(input, |a, p| -R::dot(a, p)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{gradient, inputs, paired, value};

    proptest! {
        #[test]
        fn it_is_a_cosine_and_rests_at_its_ends(batch in paired(4, 3), length in 0.1..10.0f64, away in prop::bool::ANY) {
            let anchors = batch.vector("anchors");
            let towards = |positives: &[f64]| {
                inputs(SimSiam::SPEC, &[("anchors", &[4, 3], anchors), ("positives", &[4, 3], positives)])
            };
            let got = value(&SimSiam, &[], &towards(batch.vector("positives")));
            prop_assert!((-1.0..=1.0).contains(&got), "the loss is {got}");

            let factor = if away { -length } else { length };
            let line = towards(&anchors.iter().map(|x| factor * x).collect::<Vec<f64>>());
            let end = -factor.signum();
            prop_assert!((value(&SimSiam, &[], &line) - end).abs() < 1e-12);
            let g = gradient(&SimSiam, &[], &line);
            prop_assert_eq!(g.len(), 12, "only predictions are trained");
            prop_assert!(g.iter().all(|g| g.abs() < 1e-12), "there is a gradient: {:?}", g);
        }
    }
}
