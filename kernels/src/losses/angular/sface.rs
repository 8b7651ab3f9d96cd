//! SFace: pull and push that fade out by themselves.

use super::INPUTS;
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::losses::softmax::over_samples;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Pulls every sample to its prototype until it is near enough and pushes it off the others until they are far
/// enough, each pair on its own.
///
/// The gates are held constant in the gradient: the value is not a potential of the force.
pub struct SFace;

impl Kernel for SFace {
    const SPEC: &'static Spec = &Spec {
        id: "sface",
        title: "SFace",
        family: Family::Angular,
        inputs: INPUTS,
        params: &[
            Param::log("scale", "s", 64.0, (1.0, 128.0), "strength of both forces"),
            Param::log("k", "k", 80.0, (1.0, 100.0), "how abruptly the forces fade out"),
            Param::linear("a", "a", 0.8, (0.0, 1.6), "angle to the own prototype that is near enough")
                .unit("rad"),
            Param::linear("b", "b", 1.23, (0.5, 2.0), "angle to the other prototypes that is far enough")
                .unit("rad"),
        ],
        slope: Slope::Trained,
    };

    const TERMS: Terms = Terms::Labelled;

    const PROSE: &'static Prose = &Prose {
        summary: "Stops pulling and pushing at chosen angles, so mislabelled samples are not forced onto a wrong prototype.",
        formula: r"L=\frac1N\sum_i\Big[-r_+(\theta_{iy_i})\cos\theta_{iy_i}+\sum_{j\ne y_i}r_-(\theta_{ij})\cos\theta_{ij}\Big],\quad
            r_+(\theta)=\p{scale}\,\sigma(\p{k}(\theta-\p{a})),\quad r_-(\theta)=\p{scale}\,\sigma(\p{k}(\p{b}-\theta)),\quad
            r_\pm\text{ held constant}",
        gradient: r"\frac{\partial L}{\partial c_y}=-\frac1Nr_+(\theta_y),\qquad \frac{\partial L}{\partial c_j}=\frac1Nr_-(\theta_j)",
        source: Source {
            authors: "Zhong, Deng, Hu, Zhao, Li, Wen",
            year: 2021,
            title: "SFace: Sigmoid-Constrained Hypersphere Loss for Robust Face Recognition",
            venue: "IEEE Transactions on Image Processing 30, arXiv 2205.12010",
        },
        papers: &["sface"],
        aliases: &["sigmoid-constrained hypersphere loss"],
        facts: &[
            "Once θ_y is below a − 5/k and all other angles are above b + 5/k, no force exceeds 0.7 % of s.",
            "At θ_y = a the pull is half as strong as without a gate: s/2·sin a.",
            "The scale multiplies value and force and changes nothing else.",
            "The force between a sample and a prototype does not depend on the other prototypes.",
            "With hard gates the force is that of the potential s(cos a − cos max(θ, a)), not of the value shown.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let [scale, k, a, b]: [R; 4] = ["scale", "k", "a", "b"].map(|name| params.real(name));
        Some(over_samples(&input.rows("cosines"), &input.classes("labels"), |cosines, class| {
            let term = |(j, &cosine): (usize, &R)| {
                let theta = R::from(cosine.value().angle());
                let (sign, gate) = if j == class { (-scale, k * (theta - a)) } else { (scale, k * (b - theta)) };
                cosine * (sign * gate.sigmoid())
            };
            let terms: Vec<R> = cosines.iter().enumerate().map(term).collect();
            R::sum(&terms)
        }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::SFace;
    use crate::kernel::Kernel;
    use crate::testing::{cosines, gradient, inputs, value};

    /// Derivative by the cosines of a sample of class 0 at these angles to the prototypes.
    fn force(given: &[(&str, f64)], angles: [f64; 3]) -> Vec<f64> {
        let cosines = angles.map(f64::cos);
        gradient(
            &SFace,
            given,
            &inputs(SFace::SPEC, &[("cosines", &[1, 3], &cosines), ("labels", &[1], &[0.0])]),
        )
    }

    proptest! {
        #[test]
        fn settled_samples_rest(near in 0.01..1.0, far in 0.0..1.0, other in 0.0..1.0, k in 20.0..100.0) {
            let (a, b) = (0.8, 1.23);
            let start = b + 5.0 / k;
            let angles = [near * (a - 5.0 / k), start + far * (3.0 - start), start + other * (3.0 - start)];
            for f in force(&[("k", k)], angles) {
                prop_assert!(f.abs() < 0.007 * 64.0, "a settled sample is still moved by {f}");
            }
        }

        #[test]
        fn at_a_the_pull_is_halved(a in 0.1..1.5, s in 1.0..128.0) {
            let pull = force(&[("a", a), ("scale", s)], [a, 2.0, 2.0])[0] * a.sin();
            prop_assert!((pull + s / 2.0 * a.sin()).abs() < 1e-9 * s, "the pull is {pull}");
        }

        #[test]
        fn scale_only_multiplies(c in cosines(3, 4), s in 1.0..128.0) {
            let (one, scaled) = (value(&SFace, &[("scale", 1.0)], &c), value(&SFace, &[("scale", s)], &c));
            prop_assert!((scaled - s * one).abs() <= 1e-12 * s * (1.0 + one.abs()), "{scaled} is not {s} times {one}");
        }

        #[test]
        fn pairs_do_not_meet(own in 0.1..3.0, rival in 0.1..3.0, before in 0.1..3.0, after in 0.1..3.0) {
            prop_assert_eq!(&force(&[], [own, rival, before])[..2], &force(&[], [own, rival, after])[..2]);
        }
    }

    #[test]
    fn the_pull_has_the_potential_of_hard_gates() {
        let a: f64 = 0.8;
        let steps = 20_000;
        let width = 3.0 / f64::from(steps);
        let mut work = 0.0;
        for step in 0..steps {
            let theta = width * (f64::from(step) + 0.5);
            work -= force(&[("k", 1e4), ("scale", 1.0)], [theta, 2.0, 2.0])[0] * theta.sin() * width;
            let potential = a.cos() - f64::cos(theta.max(a));
            assert!((work - potential).abs() < 1e-3, "{work} instead of {potential} at {theta} rad");
        }
    }
}
