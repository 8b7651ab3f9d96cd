//! ε-insensitive loss of support vector regression.

use super::{RESIDUAL, terms_of};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Absolute error that only counts what sticks out of a tube.
pub struct EpsilonInsensitive;

impl Kernel for EpsilonInsensitive {
    const SPEC: &'static Spec = &Spec {
        id: "epsilon-insensitive",
        title: "ε-insensitive loss",
        family: Family::Scalar,
        inputs: RESIDUAL,
        params: &[Param::linear(
            "epsilon",
            r"\varepsilon",
            0.5,
            (0.0, 2.0),
            "half the width of the free tube",
        )],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Small errors are free, so only the samples on or outside the tube shape the fit.",
        formula: r"L=\frac1N\sum_i\big[|r_i|-\p{epsilon}\big]_+",
        gradient: r"\frac{\partial L}{\partial r_i}=\frac1N\,\mathrm{sign}(r_i)\,[|r_i|>\p{epsilon}]",
        source: Source {
            authors: "Vapnik",
            year: 1995,
            title: "The Nature of Statistical Learning Theory",
            venue: "Springer",
        },
        papers: &[],
        aliases: &[
            "epsilon-insensitive",
            "epsilon_insensitive",
            "support vector regression",
            "SVR loss",
            "sklearn.svm.SVR",
            "sklearn.linear_model.SGDRegressor",
            "dead zone",
        ],
        facts: &[
            "At ε = 0 it is the absolute error.",
            "Inside the tube nothing costs and nothing pulls; outside every sample pulls alike.",
            "The sign of a residual does not matter.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let epsilon = params.real::<R>("epsilon");
        terms_of(input.vector("residual"), |r| (r.abs() - epsilon).relu())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::EpsilonInsensitive;
    use crate::losses::scalar::absolute_error::AbsoluteError;
    use crate::testing::{slope_at, value_at};

    proptest! {
        #[test]
        fn without_a_tube_it_is_the_absolute_error(r in -10.0..10.0) {
            let without = value_at(&EpsilonInsensitive, &[("epsilon", 0.0)], r);
            prop_assert_eq!(without, value_at(&AbsoluteError, &[], r));
        }

        #[test]
        fn the_tube_is_free(epsilon in 0.01..2.0, share in -1.0..1.0) {
            let given = [("epsilon", epsilon)];
            prop_assert_eq!(value_at(&EpsilonInsensitive, &given, share * epsilon), 0.0);
            prop_assert_eq!(slope_at(&EpsilonInsensitive, &given, share * epsilon), 0.0);
        }

        #[test]
        fn outside_it_all_pull_alike(epsilon in 0.0..2.0, beyond in 1e-6..10.0) {
            let given = [("epsilon", epsilon)];
            prop_assert_eq!(slope_at(&EpsilonInsensitive, &given, epsilon + beyond), 1.0);
            prop_assert_eq!(slope_at(&EpsilonInsensitive, &given, -epsilon - beyond), -1.0);
            let at = |r| value_at(&EpsilonInsensitive, &given, r);
            prop_assert_eq!(at(epsilon + beyond), at(-epsilon - beyond));
        }
    }
}
