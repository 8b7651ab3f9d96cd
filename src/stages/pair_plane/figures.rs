//! The landscape over two similarities, with arrows and ways downhill.

use super::pairing::{Arrangement, Pairing, Similarities};
use super::scene::PairPlaneScene;
use crate::figures::{Axis, Dash, Figure, Freedom, Handle, Ink, Map, Mark, Shape};
use crate::stages::downhill::downhill;
use crate::stages::engine::{Slopes, dead_zone};
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

/// About how many nanoseconds a loss takes with its slopes.
const COST: f64 = 10_000.0;

/// Slopes below this are flat.
const FLAT: f64 = 1e-9;

impl PairPlaneScene {
    /// The map of one loss with arrows, dots and their ways.
    pub(super) fn plane(&self, contender: usize, values: &[f64]) -> Figure {
        let side = values.len().isqrt();
        let arrangement = self.arrangement(contender);
        let mut marks = Vec::new();
        if side > 1 {
            let map = cut(values, ALWAYS, (-1.0, 1.0));
            marks.push(Mark::Map(Map { contours: CONTOURS, ..map }));
        }
        if arrangement == Arrangement::Triple {
            let edge = (-50..=50).map(|i| f64::from(i) / 50.0).map(|n| (n, arrangement.least(n))).collect();
            marks.push(Mark::line("no such vectors below", edge, Ink::Muted, Dash::Dashed, 1.5));
        }
        let mut pairing = self.pairing(contender);
        let spacing = 2.0 / ARROWS as f64;
        let place = |i: usize| -1.0 + (i as f64 + 0.5) * spacing;
        let places = (0..ARROWS * ARROWS).map(|i| (place(i % ARROWS), place(i / ARROWS)));
        let slopes: Vec<_> = places.filter_map(|at| Some((at, pairing.slopes(at)?))).collect();
        let arrows = downhill(&slopes, spacing);
        marks.push(Mark::Arrows { name: "downhill".into(), arrows, ink: Ink::Text });
        if self.state.knobs.named("flows") == "on" {
            let ways = self.dots.iter().map(|&dot| way(&mut pairing, dot));
            marks.extend(ways.map(|way| Mark::line("", way, Ink::Accent, Dash::Solid, 2.0)));
        }
        marks.extend(Mark::points("start", self.dots.clone(), Ink::Accent, Shape::OfClass(0), 6.0));
        marks.extend(Mark::points("", vec![self.dots[self.selected]], Ink::Text, Shape::Ring, 11.0));
        let handle = |(i, &at): (usize, &Similarities)| Handle {
            id: format!("dot-{}", i + 1),
            name: format!("start {}", i + 1),
            at,
            freedom: Freedom::Plane,
            selected: i == self.selected,
        };
        let [x, y] = ["negative", "positive"]
            .map(|other| Axis::linear(format!("similarity to the {other}"), (-1.0, 1.0)));
        let (title, handles) = (self.titles[contender].clone(), self.dots.iter().enumerate().map(handle));
        let figure = Figure { title, handles: handles.collect(), ..Figure::new(x, y, marks).equal() };
        dead_zone::hatched(figure, values, || Some(self.slopes(contender)))
    }

    /// A loss over the plane.
    fn slopes(&self, contender: usize) -> Slopes<'_> {
        let mut pairing = self.pairing(contender);
        let at = move |at| {
            let (by_n, by_p) = pairing.slopes(at).unwrap_or((f64::NAN, f64::NAN));
            (pairing.value(at), [by_n, by_p])
        };
        Slopes { ends: [(-1.0, 1.0); 2], at: Box::new(at), cost: Box::new(|| COST) }
    }
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
