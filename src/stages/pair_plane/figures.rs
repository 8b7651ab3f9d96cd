//! The drawings of the stage.

use super::pairing::{Arrangement, Pairing, Similarities};
use super::scene::PairPlaneScene;
use crate::figures::{Axis, Colours, Dash, Figure, Freedom, Handle, Ink, Map, Mark, Plane, Shape};
use crate::stages::downhill::downhill;
use crate::stages::reach::reach;

/// Losses that are always told apart, whatever else is on the map.
const ALWAYS: f64 = 20.0;

/// Arrows along each side.
const ARROWS: usize = 9;

/// Length of a step of a way downhill, and the most steps.
const STRIDE: f64 = 0.02;
const STRIDES: usize = 120;

/// Slopes below this are flat.
const FLAT: f64 = 1e-9;

impl PairPlaneScene {
    /// The map of one loss with arrows, dots and their ways.
    pub(super) fn plane(&self, contender: usize, values: &[f64]) -> Figure {
        let side = values.len().isqrt();
        let (low, high) = reach(values, ALWAYS);
        let is_cut = values.iter().any(|v| *v > high || *v < low);
        let arrangement = self.arrangement(contender);
        let mut marks = Vec::new();
        if side > 1 {
            marks.push(Mark::Map(Map {
                name: if is_cut { format!("loss, cut at {high:.0}") } else { "loss".into() },
                columns: side,
                values: values.iter().map(|v| if v.is_nan() { *v } else { v.clamp(low, high) }).collect(),
                x: (-1.0, 1.0),
                y: (-1.0, 1.0),
                colours: Colours::Magnitude,
                contours: 12,
                cells: false,
            }));
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
        marks.push(Mark::Arrows {
            name: "downhill".into(),
            arrows: downhill(&slopes, spacing),
            ink: Ink::Text,
        });
        if self.state.knobs.named("flows") == "on" {
            let ways = self.dots.iter().map(|&dot| way(&mut pairing, dot));
            marks.extend(ways.map(|way| Mark::line("", way, Ink::Accent, Dash::Solid, 2.0)));
        }
        marks.push(Mark::Points {
            name: "start".into(),
            points: self.dots.clone(),
            ink: Ink::Accent,
            shape: Shape::OfClass(0),
            size: 6.0,
        });
        marks.push(Mark::Points {
            name: String::new(),
            points: vec![self.dots[self.selected]],
            ink: Ink::Text,
            shape: Shape::Ring,
            size: 11.0,
        });
        let handle = |(i, &at): (usize, &Similarities)| Handle {
            id: format!("dot-{}", i + 1),
            name: format!("start {}", i + 1),
            at,
            freedom: Freedom::Plane,
            selected: i == self.selected,
        };
        Figure {
            title: self.titles[contender].clone(),
            x: Axis::linear("similarity to the negative", (-1.0, 1.0)),
            y: Axis::linear("similarity to the positive", (-1.0, 1.0)),
            marks,
            handles: self.dots.iter().enumerate().map(handle).collect(),
            plane: Plane::Equal,
        }
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
