//! Modified Huber loss of a margin.

use super::{MARGIN, terms_of};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Params, Prose, Slope, Source, Spec, Terms};

/// A squared hinge down to margin −1, a straight line of slope −4 below it.
pub struct ModifiedHuber;

impl Kernel for ModifiedHuber {
    const SPEC: &'static Spec = &Spec {
        id: "modified-huber",
        title: "Modified Huber loss",
        family: Family::Scalar,
        inputs: MARGIN,
        params: &[],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "The bowl of the squared hinge with a straight wall, so a gross mistake pulls no harder than a plain one.",
        formula: r"L=\frac1N\sum_i\begin{cases}[1-z_i]_+^2&z_i\ge-1\\-4z_i&\text{else}\end{cases}",
        gradient: r"\frac{\partial L}{\partial z_i}=-\frac2N\min([1-z_i]_+,2)",
        source: Source {
            authors: "Zhang",
            year: 2004,
            title: "Solving Large Scale Linear Prediction Problems Using Stochastic Gradient Descent Algorithms",
            venue: "ICML 2004",
        },
        papers: &[],
        aliases: &["modified_huber", "sklearn.linear_model.SGDClassifier", "quadratically smoothed hinge"],
        facts: &[
            "The pieces meet at −1 and at 1 without a corner.",
            "From margin −1 up it is the squared hinge.",
            "No sample pulls harder than 4.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, _: &Params) -> Option<Vec<R>> {
        terms_of(input.vector("margin"), |z| {
            if z.value() >= -1.0 { (-z + 1.0).relu().square() } else { z * -4.0 }
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::ModifiedHuber;
    use crate::losses::scalar::squared_hinge::SquaredHinge;
    use crate::testing::{slope_at, value_at};

    proptest! {
        #[test]
        fn down_to_minus_1_it_is_the_squared_hinge(z in -1.0..10.0) {
            prop_assert_eq!(value_at(&ModifiedHuber, &[], z), value_at(&SquaredHinge, &[], z));
        }

        #[test]
        fn the_pull_is_bounded(z in -100.0..10.0) {
            prop_assert!((-4.0..=0.0).contains(&slope_at(&ModifiedHuber, &[], z)));
        }
    }

    #[test]
    fn the_pieces_meet_without_a_corner() {
        for bend in [-1.0, 1.0] {
            let jump = |of: &dyn Fn(f64) -> f64| of(bend + 1e-9) - of(bend - 1e-9);
            let (height, slope) =
                (jump(&|z| value_at(&ModifiedHuber, &[], z)), jump(&|z| slope_at(&ModifiedHuber, &[], z)));
            assert!(height.abs() < 1e-8, "at {bend} it jumps by {height}");
            assert!(slope.abs() < 1e-8, "at {bend} the slope jumps by {slope}");
        }
    }
}
