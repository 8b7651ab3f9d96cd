//! The loss against its temperature, with what it tends to at both ends.
//!
//! The limits are read off the loss itself, far beyond the range that is drawn: a loss of sharpened similarities goes
//! like `A/τ` or like a constant as the temperature falls, and like `B + C/τ` as it rises.

use super::EmbeddingPlane;
use crate::figures::{At, Axis, Dash, Figure, Ink, Mark, Shape};
use crate::probe::positions;
use crate::spec::{Meaning, Param};
use crate::stages::engine::Shot;
use crate::stages::stage::Quality;

/// What a step may take, in nanoseconds, for some dozens of values to be there at once.
const DEAR: f64 = 1e6;

/// Temperatures of the curve.
const SAMPLES: usize = 41;

/// How far beyond the range the limits are looked for: enough that what they leave out is lost in a plot, and near
/// enough that rounding is.
const BEYOND: f64 = 1e4;

/// How many times the greatest loss is above the least that is drawn.
const DEPTH: f64 = 1e4;

/// How much two temperatures may disagree about a limit, relatively.
const AGREE: f64 = 1e-2;

/// The title of the figure.
pub(super) const TITLE: &str = "Loss against temperature, and its limits";

/// The temperature of the main loss, if it has one.
pub(super) fn temperature(shot: &Shot<EmbeddingPlane>) -> Option<&'static Param> {
    shot.run(0).contender().loss.spec().meaning(Meaning::Temperature)
}

/// The temperatures of the curve, and then those at which the limits are read off.
fn taus(temperature: &Param) -> Vec<f64> {
    let (low, high) = (temperature.range.0 / BEYOND, temperature.range.1 * BEYOND);
    let mut taus = positions(temperature.scale, temperature.range, SAMPLES);
    taus.extend([low, 0.1 * low, high, 10.0 * high, high / BEYOND.sqrt()]);
    taus
}

/// The loss at these temperatures; nothing if there is none, or if it is dear and somebody waits.
pub(super) fn values(shot: &Shot<EmbeddingPlane>, quality: Quality) -> Vec<f64> {
    let (run, temperature) = (shot.run(0), temperature(shot));
    let (Some(temperature), Some(inputs)) = (temperature, run.inputs()) else { return Vec::new() };
    if quality == Quality::Coarse && run.step_cost() > DEAR {
        return Vec::new();
    }
    let contender = run.contender();
    let at = |tau: f64| {
        let mut params = contender.params.clone();
        match params.set(temperature.name, tau) {
            Ok(()) => contender.loss.value(&inputs, &params),
            Err(_) => f64::NAN,
        }
    };
    taus(temperature).into_iter().map(at).collect()
}

/// The loss at the places on screen over all temperatures.
pub(super) fn limits(shot: &Shot<EmbeddingPlane>, values: &[f64]) -> Figure {
    let run = shot.run(0);
    let contender = run.contender();
    let (Some(temperature), Some(course)) = (temperature(shot), run.course()) else {
        return Figure::words("this loss has no temperature");
    };
    if run.inputs().is_none() {
        return Figure::words("the loss has no value");
    }
    let taus = taus(temperature);
    let Some((heights, &[low, lower, high, higher, nearer])) = values.split_last_chunk() else {
        return Figure::words("being computed");
    };
    let curve: Vec<(f64, f64)> = taus.iter().copied().zip(heights.iter().copied()).collect();
    let [.., at_low, _, _, _, at_nearer] = taus[..] else { unreachable!("limits are read off at five") };
    let taus = &taus[..SAMPLES];
    let here = contender.params.get(temperature.name);
    let heights = curve.iter().map(|p| p.1).filter(|h| h.is_finite());
    let (least, most) = heights.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, m), h| (l.min(h), m.max(h)));
    let y = if least >= 0.0 && most > 0.0 {
        Axis::log("loss", (0.8 * least.max(most / DEPTH), 1.25 * most))
    } else {
        Axis::fitting("loss", [least, most])
    };
    let mut marks = vec![Mark::Rule { name: String::new(), at: At::X(here), ink: Ink::Muted }];
    for (name, ink, limit) in [
        ("limit of low temperatures", Ink::Series(1), falling(low, lower, at_low)),
        ("limit of high temperatures", Ink::Series(2), rising(high, higher, nearer, at_nearer)),
    ] {
        let Some([constant, by_inverse]) = limit else { continue };
        let limit: Vec<_> = taus.iter().map(|&tau| (tau, constant + by_inverse / tau)).collect();
        if limit.iter().any(|p| (y.range.0..y.range.1).contains(&p.1)) {
            marks.push(Mark::line(name, limit, ink, Dash::Dashed, 1.5));
        }
    }
    marks.push(Mark::line("loss", curve, Ink::Accent, Dash::Solid, 2.0));
    let now = vec![(here, course.loss())];
    marks.extend(Mark::points("", now, Ink::Accent, Shape::OfClass(0), 5.0));
    Figure::new(Axis::log(temperature.name, temperature.range), y, marks)
}

fn agree(a: f64, b: f64) -> bool {
    (a - b).abs() <= AGREE * a.abs().max(b.abs())
}

/// Constant and coefficient of `1/τ` that the loss has at low temperatures, from what it is at `tau` and at a tenth of it.
fn falling(near: f64, far: f64, tau: f64) -> Option<[f64; 2]> {
    if agree(near, far) {
        Some([far, 0.0])
    } else {
        agree(tau * near, 0.1 * tau * far).then_some([0.0, 0.1 * tau * far])
    }
}

/// Constant and coefficient of `1/τ` that the loss has at high temperatures, from what it is at one, at ten times that, and
/// at a nearer one, `tau`, where the part that goes with 1/τ is not lost in rounding.
fn rising(near: f64, far: f64, nearer: f64, tau: f64) -> Option<[f64; 2]> {
    agree(near, far).then_some([far, tau * (nearer - far)])
}
