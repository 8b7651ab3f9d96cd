//! The landscape over two similarities, with arrows and ways downhill.

use super::pairing::{Arrangement, Pairing, Similarities};
use super::{PairPlane, arrangement, pairing, selected};
use crate::figures::{Axis, Dash, Figure, Freedom, Handle, Ink, Map, Mark, Shape};
use crate::stages::downhill::downhill;
use crate::stages::engine::Shot;
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
    let (side, dots, contender) = (values.len().isqrt(), &*shot.world, shot.run(place).contender());
    let (arrangement, selected) = (arrangement(contender), selected(&shot.state, dots));
    let mut marks = Vec::new();
    if side > 1 {
        let map = cut(values, ALWAYS, (-1.0, 1.0));
        marks.push(Mark::Map(Map { contours: CONTOURS, ..map }));
    }
    if arrangement == Arrangement::Triple {
        let edge = (-50..=50).map(|i| f64::from(i) / 50.0).map(|n| (n, arrangement.least(n))).collect();
        marks.push(Mark::line("no such vectors below", edge, Ink::Muted, Dash::Dashed, 1.5));
    }
    let mut pairing = pairing(contender);
    let spacing = 2.0 / ARROWS as f64;
    let along = |i: usize| -1.0 + (i as f64 + 0.5) * spacing;
    let places = (0..ARROWS * ARROWS).map(|i| (along(i % ARROWS), along(i / ARROWS)));
    let slopes: Vec<_> = places.filter_map(|at| Some((at, pairing.slopes(at)?))).collect();
    let arrows = downhill(&slopes, spacing);
    marks.push(Mark::Arrows { name: "downhill".into(), arrows, ink: Ink::Text });
    if shot.state.knobs.named("flows") == "on" {
        let ways = dots.iter().map(|&dot| way(&mut pairing, dot));
        marks.extend(ways.map(|way| Mark::line("", way, Ink::Accent, Dash::Solid, 2.0)));
    }
    marks.extend(Mark::points("start", dots.clone(), Ink::Accent, Shape::OfClass(0), 6.0));
    marks.extend(Mark::points("", vec![dots[selected]], Ink::Text, Shape::Ring, 11.0));
    let handle = |(i, &at): (usize, &Similarities)| Handle {
        id: format!("dot-{}", i + 1),
        name: format!("start {}", i + 1),
        at,
        freedom: Freedom::Plane,
        selected: i == selected,
    };
    let [x, y] =
        ["negative", "positive"].map(|other| Axis::linear(format!("similarity to the {other}"), (-1.0, 1.0)));
    let handles = dots.iter().enumerate().map(handle).collect();
    Figure { handles, ..Figure::new(x, y, marks).equal() }
}

/// The way downhill from a place, until it is flat or leaves the plane.
fn way(pairing: &mut Pairing<'_>, from: Similarities) -> Vec<Similarities> {
    let mut way = vec![from];
    let mut last = (0.0, 0.0);
    for _ in 0..STRIDES {
        let (n, p) = way[way.len() - 1];
        let Some(slopes) = pairing.slopes((n, p)) else { break };
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
