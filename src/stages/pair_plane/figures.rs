//! The landscape over two similarities, with arrows and ways downhill.

use super::pairing::{Arrangement, Similarities};
use super::{PairPlane, arrangement, selected};
use crate::figures::{Axis, Dash, Figure, Ink, Map, Mark, Shape};
use crate::kernel::Gradient;
use crate::stages::downhill::downhill;
use crate::stages::engine::{Scenario, Shot};
use crate::stages::reach::cut;

/// Losses that are always told apart, whatever else is on the map.
const ALWAYS: f64 = 20.0;

/// Contours of the landscape.
const CONTOURS: usize = 12;

/// Arrows along each side.
const ARROWS: usize = 9;

/// Length of a step of a way downhill, and the most steps.
const STRIDE: f64 = 0.02;
const STRIDES: usize = 120;

/// Slopes below this are flat.
const FLAT: f64 = 1e-9;

/// The map of one loss with arrows, dots and their ways.
pub(super) fn plane(shot: &Shot<PairPlane>, place: usize, values: &[f64]) -> Figure {
    let side = values.len().isqrt();
    let mut marks = Vec::new();
    if side > 1 {
        let map = cut(values, ALWAYS, (-1.0, 1.0));
        marks.push(Mark::Map(Map { contours: CONTOURS, ..map }));
    }
    let arrangement = arrangement(shot.run(place).contender());
    if arrangement == Arrangement::Triple {
        let edge = (-50..=50).map(|i| f64::from(i) / 50.0).map(|n| (n, arrangement.least(n))).collect();
        marks.push(Mark::line("no such vectors below", edge, Ink::Muted, Dash::Dashed, 1.5));
    }
    let mut slopes = finite_slopes(shot, place);
    let spacing = 2.0 / ARROWS as f64;
    let along = |i: usize| -1.0 + (i as f64 + 0.5) * spacing;
    let places = (0..ARROWS * ARROWS).map(|i| (along(i % ARROWS), along(i / ARROWS)));
    let arrows: Vec<_> = places.filter_map(|at| Some((at, slopes(at)?))).collect();
    marks.push(Mark::Arrows { name: "downhill".into(), arrows: downhill(&arrows, spacing), ink: Ink::Text });
    let dots = &shot.world.dots;
    if shot.state.knobs.named("flows") == "on" {
        let ways = dots.iter().map(|&dot| way(&mut slopes, dot));
        marks.extend(ways.map(|way| Mark::line("", way, Ink::Accent, Dash::Solid, 2.0)));
    }
    marks.extend(Mark::points("start", dots.clone(), Ink::Accent, Shape::OfClass(0), 6.0));
    marks.extend(Mark::points("", vec![dots[selected(shot)]], Ink::Text, Shape::Ring, 11.0));
    let [x, y] =
        ["negative", "positive"].map(|other| Axis::linear(format!("similarity to the {other}"), (-1.0, 1.0)));
    Figure { handles: shot.scenario.handles(shot, place), ..Figure::new(x, y, marks).equal() }
}

/// The slopes of a loss by both similarities, where it has such.
fn finite_slopes(shot: &Shot<PairPlane>, place: usize) -> impl FnMut(Similarities) -> Option<Similarities> {
    let (run, mut gradient) = (shot.run(place), Gradient::default());
    move |(n, p)| match run.evaluate(&[n, p], &mut gradient).1[..] {
        [by_n, by_p] if by_n.is_finite() && by_p.is_finite() => Some((by_n, by_p)),
        _ => None,
    }
}

/// The way downhill from a place, until it is flat or leaves the plane.
fn way(
    slopes: &mut impl FnMut(Similarities) -> Option<Similarities>,
    from: Similarities,
) -> Vec<Similarities> {
    let mut way = vec![from];
    let mut last = (0.0, 0.0);
    for _ in 0..STRIDES {
        let (n, p) = way[way.len() - 1];
        let Some(slopes) = slopes((n, p)) else { break };
        let steepness = slopes.0.hypot(slopes.1);
        if steepness < FLAT {
            break;
        }
        let step = (-STRIDE * slopes.0 / steepness, -STRIDE * slopes.1 / steepness);
        // Back and forth over the bottom of a valley leads nowhere.
        if step.0 * last.0 + step.1 * last.1 < -0.5 * STRIDE * STRIDE {
            break;
        }
        last = step;
        way.push((n + step.0, p + step.1));
    }
    way
}
