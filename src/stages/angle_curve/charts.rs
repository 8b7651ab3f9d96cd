//! The curves over the angle: effective target cosine, and forces.

use super::angles::{Angles, REST, holds_up_to};
use super::{AngleCurve, angles};
use crate::figures::{At, Axis, Dash, Figure, Freedom, Handle, Ink, Mark, fixed, reach};
use crate::stages::engine::Shot;
use crate::stages::engine::curves::{curve, end};
use crate::stages::sample::{dash, ink};

/// The handle of the angle to the rivals; the other is that of the sample.
pub(super) const RIVAL: &str = "rival";

const HALF_TURN: (f64, f64) = (0.0, 180.0);

/// Losses that are always shown.
const ALWAYS: f64 = 20.0;

/// Samples of a curve.
const SAMPLES: usize = 181;

/// A course of a number over half a turn.
fn course(mut height: impl FnMut(f64) -> f64) -> Vec<(f64, f64)> {
    let angles = (0..SAMPLES).map(|sample| HALF_TURN.1 * sample as f64 / (SAMPLES - 1) as f64);
    angles.map(|angle| (angle, height(angle))).collect()
}

/// Says which losses have no effective target cosine.
pub(super) fn target_title(shot: &Shot<AngleCurve>) -> String {
    let runs = shot.runs.all.iter().enumerate();
    let without = runs.filter(|(place, _)| !shot.seen(*place).has_target);
    let without: Vec<&str> = without.map(|(_, run)| &run.title[..]).collect();
    let without = without.join(" and ");
    match without.as_str() {
        "" => "Target cosine".into(),
        _ if shows_targets(shot) => format!("Target cosine ({without} has none)"),
        _ => format!("Loss ({without} has no target cosine)"),
    }
}

fn shows_targets(shot: &Shot<AngleCurve>) -> bool {
    (0..shot.runs.all.len()).any(|place| shot.seen(place).has_target)
}

/// The effective target cosine of every loss that has one, or else the losses.
pub(super) fn target(shot: &Shot<AngleCurve>) -> Figure {
    let shows_targets = shows_targets(shot);
    let (own, rival) = (shot.world.own(), shot.world.rival);
    let at = |angles: &mut Angles<'_>, own: f64| {
        if shows_targets { angles.target(own) } else { angles.against(own, rival, rival).loss }
    };
    let mut marks = vec![Mark::Rule { name: String::new(), at: At::X(own), ink: Ink::Muted }];
    let mut heights = Vec::new();
    if shows_targets {
        let plain = course(|angle| angle.to_radians().cos());
        marks.push(Mark::line("cos θ", plain, Ink::Muted, Dash::Dashed, 1.5));
        heights.extend([-1.0, 1.0]);
    }
    let (mut margins, mut dots) = (Vec::new(), Vec::new());
    for (i, run) in shot.runs.all.iter().enumerate() {
        let mut angles = angles(shot, i);
        if shows_targets && !angles.has_target() {
            continue;
        }
        let points = course(|angle| at(&mut angles, angle));
        heights.extend(points.iter().map(|p| p.1));
        marks.push(curve(run.title.clone(), points, i, dash(i)));
        let here = (own, at(&mut angles, own));
        dots.push((i, here));
        let margin = shot.seen(i).margin;
        if shows_targets && margin.abs() > 0.5 {
            let arrows = vec![[here, (own + margin, here.1)]];
            margins.push(Mark::Arrows { name: String::new(), arrows, ink: ink(i) });
        }
    }
    marks.extend(margins);
    let held = dots.first().map_or(0.0, |dot| dot.1.1);
    marks.extend(dots.into_iter().rev().map(|(i, at)| end(&[at], i)));
    let y = if shows_targets {
        Axis::fitting("target cosine ψ", heights)
    } else {
        let (low, high) = reach(&heights, ALWAYS);
        Axis::fitting("loss", [low, high])
    };
    let handles = vec![angle_handle("sample", own, held, &y)];
    let x = Axis::linear("angle to the own prototype θ [°]", HALF_TURN);
    Figure { handles, ..Figure::new(x, y, marks) }
}

/// The pull against the angle to the own prototype, with all rivals where the knob says.
pub(super) fn pull(shot: &Shot<AngleCurve>) -> Figure {
    let rival = shot.world.rival;
    let pull = |angles: &mut Angles<'_>, own: f64| angles.against(own, rival, rival).pull;
    let rest = shot.seen(0).rest;
    let zone = Mark::Band { name: "at rest".into(), range: (0.0, rest), ink: Ink::Accent };
    force(shot, "sample", shot.world.own(), (rest > 0.0).then_some(zone), pull)
}

/// The push of one rival against the angle to it, with the sample and all other rivals where the knobs say.
pub(super) fn push(shot: &Shot<AngleCurve>) -> Figure {
    let (own, others) = (shot.world.own(), shot.world.rival);
    let push = |angles: &mut Angles<'_>, rival: f64| {
        angles.against(own, rival, others).push.first().copied().unwrap_or(f64::NAN)
    };
    let (mut angles, peak) = (angles(shot, 0), shot.seen(0).peak);
    let far = |short: f64| HALF_TURN.1 - short;
    let rest = far(holds_up_to(|short| push(&mut angles, far(short)).abs() < REST * peak));
    let zone = Mark::Band { name: "at rest".into(), range: (rest, HALF_TURN.1), ink: Ink::Accent };
    force(shot, RIVAL, others, (rest < HALF_TURN.1).then_some(zone), push)
}

fn force(
    shot: &Shot<AngleCurve>,
    handle: &str,
    at: f64,
    zone: Option<Mark>,
    force: impl Fn(&mut Angles<'_>, f64) -> f64,
) -> Figure {
    let mut marks: Vec<Mark> = zone.into_iter().collect();
    marks.push(Mark::Rule { name: String::new(), at: At::X(at), ink: Ink::Muted });
    let mut dots = Vec::new();
    let mut heights = vec![0.0];
    for (i, run) in shot.runs.all.iter().enumerate() {
        let mut angles = angles(shot, i);
        let points = course(|angle| force(&mut angles, angle));
        heights.extend(points.iter().map(|p| p.1));
        marks.push(curve(run.title.clone(), points, i, dash(i)));
        dots.push((i, (at, force(&mut angles, at))));
    }
    let held = dots.first().map_or(0.0, |dot| dot.1.1);
    marks.extend(dots.into_iter().rev().map(|(i, at)| end(&[at], i)));
    let x = if handle == RIVAL { "angle to that rival [°]" } else { "angle to the own prototype θ [°]" };
    let y = Axis::fitting("force |∂L/∂θ| [per rad]", heights);
    let handles = vec![angle_handle(handle, at, held, &y)];
    Figure { handles, ..Figure::new(Axis::linear(x, HALF_TURN), y, marks) }
}

fn angle_handle(id: &str, at: f64, height: f64, y: &Axis) -> Handle {
    let name = if id == RIVAL { "angle to the rivals" } else { "angle to the own prototype" };
    let height = if height.is_nan() { y.range.0 } else { height.clamp(y.range.0, y.range.1) };
    Handle {
        id: id.into(),
        name: format!("{name} {}°", fixed(at, 1)),
        at: (at, height),
        freedom: Freedom::X,
        selected: true,
    }
}
