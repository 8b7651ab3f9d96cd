//! Supervised contrastive loss: one softmax an anchor over all others, every sample of its label a target.

use std::ops::Range;

use loss_explorer_lanes::{Weighed, ln, ln_1p, scale, softmax, sum};

use super::LABELLED;
use super::moving::{Rest, directions, weight};
use super::pairs::Groups;
use super::pairwise::{self, LEAST_SHARED_TEMPERATURE, Units};
use super::similarity::cosines_of;
use crate::cost::Cost;
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::{Gradient, Kernel, Moving, from_tape};
use crate::losses::softmax::log_one_plus_sum_exp;
use crate::pairing::{PairGroup, Pairing};
use crate::real::{Real, first_max, largest};
use crate::spec::{Family, Meaning, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Softmax over all other samples, with the logarithm outside or inside the mean over positives.
pub struct SupCon;

impl Kernel for SupCon {
    const SPEC: &'static Spec = &Spec {
        id: "sup-con",
        title: "Supervised contrastive loss",
        family: Family::Embeddings,
        inputs: LABELLED,
        params: &[
            Param::log(
                "temperature",
                r"\tau",
                0.1,
                (0.01, 10.0),
                "sharpness: low looks at the nearest samples only",
            ).means(Meaning::Temperature),
            Param::numbers(
                "inside",
                "",
                0.0,
                &[(0.0, "outside"), (1.0, "inside")],
                "where the mean over positives is taken: outside the logarithm all are pulled, inside the nearest",
            ),
            Param::numbers(
                "averaging",
                "",
                0.0,
                &[(0.0, "anchors with a positive"), (1.0, "all anchors"), (2.0, "anchors above 0")],
                "what the mean is taken over",
            )
            .option(),
            Param::numbers(
                "rescaled",
                "",
                0.0,
                &[(0.0, "no"), (1.0, "temperature over its base")],
                "whether the loss is multiplied so that its gradient does not grow as the temperature falls",
            )
            .option(),
            Param::log("base_temperature", "", 0.07, (0.01, 10.0), "temperature at which rescaling changes nothing")
                .only_when("rescaled", &["temperature over its base"])
                .option(),
        ],
        slope: Slope::Exact,
    };

    const COST: Cost = Cost::on_tape("4·N·N+3·N·D").by_hand("2·N·N");

    const TERMS: Terms = Terms::Pairs;

    const PROSE: &'static Prose = &Prose {
        summary: "Gathers all samples of a label at once, each anchor weighing its positives against everything else in the batch.",
        formula: r"L=\frac1{|A|}\sum_{i\in A}-\frac1{|P_i|}\sum_{j\in P_i}\log\frac{e^{s_{ij}/\p{temperature}}}{\sum_{k\ne i}e^{s_{ik}/\p{temperature}}}",
        gradient: r"\frac{\partial L_i}{\partial s_{ij}}=\frac1{\p{temperature}}\Big(P_{ij}-\frac{[j\in P_i]}{|P_i|}\Big)",
        source: Source {
            authors: "Khosla, Teterwak, Wang, Sarna, Tian, Isola, Maschinot, Liu, Krishnan",
            year: 2020,
            title: "Supervised Contrastive Learning",
            venue: "NeurIPS 2020, arXiv 2004.11362",
        },
        papers: &[],
        aliases: &["SupCon", "SupConLoss"],
        facts: &[
            "The inside form is never above the outside form; they agree when every anchor has one positive.",
            "With two samples a label it is NT-Xent.",
            "When all vectors are equal it is log(N − 1).",
            "Without a positive or without a negative pair in the batch it is 0.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::MetricLearning,
        call: "losses.SupConLoss",
        arguments: &[
            Argument::same("temperature", 0.1),
            Argument::lacking("inside", 0.0),
            Argument::choice(
                "averaging",
                &["reducers.AvgNonZeroReducer()", "reducers.MeanReducer()", "reducers.AvgNonZeroReducer()"],
                2.0,
            )
            .called("reducer"),
            Argument::outside("rescaled", "loss * temperature / base_temperature", 0.0),
            Argument::outside("base_temperature", "loss * temperature / base_temperature", 0.07),
        ],
        python: "criterion = losses.SupConLoss({})\n\
                loss = criterion(embeddings, labels)\n\
                loss = loss * temperature / base_temperature if rescaled else loss\n\
                criterion.reducer = reducers.DoNothingReducer()\n\
                terms = torch.as_tensor(criterion(embeddings, labels)[\"loss\"][\"losses\"]).flatten()",
        note: "Averages over the anchors that have a positive and whose term is not 0. The authors' own code \
                divides by all anchors and multiplies by temperature / 0.07.",
        departs: &[
            Departure::value(
                "averaging != 1 and len(terms) and ((terms <= 0) & (labels[:, None] == \
                    labels).fill_diagonal_(False).any(1)).any()",
                "Anchors whose term is 0 or rounds to 0 are left out of the mean: AvgNonZeroReducer is \
                    its default.",
            ),
            Departure::SHORT_EMBEDDINGS,
        ],
    }];

    fn pair_terms<R: Real>(pairing: &Pairing<'_, R>, params: &Params) -> Option<Vec<PairGroup<R>>> {
        let temperature: R = params.real("temperature");
        let factor = if params.whole("rescaled") == 0 { R::one() } else { temperature / params.real::<R>("base_temperature") };
        let (s, relation) = (cosines_of(pairing), pairing.relation.distinct());
        let anchors = 0..relation.anchors();
        if anchors.clone().all(|i| relation.negatives(i).is_empty()) {
            return Some(Vec::new());
        }
        let term = |i: usize| {
            let own = relation.positives(i);
            let nearest = own[first_max(&own.iter().map(|&j| s[(i, j)]).collect::<Vec<R>>())?];
            // Against its nearest positive a sure anchor keeps its digits.
            let logit = |&j: &usize| (s[(i, j)] - s[(i, nearest)]) / temperature;
            let others: Vec<R> = own.iter().filter(|&&j| j != nearest).map(logit).collect();
            let rivals: Vec<R> = relation.negatives(i).iter().map(logit).collect();
            Some(if params.get("inside") == 0.0 {
                let behind = R::sum(&others) / own.len() as f64;
                log_one_plus_sum_exp(others.into_iter().chain(rivals)) - behind
            } else if rivals.is_empty() {
                R::from((own.len() as f64).ln())
            } else {
                (R::log_sum_exp(&rivals) - log_one_plus_sum_exp(others)).softplus() + (own.len() as f64).ln()
            })
        };
        let averaging = params.whole("averaging");
        let terms = anchors.filter_map(|i| {
            let cost = term(i).map(|cost| if params.whole("rescaled") == 0 { cost } else { cost * factor });
            Some((i, cost.or((averaging == 1).then(R::zero))?))
        });
        Some(vec![PairGroup::of_anchors(terms, averaging == 2)])
    }

    fn value_and_gradient(input: &Inputs<f64>, params: &Params, gradient: &mut Gradient) -> f64 {
        let (temperature, inside) = (params.get("temperature"), params.get("inside") == 1.0);
        if !is_plain(params) {
            return from_tape::<Self>(input, params, gradient);
        }
        pairwise::among_groups(input, "embeddings", gradient, &|cosines, labels| {
            forces(cosines, labels, temperature, inside)
        })
    }

    /// With `w = e^{(s − 1)/τ}` an anchor costs `ln Σ w` over all others less what its positives say; a weight more adds
    /// `ln(1 + w / Σ w)`.
    fn while_moving(input: &Inputs<f64>, params: &Params, moving: &Moving<'_>) -> Option<Vec<f64>> {
        let temperature = params.get("temperature");
        let groups = Groups::new(input.labels("labels"));
        let is_anchor = |i: usize| (2..groups.samples()).contains(&groups.alike(i).len());
        let anchors = (0..groups.samples()).filter(|&i| is_anchor(i)).count();
        if temperature < LEAST_SHARED_TEMPERATURE || anchors == 0 || !is_plain(params) {
            return None;
        }
        let units = Units::of(input, moving.name);
        let rest = Rest::new(&units, &groups, moving.row);
        let line = (1.0 / temperature, -1.0 / temperature);
        let count = rest.own().len() as f64;
        // Over one positive there is no mean to move.
        let inside = params.get("inside") == 1.0 && count > 1.0;
        let towards = |own: &[f64], count: f64| match params.get("inside") {
            0.0 => own.iter().map(|cosine| line.0 * cosine + line.1).sum::<f64>() / count,
            _ => weight(own, line).ln() - count.ln(),
        };
        let moves_anchor = is_anchor(moving.row);
        let is_pair = moves_anchor && count == 1.0;
        let (mut total, mut rates, mut own_rates, mut against) = (0.0, Vec::new(), Vec::new(), 0.0);
        for (place, (&i, [own, others])) in rest.order.iter().zip(rest.cosines(&groups)).enumerate() {
            let (near, far) = (weight(&own, line), weight(&others, line));
            let stays = place < rest.others;
            rates.push(if is_anchor(i) { 1.0 / (near + far) } else { 0.0 });
            if is_pair && !stays {
                against = far;
            } else if is_anchor(i) && stays && own.len() == 1 {
                total += (far / near).ln_1p();
            } else if is_anchor(i) {
                total += (near + far).ln();
                total -= if own.is_empty() { 0.0 } else { towards(&own, groups.alike(i).len() as f64 - 1.0) };
            }
            if inside && !stays {
                own_rates.push(1.0 / near);
            }
        }
        let places = directions(moving, units.dimension());
        if is_pair {
            // Each is the other's only positive, as in NT-Xent.
            let Weighed { mut sums, logs: mut costs, .. } =
                rest.weigh(rest.of_others(), &places, line, &rates[rest.of_others()]);
            let mut odds = rest.weigh(rest.own(), &places, (-line.0, -line.1), &[]).sums;
            sums.iter_mut().zip(&odds).for_each(|(sum, odds)| *sum *= odds);
            scale(&mut odds, against);
            ln_1p(&mut sums);
            ln_1p(&mut odds);
            for (cost, (a, b)) in costs.iter_mut().zip(sums.into_iter().zip(odds)) {
                *cost = (*cost + total + a + b) / anchors as f64;
            }
            return Some(costs);
        }
        let all = rest.weigh(0..rest.order.len(), &places, line, &rates);
        let mut costs = all.logs;
        if moves_anchor {
            let mut own = rest.weigh(rest.own(), &places, line, &own_rates);
            let mut sums = all.sums;
            ln(&mut sums);
            ln(&mut own.sums);
            for (p, cost) in costs.iter_mut().enumerate() {
                let pull = if inside {
                    own.logs[p] + own.sums[p] - count.ln()
                } else {
                    2.0 * own.exponents[p] / count
                };
                *cost += sums[p] - pull;
            }
        }
        costs.iter_mut().for_each(|cost| *cost = (*cost + total) / anchors as f64);
        Some(costs)
    }
}

/// Whether it is averaged over anchors with a positive, as it is.
fn is_plain(params: &Params) -> bool {
    (params.whole("averaging"), params.whole("rescaled")) == (0, 0)
}

/// The value; replaces every cosine by the derivative by it.
fn forces(cosines: &mut [f64], labels: &[Range<usize>], temperature: f64, inside: bool) -> f64 {
    let n = labels.len();
    let (mut total, mut anchors) = (0.0, 0.0);
    let mut pulls = Vec::with_capacity(n);
    for (i, (logits, own)) in cosines.chunks_exact_mut(n).zip(labels).enumerate() {
        if own.len() == 1 || own.len() == n {
            logits.fill(0.0);
            continue;
        }
        let count = own.len() as f64 - 1.0;
        // The sample itself is nothing to compare with.
        logits[i] = f64::NEG_INFINITY;
        // Against its nearest positive a sure anchor keeps its digits.
        let nearest = largest(logits[own.clone()].iter().copied());
        logits.iter_mut().for_each(|s| *s = (*s - nearest) / temperature);
        pulls.clear();
        pulls.extend_from_slice(&logits[own.clone()]);
        total += softmax(logits);
        let rivals = sum(&logits[..own.start]) + sum(&logits[own.end..]);
        let near = &mut logits[own.clone()];
        // Over one positive both forms are one.
        if inside || count == 1.0 {
            total -= softmax(&mut pulls) - count.ln();
            near.iter_mut().zip(&pulls).for_each(|(force, pull)| *force = 0.0 - rivals * pull);
        } else {
            pulls[i - own.start] = 0.0;
            total -= sum(&pulls) / count;
            near.iter_mut().for_each(|force| *force -= 1.0 / count);
            logits[i] = 0.0;
        }
        anchors += 1.0;
    }
    if anchors == 0.0 {
        return 0.0;
    }
    let divisor = temperature * anchors;
    cosines.iter_mut().for_each(|force| *force /= divisor);
    total / anchors
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::embeddings::nt_xent::NtXent;
    use crate::testing::{inputs, labelled, random, value};

    proptest! {
        #[test]
        fn inside_is_never_above_outside(batch in labelled(8, 3), tau in 0.05..5.0) {
            let form = |inside| value(&SupCon, &[("temperature", tau), ("inside", inside)], &batch);
            prop_assert!(form(1.0) <= form(0.0) + 1e-12);
        }

        #[test]
        fn two_samples_a_label_make_the_forms_agree_with_nt_xent(seed in 0u64..1 << 32, tau in 0.05..5.0) {
            let points = random(super::super::uniformity::Uniformity::SPEC, &[("N", 6), ("D", 3)], seed);
            let arrays = [
                ("embeddings", &[6, 3][..], points.vector("embeddings")),
                ("labels", &[6], &[0.0, 1.0, 2.0, 2.0, 0.0, 1.0]),
            ];
            let batch = inputs(SupCon::SPEC, &arrays);
            let outside = value(&SupCon, &[("temperature", tau)], &batch);
            let inside = value(&SupCon, &[("temperature", tau), ("inside", 1.0)], &batch);
            let nt_xent = value(&NtXent, &[("temperature", tau)], &batch);
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-12 * (1.0 + a.abs());
            prop_assert!(close(outside, inside) && close(outside, nt_xent), "{outside}, {inside}, {nt_xent}");
        }
    }

    fn of_equal_vectors(labels: &[f64; 4]) -> f64 {
        let arrays = [
            ("embeddings", &[4, 2][..], &[3.0, 4.0, 3.0, 4.0, 3.0, 4.0, 3.0, 4.0][..]),
            ("labels", &[4], labels),
        ];
        value(&SupCon, &[], &inputs(SupCon::SPEC, &arrays))
    }

    #[test]
    fn equal_vectors_cannot_be_told_apart() {
        let got = of_equal_vectors(&[0.0, 0.0, 1.0, 1.0]);
        assert!((got - 3f64.ln()).abs() < 1e-12, "the loss is {got}, not log 3");
    }

    #[test]
    fn without_pairs_of_both_kinds_there_is_nothing_to_learn() {
        assert_eq!(of_equal_vectors(&[7.0, 7.0, 7.0, 7.0]), 0.0);
        assert_eq!(of_equal_vectors(&[0.0, 1.0, 2.0, 3.0]), 0.0);
    }
}
