//! SphereFace: multiplicative angular margin.

use super::falling_cosine::stretched;
use super::{INPUTS, margin_softmax, scale};
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Cosine softmax whose label is judged as if its angle were several times as large.
pub struct SphereFace;

impl Kernel for SphereFace {
    const SPEC: &'static Spec = &Spec {
        id: "sphereface",
        title: "SphereFace",
        family: Family::Angular,
        inputs: INPUTS,
        params: &[
            Param::linear("m", "m", 4.0, (1.0, 4.0), "what multiplies the angle of the label"),
            scale(30.0),
            Param::linear(
                "anneal",
                r"\lambda",
                0.0,
                (0.0, 1000.0),
                "share of the plain cosine in the target, against 1: high at the beginning of a training",
            ),
        ],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Labelled;

    const PROSE: &'static Prose = &Prose {
        summary: "The first margin on the angle; strong, and so hard to train that it is blended in slowly.",
        formula: r"L=-\frac1N\sum_i\log\frac{e^{\p{scale}\psi(\theta_{iy_i})}}
            {e^{\p{scale}\psi(\theta_{iy_i})}+\sum_{j\ne y_i}e^{\p{scale}\cos\theta_{ij}}},\quad
            \psi(\theta)=\frac{\p{anneal}\cos\theta+(-1)^k\cos(\p{m}\theta)-2k}{1+\p{anneal}},\quad
            k=\Big\lfloor\frac{\p{m}\theta}\pi\Big\rfloor",
        gradient: r"\frac{\partial L}{\partial c_y}=\frac{\p{scale}}N(p_y-1)\,
            \frac{\p{anneal}+(-1)^k\p{m}\sin(\p{m}\theta_y)/\sin\theta_y}{1+\p{anneal}}",
        source: Source {
            authors: "Liu, Wen, Yu, Li, Raj, Song",
            year: 2017,
            title: "SphereFace: Deep Hypersphere Embedding for Face Recognition",
            venue: "CVPR 2017, arXiv 1704.08063",
        },
        papers: &[],
        aliases: &["A-Softmax", "angular softmax", "multiplicative angular margin", "SphereFaceLoss"],
        facts: &[
            "With m = 1 it is NormFace, and so it is as λ grows.",
            "The target falls with the angle and has no jump; at 180° it is 1 − 2m for a whole m.",
            "At every multiple of 180°/m the target is flat: the label is not pulled there.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::MetricLearning,
        call: "losses.SphereFaceLoss",
        arguments: &[
            Argument::same("m", 4.0).called("margin"),
            Argument::same("scale", 1.0),
            Argument::lacking("anneal", 0.0),
        ],
        python: r#"
criterion = losses.SphereFaceLoss(num_classes=cosines.shape[1], embedding_size=1, {})
criterion.distance.compute_mat = lambda *_: cosines  # in place of embeddings and weights
loss = criterion(torch.ones(len(labels), 1), labels)
"#,
        note: "Multiplies by the length of each embedding besides its scale, which is 1, and nothing \
                anneals its margin.",
        departs: &[Departure::value("m != int(m)", "A margin that is no whole number is cut to one.")],
    }];

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let (m, anneal): (R, R) = (params.real("m"), params.real("anneal"));
        margin_softmax(input, params.real("scale"), |c| c + (stretched(c, m, R::zero()) - c) / (anneal + 1.0))
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use proptest::prelude::*;

    use super::*;
    use crate::losses::angular::falling_cosine::falling_cosine;
    use crate::losses::angular::normface::NormFace;
    use crate::testing::{cosines, gradient, inputs, value};

    proptest! {
        #[test]
        fn without_margin_it_is_normface(c in cosines(3, 4), scale in 1.0..64.0, anneal in 0.0..1000.0, m in 1.0..4.0) {
            let norm = value(&NormFace, &[("scale", scale)], &c);
            for (m, anneal) in [(1.0, anneal), (m, 1e12)] {
                let sphere = value(&SphereFace, &[("m", m), ("scale", scale), ("anneal", anneal)], &c);
                prop_assert!((sphere - norm).abs() <= 1e-9 * (1.0 + norm), "m = {m}, λ = {anneal}: {sphere}, not {norm}");
            }
        }
    }

    #[test]
    fn where_the_target_is_flat_the_label_is_not_pulled() {
        for k in 1..4 {
            let own = (PI * f64::from(k) / 4.0).cos();
            let sample = [("cosines", &[1, 2][..], &[own, 0.9][..]), ("labels", &[1], &[0.0])];
            let pull = gradient(&SphereFace, &[], &inputs(SphereFace::SPEC, &sample))[0];
            assert!(pull.abs() < 1e-12, "at {}° the label is pulled by {pull}", 45 * k);
        }
    }

    #[test]
    fn opposite_the_prototype_the_target_is_1_less_2m() {
        for m in 1..5 {
            let target = falling_cosine(PI * f64::from(m) * (1.0 - 1e-12));
            assert!((target - f64::from(1 - 2 * m)).abs() < 1e-9, "for m = {m} it is {target}");
        }
    }
}
