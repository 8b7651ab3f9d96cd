//! Loss and weight of a sample against the probability of its label.

use std::sync::OnceLock;

use super::curve::{Chart, Curve, LOSS};
use super::engine::Played;
use super::sample::Sample;
use super::stage::StageSpec;
use super::state::Contender;
use super::surroundings::{self, COUNTS, DIVERSITY};
use crate::kernel::Loss;
use crate::losses;
use crate::spec::{Domain, Param, Role, Spec, join, said};

/// The least probability on the axis; the greatest is as far from 1.
pub(super) const LEAST: f64 = 0.001;

const PROBABILITY: Param =
    Param::linear("p", "p_y", 0.25, (LEAST, 1.0 - LEAST), "the probability of the label at the dot")
        .within(Domain::Between(0.0, 1.0));

/// Losses that see nothing of a sample but the probability of its label, `ℓ(p)`. They share one gradient but for
/// its weight `ω(p) = −p·ℓ′(p)`: who gets how much of it.
pub const P_CHART: Played<Curve> = Played::new(
    &StageSpec {
        id: "p-chart",
        title: "Probability chart",
        about: said(
            "The loss of one sample against the probability of its label, and the weight of the sample: what its \
                gradient is multiplied by, where cross-entropy has 1. Drag the dot along.",
        ),
        knobs: &join::<_, 5>(&[&[PROBABILITY], &COUNTS, &[DIVERSITY]]),
        contenders: 4,
        trains: false,
        actions: &[],
    },
    Curve {
        name: "label probability",
        axis: "label probability p",
        charts: &[
            LOSS,
            Chart {
                id: "weight",
                title: "Weight of the sample",
                axis: "weight ω = −p · dℓ/dp",
                // The slope by the label's logit is ω·(p − 1).
                height: |p, _, slope| slope / (p - 1.0),
            },
        ],
        fits: is_p_loss,
        row: |p| logits(p, 0.5, 0.0),
        label: 0,
    },
);

/// Logits of three classes of which the first one has probability `p`, with the rest shared out between the others.
pub(super) fn logits(p: f64, share: f64, shift: f64) -> Vec<f64> {
    let rest = 1.0 - p;
    [p, rest * share, rest * (1.0 - share)].map(|p| p.ln() + shift).to_vec()
}

/// Whether a loss is such a function.
pub(super) fn is_p_loss(loss: &'static Spec) -> bool {
    // Most losses are told apart by what they read, and only the others have to be tried.
    surroundings::fits(loss, Role::Logits) && p_losses().contains(&loss.id)
}

/// The losses that this is about, found once.
fn p_losses() -> &'static [&'static str] {
    static FOUND: OnceLock<Vec<&'static str>> = OnceLock::new();
    if let Some(found) = FOUND.get() {
        return found;
    }
    // Not while it is being set: what this calls may be refused in the middle, as it has yet to be fetched.
    let reading = losses::all().filter(|loss| surroundings::fits(loss.spec(), Role::Logits));
    let found = reading.filter(|loss| sees_the_label_alone(*loss)).map(|loss| loss.spec().id).collect();
    FOUND.get_or_init(|| found)
}

/// Whether neither the other classes nor a shift of all logits change a loss, as its parameters are by default.
fn sees_the_label_alone(loss: &'static dyn Loss) -> bool {
    let contender = Contender::new(loss);
    let mut sample = Sample::new(&contender, 3, 0);
    [0.05, 0.4, 0.9].into_iter().all(|p| {
        let [even, uneven] = [logits(p, 0.5, 0.0), logits(p, 0.9, 1.5)].map(|logits| sample.value(&logits));
        (even - uneven).abs() <= 1e-9 * even.abs()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::Mark;
    use crate::stages::{Screen, Stage, State};

    fn screen(loss: &str, text: &str) -> Screen {
        let (state, notices) = State::read(text, &State::new(losses::find(loss).unwrap(), &P_CHART));
        assert_eq!(notices, [], "{text}");
        Screen::open(state, None)
    }

    fn curve(screen: &Screen, figure: &str) -> Vec<(f64, f64)> {
        let figure = screen.figure(figure, &[]);
        let line = figure.marks.into_iter().find_map(|mark| match mark {
            Mark::Line { points, .. } => Some(points),
            _ => None,
        });
        line.expect("it is a curve")
    }

    #[test]
    fn it_is_for_functions_of_the_label_probability() {
        let fits = |id: &str| P_CHART.fits(losses::find(id).unwrap().spec());
        for id in
            ["cross-entropy", "focal", "generalized-cross-entropy", "probability-mae", "comp-sum", "poly-1"]
        {
            assert!(fits(id), "{id} is missing");
        }
        assert!(fits("class-balanced-ce") && fits("bias-loss"), "a weight of the sample does not matter");
        for id in
            ["z-loss", "crammer-singer", "ldam", "logit-adjustment", "confidence-penalty", "hinge", "arcface"]
        {
            assert!(!fits(id), "{id} sees more than the label probability");
        }
    }

    #[test]
    fn loss_and_weight_are_those_of_the_formulas() {
        type Formula = fn(f64) -> f64;
        let formulas: [(&str, &str, Formula, Formula); 4] = [
            ("cross-entropy", "", |p| -p.ln(), |_| 1.0),
            ("generalized-cross-entropy", "q=0.5", |p| (1.0 - p.sqrt()) / 0.5, f64::sqrt),
            ("comp-sum", "tau=0", |p| 1.0 / p - 1.0, |p| 1.0 / p),
            ("probability-mae", "", |p| 2.0 - 2.0 * p, |p| 2.0 * p),
        ];
        for (loss, text, value, weight) in formulas {
            let screen = screen(loss, text);
            for (figure, formula) in [("loss", value), ("weight", weight)] {
                let points = curve(&screen, figure);
                let (first, last) = (points[0].0, points[points.len() - 1].0);
                assert!((first - 0.001).abs() < 1e-12 && (last - 0.999).abs() < 1e-12, "{loss}");
                for (p, height) in points {
                    let off = (height - formula(p)).abs();
                    assert!(off < 1e-9 * (1.0 + height), "the {figure} of {loss} at p = {p} is {height}");
                }
            }
        }
    }

    #[test]
    fn class_sizes_and_diversity_weigh_the_sample() {
        let weight = |loss: &str, text: &str| curve(&screen(loss, text), "weight")[200].1;
        let rare = weight("class-balanced-ce", "n1=2&n2=40&n3=200")
            / weight("class-balanced-ce", "n1=200&n2=40&n3=2");
        assert!(rare > 10.0, "a class of 2 weighs {rare} times one of 200");
        for (text, expected) in [("diversity=0", 0.7), ("diversity=1", 0.3f64.exp() - 0.3)] {
            let got = weight("bias-loss", text);
            assert!((got - expected).abs() < 1e-9, "with {text} the sample weighs {got}, not {expected}");
        }
    }
}
