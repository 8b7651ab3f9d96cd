//! What the drawings of points in the plane share.

use std::f64::consts::TAU;

use super::reading::Place;
use super::run::Run;
use super::training::{Moment, Motion};
use crate::figures::{Axis, Colours, Dash, Figure, Ink, Map, Mark, Plane, Shape};

/// The longest arrow, as a share of half the side of the plane.
const LONGEST_ARROW: f64 = 0.27;

/// Gradients below this are rounding: they get no arrow.
const NO_FORCE: f64 = 1e-12;

/// Contours of a landscape.
const CONTOURS: usize = 10;

/// A line through places.
pub(in crate::stages) fn line(name: &str, points: Vec<(f64, f64)>, ink: Ink, dash: Dash, width: f64) -> Mark {
    Mark::Line { name: name.into(), points, ink, dash, width }
}

/// A place as figures have it.
pub(in crate::stages) fn at([x, y]: Place) -> (f64, f64) {
    (x, y)
}

/// Words in an otherwise empty figure.
pub(in crate::stages) fn empty(title: &str, text: &str) -> Figure {
    Figure {
        title: title.into(),
        x: Axis::linear("", (0.0, 1.0)),
        y: Axis::linear("", (0.0, 1.0)),
        marks: vec![Mark::Text { text: text.into(), at: (0.5, 0.5), ink: Ink::Muted }],
        handles: Vec::new(),
        plane: Plane::Free,
    }
}

/// Half the side of the plane that shows every one of `places`: `least`, doubled as often as it takes.
pub(in crate::stages) fn reach(places: &[Place], least: f64) -> f64 {
    let farthest = places.as_flattened().iter().fold(0.0f64, |far, c| far.max(c.abs()));
    let mut reach = least;
    while reach < farthest {
        reach *= 2.0;
    }
    reach
}

/// A landscape over the plane; nothing of no values.
pub(in crate::stages) fn map(name: &str, values: &[f64], reach: f64, colours: Colours) -> Option<Mark> {
    let side = values.len().isqrt();
    (side > 1).then(|| {
        Mark::Map(Map {
            name: name.into(),
            columns: side,
            values: values.to_vec(),
            x: (-reach, reach),
            y: (-reach, reach),
            colours,
            contours: if colours == Colours::Classes { 0 } else { CONTOURS },
            cells: false,
        })
    })
}

/// The unit circle.
pub(in crate::stages) fn circle() -> Mark {
    let circle = (0..=180).map(|i| (TAU * f64::from(i) / 180.0).sin_cos()).map(|(s, c)| (c, s));
    line("", circle.collect(), Ink::Muted, Dash::Solid, 1.0)
}

/// The selected place.
pub(in crate::stages) fn selection(place: Place) -> Mark {
    Mark::Points {
        name: String::new(),
        points: vec![at(place)],
        ink: Ink::Text,
        shape: Shape::Ring,
        size: 11.0,
    }
}

/// Where each point is pushed.
pub(in crate::stages) fn arrows(moment: &Moment, motion: Motion, reach: f64) -> Option<Mark> {
    let forces = moment.points.iter().zip(&moment.gradient);
    let forces: Vec<(Place, Place)> =
        forces.map(|(&place, &slope)| (place, motion.allowed(place, slope))).collect();
    let longest = forces.iter().map(|(_, [x, y])| x.hypot(*y)).fold(0.0, f64::max);
    if !(longest > NO_FORCE && longest.is_finite()) {
        return None;
    }
    let scale = LONGEST_ARROW * reach / longest;
    let arrow = |&([x, y], [gx, gy]): &(Place, Place)| [(x, y), (x - scale * gx, y - scale * gy)];
    Some(Mark::Arrows {
        name: format!("downhill force, longest {longest:.3}"),
        arrows: forces.iter().map(arrow).collect(),
        ink: Ink::Text,
    })
}

/// The way of every point, a line each that begins in a ring; `inks` has the colour of each point.
pub(in crate::stages) fn trails(run: &Run, inks: &[Ink]) -> Vec<Mark> {
    let moments = run.moments();
    if moments.len() < 2 {
        return Vec::new();
    }
    let trail = |(i, &ink): (usize, &Ink)| {
        let way = moments.iter().map(|moment| at(moment.points[i])).collect();
        let start = Mark::Points {
            name: String::new(),
            points: vec![at(moments[0].points[i])],
            ink,
            shape: Shape::Ring,
            size: 3.0,
        };
        [line("", way, ink, Dash::Solid, 1.5), start]
    };
    inks.iter().enumerate().flat_map(trail).collect()
}

/// The loss of every run over its steps.
pub(in crate::stages) fn loss_curve(runs: &[&Run], budget: f64) -> Figure {
    let mut marks = Vec::new();
    for (i, run) in runs.iter().enumerate() {
        let values = run.moments().iter().enumerate().map(|(step, moment)| (step as f64, moment.loss));
        let points: Vec<(f64, f64)> = values.collect();
        let (ink, dash) = if i == 0 { (Ink::Accent, Dash::Solid) } else { (Ink::Series(i), Dash::Dashed) };
        let last = points.last().copied();
        marks.push(line(&run.title, points, ink, dash, 2.0));
        marks.extend(last.map(|last| Mark::Points {
            name: String::new(),
            points: vec![last],
            ink,
            shape: Shape::OfClass(i),
            size: 5.0,
        }));
    }
    let losses = runs.iter().flat_map(|run| run.moments().iter().map(|moment| moment.loss));
    Figure {
        title: "Loss over the training".into(),
        x: Axis::linear("step", (0.0, budget.max(1.0))),
        y: Axis::fitting("loss", losses),
        marks,
        handles: Vec::new(),
        plane: Plane::Free,
    }
}
