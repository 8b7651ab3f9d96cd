//! Normalised softmax: classify a vector by its cosines with one prototype a class.

use super::PROTOTYPED;
use super::moving::among_prototypes;
use super::similarity::{cosines, tempered_rows};
use crate::cost::Cost;
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::{Kernel, Moving};
use crate::losses::softmax::over_samples;
use crate::real::Real;
use crate::spec::{Family, Meaning, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Cross-entropy over cosines with prototypes, divided by a temperature.
pub struct NormalizedSoftmax;

impl Kernel for NormalizedSoftmax {
    const SPEC: &'static Spec = &Spec {
        id: "normalized-softmax",
        title: "Normalised softmax",
        family: Family::Embeddings,
        inputs: PROTOTYPED,
        params: &[Param::log("temperature", r"\tau", 0.05, (0.01, 20.0), "sharpness of the softmax").means(Meaning::Temperature)],
        slope: Slope::Exact,
    };

    const COST: Cost = Cost::on_tape("3·N·C+3·N·D+3·C·D");

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Plain classification on the sphere, from the vectors themselves: a baseline that many metric losses do not beat.",
        formula: r"L=-\frac1N\sum_i\log\frac{e^{\cos(x_i,w_{y_i})/\p{temperature}}}{\sum_je^{\cos(x_i,w_j)/\p{temperature}}}",
        gradient: r"\frac{\partial L}{\partial\cos(x_i,w_j)}=\frac{\pi_{ij}-[j=y_i]}{N\,\p{temperature}}",
        source: Source {
            authors: "Zhai, Wu",
            year: 2019,
            title: "Classification is a Strong Baseline for Deep Metric Learning",
            venue: "BMVC 2019, arXiv 1811.12649",
        },
        papers: &[],
        aliases: &[
            "normalized softmax",
            "NormalizedSoftmaxLoss",
            "NormFace from embeddings",
            "cosine classifier",
        ],
        facts: &[
            "It is NormFace at scale 1/τ, with vectors in place of cosines.",
            "It is SoftTriple with one centre a class and no margin, at λ = 1/τ.",
            "As the temperature grows it tends to log C.",
            "Prototypes spread evenly cannot get it below log(1 + (C − 1)e^(−C/((C − 1)τ))).",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::MetricLearning,
        call: "losses.NormalizedSoftmaxLoss",
        arguments: &[Argument::same("temperature", 0.05)],
        python: "criterion = losses.NormalizedSoftmaxLoss(*prototypes.shape, {})\n\
                criterion.W.data = prototypes.T\n\
                loss = criterion(embeddings, labels)",
        note: "The prototypes are the columns of its W. Its distance may be one that does not normalise; \
                then the embeddings keep their lengths.",
        departs: &[Departure::SHORT_EMBEDDINGS_OR_PROTOTYPES],
    }];

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let c = cosines(&input.rows("embeddings"), &input.rows("prototypes"));
        let logits = tempered_rows(c.view(), params.real("temperature"));
        Some(over_samples(&logits, &input.classes("labels"), R::surprise))
    }

    fn while_moving(input: &Inputs<f64>, params: &Params, moving: &Moving<'_>) -> Option<Vec<f64>> {
        let sharpness = 1.0 / params.get("temperature");
        among_prototypes(input, moving, (sharpness, -sharpness), true)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::angular::normface::NormFace;
    use crate::testing::{inputs, prototyped, value};

    proptest! {
        #[test]
        fn it_is_normface_on_the_cosines(batch in prototyped(6, 4, 3), tau in 0.01..20.0) {
            let c = cosines(&batch.rows("embeddings"), &batch.rows("prototypes"));
            let labels: Vec<f64> = batch.labels("labels").iter().map(|&l| l as f64).collect();
            let c: Vec<f64> = c.into_iter().collect();
            let arrays = [("cosines", &[6, 4][..], &c[..]), ("labels", &[6], &labels)];
            let normface = value(&NormFace, &[("scale", 1.0 / tau)], &inputs(NormFace::SPEC, &arrays));
            let got = value(&NormalizedSoftmax, &[("temperature", tau)], &batch);
            prop_assert!((got - normface).abs() < 1e-9 * (1.0 + normface), "{got} against {normface}");
        }

        #[test]
        fn high_temperature_leaves_log_c(batch in prototyped(6, 4, 3)) {
            prop_assert!((value(&NormalizedSoftmax, &[("temperature", 1e9)], &batch) - 4f64.ln()).abs() < 1e-8);
        }

        #[test]
        fn even_prototypes_have_a_floor(tau in 0.05..20.0f64, length in 0.1..10.0) {
            let corner = |i: usize| {
                let angle = std::f64::consts::TAU * i as f64 / 3.0;
                [length * angle.cos(), length * angle.sin()]
            };
            let corners = [corner(0), corner(1), corner(2)].concat();
            let arrays = [
                ("embeddings", &[3, 2][..], &corners[..]),
                ("labels", &[3], &[0.0, 1.0, 2.0]),
                ("prototypes", &[3, 2], &corners),
            ];
            let got =
                value(&NormalizedSoftmax, &[("temperature", tau)], &inputs(NormalizedSoftmax::SPEC, &arrays));
            let floor = (2.0 * (-1.5 / tau).exp()).ln_1p();
            prop_assert!((got - floor).abs() < 1e-12, "three even prototypes cost {got}, not {floor}");
        }
    }
}
