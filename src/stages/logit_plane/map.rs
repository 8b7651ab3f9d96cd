//! The landscape of one contender: map or surface, arrows, dot and optimum.

use super::{LogitPlane, REACH, along, sample};
use crate::figures::{
    Axis, Colours, Dash, Figure, Freedom, Handle, Ink, Mark, Shape, cut, downhill, fixed, reach,
};
use crate::stages::engine::{Shot, knobs};

/// Losses that are always told apart, whatever else is on the map.
const ALWAYS: f64 = 20.0;

/// Contours of the landscape.
const CONTOURS: usize = 12;

/// Arrows along each side.
const ARROWS: usize = 9;

/// The landscape of a loss with everything on it.
pub(super) fn plane(shot: &Shot<LogitPlane>, place: usize, values: &[f64]) -> Figure {
    let (name, cut) = cut("loss", values, ALWAYS);
    let map = Mark::square(&name, cut, [(-REACH, REACH); 2], Colours::Magnitude, CONTOURS);
    let mut marks: Vec<Mark> = map.into_iter().collect();
    let seen_from_above = shot.state.knobs.named("view") == "map";
    if seen_from_above {
        let arrows = arrows(shot, place);
        marks.push(Mark::Arrows { name: "downhill".into(), arrows, ink: Ink::Text });
        marks.extend(ray(shot));
    }
    if let Some(at) = optimum(shot, place, values) {
        let name = format!("least loss, at ({}, {})", fixed(at.0, 2), fixed(at.1, 2));
        marks.extend(Mark::points(&name, vec![at], Ink::Text, Shape::Cross, 6.0));
    }
    let dot = shot.world.dot();
    let shape = if shot.world.is_outside() { Shape::Ring } else { Shape::OfClass(0) };
    marks.extend(Mark::points("", vec![dot], Ink::Accent, shape, 7.0));
    let [o1, o2, _] = shot.world.logits;
    let handle = seen_from_above.then(|| Handle {
        id: "dot".into(),
        name: format!("logits {}, {} and 0", fixed(o1, 2), fixed(o2, 2)),
        at: dot,
        freedom: Freedom::Plane,
        selected: true,
    });
    let [x, y] = ["logit of class 1", "logit of class 2"].map(|name| Axis::linear(name, (-REACH, REACH)));
    let (handles, plane) = (handle.into_iter().collect(), knobs::plane(&shot.state.knobs));
    Figure { handles, plane, ..Figure::new(x, y, marks) }
}

/// Arrows down the slope.
fn arrows(shot: &Shot<LogitPlane>, place: usize) -> Vec<[(f64, f64); 2]> {
    let mut sample = sample(shot, place);
    let spacing = 2.0 * REACH / ARROWS as f64;
    let along = |i: usize| -REACH + (i as f64 + 0.5) * spacing;
    let slopes: Vec<_> = (0..ARROWS * ARROWS)
        .filter_map(|i| {
            let at = (along(i % ARROWS), along(i / ARROWS));
            match sample.slope(&[at.0, at.1, 0.0]).1 {
                [x, y, ..] if x.is_finite() && y.is_finite() => Some((at, (*x, *y))),
                _ => None,
            }
        })
        .collect();
    downhill(&slopes, spacing)
}

/// The ray on which the dot goes when all logits are multiplied.
fn ray(shot: &Shot<LogitPlane>) -> Option<Mark> {
    let [o1, o2, _] = shot.world.logits;
    let longest = o1.abs().max(o2.abs());
    let ray = vec![(0.0, 0.0), (o1 * REACH / longest, o2 * REACH / longest)];
    (longest > 0.0).then(|| Mark::line("", ray, Ink::Muted, Dash::Dashed, 1.0))
}

/// Where the loss is least, if that is at one place inside the plane: the least sample of the map, followed
/// down to four decimals.
fn optimum(shot: &Shot<LogitPlane>, place: usize, values: &[f64]) -> Option<(f64, f64)> {
    let side = values.len().isqrt();
    let (low, high) = reach(values, ALWAYS);
    let least = (0..values.len()).min_by(|&a, &b| values[a].total_cmp(&values[b]))?;
    let (row, column) = (least / side, least % side);
    let inside = |i: usize| (1..side - 1).contains(&i);
    if !(inside(row) && inside(column)) {
        return None;
    }
    // A valley floor is no optimum.
    let around = [least - side - 1, least - side, least - side + 1, least - 1, least + 1];
    let around = around.into_iter().chain([least + side - 1, least + side, least + side + 1]);
    if around.into_iter().any(|i| values[i] - values[least] < 1e-9 * (high - low)) {
        return None;
    }
    let mut sample = sample(shot, place);
    let mut best = (along(column, side - 1), along(row, side - 1));
    let mut value = values[least];
    let mut step = REACH / side as f64;
    while step > 1e-4 {
        let (x, y) = best;
        let tries = [(x - step, y), (x + step, y), (x, y - step), (x, y + step)];
        let lower = tries.into_iter().find_map(|at| {
            let there = sample.value(&[at.0, at.1, 0.0]);
            (there < value).then_some((at, there))
        });
        match lower {
            Some((at, there)) => (best, value) = (at, there),
            None => step /= 2.0,
        }
    }
    Some(best)
}
