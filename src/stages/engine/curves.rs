//! What every training draws: numbers against the steps.

use super::played::Shot;
use super::scenario::Scenario;
use crate::figures::{At, Axis, Dash, Figure, Ink, Mark, Shape};
use crate::stages::reach::reach;
use crate::stages::sample::{dash, ink};

/// The title of the figure of the loss.
pub const LOSS: &str = "Loss over the training";

/// Losses up to this are usual ones.
const ALWAYS: f64 = 2.0;

/// What grows by more than this factor has a logarithmic axis, with so much room at both ends.
const DECADE: f64 = 10.0;
const ROOM: f64 = 1.1;

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

/// A curve with its end.
pub fn ended(name: &str, points: Vec<(f64, f64)>, place: usize) -> [Mark; 2] {
    let end = end(&points, place);
    [curve(name.into(), points, place, dash(place)), end]
}

/// Numbers against their position.
pub fn against_steps(values: impl IntoIterator<Item = f64>) -> Vec<(f64, f64)> {
    values.into_iter().enumerate().map(|(step, value)| (step as f64, value)).collect()
}

/// A figure over the steps to the end of the budget.
pub fn over_steps<S: Scenario>(shot: &Shot<S>, title: &str, y: Axis, marks: Vec<Mark>) -> Figure {
    let x = Axis::linear("step", (0.0, shot.budget().max(1.0)));
    Figure { title: title.into(), ..Figure::new(x, y, marks) }
}

/// Where the training stands.
pub fn now<S: Scenario>(shot: &Shot<S>) -> Mark {
    Mark::Rule { name: String::new(), at: At::X(shot.run(0).wanted() as f64), ink: Ink::Muted }
}

/// The loss of every run over its steps.
pub fn loss_curve<S: Scenario>(shot: &Shot<S>) -> Figure {
    if shot.scenario.is_long() {
        return usual_losses(shot);
    }
    let (mut marks, mut shown) = (Vec::new(), Vec::new());
    for (i, run) in shot.runs.all.iter().enumerate() {
        let losses = run.losses();
        shown.extend(&losses);
        marks.extend(ended(&run.title, against_steps(losses), i));
    }
    over_steps(shot, LOSS, Axis::fitting("loss", shown), marks)
}

/// The same, as far as its usual values: what shoots up for a while does not flatten the rest.
pub fn usual_losses<S: Scenario>(shot: &Shot<S>) -> Figure {
    let mut marks = if shot.state.stage.spec().trains { vec![now(shot)] } else { Vec::new() };
    let mut shown = Vec::new();
    for (i, run) in shot.runs.all.iter().enumerate() {
        let losses = run.losses();
        let (low, high) = reach(&losses, ALWAYS);
        shown.extend([low, high]);
        marks.push(curve(run.title.clone(), against_steps(losses), i, dash(i)));
    }
    over_steps(shot, LOSS, Axis::fitting("loss", shown), marks)
}

/// What was recorded under each loss over the steps: by name, each with its pattern. The view has the title.
pub fn records<S: Scenario>(shot: &Shot<S>, y: Axis, names: &[(&str, Dash)]) -> Figure {
    let mut marks = vec![now(shot)];
    for (i, run) in shot.runs.all.iter().enumerate() {
        for (name, dash) in names {
            let points = run.record(name);
            let name =
                if shot.runs.all.len() > 1 { format!("{name}, {}", run.title) } else { (*name).into() };
            marks.push(curve(name, points, i, *dash));
        }
    }
    over_steps(shot, "", y, marks)
}

/// What the losses find on their way, each thing once.
pub fn parts<S: Scenario>(shot: &Shot<S>) -> Vec<&'static str> {
    let mut parts = Vec::new();
    for part in shot.runs.all.iter().flat_map(|run| run.contender().loss.parts().names_of_numbers()) {
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts
}

/// What one of them does, under every loss that finds it.
pub fn part<S: Scenario>(shot: &Shot<S>, name: &str) -> Figure {
    let mut marks = vec![now(shot)];
    let mut values = Vec::new();
    for (i, run) in shot.runs.all.iter().enumerate() {
        if run.contender().loss.parts().names_of_numbers().any(|own| own == name) {
            let points = run.record(name);
            values.extend(points.iter().map(|point| point.1));
            marks.push(curve(run.title.clone(), points, i, dash(i)));
        }
    }
    let (low, high) = values.iter().fold((f64::INFINITY, 0.0), |(l, h), v| (v.min(l), v.max(h)));
    let y = if low > 0.0 && high > DECADE * low {
        Axis::log(name, (low / ROOM, high * ROOM))
    } else {
        Axis::fitting(name, values)
    };
    over_steps(shot, "", y, marks)
}

/// Says that the training of some run is under way; nothing once all have come to where they should.
pub fn waiting<S: Scenario>(shot: &Shot<S>, at: (f64, f64)) -> Option<Mark> {
    let text = format!("training {} steps …", shot.run(0).wanted());
    (!shot.runs.are_done()).then_some(Mark::Text { text, at, ink: Ink::Text })
}
