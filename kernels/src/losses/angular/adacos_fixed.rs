//! AdaCos with its fixed scale.

use std::f64::consts::SQRT_2;

use super::{INPUTS, at_least_two_classes, margin_softmax, margin_softmax_by_hand};
use crate::input::Inputs;
use crate::kernel::{Gradient, Kernel};
use crate::real::Real;
use crate::spec::{Family, Params, Prose, Slope, Source, Spec, Terms};

/// Cosine softmax whose scale follows from the number of classes alone.
pub struct AdaCosFixed;

/// The scale for a number of classes, `√2·log(C − 1)`: with it the label's probability changes fastest near 45°.
#[must_use]
pub fn fixed_scale(classes: usize) -> f64 {
    SQRT_2 * (classes as f64 - 1.0).ln()
}

impl Kernel for AdaCosFixed {
    const SPEC: &'static Spec = &Spec {
        id: "adacos-fixed",
        title: "AdaCos, fixed scale",
        family: Family::Angular,
        inputs: INPUTS,
        params: &[],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Labelled;

    const PROSE: &'static Prose = &Prose {
        summary: "A cosine softmax with nothing to tune.",
        formula: r"L=-\frac1N\sum_i\log\frac{e^{sc_{iy_i}}}{\sum_je^{sc_{ij}}},\qquad s=\sqrt2\,\log(C-1)",
        gradient: r"\frac{\partial L}{\partial c_j}=\frac sN(p_j-[j=y])",
        source: Source {
            authors: "Zhang, Zhao, Qiao, Wang, Li",
            year: 2019,
            title: "AdaCos: Adaptively Scaling Cosine Logits for Effectively Learning Deep Face Representations",
            venue: "CVPR 2019, arXiv 1905.00292",
        },
        papers: &[],
        aliases: &["FixedAdaCos", "hyperparameter-free cosine softmax"],
        facts: &[
            "The scale is 0.980 for 3 classes, 3.107 for 10, 6.498 for 100 and 9.768 for 1000.",
            "With two classes the scale is 0: the loss is log 2 and nothing pulls.",
            "It is NormFace at that scale.",
        ],
    };

    fn rule(input: &Inputs<f64>, _: &Params) -> Result<(), String> {
        at_least_two_classes(input)
    }

    fn terms<R: Real>(input: &Inputs<R>, _: &Params) -> Option<Vec<R>> {
        margin_softmax(input, R::from(fixed_scale(input.length("C"))), |c| c)
    }

    fn value_and_gradient(input: &Inputs<f64>, _: &Params, gradient: &mut Gradient) -> f64 {
        margin_softmax_by_hand(input, fixed_scale(input.length("C")), gradient, &|c| c)
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::LN_2;

    use proptest::prelude::*;

    use super::*;
    use crate::losses::angular::normface::NormFace;
    use crate::testing::{cosines, gradient, value};

    proptest! {
        #[test]
        fn it_is_normface_at_its_scale(c in cosines(3, 5)) {
            prop_assert_eq!(value(&AdaCosFixed, &[], &c), value(&NormFace, &[("scale", fixed_scale(5))], &c));
        }

        #[test]
        fn two_classes_do_not_pull(c in cosines(3, 2)) {
            prop_assert_eq!(value(&AdaCosFixed, &[], &c), LN_2);
            prop_assert!(gradient(&AdaCosFixed, &[], &c).iter().all(|&g| g == 0.0));
        }
    }

    #[test]
    fn the_scale_grows_with_the_number_of_classes() {
        for (classes, expected) in [(3, 0.980), (10, 3.107), (100, 6.498), (1000, 9.768)] {
            let scale = fixed_scale(classes);
            assert!((scale - expected).abs() < 5.1e-4, "for {classes} classes it is {scale}");
        }
    }
}
