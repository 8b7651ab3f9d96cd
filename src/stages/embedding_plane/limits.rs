//! The loss against its temperature, with what it tends to at both ends.
//!
//! The limits are read off the loss itself, far beyond the range that is drawn: a loss of sharpened similarities goes
//! like `A/τ` or like a constant as the temperature falls, and like `B + C/τ` as it rises.

use super::EmbeddingPlane;
use crate::figures::{At, Axis, Dash, Figure, Ink, Mark, Shape};
use crate::probe::positions;
use crate::spec::{Meaning, Param};
use crate::stages::engine::Shot;

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

/// The loss at the places on screen over all temperatures.
pub(super) fn limits(shot: &Shot<EmbeddingPlane>) -> Figure {
    let run = shot.run(0);
    let contender = run.contender();
    let (Some(temperature), Some(course)) = (temperature(shot), run.course()) else {
        return Figure::words("this loss has no temperature");
    };
    let Some(inputs) = run.inputs() else { return Figure::words("the loss has no value") };
    let at = |tau: f64| {
        let mut params = contender.params.clone();
        match params.set(temperature.name, tau) {
            Ok(()) => contender.loss.value(&inputs, &params),
            Err(_) => f64::NAN,
        }
    };
    let taus = positions(temperature.scale, temperature.range, SAMPLES);
    let curve: Vec<(f64, f64)> = taus.iter().map(|&tau| (tau, at(tau))).collect();
    let here = contender.params.get(temperature.name);
    let heights = curve.iter().map(|p| p.1).filter(|h| h.is_finite());
    let (least, most) = heights.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, m), h| (l.min(h), m.max(h)));
    let y = if least >= 0.0 && most > 0.0 {
        Axis::log("loss", (0.8 * least.max(most / DEPTH), 1.25 * most))
    } else {
        Axis::fitting("loss", [least, most])
    };
    let mut marks = vec![Mark::Rule { name: String::new(), at: At::X(here), ink: Ink::Muted }];
    let (low, high) = temperature.range;
    for (name, ink, limit) in [
        ("limit of low temperatures", Ink::Series(1), falling(&at, low / BEYOND)),
        ("limit of high temperatures", Ink::Series(2), rising(&at, high * BEYOND)),
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

/// Constant and coefficient of `1/τ` that the loss has at low temperatures, near `tau`.
fn falling(at: &dyn Fn(f64) -> f64, tau: f64) -> Option<[f64; 2]> {
    let (near, far) = (at(tau), at(0.1 * tau));
    if agree(near, far) {
        Some([far, 0.0])
    } else {
        agree(tau * near, 0.1 * tau * far).then_some([0.0, 0.1 * tau * far])
    }
}

/// Constant and coefficient of `1/τ` that the loss has at high temperatures, near `tau`.
fn rising(at: &dyn Fn(f64) -> f64, tau: f64) -> Option<[f64; 2]> {
    let (near, far) = (at(tau), at(10.0 * tau));
    // Nearer, where the part that goes with 1/τ is not lost in rounding.
    let nearer = tau / BEYOND.sqrt();
    agree(near, far).then(|| [far, nearer * (at(nearer) - far)])
}
