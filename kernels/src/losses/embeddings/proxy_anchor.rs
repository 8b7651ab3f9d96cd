//! Proxy-Anchor: each proxy is an anchor that weighs the samples of the batch by how hard they are.

use loss_explorer_lanes::{dot, weigh};

use super::PROTOTYPED;
use super::moving::{LARGEST_EXPONENT, directions, weight};
use super::pairwise::Units;
use super::similarity::cosines;
use crate::cost::Cost;
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::{Kernel, Moving};
use crate::losses::softmax::log_one_plus_sum_exp;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec};

/// Two soft hinges a proxy, over the samples of its class and over all others.
pub struct ProxyAnchor;

impl Kernel for ProxyAnchor {
    const SPEC: &'static Spec = &Spec {
        id: "proxy-anchor",
        title: "Proxy-Anchor",
        family: Family::Embeddings,
        inputs: PROTOTYPED,
        params: &[
            Param::linear(
                "margin",
                r"\delta",
                0.1,
                (0.0, 0.5),
                "similarity that the own class should exceed, and others stay below its negative",
            ),
            Param::log("alpha", r"\alpha", 32.0, (1.0, 64.0), "how much hard samples stand out"),
        ],
        slope: Slope::Exact,
    };

    const COST: Cost = Cost::on_tape("3·N·C+3·N·D+3·C·D");

    const PROSE: &'static Prose = &Prose {
        summary: "Joins the speed of proxies with the detail of pairs: samples of one batch compete for the attention of a proxy.",
        formula: r"L=\frac1{|P^+|}\sum_{k\in P^+}\log\Big(1+\sum_{y_i=k}e^{-\p{alpha}(s_{ik}-\p{margin})}\Big)
            +\frac1C\sum_k\log\Big(1+\sum_{y_i\ne k}e^{\p{alpha}(s_{ik}+\p{margin})}\Big)",
        gradient: r"\frac{\partial L}{\partial s_{ik}}=-\frac{\p{alpha}}{|P^+|}\frac{e^{-\p{alpha}(s_{ik}-\p{margin})}}{1+\sum_{y_j=k}e^{-\p{alpha}(s_{jk}-\p{margin})}}
            \quad\text{for }y_i=k",
        source: Source {
            authors: "Kim, Kim, Cho, Kwak",
            year: 2020,
            title: "Proxy Anchor Loss for Deep Metric Learning",
            venue: "CVPR 2020, arXiv 2003.13911",
        },
        papers: &[],
        aliases: &["ProxyAnchorLoss", "proxy anchor"],
        facts: &[
            "For large α, divided by α, only the farthest own and the nearest foreign sample of each proxy count.",
            "With a single class in the batch the other proxies still push it away.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::MetricLearning,
        call: "losses.ProxyAnchorLoss",
        arguments: &[Argument::same("margin", 0.1), Argument::same("alpha", 32.0)],
        python: "criterion = losses.ProxyAnchorLoss(*prototypes.shape, {})\n\
                criterion.proxies.data = prototypes\n\
                loss = criterion(embeddings, labels)",
        note: "The pull is divided by the classes in the batch, the push by all classes.",
        departs: &[Departure::SHORT_EMBEDDINGS_OR_PROTOTYPES],
    }];

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        let (margin, alpha): (R, R) = (params.real("margin"), params.real("alpha"));
        let labels = input.classes("labels");
        let s = cosines(&input.rows("embeddings"), &input.rows("prototypes"));
        let (mut pull, mut push) = (Vec::new(), Vec::new());
        for (k, s) in s.columns().into_iter().enumerate() {
            let (own, others): (Vec<_>, Vec<_>) = s.iter().zip(&labels).partition(|&(_, &label)| label == k);
            if !own.is_empty() {
                pull.push(log_one_plus_sum_exp(own.into_iter().map(|(&s, _)| (s - margin) * -alpha)));
            }
            push.push(log_one_plus_sum_exp(others.into_iter().map(|(&s, _)| (s + margin) * alpha)));
        }
        R::mean(&pull) + R::mean(&push)
    }

    fn while_moving(input: &Inputs<f64>, params: &Params, moving: &Moving<'_>) -> Option<Vec<f64>> {
        let (margin, alpha) = (params.get("margin"), params.get("alpha"));
        if moving.name != "embeddings" || alpha * (1.0 + margin.abs()) > LARGEST_EXPONENT {
            return None;
        }
        let (pull, push) = ((-alpha, alpha * margin), (alpha, alpha * margin));
        let [embeddings, prototypes] = [moving.name, "prototypes"].map(|name| Units::of(input, name));
        let (labels, dimension) = (input.classes("labels"), prototypes.dimension());
        let own = labels[moving.row];
        // Of each proxy: 1 and the weights of those that stay, of which one more multiplies the sum by 1 + w / Σ.
        let (mut pulls, mut pushes, mut pulling) = (0.0, 0.0, 0.0);
        let (mut own_rate, mut rates, mut rivals) = (0.0, Vec::new(), Vec::new());
        for (k, proxy) in prototypes.rows().enumerate() {
            let stay = embeddings.rows().zip(&labels).enumerate().filter(|&(i, _)| i != moving.row);
            let (near, far): (Vec<_>, Vec<_>) =
                stay.map(|(_, sample)| sample).partition(|(_, label)| **label == k);
            let sum = |of: Vec<(&[f64], &usize)>, line| {
                weight(&of.into_iter().map(|(row, _)| dot(row, proxy)).collect::<Vec<f64>>(), line)
            };
            pulling += if near.is_empty() && k != own { 0.0 } else { 1.0 };
            let (near, far) = (sum(near, pull), sum(far, push));
            pulls += near.ln_1p();
            pushes += far.ln_1p();
            if k == own {
                own_rate = 1.0 / (1.0 + near);
            } else {
                rates.push(1.0 / (1.0 + far));
                rivals.extend_from_slice(proxy);
            }
        }
        let places = directions(moving, dimension);
        let near = weigh(&places, prototypes.row(own), dimension, pull, &[own_rate]).logs;
        let far = weigh(&places, &rivals, dimension, push, &rates).logs;
        let classes = prototypes.rows().len() as f64;
        let value = |(near, far): (f64, f64)| (pulls + near) / pulling + (pushes + far) / classes;
        Some(near.into_iter().zip(far).map(value).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{gradient, inputs, prototyped, value};

    proptest! {
        #[test]
        fn sharpness_leaves_the_hardest_samples(batch in prototyped(6, 4, 3), margin in 0.0..0.5) {
            let alpha = 1e5;
            let labels = batch.classes("labels");
            let s = cosines(&batch.rows("embeddings"), &batch.rows("prototypes"));
            let hinge = |k: usize, own: bool| {
                let samples: Vec<f64> = (0..6).filter(|&i| (labels[i] == k) == own).map(|i| s[(i, k)]).collect();
                let violation = |s: &f64| if own { margin - s } else { margin + s };
                (!samples.is_empty()).then(|| samples.iter().map(violation).fold(0.0, f64::max))
            };
            let pull: Vec<f64> = (0..4).filter_map(|k| hinge(k, true)).collect();
            let push = (0..4).filter_map(|k| hinge(k, false)).sum::<f64>() / 4.0;
            let got = value(&ProxyAnchor, &[("margin", margin), ("alpha", alpha)], &batch) / alpha;
            let limit = f64::mean(&pull) + push;
            prop_assert!((got - limit).abs() < 1e-4, "{got} against {limit}");
        }
    }

    #[test]
    fn other_proxies_push_even_a_batch_of_one_class() {
        let arrays = [
            ("embeddings", &[1, 2][..], &[1.0, 0.2][..]),
            ("labels", &[1], &[0.0]),
            ("prototypes", &[2, 2], &[1.0, 0.0, 1.0, 0.5]),
        ];
        let g = gradient(&ProxyAnchor, &[], &inputs(ProxyAnchor::SPEC, &arrays));
        assert!(f64::norm(&g[4..6]) > 1.0, "the proxy of the other class is left alone: {g:?}");
    }

    #[test]
    fn the_farthest_sample_of_a_class_is_pulled_most() {
        let at = |angle: f64| [angle.cos(), angle.sin()];
        let places = [at(0.1), at(-0.1), at(1.0)].concat();
        let arrays = [
            ("embeddings", &[3, 2][..], &places[..]),
            ("labels", &[3], &[0.0; 3]),
            ("prototypes", &[1, 2], &[1.0, 0.0]),
        ];
        let g = gradient(&ProxyAnchor, &[("margin", 0.9)], &inputs(ProxyAnchor::SPEC, &arrays));
        let pulls: Vec<f64> = g[..6].chunks(2).map(f64::norm).collect();
        assert!(pulls[2] > 0.99 * pulls.iter().sum::<f64>(), "the pulls are {pulls:?}");
    }
}
