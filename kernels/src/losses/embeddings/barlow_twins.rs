//! Barlow Twins: the correlation of two views, dimension by dimension, should be the identity.

use loss_explorer_lanes::{Matrix, dot, product};

use super::PAIRED_WITH_NEGATIVES;
use super::moments::{add_by_columns, centred, centred_columns, columns};
use super::similarity::compared;
use crate::cost::Cost;
use crate::input::Inputs;
use crate::kernel::{Gradient, Kernel};
use crate::real::{Comparison, Real};
use crate::spec::{Domain, Family, Param, Params, Prose, Slope, Source, Spec};

/// Squared distance of the cross-correlation matrix from the identity.
pub struct BarlowTwins;

/// The standard deviation of numbers with mean 0, kept from 0.
fn deviation<R: Real>(x: &[R]) -> R {
    R::norm(&[R::norm(x) / (x.len() as f64).sqrt(), R::from(1e-5f64.sqrt())])
}

/// The dimensions of a view, each with mean 0 and standard deviation 1 over the batch.
fn standardised<R: Real>(rows: &[&[R]]) -> Vec<Vec<R>> {
    let standardise = |column: &Vec<R>| {
        let column = centred(column);
        let deviation = deviation(&column);
        column.into_iter().map(|x| x / deviation).collect()
    };
    columns(rows).iter().map(standardise).collect()
}

/// The same for a gradient by hand: the columns one after the other, and what each was divided by.
struct Standardised {
    columns: Vec<f64>,
    deviations: Vec<f64>,
    rows: usize,
}

impl Standardised {
    fn of(input: &Inputs<f64>, view: &str) -> Self {
        let rows = input.rows(view);
        let mut columns = centred_columns(&rows);
        let standardise = |column: &mut [f64]| {
            let deviation = deviation(column);
            column.iter_mut().for_each(|x| *x /= deviation);
            deviation
        };
        let deviations = columns.chunks_exact_mut(rows.len()).map(standardise).collect();
        Self { columns, deviations, rows: rows.len() }
    }

    fn matrix(&self) -> Matrix<'_> {
        Matrix::new(&self.columns, self.rows)
    }

    /// Adds the derivative by the rows, from that by the standardised columns.
    fn pull_back(&self, mut by: Vec<f64>, by_rows: &mut [f64]) {
        let columns = by.chunks_exact_mut(self.rows).zip(self.columns.chunks_exact(self.rows));
        for ((by, column), deviation) in columns.zip(&self.deviations) {
            let along = dot(by, column) / self.rows as f64;
            by.iter_mut().zip(column).for_each(|(by, x)| *by = (*by - along * x) / deviation);
        }
        add_by_columns(&by, by_rows, self.rows);
    }
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

    const COST: Cost = Cost::on_tape("3·D·D+12·N·D").by_hand("D·D+8·N·D");

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
        let [a, p] = ["anchors", "positives"].map(|view| standardised(&input.rows(view)));
        let (mut agreement, mut redundancy) = (Vec::new(), Vec::new());
        for ((d, e), &product) in compared(Comparison::Product, &a, &p).indexed_iter() {
            let correlation = product / n;
            if d == e {
                agreement.push((correlation - 1.0).square());
            } else {
                redundancy.push(correlation.square());
            }
        }
        R::sum(&agreement) + R::sum(&redundancy) * params.real::<R>("redundancy")
    }

    fn value_and_gradient(input: &Inputs<f64>, params: &Params, gradient: &mut Gradient) -> f64 {
        let [a, p] = ["anchors", "positives"].map(|view| Standardised::of(input, view));
        let (weight, width, n) = (params.get("redundancy"), input.length("D"), a.rows as f64);
        let mut correlations = vec![0.0; width * width];
        product(a.matrix(), p.matrix().transposed(), &mut correlations);
        let (mut agreement, mut redundancy) = (0.0, 0.0);
        for (d, row) in correlations.chunks_exact_mut(width).enumerate() {
            for (e, slot) in row.iter_mut().enumerate() {
                let correlation = *slot / n;
                if d == e {
                    agreement += (correlation - 1.0).powi(2);
                    *slot = 2.0 * (correlation - 1.0) / n;
                } else {
                    redundancy += correlation.powi(2);
                    *slot = 2.0 * weight * correlation / n;
                }
            }
        }
        let forces = Matrix::new(&correlations, width);
        let (by_a, by_p) = gradient.reset(input).split_at_mut(a.columns.len());
        for ((view, other), forces, by_rows) in [((&a, &p), forces, by_a), ((&p, &a), forces.transposed(), by_p)]
        {
            let mut by = vec![0.0; view.columns.len()];
            product(forces, other.matrix(), &mut by);
            view.pull_back(by, by_rows);
        }
        agreement + redundancy * weight
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
