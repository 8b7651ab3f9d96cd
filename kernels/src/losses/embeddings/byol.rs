//! BYOL loss: the squared distance between the directions of a prediction and of a target that is held fixed.

use super::online::{INPUTS, over_directions};
use crate::dialect::{Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Params, Prose, Slope, Source, Spec, Terms};

/// Mean squared distance of unit vectors, with a gradient for the predictions alone.
pub struct Byol;

impl Kernel for Byol {
    const SPEC: &'static Spec = &Spec {
        id: "byol",
        title: "BYOL loss",
        family: Family::Embeddings,
        inputs: INPUTS,
        params: &[],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Chases the output of a slow copy of the same network; no negatives are needed.",
        formula: r"L=\frac1N\sum_i\lVert\hat a_i-\hat p_i\rVert^2=2-\frac2N\sum_i\cos(a_i,p_i),\qquad p\text{ without gradient}",
        gradient: "",
        source: Source {
            authors: "Grill, Strub, Altché, Tallec, Richemond, Buchatskaya, Doersch, Avila Pires, Guo, Gheshlaghi Azar, Piot, Kavukcuoglu, Munos, Valko",
            year: 2020,
            title: "Bootstrap Your Own Latent: A New Approach to Self-Supervised Learning",
            venue: "NeurIPS 2020, arXiv 2006.07733",
        },
        papers: &[],
        aliases: &[
            "bootstrap your own latent",
            "normalized mean squared error",
            "mean teacher on the sphere",
        ],
        facts: &["It lies between 0 and 4.", "It is 2 plus twice the SimSiam loss."],
    };

    const DIALECTS: &'static [Dialect] = &[
        Dialect {
            library: Library::Torch,
            call: "torch.nn.CosineEmbeddingLoss",
            arguments: &[],
            python: "loss = 2 * torch.nn.CosineEmbeddingLoss()(anchors, positives.detach(), torch.ones(len(anchors)))",
            note: "One minus the cosine, half of this; detach the target yourself.",
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
            python: "loss = 2 + 2 * keras.losses.CosineSimilarity()(positives, anchors)",
            note: "The negative of the cosine: from −1 to 1 where this goes from 0 to 4.",
            departs: &[
                Departure::value(
                    "np.square(np.concatenate([anchors, positives])).sum(1).min() < 1e-12",
                    "Vectors shorter than 10⁻⁶ are divided by 10⁻⁶ instead of their length.",
                ),
            ],
        },
        Dialect {
            library: Library::Optax,
            call: "optax.losses.cosine_distance",
            arguments: &[],
            python: "loss = 2 * optax.losses.cosine_distance(anchors, jax.lax.stop_gradient(positives)).mean()",
            note: "One minus the cosine, half of this.",
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
        Some(over_directions(input, |a, p| {
            let has_none = |direction: &[R]| direction.iter().all(|x| x.value() == 0.0);
            // Without a direction there is no distance, but the cosine is 0.
            if has_none(a) || has_none(p) { R::from(2.0) } else { R::squared_distance(a, p) }
        }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::embeddings::simsiam::SimSiam;
    use crate::testing::{inputs, paired, value};

    proptest! {
        #[test]
        fn it_is_2_plus_twice_simsiam(batch in paired(4, 3)) {
            let arrays = [
                ("anchors", &[4, 3][..], batch.vector("anchors")),
                ("positives", &[4, 3], batch.vector("positives")),
            ];
            let batch = inputs(Byol::SPEC, &arrays);
            let (byol, simsiam) = (value(&Byol, &[], &batch), value(&SimSiam, &[], &batch));
            prop_assert!((byol - (2.0 + 2.0 * simsiam)).abs() < 1e-12, "{byol} and {simsiam}");
            prop_assert!((0.0..=4.0).contains(&byol));
        }
    }
}
