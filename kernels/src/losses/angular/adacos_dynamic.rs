//! AdaCos with the scale that follows the batch.

use std::f64::consts::FRAC_PI_4;

use super::adacos_fixed::fixed_scale;
use super::median::lower_median;
use super::{INPUTS, at_least_two_classes, margin_softmax, margin_softmax_by_hand};
use crate::input::Inputs;
use crate::kernel::{Gradient, Kernel, Part, Parts, single_numbers};
use crate::real::{Real, largest};
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Cosine softmax whose scale falls as the median sample nears its prototype.
///
/// The scale is held constant in the gradient. Where the rivals are so far off that they weigh less than one
/// score of 0 together, it is negative.
pub struct AdaCosDynamic;

/// The scale for a batch, from that of the step before; the batch is a constant to it.
pub fn adaptive_scale<R: Real>(cosines: &[&[R]], labels: &[usize], previous: R) -> R {
    let own: Vec<f64> = cosines.iter().zip(labels).map(|(row, &y)| row[y].value().angle()).collect();
    let rivals = cosines.iter().zip(labels).flat_map(|(row, &y)| {
        row.iter().enumerate().filter(move |(j, _)| *j != y).map(|(_, c)| previous * c.value())
    });
    let rivals: Vec<R> = rivals.collect();
    // As the logarithm of a mean: with one rival a sample and a scale of 0 that is 0, where a difference of logarithms
    // leaves rounding.
    let top = largest(rivals.iter().map(|x| x.value()));
    let powers: Vec<R> = rivals.iter().map(|&x| (x - top).exp()).collect();
    let log_rivals = (R::sum(&powers) / labels.len() as f64).ln() + top;
    log_rivals / own[lower_median(&own)].min(FRAC_PI_4).cos()
}

impl Kernel for AdaCosDynamic {
    const SPEC: &'static Spec = &Spec {
        id: "adacos-dynamic",
        title: "AdaCos, dynamic scale",
        family: Family::Angular,
        inputs: INPUTS,
        params: &[Param::linear(
            "previous_scale",
            "s_{t-1}",
            0.0,
            (0.0, 64.0),
            "scale of the step before; 0 takes the fixed scale √2·log(C − 1)",
        )],
        slope: Slope::Trained,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Starts sharp and softens by itself as training brings the samples to their prototypes.",
        formula: r"L=-\frac1N\sum_i\log\frac{e^{sc_{iy_i}}}{\sum_je^{sc_{ij}}},\quad
            s=\frac{\log\frac1N\sum_i\sum_{j\ne y_i}e^{\p{previous_scale}\,c_{ij}}}{\cos\min(\pi/4,\,\theta_{\rm med})},\quad
            s\text{ held constant}",
        gradient: r"\frac{\partial L}{\partial c_j}=\frac sN(p_j-[j=y])",
        source: Source {
            authors: "Zhang, Zhao, Qiao, Wang, Li",
            year: 2019,
            title: "AdaCos: Adaptively Scaling Cosine Logits for Effectively Learning Deep Face Representations",
            venue: "CVPR 2019, arXiv 1905.00292",
        },
        papers: &[],
        aliases: &["AdaCos", "adaptive scale", "hyperparameter-free cosine softmax"],
        facts: &[
            "With rivals at 90° and the median sample at 45° or more the scale is the fixed one.",
            "The scale falls as the median sample comes closer than 45°.",
            "The order of the batch does not matter.",
            "It is NormFace at its scale, and so is its gradient.",
        ],
    };

    const PARTS: Parts = Parts { all: &[Part::number("scale")], of: |input, params| single_numbers([scale_of(input, params)]) };

    fn rule(input: &Inputs<f64>, _: &Params) -> Result<(), String> {
        at_least_two_classes(input)
    }

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        margin_softmax(input, scale_of(input, params), |c| c)
    }

    fn value_and_gradient(input: &Inputs<f64>, params: &Params, gradient: &mut Gradient) -> f64 {
        margin_softmax_by_hand(input, scale_of(input, params), gradient, &|c| c)
    }
}

/// The scale of this batch after that of the parameters.
fn scale_of<R: Real>(input: &Inputs<R>, params: &Params) -> R {
    let given: R = params.real("previous_scale");
    let previous = if given.value() == 0.0 { R::from(fixed_scale(input.length("C"))) } else { given };
    adaptive_scale(&input.rows("cosines"), &input.classes("labels"), previous)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::angular::normface::NormFace;
    use crate::tape::Var;
    use crate::testing::{cosines, gradient, value};

    /// The scale for one sample at `theta` from its own prototype, and at 90° from `classes − 1` others.
    fn alone(theta: f64, classes: usize, previous: f64) -> f64 {
        let mut row = vec![0.0; classes];
        row[0] = theta.cos();
        adaptive_scale(&[&row[..]], &[0], previous)
    }

    proptest! {
        #[test]
        fn far_out_the_scale_is_the_fixed_one(theta in 0.79..3.0, classes in 2usize..50, previous in 0.1..64.0) {
            prop_assert!((alone(theta, classes, previous) - fixed_scale(classes)).abs() < 1e-12);
        }

        #[test]
        fn close_in_the_scale_falls(a in 0.0..FRAC_PI_4, b in 0.0..FRAC_PI_4) {
            let (near, far) = (f64::min(a, b), f64::max(a, b));
            prop_assert!(alone(near, 10, 8.0) <= alone(far, 10, 8.0));
        }

        #[test]
        fn the_order_of_the_batch_does_not_matter(c in cosines(5, 4), turn in 0usize..5) {
            let (mut rows, mut labels) = (c.rows("cosines"), c.classes("labels"));
            let before = adaptive_scale(&rows, &labels, 10.0);
            rows.rotate_left(turn);
            labels.rotate_left(turn);
            let after = adaptive_scale(&rows, &labels, 10.0);
            prop_assert!((before - after).abs() < 1e-13 * before.abs(), "{before} turned into {after}");
        }

        #[test]
        fn it_is_normface_at_its_scale(c in cosines(4, 5), previous in 5.0..64.0) {
            // The tape adds up in another order.
            let (labels, on_tape) = (c.classes("labels"), Inputs::<Var>::like(&c));
            let scale = adaptive_scale(&c.rows("cosines"), &labels, previous);
            let scale_on_tape = adaptive_scale(&on_tape.rows("cosines"), &labels, Var::from(previous)).value();
            prop_assume!(scale > 0.0);
            let given = [("previous_scale", previous)];
            prop_assert_eq!(value(&AdaCosDynamic, &given, &c), value(&NormFace, &[("scale", scale_on_tape)], &c));
            prop_assert_eq!(gradient(&AdaCosDynamic, &given, &c), gradient(&NormFace, &[("scale", scale)], &c));
        }
    }
}
