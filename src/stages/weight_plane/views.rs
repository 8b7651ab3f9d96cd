//! The landscape of two weights with the ways over it, and the loss along each way.

use super::WeightPlane;
use super::racers::racing;
use super::subject::Place;
use crate::figures::{Axis, Colours, Dash, Figure, Freedom, Handle, Ink, Mark, Shape, cut, fixed};
use crate::spec::Role;
use crate::stages::engine::curves::{against_steps, now};
use crate::stages::engine::{Shot, knobs};
use crate::stages::planar::drawing::at;
use crate::toys::regression::Samples;

/// Contours of a landscape.
const CONTOURS: usize = 14;

/// A loss that is this many times that at the start is off the curve.
const LOST: f64 = 10.0;

/// The least ratio of losses that is drawn on a logarithmic axis.
const WIDE: f64 = 50.0;

fn dots(name: &str, points: Vec<(f64, f64)>, slot: usize, size: f64) -> Option<Mark> {
    Mark::points(name, points, Ink::Series(slot), Shape::OfClass(slot), size)
}

/// Steps to the end of the trainings on a landscape.
fn budget(shot: &Shot<WeightPlane>, subject: usize) -> usize {
    let own = shot.world.subjects[subject].journey.map_or(0, |journey| journey.steps);
    own.max(shot.state.knobs.whole("budget"))
}

/// The landscape with the ways over it: thin and dashed to the end of the budget, thick as far as they have gone.
pub(super) fn plane(shot: &Shot<WeightPlane>, place: usize, values: &[f64]) -> Figure {
    let subject = &shot.world.subjects[place];
    let region = subject.region;
    let name = if subject.journey.is_some() { "height" } else { "loss" };
    let map = Mark::square(name, values.to_vec(), [region.x, region.y], Colours::Depth, CONTOURS);
    let mut marks: Vec<Mark> = map.into_iter().collect();
    let mut end_of_path = None;
    let budget = budget(shot, place);
    for (slot, place) in racing(shot, place) {
        let (run, course) = (shot.run(place), shot.runs.ahead(place, budget));
        let way: Vec<(f64, f64)> =
            course.iter().flat_map(|course| course.kept()).map(|(_, v)| (v[0], v[1])).collect();
        let gone = way[..way.len().min(run.wanted() + 1)].to_vec();
        let here = gone.last().copied();
        if slot == 0 {
            end_of_path = here.filter(|_| gone.len() > run.wanted());
        }
        marks.push(Mark::line(&run.title, way, Ink::Series(slot), Dash::Dashed, 1.0));
        marks.push(Mark::line("", gone, Ink::Series(slot), Dash::Solid, 3.0));
        marks.extend(dots("", here.into_iter().collect(), slot, 5.0));
    }
    let mut handles = vec![start_handle(shot)];
    if let Some(journey) = subject.journey {
        marks.extend(seen_along(journey.probe, end_of_path));
        handles.push(Handle {
            id: "probe".into(),
            name: format!("probe {}, {}", fixed(journey.probe[0], 2), fixed(journey.probe[1], 2)),
            at: at(journey.probe),
            freedom: Freedom::Plane,
            selected: false,
        });
    }
    marks.extend(start_mark(shot));
    let (x, y) = (Axis::linear("first weight", region.x), Axis::linear("second weight", region.y));
    Figure { handles, plane: knobs::plane(&shot.state.knobs), ..Figure::new(x, y, marks) }
}

fn start_mark(shot: &Shot<WeightPlane>) -> Option<Mark> {
    Mark::points("", vec![at(shot.world.start)], Ink::Text, Shape::Ring, 9.0)
}

fn start_handle(shot: &Shot<WeightPlane>) -> Handle {
    let [x, y] = shot.world.start;
    Handle {
        id: "start".into(),
        name: format!("start at {}, {}", fixed(x, 2), fixed(y, 2)),
        at: (x, y),
        freedom: Freedom::Plane,
        selected: true,
    }
}

/// The loss of a path wherever it could start: places that lead to one end have one colour.
pub(super) fn over_start(shot: &Shot<WeightPlane>, values: &[f64]) -> Figure {
    let region = shot.world.subjects[0].region;
    let (_, cut) = cut("loss", values, region.x.1.max(region.y.1));
    let map = Mark::square("loss", cut, [region.x, region.y], Colours::Signed, 0);
    let marks = map.into_iter().chain(start_mark(shot)).collect();
    let x = Axis::linear("first weight of the start", region.x);
    let y = Axis::linear("second weight of the start", region.y);
    Figure { handles: vec![start_handle(shot)], ..Figure::new(x, y, marks).equal() }
}

/// The loss of every racer over its steps, on a logarithmic axis if it falls far.
pub(super) fn loss_curve(shot: &Shot<WeightPlane>) -> Figure {
    let budget = budget(shot, 0);
    let (mut marks, mut losses) = (vec![now(shot)], Vec::new());
    for (slot, place) in racing(shot, 0) {
        let own = shot.runs.ahead(place, budget).map_or(Vec::new(), |course| course.losses.clone());
        let curve = against_steps(own.iter().copied());
        let here = curve.get(shot.run(place).wanted()).copied();
        marks.push(Mark::line(&shot.run(place).title, curve, Ink::Series(slot), Dash::Solid, 2.0));
        marks.extend(dots("", here.into_iter().collect(), slot, 5.0));
        losses.push(own);
    }
    let top = losses.iter().filter_map(|losses| losses.first()).fold(0.0f64, |top, l| top.max(l.abs()));
    let shown: Vec<f64> = losses.into_iter().flatten().filter(|l| l.abs() <= LOST * top).collect();
    let (least, most) =
        shown.iter().fold((f64::INFINITY, 0.0f64), |(low, high), &l| (low.min(l), high.max(l)));
    let label = if shot.world.is_path() { "height" } else { "loss" };
    let y = if least > 0.0 && most > WIDE * least {
        Axis::log(label, (least.max(1e-12 * most), 1.2 * most))
    } else {
        Axis::fitting(label, shown)
    };
    Figure::new(Axis::linear("step", (0.0, budget.max(1) as f64)), y, marks)
}

/// The samples, and what each racer makes of them.
pub(super) fn data(shot: &Shot<WeightPlane>) -> Figure {
    let subject = &shot.world.subjects[0];
    let Some(Samples { features, targets }) = &subject.samples else { return Figure::words("no samples") };
    let ends = racing(shot, 0).filter_map(|(slot, place)| {
        let run = shot.run(place);
        let [a, b] = run.course()?.variables[..] else { return None };
        Some((slot, &run.title[..], [a, b]))
    });
    let fitted = |slot, name: &str, points| Mark::line(name, points, Ink::Series(slot), Dash::Solid, 2.0);
    let mut marks = Vec::new();
    let (x, y);
    if shot.run(0).contender().loss.spec().of_role(Role::Class).next().is_some() {
        x = Axis::fitting("first feature", features.iter().map(|f| f[0]));
        y = Axis::fitting("second feature", features.iter().map(|f| f[1]));
        for class in 0..2 {
            let own = features.iter().zip(targets).filter(|(_, t)| **t == class as f64);
            let (ink, shape) = (Ink::Class(class), Shape::OfClass(class));
            let own = own.map(|(f, _)| at(*f)).collect();
            marks.extend(Mark::points(&format!("label {class}"), own, ink, shape, 4.0));
        }
        for (slot, name, weights) in ends {
            marks.push(fitted(slot, name, border(weights, subject.bias, x.range, y.range)));
        }
    } else if shot.state.knobs.named("data") == "line" {
        x = Axis::linear("feature", (-1.05, 1.05));
        y = Axis::fitting("target", targets.iter().copied());
        let seen = features.iter().zip(targets).map(|(f, &t)| (f[0], t)).collect();
        marks.extend(Mark::points("samples", seen, Ink::Text, Shape::OfClass(0), 4.0));
        for (slot, name, [slope, intercept]) in ends {
            let fit = [x.range.0, x.range.1].map(|at| (at, slope * at + intercept)).to_vec();
            marks.push(fitted(slot, name, fit));
        }
    } else {
        x = Axis::fitting("target", targets.iter().copied());
        y = Axis { label: "prediction".into(), ..x.clone() };
        let equal = vec![(x.range.0, x.range.0), (x.range.1, x.range.1)];
        marks.push(Mark::line("perfect", equal, Ink::Muted, Dash::Dashed, 1.0));
        for (slot, name, [a, b]) in ends {
            let predicted = features.iter().zip(targets).map(|(f, &t)| (t, a * f[0] + b * f[1]));
            marks.extend(dots(name, predicted.collect(), slot, 3.0));
        }
    }
    Figure::new(x, y, marks)
}

/// The probe, and the end of a path as it is seen along it.
fn seen_along([x, y]: Place, end: Option<(f64, f64)>) -> Vec<Mark> {
    let length = x * x + y * y;
    if length == 0.0 {
        return Vec::new();
    }
    let foot = |(a, b): (f64, f64)| {
        let part = (a * x + b * y) / length;
        vec![(0.0, 0.0), (part * x, part * y), (a, b)]
    };
    let arrow = Mark::Arrows { name: "probe".into(), arrows: vec![[(0.0, 0.0), (x, y)]], ink: Ink::Text };
    let seen = end.map(|end| Mark::line("", foot(end), Ink::Text, Dash::Dashed, 1.0));
    seen.into_iter().chain([arrow]).collect()
}

/// The part of the line `a·x + b·y + bias = 0` between these bounds; nothing if both weights are 0.
fn border([a, b]: Place, bias: f64, (left, right): (f64, f64), (low, high): (f64, f64)) -> Vec<(f64, f64)> {
    if a == 0.0 && b == 0.0 {
        return Vec::new();
    }
    if b.abs() >= a.abs() {
        [left, right].map(|x| (x, -(a * x + bias) / b)).to_vec()
    } else {
        [low, high].map(|y| (-(b * y + bias) / a, y)).to_vec()
    }
}
