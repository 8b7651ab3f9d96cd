//! How an input draws itself, and the gradient by it the same way: bars, points in the plane, or a raster.

use super::{Arrays, Shown};
use crate::figures::{At, Axis, Colours, Figure, Freedom, Handle, Ink, Map, Mark, Plane, Shape, quantity};
use crate::spec::{Kind, Role};
use crate::stages::engine::Shot;

/// Half the side of the plane that is always seen.
const REACH: f64 = 1.5;

/// The longest arrow, as a share of half the side of the plane.
const LONGEST_ARROW: f64 = 0.3;

/// From so many rows or columns on only some are numbered.
const NUMBERED: usize = 16;

/// The variables that have a gradient of their own figure: in the plane it is arrows.
pub(super) fn gradients(shot: &Shot<Arrays>) -> impl Iterator<Item = &Shown> {
    shot.seen(0).iter().filter(|shown| shown.input.is_variable() && !shown.is_planar())
}

pub(super) fn title(shot: &Shot<Arrays>, place: usize) -> String {
    shot.seen(0).get(place).map_or("Inputs".into(), |shown| {
        let name = shown.input.name.replace('_', " ");
        format!("{}{}: {}", name[..1].to_uppercase(), &name[1..], shown.input.about)
    })
}

pub(super) fn gradient_title(shot: &Shot<Arrays>, place: usize) -> String {
    let shown = gradients(shot).nth(place);
    shown.map_or_else(String::new, |shown| format!("Gradient by the {}", shown.input.name.replace('_', " ")))
}

/// An input as a person says it: `logits of 6×3`.
pub(super) fn in_words(shown: &Shown) -> String {
    let lengths: Vec<String> = shown.shape.iter().map(ToString::to_string).collect();
    let name = shown.input.name.replace('_', " ");
    if lengths.is_empty() { name } else { format!("{name} of {}", lengths.join("×")) }
}

/// The input at a place, with what can be moved on it.
pub(super) fn input(shot: &Shot<Arrays>, place: usize) -> Figure {
    let Some(shown) = shot.seen(0).get(place) else {
        return Figure::words(&shot.run(0).trouble().unwrap_or_default());
    };
    match () {
        () if shown.is_planar() => points(shot, shown),
        () if shown.is_map() => {
            let at = Some(shot.state.selected).filter(|at| shown.range.contains(at));
            let at = at.map_or(shown.entries.len() / 2, |at| at - shown.range.start);
            let brush = Handle {
                id: format!("{}-brush", shown.input.name),
                name: format!("brush on the {}", shown.input.name.replace('_', " ")),
                at: self::place(shown, at),
                freedom: Freedom::Plane,
                selected: true,
            };
            let mut figure = raster(shown, &shown.entries, colours(shown));
            figure.marks.extend(Mark::points("", vec![brush.at], Ink::Text, Shape::Ring, 9.0));
            Figure { handles: vec![brush], ..figure }
        }
        () => {
            let handle = |(i, &height): (usize, &f64)| Handle {
                id: format!("{}-{i}", shown.input.name),
                name: format!("{} {}", shown.input.name.replace('_', " "), i + 1),
                at: (i as f64, height),
                freedom: Freedom::Y,
                selected: shown.range.start + i == shot.state.selected,
            };
            Figure {
                handles: shown.entries.iter().enumerate().map(handle).collect(),
                ..bars(shown, &shown.entries, shown.input.name)
            }
        }
    }
}

/// The gradient by the variable at a place among those drawn so.
pub(super) fn gradient(shot: &Shot<Arrays>, place: usize) -> Figure {
    let Some(shown) = gradients(shot).nth(place) else { return Figure::words("there is no gradient") };
    if shown.is_map() {
        raster(shown, &shown.slopes, Colours::Signed)
    } else {
        bars(shown, &shown.slopes, "slope")
    }
}

fn colours(shown: &Shown) -> Colours {
    match shown.input.kind {
        Kind::Class(_) | Kind::ClassOrNone(_) | Kind::Integer(_) => Colours::Classes,
        _ if shown.entries.iter().any(|x| *x < 0.0) => Colours::Signed,
        _ => Colours::Magnitude,
    }
}

/// What is counted along a dimension, from the end of the shape.
fn counted(shown: &Shown, from_end: usize) -> &'static str {
    let symbol = shown.input.shape.iter().rev().nth(from_end).copied().unwrap_or_default();
    match super::knob_of(symbol) {
        Some("samples") => "sample",
        Some("classes") => "class",
        Some("dimensions") => "dimension",
        _ if from_end == 0 => "column",
        _ => "row",
    }
}

fn numbers(count: usize) -> Vec<String> {
    let step = count.div_ceil(NUMBERED).max(1);
    (1..=count).map(|i| if (i - 1).is_multiple_of(step) { i.to_string() } else { String::new() }).collect()
}

fn bars(shown: &Shown, heights: &[f64], name: &str) -> Figure {
    let is_class = matches!(shown.input.role, Role::Class | Role::Group);
    let ink = |height: &f64| if is_class { Ink::Class(height.max(0.0) as usize) } else { Ink::Accent };
    let finite: Vec<f64> = heights.iter().map(|h| if h.is_finite() { *h } else { 0.0 }).collect();
    let marks = vec![
        Mark::Bars {
            name: name.replace('_', " "),
            inks: finite.iter().map(ink).collect(),
            heights: finite.clone(),
        },
        Mark::Rule { name: String::new(), at: At::Y(0.0), ink: Ink::Muted },
    ];
    let along = if shown.shape.is_empty() { "" } else { counted(shown, 0) };
    // The legend has the name.
    let y = Axis::fitting("", finite.iter().map(|h| 1.25 * h).chain([0.0, 1.0]));
    Figure::new(Axis::names(along, numbers(heights.len())), y, marks)
}

/// Where a cell of a raster is drawn: the first row on top.
pub(super) fn place(shown: &Shown, cell: usize) -> (f64, f64) {
    let rows = shown.entries.len() / shown.width();
    ((cell % shown.width()) as f64, (rows - 1 - cell / shown.width()) as f64)
}

/// The cell of a raster that is nearest to a place.
pub(super) fn cell(shown: &Shown, (x, y): (f64, f64)) -> usize {
    let (columns, rows) = (shown.width(), shown.entries.len() / shown.width());
    let along = |at: f64, count: usize| (at.round().max(0.0) as usize).min(count - 1);
    (rows - 1 - along(y, rows)) * columns + along(x, columns)
}

fn raster(shown: &Shown, values: &[f64], colours: Colours) -> Figure {
    let columns = shown.width();
    let rows = values.len() / columns;
    let from_below: Vec<f64> = values.chunks_exact(columns).rev().flatten().copied().collect();
    let map = Map::matrix(&shown.input.name.replace('_', " "), columns, from_below, colours);
    let mut labels = numbers(rows);
    labels.reverse();
    let is_image = matches!(shown.input.role, Role::Image | Role::Mask);
    let figure = Figure::new(
        Axis::names(counted(shown, 0), numbers(columns)),
        Axis::names(if shown.shape.len() == 2 { counted(shown, 1) } else { "row" }, labels),
        vec![Mark::Map(map)],
    );
    Figure { plane: if is_image { Plane::Equal } else { Plane::Free }, ..figure }
}

/// Places in the plane, each with an arrow downhill.
fn points(shot: &Shot<Arrays>, shown: &Shown) -> Figure {
    let rows = || shown.entries.chunks_exact(2).map(|row| (row[0], row[1]));
    // With room for the longest arrow.
    let room = |x: &f64| x.abs() / (1.0 - LONGEST_ARROW);
    let far = shown.entries.iter().filter(|x| x.is_finite()).fold(REACH, |far: f64, x| far.max(room(x)));
    let classes = shot.seen(0).iter().find(|other| {
        matches!(other.input.role, Role::Class | Role::Group)
            && other.entries.len() == shown.entries.len() / 2
    });
    let is_star = shown.input.role == Role::Prototype;
    let class = |i: usize| classes.map_or(if is_star { i } else { 0 }, |of| of.entries[i].max(0.0) as usize);
    let mut marks: Vec<Mark> = rows()
        .enumerate()
        .filter_map(|(i, at)| {
            let shape = if is_star { Shape::Star } else { Shape::OfClass(class(i)) };
            Mark::points("", vec![at], Ink::Class(class(i)), shape, if is_star { 9.0 } else { 6.0 })
        })
        .collect();
    let slopes: Vec<(f64, f64)> = shown.slopes.chunks_exact(2).map(|row| (row[0], row[1])).collect();
    let longest = slopes.iter().map(|(x, y)| x.hypot(*y)).fold(0.0, f64::max);
    if longest > 0.0 && longest.is_finite() {
        let scale = LONGEST_ARROW * far / longest;
        let arrow = |((x, y), (by_x, by_y)): ((f64, f64), &(f64, f64))| {
            [(x, y), (x - scale * by_x, y - scale * by_y)]
        };
        marks.push(Mark::Arrows {
            name: format!("downhill, longest {}", quantity(longest)),
            arrows: rows().zip(&slopes).map(arrow).collect(),
            ink: Ink::Text,
        });
    }
    let handle = |(i, at): (usize, (f64, f64))| Handle {
        id: format!("{}-{}", shown.input.name, 2 * i),
        name: format!("{} {}", shown.input.name.replace('_', " "), i + 1),
        at,
        freedom: Freedom::Plane,
        selected: shown.range.start + 2 * i == shot.state.selected,
    };
    Figure {
        handles: rows().enumerate().map(handle).collect(),
        plane: Plane::Equal,
        ..Figure::new(Axis::linear("x₁", (-far, far)), Axis::linear("x₂", (-far, far)), marks)
    }
}
