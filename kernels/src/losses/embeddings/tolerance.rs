//! Tolerance: how similar the samples of one class are.

use super::LABELLED;
use super::pairs::pairs;
use super::similarity::self_cosines;
use crate::cost::Cost;
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec};

/// Mean cosine of pairs of one class.
pub struct Tolerance;

impl Kernel for Tolerance {
    const SPEC: &'static Spec = &Spec {
        id: "tolerance",
        title: "Tolerance",
        family: Family::Embeddings,
        inputs: LABELLED,
        params: &[Param::numbers(
            "conditional",
            "",
            1.0,
            &[(0.0, "over all pairs"), (1.0, "over pairs of one class")],
            "what the sum of similarities is divided by",
        )],
        slope: Slope::Exact,
    };

    const COST: Cost = Cost::on_tape("N·N+3·N·D");

    const PROSE: &'static Prose = &Prose {
        summary: "Measures how close samples of one class stay to each other; a contrastive loss that ignores labels pays for uniformity with it.",
        formula: r"T=\frac1{|\mathcal P|}\sum_{(i,j)\in\mathcal P}s_{ij}",
        gradient: "",
        source: Source {
            authors: "Wang, Liu",
            year: 2021,
            title: "Understanding the Behaviour of Contrastive Loss",
            venue: "CVPR 2021, arXiv 2012.09740",
        },
        papers: &["contrastive-behaviour"],
        aliases: &["within-class similarity", "uniformity-tolerance dilemma"],
        facts: &[
            "It lies between −1 and 1, and is 1 just when every class is a single direction.",
            "Over all pairs it is the value over pairs of one class times their share.",
            "A batch without two samples of one class has tolerance 0.",
        ],
    };

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        let labels = input.labels("labels");
        let s = self_cosines(&input.rows("embeddings"));
        let own = pairs(labels.len()).filter(|&(i, j)| labels[i] == labels[j]);
        let own: Vec<R> = own.map(|pair| s[pair]).collect();
        if params.get("conditional") == 1.0 || own.is_empty() {
            R::mean(&own)
        } else {
            R::sum(&own) / pairs(labels.len()).count() as f64
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{inputs, labelled, value};

    proptest! {
        #[test]
        fn the_two_readings_differ_by_the_share_of_pairs(batch in labelled(7, 3)) {
            let labels = batch.labels("labels");
            let share = pairs(7).filter(|&(i, j)| labels[i] == labels[j]).count() as f64 / 21.0;
            let conditional = value(&Tolerance, &[], &batch);
            prop_assert!((-1.0..=1.0).contains(&conditional));
            let literal = value(&Tolerance, &[("conditional", 0.0)], &batch);
            prop_assert!((literal - conditional * share).abs() < 1e-12, "{literal}, {conditional} × {share}");
        }

        #[test]
        fn classes_of_one_direction_have_tolerance_1(x in 0.1..2.0, y in -2.0..2.0f64, z in 0.1..2.0) {
            let points = [x, y, z, -y, 3.0 * x, 3.0 * y, 0.5 * z, -0.5 * y];
            let arrays = [("embeddings", &[4, 2][..], &points[..]), ("labels", &[4], &[0.0, 1.0, 0.0, 1.0])];
            let got = value(&Tolerance, &[], &inputs(Tolerance::SPEC, &arrays));
            prop_assert!((got - 1.0).abs() < 1e-12, "tolerance is {got}");
        }
    }

    #[test]
    fn lonely_samples_have_none() {
        let arrays = [("embeddings", &[2, 1][..], &[1.0, 2.0][..]), ("labels", &[2], &[0.0, 1.0])];
        for conditional in [0.0, 1.0] {
            let got = value(&Tolerance, &[("conditional", conditional)], &inputs(Tolerance::SPEC, &arrays));
            assert_eq!(got, 0.0);
        }
    }
}
