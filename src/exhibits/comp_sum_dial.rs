//! Comp-sum losses: from the exponential over cross-entropy to the mean absolute error.

use super::Exhibit;
use crate::stages::{Readout, Sample, Screen};

/// One dial says how the gradient is shared out between hard and easy samples.
pub const COMP_SUM_DIAL: Exhibit = Exhibit {
    id: "comp-sum-dial",
    title: "From exponential to cross-entropy to absolute error",
    papers: &["cross-entropy-theory"],
    claim: "One number, τ, joins the sum-exponential loss (0), cross-entropy (1) and the mean absolute error of the \
            probabilities (2). It decides who is listened to: below 1 a sample that is badly wrong drowns out the \
            rest, above 1 it is given up on.",
    tries: &[
        "Turn τ from 0 to 2 and watch the weight: it falls with the label probability, is flat at 1, then rises.",
        "Drag the dot to the upper left, where the label is all but ruled out, and turn τ up: the force fades.",
        "At τ = 1 both maps are the same. At τ = 2 the loss never exceeds 1.",
    ],
    caveat: "Half of the mean absolute error is 1 − p; the factor 2 is left out. What a small loss guarantees \
             is shown under that name.",
    figures: &["weight"],
    state: "loss=comp-sum&tau=0.5&vs=cross-entropy&stage=logit-plane&o1=-1&o2=2",
    measure,
};

/// Label probability of a sample that is nearly given up, of one that is doubtful, and of one that is learned.
const HOPELESS: f64 = 0.001;
const HARD: f64 = 0.1;
const EASY: f64 = 0.9;

fn measure(screen: &Screen) -> Vec<Readout> {
    let contender = screen.state().contender();
    if !contender.loss.spec().reads(&["logits", "labels"]) {
        return Vec::new();
    }
    let mut sample = Sample::new(contender, 2, 0);
    let mut at = |p: f64| {
        let (loss, slope) = sample.slope(&[(p / (1.0 - p)).ln(), 0.0]);
        (loss, slope.first().copied().unwrap_or(f64::NAN) / (p - 1.0))
    };
    let (hopeless, hard, easy) = (at(HOPELESS), at(HARD), at(EASY));
    let readout = |id, name: &str, value: f64| {
        let note = if value.is_finite() { "" } else { "an easy sample has no weight to compare with" };
        Readout { id, name: name.into(), of: None, value, unit: "", note: note.into() }
    };
    vec![
        readout("hard-over-easy", "weight of a sample with p = 0.1 over one with p = 0.9", hard.1 / easy.1),
        readout("hopeless", "loss of a sample with p = 0.001", hopeless.0),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exhibits;
    use crate::figures::{Figure, Mark};
    use crate::stages::Quality;

    fn screen(tau: f64) -> Screen {
        let (state, notices) = exhibits::open(&format!("exhibit=comp-sum-dial&tau={tau}"));
        assert_eq!(notices, []);
        Screen::open(state, None)
    }

    fn assert_near(name: &str, tau: f64, found: f64, expected: f64) {
        let close = (found - expected).abs() <= 1e-9 * expected.abs();
        assert!(close, "{name} at τ = {tau} reads {found}, it should be {expected}");
    }

    #[test]
    fn the_dial_goes_from_the_hard_samples_alone_to_the_easy_ones() {
        for tau in [0.0, 0.5, 1.0, 1.7, 2.0, 3.0] {
            let measured = measure(&screen(tau));
            assert_near("hard over easy", tau, measured[0].value, (HARD / EASY).powf(tau - 1.0));
            let expected = match tau {
                1.0 => -HOPELESS.ln(),
                _ => (1.0 - HOPELESS.powf(tau - 1.0)) / (tau - 1.0),
            };
            assert_near("the loss at p = 0.001", tau, measured[1].value, expected);
        }
    }

    #[test]
    fn at_the_middle_both_maps_are_one() {
        let screen = screen(1.0);
        let [left, right] = ["plane", "plane-2"].map(|figure| screen.compute(figure, Quality::Coarse));
        let apart = left.iter().zip(&right).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(apart < 1e-12, "the maps differ by {apart}");
    }

    #[test]
    fn the_weight_falls_at_first_is_flat_in_the_middle_and_rises_at_the_end() {
        let ends = |figure: &Figure| {
            let line = figure.marks.iter().find_map(|mark| match mark {
                Mark::Line { points, .. } => Some((points[0].1, points[points.len() - 1].1)),
                _ => None,
            });
            line.expect("the weight is a curve")
        };
        let weight = |tau| ends(&screen(tau).figure("weight", &[]));
        let (low, high) = weight(0.0);
        assert!(low > 900.0 && high < 1.01, "τ = 0: from {low} to {high}");
        let (low, high) = weight(1.0);
        assert!((low - 1.0).abs() < 1e-9 && (high - 1.0).abs() < 1e-9, "τ = 1: from {low} to {high}");
        let (low, high) = weight(2.0);
        assert!(low < 0.01 && high > 0.99, "τ = 2: from {low} to {high}");
    }
}
