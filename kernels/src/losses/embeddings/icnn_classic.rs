//! The ICNN score as first written: distances between the nearest and the farthest neighbour, and roots.

use super::LABELLED;
use super::moments::variance;
use super::neighbours::{Neighbour, nearest};
use crate::cost::Cost;
use crate::input::Inputs;
use crate::kernel::{Kernel, Part, Parts, single_numbers};
use crate::real::Real;
use crate::spec::{Domain, Family, Param, Params, Prose, Slope, Source, Spec};

/// Min–max scaled nearest-neighbour score with roots that soften it.
pub struct IcnnClassic;

const EPSILON: f64 = 1e-6;

/// Distances of a neighbourhood on a scale from 0, its nearest, to 1, its farthest.
fn min_max<R: Real>(neighbourhood: &[Neighbour<R>]) -> Vec<R> {
    let (nearest, farthest) = (neighbourhood[0].distance, neighbourhood[neighbourhood.len() - 1].distance);
    neighbourhood.iter().map(|other| (other.distance - nearest) / (farthest - nearest + EPSILON)).collect()
}

/// Λ, Γ and, where it is included, Ω; of a batch of at least two samples.
fn parts<R: Real>(input: &Inputs<R>, params: &Params) -> Vec<R> {
    let n = input.length("N");
    let k = params.whole("neighbours");
    let k = if k < n { k } else { 3.min(n - 1) };
    let root = |x: R, name| if x.value() == 0.0 { R::zero() } else { x.powf(1.0 / params.get(name)) };

    let neighbourhoods = nearest(input, k);
    // A distance counts for one of the two kinds and as 0 for the other.
    let (mut own, mut foreign) = (Vec::new(), Vec::new());
    let (mut scores, mut counts) = (Vec::new(), Vec::new());
    for neighbourhood in &neighbourhoods {
        let mut score = R::zero();
        for (other, nu) in neighbourhood.iter().zip(min_max(neighbourhood)) {
            score += if other.is_own { -nu + 1.0 } else { nu };
            own.push(if other.is_own { nu } else { R::zero() });
            foreign.push(if other.is_own { R::zero() } else { nu });
        }
        scores.push(score);
        counts.push(neighbourhood.iter().filter(|other| other.is_own).count() as f64);
    }

    let best = R::max(&scores) + EPSILON;
    let lambda: Vec<R> = scores.into_iter().map(|score| root(score / best, "p")).collect();
    let gamma: Vec<R> = counts.into_iter().map(|count| root(R::from(count / k as f64), "r")).collect();
    let mut parts = vec![R::mean(&lambda), R::mean(&gamma)];
    if params.get("omega") == 1.0 {
        let entries = n * k - 1;
        parts.push(root(-variance(&own, entries) - variance(&foreign, entries) + 1.0, "q"));
    }
    parts
}

impl Kernel for IcnnClassic {
    const SPEC: &'static Spec = &Spec {
        id: "icnn-classic",
        title: "ICNN loss, classic score",
        family: Family::Embeddings,
        inputs: LABELLED,
        params: &[
            Param::integer(
                "neighbours",
                "k",
                5.0,
                (3.0, 10.0),
                "neighbours that are scored; 3 in smaller batches",
            )
            .within(Domain::AtLeast(1.0)),
            Param::integer("p", "p", 2.0, (1.0, 8.0), "root of the distance part"),
            Param::integer("q", "q", 2.0, (1.0, 8.0), "root of the variance part")
                .only_when("omega", &["included"]),
            Param::integer("r", "r", 2.0, (1.0, 8.0), "root of the part that counts neighbours"),
            Param::numbers(
                "omega",
                "",
                0.0,
                &[(0.0, "left out"), (1.0, "included")],
                "whether the variance of the distances is scored, too",
            ),
        ],
        slope: Slope::Exact,
    };

    const COST: Cost = Cost::on_tape("N·N+40·N");

    const PROSE: &'static Prose = &Prose {
        summary: "The older form of the ICNN score, for comparison: every neighbourhood is stretched to the same length before it is scored.",
        formula: r"L=-\log\frac{\Lambda+\Gamma}2,\quad
            \Lambda=\frac1N\sum_i\Big(\frac{\lambda_i}{\max_l\lambda_l}\Big)^{1/\p{p}},\quad
            \lambda_i=\sum_{\text{other}}\nu_{it}+\sum_{\text{own}}(1-\nu_{it}),\quad
            \Gamma=\frac1N\sum_i\Big(\frac{c_i}{\p{neighbours}}\Big)^{1/\p{r}}",
        gradient: "",
        source: Source {
            authors: "Mendez-Ruiz, Gonzalez-Zapata, Reyes-Amezcua, Flores-Araiza, Lopez-Tiro, Mendez-Vazquez, Ochoa-Ruiz",
            year: 2023,
            title: "SuSana Distancia is all you need: Enforcing class separability in metric learning via two novel distance-based loss functions for few-shot image classification",
            venue: "arXiv 2305.09062",
        },
        papers: &["susana-distancia"],
        aliases: &["ICNN index", "inter and intra class nearest neighbours"],
        facts: &[
            "Higher roots p and r never raise it.",
            "With a single class the part that counts neighbours is 1.",
            "A batch of one sample has no neighbours: 0.",
        ],
    };

    const PARTS: Parts = Parts {
        all: &[Part::number("Λ near and far"), Part::number("Γ pure"), Part::number("score")],
        of: |input, params| {
            if input.length("N") < 2 {
                return Vec::new();
            }
            let parts = parts(input, params);
            single_numbers([parts[0], parts[1], f64::mean(&parts)])
        },
    };

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        if input.length("N") < 2 {
            return R::zero();
        }
        R::zero() - R::mean(&parts(input, params)).ln()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{inputs, labelled, value};

    proptest! {
        #[test]
        fn higher_roots_never_raise_it(
            batch in labelled(9, 2),
            (p, r) in (1u8..8, 1u8..8),
            omega in 0u8..2,
        ) {
            let at = |p: u8, r: u8| {
                let given = [("p", f64::from(p)), ("r", f64::from(r)), ("omega", f64::from(omega))];
                value(&IcnnClassic, &given, &batch)
            };
            prop_assert!(at(p + 1, r) <= at(p, r) + 1e-12);
            prop_assert!(at(p, r + 1) <= at(p, r) + 1e-12);
        }

        #[test]
        fn a_single_class_leaves_only_the_distances(batch in labelled(9, 2), r in 1u8..8) {
            let arrays =
                [("embeddings", &[9, 2][..], batch.vector("embeddings")), ("labels", &[9], &[1.0; 9])];
            let one_class = inputs(IcnnClassic::SPEC, &arrays);
            let (first, other) = (value(&IcnnClassic, &[], &one_class),
                value(&IcnnClassic, &[("r", f64::from(r))], &one_class));
            prop_assert_eq!(first, other, "the root of 1 is 1");
            prop_assert!((0.0..2f64.ln()).contains(&first), "the loss is {}", first);
        }
    }

    #[test]
    fn a_lone_sample_has_no_neighbours() {
        let arrays = [("embeddings", &[1, 2][..], &[1.0, 2.0][..]), ("labels", &[1], &[0.0])];
        assert_eq!(value(&IcnnClassic, &[], &inputs(IcnnClassic::SPEC, &arrays)), 0.0);
    }
}
