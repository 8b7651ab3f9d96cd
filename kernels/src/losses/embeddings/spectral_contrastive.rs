//! Spectral contrastive loss: factorises the graph of which samples are views of each other.

use ndarray::Array2;

use super::PAIRED;
use super::similarity::compared;
use crate::cost::Cost;
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::{Comparison, Real, largest};
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec};

/// Inner products up for the own view, squared inner products down for all others.
pub struct SpectralContrastive;

/// The loss of pairs from the products of their vectors with each other, which are in some unit.
fn of_products<R: Real>(weight: R, unit: f64, products: &Array2<R>) -> R {
    let (mut own, mut others) = (Vec::new(), Vec::new());
    for ((i, j), &product) in products.indexed_iter() {
        if i == j { own.push(product) } else { others.push(product.square()) }
    }
    let others = R::mean(&others).weighted(weight) * unit * unit;
    (R::mean(&own) * -2.0 + others) * unit * unit
}

impl Kernel for SpectralContrastive {
    const SPEC: &'static Spec = &Spec {
        id: "spectral-contrastive",
        title: "Spectral contrastive loss",
        family: Family::Embeddings,
        inputs: PAIRED,
        params: &[Param::linear("weight", "w", 1.0, (0.0, 20.0), "how much the squared negatives count")],
        slope: Slope::Exact,
    };

    const COST: Cost = Cost::on_tape("2·N·N");

    const PROSE: &'static Prose = &Prose {
        summary: "A contrastive loss with a theory: its minimisers are the leading eigenvectors of the graph of augmentations.",
        formula: r"L=-\frac2N\sum_ia_i\cdot p_i+\frac{\p{weight}}{N(N-1)}\sum_{i\ne j}(a_i\cdot p_j)^2",
        gradient: r"\frac{\partial L}{\partial a_i}=-\frac2Np_i+\frac{2\p{weight}}{N(N-1)}\sum_{j\ne i}(a_i\cdot p_j)\,p_j",
        source: Source {
            authors: "HaoChen, Wei, Gaidon, Ma",
            year: 2021,
            title: "Provable Guarantees for Self-Supervised Deep Learning with Spectral Contrastive Loss",
            venue: "NeurIPS 2021, arXiv 2106.04156",
        },
        papers: &[],
        aliases: &["SpecLoss", "spectral clustering loss", "augmentation graph"],
        facts: &[
            "Vectors c times as long give c² times the first part and c⁴ times the second, so lengths settle by themselves.",
            "With one sample only the first part is left.",
        ],
    };

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        let (anchors, positives) = (input.rows("anchors"), input.rows("positives"));
        let weight = params.real("weight");
        let value = of_products(weight, 1.0, &compared(Comparison::Product, &anchors, &positives));
        if !value.value().is_nan() {
            return value;
        }
        let unit = largest(anchors.iter().chain(&positives).flat_map(|row| row.iter()).map(|x| x.value().abs()));
        let in_units = |rows: &[&[R]]| -> Vec<Vec<R>> {
            rows.iter().map(|row| row.iter().map(|&x| x / unit).collect()).collect()
        };
        let products = compared(Comparison::Product, &in_units(&anchors), &in_units(&positives));
        of_products(weight, unit, &products)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{inputs, paired, value};

    fn longer(batch: &Inputs<f64>, c: f64) -> Inputs<f64> {
        let mut longer = batch.clone();
        for name in ["anchors", "positives"] {
            longer.variable_mut(name).iter_mut().for_each(|x| *x *= c);
        }
        longer
    }

    proptest! {
        #[test]
        fn lengths_settle_by_themselves(batch in paired(5, 3), c in 0.1..3.0f64, weight in 0.1..20.0) {
            let at = |c: f64, weight| value(&SpectralContrastive, &[("weight", weight)], &longer(&batch, c));
            let pull = at(1.0, 0.0);
            let push = at(1.0, weight) - pull;
            let expected = c.powi(2) * pull + c.powi(4) * push;
            prop_assert!((at(c, weight) - expected).abs() < 1e-9 * (1.0 + expected.abs() + push));
            if pull < -0.01 {
                let best = (-0.5 * pull / push).sqrt();
                let least = -0.25 * pull * pull / push;
                prop_assert!((at(best, weight) - least).abs() < 1e-9 * (1.0 + least.abs()));
                prop_assert!(at(0.9 * best, weight) > least && at(1.1 * best, weight) > least);
            }
        }

        #[test]
        fn one_sample_has_no_others(a in -2.0..2.0f64, p in -2.0..2.0f64, weight in 0.0..20.0) {
            let arrays = [("anchors", &[1, 1][..], &[a][..]), ("positives", &[1, 1], &[p])];
            let got =
                value(&SpectralContrastive, &[("weight", weight)], &inputs(SpectralContrastive::SPEC, &arrays));
            prop_assert!((got + 2.0 * a * p).abs() < 1e-12);
        }
    }
}
