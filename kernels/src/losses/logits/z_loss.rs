//! Z-loss: softplus of the label's standardised score.

use super::{INPUTS, terms_of_scores};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Asks the label to stand out among the scores of its sample, counted in their standard deviations.
pub struct ZLoss;

/// How many (population) standard deviations the score of `class` lies above the mean; a constant 0 if all
/// scores are equal.
fn z_score<R: Real>(scores: &[R], class: usize) -> R {
    // Rounding in the mean would make a deviation of it.
    if scores.iter().all(|f| f.value() == scores[0].value()) {
        return R::zero();
    }
    let mean = R::mean(scores);
    let centred: Vec<R> = scores.iter().map(|&f| f - mean).collect();
    let deviation = R::norm(&centred) / (scores.len() as f64).sqrt();
    centred[class] / deviation
}

impl Kernel for ZLoss {
    const SPEC: &'static Spec = &Spec {
        id: "z-loss",
        title: "Z-loss",
        family: Family::Logits,
        inputs: INPUTS,
        params: &[
            Param::log("a", "a", 1.0, (0.05, 20.0), "how sharply the loss bends at the wanted z-score"),
            Param::linear("b", "b", 0.0, (-3.0, 10.0), "z-score that the label should reach"),
        ],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Labelled;

    const PROSE: &'static Prose = &Prose {
        summary: "Ignores shift and scale of the scores; they cannot win by growing, and its cost need not grow with the number of classes. What language models call z-loss is another one, the log-Z penalty.",
        formula: r"L=\frac1{N\p{a}}\sum_i\log\big(1+e^{\p{a}(\p{b}-z_i)}\big),\quad
            z_i=\frac{f_{iy_i}-\mu_i}{\sigma_i},\quad \mu_i=\frac1C\sum_kf_{ik},\quad
            \sigma_i^2=\frac1C\sum_k(f_{ik}-\mu_i)^2",
        gradient: r"\frac{\partial L}{\partial f_k}=-\frac1N\,\frac1{1+e^{\p{a}(z_y-\p{b})}}\cdot
            \frac1\sigma\Big([k=y]-\frac1C-\frac{z_yz_k}C\Big)",
        source: Source {
            authors: "de Brébisson, Vincent",
            year: 2016,
            title: "The Z-loss: a shift and scale invariant classification loss belonging to the Spherical Family",
            venue: "arXiv 1604.08859",
        },
        papers: &["z-loss"],
        aliases: &["spherical family", "shift and scale invariant loss"],
        facts: &[
            "Adding a number to all scores, or multiplying them by a positive one, changes nothing.",
            "So the gradient sums to 0 and is orthogonal to the scores.",
            "No z-score exceeds √(C − 1), which bounds the loss from below.",
            "With two classes every z-score is ±1 and nothing pulls.",
            "As a grows it tends to a hinge on the z-score.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let (a, b) = (params.real::<R>("a"), params.real::<R>("b"));
        terms_of_scores(input, |scores, class| {
            ((-z_score(scores, class) + b) * a).softplus() / a
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{ZLoss, z_score};
    use crate::kernel::Kernel;
    use crate::real::Real;
    use crate::testing::{gradient, inputs, logits, value};

    proptest! {
        #[test]
        fn shift_and_scale_change_nothing(f in logits(3, 4), factor in 0.01..100.0, shift in -10.0..10.0) {
            let mut moved = f.clone();
            moved.variable_mut("logits").iter_mut().for_each(|f| *f = *f * factor + shift);
            let (a, b) = (value(&ZLoss, &[], &f), value(&ZLoss, &[], &moved));
            prop_assert!((a - b).abs() < 1e-9, "{a} turned into {b}");
        }

        #[test]
        fn the_gradient_is_orthogonal_to_ones_and_to_the_scores(f in logits(1, 4), b in -3.0..10.0f64) {
            let g = gradient(&ZLoss, &[("b", b)], &f);
            let size = g.iter().fold(1.0f64, |m, g| m.max(g.abs()));
            let (sum, along) = (g.iter().sum::<f64>(), <f64 as Real>::dot(&g, f.vector("logits")));
            prop_assert!(sum.abs() <= 1e-11 * size, "it sums to {sum}");
            prop_assert!(along.abs() <= 1e-11 * size, "its part along the scores is {along}");
        }

        #[test]
        fn the_z_score_is_bounded(f in logits(1, 5), a in 0.05..20.0, b in -3.0..10.0) {
            prop_assert!(z_score(f.rows("logits")[0], 0) <= 2.0 + 1e-12);
            let least = f64::softplus(a * (b - 2.0)) / a;
            prop_assert!(value(&ZLoss, &[("a", a), ("b", b)], &f) >= least - 1e-12);
        }

        #[test]
        fn two_classes_do_not_pull(f in logits(1, 2)) {
            let gap = f.vector("logits")[0] - f.vector("logits")[1];
            for g in gradient(&ZLoss, &[], &f) {
                prop_assert!(g.abs() <= 1e-12 / gap.abs(), "a score is pulled by {g}");
            }
        }

        #[test]
        fn sharpened_it_is_a_hinge(f in logits(1, 4), b in -3.0..10.0f64) {
            let hinge = (b - z_score(f.rows("logits")[0], f.classes("labels")[0])).max(0.0);
            prop_assert!((value(&ZLoss, &[("a", 1e6), ("b", b)], &f) - hinge).abs() <= 1e-6);
        }
    }

    #[test]
    fn equal_scores_do_not_pull() {
        let equal = inputs(ZLoss::SPEC, &[("logits", &[1, 3], &[0.1; 3]), ("labels", &[1], &[1.0])]);
        assert_eq!(value(&ZLoss, &[], &equal), 2f64.ln());
        assert_eq!(gradient(&ZLoss, &[], &equal), [0.0; 3]);
    }
}
