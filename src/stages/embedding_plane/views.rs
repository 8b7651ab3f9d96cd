//! The points with their forces over the landscape, and what each negative or pair weighs.

use super::batch::is_in_pairs;
use super::{EmbeddingPlane, REACH, selected};
use crate::figures::{Axis, Colours, Dash, Figure, Freedom, Handle, Ink, Map, Mark, Plane, Shape, fixed};
use crate::real::Real;
use crate::stages::engine::{Shot, knobs::plane as seen_from, terms};
use crate::stages::planar::drawing::{
    arrows, at, class_name, map, reach, selection, square, term_arrows, trails,
};
use crate::stages::planar::measures::{dot, units};
use crate::stages::planar::reading::Place;

/// Width in pixels of the line for a negative that has the whole push.
const WIDEST_PUSH: f64 = 14.0;

/// Shares below this get no line.
const LEAST_PUSH: f64 = 0.02;

/// Negatives that get a bar of their own.
const BARS: usize = 16;

/// Rows of a matrix that still have room for a number each.
const NUMBERED: usize = 24;

/// Points, forces and trails over the landscape of the selected point.
pub(super) fn plane(shot: &Shot<EmbeddingPlane>, place: usize, computed: &[f64]) -> Figure {
    let (batch, now, knobs) = (&shot.world, &shot.seen(place).now, &shot.state.knobs);
    let (places, selected) = (&now.places, selected(shot));
    let reach = reach(places, REACH);
    let mut marks = Vec::new();
    marks.extend(map("loss", computed, reach, Colours::Magnitude));
    marks.push(Mark::circle(1.0));
    marks.extend(links(shot, place));
    if knobs.named("trails") == "on" {
        marks.extend(trails(shot.run(place), batch.motion, &inks(shot)));
    }
    if knobs.named("pushes") == "on" {
        marks.extend(pushes(shot, places));
    }
    marks.extend(arrows(places, &now.gradient, reach));
    if terms::asked(shot) {
        marks.extend(term_arrows(shot.run(place), now, batch.motion, selected, reach));
    }
    marks.extend(points(shot, place));
    marks.extend(selection(places[selected]));
    let handle = |(i, &place): (usize, &Place)| Handle {
        id: batch.handle(i),
        name: batch.name(i),
        at: at(place),
        freedom: Freedom::Plane,
        selected: i == selected,
    };
    let handles = places.iter().enumerate().map(handle).collect();
    let title = format!("{} as {} moves", shot.run(place).title, batch.name(selected));
    Figure { plane: seen_from(knobs), ..square(title, reach, marks, handles) }
}

/// What belongs together in pairs.
fn links(shot: &Shot<EmbeddingPlane>, place: usize) -> Vec<Mark> {
    let seen = shot.seen(place);
    if !is_in_pairs(&seen.vectors, &shot.state) {
        return Vec::new();
    }
    let link = |pair: &[Place]| Mark::line("", vec![at(pair[0]), at(pair[1])], Ink::Muted, Dash::Dashed, 1.5);
    seen.now.places[..shot.world.samples].chunks_exact(2).map(link).collect()
}

/// A line from the selected point to each of its negatives, as wide as its share of the push.
fn pushes(shot: &Shot<EmbeddingPlane>, places: &[Place]) -> Vec<Mark> {
    let negatives = super::penalties(shot).map_or(&[][..], |penalties| &penalties.negatives);
    let push = |&(i, _, share): &(usize, f64, f64)| {
        let way = vec![at(places[selected(shot)]), at(places[i])];
        Mark::line("", way, Ink::Class(shot.world.classes[i]), Dash::Solid, WIDEST_PUSH * share)
    };
    negatives.iter().filter(|n| n.2 >= LEAST_PUSH).map(push).collect()
}

/// The colour of every point.
fn inks(shot: &Shot<EmbeddingPlane>) -> Vec<Ink> {
    let batch = &shot.world;
    let of_class = |i: usize| i < batch.samples || batch.has_classed_stars();
    let classes = batch.classes.iter().enumerate();
    classes.map(|(i, &class)| if of_class(i) { Ink::Class(class) } else { Ink::Text }).collect()
}

/// One mark a class, prototypes in front. Rings are targets without gradient.
fn points(shot: &Shot<EmbeddingPlane>, place: usize) -> Vec<Mark> {
    let (batch, seen) = (&shot.world, shot.seen(place));
    let targets = seen.vectors.has_targets();
    let is_shown = |&i: &usize| i < batch.samples || seen.now.readings[0].sees(i);
    let mark = |name: &str, own: Vec<usize>, ink: Ink, shape: Shape, size: f64| {
        Mark::points(name, own.into_iter().map(|i| at(seen.now.places[i])).collect(), ink, shape, size)
    };
    let mut marks = Vec::new();
    for class in 0..batch.class_count() {
        let own = (0..batch.samples).filter(|&i| batch.classes[i] == class);
        let (held, own): (Vec<usize>, Vec<usize>) = own.partition(|i| targets && i % 2 == 1);
        let name = format!("class {}", class_name(class));
        marks.push(mark(&name, own, Ink::Class(class), Shape::OfClass(class), 6.0));
        let name = format!("target {}", class_name(class));
        marks.push(mark(&name, held, Ink::Class(class), Shape::Ring, 5.0));
    }
    let stars = batch.stars().filter(is_shown);
    if batch.has_classed_stars() {
        for class in 0..batch.class_count() {
            let own = stars.clone().filter(|&i| batch.classes[i] == class).collect();
            let name = format!("prototype {}", class_name(class));
            marks.push(mark(&name, own, Ink::Class(class), Shape::Star, 9.0));
        }
    } else {
        marks.push(mark("prototypes", stars.collect(), Ink::Text, Shape::Star, 9.0));
    }
    marks.into_iter().flatten().collect()
}

/// The rows and columns of the matrices, as positions among the rows that the main loss reads, and what they are.
fn sides(shot: &Shot<EmbeddingPlane>) -> [(Vec<usize>, &'static str); 2] {
    let (seen, reading) = (shot.seen(0), &shot.seen(0).now.readings[0]);
    let rows = |input: &crate::spec::Input| reading.rows_of(input.name);
    let samples = rows(seen.vectors.samples[0]);
    match (seen.vectors.samples.get(1), seen.vectors.prototypes) {
        (Some(_), Some(prototypes)) => [(samples, "anchor"), (rows(prototypes), "prototype")],
        (Some(positives), None) => [(samples, "anchor"), (rows(positives), "positive")],
        (None, Some(_)) => {
            [(samples, "point"), ((0..reading.rows().len()).collect(), "point, then prototype")]
        }
        (None, None) => [(samples.clone(), "point"), (samples, "point")],
    }
}

/// An axis with a place for each of these rows, and where the first and the last are.
fn axis(shot: &Shot<EmbeddingPlane>, rows: &[usize], label: &'static str) -> (Axis, (f64, f64)) {
    let (batch, length) = (&shot.world, rows.len() as f64);
    if rows.len() > NUMBERED {
        return (Axis::linear(label, (0.5, length + 0.5)), (1.0, length));
    }
    let name = |&row: &usize| match shot.seen(0).now.readings[0].rows()[row].point {
        sample if sample < batch.samples => (sample + 1).to_string(),
        star if batch.has_classed_stars() => class_name(batch.classes[star]),
        star => (batch.classes[star] + 1).to_string(),
    };
    (Axis::names(label, rows.iter().map(name).collect()), (0.0, length - 1.0))
}

fn matrix(shot: &Shot<EmbeddingPlane>, title: &str, name: &str, values: Vec<f64>) -> Figure {
    let [(rows, of), (columns, with)] = sides(shot);
    let ((x, across), (y, up)) = (axis(shot, &columns, with), axis(shot, &rows, of));
    let map = Map::new(name, columns.len(), values, across, up, Colours::Signed).cells();
    let plane = if rows.len() == columns.len() { Plane::Equal } else { Plane::Free };
    Figure { title: title.into(), plane, ..Figure::new(x, y, vec![Mark::Map(map)]) }
}

/// The cosines of the rows that the loss compares.
pub(super) fn similarities(shot: &Shot<EmbeddingPlane>) -> Figure {
    let now = &shot.seen(0).now;
    let [rows, columns] = sides(shot).map(|(rows, _)| {
        units(&rows.iter().map(|&row| now.readings[0].seen(row, &now.places)).collect::<Vec<_>>())
    });
    let cosines = rows.iter().flat_map(|&a| columns.iter().map(move |&b| dot(a, b)));
    matrix(shot, "Cosine similarities", "cosine", cosines.collect())
}

/// What the loss would do to each of the cosines alone.
pub(super) fn forces(shot: &Shot<EmbeddingPlane>) -> Figure {
    let title = "Slope of the loss by each similarity: above 0 pushed apart, below 0 pulled together";
    let [(rows, _), (columns, _)] = sides(shot);
    match super::similarities(shot).and_then(|similarities| similarities.matrix(&rows, &columns)) {
        Some(forces) => matrix(shot, title, "∂loss / ∂similarity", forces),
        None => Figure { title: title.into(), ..Figure::words("this loss is not one of similarities alone") },
    }
}

/// The share that each negative has in the push on the selected point.
pub(super) fn penalties(shot: &Shot<EmbeddingPlane>) -> Figure {
    let title = format!("Who pushes {}, the nearest first", shot.world.name(selected(shot)));
    let Some(penalties) = super::penalties(shot) else {
        return Figure { title, ..Figure::words("nothing pushes this point") };
    };
    let (shown, rest) = penalties.negatives.split_at(penalties.negatives.len().min(BARS));
    let angle = |cosine: f64| format!("{}°", fixed(cosine.angle().to_degrees(), 0));
    let mut names: Vec<String> = shown.iter().map(|n| angle(n.1)).collect();
    let mut heights: Vec<f64> = shown.iter().map(|n| n.2).collect();
    let mut inks: Vec<Ink> = shown.iter().map(|n| Ink::Class(shot.world.classes[n.0])).collect();
    if !rest.is_empty() {
        names.push("rest".into());
        heights.push(rest.iter().map(|n| n.2).sum());
        inks.push(Ink::Muted);
    }
    let (name, angles) = ("share of the push", Axis::names("angle to the negative", names));
    let bars = Mark::Bars { name: name.into(), heights, inks };
    Figure { title, ..Figure::new(angles, Axis::linear(name, (0.0, 1.0)), vec![bars]) }
}
