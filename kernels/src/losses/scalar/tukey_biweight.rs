//! Tukey's biweight loss of a residual.

use super::{RESIDUAL, terms_of};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Nearly half the square near 0, constant from the cutoff on.
pub struct TukeyBiweight;

impl Kernel for TukeyBiweight {
    const SPEC: &'static Spec = &Spec {
        id: "tukey-biweight",
        title: "Tukey's biweight",
        family: Family::Scalar,
        inputs: RESIDUAL,
        params: &[Param::log(
            "cutoff",
            "c",
            4.685,
            (0.5, 20.0),
            "residual from which on a sample is ignored; 4.685 keeps 95 % efficiency on normal residuals",
        )],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "A fit that forgets far outliers altogether.",
        formula: r"L=\frac1N\sum_i\frac{\p{cutoff}^2}6\Big(1-\big[1-(r_i/\p{cutoff})^2\big]_+^3\Big)",
        gradient: r"\frac{\partial L}{\partial r_i}=\frac{r_i}N\big[1-(r_i/\p{cutoff})^2\big]_+^2",
        source: Source {
            authors: "Beaton, Tukey",
            year: 1974,
            title: "The Fitting of Power Series, Meaning Polynomials, Illustrated on Band-Spectroscopic Data",
            venue: "Technometrics 16",
        },
        papers: &[],
        aliases: &["bisquare", "Tukey loss", "redescending M-estimator", "statsmodels TukeyBiweight"],
        facts: &[
            "It is c²/6 from the cutoff on and never more; nothing out there pulls.",
            "The pull is greatest at c/√5.",
            "It lies under half the square, and meets it as the cutoff grows.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let cutoff = params.real::<R>("cutoff");
        let most = cutoff * cutoff / 6.0;
        terms_of(input.vector("residual"), |r| {
            let x = (r / cutoff).square().or_min(R::one());
            // 1 − (1 − x)³, multiplied out to keep its digits near 0.
            x * (x.square() - x * 3.0 + 3.0) * most
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::TukeyBiweight;
    use crate::testing::{slope_at, value_at};

    proptest! {
        #[test]
        fn far_outliers_are_forgotten(c in 0.5..20.0, beyond in 1.0..100.0) {
            let given = [("cutoff", c)];
            let got = value_at(&TukeyBiweight, &given, c * beyond);
            prop_assert!((got - c * c / 6.0).abs() < 1e-12 * c * c, "beyond the cutoff it costs {got}");
            prop_assert!(slope_at(&TukeyBiweight, &given, -c * beyond).abs() < 1e-12 * c);
        }

        #[test]
        fn the_pull_peaks_inside(c in 0.5..20.0f64, share in -1.0..1.0f64) {
            let given = [("cutoff", c)];
            let peak = slope_at(&TukeyBiweight, &given, c / 5f64.sqrt());
            let pull = slope_at(&TukeyBiweight, &given, share * c);
            prop_assert!(pull.abs() <= peak + 1e-12, "at {share} of the cutoff it pulls by {pull}, not {peak}");
            let expected = share * c * (1.0 - share * share).powi(2);
            prop_assert!((pull - expected).abs() < 1e-12 * c, "at {share} of the cutoff it pulls by {pull}");
        }

        #[test]
        fn it_lies_under_half_the_square(r in -10.0..10.0, c in 0.5..1e4) {
            let gap = r * r / 2.0 - value_at(&TukeyBiweight, &[("cutoff", c)], r);
            let room = f64::powi(r, 4) / (2.0 * c * c);
            prop_assert!((-1e-12..=room + 1e-12).contains(&gap), "half the square is {gap} above it");
        }
    }
}
