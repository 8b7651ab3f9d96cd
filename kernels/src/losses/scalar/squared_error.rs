//! Squared error of a residual.

use super::{RESIDUAL, terms_of};
use crate::dialect::{Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Params, Prose, Slope, Source, Spec, Terms};

/// Half the mean square of the residuals.
pub struct SquaredError;

impl Kernel for SquaredError {
    const SPEC: &'static Spec = &Spec {
        id: "squared-error",
        title: "Squared error",
        family: Family::Scalar,
        inputs: RESIDUAL,
        params: &[],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Fits the mean: every sample pulls as hard as it is far away.",
        formula: r"L=\frac1N\sum_i\tfrac12r_i^2",
        gradient: r"\frac{\partial L}{\partial r_i}=\frac{r_i}N",
        source: Source::TEXTBOOK,
        papers: &[],
        aliases: &["MSE", "mean squared error", "L2 loss", "least squares"],
        facts: &[
            "Among constant fits the mean is the best.",
            "It is the Huber loss with its bend at infinity.",
            "Libraries that leave out the ½ report twice this.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[
        Dialect {
            library: Library::Torch,
            call: "torch.nn.MSELoss",
            arguments: &[],
            python: "loss = torch.nn.MSELoss()(residual, torch.zeros_like(residual)) / 2",
            note: "Without the ½: twice the value and twice the gradient.",
            departs: &[],
        },
        Dialect {
            library: Library::Keras,
            call: "keras.losses.MeanSquaredError",
            arguments: &[],
            python: "loss = keras.losses.MeanSquaredError()(np.zeros((len(residual), 1)), residual[:, None]) / 2",
            note: "Without the ½: twice the value and twice the gradient.",
            departs: &[],
        },
        Dialect {
            library: Library::Optax,
            call: "optax.losses.l2_loss",
            arguments: &[],
            python: "loss = optax.losses.l2_loss(residual).mean()",
            note: "With the ½, as here; one value a sample, nothing averaged.",
            departs: &[],
        },
        Dialect {
            library: Library::Optax,
            call: "optax.losses.squared_error",
            arguments: &[],
            python: "loss = optax.losses.squared_error(residual).mean() / 2",
            note: "Without the ½: twice the value and twice the gradient.",
            departs: &[],
        },
    ];

    fn terms<R: Real>(input: &Inputs<R>, _: &Params) -> Option<Vec<R>> {
        terms_of(input.vector("residual"), |r| r.square() * 0.5)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::SquaredError;
    use crate::kernel::Kernel;
    use crate::losses::scalar::huber::Huber;
    use crate::testing::{inputs, value, value_at};

    proptest! {
        #[test]
        fn the_best_constant_is_the_mean(targets in proptest::array::uniform5(-10.0..10.0), other in -10.0..10.0) {
            let at = |fit: f64| {
                let residuals = targets.map(|t| t - fit);
                value(&SquaredError, &[], &inputs(SquaredError::SPEC, &[("residual", &[5], &residuals)]))
            };
            let mean = targets.iter().sum::<f64>() / 5.0;
            prop_assert!(at(mean) <= at(other) + 1e-12, "{other} fits better than the mean {mean}");
        }

        #[test]
        fn it_is_huber_without_a_bend(r in -10.0..10.0) {
            prop_assert_eq!(value_at(&SquaredError, &[], r), value_at(&Huber, &[("delta", 1e3)], r));
            prop_assert_eq!(value_at(&SquaredError, &[], r), r * r / 2.0);
        }
    }
}
