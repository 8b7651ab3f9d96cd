//! NT-Xent: normalised temperature-scaled cross-entropy over labelled pairs.

use std::ops::Range;

use loss_explorer_lanes::{Weighed, affine, exp, ln_1p, scale, sum, sum_ln_1p};

use super::LABELLED;
use super::moving::{Rest, directions, weight};
use super::pairs::Groups;
use super::pairwise::{self, LEAST_SHARED_TEMPERATURE, Units};
use super::similarity::cosines_of;
use crate::cost::Cost;
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::{Gradient, Kernel, Moving, from_tape};
use crate::pairing::{PairGroup, Pairing};
use crate::real::{Real, largest};
use crate::spec::{Family, Meaning, Param, Params, Prose, Slope, Source, Spec, Terms};

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
        ).means(Meaning::Temperature)],
        slope: Slope::Exact,
    };

    const COST: Cost = Cost::on_tape("4·N·N+3·N·D").by_hand("2·N·N");

    const TERMS: Terms = Terms::Pairs;

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
            departs: &[
                Departure::value(
                    "temperature < 0.003",
                    "A pair costs at most 708, in 32-bit numbers at most 87.3.",
                ),
                Departure::SHORT_EMBEDDINGS,
            ],
        },
        Dialect {
            library: Library::Optax,
            call: "optax.losses.ntxent",
            arguments: &[Argument::same("temperature", 0.07)],
            python: r#"
loss = optax.losses.ntxent(embeddings, labels, {})
"#,
            note: "Already averaged over pairs.",
            departs: &[
                Departure::value(
                    "len(set(labels.tolist())) == len(labels)",
                    "A batch without a positive pair gives NaN.",
                ),
            ],
        },
    ];

    fn pair_terms<R: Real>(pairing: &Pairing<'_, R>, params: &Params) -> Option<Vec<PairGroup<R>>> {
        let temperature: R = params.real("temperature");
        let (s, relation) = (cosines_of(pairing), &pairing.relation);
        let mut terms = Vec::new();
        for i in 0..relation.anchors() {
            let negatives = relation.negatives(i);
            if negatives.is_empty() {
                continue;
            }
            // Less the nearest negative each, as a low temperature would make infinities of cosines.
            let nearest = largest(negatives.iter().map(|&k| s[(i, k)].value()));
            let logit = |j: usize| (s[(i, j)] - nearest) / temperature;
            let against = R::log_sum_exp(&negatives.iter().map(|&k| logit(k)).collect::<Vec<R>>());
            let costs = relation.positives(i).iter().map(|&j| (against - logit(j)).softplus());
            terms.extend(costs.map(|cost| (i, cost)));
        }
        Some(vec![PairGroup::of_anchors(terms, false)])
    }

    fn value_and_gradient(input: &Inputs<f64>, params: &Params, gradient: &mut Gradient) -> f64 {
        let temperature = params.get("temperature");
        if temperature < LEAST_SHARED_TEMPERATURE {
            return from_tape::<Self>(input, params, gradient);
        }
        pairwise::among_groups(input, "embeddings", gradient, &|cosines, labels| {
            forces(cosines, labels, temperature)
        })
    }

    fn while_moving(input: &Inputs<f64>, params: &Params, moving: &Moving<'_>) -> Option<Vec<f64>> {
        let temperature = params.get("temperature");
        let groups = Groups::new(input.labels("labels"));
        if temperature < LEAST_SQUARED_TEMPERATURE || groups.samples() < 2 {
            return None;
        }
        let units = Units::of(input, moving.name);
        let rest = Rest::new(&units, &groups, moving.row);
        let kept = Kept::new(&rest, &groups, temperature);
        let places = directions(moving, units.dimension());
        let line = (1.0 / temperature, -1.0 / temperature);
        let Weighed { sums: against, logs: mut costs, .. } =
            rest.weigh(rest.of_others(), &places, line, &kept.rates);
        for (j, a) in rest.own().zip(&kept.against) {
            // A positive counts as that of the moving one and as an anchor: with x = 1/w
            // (1 + a x) (1 + b x) = 1 + (a + b + a b x) x.
            let mut odds = rest.weigh(j..j + 1, &places, (-line.0, -line.1), &[]).sums;
            odds.iter_mut().zip(&against).for_each(|(x, b)| *x *= a + b * (1.0 + a * *x));
            ln_1p(&mut odds);
            costs.iter_mut().zip(odds).for_each(|(cost, more)| *cost += more);
        }
        let mean = |cost: f64| if kept.pairs == 0.0 { 0.0 } else { (kept.total + cost) / kept.pairs };
        Some(costs.into_iter().map(mean).collect())
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
    /// For each of the others, what multiplies the weight of the moving one: one for each of its pairs, and 0 where it
    /// has less than another.
    rates: Vec<f64>,
}

impl Kept {
    fn new(rest: &Rest, groups: &Groups, temperature: f64) -> Self {
        let line = (1.0 / temperature, -1.0 / temperature);
        let (mut odds, mut against, mut rates) = (Vec::new(), Vec::new(), Vec::new());
        let mut pairs = 0;
        for (place, [own, others]) in rest.cosines(groups).into_iter().enumerate() {
            let sum = weight(&others, line);
            let own: Vec<f64> = own.into_iter().map(|cosine| weight(&[cosine], line)).collect();
            odds.extend(own.iter().map(|own| sum / own));
            if place < rest.others {
                pairs += own.len();
                rates.push(own.iter().map(|own| 1.0 / (own + sum)).collect::<Vec<f64>>());
            } else {
                against.push(sum);
                // Its pairs, one of them with the moving sample, and the moving sample's with it.
                pairs += if rest.others > 0 { own.len() + 2 } else { 0 };
            }
        }
        let most = rates.iter().map(Vec::len).max().unwrap_or(0);
        let padded = |of_one: Vec<f64>| of_one.into_iter().chain(std::iter::repeat(0.0)).take(most);
        let total = sum_ln_1p(&odds, &vec![1.0; odds.len()]);
        Self { total, pairs: pairs as f64, against, rates: rates.into_iter().flat_map(padded).collect() }
    }
}

/// The value; replaces every cosine by the derivative by it.
fn forces(cosines: &mut [f64], labels: &[Range<usize>], temperature: f64) -> f64 {
    affine(cosines, 1.0 / temperature, -1.0 / temperature);
    exp(cosines);
    let pairs: usize = labels.iter().filter(|own| own.len() < labels.len()).map(|own| own.len() - 1).sum();
    let factor = 1.0 / (temperature * pairs as f64);
    let mut odds = Vec::with_capacity(pairs);
    for (i, (weights, own)) in cosines.chunks_exact_mut(labels.len()).zip(labels).enumerate() {
        let (before, rest) = weights.split_at_mut(own.start);
        let (own, after) = rest.split_at_mut(own.len());
        let itself = i - before.len();
        let against = sum(before) + sum(after);
        if pairs == 0 || against == 0.0 {
            weights.fill(0.0);
            continue;
        }
        let mut pull = 0.0;
        own[itself] = 0.0;
        for (j, weight) in own.iter_mut().enumerate() {
            if j != itself {
                let share = against / (against + *weight);
                odds.push(against / *weight);
                pull += share;
                *weight = -share * factor;
            }
        }
        scale(before, factor * pull / against);
        scale(after, factor * pull / against);
    }
    sum_ln_1p(&odds, &vec![1.0; odds.len()]) / pairs.max(1) as f64
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
