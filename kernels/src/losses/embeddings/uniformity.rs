//! Uniformity: how evenly the vectors spread over the sphere.

use super::EMBEDDINGS;
use super::pairs::pairs;
use super::similarity::{self_compared, units};
use crate::cost::Cost;
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::{Comparison, Real};
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec};

/// Logarithm of the mean Gaussian potential between pairs of unit vectors.
pub struct Uniformity;

/// Logarithm of the mean of `e^{−t d²}` over the pairs of directions; 0 without a pair.
pub fn uniformity<R: Real>(rows: &[&[R]], t: R) -> R {
    let d = self_compared(Comparison::SquaredDistance, &units(rows));
    let exponents: Vec<R> = pairs(rows.len()).map(|pair| d[pair] * -t).collect();
    if exponents.is_empty() {
        return R::zero();
    }
    R::log_sum_exp(&exponents) - (exponents.len() as f64).ln()
}

impl Kernel for Uniformity {
    const SPEC: &'static Spec = &Spec {
        id: "uniformity",
        title: "Uniformity",
        family: Family::Embeddings,
        inputs: &[EMBEDDINGS],
        params: &[Param::log("t", "t", 2.0, (0.01, 20.0), "how short-ranged the repulsion is")],
        slope: Slope::Exact,
    };

    const COST: Cost = Cost::on_tape("N·N+3·N·D");

    const PROSE: &'static Prose = &Prose {
        summary: "Measures how evenly vectors cover the sphere; lowering it drives them apart, the closest first.",
        formula: r"L=\log\frac2{N(N-1)}\sum_{i<j}e^{-\p{t}\lVert\hat x_i-\hat x_j\rVert^2}",
        gradient: r"\frac{\partial L}{\partial s_{ij}}=2\p{t}\,w_{ij},\qquad w=\mathrm{softmax}_{i<j}(2\p{t}\,s_{ij})",
        source: Source {
            authors: "Wang, Isola",
            year: 2020,
            title: "Understanding Contrastive Representation Learning through Alignment and Uniformity on the Hypersphere",
            venue: "ICML 2020, arXiv 2005.10242",
        },
        papers: &["contrastive-behaviour"],
        aliases: &["uniformity loss", "Gaussian potential", "hyperspherical energy"],
        facts: &[
            "It lies between −4t and 0.",
            "It is 0 when all directions are one, and −4t for two opposite vectors.",
            "Vectors spread evenly over the circle stay slightly below −2t + log I₀(2t), −1.575 at t = 2.",
        ],
    };

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        uniformity(&input.rows("embeddings"), params.real("t"))
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use proptest::prelude::*;

    use super::*;
    use crate::testing::{inputs, random, value};

    fn at(t: f64, points: &[f64]) -> f64 {
        value(
            &Uniformity,
            &[("t", t)],
            &inputs(Uniformity::SPEC, &[("embeddings", &[points.len() / 2, 2], points)]),
        )
    }

    proptest! {
        #[test]
        fn it_lies_between_minus_4t_and_0(seed in 0u64..1 << 32, t in 0.01..20.0) {
            let batch = random(Uniformity::SPEC, &[("N", 6), ("D", 3)], seed);
            let got = value(&Uniformity, &[("t", t)], &batch);
            prop_assert!((-4.0 * t..=0.0).contains(&got), "uniformity is {got} at t = {t}");
        }

        #[test]
        fn the_ends_are_collapse_and_opposition(x in 0.1..2.0, y in -2.0..2.0, t in 0.01..20.0) {
            prop_assert!(at(t, &[x, y, 2.0 * x, 2.0 * y, 0.5 * x, 0.5 * y]).abs() < 1e-12);
            prop_assert!((at(t, &[x, y, -x, -y]) + 4.0 * t).abs() < 1e-12 * (1.0 + t));
        }
    }

    #[test]
    fn a_regular_polygon_is_slightly_below_the_limit_of_the_circle() {
        let polygon: Vec<f64> = (0..64)
            .flat_map(|i| {
                let a = TAU * f64::from(i) / 64.0;
                [a.cos(), a.sin()]
            })
            .collect();
        let below = -1.5750 - at(2.0, &polygon);
        assert!((0.0..0.1).contains(&below), "64 even points are {below} below the limit");
    }

    #[test]
    fn one_vector_has_no_pair() {
        assert_eq!(at(2.0, &[1.0, 2.0]), 0.0);
    }
}
