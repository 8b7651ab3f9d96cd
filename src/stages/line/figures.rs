//! The line through its samples, and who pushes it.

use super::samples::{Samples, truth};
use super::{Line, Seen, Task};
use crate::figures::{Axis, Dash, Figure, Freedom, Handle, Ink, Mark, Plane, Shape};
use crate::stages::engine::Shot;
use crate::stages::engine::curves::curve;
use crate::stages::sample::{dash, ink};

type Ends = Vec<(f64, f64)>;

/// The samples, and the line of every loss.
pub(super) fn line(shot: &Shot<Line>) -> Figure {
    let (task, samples, selected) = (shot.scenario.task, &shot.world, super::selected(shot));
    let (width, height) = extent(task, samples);
    let (x, y) = match task {
        Task::Separate => ("x₁", "x₂"),
        Task::Fit => ("x", "y"),
    };
    let best: Ends = match task {
        Task::Separate => vec![(0.0, -height), (0.0, height)],
        Task::Fit => [-width, width].map(|x| (x, truth(x))).to_vec(),
    };
    let name = if task == Task::Separate { "best boundary" } else { "true line" };
    let mut marks = vec![Mark::line(name, best, Ink::Muted, Dash::Dashed, 1.5)];
    for (i, run) in shot.runs.all.iter().enumerate().rev() {
        let (line, thickness) = (ends(task, shot.at_end(i), width, height), if i == 0 { 3.0 } else { 2.0 });
        marks.push(Mark::line(&run.title, line, ink(i), dash(i), thickness));
    }
    // The legend begins with the main loss.
    marks[1..].reverse();
    marks.extend(points(shot));
    let places = samples.places.iter().zip(&samples.labels).skip(samples.regular);
    let handles: Vec<Handle> = places
        .enumerate()
        .map(|(i, (&at, &label))| Handle {
            id: format!("outlier-{}", i + 1),
            name: match task {
                Task::Separate => format!("outlier {}, class {label}", i + 1),
                Task::Fit => format!("outlier {}", i + 1),
            },
            at,
            freedom: Freedom::Plane,
            selected: i == selected,
        })
        .collect();
    for (selected, ink) in [(false, Ink::Muted), (true, Ink::Text)] {
        let own = handles.iter().filter(|h| h.selected == selected).map(|h| h.at).collect();
        marks.extend(Mark::points("", own, ink, Shape::Ring, 11.0));
    }
    let plane = if task == Task::Separate { Plane::Equal } else { Plane::Free };
    let (x, y) = (Axis::linear(x, (-width, width)), Axis::linear(y, (-height, height)));
    Figure { handles, plane, ..Figure::new(x, y, marks) }
}

/// Half of the plane that shows every sample.
fn extent(task: Task, samples: &Samples) -> (f64, f64) {
    let far = |of: fn(&(f64, f64)) -> f64| samples.places.iter().map(of).fold(0.0, f64::max);
    let wide = |most: f64, far: f64| if far > most { 1.1 * far } else { most };
    let (width, height) = task.reach();
    (wide(width, far(|place| place.0.abs())), wide(height, far(|place| place.1.abs())))
}

/// The part of a run's line that is seen; nothing if it is no line.
fn ends(task: Task, seen: Option<&Seen>, width: f64, height: f64) -> Ends {
    match (task, seen.map(|seen| &seen.weights)) {
        (_, None) => Vec::new(),
        (Task::Fit, Some(weights)) => [-width, width].map(|x| (x, weights[0] * x + weights[1])).to_vec(),
        (Task::Separate, Some(weights)) => {
            let (a, b, c) = (weights[0], weights[1], weights[2]);
            if a == 0.0 && b == 0.0 {
                Vec::new()
            } else if b.abs() * width >= a.abs() * height {
                [-width, width].map(|x| (x, -(a * x + c) / b)).to_vec()
            } else {
                [-height, height].map(|y| (-(b * y + c) / a, y)).to_vec()
            }
        }
    }
}

/// The samples by class; those that no longer push the main line are grey.
fn points(shot: &Shot<Line>) -> Vec<Mark> {
    let pushes = shot.at_end(0).map_or(&[][..], |seen| &seen.pushes);
    let rows = || shot.world.places.iter().zip(&shot.world.labels).enumerate();
    let mark = |class: usize, pushing: bool| {
        let own = rows().filter(|(i, (_, label))| {
            **label == class && pushes.get(*i).is_none_or(|push| *push > 0.0) == pushing
        });
        let points = own.map(|(_, (place, _))| *place).collect();
        let (name, ink, size) = match (pushing, shot.scenario.task) {
            (false, _) => (String::new(), Ink::Muted, 3.0),
            (true, Task::Fit) => ("samples".into(), Ink::Text, 4.5),
            (true, Task::Separate) => (format!("class {class}"), Ink::Class(class), 4.5),
        };
        Mark::points(&name, points, ink, Shape::OfClass(class), size)
    };
    [mark(0, false), mark(1, false), mark(0, true), mark(1, true)].into_iter().flatten().collect()
}

/// How strongly each sample pushes the lines, the strongest first.
pub(super) fn pushes(shot: &Shot<Line>) -> Figure {
    let mut marks = Vec::new();
    let mut most = 0.0f64;
    for (i, run) in shot.runs.all.iter().enumerate() {
        let pushes = shot.at_end(i).into_iter().flat_map(|seen| &seen.pushes).enumerate();
        let mut pushes: Vec<(f64, bool)> = pushes.map(|(k, push)| (*push, k >= shot.world.regular)).collect();
        let total: f64 = pushes.iter().map(|p| p.0).sum();
        pushes.sort_by(|a, b| b.0.total_cmp(&a.0));
        let share = |push: f64| if total > 0.0 { push / total } else { 0.0 };
        let places: Vec<(f64, f64, bool)> =
            pushes.iter().enumerate().map(|(k, &(p, outlier))| ((k + 1) as f64, share(p), outlier)).collect();
        most = places.iter().fold(most, |most, place| most.max(place.1));
        let points =
            |is_any: bool| places.iter().filter(|p| is_any || p.2).map(|p| (p.0, p.1)).collect::<Ends>();
        let name = if i == 0 { "outliers" } else { "" }.into();
        marks.push(curve(run.title.clone(), points(true), i, dash(i)));
        let outliers = points(false);
        marks.push(Mark::Points { name, points: outliers, ink: ink(i), shape: Shape::Ring, size: 6.0 });
    }
    let x = Axis::linear("samples, the strongest first", (0.0, shot.world.places.len() as f64 + 1.0));
    let y = Axis::linear("share of the push", (0.0, if most > 0.0 { 1.08 * most } else { 1.0 }));
    Figure::new(x, y, marks)
}
