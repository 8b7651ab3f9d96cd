//! SoftTriple: several centres a class, of which a sample picks softly.

use super::EMBEDDINGS;
use super::pairs::pairs;
use super::similarity::{below_top, cosines, units};
use crate::cost::Cost;
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::losses::softmax::{mean_over_samples, softmax};
use crate::real::Real;
use crate::spec::{Family, Input, Param, Params, Prose, Role, Slope, Source, Spec};

/// Cross-entropy over classes of several centres, with a margin and a penalty that merges centres.
pub struct SoftTriple;

/// Distances between the centres of a class: half their mean over pairs, averaged over the classes.
fn spread<R: Real>(centres: &[&[R]], per_class: usize) -> R {
    let centres = units(centres);
    let classes = centres.chunks_exact(per_class);
    let of_class = |class: &[Vec<R>]| {
        // The repository of the paper keeps the root from 0 by this much.
        let distance = |(k, l): (usize, usize)| (R::dot(&class[k], &class[l]) * -2.0 + (2.0 + 1e-5)).sqrt();
        R::sum(&pairs(per_class).map(distance).collect::<Vec<R>>()) / (per_class * (per_class - 1)) as f64
    };
    R::mean(&classes.map(of_class).collect::<Vec<R>>())
}

impl Kernel for SoftTriple {
    const SPEC: &'static Spec = &Spec {
        id: "soft-triple",
        title: "SoftTriple loss",
        family: Family::Embeddings,
        inputs: &[
            EMBEDDINGS,
            Input::integers("labels", Role::Class, &["N"], 0, "the class of each sample"),
            Input::variable("prototypes", Role::Prototype, &["C·K", "D"], "the centres, those of class 0 first, K a class"),
        ],
        params: &[
            Param::log("la", r"\lambda", 20.0, (1.0, 64.0), "sharpness of the softmax over classes"),
            Param::log(
                "gamma",
                r"\gamma",
                0.1,
                (0.01, 5.0),
                "temperature of the choice among the centres of a class",
            ),
            Param::linear("margin", r"\delta", 0.01, (0.0, 0.5), "how much closer the own class has to be"),
            Param::integer("centers_per_class", "K", 2.0, (1.0, 5.0), "centres a class"),
            Param::linear(
                "regularizer",
                r"\tau",
                0.0,
                (0.0, 1.0),
                "penalty on the distance between centres of a class",
            ),
        ],
        slope: Slope::Exact,
    };

    const COST: Cost = Cost::on_tape("10·N·prototypes+4·prototypes·D+3·N·D");

    const PROSE: &'static Prose = &Prose {
        summary: "Lets a class have several modes: each sample looks for the nearest of its centres, softly.",
        formula: r"L=-\frac1N\sum_i\log\frac{e^{\p{la}(S_{iy_i}-\p{margin})}}{e^{\p{la}(S_{iy_i}-\p{margin})}+\sum_{c\ne y_i}e^{\p{la}S_{ic}}}
            +\frac{\p{regularizer}}{C\p{centers_per_class}(\p{centers_per_class}-1)}\sum_c\sum_{k<l}\lVert\hat w_{ck}-\hat w_{cl}\rVert,\qquad
            S_{ic}=\sum_k\frac{e^{s_{ick}/\p{gamma}}}{\sum_le^{s_{icl}/\p{gamma}}}s_{ick}",
        gradient: "",
        source: Source {
            authors: "Qian, Shang, Sun, Hu, Li, Jin",
            year: 2019,
            title: "SoftTriple Loss: Deep Metric Learning Without Triplet Sampling",
            venue: "ICCV 2019, arXiv 1909.05235",
        },
        papers: &[],
        aliases: &["SoftTripleLoss", "multi-centre softmax"],
        facts: &[
            "With one centre a class and no margin it is normalised softmax at temperature 1/λ.",
            "At low γ a class is as near as its nearest centre, at high γ as near as its centres on average.",
            "The penalty on centres is least where those of a class coincide.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::MetricLearning,
        call: "losses.SoftTripleLoss",
        arguments: &[
            Argument::same("la", 20.0),
            Argument::same("gamma", 0.1),
            Argument::same("margin", 0.01),
            Argument::same("centers_per_class", 10.0),
            Argument::lacking("regularizer", 0.0),
        ],
        python: "classes = len(prototypes) // centers_per_class\n\
                criterion = losses.SoftTripleLoss(classes, prototypes.shape[1], {})\n\
                criterion.fc.data = prototypes.T\n\
                loss = criterion(embeddings, labels)",
        note: "Ten centres a class; SparseCentersRegularizer, which merges them, has to be given as \
                weight_regularizer. Both its γ and that of the paper are a temperature: they divide.",
        departs: &[Departure::SHORT_EMBEDDINGS_OR_PROTOTYPES],
    }];

    fn rule(input: &Inputs<f64>, params: &Params) -> Result<(), String> {
        let (centres, k) = (input.rows("prototypes").len(), params.whole("centers_per_class"));
        if centres % k != 0 {
            return Err(format!(
                "input prototypes has {centres} rows, they must be a multiple of centers_per_class = {k}"
            ));
        }
        let classes = (centres / k) as i64;
        match input.labels("labels").iter().enumerate().find(|&(_, &label)| label >= classes) {
            None => Ok(()),
            Some((i, label)) => Err(format!(
                "input labels has {label} at [{i}], allowed is a class from 0 to {}: prototypes has {centres} rows \
                 and centers_per_class is {k}",
                classes - 1
            )),
        }
    }

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        let [la, gamma, margin]: [R; 3] = ["la", "gamma", "margin"].map(|name| params.real(name));
        let per_class = params.whole("centers_per_class");
        let (labels, centres) = (input.classes("labels"), input.rows("prototypes"));
        let s = cosines(&input.rows("embeddings"), &centres);

        let of_class = |s: &[R]| R::dot(&softmax(&below_top(s, gamma)), s);
        let logits = |(s, &label): (ndarray::ArrayView1<R>, &usize)| {
            let mut classes: Vec<R> = s.to_vec().chunks_exact(per_class).map(of_class).collect();
            classes[label] -= margin;
            classes.into_iter().map(|s| s * la).collect()
        };
        let logits: Vec<Vec<R>> = s.outer_iter().zip(&labels).map(logits).collect();

        let loss = mean_over_samples(&logits, &labels, R::surprise);
        if per_class == 1 { loss } else { loss + spread(&centres, per_class) * params.real::<R>("regularizer") }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kernel::Loss;
    use crate::losses::embeddings::normalized_softmax::NormalizedSoftmax;
    use crate::losses::softmax::cross_entropy;
    use crate::testing::{inputs, params, prototyped, value};

    /// The batch with its prototypes as the centres of fewer classes: two a class.
    fn two_centres(batch: &Inputs<f64>) -> Inputs<f64> {
        let labels: Vec<f64> = batch.labels("labels").iter().map(|l| (l / 2) as f64).collect();
        let arrays = [
            ("embeddings", &[6, 3][..], batch.vector("embeddings")),
            ("labels", &[6], &labels),
            ("prototypes", &[4, 3], batch.vector("prototypes")),
        ];
        inputs(SoftTriple::SPEC, &arrays)
    }

    proptest! {
        #[test]
        fn one_centre_makes_a_normalised_softmax(batch in prototyped(6, 4, 3), la in 1.0..64.0) {
            let given = [("la", la), ("margin", 0.0), ("centers_per_class", 1.0), ("regularizer", 0.5)];
            let got = value(&SoftTriple, &given, &batch);
            let softmax = value(&NormalizedSoftmax, &[("temperature", 1.0 / la)], &batch);
            prop_assert!((got - softmax).abs() < 1e-9 * (1.0 + softmax), "{got} against {softmax}");
        }

        #[test]
        fn the_choice_among_centres_runs_from_the_nearest_to_their_mean(batch in prototyped(6, 4, 3)) {
            let batch = two_centres(&batch);
            let s = cosines(&batch.rows("embeddings"), &batch.rows("prototypes"));
            let of = |class: &dyn Fn(f64, f64) -> f64| {
                let logits = |i: usize| [0, 2].map(|k| 20.0 * class(s[(i, k)], s[(i, k + 1)]));
                cross_entropy(&(0..6).map(logits).collect::<Vec<_>>(), &batch.classes("labels"))
            };
            let at = |gamma| value(&SoftTriple, &[("gamma", gamma), ("margin", 0.0)], &batch);
            let (nearest, mean) = (of(&f64::max), of(&|a, b| 0.5 * (a + b)));
            prop_assert!((at(1e-5) - nearest).abs() < 1e-3 * (1.0 + nearest), "{} against {nearest}", at(1e-5));
            prop_assert!((at(1e6) - mean).abs() < 1e-3 * (1.0 + mean), "{} against {mean}", at(1e6));
        }
    }

    #[test]
    fn the_penalty_is_the_distance_between_centres() {
        let penalty = |centres: &[f64]| {
            let arrays = [
                ("embeddings", &[1, 2][..], &[1.0, 0.0][..]),
                ("labels", &[1], &[0.0]),
                ("prototypes", &[2, 2], centres),
            ];
            value(&SoftTriple, &[("regularizer", 1.0)], &inputs(SoftTriple::SPEC, &arrays))
        };
        // With one class the softmax costs nothing; a pair counts half in the mean over ordered pairs.
        assert!((penalty(&[1.0, 0.0, -3.0, 0.0]) - 1.0).abs() < 1e-5);
        assert!((penalty(&[1.0, 1.0, 2.0, 2.0]) - 0.5 * 1e-5f64.sqrt()).abs() < 1e-9);
    }

    #[test]
    fn centres_and_labels_have_to_go_together() {
        let check = |label: f64, k: f64| {
            let arrays = [
                ("embeddings", &[1, 1][..], &[1.0][..]),
                ("labels", &[1], &[label]),
                ("prototypes", &[4, 1], &[1.0, 2.0, 3.0, 4.0]),
            ];
            let input = inputs(SoftTriple::SPEC, &arrays);
            let checked = SoftTriple.check(&input, &params(&SoftTriple, &[("centers_per_class", k)]));
            checked.map_err(|error| error.to_string())
        };
        assert_eq!(check(1.0, 2.0), Ok(()));
        assert!(check(0.0, 3.0).unwrap_err().contains("multiple of centers_per_class = 3"));
        assert!(check(2.0, 2.0).unwrap_err().contains("from 0 to 1"));
        assert!(check(0.0, 1e18).unwrap_err().contains("multiple"));
    }
}
