//! Center loss: samples gather around a centre of their class.

use super::PROTOTYPED;
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Half the mean squared distance from the own centre.
pub struct Center;

impl Kernel for Center {
    const SPEC: &'static Spec = &Spec {
        id: "center",
        title: "Center loss",
        family: Family::Embeddings,
        inputs: PROTOTYPED,
        params: &[Param::linear(
            "weight",
            r"\lambda",
            1.0,
            (0.0, 10.0),
            "what multiplies it; beside a softmax the paper takes 0.003",
        )],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Makes classes tight and leaves it to another loss to keep them apart; alone it ends in one point.",
        formula: r"L=\frac{\p{weight}}{2N}\sum_i\lVert x_i-c_{y_i}\rVert^2",
        gradient: r"\frac{\partial L}{\partial x_i}=\frac{\p{weight}}N(x_i-c_{y_i})",
        source: Source {
            authors: "Wen, Zhang, Li, Qiao",
            year: 2016,
            title: "A Discriminative Feature Learning Approach for Deep Face Recognition",
            venue: "ECCV 2016",
        },
        papers: &[],
        aliases: &["centre loss", "CenterLoss", "intra-class compactness"],
        facts: &[
            "It is 0 just when every sample sits on its centre.",
            "With centres at the class means it is half the variance within classes.",
            "It is quadratic, with the same curvature in every direction.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let weight = params.real::<R>("weight") * 0.5;
        let centres = input.rows("prototypes");
        let term = |(row, label): (&[R], usize)| R::squared_distance(row, centres[label]).weighted(weight);
        let rows = input.rows("embeddings").into_iter().zip(input.classes("labels"));
        Some(rows.map(term).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::embeddings::moments::variance;
    use crate::testing::{gradient, inputs, prototyped, value};

    proptest! {
        #[test]
        fn class_means_make_it_half_the_variance_within(rows in prop::collection::vec(-3.0..3.0f64, 8)) {
            let (a, b) = rows.split_at(4);
            let centres = [f64::mean(a), f64::mean(b)];
            let arrays = [
                ("embeddings", &[8, 1][..], &rows[..]),
                ("labels", &[8], &[0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0]),
                ("prototypes", &[2, 1], &centres),
            ];
            let expected = 0.25 * (variance(a, 4) + variance(b, 4));
            let got = value(&Center, &[], &inputs(Center::SPEC, &arrays));
            prop_assert!((got - expected).abs() < 1e-12, "{got} against {expected}");
        }

        #[test]
        fn a_step_to_the_centre_is_a_step_against_the_gradient(batch in prototyped(6, 4, 3), weight in 0.1..10.0) {
            let given = [("weight", weight)];
            let mut moved = batch.clone();
            let g = gradient(&Center, &given, &batch);
            for (x, g) in moved.variable_mut("embeddings").iter_mut().zip(&g) {
                *x -= g * 6.0 / weight;
            }
            prop_assert!(value(&Center, &given, &batch) > 0.0);
            prop_assert!(value(&Center, &given, &moved) < 1e-20, "one Newton step misses the centres");
        }
    }
}
