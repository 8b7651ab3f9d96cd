//! Tuplet margin loss: a softmax over tuplets with a slack angle for positives that are close enough.

use super::LABELLED;
use super::pairs::{negatives, positives};
use super::similarity::self_cosines;
use crate::cost::Cost;
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::losses::angular::widened;
use crate::real::{Real, largest};
use crate::spec::{Domain, Family, Meaning, Param, Params, Prose, Slope, Source, Spec};

/// NT-Xent with an angle taken off every positive pair.
pub struct TupletMargin;

impl Kernel for TupletMargin {
    const SPEC: &'static Spec = &Spec {
        id: "tuplet-margin",
        title: "Tuplet margin loss",
        family: Family::Embeddings,
        inputs: LABELLED,
        params: &[
            Param::linear("margin", r"\beta", 5.73, (0.0, 45.0), "angle that a positive pair may keep")
                .within(Domain::Any)
                .unit("°"),
            Param::log("scale", "s", 64.0, (1.0, 128.0), "sharpness of the softmax").means(Meaning::Sharpness),
        ],
        slope: Slope::Exact,
    };

    const COST: Cost = Cost::on_tape("5·N·N+3·N·D");

    const PROSE: &'static Prose = &Prose {
        summary: "Keeps the hardest triplets from pulling a class into one point: positives within a small angle are left their room.",
        formula: r"L=\frac1{|\mathcal P|}\sum_{(a,p)\in\mathcal P}\log\Big(1+\sum_{n\in N_a}e^{\p{scale}(\cos\theta_{an}-\cos(\theta_{ap}-\p{margin}))}\Big)",
        gradient: r"\frac{\partial\cos(\theta-\p{margin})}{\partial\cos\theta}=\cos\p{margin}-\frac{\cos\theta}{\sin\theta}\sin\p{margin}",
        source: Source {
            authors: "Yu, Tao",
            year: 2019,
            title: "Deep Metric Learning with Tuplet Margin Loss",
            venue: "ICCV 2019",
        },
        papers: &[],
        aliases: &["TupletMarginLoss", "slack margin"],
        facts: &[
            "Without margin it is NT-Xent at temperature 1/s.",
            "Among positives it is lowest at an angle of β: closer ones are pushed out to it.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::MetricLearning,
        call: "losses.TupletMarginLoss",
        arguments: &[Argument::same("margin", 5.73), Argument::same("scale", 64.0)],
        python: "criterion = losses.TupletMarginLoss({})\n\
                loss = criterion(embeddings, labels)",
        note: "Degrees, as here: 5.73 is a tenth of a radian.",
        departs: &[
            Departure::value(
                "any(criterion.distance(embeddings)[i, j] > 1 - 1e-12 for i in range(len(labels)) for j \
                    in range(i) if labels[i] == labels[j])",
                "Where a positive points the way of its anchor, rounding may make the cosine larger \
                    than 1 and the loss NaN.",
            ),
            Departure::SHORT_EMBEDDINGS,
        ],
    }];

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        let (margin, scale): (R, R) = (params.real::<R>("margin") * 1f64.to_radians(), params.real("scale"));
        let labels = input.labels("labels");
        let s = self_cosines(&input.rows("embeddings"));
        let mut terms = Vec::new();
        for a in 0..labels.len() {
            let against: Vec<R> = negatives(labels, a).into_iter().map(|n| s[(a, n)]).collect();
            let nearest = largest(against.iter().map(|s| s.value()));
            let rivals = R::log_sum_exp(&against.iter().map(|&s| (s - nearest) * scale).collect::<Vec<R>>());
            for p in positives(labels, a) {
                let target = widened(s[(a, p)], -margin);
                let has_rivals = !against.is_empty();
                terms.push(if has_rivals { ((-target + nearest) * scale + rivals).softplus() } else { R::zero() });
            }
        }
        R::mean(&terms)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::embeddings::nt_xent::NtXent;
    use crate::testing::{inputs, labelled, value};

    proptest! {
        #[test]
        fn without_margin_it_is_nt_xent(batch in labelled(7, 3), scale in 0.5..64.0) {
            let nt_xent = value(&NtXent, &[("temperature", 1.0 / scale)], &batch);
            let got = value(&TupletMargin, &[("margin", 0.0), ("scale", scale)], &batch);
            prop_assert!((got - nt_xent).abs() <= 1e-9 * (1.0 + nt_xent), "{got} against {nt_xent}");
        }

        #[test]
        fn positives_rest_at_the_margin(margin in 2.0..40.0f64, scale in 1.0..64.0, off in 0.01..0.9f64) {
            // The negative stands on the third axis, equally far from every place of the pair.
            let at = |degrees: f64| {
                let (sin, cos) = degrees.to_radians().sin_cos();
                let places = [1.0, 0.0, 0.0, cos, sin, 0.0, 0.0, 0.0, 1.0];
                let arrays = [("embeddings", &[3, 3][..], &places[..]), ("labels", &[3], &[0.0, 0.0, 1.0])];
                value(&TupletMargin, &[("margin", margin), ("scale", scale)], &inputs(TupletMargin::SPEC, &arrays))
            };
            let rest = at(margin);
            prop_assert!(at(margin * (1.0 - off)) >= rest, "closer than the margin is cheaper");
            prop_assert!(at(margin * (1.0 + off)) >= rest, "farther than the margin is cheaper");
        }

        #[test]
        fn one_place_for_both_of_a_pair_is_turned_by_the_whole_margin(margin in 0.0..45.0f64, scale in 1.0..64.0) {
            let places = [1.0, 0.0, 1.0, 0.0, 0.0, 1.0];
            let arrays = [("embeddings", &[3, 2][..], &places[..]), ("labels", &[3], &[0.0, 0.0, 1.0])];
            let batch = inputs(TupletMargin::SPEC, &arrays);
            let got = value(&TupletMargin, &[("margin", margin), ("scale", scale)], &batch);
            let expected = (-scale * margin.to_radians().cos()).exp().ln_1p();
            prop_assert!((got - expected).abs() <= 1e-13 * expected, "it costs {got}, not {expected}");
        }
    }
}
