//! Weston–Watkins hinge: the label against every rival.

use super::crammer_singer::THRESHOLD;
use super::{INPUTS, leads, terms_of_scores};
use crate::dialect::{Argument, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Hinges on the lead of the label over each wrong class, summed over the classes.
pub struct WestonWatkins;

impl Kernel for WestonWatkins {
    const SPEC: &'static Spec = &Spec {
        id: "weston-watkins",
        title: "Weston–Watkins hinge",
        family: Family::Logits,
        inputs: INPUTS,
        params: &[
            THRESHOLD,
            Param::numbers(
                "p",
                "p",
                1.0,
                &[(1.0, "linear"), (2.0, "squared")],
                "how a violation counts: squared spares the small ones",
            )
            .option(),
        ],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Labelled;

    const PROSE: &'static Prose = &Prose {
        summary: "A support vector machine for many classes that hears every rival, not the best one only.",
        formula: r"L=\frac1N\sum_i\sum_{k\ne y_i}\big[\p{threshold}+f_{ik}-f_{iy_i}\big]_+^{\p{p}}",
        gradient: r"\text{linear:}\quad\frac{\partial L}{\partial f_k}=\frac1N[f_y-f_k<\p{threshold}],\qquad
            \frac{\partial L}{\partial f_y}=-\sum_{k\ne y}\frac{\partial L}{\partial f_k}",
        source: Source {
            authors: "Weston, Watkins",
            year: 1999,
            title: "Support Vector Machines for Multi-Class Pattern Recognition",
            venue: "ESANN 1999",
        },
        papers: &[],
        aliases: &[
            "multi-class hinge",
            "multiclass SVM loss",
            "torch.nn.MultiMarginLoss",
            "multi_margin_loss",
        ],
        facts: &[
            "With two classes it is the Crammer–Singer hinge.",
            "Equal scores cost c(C − 1).",
            "It lies between the Crammer–Singer hinge and C − 1 times it.",
            "Libraries that average over classes report 1/C of this.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::Torch,
        call: "torch.nn.MultiMarginLoss",
        arguments: &[Argument::same("threshold", 1.0).called("margin"), Argument::same("p", 1.0)],
        python: "loss = logits.shape[1] * torch.nn.MultiMarginLoss({})(logits, labels)",
        note: "Divides by the number of classes: the more classes, the smaller its gradient.",
        departs: &[],
    }];

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let (threshold, power) = (params.real::<R>("threshold"), params.whole("p") as i32);
        terms_of_scores(input, |scores, class| {
            let cost = |lead: R| (lead + threshold).relu().powi(power);
            leads(scores, class).into_iter().fold(R::zero(), |sum, lead| sum + cost(lead))
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::WestonWatkins;
    use crate::kernel::Kernel;
    use crate::losses::logits::crammer_singer::CrammerSinger;
    use crate::testing::{inputs, logits, value};

    proptest! {
        #[test]
        fn crammer_singer_brackets_it(f in logits(3, 4), c in 0.0..5.0) {
            let given = [("threshold", c)];
            let (ww, cs) = (value(&WestonWatkins, &given, &f), value(&CrammerSinger, &given, &f));
            prop_assert!((cs - 1e-12..=3.0 * cs + 1e-12).contains(&ww), "{ww} is not between {cs} and 3·{cs}");
        }

        #[test]
        fn two_classes_make_no_difference(f in logits(3, 2), c in 0.0..5.0) {
            let given = [("threshold", c)];
            prop_assert_eq!(value(&WestonWatkins, &given, &f), value(&CrammerSinger, &given, &f));
        }

        #[test]
        fn equal_scores_pay_for_every_rival(score in -5.0..5.0, c in 0.0..5.0) {
            let equal = inputs(WestonWatkins::SPEC, &[("logits", &[1, 4], &[score; 4]), ("labels", &[1], &[1.0])]);
            let got = value(&WestonWatkins, &[("threshold", c)], &equal);
            prop_assert!((got - 3.0 * c).abs() < 1e-14, "they cost {got}");
        }
    }
}
