//! Contrastive loss with hard negatives, corrected for negatives that are none.

use super::PAIRED_WITH_NEGATIVES;
use super::similarity::{below_top, self_cosines};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::{Real, largest};
use crate::spec::{Domain, Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// NT-Xent whose negatives are weighted by hardness and freed from the expected share of positives among them.
pub struct HardNegativeContrastive;

/// `ln((e^y − p) / (1 − p))`, the mean of negatives alone where a share `p` of the samples is as near as the positive
/// and all of them have mean `e^y`; −∞ if that leaves nothing.
fn log_debiased<R: Real>(y: R, p: R) -> R {
    if y.value() <= p.value().ln() {
        return R::from(f64::NEG_INFINITY);
    }
    y + (-y).exp().weighted(-p).ln_1p() - (-p).ln_1p()
}

impl Kernel for HardNegativeContrastive {
    const SPEC: &'static Spec = &Spec {
        id: "hard-negative-contrastive",
        title: "Hard-negative contrastive loss",
        family: Family::Embeddings,
        inputs: PAIRED_WITH_NEGATIVES,
        params: &[
            Param::log("temperature", r"\tau", 0.5, (0.05, 5.0), "sharpness of the softmax"),
            Param::linear(
                "tau_plus",
                r"\tau_+",
                0.1,
                (0.0, 0.5),
                "how many of the negatives are expected to be none",
            )
            .within(Domain::UpTo(0.0, 1.0)),
            Param::linear("beta", r"\beta", 1.0, (0.0, 5.0), "how much hard negatives stand out"),
        ],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Dwells on the hardest negatives of a batch without labels, and allows for some of them being of the same kind.",
        formula: r"L=\frac1{2N}\sum_i\log\frac{\pi_i+G_i}{\pi_i},\quad \pi_i=e^{s_{i,\text{mate}}/\p{temperature}},\quad
            G_i=\max\Big(\frac{R_i-\p{tau_plus}M\pi_i}{1-\p{tau_plus}},Me^{-1/\p{temperature}}\Big),\quad
            R_i=M\frac{\sum_ke^{(1+\p{beta})s_{ik}/\p{temperature}}}{\sum_ke^{\p{beta}s_{ik}/\p{temperature}}},\quad M=2N-2",
        gradient: "",
        source: Source {
            authors: "Robinson, Chuang, Sra, Jegelka",
            year: 2021,
            title: "Contrastive Learning with Hard Negative Samples",
            venue: "ICLR 2021, arXiv 2010.04592",
        },
        papers: &[],
        aliases: &["HCL", "debiased contrastive loss", "hard negative mining", "reweighted NT-Xent"],
        facts: &[
            "With τ₊ and β at 0 it is NT-Xent of the stacked views.",
            "At high β only the hardest negative counts.",
            "Without correction a higher β never lowers it.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let [temperature, tau_plus, beta]: [R; 3] =
            ["temperature", "tau_plus", "beta"].map(|name| params.real(name));
        let stacked = [input.rows("anchors"), input.rows("positives")].concat();
        let s = self_cosines(&stacked);
        let n = stacked.len() / 2;
        let log_m = (2.0 * n as f64 - 2.0).ln();
        let log_sum = |v: &[R], sharpness: R| {
            let weight = |&v: &R| v.weighted(sharpness);
            R::log_sum_exp(&v.iter().map(weight).collect::<Vec<R>>())
        };
        // Everything is relative to π, in logarithms: the loss is log(1 + G/π).
        let term = |i: usize| {
            let mate = (i + n) % (2 * n);
            let negatives: Vec<R> = (0..2 * n).filter(|&k| k != i && k != mate).map(|k| s[(i, k)]).collect();
            let v = below_top(&negatives, temperature);
            let own = s[(i, mate)];
            let top = largest(negatives.iter().map(|s| s.value()));
            let mean = log_sum(&v, beta + 1.0) - log_sum(&v, beta) - (own - top) / temperature;
            let least = -(own + 1.0) / temperature;
            (log_debiased(mean, tau_plus).or_max(least) + log_m).softplus()
        };
        Some((0..n).map(|i| (term(i) + term(i + n)) * 0.5).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::embeddings::nt_xent::NtXent;
    use crate::testing::{inputs, paired, value};

    fn at(batch: &Inputs<f64>, tau: f64, tau_plus: f64, beta: f64) -> f64 {
        let given = [("temperature", tau), ("tau_plus", tau_plus), ("beta", beta)];
        value(&HardNegativeContrastive, &given, batch)
    }

    proptest! {
        #[test]
        fn without_correction_and_hardness_it_is_nt_xent(batch in paired(4, 3), log_tau in -9.0..1.6f64) {
            let tau = log_tau.exp();
            let stacked = [batch.vector("anchors"), batch.vector("positives")].concat();
            let labels = [0.0, 1.0, 2.0, 3.0, 0.0, 1.0, 2.0, 3.0];
            let arrays = [("embeddings", &[8, 3][..], &stacked[..]), ("labels", &[8], &labels)];
            let expected = value(&NtXent, &[("temperature", tau)], &inputs(NtXent::SPEC, &arrays));
            let got = at(&batch, tau, 0.0, 0.0);
            prop_assert!((got - expected).abs() < 1e-9 * (1.0 + expected), "{got} against {expected}");
        }

        #[test]
        fn hardness_never_lowers_it_and_ends_at_the_hardest(
            batch in paired(4, 3),
            tau in 0.05..5.0,
            (low, more) in (0.0..5.0f64, 0.0..5.0f64),
        ) {
            prop_assert!(at(&batch, tau, 0.0, low) <= at(&batch, tau, 0.0, low + more) + 1e-12);
            let s = self_cosines(&[batch.rows("anchors"), batch.rows("positives")].concat());
            let of = |i: usize| {
                let mate = (i + 4) % 8;
                let hardest = (0..8).filter(|&k| k != i && k != mate).map(|k| s[(i, k)]).fold(-1.0, f64::max);
                Real::softplus((hardest - s[(i, mate)]) / tau + 6f64.ln())
            };
            let expected = (0..8).map(of).sum::<f64>() / 8.0;
            let got = at(&batch, tau, 0.0, 1e6);
            prop_assert!((got - expected).abs() < 1e-3 * (1.0 + expected), "{got} against {expected}");
        }

        #[test]
        fn more_correction_lowers_an_easy_batch(angle in 1.0..3.0f64, tau in 0.3..5.0, p in 0.0..0.4f64) {
            // Two pairs, each in one direction: all negatives are farther than the positive.
            let rows = [1.0, 0.0, angle.cos(), angle.sin()];
            let arrays = [("anchors", &[2, 2][..], &rows[..]), ("positives", &[2, 2], &rows)];
            let easy = inputs(HardNegativeContrastive::SPEC, &arrays);
            prop_assert!(at(&easy, tau, p + 0.1, 1.0) <= at(&easy, tau, p, 1.0) + 1e-12);
        }
    }
}
