//! The landscape of one contender: map or surface, arrows, dot and optimum.

use super::{LogitPlaneScene, REACH, along};
use crate::figures::{Axis, Dash, Figure, Freedom, Handle, Ink, Map, Mark, Shape, fixed};
use crate::stages::downhill::downhill;
use crate::stages::engine::knobs::plane as seen_from;
use crate::stages::reach::{cut, reach};

/// Losses that are always told apart, whatever else is on the map.
const ALWAYS: f64 = 20.0;

/// Contours of the landscape.
const CONTOURS: usize = 12;

/// Arrows along each side.
const ARROWS: usize = 9;

impl LogitPlaneScene {
    pub(super) fn plane(&self, contender: usize, values: &[f64]) -> Figure {
        let mut marks = Vec::new();
        let side = values.len().isqrt();
        let seen_from_above = self.state.knobs.named("view") == "map";
        if side > 1 {
            let map = cut(values, ALWAYS, (-REACH, REACH));
            marks.push(Mark::Map(Map { contours: CONTOURS, ..map }));
        }
        if seen_from_above {
            let arrows = self.downhill(contender);
            marks.push(Mark::Arrows { name: "downhill".into(), arrows, ink: Ink::Text });
            marks.extend(self.ray());
        }
        if let Some(at) = self.optimum(contender, values) {
            let name = format!("least loss, at ({}, {})", fixed(at.0, 2), fixed(at.1, 2));
            marks.extend(Mark::points(&name, vec![at], Ink::Text, Shape::Cross, 6.0));
        }
        let dot = self.dot();
        let shape = if self.is_outside() { Shape::Ring } else { Shape::OfClass(0) };
        marks.extend(Mark::points("", vec![dot], Ink::Accent, shape, 7.0));
        let [o1, o2, _] = self.logits;
        let handle = seen_from_above.then(|| Handle {
            id: "dot".into(),
            name: format!("logits {o1:.2}, {o2:.2} and 0"),
            at: dot,
            freedom: Freedom::Plane,
            selected: true,
        });
        let [x, y] = ["logit of class 1", "logit of class 2"].map(|name| Axis::linear(name, (-REACH, REACH)));
        let (handles, plane) = (handle.into_iter().collect(), seen_from(&self.state.knobs));
        Figure { handles, plane, ..Figure::new(x, y, marks) }
    }

    /// Arrows down the slope.
    fn downhill(&self, contender: usize) -> Vec<[(f64, f64); 2]> {
        let mut sample = self.sample(contender);
        let spacing = 2.0 * REACH / ARROWS as f64;
        let place = |i: usize| -REACH + (i as f64 + 0.5) * spacing;
        let slopes: Vec<_> = (0..ARROWS * ARROWS)
            .filter_map(|i| {
                let at = (place(i % ARROWS), place(i / ARROWS));
                match sample.slope(&[at.0, at.1, 0.0]).1 {
                    [x, y, ..] if x.is_finite() && y.is_finite() => Some((at, (*x, *y))),
                    _ => None,
                }
            })
            .collect();
        downhill(&slopes, spacing)
    }

    /// The ray on which the dot goes when all logits are multiplied.
    fn ray(&self) -> Option<Mark> {
        let [o1, o2, _] = self.logits;
        let longest = o1.abs().max(o2.abs());
        let ray = vec![(0.0, 0.0), (o1 * REACH / longest, o2 * REACH / longest)];
        (longest > 0.0).then(|| Mark::line("", ray, Ink::Muted, Dash::Dashed, 1.0))
    }

    /// Where the loss is least, if that is at one place inside the plane: the least sample of the map, followed
    /// down to four decimals.
    fn optimum(&self, contender: usize, values: &[f64]) -> Option<(f64, f64)> {
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
        let mut sample = self.sample(contender);
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
}
