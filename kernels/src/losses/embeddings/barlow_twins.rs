//! Barlow Twins: the correlation of two views, dimension by dimension, should be the identity.

use super::PAIRED_WITH_NEGATIVES;
use super::moments::{centred, columns};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Domain, Family, Param, Params, Prose, Slope, Source, Spec};

/// Squared distance of the cross-correlation matrix from the identity.
pub struct BarlowTwins;

/// The dimensions of a view, each with mean 0 and standard deviation 1 over the batch.
fn standardised<R: Real>(rows: &[&[R]]) -> Vec<Vec<R>> {
    let standardise = |column: &Vec<R>| {
        let column = centred(column);
        let deviation = R::norm(&column) / (column.len() as f64).sqrt();
        let deviation = R::norm(&[deviation, R::from(1e-5f64.sqrt())]);
        column.into_iter().map(|x| x / deviation).collect()
    };
    columns(rows).iter().map(standardise).collect()
}

impl Kernel for BarlowTwins {
    const SPEC: &'static Spec = &Spec {
        id: "barlow-twins",
        title: "Barlow Twins",
        family: Family::Embeddings,
        inputs: PAIRED_WITH_NEGATIVES,
        params: &[Param::log(
            "redundancy",
            r"\lambda",
            0.0051,
            (0.0001, 1.0),
            "how much correlation between different dimensions counts",
        )
        .within(Domain::AtLeast(0.0))],
        slope: Slope::Exact,
    };

    const PROSE: &'static Prose = &Prose {
        summary: "Learns from two views without negatives: each dimension agrees with its twin and tells nothing of the others.",
        formula: r"L=\sum_d(C_{dd}-1)^2+\p{redundancy}\sum_{d\ne e}C_{de}^2,\qquad
            C_{de}=\frac1N\sum_i\tilde a_{id}\tilde p_{ie},\quad \tilde z=\frac{z-\bar z}{\sqrt{\mathrm{Var}\,z+10^{-5}}}",
        gradient: "",
        source: Source {
            authors: "Zbontar, Jing, Misra, LeCun, Deny",
            year: 2021,
            title: "Barlow Twins: Self-Supervised Learning via Redundancy Reduction",
            venue: "ICML 2021, arXiv 2103.03230",
        },
        papers: &[],
        aliases: &["BarlowTwinsLoss", "redundancy reduction", "cross-correlation loss"],
        facts: &[
            "A batch that has collapsed to one point costs the number of dimensions.",
            "Shifting a dimension, or stretching it, changes next to nothing.",
            "Equal views whose dimensions are not correlated cost next to nothing.",
        ],
    };

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        let n = input.length("N") as f64;
        let (a, p) = (standardised(&input.rows("anchors")), standardised(&input.rows("positives")));
        let (mut agreement, mut redundancy) = (Vec::new(), Vec::new());
        for (d, a) in a.iter().enumerate() {
            for (e, p) in p.iter().enumerate() {
                let correlation = R::dot(a, p) / n;
                if d == e {
                    agreement.push((correlation - 1.0).square());
                } else {
                    redundancy.push(correlation.square());
                }
            }
        }
        R::sum(&agreement) + R::sum(&redundancy) * params.real::<R>("redundancy")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{inputs, paired, value};

    fn of(anchors: &[f64], positives: &[f64], redundancy: f64) -> f64 {
        let arrays = [("anchors", &[4, 2][..], anchors), ("positives", &[4, 2], positives)];
        value(&BarlowTwins, &[("redundancy", redundancy)], &inputs(BarlowTwins::SPEC, &arrays))
    }

    proptest! {
        #[test]
        fn collapse_costs_a_one_for_every_dimension(x in -3.0..3.0, y in -3.0..3.0, redundancy in 0.0001..1.0) {
            let rows = [x, y].repeat(4);
            let got = of(&rows, &rows, redundancy);
            prop_assert!((got - 2.0).abs() < 1e-9, "two dimensions that never vary cost {got}");
        }

        #[test]
        fn stretch_and_shift_of_a_dimension_do_not_matter(
            batch in paired(8, 2),
            (stretch, shift) in (1.0..5.0, -3.0..3.0f64),
        ) {
            let mut changed = batch.clone();
            for name in ["anchors", "positives"] {
                changed.variable_mut(name).iter_mut().step_by(2).for_each(|x| *x = stretch * *x + shift);
            }
            let (before, after) = (value(&BarlowTwins, &[], &batch), value(&BarlowTwins, &[], &changed));
            prop_assert!((before - after).abs() < 1e-3 * (1.0 + before), "{before} became {after}");
        }

        #[test]
        fn equal_views_without_correlation_cost_nothing(size in 1.0..10.0f64, redundancy in 0.0001..1.0) {
            let square = [size, size, size, -size, -size, size, -size, -size];
            prop_assert!(of(&square, &square, redundancy) < 1e-9);
        }
    }
}
