//! The combined margin of SphereFace, ArcFace and CosFace.

use std::f64::consts::PI;

use super::falling_cosine::stretched;
use super::{INPUTS, margin_softmax, scale};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Domain, Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Cosine softmax with three margins at once: one multiplies the angle, one is added to it, one is taken off
/// the cosine.
pub struct CombinedMargin;

impl Kernel for CombinedMargin {
    const SPEC: &'static Spec = &Spec {
        id: "combined-margin",
        title: "Combined margin",
        family: Family::Angular,
        inputs: INPUTS,
        params: &[
            Param::linear("m1", "m_1", 1.0, (0.5, 4.0), "what multiplies the angle of the label"),
            Param::linear("m2", "m_2", 0.3, (0.0, 1.5), "what is added to it then")
                .within(Domain::Within(0.0, PI))
                .unit("rad"),
            Param::linear("m3", "m_3", 0.2, (0.0, 1.0), "what is taken off its cosine"),
            scale(64.0),
        ],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Labelled;

    const PROSE: &'static Prose = &Prose {
        summary: "One formula for the three classic margins, and for mixtures that beat each of them.",
        formula: r"L=-\frac1N\sum_i\log\frac{e^{\p{scale}\psi(\theta_{iy_i})}}
            {e^{\p{scale}\psi(\theta_{iy_i})}+\sum_{j\ne y_i}e^{\p{scale}\cos\theta_{ij}}},\quad
            \psi(\theta)=(-1)^k\cos\varphi-2k-\p{m3},\quad\varphi=\p{m1}\theta+\p{m2},\quad
            k=\lfloor\varphi/\pi\rfloor",
        gradient: r"\frac{\partial L}{\partial c_y}=\frac{\p{scale}}N(p_y-1)\,(-1)^k\,\p{m1}\frac{\sin\varphi}{\sin\theta_y}",
        source: Source {
            authors: "Deng, Guo, Xue, Zafeiriou",
            year: 2019,
            title: "ArcFace: Additive Angular Margin Loss for Deep Face Recognition",
            venue: "CVPR 2019, arXiv 1801.07698",
        },
        papers: &[],
        aliases: &["CM1", "CM2", "CombinedMarginLoss", "InsightFace"],
        facts: &[
            "(1, 0, 0) is NormFace, (m₁, 0, 0) SphereFace and (1, 0, m₃) CosFace.",
            "(1, m₂, 0) is ArcFace for angles up to π − m₂; beyond them the target goes on falling without a jump, which is ours.",
            "The target falls all the way as the angle grows.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let [m1, m2, m3] = ["m1", "m2", "m3"].map(|name| params.real(name));
        margin_softmax(input, params.real("scale"), |c| stretched(c, m1, m2) - m3)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kernel::Loss;
    use crate::losses::angular::{
        arcface::ArcFace, cosface::CosFace, normface::NormFace, sphereface::SphereFace,
    };
    use crate::testing::{cosines, value};

    fn combined(m: [f64; 3], scale: f64, c: &Inputs<f64>) -> f64 {
        value(&CombinedMargin, &[("m1", m[0]), ("m2", m[1]), ("m3", m[2]), ("scale", scale)], c)
    }

    proptest! {
        #[test]
        fn its_corners_are_the_classic_margins(c in cosines(3, 4), s in 1.0..64.0, m1 in 1.0..4.0, m3 in 0.0..1.0) {
            let corners = [
                (&NormFace as &dyn Loss, [1.0, 0.0, 0.0], vec![("scale", s)]),
                (&SphereFace, [m1, 0.0, 0.0], vec![("m", m1), ("scale", s)]),
                (&CosFace, [1.0, 0.0, m3], vec![("m", m3), ("scale", s)]),
            ];
            for (corner, m, given) in corners {
                let (got, expected) = (combined(m, s, &c), value(corner, &given, &c));
                prop_assert!((got - expected).abs() <= 1e-10 * (1.0 + expected), "{corner:?}: {got}, not {expected}");
            }
        }

        #[test]
        fn it_is_arcface_where_arcface_turns(c in cosines(3, 4), s in 1.0..64.0, share in 0.0..0.99) {
            let (rows, labels) = (c.rows("cosines"), c.classes("labels"));
            let widest = rows.iter().zip(labels).map(|(row, y)| row[y].angle()).fold(0.0, f64::max);
            let m2 = share * (PI - widest);
            let arc = value(&ArcFace, &[("m", m2), ("scale", s)], &c);
            let got = combined([1.0, m2, 0.0], s, &c);
            prop_assert!((got - arc).abs() <= 1e-11 * (1.0 + arc), "{got}, not {arc}");
        }

        #[test]
        fn a_closer_label_never_costs_more(c in cosines(1, 4), closer in 0.0..1.0, m1 in 0.5..4.0, m2 in 0.0..1.5) {
            let mut moved = c.clone();
            let own = &mut moved.variable_mut("cosines")[c.classes("labels")[0]];
            *own += closer * (1.0 - *own);
            let (before, after) = (combined([m1, m2, 0.2], 8.0, &c), combined([m1, m2, 0.2], 8.0, &moved));
            prop_assert!(after <= before + 1e-9, "closer to its prototype it costs {after}, not {before}");
        }
    }
}
