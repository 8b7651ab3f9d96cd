//! Angular loss: bounds the angle at the negative of the triangle that it makes with a positive pair.

use super::LABELLED;
use super::pairs::{negatives, positives};
use super::similarity::self_cosines;
use crate::cost::Cost;
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::losses::softmax::log_one_plus_sum_exp;
use crate::real::Real;
use crate::spec::{Domain, Family, Param, Params, Prose, Slope, Source, Spec};

/// Softmax of angular violations over the negatives of every positive pair.
pub struct Angular;

impl Kernel for Angular {
    const SPEC: &'static Spec = &Spec {
        id: "angular",
        title: "Angular loss",
        family: Family::Embeddings,
        inputs: LABELLED,
        params: &[Param::linear(
            "alpha",
            r"\alpha",
            40.0,
            (10.0, 60.0),
            "bound on the angle at the negative",
        )
        .within(Domain::UpTo(0.0, 90.0))
        .unit("°")],
        slope: Slope::Exact,
    };

    const COST: Cost = Cost::on_tape("6·triplets+N·N+3·N·D");

    const PROSE: &'static Prose = &Prose {
        summary: "Looks at the triangle of anchor, positive and negative and pushes the negative away from the middle of the pair.",
        formula: r"L=\frac1{|\mathcal P|}\sum_{(a,p)\in\mathcal P}\log\Big(1+\sum_{n\in N_a}
            e^{4\tan^2\!\p{alpha}\,(\hat a+\hat p)\cdot\hat n-2(1+\tan^2\!\p{alpha})\,\hat a\cdot\hat p}\Big)",
        gradient: "",
        source: Source {
            authors: "Wang, Zhou, Wen, Liu, Lin",
            year: 2017,
            title: "Deep Metric Learning with Angular Loss",
            venue: "ICCV 2017, arXiv 1708.01682",
        },
        papers: &[],
        aliases: &["AngularLoss", "angular triplet loss"],
        facts: &[
            "Its exponent is the squared length of the pair against the squared distance of the negative from its middle: ‖a − p‖² − 4t‖n − (a + p)/2‖² − 2 + 6t with t = tan²α.",
            "Without negatives it is 0.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::MetricLearning,
        call: "losses.AngularLoss",
        arguments: &[Argument::same("alpha", 40.0)],
        python: "unit = torch.nn.functional.normalize(embeddings)\n\
                loss = losses.AngularLoss({})(unit, labels)",
        note: "Degrees, as here. It normalises anchor and positive but not the negative: give it unit vectors.",
        departs: &[Departure::SHORT_EMBEDDINGS],
    }];

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        let alpha = params.real::<R>("alpha") * 1f64.to_radians();
        let t = (alpha.sin() / alpha.cos()).square();
        let (own, other) = ((t + 1.0) * 2.0, t * 4.0);
        let labels = input.labels("labels");
        let s = self_cosines(&input.rows("embeddings"));
        let mut terms = Vec::new();
        for a in 0..labels.len() {
            let negatives = negatives(labels, a);
            for p in positives(labels, a) {
                let exponent = |&n: &usize| (s[(a, n)] + s[(p, n)]) * other - s[(a, p)] * own;
                terms.push(log_one_plus_sum_exp(negatives.iter().map(exponent)));
            }
        }
        R::mean(&terms)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::embeddings::similarity::units;
    use crate::testing::{inputs, labelled, value};

    proptest! {
        #[test]
        fn it_compares_the_pair_with_its_distance_from_the_negative(
            rows in prop::collection::vec(-2.0..2.0f64, 6),
            alpha in 5.0..70.0f64,
        ) {
            let arrays = [("embeddings", &[3, 2][..], &rows[..]), ("labels", &[3], &[0.0, 0.0, 1.0])];
            let batch = inputs(Angular::SPEC, &arrays);
            let of = units(&batch.rows("embeddings"));
            let middle: Vec<f64> = of[0].iter().zip(&of[1]).map(|(a, p)| 0.5 * (a + p)).collect();
            let t = alpha.to_radians().tan().powi(2);
            let pair = f64::squared_distance(&of[0], &of[1]);
            let exponent = pair - 4.0 * t * f64::squared_distance(&of[2], &middle) - 2.0 + 6.0 * t;
            let expected = Real::softplus(exponent);
            let got = value(&Angular, &[("alpha", alpha)], &batch);
            prop_assert!((got - expected).abs() < 1e-9 * (1.0 + expected), "{got} against {expected}");
        }

        #[test]
        fn without_negatives_there_is_nothing(batch in labelled(5, 3)) {
            let arrays =
                [("embeddings", &[5, 3][..], batch.vector("embeddings")), ("labels", &[5], &[2.0; 5])];
            prop_assert_eq!(value(&Angular, &[], &inputs(Angular::SPEC, &arrays)), 0.0);
        }
    }
}
