//! Circle loss: every similarity is weighed by how far it is from where it should be.

use super::LABELLED;
use super::pairs::pairs;
use super::similarity::{cosines_of, self_cosines};
use crate::cost::Cost;
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::pairing::{PairGroup, Pairing, sum_of_means};
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Softplus over all positives and negatives of an anchor, or of the batch, with weights that are not
/// differentiated by the similarities.
pub struct Circle;

/// One softplus over positive and negative similarities; `None` unless there are both.
pub(crate) fn term<R: Real>(positives: &[R], negatives: &[R], margin: R, gamma: R) -> Option<R> {
    if positives.is_empty() || negatives.is_empty() {
        return None;
    }
    let away = |&s: &R| (s.detach() + margin).relu() * (s - margin) * gamma;
    let towards = |&s: &R| (-s.detach() + (margin + 1.0)).relu() * (s - (-margin + 1.0)) * -gamma;
    let away: Vec<R> = negatives.iter().map(away).collect();
    let towards: Vec<R> = positives.iter().map(towards).collect();
    Some((R::log_sum_exp(&away) + R::log_sum_exp(&towards)).softplus())
}

/// One term an anchor, of those that have a positive and a negative.
fn by_anchor<R: Real>(pairing: &Pairing<'_, R>, params: &Params) -> Vec<PairGroup<R>> {
    let (margin, gamma) = (params.real("margin"), params.real("gamma"));
    let (s, relation) = (cosines_of(pairing), pairing.relation.distinct());
    let of_anchor = |i: usize| {
        let similarities = |to: &[usize]| to.iter().map(|&j| s[(i, j)]).collect::<Vec<R>>();
        let (own, others) = (similarities(relation.positives(i)), similarities(relation.negatives(i)));
        Some((i, term(&own, &others, margin, gamma)?))
    };
    vec![PairGroup::of_anchors((0..relation.anchors()).filter_map(of_anchor), true)]
}

impl Kernel for Circle {
    const SPEC: &'static Spec = &Spec {
        id: "circle",
        title: "Circle loss",
        family: Family::Embeddings,
        inputs: LABELLED,
        params: &[
            Param::linear("margin", "m", 0.4, (0.0, 1.0), "radius of the boundary, divided by √2"),
            Param::log("gamma", r"\gamma", 80.0, (1.0, 512.0), "sharpness"),
            Param::numbers(
                "scope",
                "",
                0.0,
                &[(0.0, "one term an anchor"), (1.0, "one term for the batch")],
                "which pairs compete in one term",
            ),
        ],
        slope: Slope::Trained,
    };

    const COST: Cost = Cost::on_tape("4·N·N+3·N·D");

    const TERMS: Terms = Terms::Pairs;

    const PROSE: &'static Prose = &Prose {
        summary: "Lets each similarity move at its own pace, so that pairs head for one point instead of sliding along a line.",
        formula: r"L_i=\log\Big(1+\sum_{k\in N_i}e^{\p{gamma}\alpha_k(s_{ik}-\p{margin})}\sum_{j\in P_i}e^{-\p{gamma}\alpha_j(s_{ij}-1+\p{margin})}\Big),
            \quad\alpha_k=[s_{ik}+\p{margin}]_+,\ \alpha_j=[1+\p{margin}-s_{ij}]_+",
        gradient: r"\frac{\partial L_i}{\partial s_n}=\sigma\,\p{gamma}\,[s_n+\p{margin}]_+,\qquad
            \frac{\partial L_i}{\partial s_p}=-\sigma\,\p{gamma}\,[1+\p{margin}-s_p]_+\quad\text{for one pair of each kind}",
        source: Source {
            authors: "Sun, Cheng, Zhang, Zhang, Zheng, Wang, Wei",
            year: 2020,
            title: "Circle Loss: A Unified Perspective of Pair Similarity Optimization",
            venue: "CVPR 2020, arXiv 2002.10857",
        },
        papers: &[],
        aliases: &["CircleLoss", "pair similarity optimization"],
        facts: &[
            "With one pair of each kind its level lines are circles around negative similarity 0 and positive similarity 1; the boundary has radius √2·m.",
            "A negative whose similarity is −m is left alone.",
            "The weights are constants in training, so the arrows are not the slope of the drawn value.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[
        Dialect {
            library: Library::MetricLearning,
            call: "losses.CircleLoss",
            arguments: &[
                Argument::same("margin", 0.4).called("m"),
                Argument::same("gamma", 80.0),
                Argument::lacking("scope", 0.0),
            ],
            python: "loss = losses.CircleLoss({})(embeddings, labels)",
            note: "One term an anchor, and terms that are 0 are left out of the mean. The authors' own code has one \
                term for the whole batch.",
            departs: &[Departure::SHORT_EMBEDDINGS],
        },
        Dialect {
            library: Library::Keras,
            call: "keras.losses.Circle",
            arguments: &[
                Argument::same("margin", 0.4),
                Argument::same("gamma", 80.0),
                Argument::lacking("scope", 0.0),
            ],
            python: "length = np.linalg.norm(embeddings, axis=1, keepdims=True)\n\
                unit = embeddings / np.where(length > 0, length, 1)\n\
                loss = keras.losses.Circle({})(labels, unit)",
            note: "Does not normalise: vectors have to have length 1. Terms that are 0 are left out of the mean. Its \
                gradient also runs through the weights, which the paper holds constant.",
            departs: &[],
        },
    ];

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        if params.get("scope") == 1.0 {
            let (margin, gamma) = (params.real("margin"), params.real("gamma"));
            let labels = input.labels("labels");
            let s = self_cosines(&input.rows("embeddings"));
            let (own, others): (Vec<_>, Vec<_>) =
                pairs(labels.len()).partition(|&(i, j)| labels[i] == labels[j]);
            let similarities = |pairs: Vec<_>| pairs.into_iter().map(|pair| s[pair]).collect::<Vec<R>>();
            return term(&similarities(own), &similarities(others), margin, gamma).unwrap_or(R::zero());
        }
        sum_of_means(&by_anchor(&Pairing::of(input), params))
    }

    // One term for the batch is about no anchor.
    fn pair_terms<R: Real>(pairing: &Pairing<'_, R>, params: &Params) -> Option<Vec<PairGroup<R>>> {
        (params.get("scope") == 0.0).then(|| by_anchor(pairing, params))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{gradient, inputs, value};

    /// Two samples of one label at ±`angle` around one of another label at 0: both anchors see the same
    /// similarities, `cos 2·angle` and `cos angle`.
    fn fork(angle: f64) -> Inputs<f64> {
        let (sin, cos) = angle.sin_cos();
        let arrays = [
            ("embeddings", &[3, 2][..], &[cos, sin, cos, -sin, 1.0, 0.0][..]),
            ("labels", &[3], &[0.0, 0.0, 1.0]),
        ];
        inputs(Circle::SPEC, &arrays)
    }

    proptest! {
        #[test]
        fn level_lines_are_circles(angle in 0.05f64..1.5, margin in 0.05..0.9, gamma in 1.0..100.0) {
            let (s_n, s_p) = (angle.cos(), (2.0 * angle).cos());
            let from_centre = s_n * s_n + (1.0 - s_p) * (1.0 - s_p);
            let expected = Real::softplus(gamma * (from_centre - 2.0 * margin * margin));
            let got = value(&Circle, &[("margin", margin), ("gamma", gamma)], &fork(angle));
            prop_assert!((got - expected).abs() <= 1e-9 * (1.0 + expected), "{got} against {expected}");
        }

        #[test]
        fn a_negative_far_enough_is_left_alone(angle in 1.8f64..2.2) {
            let margin = -angle.cos();
            let g = gradient(&Circle, &[("margin", margin), ("gamma", 2.0)], &fork(angle));
            let push = f64::norm(&g[4..]);
            prop_assert!(push < 1e-12, "the lone sample is pushed by {push}");
        }
    }

    #[test]
    fn arrows_follow_the_constant_weights() {
        let (angle, margin, gamma) = (1.0f64, 0.4, 2.0);
        let g = gradient(&Circle, &[("margin", margin), ("gamma", gamma)], &fork(angle));
        let (s_n, s_p) = (angle.cos(), (2.0 * angle).cos());
        let sigmoid = Real::sigmoid(gamma * (s_n * s_n + (1.0 - s_p) * (1.0 - s_p) - 2.0 * margin * margin));
        let (by_s_n, by_s_p) = (sigmoid * gamma * (s_n + margin), -sigmoid * gamma * (1.0 + margin - s_p));
        // The mean of two anchors, each of which moves with the angle of the first sample.
        let by_angle = 0.5 * (by_s_n * -angle.sin()) + by_s_p * -(2.0 * angle).sin();
        let along = g[0] * -angle.sin() + g[1] * angle.cos();
        assert!((along - by_angle).abs() < 1e-12, "the arrow is {along} along the circle, not {by_angle}");
    }
}
