//! Class-balanced cross-entropy.

use super::counts::COUNTED;
use crate::dialect::{Argument, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::losses::softmax::over_samples;
use crate::real::{NEAR_0, Real};
use crate::spec::{Domain, Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Cross-entropy in which each class weighs by the inverse of its effective number of samples.
pub struct ClassBalancedCe;

/// How many samples `n` of them are worth when each new one overlaps with the old ones:
/// `(1 − βⁿ) / (1 − β)`, which is `n` at `β = 1`.
#[must_use]
pub fn effective_number<R: Real>(n: i64, beta: R) -> R {
    let n = n as f64;
    let apart = -beta + 1.0;
    // What a class loses by overlap, as an exponent.
    let overlap = beta.ln() * n;
    if overlap.value() < -NEAR_0 {
        return (-beta.powf(n) + 1.0) / apart;
    }
    // ln β = −(1 − β)·r and 1 − βⁿ = −n·ln β·s, with ratios near 1 in place of what would be 0 over 0 at β = 1.
    (-apart).ln_1p_ratio() * overlap.exp_m1_ratio() * n
}

/// The weight of every class; they sum to the number of classes.
#[must_use]
pub fn weights<R: Real>(counts: &[i64], beta: R) -> Vec<R> {
    let inverse: Vec<R> = counts.iter().map(|&n| R::one() / effective_number(n, beta)).collect();
    let mean = R::mean(&inverse);
    inverse.iter().map(|&w| w / mean).collect()
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

    const TERMS: Terms = Terms::Labelled;

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
        note: "With weights, its mean divides by the sum of the weights of the batch, not by the number \
                of samples.",
        departs: &[],
    }];

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        let (weights, surprises) = weighed(input, params);
        let total = if has_weighted_mean(params) { R::sum(&weights) } else { R::from(weights.len() as f64) };
        R::dot(&weights, &surprises) / total
    }

    // Over the sum of the weights the mean is none of terms that each sample has by itself.
    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let (weights, surprises) = weighed(input, params);
        let terms = || surprises.into_iter().zip(weights).map(|(surprise, weight)| surprise * weight).collect();
        (!has_weighted_mean(params)).then(terms)
    }
}

/// Whether the sum over samples is divided by the sum of their weights.
fn has_weighted_mean(params: &Params) -> bool {
    params.get("weighted_mean") == 1.0
}

/// The weight of every sample, and its surprise.
fn weighed<R: Real>(input: &Inputs<R>, params: &Params) -> (Vec<R>, Vec<R>) {
    let labels = input.classes("labels");
    let of_class = weights(input.labels("counts"), params.real::<R>("beta"));
    let weights = labels.iter().map(|&class| of_class[class]).collect();
    (weights, over_samples(&input.rows("logits"), &labels, R::surprise))
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
