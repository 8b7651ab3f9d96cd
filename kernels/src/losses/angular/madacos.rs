//! MadaCos: scale and margin of a cosine softmax set by the median sample of the batch.

use super::median::lower_median;
use super::{INPUTS, at_least_two_classes, with_target};
use crate::input::Inputs;
use crate::kernel::{Kernel, Part, Parts, single_numbers};
use crate::losses::softmax::over_samples;
use crate::real::Real;
use crate::spec::{Domain, Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Cosine softmax whose scale and margin follow the batch, so that the median sample always has the same
/// probability.
pub struct MadaCos;

/// Odds of a perfect sample: its probability is `ρ / (1 + ρ) = 1 − 10⁻⁷`.
const PERFECT_ODDS: f64 = 9_999_999.0;

/// Scale and margin for a batch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScaleAndMargin<R> {
    /// What multiplies every cosine.
    pub scale: R,
    /// What is taken off the label's cosine.
    pub margin: R,
    /// The lower median of the label cosines.
    pub median: f64,
}

/// The scale and margin with which the median sample of the batch has probability `alpha`, as long as the
/// margin stays above 0. The batch is a constant to them.
pub fn scale_and_margin<R: Real>(
    cosines: &[&[R]],
    labels: &[usize],
    alpha: R,
    least_scale: R,
) -> ScaleAndMargin<R> {
    let targets: Vec<f64> = cosines.iter().zip(labels).map(|(row, &y)| row[y].value()).collect();
    let middle = lower_median(&targets);
    let median = targets[middle];
    // Ours: a batch of perfect samples would make the scale infinite.
    let room = (1.0 - median).max(1e-6);
    let odds = (-alpha).ln_1p() - alpha.ln();
    let scale = ((odds + PERFECT_ODDS.ln()) / room).or_max(least_scale);
    let rivals: Vec<R> = (0..cosines[middle].len())
        .filter(|&j| j != labels[middle])
        .map(|j| scale * cosines[middle][j].value())
        .collect();
    let margin = R::from(median) - (R::log_sum_exp(&rivals) - odds) / scale;
    ScaleAndMargin { scale, margin: margin.relu(), median }
}

fn chosen<R: Real>(input: &Inputs<R>, params: &Params) -> ScaleAndMargin<R> {
    let (cosines, labels) = (input.rows("cosines"), input.classes("labels"));
    scale_and_margin(&cosines, &labels, params.real("alpha"), params.real("least_scale"))
}

impl Kernel for MadaCos {
    const SPEC: &'static Spec = &Spec {
        id: "madacos",
        title: "MadaCos",
        family: Family::Angular,
        inputs: INPUTS,
        params: &[
            Param::log("alpha", r"\alpha", 0.1, (0.001, 0.9), "probability that the median sample is given")
                .within(Domain::Between(0.0, 1.0)),
            Param::log("least_scale", r"s_{\min}", 32.0, (1.0, 64.0), "floor of the scale"),
        ],
        slope: Slope::Trained,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Lets the batch choose scale and margin: both grow by themselves as training goes on.",
        formula: r"L=-\frac1N\sum_i\log\frac{e^{s(c_{iy_i}-m)}}{e^{s(c_{iy_i}-m)}+\sum_{j\ne y_i}e^{sc_{ij}}},\quad
            s=\max\Big(\frac{\log(\rho(1-\p{alpha})/\p{alpha})}{1-c_{\rm med}},\ \p{least_scale}\Big)",
        gradient: "",
        source: Source {
            authors: "Zhu, Gao, Ke, Qiao, Sun",
            year: 2023,
            title: "Coarse-to-Fine: Learning Compact Discriminative Representation for Single-Stage Image Retrieval",
            venue: "ICCV 2023, arXiv 2308.04008",
        },
        papers: &["cfcd"],
        aliases: &["median-adaptive cosine softmax", "CFCD"],
        facts: &[
            "While the margin is above 0, the median sample has probability α exactly.",
            "The order of the batch does not matter.",
        ],
    };

    const PARTS: Parts = Parts {
        all: &[Part::number("scale"), Part::number("margin"), Part::number("median cosine")],
        of: |input, params| {
            let chosen = chosen(input, params);
            single_numbers([chosen.scale, chosen.margin, chosen.median])
        },
    };

    fn rule(input: &Inputs<f64>, _: &Params) -> Result<(), String> {
        at_least_two_classes(input)
    }

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let (cosines, labels) = (input.rows("cosines"), input.classes("labels"));
        let ScaleAndMargin { scale, margin, .. } = chosen(input, params);
        let logits = with_target(&cosines, &labels, scale, |c| c - margin);
        Some(over_samples(&logits, &labels, R::surprise))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{cosines, value};

    proptest! {
        #[test]
        fn the_median_sample_has_probability_alpha(c in cosines(5, 4), alpha in 0.02..0.5) {
            let (rows, labels) = (c.rows("cosines"), c.classes("labels"));
            let chosen = scale_and_margin(&rows, &labels, alpha, 1.0);
            if chosen.margin == 0.0 {
                return Ok(());
            }
            let logits = with_target(&rows, &labels, chosen.scale, |c| c - chosen.margin);
            let median = (0..5).find(|&i| rows[i][labels[i]] == chosen.median).unwrap();
            let p = crate::losses::softmax::log_probability(&logits[median], labels[median]).exp();
            prop_assert!((p - alpha).abs() < 1e-9, "the median sample has probability {p}, not {alpha}");
        }

        #[test]
        fn however_little_the_median_sample_is_given_it_gets(c in cosines(5, 4), power in 1i32..308) {
            let alpha = 10f64.powi(-power);
            let (rows, labels) = (c.rows("cosines"), c.classes("labels"));
            let chosen = scale_and_margin(&rows, &labels, alpha, 1.0);
            prop_assume!(chosen.margin > 0.0);
            let logits = with_target(&rows, &labels, chosen.scale, |c| c - chosen.margin);
            let median = (0..5).find(|&i| rows[i][labels[i]] == chosen.median).unwrap();
            // The logits are some thousands, of which the sum keeps eleven digits behind the point.
            let surprise = f64::surprise(&logits[median], labels[median]);
            prop_assert!((surprise + alpha.ln()).abs() < 1e-9, "the median sample has e^−{surprise}, not 1e-{power}");
        }

        #[test]
        fn closer_targets_raise_the_scale(c in cosines(5, 4)) {
            let mut closer = c.clone();
            let labels = c.classes("labels");
            for (i, &y) in labels.iter().enumerate() {
                let at = &mut closer.variable_mut("cosines")[i * 4 + y];
                *at = 0.5 * *at + 0.5;
            }
            let before = scale_and_margin(&c.rows("cosines"), &labels, 0.1, 1.0);
            let after = scale_and_margin(&closer.rows("cosines"), &labels, 0.1, 1.0);
            prop_assert!(after.scale >= before.scale);
            prop_assert!(value(&MadaCos, &[], &closer).is_finite());
        }
    }
}
