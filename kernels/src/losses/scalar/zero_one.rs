//! Zero-one loss: the share of mistakes.

use super::{MARGIN, terms_of};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Params, Prose, Slope, Source, Spec, Terms};

/// 1 for a margin of 0 or less, else 0. Its gradient is 0 everywhere.
pub struct ZeroOne;

impl Kernel for ZeroOne {
    const SPEC: &'static Spec = &Spec {
        id: "zero-one",
        title: "Zero-one loss",
        family: Family::Scalar,
        inputs: MARGIN,
        params: &[],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Counts mistakes: what one wants to be small, and what no gradient can make small.",
        formula: r"L=\frac1N\sum_i[z_i\le0]",
        gradient: r"\frac{\partial L}{\partial z_i}=0",
        source: Source::TEXTBOOK,
        papers: &[],
        aliases: &["0-1 loss", "misclassification rate", "training error"],
        facts: &[
            "A sample exactly on the boundary counts as a mistake.",
            "Only the signs of the margins matter.",
            "Hinge, exponential and logistic (in bits) never lie below it.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, _: &Params) -> Option<Vec<R>> {
        terms_of(input.vector("margin"), |z| R::from(f64::from(z.value() <= 0.0)))
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::LN_2;

    use proptest::prelude::*;

    use super::ZeroOne;
    use crate::losses::scalar::{exponential::Exponential, hinge::Hinge, logistic::Logistic};
    use crate::testing::{slope_at, value_at};

    #[test]
    fn a_tie_is_a_mistake() {
        assert_eq!(value_at(&ZeroOne, &[], 0.0), 1.0);
        assert_eq!(value_at(&ZeroOne, &[], 1e-300), 0.0);
    }

    proptest! {
        #[test]
        fn only_the_sign_matters(z in -10.0..10.0, factor in 1e-3..1e3) {
            prop_assert_eq!(value_at(&ZeroOne, &[], z), value_at(&ZeroOne, &[], z * factor));
            prop_assert_eq!(slope_at(&ZeroOne, &[], z), 0.0);
        }

        #[test]
        fn its_surrogates_lie_above_it(z in -10.0..10.0) {
            let mistakes = value_at(&ZeroOne, &[], z);
            prop_assert!(mistakes <= value_at(&Hinge, &[], z));
            prop_assert!(mistakes <= value_at(&Exponential, &[], z));
            prop_assert!(mistakes <= value_at(&Logistic, &[], z) / LN_2);
        }
    }
}
