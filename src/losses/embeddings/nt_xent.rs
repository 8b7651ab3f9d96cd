//! NT-Xent: normalised temperature-scaled cross-entropy over labelled pairs.

use ndarray::{Array2, ArrayView2, ArrayViewMut2};

use super::LABELLED;
use super::pairs::{negatives, positives};
use super::pairwise;
use super::similarity::self_cosines;
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
        let labels = input.labels("labels");
        pairwise::value_and_gradient(input, "embeddings", gradient, |cosines, forces| {
            value_and_forces(cosines, labels, temperature, forces)
        })
    }
}

/// Down to this temperature `e^{(s − 1)/τ}` of any cosine is a normal number, so that both directions of a pair can
/// share one exponential instead of each subtracting the maximum of its own row.
const LEAST_SHARED_TEMPERATURE: f64 = 0.003;

/// The value, and its derivative by every cosine.
fn value_and_forces(
    cosines: ArrayView2<f64>,
    labels: &[i64],
    temperature: f64,
    mut forces: ArrayViewMut2<f64>,
) -> f64 {
    let n = labels.len();
    let mut weights = Array2::zeros((n, n));
    for i in 0..n {
        for j in 0..i {
            let weight = ((cosines[(i, j)] - 1.0) / temperature).exp();
            weights[(i, j)] = weight;
            weights[(j, i)] = weight;
        }
    }
    let (mut total, mut pairs) = (0.0, 0usize);
    for (i, (weights, mut forces)) in weights.rows().into_iter().zip(forces.rows_mut()).enumerate() {
        let is_negative = |j: usize| labels[j] != labels[i];
        let against: f64 = weights.iter().enumerate().filter(|&(k, _)| is_negative(k)).map(|(_, w)| w).sum();
        if against == 0.0 {
            continue;
        }
        let mut pull = 0.0;
        for (j, &weight) in weights.iter().enumerate().filter(|&(j, _)| j != i && !is_negative(j)) {
            total += (against / weight).ln_1p();
            let share = against / (against + weight);
            forces[j] = -share;
            pull += share;
            pairs += 1;
        }
        for (k, &weight) in weights.iter().enumerate().filter(|&(k, _)| is_negative(k)) {
            forces[k] = pull * weight / against;
        }
    }
    if pairs == 0 {
        forces.fill(0.0);
        return 0.0;
    }
    let scale = 1.0 / (temperature * pairs as f64);
    forces.mapv_inplace(|force| force * scale);
    total / pairs as f64
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
