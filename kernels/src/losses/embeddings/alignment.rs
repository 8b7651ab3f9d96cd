//! Alignment: how close the two views of a sample are.

use super::PAIRED;
use super::similarity::unit;
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Domain, Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Mean power of the distance between the unit vectors of two views.
pub struct Alignment;

/// Power of the distance between the directions of the two views of each sample.
pub fn alignment<R: Real>(input: &Inputs<R>, power: R) -> Vec<R> {
    let half = power * 0.5;
    let term = |(a, p): (&[R], &[R])| {
        let squared = R::squared_distance(&unit(a), &unit(p));
        // The slope of a root at 0 is infinite, and nothing pulls apart what coincides.
        if squared.value() == 0.0 { squared } else { squared.pow(half) }
    };
    input.rows("anchors").into_iter().zip(input.rows("positives")).map(term).collect()
}

impl Kernel for Alignment {
    const SPEC: &'static Spec = &Spec {
        id: "alignment",
        title: "Alignment",
        family: Family::Embeddings,
        inputs: PAIRED,
        params: &[Param::linear(
            "power",
            r"\alpha",
            2.0,
            (0.5, 6.0),
            "how much far pairs count against near ones",
        )
        .within(Domain::Positive)],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Measures how far apart the two views of a sample lie on the sphere; alone, it is happy with a collapse.",
        formula: r"L=\frac1N\sum_i\lVert\hat a_i-\hat p_i\rVert^{\p{power}}",
        gradient: r"\frac{\partial L}{\partial\hat a_i}=\frac{\p{power}}N\lVert\hat a_i-\hat p_i\rVert^{\p{power}-2}(\hat a_i-\hat p_i)",
        source: Source {
            authors: "Wang, Isola",
            year: 2020,
            title: "Understanding Contrastive Representation Learning through Alignment and Uniformity on the Hypersphere",
            venue: "ICML 2020, arXiv 2005.10242",
        },
        papers: &[],
        aliases: &["alignment loss", "positive pair distance"],
        facts: &[
            "At power 2 it is 2 minus twice the mean cosine, of vectors other than 0.",
            "It is at most 2 to the power, for opposite views.",
            "It is 0 just when every two views point the same way.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        Some(alignment(input, params.real("power")))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::embeddings::similarity::cosines;
    use crate::testing::{gradient, inputs, paired, value};

    proptest! {
        #[test]
        fn power_2_is_2_minus_twice_the_mean_cosine(batch in paired(5, 3)) {
            let s = cosines(&batch.rows("anchors"), &batch.rows("positives"));
            let expected = 2.0 - 2.0 * s.diag().mean().unwrap();
            prop_assert!((value(&Alignment, &[], &batch) - expected).abs() < 1e-12);
        }

        #[test]
        fn it_lies_between_aligned_and_opposite(
            batch in paired(5, 3),
            power in 0.5..6.0,
            length in 0.1..10.0,
        ) {
            prop_assert!(value(&Alignment, &[("power", power)], &batch) <= 2f64.powf(power));
            let anchors = batch.vector("anchors");
            let turned = |factor: f64| {
                let positives: Vec<f64> = anchors.iter().map(|x| factor * x).collect();
                inputs(Alignment::SPEC, &[("anchors", &[5, 3], anchors), ("positives", &[5, 3], &positives)])
            };
            let (aligned, opposite) = (turned(length), turned(-length));
            prop_assert!(value(&Alignment, &[], &aligned) < 1e-12);
            prop_assert!((value(&Alignment, &[("power", power)], &opposite) - 2f64.powf(power)).abs() < 1e-9);
        }
    }

    #[test]
    fn coinciding_views_have_no_gradient_at_any_power() {
        let rows = [3.0, 4.0];
        let batch = inputs(Alignment::SPEC, &[("anchors", &[1, 2], &rows), ("positives", &[1, 2], &rows)]);
        for power in [0.5, 1.0, 2.0, 6.0] {
            assert_eq!(gradient(&Alignment, &[("power", power)], &batch), [0.0; 4], "power {power}");
        }
    }
}
