//! Class-balanced cross-entropy.

use super::counts::COUNTED;
use crate::dialect::{Argument, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::losses::softmax::weighted_cross_entropy;
use crate::real::Real;
use crate::spec::{Domain, Family, Param, Params, Prose, Slope, Source, Spec};

/// Cross-entropy in which each class weighs by the inverse of its effective number of samples.
pub struct ClassBalancedCe;

/// How many samples `n` of them are worth when each new one overlaps with the old ones:
/// `(1 − βⁿ) / (1 − β)`, which is `n` at `β = 1`.
#[must_use]
pub fn effective_number(n: i64, beta: f64) -> f64 {
    if beta == 1.0 { n as f64 } else { (n as f64 * beta.ln()).exp_m1() / (beta - 1.0) }
}

/// The weight of every class; they sum to the number of classes.
#[must_use]
pub fn weights(counts: &[i64], beta: f64) -> Vec<f64> {
    let inverse: Vec<f64> = counts.iter().map(|&n| 1.0 / effective_number(n, beta)).collect();
    let mean = f64::mean(&inverse);
    inverse.iter().map(|w| w / mean).collect()
}

impl Kernel for ClassBalancedCe {
    const SPEC: &'static Spec = &Spec {
        id: "class-balanced-ce",
        title: "Class-balanced cross-entropy",
        family: Family::Logits,
        inputs: COUNTED,
        params: &[
            Param::linear(
                "beta",
                r"\beta",
                0.99,
                (0.0, 1.0),
                "how little samples of one class repeat each other: 0 weighs classes alike, 1 by inverse frequency",
            )
            .within(Domain::Within(0.0, 1.0)),
            Param::numbers(
                "weighted_mean",
                "",
                0.0,
                &[(0.0, "the number of samples"), (1.0, "the sum of their weights")],
                "what the sum over samples is divided by",
            ),
        ],
        slope: Slope::Exact,
    };

    const PROSE: &'static Prose = &Prose {
        summary: "Weighs rare classes up, but less than by inverse frequency, as more of the same teaches little.",
        formula: r"L=-\frac1N\sum_iw_{y_i}\log p_{iy_i},\qquad w_c\propto\frac{1-\p{beta}}{1-\p{beta}^{n_c}},\quad\sum_cw_c=C",
        gradient: r"\frac{\partial L}{\partial f_k}=\frac{w_y}N(p_k-[k=y])",
        source: Source {
            authors: "Cui, Jia, Lin, Song, Belongie",
            year: 2019,
            title: "Class-Balanced Loss Based on Effective Number of Samples",
            venue: "CVPR 2019, arXiv 1901.05555",
        },
        papers: &[],
        aliases: &[
            "effective number of samples",
            "weighted cross-entropy",
            "torch.nn.CrossEntropyLoss weight",
            "long-tailed learning",
            "class imbalance",
        ],
        facts: &[
            "With β = 0 it is cross-entropy.",
            "As β tends to 1 a class weighs by the inverse of its size.",
            "At β = 0.99 classes of 200, 40, 8 and 2 samples weigh 0.069, 0.179, 0.769 and 2.984.",
            "Divided by the sum of weights, a batch of one class is plain cross-entropy.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::Torch,
        call: "torch.nn.CrossEntropyLoss",
        arguments: &[
            Argument::outside("beta", "weight=weight", 0.0),
            Argument::choice("weighted_mean", &[r#""sum""#, r#""mean""#], 1.0).called("reduction"),
        ],
        python: "weight = 1 / counts if beta == 1 else (1 - beta) / (1 - beta**counts)\n\
                weight = weight * len(counts) / weight.sum()\n\
                loss = torch.nn.CrossEntropyLoss(weight=weight, {})(logits, labels) / [len(labels), 1][weighted_mean]",
        note: "With weights, its mean divides by the sum of the weights of the batch, not by the number of samples.",
    }];

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        let (rows, labels) = (input.rows("logits"), input.classes("labels"));
        let of_class = weights(input.labels("counts"), params.get("beta"));
        let mut weights: Vec<f64> = labels.iter().map(|&class| of_class[class]).collect();
        if params.get("weighted_mean") == 1.0 {
            let mean = f64::mean(&weights);
            weights.iter_mut().for_each(|w| *w /= mean);
        }
        weighted_cross_entropy(&rows, &labels, &weights)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::logits::cross_entropy::CrossEntropy;
    use crate::testing::{inputs, value};

    proptest! {
        #[test]
        fn its_plain_forms_are_cross_entropy(
            f in proptest::array::uniform6(-5.0..5.0), y in 0u8..3, n in 1u32..1000, beta in 0.0..1.0,
        ) {
            let with = |labels: [f64; 2], given: &[(&str, f64)]| {
                let sample = [("logits", &[2, 3][..], &f[..]), ("labels", &[2], &labels)];
                let ce = value(&CrossEntropy, &[], &inputs(CrossEntropy::SPEC, &sample));
                let counts = [f64::from(n), 3.0, 40.0];
                let counted = inputs(ClassBalancedCe::SPEC, &[sample[0], sample[1], ("counts", &[3], &counts)]);
                (value(&ClassBalancedCe, given, &counted), ce)
            };
            let alike = with([f64::from(y), 0.0], &[("beta", 0.0)]);
            prop_assert!((alike.0 - alike.1).abs() < 1e-12, "with β = 0 {} against {}", alike.0, alike.1);
            let one_class = with([f64::from(y); 2], &[("beta", beta), ("weighted_mean", 1.0)]);
            prop_assert!((one_class.0 - one_class.1).abs() < 1e-12, "{} against {}", one_class.0, one_class.1);
        }

        #[test]
        fn towards_beta_1_frequency_is_inverted(n in 1i64..1000) {
            let ratio = |beta| weights(&[1, n], beta)[0] / weights(&[1, n], beta)[1];
            prop_assert!((ratio(1.0) - n as f64).abs() < 1e-9 * n as f64);
            prop_assert!((ratio(1.0 - 1e-12) - n as f64).abs() < 1e-6 * n as f64, "near 1 it is {}", ratio(1.0 - 1e-12));
        }

        #[test]
        fn the_weights_sum_to_the_number_of_classes(counts in proptest::array::uniform4(1i64..1000), beta in 0.0..1.0) {
            prop_assert!((weights(&counts, beta).iter().sum::<f64>() - 4.0).abs() < 1e-12);
        }
    }

    #[test]
    fn a_long_tail_gets_graded_weights() {
        let got = weights(&[200, 40, 8, 2], 0.99);
        for (got, expected) in got.iter().zip([0.069, 0.179, 0.769, 2.984]) {
            assert!((got - expected).abs() < 5e-4, "a weight is {got}, not {expected}");
        }
    }
}
