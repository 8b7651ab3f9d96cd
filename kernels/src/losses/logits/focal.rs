//! Focal loss of a softmax.

use super::{INPUTS, costs_of_log_probability, terms_of_log_probability};
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::{Kernel, Moving};
use crate::losses::softmax::{SMOOTHING, mean_of_log_probability_while_moving, smoothed};
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Cross-entropy in which easy samples are turned down by a power of their error.
pub struct Focal;

/// The loss of one sample from the logarithm of its label's probability.
fn term<R: Real>(log_p: R, gamma: R) -> R {
    // There the error is the surprise to the last digit, and one power has a slope where a product has ∞ · 0.
    if log_p.value() > -f64::EPSILON {
        return (-log_p).pow(gamma + 1.0);
    }
    (-log_p.exp_m1()).pow(gamma) * -log_p
}

impl Kernel for Focal {
    const SPEC: &'static Spec = &Spec {
        id: "focal",
        title: "Focal loss",
        family: Family::Logits,
        inputs: INPUTS,
        params: &[Param::linear(
            "gamma",
            r"\gamma",
            2.0,
            (0.0, 8.0),
            "how strongly easy samples are turned down",
        ), SMOOTHING],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Labelled;

    const PROSE: &'static Prose = &Prose {
        summary: "Cross-entropy that spends its effort on samples the classifier still gets wrong.",
        formula: r"L=-\frac1N\sum_i(1-p_{y_i})^{\p{gamma}}\log p_{y_i},\qquad p=\mathrm{softmax}(f)",
        gradient: r"\frac{\partial L}{\partial f_k}=\frac1N\,\omega(p_y)\,(p_k-[k=y]),\quad
            \omega(p)=(1-p)^{\p{gamma}}-\p{gamma}\,p\,(1-p)^{\p{gamma}-1}\log p",
        source: Source {
            authors: "Lin, Goyal, Girshick, He, Dollár",
            year: 2017,
            title: "Focal Loss for Dense Object Detection",
            venue: "ICCV 2017, arXiv 1708.02002",
        },
        papers: &[],
        aliases: &["multi-class focal loss", "hard example weighting"],
        facts: &[
            "With γ = 0 it is cross-entropy, and it never exceeds cross-entropy.",
            "It does not only turn down: at γ = 2 samples with a probability below 0.298 pull harder than in cross-entropy, by up to a factor of 1.225 at 0.104.",
            "A sample the classifier is certain of does not pull, unless γ = 0.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::Keras,
        call: "keras.losses.CategoricalFocalCrossentropy",
        arguments: &[Argument::same("gamma", 2.0), Argument::same("smoothing", 0.0).called("label_smoothing")],
        python: r#"
one_hot = np.eye(logits.shape[1])[labels]
share = np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))
focal = keras.losses.CategoricalFocalCrossentropy(alpha=1.0, {}, from_logits=True)
loss = focal(one_hot, logits)
"#,
        note: "Its α = 0.25 multiplies every class alike: by default the loss is a quarter of this one.",
        departs: &[Departure::value("share.min() <= 1e-7 or share.max() >= 1 - 1e-7", "It clips probabilities at 10⁻⁷.")],
    }];

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let gamma = params.real::<R>("gamma");
        let terms = terms_of_log_probability(input, |log_p| term(log_p, gamma));
        smoothed(terms, params.real("smoothing"), &input.classes("labels"), || {
            costs_of_log_probability(input, |log_p| term(log_p, gamma))
        })
    }

    fn by_class<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<Vec<R>>> {
        let gamma = params.real::<R>("gamma");
        Some(costs_of_log_probability(input, |log_p| term(log_p, gamma)))
    }

    fn while_moving(input: &Inputs<f64>, params: &Params, moving: &Moving<'_>) -> Option<Vec<f64>> {
        let gamma = params.get("gamma");
        if params.get("smoothing") > 0.0 {
            return None;
        }
        mean_of_log_probability_while_moving(input, moving, 1.0, &|log_p| term(log_p, gamma))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Focal;
    use crate::kernel::Kernel;
    use crate::losses::logits::cross_entropy::CrossEntropy;
    use crate::testing::{gradient, inputs, logits, value};

    /// The pull on a sample whose label has the given log-odds, and its error `1 − p`.
    fn pull(log_odds: f64, gamma: f64) -> (f64, f64) {
        let sample = inputs(Focal::SPEC, &[("logits", &[1, 2], &[log_odds, 0.0]), ("labels", &[1], &[0.0])]);
        (-gradient(&Focal, &[("gamma", gamma)], &sample)[0], 1.0 / (1.0 + log_odds.exp()))
    }

    /// How many times as hard as in cross-entropy a sample of probability `p` pulls.
    fn weight(p: f64, gamma: f64) -> f64 {
        let (pull, error) = pull((p / (1.0 - p)).ln(), gamma);
        pull / error
    }

    proptest! {
        #[test]
        fn it_is_cross_entropy_turned_down(f in logits(3, 4), gamma in 0.0..8.0) {
            let ce = value(&CrossEntropy, &[], &f);
            let plain = value(&Focal, &[("gamma", 0.0)], &f);
            prop_assert!((plain - ce).abs() <= 1e-12 * (1.0 + ce), "{plain} against {ce}");
            prop_assert!(value(&Focal, &[("gamma", gamma)], &f) <= plain);
        }

        #[test]
        fn hard_samples_pull_harder(p in 0.001..0.999) {
            let weight = weight(p, 2.0);
            prop_assert!(weight < 1.2255, "probability {p} pulls {weight} times as hard");
            prop_assert!(weight > 1.0 || p > 0.2976, "probability {p} pulls {weight} times as hard");
            prop_assert!(weight < 1.0 || p < 0.2977, "probability {p} pulls {weight} times as hard");
        }

        #[test]
        fn a_nearly_certain_sample_pulls_by_a_power_of_its_error(log_odds in 20.0..1000.0f64, gamma in 0.0..8.0f64) {
            let expected = (gamma + 1.0) * (-log_odds * (gamma + 1.0)).exp();
            let got = pull(log_odds, gamma).0;
            prop_assert!((got - expected).abs() <= 1e-7 * expected + 1e-320, "{got:e} is not {expected:e}");
        }
    }

    #[test]
    fn at_gamma_2_the_pull_peaks_at_a_tenth() {
        assert!((weight(0.104, 2.0) - 1.225).abs() < 5e-4, "the peak is {}", weight(0.104, 2.0));
        assert!((weight(0.2, 2.0) - 1.155).abs() < 5e-4, "at 0.2 it is {}", weight(0.2, 2.0));
    }
}
