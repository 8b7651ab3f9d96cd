//! Class-balanced cross-entropy: what many samples of one class are worth.

use super::Exhibit;
use crate::losses::logits::class_balanced_ce::{effective_number, weights};
use crate::stages::{Readout, Screen};

/// One dial from plain cross-entropy to inverse frequency.
pub const EFFECTIVE_NUMBERS: Exhibit = Exhibit {
    id: "effective-numbers",
    title: "What the two-hundredth sample is worth",
    papers: &[],
    claim: "The more samples of a class there are, the less a further one teaches: 200 of them count as 87 at β = 0.99, \
            8 as 8. Weights by these effective numbers let the rare class be found again, without making it as loud as \
            inverse frequency does.",
    tries: &[
        "Turn β down to 0: all classes weigh alike, and the rare one is hardly ever answered.",
        "Turn β up to 1: classes weigh by the inverse of their size.",
        "Turn the middle and the rare class up to 200 samples: all weights become 1.",
    ],
    caveat: "Three blobs and a linear model. The weights are scaled so that they sum to the number of classes.",
    figures: &["recalls"],
    state: "loss=class-balanced-ce&vs=cross-entropy&stage=long-tail&steps=300",
    measure,
};

fn measure(screen: &Screen) -> Vec<Readout> {
    let state = screen.state();
    let sizes = ["frequent", "middle", "rare"];
    let params = &state.contender().params;
    if state.contender().loss.spec().id != "class-balanced-ce"
        || !sizes.iter().all(|knob| state.knobs.has(knob))
    {
        return Vec::new();
    }
    let (beta, counts) = (params.get("beta"), sizes.map(|knob| state.knobs.get(knob) as i64));
    let weights = weights(&counts, beta);
    let names = [
        ("frequent-number", "frequent-weight", "the frequent class"),
        ("middle-number", "middle-weight", "the middle class"),
        ("rare-number", "rare-weight", "the rare class"),
    ];
    let readout =
        |id, name: String, value| Readout { id, name, of: None, value, unit: "", note: String::new() };
    let of_class = |class: usize| {
        let (number, weight, name) = names[class];
        let effective = effective_number(counts[class], beta);
        [
            readout(number, format!("samples that {name} is worth"), effective),
            readout(weight, format!("weight of {name}"), weights[class]),
        ]
    };
    (0..3).flat_map(of_class).chain(super::shown(screen, &["rare-recall", "rare-recall-2"])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exhibits::{measured, open};

    fn at(text: &str, id: &str) -> f64 {
        let (state, notices) = open(&format!("exhibit=effective-numbers{text}"));
        assert_eq!(notices, []);
        measured(&Screen::open(state, None), id)
    }

    #[test]
    fn effective_numbers_are_those_of_the_formula_and_weights_go_from_even_to_inverse() {
        for (id, count) in [("frequent-number", 200), ("middle-number", 40), ("rare-number", 8)] {
            let expected = (1.0 - 0.99f64.powi(count)) / 0.01;
            let found = at("&steps=0", id);
            assert!((found - expected).abs() < 1e-9, "{count} samples are worth {found}, not {expected}");
        }
        assert!((at("&steps=0&beta=0", "rare-weight") - 1.0).abs() < 1e-12);
        let inverse = at("&steps=0&beta=1", "rare-weight") / at("&steps=0&beta=1", "frequent-weight");
        assert!(
            (inverse - 25.0).abs() < 1e-9,
            "at β = 1 the rare class weighs {inverse} times the frequent one"
        );
    }

    #[test]
    fn the_rare_class_is_found_again() {
        let gain = |seed: usize| {
            let text = format!("&seed={seed}");
            at(&text, "rare-recall") - at(&text, "rare-recall-2")
        };
        let gain = (1..=3).map(gain).sum::<f64>() / 3.0;
        assert!(gain > 0.1, "weights raise the recall of the rare class by {gain} only");
    }
}
