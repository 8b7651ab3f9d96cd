//! LogitNorm: cross-entropy of the direction of the score vector.

use super::{INPUTS, terms_of_scores};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::losses::softmax::cooled;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Cross-entropy of scores at unit length over a temperature: confidence cannot be bought with length.
pub struct LogitNorm;

impl Kernel for LogitNorm {
    const SPEC: &'static Spec = &Spec {
        id: "logit-norm",
        title: "LogitNorm",
        family: Family::Logits,
        inputs: INPUTS,
        params: &[Param::log(
            "temperature",
            "T",
            0.04,
            (0.01, 20.0),
            "divides the unit score vector: low allows more confidence",
        )],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Labelled;

    const PROSE: &'static Prose = &Prose {
        summary: "Stops scores from growing for ever, so that unfamiliar inputs are not met with certainty.",
        formula: r"L=-\frac1N\sum_i\log p_{iy_i},\qquad p_i=\mathrm{softmax}\Big(\frac{f_i}{\p{temperature}(\lVert f_i\rVert+10^{-7})}\Big)",
        gradient: r"\frac{\partial L}{\partial f}\approx\frac1{N\p{temperature}\lVert f\rVert}(I-\hat f\hat f^\top)(p-e_y),\qquad\hat f=f/\lVert f\rVert",
        source: Source {
            authors: "Wei, Xie, Cheng, Feng, An, Li",
            year: 2022,
            title: "Mitigating Neural Network Overconfidence with Logit Normalization",
            venue: "ICML 2022, arXiv 2205.09310",
        },
        papers: &[],
        aliases: &["LogitNormLoss", "logit normalization", "out-of-distribution detection", "overconfidence"],
        facts: &[
            "Multiplying all scores by a positive number changes nothing, but for the 1e-7.",
            "So the gradient is orthogonal to the scores.",
            "It cannot fall below log(1 + (C − 1)e^(−√(C/(C − 1))/T)): 1.420 for ten classes at T = 1.",
            "Adding a number to all scores does change it, unlike cross-entropy.",
            "Scores of 0 cost log C.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let temperature = params.real::<R>("temperature");
        terms_of_scores(input, |scores, class| {
            let length = R::norm(scores) + 1e-7;
            let unit: Vec<R> = scores.iter().map(|&f| f / length).collect();
            R::surprise(&cooled(&unit, temperature), class)
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::LogitNorm;
    use crate::kernel::Kernel;
    use crate::real::Real;
    use crate::testing::{gradient, inputs, logits, value};

    fn bound(classes: usize, t: f64) -> f64 {
        let c = classes as f64;
        ((c - 1.0) * (-(c / (c - 1.0)).sqrt() / t).exp()).ln_1p()
    }

    proptest! {
        #[test]
        fn length_does_not_matter(f in logits(3, 4), factor in 0.01..100.0f64, t in 0.04..20.0) {
            let mut longer = f.clone();
            longer.variable_mut("logits").iter_mut().for_each(|f| *f *= factor);
            let given = [("temperature", t)];
            let (a, b) = (value(&LogitNorm, &given, &f), value(&LogitNorm, &given, &longer));
            let shortest = f.rows("logits").into_iter().map(f64::norm).fold(f64::INFINITY, f64::min);
            let room = 2e-7 / (t * shortest * factor.min(1.0));
            prop_assert!((a - b).abs() < room, "{a} turned into {b}");
        }

        #[test]
        fn the_gradient_is_orthogonal_to_the_scores(f in logits(1, 4), t in 0.04..20.0) {
            let g = gradient(&LogitNorm, &[("temperature", t)], &f);
            let along = f64::dot(&g, f.vector("logits"));
            let room = 2e-7 / (t * f64::norm(f.vector("logits")));
            prop_assert!(along.abs() < room, "its part along the scores is {along}");
        }

        #[test]
        fn it_has_a_price_floor(f in logits(1, 10), t in 0.1..20.0) {
            prop_assert!(value(&LogitNorm, &[("temperature", t)], &f) >= bound(10, t) - 1e-12);
        }
    }

    #[test]
    fn ten_classes_at_t_1_cannot_get_below_1_420() {
        let mut scores = [-1.0; 10];
        scores[0] = 9.0;
        let best = inputs(LogitNorm::SPEC, &[("logits", &[1, 10], &scores), ("labels", &[1], &[0.0])]);
        let got = value(&LogitNorm, &[("temperature", 1.0)], &best);
        assert!(
            (got - bound(10, 1.0)).abs() < 1e-7 && (got - 1.420).abs() < 5e-4,
            "the best scores cost {got}"
        );
    }

    #[test]
    fn a_shift_matters_and_no_scores_cost_log_c() {
        let at = |scores: [f64; 3]| {
            value(
                &LogitNorm,
                &[],
                &inputs(LogitNorm::SPEC, &[("logits", &[1, 3], &scores), ("labels", &[1], &[0.0])]),
            )
        };
        assert!((at([1.0, 0.0, 0.0]) - at([2.0, 1.0, 1.0])).abs() > 1e-6);
        assert!((at([0.0; 3]) - 3f64.ln()).abs() < 1e-15);
    }
}
