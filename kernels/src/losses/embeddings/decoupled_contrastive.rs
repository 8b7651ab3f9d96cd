//! Decoupled contrastive loss: the positive pair is taken out of the denominator.

use super::PAIRED_WITH_NEGATIVES;
use super::similarity::{below_top, cosines, self_cosines};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::losses::softmax::softmax;
use crate::real::{Real, largest};
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Pull of the own view and push of all others, which no longer slow each other down.
pub struct DecoupledContrastive;

/// DCLW's weights of positive pairs by their cosines: more for those that are far apart, N in all.
fn weights<R: Real>(own: &[R], sigma: R) -> Vec<R> {
    let n = own.len() as f64;
    softmax(&below_top(own, sigma)).into_iter().map(|share| share * -n + 2.0).collect()
}

/// Of each anchor the smooth similarity to its negatives, over the temperature, less that of the nearest; and how far its
/// positive, weighted, is ahead of that one.
fn spread_and_lead<R: Real>(input: &Inputs<R>, params: &Params) -> (Vec<R>, Vec<R>) {
    let temperature = params.real("temperature");
    let anchors = input.rows("anchors");
    let n = anchors.len();
    let (among, across) = (self_cosines(&anchors), cosines(&anchors, &input.rows("positives")));
    let own: Vec<R> = across.diag().to_vec();
    let weights = match params.named("weighted") {
        "DCLW" => weights(&own, params.real("sigma")),
        _ => vec![R::one(); n],
    };
    let term = |i: usize| {
        let negatives: Vec<R> =
            (0..n).filter(|&k| k != i).flat_map(|k| [among[(i, k)], across[(i, k)]]).collect();
        let top = largest(negatives.iter().map(|s| s.value()));
        (R::log_sum_exp(&below_top(&negatives, temperature)), weights[i] * own[i] - top)
    };
    (0..n).map(term).unzip()
}

impl Kernel for DecoupledContrastive {
    const SPEC: &'static Spec = &Spec {
        id: "decoupled-contrastive",
        title: "Decoupled contrastive loss",
        family: Family::Embeddings,
        inputs: PAIRED_WITH_NEGATIVES,
        params: &[
            Param::log("temperature", r"\tau", 0.1, (0.02, 10.0), "sharpness among the negatives"),
            Param::numbers(
                "weighted",
                "",
                0.0,
                &[(0.0, "DCL"), (1.0, "DCLW")],
                "whether positives that are far apart count more",
            ),
            Param::log("sigma", r"\sigma", 0.5, (0.1, 5.0), "how evenly positives are weighted")
                .only_when("weighted", &["DCLW"]),
        ],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Keeps learning from easy pairs in small batches, where InfoNCE goes quiet because its positive is its own rival.",
        formula: r"L=\frac1N\sum_i-w_i\frac{\cos(a_i,p_i)}{\p{temperature}}
            +\log\sum_{k\ne i}\Big(e^{\cos(a_i,a_k)/\p{temperature}}+e^{\cos(a_i,p_k)/\p{temperature}}\Big),\qquad
            w_i=1\text{ or }2-N\frac{e^{\cos(a_i,p_i)/\p{sigma}}}{\sum_ke^{\cos(a_k,p_k)/\p{sigma}}}",
        gradient: r"\frac{\partial L}{\partial\cos(a_i,p_i)}=-\frac1{N\,\p{temperature}}\text{ for }w_i=1",
        source: Source {
            authors: "Yeh, Hong, Hsu, Liu, Chen, LeCun",
            year: 2022,
            title: "Decoupled Contrastive Learning",
            venue: "ECCV 2022, arXiv 2110.06848",
        },
        papers: &[],
        aliases: &["DCL", "DCLW", "DCLLoss", "negative-positive coupling"],
        facts: &[
            "NT-Xent of an anchor, with the negatives of both views, is the softplus of this.",
            "It may be negative.",
            "However easy the batch, the pull on a positive is 1/(Nτ).",
            "The weights add up to N.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let temperature: R = params.real("temperature");
        let (spread, lead) = spread_and_lead(input, params);
        Some(spread.into_iter().zip(lead).map(|(spread, lead)| spread - lead / temperature).collect())
    }

    /// One division: leads of both signs over a low temperature are infinities that do not add up.
    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        let (spread, lead) = spread_and_lead(input, params);
        R::mean(&spread) - R::mean(&lead) / params.real::<R>("temperature")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::embeddings::nt_xent::NtXent;
    use crate::testing::{inputs, paired, value};

    proptest! {
        #[test]
        fn nt_xent_is_the_softplus_of_it(batch in paired(2, 3), tau in 0.05..5.0) {
            // With two samples both anchors of a view have the same negatives as in the stacked batch.
            let stacked = [batch.vector("anchors"), batch.vector("positives")].concat();
            let arrays = [("embeddings", &[4, 3][..], &stacked[..]), ("labels", &[4], &[0.0, 1.0, 0.0, 1.0])];
            let nt_xent = value(&NtXent, &[("temperature", tau)], &inputs(NtXent::SPEC, &arrays));
            let of_anchor = |view: &str, other: &str, i: usize| {
                let (a, p) = (batch.rows(view), batch.rows(other));
                let s = |x: &[f64], y: &[f64]| cosines(&[x], &[y])[(0, 0)] / tau;
                let against = f64::log_sum_exp(&[s(a[i], a[1 - i]), s(a[i], p[1 - i])]);
                against - s(a[i], p[i])
            };
            let views = [("anchors", "positives"), ("positives", "anchors")];
            let decoupled = |(view, other)| 0.5 * (of_anchor(view, other, 0) + of_anchor(view, other, 1));
            let got = value(&DecoupledContrastive, &[("temperature", tau)], &batch);
            prop_assert!((got - decoupled(views[0])).abs() < 1e-9 * (1.0 + got.abs()));
            let softplus = |(view, other)| {
                Real::softplus(of_anchor(view, other, 0)) + Real::softplus(of_anchor(view, other, 1))
            };
            let expected: f64 = 0.25 * views.into_iter().map(softplus).sum::<f64>();
            prop_assert!((nt_xent - expected).abs() < 1e-9 * (1.0 + expected), "{nt_xent} against {expected}");
        }

        #[test]
        fn the_weights_add_up_to_n_and_favour_far_pairs(
            own in prop::collection::vec(-1.0..1.0f64, 2..9),
            sigma in 0.1..5.0,
        ) {
            let weights = weights(&own, sigma);
            let n = own.len() as f64;
            prop_assert!((f64::sum(&weights) - n).abs() < 1e-9, "the weights are {weights:?}");
            for (a, b) in (1..own.len()).map(|i| (i - 1, i)) {
                prop_assert_eq!(own[a] < own[b], weights[a] > weights[b], "{:?} of {:?}", weights, own);
            }
        }
    }

    #[test]
    fn easy_pairs_are_pulled_as_hard_as_others() {
        // The positives stand `angle` away from their anchors, at a right angle to everything else.
        let pull = |angle: f64| {
            let (sin, cos) = angle.sin_cos();
            let anchors = [1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0];
            let positives = [cos, 0.0, sin, 0.0, 0.0, cos, 0.0, sin];
            let arrays = [("anchors", &[2, 4][..], &anchors[..]), ("positives", &[2, 4], &positives)];
            let batch = inputs(DecoupledContrastive::SPEC, &arrays);
            let g = crate::testing::gradient(&DecoupledContrastive, &[("temperature", 0.1)], &batch);
            // Along the third axis an anchor moves its own similarity alone, at this rate.
            g[2] / sin
        };
        for angle in [0.1, 0.5, 1.0] {
            assert!((pull(angle) + 5.0).abs() < 1e-9, "at {angle} radians the pull is {}", pull(angle));
        }
    }
}
