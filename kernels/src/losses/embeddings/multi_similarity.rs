//! Multi-similarity loss: soft thresholds on the similarities of positives and of negatives.

use std::ops::Range;

use loss_explorer_lanes::{affine, ln_1p, scale, softmax};

use super::LABELLED;
use super::moving::{LARGEST_EXPONENT, Rest, directions, weight};
use super::pairs::Groups;
use super::pairwise::{self, Units};
use super::similarity::cosines_of;
use crate::cost::Cost;
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::{Gradient, Kernel, Moving};
use crate::losses::softmax::log_one_plus_sum_exp;
use crate::pairing::{PairGroup, Pairing};
use crate::real::{Real, largest};
use crate::spec::{Domain, Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Two soft hinges an anchor at one similarity threshold, sharper for negatives than for positives.
pub struct MultiSimilarity;

impl Kernel for MultiSimilarity {
    const SPEC: &'static Spec = &Spec {
        id: "multi-similarity",
        title: "Multi-similarity loss",
        family: Family::Embeddings,
        inputs: LABELLED,
        params: &[
            Param::log("alpha", r"\alpha", 2.0, (0.1, 50.0), "how sharply distant positives stand out"),
            Param::log("beta", r"\beta", 50.0, (1.0, 200.0), "how sharply near negatives stand out"),
            Param::linear(
                "base",
                r"\lambda",
                0.5,
                (0.0, 1.0),
                "similarity above which a negative, below which a positive counts",
            )
            .within(Domain::Any),
            Param::numbers(
                "mining",
                "",
                0.0,
                &[(0.0, "all pairs"), (1.0, "hard pairs")],
                "whether easy pairs are dropped",
            ),
            Param::linear("epsilon", r"\varepsilon", 0.1, (0.0, 0.5), "how easy a mined pair may still be")
                .only_when("mining", &["hard pairs"]),
        ],
        slope: Slope::Exact,
    };

    const COST: Cost = Cost::on_tape("3·N·N+3·N·D").by_hand("2·N·N");

    const TERMS: Terms = Terms::Pairs;

    const PROSE: &'static Prose = &Prose {
        summary: "Weighs each pair by its own similarity and by how it compares with the other pairs of its anchor.",
        formula: r"L=\frac1N\sum_i\frac1{\p{alpha}}\log\Big(1+\sum_{j\in P_i}e^{-\p{alpha}(s_{ij}-\p{base})}\Big)
            +\frac1{\p{beta}}\log\Big(1+\sum_{k\in N_i}e^{\p{beta}(s_{ik}-\p{base})}\Big)",
        gradient: r"\frac{\partial L_i}{\partial s_{ik}}=\frac1{e^{\p{beta}(\p{base}-s_{ik})}+\sum_{l\in N_i}e^{\p{beta}(s_{il}-s_{ik})}}",
        source: Source {
            authors: "Wang, Han, Huang, Dong, Scott",
            year: 2019,
            title: "Multi-Similarity Loss with General Pair Weighting for Deep Metric Learning",
            venue: "CVPR 2019, arXiv 1904.06627",
        },
        papers: &[],
        aliases: &["MS loss", "MultiSimilarityLoss"],
        facts: &[
            "For large α and β only the farthest positive and the nearest negative of an anchor count, each by how far it is beyond λ.",
            "Mining never raises it.",
            "Without any positive pair the push between negatives remains.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::MetricLearning,
        call: "losses.MultiSimilarityLoss",
        arguments: &[
            Argument::same("alpha", 2.0),
            Argument::same("beta", 50.0),
            Argument::same("base", 0.5),
            Argument::outside("mining", "miners.MultiSimilarityMiner", 0.0),
            Argument::outside("epsilon", "miners.MultiSimilarityMiner(epsilon)", 0.1),
        ],
        python: "mined = miners.MultiSimilarityMiner(epsilon)(embeddings, labels) if mining else None\n\
                loss = losses.MultiSimilarityLoss({})(embeddings, labels, mined)",
        note: "Uses every pair unless a miner is given, while the paper always mines; the mean is over all anchors.",
        departs: &[
            Departure::value(
                "mined and all(len(indices) <= 1 for indices in mined)",
                "With at most one mined pair of each kind the loss is 0.",
            ),
            Departure::SHORT_EMBEDDINGS,
        ],
    }];

    fn pair_terms<R: Real>(pairing: &Pairing<'_, R>, params: &Params) -> Option<Vec<PairGroup<R>>> {
        let [alpha, beta, base]: [R; 3] = ["alpha", "beta", "base"].map(|name| params.real(name));
        let (s, relation) = (cosines_of(pairing), pairing.relation.distinct());
        let term = |i: usize| {
            let (mut own, mut others) = (relation.positives(i).to_vec(), relation.negatives(i).to_vec());
            mine(&mut own, &mut others, params, &|j| s[(i, j)].value());
            let pull = log_one_plus_sum_exp(own.iter().map(|&j| (s[(i, j)] - base) * -alpha)) / alpha;
            let push = log_one_plus_sum_exp(others.iter().map(|&k| (s[(i, k)] - base) * beta)) / beta;
            (i, pull + push)
        };
        Some(vec![PairGroup::of_anchors((0..relation.anchors()).map(term), false)])
    }

    fn value_and_gradient(input: &Inputs<f64>, params: &Params, gradient: &mut Gradient) -> f64 {
        pairwise::among_groups(input, "embeddings", gradient, &|cosines, labels| {
            forces(cosines, labels, params)
        })
    }

    fn while_moving(input: &Inputs<f64>, params: &Params, moving: &Moving<'_>) -> Option<Vec<f64>> {
        let (alpha, beta, base) = (params.get("alpha"), params.get("beta"), params.get("base"));
        if params.get("mining") == 1.0 || alpha.max(beta) * (1.0 + base.abs()) > LARGEST_EXPONENT {
            return None;
        }
        let (pull, push) = ((-alpha, alpha * base), (beta, -beta * base));
        let groups = Groups::new(input.labels("labels"));
        let units = Units::of(input, moving.name);
        let rest = Rest::new(&units, &groups, moving.row);
        // Of each that stays: 1 and its weights, of which one more multiplies the sum by 1 + w / Σ.
        let (mut total, mut rates) = (0.0, Vec::new());
        for (place, [own, others]) in rest.cosines(&groups).into_iter().enumerate() {
            let (own, others) = (weight(&own, pull), weight(&others, push));
            total += own.ln_1p() / alpha + others.ln_1p() / beta;
            rates.push(1.0 / (1.0 + if place < rest.others { others } else { own }));
        }
        let places = directions(moving, units.dimension());
        let side = |which: Range<usize>, line, sharpness: f64| {
            let mut found = rest.weigh(which.clone(), &places, line, &rates[which]);
            ln_1p(&mut found.sums);
            let both = found.sums.into_iter().zip(found.logs).map(|(of_moving, of_rest)| of_moving + of_rest);
            both.map(|cost| cost / sharpness).collect::<Vec<f64>>()
        };
        let (pulls, pushes) = (side(rest.own(), pull, alpha), side(rest.of_others(), push, beta));
        let mean = |(pull, push): (f64, f64)| (total + pull + push) / groups.samples() as f64;
        Some(pulls.into_iter().zip(pushes).map(mean).collect())
    }
}

/// Leaves the hard pairs of an anchor, if the parameter `mining` asks for it.
fn mine(own: &mut Vec<usize>, others: &mut Vec<usize>, params: &Params, cosine: &dyn Fn(usize) -> f64) {
    if params.get("mining") == 1.0 {
        let epsilon = params.get("epsilon");
        let nearest_other = largest(others.iter().map(|&k| cosine(k)));
        let farthest_own = -largest(own.iter().map(|&j| -cosine(j)));
        own.retain(|&j| cosine(j) - epsilon < nearest_other);
        others.retain(|&k| cosine(k) + epsilon > farthest_own);
    }
}

/// The value; replaces every cosine by the derivative by it.
fn forces(cosines: &mut [f64], labels: &[Range<usize>], params: &Params) -> f64 {
    let (alpha, beta, base) = (params.get("alpha"), params.get("beta"), params.get("base"));
    let epsilon = (params.get("mining") == 1.0).then(|| params.get("epsilon"));
    let n = labels.len();
    let share = 1.0 / n as f64;
    let mut total = 0.0;
    let (mut near, mut far) = (Vec::with_capacity(n), Vec::with_capacity(n));
    for (i, (row, own)) in cosines.chunks_exact_mut(n).zip(labels).enumerate() {
        let places = [own.start..i, i + 1..own.end, 0..own.start, own.end..n];
        near.clear();
        far.clear();
        places[..2].iter().for_each(|place| near.extend_from_slice(&row[place.clone()]));
        places[2..].iter().for_each(|place| far.extend_from_slice(&row[place.clone()]));
        if let Some(epsilon) = epsilon {
            drop_easy(&mut near, &mut far, epsilon);
        }
        for (scores, slope) in [(&mut near, -alpha), (&mut far, beta)] {
            affine(scores, slope, -slope * base);
            // A score of 0 stands for the threshold.
            scores.push(0.0);
            total += softmax(scores) / slope.abs();
            scale(scores, slope.signum() * share);
        }
        row[i] = 0.0;
        let (near, far) = (near.split_at(places[0].len()), far.split_at(places[2].len()));
        for (place, forces) in places.into_iter().zip([near.0, near.1, far.0, far.1]) {
            let length = place.len();
            row[place].copy_from_slice(&forces[..length]);
        }
    }
    total * share
}

/// Moves the easy pairs of an anchor so far beyond the threshold that they weigh nothing, as [`mine`] leaves them out.
fn drop_easy(near: &mut [f64], far: &mut [f64], epsilon: f64) {
    let nearest_other = largest(far.iter().copied());
    let farthest_own = -largest(near.iter().map(|s| -s));
    near.iter_mut().filter(|s| **s - epsilon >= nearest_other).for_each(|s| *s = f64::INFINITY);
    far.iter_mut().filter(|s| **s + epsilon <= farthest_own).for_each(|s| *s = f64::NEG_INFINITY);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::embeddings::pairs::{negatives, positives};
    use crate::losses::embeddings::similarity::self_cosines;
    use crate::testing::{inputs, labelled, value};

    proptest! {
        #[test]
        fn sharp_weights_leave_the_hardest_pairs(batch in labelled(6, 3), base in 0.0..1.0) {
            let labels = batch.labels("labels");
            let s = self_cosines(&batch.rows("embeddings"));
            let hardest = |i: usize| {
                let pull = positives(labels, i).iter().map(|&j| base - s[(i, j)]).fold(0.0, f64::max);
                let push = negatives(labels, i).iter().map(|&k| s[(i, k)] - base).fold(0.0, f64::max);
                pull + push
            };
            let limit = (0..6).map(hardest).sum::<f64>() / 6.0;
            let got = value(&MultiSimilarity, &[("alpha", 1e4), ("beta", 1e4), ("base", base)], &batch);
            prop_assert!((-1e-12..=2.0 * 6f64.ln() / 1e4).contains(&(got - limit)), "{got} against {limit}");
        }

        #[test]
        fn mining_never_raises_it(batch in labelled(8, 3), epsilon in 0.0..0.5) {
            let with = |mining| value(&MultiSimilarity, &[("mining", mining), ("epsilon", epsilon)], &batch);
            prop_assert!(with(1.0) <= with(0.0) + 1e-12);
        }
    }

    #[test]
    fn lonely_samples_still_push_each_other() {
        let arrays = [
            ("embeddings", &[3, 2][..], &[1.0, 0.0, 1.0, 0.1, 1.0, -0.1][..]),
            ("labels", &[3], &[0.0, 1.0, 2.0]),
        ];
        let got = value(&MultiSimilarity, &[], &inputs(MultiSimilarity::SPEC, &arrays));
        assert!(got > 0.4, "three near samples of different labels have loss {got}");
    }
}
