//! Proxy-NCA: one learnt proxy a class stands in for all its samples.

use ndarray::ArrayView1;

use super::PROTOTYPED;
use super::moving::among_prototypes;
use super::pairwise::Units;
use super::similarity::{compared, units};
use crate::cost::Cost;
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::{Kernel, Moving};
use crate::real::{Comparison, Real};
use crate::spec::{Family, Meaning, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Softmax over squared distances to proxies, with or without the own one below the line.
pub struct ProxyNca;

impl Kernel for ProxyNca {
    const SPEC: &'static Spec = &Spec {
        id: "proxy-nca",
        title: "Proxy-NCA",
        family: Family::Embeddings,
        inputs: PROTOTYPED,
        params: &[
            Param::log("scale", r"\kappa", 1.0, (0.01, 64.0), "sharpness of the softmax").means(Meaning::Sharpness),
            Param::numbers(
                "include_positive",
                "",
                1.0,
                &[(0.0, "other proxies"), (1.0, "all proxies")],
                "what the own proxy is compared with; without itself its pull never fades",
            ),
        ],
        slope: Slope::Exact,
    };

    const COST: Cost = Cost::on_tape("3·N·C+3·N·D+3·C·D");

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Replaces the search for good triplets by a proxy a class: every sample is drawn to its own and driven off all others.",
        formula: r"L=-\frac1N\sum_i\log\frac{e^{-\p{scale}d_{iy_i}^2}}{\sum_je^{-\p{scale}d_{ij}^2}},\qquad d_{ij}=\lVert\hat x_i-\hat w_j\rVert",
        gradient: "",
        source: Source {
            authors: "Movshovitz-Attias, Toshev, Leung, Ioffe, Singh",
            year: 2017,
            title: "No Fuss Distance Metric Learning using Proxies",
            venue: "ICCV 2017, arXiv 1703.07464",
        },
        papers: &[],
        aliases: &["ProxyNCA++", "ProxyNCALoss", "proxy loss"],
        facts: &[
            "Over all proxies it is the softplus of what it is over the others, sample by sample.",
            "Over all proxies it is normalised softmax at temperature 1/(2κ).",
            "Over the others it may be negative: a sample on its proxy is still pulled.",
            "A single class has no other proxy: 0.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::MetricLearning,
        call: "losses.ProxyNCALoss",
        arguments: &[
            Argument::same("scale", 1.0).called("softmax_scale"),
            Argument::lacking("include_positive", 1.0),
        ],
        python: "criterion = losses.ProxyNCALoss(*prototypes.shape, {})\n\
                criterion.proxies.data = prototypes\n\
                loss = criterion(embeddings, labels)",
        note: "Keeps the own proxy in the denominator, which the paper leaves out. Much is published with a scale \
                of 3 to 32 instead of 1.",
        departs: &[Departure::SHORT_EMBEDDINGS_OR_PROTOTYPES],
    }];

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let scale: R = params.real("scale");
        let with_own = params.get("include_positive") == 1.0;
        let [rows, proxies] = ["embeddings", "prototypes"].map(|name| units(&input.rows(name)));
        let d = compared(Comparison::SquaredDistance, &rows, &proxies);
        let term = |(d, label): (ArrayView1<R>, usize)| {
            let mut scores: Vec<R> = d.iter().map(|&d| d * -scale).collect();
            if with_own {
                return R::surprise(&scores, label);
            }
            let own = scores.remove(label);
            if scores.is_empty() { R::zero() } else { R::log_sum_exp(&scores) - own }
        };
        Some(d.outer_iter().zip(input.classes("labels")).map(term).collect())
    }

    fn while_moving(input: &Inputs<f64>, params: &Params, moving: &Moving<'_>) -> Option<Vec<f64>> {
        // Of unit vectors d² = 2 − 2 s; an embedding at 0 is as far from all of them either way.
        let slope = 2.0 * params.get("scale");
        if Units::of(input, "prototypes").has_zero() {
            return None;
        }
        among_prototypes(input, moving, (slope, -slope), params.get("include_positive") == 1.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::embeddings::normalized_softmax::NormalizedSoftmax;
    use crate::testing::{gradient, inputs, prototyped, value};

    proptest! {
        #[test]
        fn all_proxies_make_the_softplus_of_the_others(sample in prototyped(1, 4, 3), scale in 0.01..64.0) {
            let over = |own| value(&ProxyNca, &[("scale", scale), ("include_positive", own)], &sample);
            let expected = Real::softplus(over(0.0));
            prop_assert!((over(1.0) - expected).abs() < 1e-9 * (1.0 + expected));
        }

        #[test]
        fn all_proxies_make_a_normalised_softmax(batch in prototyped(6, 4, 3), scale in 0.01..64.0) {
            let softmax = value(&NormalizedSoftmax, &[("temperature", 0.5 / scale)], &batch);
            let got = value(&ProxyNca, &[("scale", scale)], &batch);
            prop_assert!((got - softmax).abs() < 1e-9 * (1.0 + softmax), "{got} against {softmax}");
        }
    }

    /// A sample `angle` radians from its proxy, which is opposite to the other one.
    fn near(angle: f64) -> Inputs<f64> {
        let arrays = [
            ("embeddings", &[1, 2][..], &[angle.cos(), angle.sin()][..]),
            ("labels", &[1], &[0.0]),
            ("prototypes", &[2, 2], &[1.0, 0.0, -1.0, 0.0]),
        ];
        inputs(ProxyNca::SPEC, &arrays)
    }

    #[test]
    fn without_the_own_proxy_the_pull_never_fades() {
        let pull = |own| {
            f64::norm(&gradient(&ProxyNca, &[("scale", 8.0), ("include_positive", own)], &near(0.1))[..2])
        };
        assert!(
            pull(1.0) < 1e-10,
            "with its proxy among the rivals a good sample is pulled by {}",
            pull(1.0)
        );
        assert!(pull(0.0) > 3.0, "without it by {}", pull(0.0));
        assert!(value(&ProxyNca, &[("include_positive", 0.0)], &near(0.0)) < 0.0);
    }

    #[test]
    fn a_single_class_has_no_rival() {
        let arrays = [
            ("embeddings", &[1, 1][..], &[-2.0][..]),
            ("labels", &[1], &[0.0]),
            ("prototypes", &[1, 1], &[1.0]),
        ];
        let lonely = inputs(ProxyNca::SPEC, &arrays);
        for own in [0.0, 1.0] {
            assert_eq!(value(&ProxyNca, &[("include_positive", own)], &lonely), 0.0);
        }
    }
}
