//! What every training draws: numbers against the steps.

use super::played::Shot;
use super::scenario::Scenario;
use crate::figures::{At, Axis, Dash, Figure, Ink, Mark, Plane, Shape};
use crate::stages::reach::reach;
use crate::stages::sample::{dash, ink};

/// The title of the figure of the loss.
pub const LOSS: &str = "Loss over the training";

/// Losses up to this are always shown of a long training.
const ALWAYS: f64 = 2.0;

/// A curve of a loss among several.
pub fn curve(name: String, points: Vec<(f64, f64)>, place: usize, dash: Dash) -> Mark {
    Mark::Line { name, points, ink: ink(place), dash, width: 2.0 }
}

/// The end of a curve.
pub fn end(points: &[(f64, f64)], place: usize) -> Mark {
    Mark::Points {
        name: String::new(),
        points: points.last().copied().into_iter().collect(),
        ink: ink(place),
        shape: Shape::OfClass(place),
        size: 5.0,
    }
}

/// Numbers against their position.
pub fn against_steps(values: impl IntoIterator<Item = f64>) -> Vec<(f64, f64)> {
    values.into_iter().enumerate().map(|(step, value)| (step as f64, value)).collect()
}

/// A figure over the steps to the end of the budget.
pub fn over_steps<S: Scenario>(shot: &Shot<S>, title: &str, y: Axis, marks: Vec<Mark>) -> Figure {
    Figure {
        title: title.into(),
        x: Axis::linear("step", (0.0, shot.budget().max(1.0))),
        y,
        marks,
        handles: Vec::new(),
        plane: Plane::Free,
    }
}

/// Where the training stands.
pub fn now<S: Scenario>(shot: &Shot<S>) -> Mark {
    Mark::Rule { name: String::new(), at: At::X(shot.run(0).wanted() as f64), ink: Ink::Muted }
}

/// The loss of every run over its steps.
pub fn loss_curve<S: Scenario>(shot: &Shot<S>) -> Figure {
    let is_long = shot.scenario.is_long();
    let mut marks = if is_long { vec![now(shot)] } else { Vec::new() };
    let mut shown = Vec::new();
    for (i, run) in shot.runs.all.iter().enumerate() {
        let losses = run.losses();
        if is_long {
            let (low, high) = reach(&losses, ALWAYS);
            shown.extend([low, high]);
        } else {
            shown.extend(&losses);
        }
        let points = against_steps(losses);
        let end = (!is_long).then(|| end(&points, i));
        marks.push(curve(run.title.clone(), points, i, dash(i)));
        marks.extend(end);
    }
    over_steps(shot, LOSS, Axis::fitting("loss", shown), marks)
}

/// What was recorded under each loss: the position in the record, what it is, and its pattern.
pub fn records<S: Scenario>(shot: &Shot<S>, parts: &[(usize, &str, Dash)]) -> Vec<Mark> {
    let mut marks = vec![now(shot)];
    for (i, run) in shot.runs.all.iter().enumerate() {
        for (part, name, dash) in parts {
            let points = run.records().into_iter().map(|(step, record)| (step as f64, record[*part]));
            let name =
                if shot.runs.all.len() > 1 { format!("{name}, {}", run.title) } else { (*name).into() };
            marks.push(curve(name, points.collect(), i, *dash));
        }
    }
    marks
}
