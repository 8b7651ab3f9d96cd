//! InfoNCE: find the second view of a sample among those of the whole batch.

use loss_explorer_lanes::{dot, ln_1p, surprise, temper, weigh};

use super::PAIRED;
use super::moving::{directions, weight};
use super::pairwise::{self, LEAST_SHARED_TEMPERATURE, Units};
use super::similarity::{below_top, cosines, cosines_of, tempered_rows};
use crate::cost::Cost;
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::{Gradient, Kernel, Moving};
use crate::losses::softmax::over_samples;
use crate::pairing::{PairGroup, Pairing};
use crate::real::Real;
use crate::spec::{Family, Meaning, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Softmax over the second views: every anchor has to pick its own.
pub struct InfoNce;

/// What MoCo v3 multiplies by, which keeps the gradient's size as the temperature falls.
const RESCALED: Param = Param::numbers(
    "rescaled",
    "",
    0.0,
    &[(0.0, "no"), (1.0, "twice the temperature")],
    "what the loss is multiplied by",
)
.option();

/// The factor of the parameter `rescaled`, if there is one.
fn factor<R: Real>(params: &Params) -> Option<R> {
    (params.whole("rescaled") == 1).then(|| params.real::<R>("temperature") * 2.0)
}

/// The terms with that factor.
fn rescaled<R: Real>(terms: Vec<R>, params: &Params) -> Vec<R> {
    match factor::<R>(params) {
        Some(factor) => terms.into_iter().map(|term| term * factor).collect(),
        None => terms,
    }
}

impl Kernel for InfoNce {
    const SPEC: &'static Spec = &Spec {
        id: "info-nce",
        title: "InfoNCE",
        family: Family::Embeddings,
        inputs: PAIRED,
        params: &[Param::log(
            "temperature",
            r"\tau",
            0.07,
            (0.01, 10.0),
            "sharpness: low looks at the nearest negatives only",
        ).means(Meaning::Temperature), RESCALED],
        slope: Slope::Exact,
    };

    const COST: Cost = Cost::on_tape("3·N·N+6·N·D").by_hand("N·N+4·N·D");

    const TERMS: Terms = Terms::Views;

    const PROSE: &'static Prose = &Prose {
        summary: "Makes each sample recognise its other view among those of the batch; the temperature sets how much the nearest impostors matter.",
        formula: r"L=-\frac1N\sum_i\log\frac{e^{s_{ii}/\p{temperature}}}{\sum_ke^{s_{ik}/\p{temperature}}},\qquad s_{ij}=\cos(a_i,p_j)",
        gradient: r"\frac{\partial L_i}{\partial s_{ij}}=\frac{P_{ij}-[i=j]}{\p{temperature}},\qquad P_i=\mathrm{softmax}(s_i/\p{temperature})",
        source: Source {
            authors: "van den Oord, Li, Vinyals",
            year: 2018,
            title: "Representation Learning with Contrastive Predictive Coding",
            venue: "arXiv 1807.03748",
        },
        papers: &["contrastive-behaviour"],
        aliases: &["contrastive predictive coding", "CPC", "MoCo loss", "softmax contrastive loss"],
        facts: &[
            "At low temperature it is a triplet loss without margin on the nearest negative, divided by the temperature.",
            "At high temperature only the mean similarity matters: every negative is pushed equally.",
            "When all vectors are equal it is log N.",
            "It cannot fall below log(1 + (N − 1)e^(−2/τ)).",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::MetricLearning,
        call: "losses.SelfSupervisedLoss",
        arguments: &[
            Argument::same("temperature", 0.07),
            Argument::outside("rescaled", "2 * temperature * loss", 0.0),
        ],
        python: "criterion = losses.NTXentLoss({})\n\
                loss = losses.SelfSupervisedLoss(criterion, symmetric=False)(anchors, positives)\n\
                loss = 2 * temperature * loss if rescaled else loss",
        note: "Symmetric by default: then both views are one batch, each sample with 2N − 2 negatives, and the loss \
                is another one.",
        departs: &[
            Departure::value(
                "temperature < 0.003",
                "A pair costs at most 708, in 32-bit numbers at most 87.3.",
            ),
            Departure::SHORT_VIEWS,
        ],
    }];

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let s = cosines(&input.rows("anchors"), &input.rows("positives"));
        let own: Vec<usize> = (0..s.nrows()).collect();
        let terms = over_samples(&tempered_rows(s.view(), params.real("temperature")), &own, R::surprise);
        Some(rescaled(terms, params))
    }

    // With a queue its rows are the only negatives, and the positives stand before them.
    fn pair_terms<R: Real>(pairing: &Pairing<'_, R>, params: &Params) -> Option<Vec<PairGroup<R>>> {
        let temperature: R = params.real("temperature");
        let (s, relation) = (cosines_of(pairing), &pairing.relation);
        let term = |i: usize| {
            let all: Vec<R> = [relation.positives(i), relation.negatives(i)].concat().iter().map(|&j| s[(i, j)]).collect();
            R::surprise(&below_top(&all, temperature), 0)
        };
        let terms = rescaled((0..relation.anchors()).map(term).collect(), params);
        Some(vec![PairGroup::of_anchors(terms.into_iter().enumerate(), false)])
    }

    fn value_and_gradient(input: &Inputs<f64>, params: &Params, gradient: &mut Gradient) -> f64 {
        let (temperature, factor) = (params.get("temperature"), factor::<f64>(params).unwrap_or(1.0));
        pairwise::between(input, ["anchors", "positives"], gradient, &|cosines| {
            let n = input.length("N");
            let mut total = 0.0;
            for (i, logits) in cosines.chunks_exact_mut(n).enumerate() {
                temper(logits, temperature);
                total += surprise(logits, i);
            }
            let divisor = temperature * n as f64;
            cosines.iter_mut().for_each(|force| *force = *force / divisor * factor);
            total / n as f64 * factor
        })
    }

    /// With `w = e^{(s − 1)/τ}` an anchor costs `ln(1 + Σ wₖ / w_own)`; a weight more adds `ln(1 + w / Σ w)`.
    fn while_moving(input: &Inputs<f64>, params: &Params, moving: &Moving<'_>) -> Option<Vec<f64>> {
        let (n, temperature) = (input.length("N"), params.get("temperature"));
        if temperature < LEAST_SHARED_TEMPERATURE || n < 2 || factor::<f64>(params).is_some() {
            return None;
        }
        let line = (1.0 / temperature, -1.0 / temperature);
        let [anchors, positives] = ["anchors", "positives"].map(|name| Units::of(input, name));
        let moves_anchor = moving.name == "anchors";
        let weigh_rivals = |i: usize, stays: &dyn Fn(usize) -> bool| {
            let rivals = (0..n).filter(|&j| j != i && stays(j));
            weight(&rivals.map(|j| dot(anchors.row(i), positives.row(j))).collect::<Vec<f64>>(), line)
        };
        let (mut total, mut rates, mut others) = (0.0, Vec::new(), Vec::new());
        for i in (0..n).filter(|&i| i != moving.row) {
            let own = weight(&[dot(anchors.row(i), positives.row(i))], line);
            let rivals = weigh_rivals(i, &|j| moves_anchor || j != moving.row);
            total += (rivals / own).ln_1p();
            rates.push(1.0 / (own + rivals));
            others.extend_from_slice(if moves_anchor { positives.row(i) } else { anchors.row(i) });
        }
        let dimension = anchors.dimension();
        let places = directions(moving, dimension);
        let weighed = weigh(&places, &others, dimension, line, if moves_anchor { &[] } else { &rates });
        // Its own match moves as its rivals do, or against rivals that stay.
        let mate = if moves_anchor { positives.row(moving.row) } else { anchors.row(moving.row) };
        let mut odds = weigh(&places, mate, dimension, (-line.0, -line.1), &[]).sums;
        let rivals = if moves_anchor {
            weighed.sums
        } else {
            vec![weigh_rivals(moving.row, &|_| true); odds.len()]
        };
        odds.iter_mut().zip(rivals).for_each(|(odds, rivals)| *odds *= rivals);
        ln_1p(&mut odds);
        Some(odds.into_iter().zip(weighed.logs).map(|(own, rest)| (total + own + rest) / n as f64).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{inputs, paired, value};

    /// The mean over anchors of a function of its similarities and its own index.
    fn mean_over_anchors(batch: &Inputs<f64>, of: impl Fn(&[f64], usize) -> f64) -> f64 {
        let s = cosines(&batch.rows("anchors"), &batch.rows("positives"));
        let rows: Vec<f64> = s.outer_iter().enumerate().map(|(i, row)| of(&row.to_vec(), i)).collect();
        f64::mean(&rows)
    }

    proptest! {
        #[test]
        fn low_temperature_is_a_triplet_on_the_nearest_negative(batch in paired(6, 3), tau in 0.001..0.1) {
            let triplet = mean_over_anchors(&batch, |s, i| {
                s.iter().enumerate().filter(|(k, _)| *k != i).map(|(_, x)| x - s[i]).fold(0.0, f64::max)
            });
            let above = tau * value(&InfoNce, &[("temperature", tau)], &batch) - triplet;
            let room = tau * 6f64.ln();
            prop_assert!((-1e-12..=room + 1e-12).contains(&above), "τL is {above} above the triplet");
        }

        #[test]
        fn high_temperature_looks_at_the_mean_similarity(batch in paired(6, 3), tau in 2.0..50.0) {
            let simple = mean_over_anchors(&batch, |s, i| f64::mean(s) - s[i]);
            let above = value(&InfoNce, &[("temperature", tau)], &batch) - (6f64.ln() + simple / tau);
            let room = 1.0 / (2.0 * tau * tau);
            prop_assert!((-1e-12..=room + 1e-12).contains(&above), "L is {above} above the simple limit");
        }

        #[test]
        fn it_has_a_floor(batch in paired(6, 3), tau in 0.05..10.0f64) {
            let floor = (5.0 * (-2.0 / tau).exp()).ln_1p();
            prop_assert!(value(&InfoNce, &[("temperature", tau)], &batch) >= floor - 1e-12);
        }

        #[test]
        fn equal_vectors_cannot_be_told_apart(x in 0.1..2.0, y in -2.0..2.0, tau in 0.05..10.0) {
            let rows = [x, y, x, y, x, y];
            let batch = inputs(InfoNce::SPEC, &[("anchors", &[3, 2], &rows), ("positives", &[3, 2], &rows)]);
            let got = value(&InfoNce, &[("temperature", tau)], &batch);
            prop_assert!((got - 3f64.ln()).abs() < 1e-12, "the loss is {got}, not log 3");
        }
    }
}
