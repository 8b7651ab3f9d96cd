//! Circle loss of a sample against class prototypes.

use super::INPUTS;
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::losses::embeddings::circle;
use crate::losses::softmax::over_samples;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// One softplus over the label's cosine and all others, each weighted by how far it is from where it should be.
///
/// The weights are held constant in the gradient, so it is not the slope of the value.
pub struct CircleClass;

impl Kernel for CircleClass {
    const SPEC: &'static Spec = &Spec {
        id: "circle-class",
        title: "Circle loss, class level",
        family: Family::Angular,
        inputs: INPUTS,
        params: &[
            Param::linear("m", "m", 0.25, (0.0, 0.6), "radius of the boundary, divided by √2"),
            Param::log("gamma", r"\gamma", 256.0, (1.0, 512.0), "sharpness"),
        ],
        slope: Slope::Trained,
    };

    const TERMS: Terms = Terms::Labelled;

    const PROSE: &'static Prose = &Prose {
        summary: "Pulls hardest at whichever cosine is worst, so samples head for one point instead of a line.",
        formula: r"L=\frac1N\sum_i\log\Big(1+\sum_{j\ne y_i}e^{\p{gamma}\,a_{ij}(c_{ij}-\p{m})-\p{gamma}\,a_i(c_{iy_i}-1+\p{m})}\Big),\quad
            a_{ij}=[c_{ij}+\p{m}]_+,\quad a_i=[1+\p{m}-c_{iy_i}]_+,\quad a\text{ held constant}",
        gradient: r"\frac{\partial L}{\partial c_y}=-\frac{\p{gamma}}N(1-e^{-L_i})\,a_i,\qquad
            \frac{\partial L}{\partial c_j}=\frac{\p{gamma}}N(1-e^{-L_i})\,w_ja_{ij},\quad w=\mathrm{softmax}_{j\ne y}\big(\p{gamma}\,a_{ij}(c_{ij}-\p{m})\big)",
        source: Source {
            authors: "Sun, Cheng, Zhang, Zhang, Zheng, Wang, Wei",
            year: 2020,
            title: "Circle Loss: A Unified Perspective of Pair Similarity Optimization",
            venue: "CVPR 2020, arXiv 2002.10857",
        },
        papers: &[],
        aliases: &["CircleLoss", "circle loss with class-level labels"],
        facts: &[
            "With two classes it is log 2 on the circle c² + (c_y − 1)² = 2m², and less inside.",
            "The label is not pulled once its cosine is 1 + m, nor a rival whose cosine is −m.",
            "The pull of either cosine is in proportion to how far it is from there.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let (margin, gamma) = (params.real("m"), params.real("gamma"));
        Some(over_samples(&input.rows("cosines"), &input.classes("labels"), |cosines, class| {
            let rivals: Vec<R> = (0..cosines.len()).filter(|&j| j != class).map(|j| cosines[j]).collect();
            circle::term(&[cosines[class]], &rivals, margin, gamma).unwrap_or(R::zero())
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::{LN_2, PI};

    use proptest::prelude::*;

    use super::*;
    use crate::testing::{gradient, inputs, value};

    fn pair(own: f64, rival: f64) -> Inputs<f64> {
        inputs(CircleClass::SPEC, &[("cosines", &[1, 2], &[own, rival]), ("labels", &[1], &[0.0])])
    }

    proptest! {
        #[test]
        fn the_boundary_is_a_circle(m in 0.05..0.6, gamma in 1.0..512.0, angle in 0.5 * PI..1.2 * PI) {
            let at = |radius: f64| {
                let (own, rival) = (1.0 + radius * angle.cos(), radius * angle.sin());
                value(&CircleClass, &[("m", m), ("gamma", gamma)], &pair(own, rival))
            };
            let boundary = 2f64.sqrt() * m;
            prop_assert!((at(boundary) - LN_2).abs() < 1e-11, "on the circle it is {}", at(boundary));
            prop_assert!(at(0.9 * boundary) < LN_2 && at(1.1 * boundary) > LN_2);
        }

        #[test]
        fn the_pulls_are_in_proportion_to_the_way_left(own in -1.0..1.0, rival in -0.2..1.0, m in 0.25..0.6) {
            let g = gradient(&CircleClass, &[("m", m), ("gamma", 2.0)], &pair(own, rival));
            let ratio = (1.0 + m - own) / (rival + m);
            prop_assert!((g[0] + ratio * g[1]).abs() < 1e-12, "the pulls are {g:?}");
        }

        #[test]
        fn what_has_arrived_is_left_alone(m in 0.0..0.6, other in -1.0..1.0) {
            let given = [("m", m), ("gamma", 16.0)];
            prop_assert!(gradient(&CircleClass, &given, &pair(1.0 + m, other))[0].abs() < 1e-14);
            prop_assert!(gradient(&CircleClass, &given, &pair(other, -m))[1].abs() < 1e-14);
        }
    }

    #[test]
    fn a_single_class_costs_nothing() {
        let alone = inputs(CircleClass::SPEC, &[("cosines", &[1, 1], &[0.3]), ("labels", &[1], &[0.0])]);
        assert_eq!(value(&CircleClass, &[], &alone), 0.0);
    }
}
