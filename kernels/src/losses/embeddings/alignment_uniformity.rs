//! Alignment and uniformity as one objective.

use super::PAIRED;
use super::alignment::{Alignment, alignment};
use super::uniformity::{Uniformity, uniformity};
use crate::cost::Cost;
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec};

/// Weighted sum of alignment and of the uniformity of both views.
pub struct AlignmentUniformity;

impl Kernel for AlignmentUniformity {
    const SPEC: &'static Spec = &Spec {
        id: "alignment-uniformity",
        title: "Alignment and uniformity",
        family: Family::Embeddings,
        inputs: PAIRED,
        params: &[
            Alignment::SPEC.params[0],
            Uniformity::SPEC.params[0],
            Param::linear("align_weight", "w_a", 1.0, (0.0, 5.0), "how much closeness of the views counts"),
            Param::linear("uniform_weight", "w_u", 1.0, (0.0, 5.0), "how much spreading out counts"),
        ],
        slope: Slope::Exact,
    };

    const COST: Cost = Cost::on_tape("3·N·N+6·N·D");

    const PROSE: &'static Prose = &Prose {
        summary: "The two forces inside a contrastive loss, each with a weight of its own: views together, samples apart.",
        formula: r"L=\p{align_weight}\,\frac1N\sum_i\lVert\hat a_i-\hat p_i\rVert^{\p{power}}
            +\frac{\p{uniform_weight}}2\big(U_{\p{t}}(a)+U_{\p{t}}(p)\big),
            \qquad U_{\p{t}}(x)=\log\frac2{N(N-1)}\sum_{i<j}e^{-\p{t}\lVert\hat x_i-\hat x_j\rVert^2}",
        gradient: "",
        source: Source {
            authors: "Wang, Isola",
            year: 2020,
            title: "Understanding Contrastive Representation Learning through Alignment and Uniformity on the Hypersphere",
            venue: "ICML 2020, arXiv 2005.10242",
        },
        papers: &[],
        aliases: &["align + uniform", "align_loss + uniform_loss"],
        facts: &[
            "Without weight on uniformity it is alignment, without weight on alignment the mean uniformity of the views.",
            "As the batch grows, InfoNCE less log N tends to the same two forces.",
        ],
    };

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        let of = |name| uniformity(&input.rows(name), params.real("t"));
        let [power, align, spread]: [R; 3] =
            ["power", "align_weight", "uniform_weight"].map(|name| params.real(name));
        R::mean(&alignment(input, power)) * align + (of("anchors") + of("positives")) * (spread * 0.5)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::embeddings::info_nce::InfoNce;
    use crate::losses::embeddings::similarity::cosines;
    use crate::testing::{inputs, paired, value};

    proptest! {
        #[test]
        fn each_weight_scales_its_own_part(
            batch in paired(5, 3),
            power in 0.5..6.0,
            t in 0.1..10.0,
            weights in (0.0..5.0, 0.0..5.0),
        ) {
            let of = |name| {
                let rows = inputs(Uniformity::SPEC, &[("embeddings", &[5, 3], batch.vector(name))]);
                value(&Uniformity, &[("t", t)], &rows)
            };
            let align = value(&Alignment, &[("power", power)], &batch);
            let uniform = 0.5 * (of("anchors") + of("positives"));
            let (a, u) = weights;
            let given = [("power", power), ("t", t), ("align_weight", a), ("uniform_weight", u)];
            let got = value(&AlignmentUniformity, &given, &batch);
            prop_assert!((got - (a * align + u * uniform)).abs() < 1e-9, "{got}, {align}, {uniform}");
        }

        #[test]
        fn info_nce_is_the_same_two_forces(batch in paired(8, 3), tau in 0.3..3.0f64) {
            let s = cosines(&batch.rows("anchors"), &batch.rows("positives"));
            let attraction = -s.diag().mean().unwrap() / tau;
            let spread = |row: ndarray::ArrayView1<f64>| row.mapv(|s| (s / tau).exp()).mean().unwrap().ln();
            let repulsion = s.outer_iter().map(spread).sum::<f64>() / 8.0;
            let got = value(&InfoNce, &[("temperature", tau)], &batch) - 8f64.ln();
            prop_assert!((got - attraction - repulsion).abs() < 1e-9, "{got}: {attraction} and {repulsion}");
        }
    }
}
