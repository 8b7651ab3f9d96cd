//! Logistic regression with two weights and a bias.

use super::linear_regression::ridge;
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Input, Param, Params, Prose, Role, Slope, Source, Spec};

/// Mean logistic loss of a linear classifier, and a ridge penalty on its weights but not on its bias.
pub struct LogisticRegression;

/// `ln(1 + eᶻ)` of a negative, `ln(1 + e⁻ᶻ)` of a positive, with torch's line beyond a score of 20, which is off by less
/// than 2.1e-9.
fn surprise<R: Real>(score: R, positive: bool) -> R {
    match (score.value() > 20.0, positive) {
        (true, true) => R::zero(),
        (true, false) => score,
        (false, true) => (-score).softplus(),
        (false, false) => score.softplus(),
    }
}

impl Kernel for LogisticRegression {
    const SPEC: &'static Spec = &Spec {
        id: "logistic-regression",
        title: "Logistic regression",
        family: Family::Models,
        inputs: &[
            Input::fixed("x", Role::Features, &["N", "2"], "two features a sample"),
            Input::binary("labels", Role::Class, &["N"], "1 for a positive, 0 for a negative"),
            Input::variable("theta", Role::Weights, &["2"], "the weight of each feature").region(
                (-4.0, 4.0),
                (-4.0, 4.0),
                (-3.0, 2.0),
            ),
            Input::variable("bias", Role::Weights, &["1"], "what is added to every score"),
        ],
        params: &[Param::linear(
            "l2",
            "l_2",
            0.0,
            (0.0, 1.0),
            "ridge: keeps the weights from growing without end",
        )],
        slope: Slope::Exact,
    };

    const PROSE: &'static Prose = &Prose {
        summary: "A line between two classes; if it can part them, the weights grow for ever unless a penalty holds them.",
        formula: r"L=\frac1N\sum_i\big[\log(1+e^{z_i})-y_iz_i\big]+\frac{\p{l2}}2\lVert\theta\rVert^2,\qquad z=X\theta+b",
        gradient: r"\nabla_\theta L=\frac1N\sum_i\big(\sigma(z_i)-y_i\big)x_i+\p{l2}\,\theta",
        source: Source::TEXTBOOK,
        papers: &[],
        aliases: &["logit model", "binary cross-entropy of a linear model", "LogisticRegression"],
        facts: &[
            "It is convex.",
            "With all weights 0 it is log 2.",
            "If a line parts the classes, longer weights along it lower the loss without end, towards 0.",
        ],
    };

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        let (theta, bias) = (input.vector("theta"), input.scalar("bias"));
        let term = |(x, &label): (&[f64], &i64)| {
            let score = R::linear(x, theta) + bias;
            surprise(score, label == 1)
        };
        let terms: Vec<R> = input.fixed_rows("x").into_iter().zip(input.labels("labels")).map(term).collect();
        R::mean(&terms) + ridge(theta, params.real("l2"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{inputs, random, value};

    fn at(batch: &Inputs<f64>, [a, b, bias]: [f64; 3]) -> Inputs<f64> {
        let mut moved = batch.clone();
        moved.set_variable("theta", [a, b]);
        moved.set_variable("bias", [bias]);
        moved
    }

    fn weights() -> [std::ops::Range<f64>; 3] {
        [-3.0..3.0, -3.0..3.0, -3.0..3.0]
    }

    proptest! {
        #[test]
        fn it_is_convex_and_log_2_at_the_origin(seed in 0u64..1 << 32, a in weights(), b in weights()) {
            let batch = random(LogisticRegression::SPEC, &[("N", 8)], seed);
            let height = |weights| value(&LogisticRegression, &[("l2", 0.1)], &at(&batch, weights));
            let middle = std::array::from_fn(|i| 0.5 * (a[i] + b[i]));
            prop_assert!(height(middle) <= 0.5 * (height(a) + height(b)) + 1e-12);
            prop_assert!((height([0.0; 3]) - 2f64.ln()).abs() < 1e-15);
        }

        #[test]
        fn separable_classes_make_the_weights_run_away(gap in 0.1..2.0f64, y in [-2.0..2.0, -2.0..2.0]) {
            let arrays = [
                ("x", &[2, 2][..], &[gap, y[0], -gap, y[1]][..]),
                ("labels", &[2], &[1.0, 0.0]),
                ("theta", &[2], &[0.0, 0.0]),
                ("bias", &[1], &[0.0]),
            ];
            let batch = inputs(LogisticRegression::SPEC, &arrays);
            let along = |length: f64| value(&LogisticRegression, &[], &at(&batch, [length, 0.0, 0.0]));
            prop_assert!(along(1.0) > along(2.0) && along(2.0) > along(4.0));
            prop_assert!(along(1000.0) < 1e-12, "far along the loss is still {}", along(1000.0));
        }
    }
}
