//! CurricularFace: hard rivals count little early in training and much later.

use super::arcface::{MARGIN, turned};
use super::{INPUTS, scale, widened};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::losses::softmax::over_samples;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// ArcFace in which every rival nearer than the turned label is reweighted by the age of the training.
///
/// The age `t` moves before the loss is taken: it becomes `0.99·t + 0.01·mean(c_y)`.
pub struct CurricularFace;

impl Kernel for CurricularFace {
    const SPEC: &'static Spec = &Spec {
        id: "curricularface",
        title: "CurricularFace",
        family: Family::Angular,
        inputs: INPUTS,
        params: &[
            MARGIN,
            scale(64.0),
            Param::linear(
                "t",
                "t",
                0.0,
                (0.0, 1.0),
                "age of the training, a running mean of the label cosines: 0 goes easy on hard rivals",
            ),
        ],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Learns from easy samples first and turns to the hard rivals as training goes on.",
        formula: r"L=-\frac1N\sum_i\log\frac{e^{\p{scale}\psi(\theta_{iy_i})}}
            {e^{\p{scale}\psi(\theta_{iy_i})}+\sum_{j\ne y_i}e^{\p{scale}\nu_{ij}}},\quad
            \nu_{ij}=\begin{cases}c_{ij}(\p{t}+c_{ij})&c_{ij}>\cos(\theta_{iy_i}+\p{m})\\c_{ij}&\text{else}\end{cases},\quad
            \psi\text{ as in ArcFace}",
        gradient: r"\frac{\partial L}{\partial c_j}=\frac{\p{scale}}Np_j\,(\p{t}+2c_j)\quad\text{for a hard rival}",
        source: Source {
            authors: "Huang, Wang, Tai, Liu, Shen, Li, Li, Huang",
            year: 2020,
            title: "CurricularFace: Adaptive Curriculum Learning Loss for Deep Face Recognition",
            venue: "CVPR 2020, arXiv 2004.00288",
        },
        papers: &[],
        aliases: &["adaptive curriculum learning", "hard example mining", "curriculum learning"],
        facts: &[
            "Without hard rivals it is ArcFace.",
            "At t = 0 a hard rival counts as the square of its cosine, less than it would.",
            "A hard rival within 90° counts more than its cosine just when the cosine is above 1 − t.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let [margin, scale, t]: [R; 3] = ["m", "scale", "t"].map(|name| params.real(name));
        Some(over_samples(&input.rows("cosines"), &input.classes("labels"), |cosines, class| {
            let hard_from = widened(cosines[class].value(), margin.value());
            let rival = |c: R| if c.value() > hard_from { c * (c + t) } else { c };
            let logit = |(j, &c): (usize, &R)| {
                if j == class { turned(c, margin, false) * scale } else { rival(c) * scale }
            };
            let logits: Vec<R> = cosines.iter().enumerate().map(logit).collect();
            R::surprise(&logits, class)
        }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::CurricularFace;
    use crate::kernel::Kernel;
    use crate::losses::angular::arcface::ArcFace;
    use crate::testing::{inputs, value};

    /// The loss of a sample of class 0 with one rival, and the ArcFace loss of the same.
    fn both(own: f64, rival: f64, t: f64) -> (f64, f64) {
        let sample = [("cosines", &[1, 2][..], &[own, rival][..]), ("labels", &[1], &[0.0])];
        let given = [("scale", 8.0)];
        let arcface = value(&ArcFace, &given, &inputs(ArcFace::SPEC, &sample));
        (value(&CurricularFace, &[given[0], ("t", t)], &inputs(CurricularFace::SPEC, &sample)), arcface)
    }

    /// From where on a rival of a sample at `own` is hard.
    fn hard_from(own: f64) -> f64 {
        (own.acos() + 0.5).cos()
    }

    proptest! {
        #[test]
        fn without_hard_rivals_it_is_arcface(own in -0.8..0.99f64, below in 0.001..0.1, t in 0.0..1.0) {
            let rival = hard_from(own) - below;
            let (got, arcface) = both(own, rival, t);
            prop_assert!((got - arcface).abs() < 1e-14 * (1.0 + arcface), "{got}, not {arcface}");
        }

        #[test]
        fn at_age_0_a_hard_rival_counts_as_its_square(own in -0.8..0.8f64, share in 0.01..0.99) {
            let hard = hard_from(own);
            let rival = hard + share * (1.0 - hard);
            let damped = both(own, rival, 0.0).0;
            // Softplus of the lead over the target, which is cos(θ + m).
            let expected = (8.0 * (rival * rival - hard)).exp().ln_1p();
            prop_assert!((damped - expected).abs() < 1e-10 * (1.0 + expected), "it costs {damped}, not {expected}");
        }

        #[test]
        fn above_1_minus_t_a_hard_rival_counts_more(own in 0.5..0.8f64, share in 0.01..0.99, t in 0.0..1.0) {
            let hard = hard_from(own);
            let rival = hard + share * (1.0 - hard);
            prop_assume!(f64::abs(rival - (1.0 - t)) > 1e-6);
            let (got, arcface) = both(own, rival, t);
            prop_assert_eq!(got > arcface, rival > 1.0 - t, "{} against {} for a rival at {}", got, arcface, rival);
        }
    }
}
