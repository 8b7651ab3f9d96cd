//! ArcFace: additive angular margin.

use std::f64::consts::PI;

use super::{INPUTS, margin_softmax, margin_softmax_by_hand, scale, widened};
use crate::dialect::{Argument, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::{Gradient, Kernel};
use crate::real::Real;
use crate::spec::{Domain, Family, Param, Params, Prose, Slope, Source, Spec, Terms};
use crate::tape::Var;

/// Cosine softmax whose label is judged as if it were turned away by a fixed angle.
pub struct ArcFace;

/// The angle that the label is turned by.
pub(crate) const MARGIN: Param =
    Param::linear("m", "m", 0.5, (0.0, 1.5), "margin that is added to the angle of the label")
        .within(Domain::Within(0.0, PI))
        .unit("rad");

/// The label's cosine after turning it by `margin` radians.
///
/// A turn beyond 180° would raise the cosine again; from `θ = π − m` on a straight line goes on falling. With
/// `easy` only angles below 90° are turned.
pub(crate) fn turned<R: Real>(cosine: R, margin: R, easy: bool) -> R {
    let least = if easy { 0.0 } else { (PI - margin.value()).cos() };
    if cosine.value() > least {
        widened(cosine, margin)
    } else if easy {
        cosine
    } else {
        cosine - margin * margin.sin()
    }
}

impl Kernel for ArcFace {
    const SPEC: &'static Spec = &Spec {
        id: "arcface",
        title: "ArcFace",
        family: Family::Angular,
        inputs: INPUTS,
        params: &[
            MARGIN,
            scale(64.0),
            Param::numbers(
                "easy_margin",
                "",
                0.0,
                &[(0.0, "everywhere"), (1.0, "below 90° only")],
                "where the margin holds",
            ),
        ],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Labelled;

    const PROSE: &'static Prose = &Prose {
        summary: "Asks every sample to lie closer to its prototype by a fixed angle, the same at any distance.",
        formula: r"L=-\frac1N\sum_i\log\frac{e^{\p{scale}\psi(\theta_{iy_i})}}
            {e^{\p{scale}\psi(\theta_{iy_i})}+\sum_{j\ne y_i}e^{\p{scale}\cos\theta_{ij}}},\quad
            \psi(\theta)=\begin{cases}\cos(\theta+\p{m})&\theta<\pi-\p{m}\\
            \cos\theta-\p{m}\sin\p{m}&\text{else}\end{cases}",
        gradient: r"\frac{\partial L}{\partial c_y}=\frac{\p{scale}}N(p_y-1)\frac{\sin(\theta_y+\p{m})}{\sin\theta_y}",
        source: Source {
            authors: "Deng, Guo, Xue, Zafeiriou",
            year: 2019,
            title: "ArcFace: Additive Angular Margin Loss for Deep Face Recognition",
            venue: "CVPR 2019, arXiv 1801.07698",
        },
        papers: &[],
        aliases: &["additive angular margin", "angular margin softmax", "InsightFace"],
        facts: &[
            "With margin 0 it is NormFace.",
            "Where the margin gives out, at θ = π − m, the target drops: from −1 to −1.117 for m = 0.5.",
            "The easy margin makes the target jump up by sin m at 90°.",
            "The target falls all the way as the angle grows.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::MetricLearning,
        call: "losses.ArcFaceLoss",
        arguments: &[
            Argument::degrees("m", 28.6).called("margin"),
            Argument::same("scale", 64.0),
            Argument::lacking("easy_margin", 0.0),
        ],
        python: "criterion = losses.ArcFaceLoss(num_classes=cosines.shape[1], embedding_size=1, {})\n\
                criterion.distance.compute_mat = lambda *_: cosines  # in place of embeddings and weights\n\
                loss = criterion(torch.ones(len(labels), 1), labels)",
        note: "The margin is in degrees: 0.5 given in the belief that it is radians is next to no \
                margin.",
        departs: &[],
    }];

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let (margin, easy) = (params.real("m"), params.get("easy_margin") == 1.0);
        margin_softmax(input, params.real("scale"), |c| turned(c, margin, easy))
    }

    fn value_and_gradient(input: &Inputs<f64>, params: &Params, gradient: &mut Gradient) -> f64 {
        let (margin, easy) = (Var::from(params.get("m")), params.get("easy_margin") == 1.0);
        margin_softmax_by_hand(input, params.get("scale"), gradient, &|c| turned(c, margin, easy))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::angular::normface::NormFace;
    use crate::testing::{cosines, value};

    proptest! {
        #[test]
        fn margin_0_is_normface(c in cosines(3, 4), scale in 1.0..100.0, easy in 0u8..2) {
            let arc = value(&ArcFace, &[("m", 0.0), ("scale", scale), ("easy_margin", easy.into())], &c);
            let norm = value(&NormFace, &[("scale", scale)], &c);
            prop_assert_eq!(arc, norm);
        }

        #[test]
        fn the_target_falls_with_the_angle(a in 0.0..PI, b in 0.0..PI, m in 0.0..1.5) {
            let (near, far) = (a.min(b), a.max(b));
            let target = |theta: f64| turned(theta.cos(), m, false);
            prop_assert!(target(near) >= target(far) - 1e-6, "it rises from {near} to {far} rad");
        }

        #[test]
        fn the_easy_margin_jumps_up_at_90_degrees(m in 0.0..1.5) {
            let (below, beyond) = (turned(1e-12, m, true), turned(-1e-12, m, true));
            prop_assert!((beyond - below - m.sin()).abs() < 1e-9, "it jumps by {}", beyond - below);
        }
    }

    #[test]
    fn the_target_drops_where_the_margin_gives_out() {
        let target = |theta: f64| turned(theta.cos(), 0.5, false);
        let edge = PI - 0.5;
        assert!((target(edge - 1e-7) + 1.0).abs() < 1e-6, "before: {}", target(edge - 1e-7));
        assert!((target(edge + 1e-7) + 1.1173).abs() < 1e-4, "behind: {}", target(edge + 1e-7));
    }
}
