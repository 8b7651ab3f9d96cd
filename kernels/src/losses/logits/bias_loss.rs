//! Bias loss: cross-entropy in which samples with diverse features count more.

use super::INPUTS;
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::losses::softmax::over_samples;
use crate::real::Real;
use crate::spec::{Domain, Family, Input, Param, Params, Prose, Role, Slope, Source, Spec, Terms, join};

/// Cross-entropy weighted by how varied the last feature map of each sample is.
pub struct BiasLoss;

/// Unbiased variance of some numbers, at least two.
fn variance(features: &[f64]) -> f64 {
    let mean = f64::mean(features);
    let squares: f64 = features.iter().map(|x| (x - mean).powi(2)).sum();
    squares / (features.len() - 1) as f64
}

/// The weight of each sample: `e^(α·v̂) − β`, with `v̂` the variance of its features, 0 at the least of the batch
/// or at `running_min` if that is lower, 1 at the greatest less the least of the batch above it.
#[must_use]
pub fn weights<R: Real>(features: &[&[f64]], alpha: R, beta: R, running_min: R) -> Vec<R> {
    // In units near the greatest feature, whose square may be too large or too small for a number.
    let greatest = features.iter().flat_map(|row| row.iter()).fold(0.0, |most: f64, x| most.max(x.abs()));
    let unit = if greatest > 0.0 { greatest.log2().floor().exp2() } else { 1.0 };
    let in_units = |row: &[f64]| row.iter().map(|x| x / unit).collect::<Vec<f64>>();
    let running_min = running_min / unit / unit;
    let variances: Vec<f64> = features.iter().map(|row| variance(&in_units(row))).collect();
    let least = variances.iter().copied().fold(f64::INFINITY, f64::min);
    let range = variances.iter().copied().fold(0.0, f64::max) - least;
    let lowest = R::from(least).or_min(running_min);
    let weight = |&v: &f64| {
        let relative = if range == 0.0 { R::zero() } else { (R::from(v) - lowest) / range };
        (alpha * relative).exp() - beta
    };
    variances.iter().map(weight).collect()
}

impl Kernel for BiasLoss {
    const SPEC: &'static Spec = &Spec {
        id: "bias-loss",
        title: "Bias loss",
        family: Family::Logits,
        inputs: &join::<_, 3>(&[
            INPUTS,
            &[Input::fixed("features", Role::Features, &["N", "F"], "the last feature map of each sample, flattened")],
        ]),
        params: &[
            Param::linear("alpha", r"\alpha", 0.3, (0.0, 3.0), "how strongly diversity of features counts"),
            Param::linear("beta", r"\beta", 0.3, (0.0, 0.99), "what is taken off every weight")
                .within(Domain::Within(0.0, 1.0)),
            Param::linear(
                "running_min",
                r"v_{\min}",
                1e5,
                (0.0, 2.0),
                "least variance seen so far in training; anything above that of the batch has no effect",
            ),
        ],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Keeps a small network from being taught by samples it has hardly any features of.",
        formula: r"L=-\frac1N\sum_iw_i\log p_{iy_i},\quad w_i=e^{\p{alpha}\hat v_i}-\p{beta},\quad
            \hat v_i=\frac{v_i-\min(\min_jv_j,\,\p{running_min})}{\max_jv_j-\min_jv_j},\quad
            v_i=\mathrm{Var}(\text{features of }i)",
        gradient: r"\frac{\partial L}{\partial f_{ik}}=\frac{w_i}N(p_{ik}-[k=y_i])",
        source: Source {
            authors: "Abrahamyan, Ziatchin, Chen, Deligiannis",
            year: 2021,
            title: "Bias Loss for Mobile Neural Networks",
            venue: "ICCV 2021, arXiv 2107.11170",
        },
        papers: &["bias-loss"],
        aliases: &["BiasLoss", "SkipNet", "feature-variance weighting", "feature diversity"],
        facts: &[
            "With α = 0 it is cross-entropy times 1 − β.",
            "Within a batch the least weight is 1 − β and the greatest e^α − β: 0.70 and 1.05 at the defaults.",
            "Shifting or scaling all features together changes nothing, as long as only the batch sets the least variance.",
            "A lower variance seen earlier lifts every weight, beyond e^α − β too.",
            "If all samples are equally diverse, every weight is 1 − β.",
        ],
    };

    fn rule(input: &Inputs<f64>, _: &Params) -> Result<(), String> {
        match input.length("F") {
            1 => {
                Err("input features has 1 number a sample, allowed are 2 or more: one has no variance".into())
            }
            _ => Ok(()),
        }
    }

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let [alpha, beta, running_min] = ["alpha", "beta", "running_min"].map(|name| params.real::<R>(name));
        let weights = weights(&input.fixed_rows("features"), alpha, beta, running_min);
        let surprises = over_samples(&input.rows("logits"), &input.classes("labels"), R::surprise);
        Some(weights.into_iter().zip(surprises).map(|(weight, surprise)| surprise.weighted(weight)).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::logits::cross_entropy::CrossEntropy;
    use crate::testing::{inputs, value};

    type Features = [[f64; 3]; 4];

    fn features() -> impl Strategy<Value = Features> {
        proptest::array::uniform4(proptest::array::uniform3(-2.0..2.0))
    }

    fn weighted(features: &Features, alpha: f64, beta: f64, running_min: f64) -> Vec<f64> {
        weights(&features.each_ref().map(|row| &row[..]), alpha, beta, running_min)
    }

    proptest! {
        #[test]
        fn without_alpha_it_is_part_of_cross_entropy(
            scores in proptest::array::uniform12(-5.0..5.0), features in features(), beta in 0.0..1.0,
        ) {
            let labels = [0.0, 1.0, 2.0, 0.0];
            let batch = [("logits", &[4, 3][..], &scores[..]), ("labels", &[4], &labels)];
            let ce = value(&CrossEntropy, &[], &inputs(CrossEntropy::SPEC, &batch));
            let features = features.concat();
            let batch = [batch[0], batch[1], ("features", &[4, 3], &features)];
            let given = [("alpha", 0.0), ("beta", beta)];
            let got = value(&BiasLoss, &given, &inputs(BiasLoss::SPEC, &batch));
            prop_assert!((got - (1.0 - beta) * ce).abs() < 1e-12, "{got} is not {} times {ce}", 1.0 - beta);
        }

        #[test]
        fn the_weights_span_a_known_range(features in features(), alpha in 0.0..3.0f64, beta in 0.0..0.99) {
            let w = weighted(&features, alpha, beta, 1e5);
            let (least, most) = w.iter().fold((f64::INFINITY, 0.0f64), |(l, m), &w| (l.min(w), m.max(w)));
            prop_assert!((least - (1.0 - beta)).abs() < 1e-12, "the least weight is {least}");
            prop_assert!((most - (alpha.exp() - beta)).abs() < 1e-12, "the greatest weight is {most}");
        }

        #[test]
        fn shifting_and_scaling_all_features_changes_nothing(
            features in features(), shift in -5.0..5.0, factor in 0.1..10.0,
        ) {
            let moved = features.map(|row| row.map(|x| factor * x + shift));
            for (a, b) in weighted(&features, 0.3, 0.3, 1e5).iter().zip(weighted(&moved, 0.3, 0.3, 1e5)) {
                prop_assert!((a - b).abs() < 1e-9, "a weight of {a} turned into {b}");
            }
        }

        #[test]
        fn no_feature_is_too_great_or_too_small(features in features(), exponent in -300..300) {
            let scaled = features.map(|row| row.map(|x| x * 10f64.powi(exponent)));
            for (a, b) in weighted(&features, 0.3, 0.3, f64::INFINITY).iter().zip(weighted(&scaled, 0.3, 0.3, f64::INFINITY)) {
                prop_assert!((a - b).abs() < 1e-9, "a weight of {a} turned into {b}");
            }
        }

        #[test]
        fn a_lower_variance_seen_earlier_lifts_every_weight(features in features(), alpha in 0.1..3.0f64) {
            let (batch, global) = (weighted(&features, alpha, 0.3, 1e5), weighted(&features, alpha, 0.3, 0.0));
            prop_assert!(batch.iter().zip(&global).all(|(batch, global)| global > batch));
            prop_assert!(global.iter().any(|&w| w > alpha.exp() - 0.3));
        }
    }

    #[test]
    fn equally_diverse_samples_weigh_alike() {
        assert_eq!(weighted(&[[1.0, 2.0, 3.0]; 4], 0.3, 0.3, 1e5), [0.7; 4]);
        assert_eq!(weights(&[&[0.5, 0.5]], 0.3, 0.3, 1e5), [0.7]);
    }

    #[test]
    fn the_defaults_are_mild() {
        let w = weights(&[&[0.0, 0.0], &[0.0, 1.0]], 0.3, 0.3, 1e5);
        assert!((w[1] - 1.0499).abs() < 5e-5, "the greatest weight is {}", w[1]);
    }

    #[test]
    fn one_number_has_no_variance() {
        let batch = [
            ("logits", &[1, 2][..], &[0.0, 1.0][..]),
            ("labels", &[1], &[0.0]),
            ("features", &[1, 1], &[2.0]),
        ];
        let refused = BiasLoss::rule(&inputs(BiasLoss::SPEC, &batch), &Params::new(BiasLoss::SPEC.params));
        assert!(refused.unwrap_err().starts_with("input features has 1 number a sample"));
    }
}
