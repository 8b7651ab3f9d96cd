//! NT-Xent: normalised temperature-scaled cross-entropy over labelled pairs.

use loss_explorer_lanes::{affine, dot, exp, multiply, scale, sum_ln_1p};

use super::LABELLED;
use super::pairs::{Groups, negatives, positives};
use super::pairwise;
use super::similarity::self_cosines;
use crate::dialect::{Argument, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::{Gradient, Kernel, from_tape};
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec};

/// One softmax a positive pair: the pair against all negatives of its anchor, other positives left out.
pub struct NtXent;

impl Kernel for NtXent {
    const SPEC: &'static Spec = &Spec {
        id: "nt-xent",
        title: "NT-Xent",
        family: Family::Embeddings,
        inputs: LABELLED,
        params: &[Param::log(
            "temperature",
            r"\tau",
            0.07,
            (0.01, 10.0),
            "sharpness: low looks at the nearest negatives only",
        )],
        slope: Slope::Exact,
    };

    const PROSE: &'static Prose = &Prose {
        summary: "Pulls every pair of one label together against all samples of other labels.",
        formula: r"L=-\frac1{|\mathcal P|}\sum_{(i,j)\in\mathcal P}\log
            \frac{e^{s_{ij}/\p{temperature}}}{e^{s_{ij}/\p{temperature}}+\sum_{k\in N_i}e^{s_{ik}/\p{temperature}}}",
        gradient: "",
        source: Source {
            authors: "Chen, Kornblith, Norouzi, Hinton",
            year: 2020,
            title: "A Simple Framework for Contrastive Learning of Visual Representations",
            venue: "ICML 2020, arXiv 2002.05709",
        },
        papers: &[],
        aliases: &["SimCLR loss", "normalized temperature-scaled cross-entropy"],
        facts: &[
            "With two samples a label it equals the supervised contrastive loss.",
            "The length of a vector does not matter.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[
        Dialect {
            library: Library::MetricLearning,
            call: "losses.NTXentLoss",
            arguments: &[Argument::same("temperature", 0.07)],
            python: "loss = losses.NTXentLoss({})(embeddings, labels)",
            note: "Other positives of an anchor are not in the denominator, unlike in the supervised contrastive loss. \
                The mean is over pairs: large classes weigh more.",
        },
        Dialect {
            library: Library::Optax,
            call: "optax.losses.ntxent",
            arguments: &[Argument::same("temperature", 0.07)],
            python: r#"
assert len(set(labels.tolist())) < len(labels), "without a positive pair it gives NaN"
loss = optax.losses.ntxent(embeddings, labels, {})
"#,
            note: "The same, already averaged over pairs; a batch without a positive pair gives NaN.",
        },
    ];

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        let temperature = params.get("temperature");
        let labels = input.labels("labels");
        let s = self_cosines(&input.rows("embeddings"));
        let mut terms = Vec::new();
        for i in 0..labels.len() {
            let negatives = negatives(labels, i);
            if negatives.is_empty() {
                continue;
            }
            let logits: Vec<R> = negatives.iter().map(|&k| s[(i, k)] / temperature).collect();
            let against = R::log_sum_exp(&logits);
            for j in positives(labels, i) {
                terms.push((against - s[(i, j)] / temperature).softplus());
            }
        }
        R::mean(&terms)
    }

    fn value_and_gradient(input: &Inputs<f64>, params: &Params, gradient: &mut Gradient) -> f64 {
        let temperature = params.get("temperature");
        if temperature < LEAST_SHARED_TEMPERATURE {
            return from_tape::<Self>(input, params, gradient);
        }
        let groups = Groups::new(input.labels("labels"));
        pairwise::among(input, "embeddings", gradient, &|cosines| forces(cosines, &groups, temperature))
    }
}

/// Down to this temperature `e^{(s − 1)/τ}` of any cosine is a normal number, so that no row needs to subtract its
/// maximum.
const LEAST_SHARED_TEMPERATURE: f64 = 0.003;

/// The value; replaces every cosine by the derivative by it.
fn forces(cosines: &mut [f64], groups: &Groups, temperature: f64) -> f64 {
    let n = groups.samples();
    affine(cosines, 1.0 / temperature, -1.0 / temperature);
    exp(cosines);
    let (mut others, mut odds) = (vec![1.0; n], Vec::new());
    for (i, weights) in cosines.chunks_exact_mut(n).enumerate() {
        let alike = groups.alike(i);
        alike.iter().for_each(|&j| others[j] = 0.0);
        let against = dot(weights, &others);
        let own = || alike.iter().copied().filter(|&j| j != i && against > 0.0);
        let share = |weight: f64| against / (against + weight);
        let pulls: Vec<f64> = own().map(|j| share(weights[j])).collect();
        let pull: f64 = pulls.iter().sum();
        odds.extend(own().map(|j| against / weights[j]));
        multiply(weights, if against > 0.0 { pull / against } else { 0.0 }, &others);
        own().zip(pulls).for_each(|(j, pull)| weights[j] = -pull);
        alike.iter().for_each(|&j| others[j] = 1.0);
    }
    if odds.is_empty() {
        return 0.0;
    }
    let pairs = odds.len() as f64;
    scale(cosines, 1.0 / (temperature * pairs));
    sum_ln_1p(&odds) / pairs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::NtXent;
    use crate::testing::{gradient, labelled, value};

    proptest! {
        #[test]
        fn the_length_of_a_vector_does_not_matter(batch in labelled(8, 3), factor in 0.1..10.0) {
            let mut longer = batch.clone();
            longer.variable_mut("embeddings")[..3].iter_mut().for_each(|x| *x *= factor);
            let (a, b) = (value(&NtXent, &[], &batch), value(&NtXent, &[], &longer));
            prop_assert!((a - b).abs() <= 1e-9 * (1.0 + a.abs()), "{a} turned into {b}");
            let g = gradient(&NtXent, &[], &batch);
            for (x, g) in batch.rows("embeddings").iter().zip(g.chunks(3)) {
                let along: f64 = x.iter().zip(g).map(|(x, g)| x * g).sum();
                prop_assert!(along.abs() < 1e-9, "the gradient has a part {along} along its vector");
            }
        }
    }
}
