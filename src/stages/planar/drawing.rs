//! What the drawings of points in the plane share.

use super::motion::Motion;
use super::now::Now;
use super::reading::Place;
use crate::figures::{Axis, Colours, Dash, Figure, Handle, Ink, Mark, Shape, quantity};
use crate::kernel::Gradient;
use crate::stages::engine::{Run, terms};

/// The longest arrow, as a share of half the side of the plane.
const LONGEST_ARROW: f64 = 0.27;

/// Gradients below this are rounding: they get no arrow.
const NO_FORCE: f64 = 1e-12;

/// Terms that get an arrow.
const MOST_TERMS: usize = 12;

/// Contours of a landscape.
const CONTOURS: usize = 10;

/// A place as figures have it.
pub(in crate::stages) fn at([x, y]: Place) -> (f64, f64) {
    (x, y)
}

/// `A`, `B`, …
pub(in crate::stages) fn class_name(class: usize) -> String {
    match u8::try_from(class) {
        Ok(class) if class < 26 => char::from(b'A' + class).to_string(),
        _ => (class + 1).to_string(),
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
    let contours = if colours == Colours::Classes { 0 } else { CONTOURS };
    Mark::square(name, values.to_vec(), [(-reach, reach); 2], colours, contours)
}

/// The selected place.
pub(in crate::stages) fn selection(place: Place) -> Option<Mark> {
    Mark::points("", vec![at(place)], Ink::Text, Shape::Ring, 11.0)
}

/// Where each point is pushed, from where it is drawn.
pub(in crate::stages) fn arrows(drawn: &[Place], gradient: &[Place], reach: f64) -> Option<Mark> {
    let longest = gradient.iter().map(|[x, y]| x.hypot(*y)).fold(0.0, f64::max);
    if !(longest > NO_FORCE && longest.is_finite()) {
        return None;
    }
    let scale = LONGEST_ARROW * reach / longest;
    let arrow = |(&[x, y], &[gx, gy]): (&Place, &Place)| [(x, y), (x - scale * gx, y - scale * gy)];
    Some(Mark::Arrows {
        name: format!("downhill force, longest {}", quantity(longest)),
        arrows: drawn.iter().zip(gradient).map(arrow).collect(),
        ink: Ink::Text,
    })
}

/// What the single terms of the losses do to one point, an arrow for each of the strongest: together they are its arrow.
pub(in crate::stages) fn term_arrows(
    run: &Run,
    now: &Now,
    motion: Motion,
    point: usize,
    reach: f64,
) -> Option<Mark> {
    let (share, at) = (1.0 / run.terms().len() as f64, *now.places.get(point)?);
    let forces = run.terms().iter().zip(&now.readings).flat_map(|(term, reading)| {
        let inputs = reading.inputs(&now.places).ok();
        let terms = inputs.and_then(|inputs| terms::gradients(&term.contender, &inputs));
        let on_point = |gradient: &Gradient| reading.pull_back(gradient, now.places.len())[point];
        terms.unwrap_or_default().iter().map(on_point).collect::<Vec<Place>>()
    });
    let mut forces: Vec<Place> = forces.map(|[x, y]| motion.pulled(at, [share * x, share * y])).collect();
    let length = |[x, y]: &Place| x.hypot(*y);
    forces.retain(|force| length(force) > NO_FORCE && length(force).is_finite());
    forces.sort_by(|a, b| length(b).total_cmp(&length(a)));
    forces.truncate(MOST_TERMS);
    let strongest = length(forces.first()?);
    let scale = LONGEST_ARROW * reach / now.gradient.iter().map(length).fold(strongest, f64::max);
    let [x, y] = at;
    let arrow = |[fx, fy]: &Place| [(x, y), (x - scale * fx, y - scale * fy)];
    let arrows = forces.iter().map(arrow).collect();
    Some(Mark::Arrows {
        name: format!("single terms, longest {}", quantity(strongest)),
        arrows,
        ink: Ink::Accent,
    })
}

/// The way of every point, a line each that begins in a ring; `inks` has the colour of each point.
pub(in crate::stages) fn trails(run: &Run, motion: Motion, inks: &[Ink]) -> Vec<Mark> {
    let Some(course) = run.course().filter(|course| course.steps() > 0) else { return Vec::new() };
    let ways: Vec<Vec<Place>> = course.way().map(|variables| motion.places(variables)).collect();
    let trail = |(i, &ink): (usize, &Ink)| {
        let way = ways.iter().map(|places| at(places[i])).collect();
        let start = vec![at(ways[0][i])];
        let line = Mark::line("", way, ink, Dash::Solid, 1.5);
        [Some(line), Mark::points("", start, ink, Shape::Ring, 3.0)]
    };
    inks.iter().enumerate().flat_map(trail).flatten().collect()
}

/// A square of the plane with marks and handles, one unit as long on both axes.
pub(in crate::stages) fn square(title: String, reach: f64, marks: Vec<Mark>, handles: Vec<Handle>) -> Figure {
    let [x, y] = ["x₁", "x₂"].map(|name| Axis::linear(name, (-reach, reach)));
    Figure { title, handles, ..Figure::new(x, y, marks).equal() }
}
