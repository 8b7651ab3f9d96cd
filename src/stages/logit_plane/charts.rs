//! The small charts beside the landscape: probabilities and forces of each class, curves over the probability of
//! the label.

use super::{CLASSES, LEAST_PROBABILITY, LogitPlane, sample};
use crate::figures::{At, Axis, Figure, Freedom, Handle, Ink, Mark, Shape, fixed, reach};
use crate::losses::softmax::softmax;
use crate::stages::engine::Shot;
use crate::stages::engine::curves::{curve, end};
use crate::stages::sample::{dash, ink};

/// Heights that are always shown: what cross-entropy costs at the least probability.
const ALWAYS: f64 = 7.0;

/// Samples of the curves over the label probability.
const SAMPLES: usize = 161;

/// What softmax makes of the logits, and how hard each loss pulls at each.
pub(super) fn bars(shot: &Shot<LogitPlane>) -> Figure {
    let probabilities = softmax(&shot.world.logits);
    let mut top: f64 = 1.0;
    let mut marks = vec![Mark::Bars {
        name: "softmax of the logits".into(),
        heights: probabilities,
        inks: vec![Ink::Muted],
    }];
    for (i, run) in shot.runs.all.iter().enumerate() {
        let pulls: Vec<f64> = shot.seen(i).iter().map(|g| g.abs()).collect();
        top = pulls.iter().copied().filter(|g| g.is_finite()).fold(top, f64::max);
        // Two losses stand side by side on the bar of their class.
        let aside = 0.15 * (2.0 * i as f64 - (shot.runs.all.len() - 1) as f64);
        let points = pulls.into_iter().enumerate().map(|(k, g)| (k as f64 + aside, g)).collect();
        marks.extend(Mark::points(
            &format!("force of {}", run.title),
            points,
            ink(i),
            Shape::OfClass(i),
            5.0,
        ));
    }
    let name = |k: usize| format!("class {}{}", k + 1, if k == shot.world.label { " (label)" } else { "" });
    let x = Axis::names("", (0..CLASSES).map(name).collect());
    Figure::new(x, Axis::linear("probability, |slope| by the logit", (0.0, 1.08 * top)), marks)
}

/// A curve over the label probability for every contender, with the rivals' logits equal; and the dot, which
/// leaves its curve where more than the label probability counts. `pick` takes the probability of the rivals,
/// the loss, and its slope by the label's logit.
pub(super) fn over_probability(
    shot: &Shot<LogitPlane>,
    axis: &str,
    pick: impl Fn(f64, f64, f64) -> f64,
) -> Figure {
    let (logits, label) = (&shot.world.logits, shot.world.label);
    let here = shot.world.label_probability();
    let rivals: f64 =
        softmax(&shot.world.logits).iter().enumerate().filter(|(k, _)| *k != label).map(|(_, p)| p).sum();
    let (low, high) = (LEAST_PROBABILITY, 1.0 - LEAST_PROBABILITY);
    let mut marks = vec![Mark::Rule { name: String::new(), at: At::X(here), ink: Ink::Muted }];
    let (mut dots, mut here_at) = (Vec::new(), Vec::new());
    let (mut least, mut most) = (0.0f64, 1.0f64);
    for (i, run) in shot.runs.all.iter().enumerate() {
        let mut sample = sample(shot, i);
        let mut at = |logits: &[f64]| {
            let (value, slope) = sample.slope(logits);
            let pull = slope.get(label).copied().unwrap_or(f64::NAN);
            (value, pull)
        };
        let points: Vec<(f64, f64)> = (0..SAMPLES)
            .map(|k| {
                let p = low + (high - low) * k as f64 / (SAMPLES - 1) as f64;
                let mut logits = [0.0; CLASSES];
                logits[label] = (p / (1.0 - p)).ln() + ((CLASSES - 1) as f64).ln();
                let (value, pull) = at(&logits);
                (p, pick(1.0 - p, value, pull))
            })
            .collect();
        let heights: Vec<f64> = points.iter().map(|p| p.1).collect();
        let shown = reach(&heights, ALWAYS);
        (least, most) = (least.min(shown.0), most.max(shown.1));
        marks.push(curve(run.title.clone(), points, i, dash(i)));
        let (value, pull) = at(logits);
        let height = pick(rivals, value, pull);
        here_at.push(height);
        dots.push(end(&[(here, height)], i));
    }
    // The main loss on top.
    marks.extend(dots.into_iter().rev());
    let y = Axis::fitting(axis, [least, most]);
    let on_curve = here_at.first().copied().filter(|h| !h.is_nan()).unwrap_or(y.range.0);
    let handle = Handle {
        id: "probability".into(),
        name: format!("label probability {}", fixed(here, 3)),
        at: (here, on_curve.clamp(y.range.0, y.range.1)),
        freedom: Freedom::X,
        selected: false,
    };
    let x = Axis::linear("label probability p, rivals equal", (0.0, 1.0));
    Figure { handles: vec![handle], ..Figure::new(x, y, marks) }
}
