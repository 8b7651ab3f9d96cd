//! NT-Xent: normalised temperature-scaled cross-entropy over labelled pairs.

use loss_explorer_lanes::{affine, dot, exp, exp_above, multiply, scale, sum_ln_1p};

use super::LABELLED;
use super::moving::Rest;
use super::pairs::{Groups, negatives, positives};
use super::pairwise::{self, Units};
use super::similarity::self_cosines;
use crate::dialect::{Argument, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::{Gradient, Kernel, Moving, from_tape};
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

    fn while_moving(input: &Inputs<f64>, params: &Params, moving: &Moving<'_>) -> Option<Vec<f64>> {
        let temperature = params.get("temperature");
        let groups = Groups::new(input.labels("labels"));
        if temperature < LEAST_SQUARED_TEMPERATURE || groups.samples() < 2 {
            return None;
        }
        let units = Units::of(input, moving.name);
        let rest = Rest::new(&units, &groups, moving.row);
        let kept = Kept::new(&units, &groups, &rest, moving.row, temperature);
        let mut rates = kept.rates[0].clone();
        rates.extend(&kept.against);
        Some(rest.by_cosines(moving, 1.0 / temperature, -1.0 / temperature, &mut |row| {
            let (others, own) = row.split_at_mut(rest.others);
            let against = exp_above(others, 0.0);
            let more = kept.rates[1..].iter().map(|rates| sum_ln_1p(others, rates)).sum::<f64>();
            scale(own, -1.0);
            exp(own);
            // A positive counts as that of the moving one and as an anchor: (1 + a x) (1 + b x) = 1 + (a + b + a b x) x.
            for ((rate, x), a) in rates[rest.others..].iter_mut().zip(own).zip(&kept.against) {
                *rate = a + against * (1.0 + a * *x);
            }
            if kept.pairs == 0.0 { 0.0 } else { (kept.total + more + sum_ln_1p(row, &rates)) / kept.pairs }
        }))
    }
}

/// Down to this temperature the square of `e^{(1 − s)/τ}` of any cosine is a number, for two pairs at once.
const LEAST_SQUARED_TEMPERATURE: f64 = 0.01;

/// What stays while one sample moves. With `w = e^{(s − 1)/τ}` a pair costs `ln(1 + Σ wₖ / w_own)`, and a negative more
/// adds `ln(1 + w / (w_own + Σ wₖ))` to it.
struct Kept {
    /// The cost of all pairs without the moving sample.
    total: f64,
    /// How many pairs there are, with it.
    pairs: f64,
    /// For each sample of its label: the weights of that anchor's negatives.
    against: Vec<f64>,
    /// For each of the others, what multiplies the weight of the moving one; one row for each of its pairs, 0 where it
    /// has less.
    rates: Vec<Vec<f64>>,
}

impl Kept {
    fn new(units: &Units, groups: &Groups, rest: &Rest, moving: usize, temperature: f64) -> Self {
        let n = groups.samples();
        let mut weights = units.gram();
        affine(&mut weights, 1.0 / temperature, -1.0 / temperature);
        exp(&mut weights);
        let mut odds = Vec::new();
        let mut pairs = 0;
        let (mut against, mut rates) = (Vec::new(), vec![vec![0.0; rest.others]]);
        for (place, &i) in rest.order.iter().enumerate() {
            let weights = &weights[i * n..][..n];
            let alike = groups.alike(i);
            let is_other = |k: &usize| *k != moving && alike.binary_search(k).is_err();
            let sum: f64 = (0..n).filter(is_other).map(|k| weights[k]).sum();
            let own: Vec<usize> = alike.iter().copied().filter(|&j| j != i && j != moving).collect();
            odds.extend(own.iter().map(|&j| sum / weights[j]));
            if place < rest.others {
                rates.resize(rates.len().max(own.len()), vec![0.0; rest.others]);
                own.iter().zip(&mut rates).for_each(|(&j, rates)| rates[place] = 1.0 / (weights[j] + sum));
                pairs += own.len();
            } else {
                against.push(sum);
                // Its pairs, one of them with the moving sample, and the moving sample's with it.
                pairs += if rest.others > 0 { own.len() + 2 } else { 0 };
            }
        }
        Self { total: sum_ln_1p(&odds, &vec![1.0; odds.len()]), pairs: pairs as f64, against, rates }
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
    sum_ln_1p(&odds, &vec![1.0; odds.len()]) / pairs
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
