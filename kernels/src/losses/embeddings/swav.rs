//! SwAV: each view predicts to which prototypes the other is assigned, with assignments that are spread evenly.

use ndarray::{Array2, ArrayView1, Axis};

use super::PAIRED;
use super::similarity::{below_top, cosines, tempered_rows};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::losses::softmax::{soft_cross_entropy, softmax};
use crate::real::{Real, largest};
use crate::spec::{Domain, Family, Input, Param, Params, Prose, Role, Slope, Source, Spec, Terms};

/// Cross-entropy of each view against the Sinkhorn code of the other.
pub struct Swav;

/// Assigns N samples to K prototypes by their scores, N×K: probabilities with `e^{S/ε}` as their shape, brought in turn
/// to equal column sums and to rows that sum to 1. Without iterations the whole sums to N.
#[must_use]
pub fn sinkhorn<R: Real>(scores: &Array2<f64>, epsilon: R, iterations: usize) -> Array2<R> {
    // Logarithms in units of ε, as e^{S/ε} may leave the range of numbers. Shares come out of the last step.
    let mut log_q = scores.mapv(R::from);
    let log_sum = |x: ArrayView1<R>| {
        let top = largest(x.iter().map(|x| x.value()));
        epsilon * R::log_sum_exp(&below_top(&x.to_vec(), epsilon)) + top
    };
    for _ in 0..iterations {
        for axis in [Axis(1), Axis(0)] {
            for mut part in log_q.axis_iter_mut(axis) {
                let all = log_sum(part.view());
                part.mapv_inplace(|x| x - all);
            }
        }
    }
    let shares = |x: Vec<R>| softmax(&below_top(&x, epsilon));
    let (n, k) = log_q.dim();
    let q: Vec<R> = if iterations == 0 {
        shares(log_q.into_iter().collect()).into_iter().map(|share| share * n as f64).collect()
    } else {
        log_q.outer_iter().flat_map(|row| shares(row.to_vec())).collect()
    };
    Array2::from_shape_vec((n, k), q).expect("a share an entry")
}

impl Kernel for Swav {
    const SPEC: &'static Spec = &Spec {
        id: "swav",
        title: "SwAV",
        family: Family::Embeddings,
        inputs: &[
            PAIRED[0],
            PAIRED[1],
            Input::variable("prototypes", Role::Prototype, &["K", "D"], "what samples are assigned to, of any length"),
        ],
        params: &[
            Param::log("temperature", r"\tau", 0.1, (0.02, 2.0), "sharpness of the prediction"),
            Param::log("epsilon", r"\varepsilon", 0.05, (0.02, 1.0), "softness of the assignment"),
            Param::integer(
                "iterations",
                "",
                3.0,
                (0.0, 50.0),
                "rounds in which the assignment is evened out",
            )
            .within(Domain::Within(0.0, 1000.0)),
        ],
        slope: Slope::Trained,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Clusters while it learns: the code of one view is the target of the other, and codes have to use all prototypes.",
        formula: r"L=-\frac1{2N}\sum_{i,k}Q^a_{ik}\log\mathrm{softmax}_k(S^p_i/\p{temperature})+Q^p_{ik}\log\mathrm{softmax}_k(S^a_i/\p{temperature}),\quad
            S^a_{ik}=\cos(a_i,w_k),\quad Q=\text{Sinkhorn}(e^{S/\p{epsilon}})\text{ without gradient}",
        gradient: r"\frac{\partial L}{\partial S^p_{ik}}=\frac1{2N\,\p{temperature}}\big(\mathrm{softmax}_k(S^p_i/\p{temperature})-Q^a_{ik}\big)",
        source: Source {
            authors: "Caron, Misra, Mairal, Goyal, Bojanowski, Joulin",
            year: 2020,
            title: "Unsupervised Learning of Visual Features by Contrasting Cluster Assignments",
            venue: "NeurIPS 2020, arXiv 2006.09882",
        },
        papers: &[],
        aliases: &["SwaVLoss", "swapped prediction", "Sinkhorn-Knopp assignment", "online clustering"],
        facts: &[
            "After a round of Sinkhorn the code of a sample sums to 1; after many each prototype has its even share.",
            "It is never below the mean entropy of the codes.",
            "Codes are targets and are not differentiated, so the arrows are not the slope of the drawn value.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let (temperature, epsilon): (R, R) = (params.real("temperature"), params.real("epsilon"));
        let prototypes = input.rows("prototypes");
        let scores = |view| cosines(&input.rows(view), &prototypes);
        let (anchors, positives) = (scores("anchors"), scores("positives"));
        let predict = |from: &Array2<R>, to: &Array2<R>| {
            let codes = sinkhorn(&to.mapv(R::value), epsilon, params.whole("iterations"));
            let logits = tempered_rows(from.view(), temperature);
            let of_row = |(code, row): (ArrayView1<R>, &Vec<R>)| soft_cross_entropy(row, &code.to_vec());
            codes.outer_iter().zip(&logits).map(of_row).collect::<Vec<R>>()
        };
        let both = predict(&positives, &anchors).into_iter().zip(predict(&anchors, &positives));
        Some(both.map(|(a, b)| (a + b) * 0.5).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::softmax::softmax;
    use crate::testing::{gradient, inputs, random, value};

    fn batches() -> impl Strategy<Value = Inputs<f64>> {
        (0u64..1 << 32).prop_map(|seed| random(Swav::SPEC, &[("N", 6), ("K", 3), ("D", 3)], seed))
    }

    fn codes(batch: &Inputs<f64>, view: &str, epsilon: f64, iterations: usize) -> Array2<f64> {
        sinkhorn(&cosines(&batch.rows(view), &batch.rows("prototypes")), epsilon, iterations)
    }

    proptest! {
        #[test]
        fn codes_share_the_prototypes_evenly(batch in batches(), epsilon in 0.3..1.0) {
            for row in codes(&batch, "anchors", epsilon, 1).outer_iter() {
                prop_assert!((row.sum() - 1.0).abs() < 1e-12, "a code sums to {}", row.sum());
            }
            for column in codes(&batch, "anchors", epsilon, 300).columns() {
                prop_assert!((column.sum() - 2.0).abs() < 1e-6, "a prototype has {} samples", column.sum());
            }
        }

        #[test]
        fn it_is_never_below_the_entropy_of_the_codes(batch in batches(), tau in 0.05..2.0, epsilon in 0.05..1.0) {
            let entropy = |view| {
                let q = codes(&batch, view, epsilon, 3);
                -q.mapv(|q: f64| if q == 0.0 { 0.0 } else { q * q.ln() }).sum() / 6.0
            };
            let got = value(&Swav, &[("temperature", tau), ("epsilon", epsilon)], &batch);
            let floor = 0.5 * (entropy("anchors") + entropy("positives"));
            prop_assert!(got >= floor - 1e-9, "{got} is below the entropy {floor}");
        }

        #[test]
        fn even_a_collapsed_batch_gets_even_codes(x in -1.0..1.0, y in 0.1..1.0) {
            let rows = [x, y].repeat(4);
            let scores = cosines(&rows.chunks(2).collect::<Vec<_>>(), &[&[1.0, 0.0], &[0.0, 1.0]]);
            let q = sinkhorn(&scores, 0.05, 3);
            prop_assert!(q.iter().all(|q| (q - 0.5).abs() < 1e-12), "the codes are {q}");
        }
    }

    #[test]
    fn arrows_take_the_codes_as_given() {
        // One sample and prototypes on the axes: the score by an axis is the coordinate of a unit vector.
        let (sin, cos) = 0.3f64.sin_cos();
        let arrays = [
            ("anchors", &[1, 2][..], &[1.0, 0.0][..]),
            ("positives", &[1, 2], &[cos, sin]),
            ("prototypes", &[2, 2], &[1.0, 0.0, 0.0, 1.0]),
        ];
        let batch = inputs(Swav::SPEC, &arrays);
        let g = gradient(&Swav, &[("temperature", 0.5), ("epsilon", 0.5), ("iterations", 0.0)], &batch);
        let q = codes(&batch, "anchors", 0.5, 0);
        let p = softmax(&[cos / 0.5, sin / 0.5]);
        let by_score = [(p[0] - q[(0, 0)]) / 0.5 / 2.0, (p[1] - q[(0, 1)]) / 0.5 / 2.0];
        let along = by_score[0] * -sin + by_score[1] * cos;
        let got = g[2] * -sin + g[3] * cos;
        assert!((got - along).abs() < 1e-12, "the arrow is {got} along the circle, not {along}");
    }
}
