//! What is on screen for one state.

use std::any::Any;

use super::course::{Ball, Course, Task, Weights};
use crate::figures::Figure;
use crate::stages::stage::{FigureInfo, Of, Readout, Scene, readout, side_by_side};
use crate::stages::{Point, State, titles};
use crate::toys::features;

/// The plane goes from minus this to this at least along the second feature.
pub(super) const REACH: f64 = 2.5;

/// The first feature of two that are unlike needs less room.
const NARROW: f64 = 2.0;

/// The figures of the two losses.
pub(super) const PLANES: [&str; 2] = ["plane", "plane-2"];

/// Weights of this length are drawn half as long as the longest.
const HALFWAY: f64 = 5.0;

/// Names of the readouts of the losses.
const LOSS: [&str; 2] = ["loss", "loss-2"];
const CLEAN: [&str; 2] = ["clean-error", "clean-error-2"];
const ROBUST: [&str; 2] = ["robust-error", "robust-error-2"];
const ANGLE: [&str; 2] = ["angle", "angle-2"];
const LENGTH: [&str; 2] = ["length", "length-2"];

pub(super) struct LinearClassifierScene {
    pub state: State,
    pub points: Vec<Point>,
    pub classes: usize,
    pub courses: Vec<Course>,
    pub titles: Vec<String>,
    /// Steps taken.
    pub steps: usize,
}

impl LinearClassifierScene {
    pub fn new(state: &State, previous: Option<Box<Self>>) -> Self {
        let knob = |name| state.knobs.get(name);
        let is_pair = state.knobs.named("data") == "fine-and-coarse";
        let classes = if is_pair { 2 } else { 3 };
        let points = state.points.clone().unwrap_or_else(|| {
            let toy = if is_pair { features::fine_and_coarse } else { features::triangle };
            let samples = toy(state.knobs.whole("count"), state.seed).into_iter();
            samples.map(|s| Point { x: s.at[0], y: s.at[1], class: s.class }).collect()
        });
        let points: Vec<Point> =
            points.into_iter().map(|p| Point { class: p.class.min(classes - 1), ..p }).collect();
        let start: Vec<Weights> = (0..classes)
            .map(|class| {
                let turn = knob("tilt").to_radians() + std::f64::consts::TAU * class as f64 / classes as f64;
                [knob("size") * turn.cos(), knob("size") * turn.sin(), 0.0]
            })
            .collect();
        let steps = state.steps().min(state.knobs.whole("budget"));
        let mut known = previous.map(|scene| scene.courses).unwrap_or_default();
        let course = |contender: &crate::stages::Contender| {
            let task = Task {
                contender: format!(
                    "{} {:?}",
                    contender.loss.spec().id,
                    contender.params.iter().map(|p| p.1).collect::<Vec<_>>()
                ),
                points: points.clone(),
                start: start.clone(),
                lr: knob("lr"),
            };
            let place = known.iter().position(|course| course.task == task);
            let mut course = match place {
                Some(place) => known.swap_remove(place),
                None => Course::new(contender, task),
            };
            course.extend(steps);
            course
        };
        Self {
            courses: state.contenders.iter().map(course).collect(),
            titles: titles(&state.contenders),
            state: state.clone(),
            points,
            classes,
            steps,
        }
    }

    /// The weights of a contender's classifier as it is.
    pub fn weights(&self, contender: usize) -> &[Weights] {
        let ways = &self.courses[contender].ways;
        &ways[self.steps.min(ways.len() - 1)]
    }

    fn step(&self, contender: usize) -> usize {
        self.steps.min(self.courses[contender].ways.len() - 1)
    }

    /// How far the plane goes along the first feature.
    pub fn width(&self) -> f64 {
        if self.state.knobs.named("data") == "triangle" { REACH } else { NARROW }
    }

    pub fn ball(&self, contender: usize) -> Option<Ball> {
        Ball::of(&self.state.contenders[contender])
    }

    fn plane_of(&self, figure: &str) -> usize {
        usize::from(figure == PLANES[1]).min(self.courses.len() - 1)
    }
}

/// Where weights are drawn: in their direction, the longer the farther out.
pub(super) fn drawn([a, b, _]: Weights) -> (f64, f64) {
    let part = NARROW / (a.hypot(b) + HALFWAY);
    (a * part, b * part)
}

/// Direction in degrees and length of the weights that are drawn at a place.
fn weights_at((x, y): (f64, f64)) -> (f64, f64) {
    let part = (x.hypot(y) / NARROW).min(0.95);
    (y.atan2(x).to_degrees(), HALFWAY * part / (1.0 - part))
}

impl Scene for LinearClassifierScene {
    fn figures(&self) -> Vec<FigureInfo> {
        let info = |id, title: String, aspect, main| FigureInfo { id, title, refines: false, aspect, main };
        let planes = PLANES.into_iter().zip(&self.titles);
        let mut figures: Vec<FigureInfo> =
            planes.map(|(id, title)| info(id, title.clone(), 1.0, true)).collect();
        figures.push(info("errors", "Errors over the steps".into(), 1.6, false));
        figures.push(info("loss-curve", "Loss over the steps".into(), 1.6, false));
        figures
    }

    fn basis(&self, _: &str) -> State {
        self.state.clone()
    }

    fn figure(&self, figure: &str, _: &[f64]) -> Figure {
        match figure {
            "errors" => self.errors_figure(),
            "loss-curve" => self.loss_curve(),
            _ => self.plane(self.plane_of(figure)),
        }
    }

    fn readouts(&self) -> Vec<Readout> {
        let mut readouts = Vec::new();
        for (i, course) in self.courses.iter().enumerate() {
            let step = self.step(i);
            let (clean, robust) = course.errors(step);
            let weights = self.weights(i);
            let mut put = |id, name: &str, value: f64, unit, missing: &str| {
                let note = match course.trouble() {
                    _ if value.is_finite() => String::new(),
                    Some(reason) => reason.to_owned(),
                    None if value.is_nan() && !missing.is_empty() => missing.to_owned(),
                    None => "beyond what a number can hold".into(),
                };
                let of = Of::several(i, self.courses.len(), &self.titles[i]);
                readouts.push(Readout { id, name: name.into(), of, value, unit, note });
            };
            put(LOSS[i], "loss", course.losses[step], "", "");
            put(CLEAN[i], "share of points misclassified", clean, "", "");
            if self.ball(i).is_some() {
                put(ROBUST[i], "share of points the adversary can have misclassified", robust, "", "");
            }
            if let [own, other] = weights {
                let (a, b) = (own[0] - other[0], own[1] - other[1]);
                let angle = if a == 0.0 && b == 0.0 { f64::NAN } else { b.abs().atan2(a.abs()).to_degrees() };
                put(ANGLE[i], "angle of the weights to the first axis", angle, "°", "all weights are 0");
            }
            let length = weights.iter().map(|w| w[0] * w[0] + w[1] * w[1]).sum::<f64>().sqrt();
            put(LENGTH[i], "length of the weights", length, "", "");
            if i == 0 {
                put("gradient-norm", "gradient norm", course.gradient_norm(step), "", "");
            }
        }
        side_by_side(&mut readouts, &[&LOSS, &CLEAN, &ROBUST, &ANGLE, &LENGTH, &["gradient-norm"]]);
        readouts.push(readout("steps", "training steps", Some(self.steps as f64), ""));
        readouts
    }

    fn sentence(&self) -> String {
        let said = self.courses.iter().enumerate().map(|(i, course)| {
            let title = &self.titles[i];
            if let Some(reason) = course.trouble() {
                return format!("{title} cannot be shown: {reason}");
            }
            let (clean, robust) = course.errors(self.step(i));
            let robust = self.ball(i).map(|_| format!(", an adversary {:.0} %", 100.0 * robust));
            format!("{title} gets {:.0} % wrong{}", 100.0 * clean, robust.unwrap_or_default())
        });
        let said: Vec<String> = said.collect();
        format!("{} points after {} steps: {}.", self.points.len(), self.steps, said.join("; "))
    }

    fn place(&self, _: &str, handle: &str, to: (f64, f64)) -> State {
        if !to.0.is_finite() || !to.1.is_finite() {
            return self.state.clone();
        }
        let to = (to.0.clamp(-self.width(), self.width()), to.1.clamp(-REACH, REACH));
        if handle == "weights" {
            let (tilt, size) = weights_at(to);
            let round = |v: f64| (v * 100.0).round() / 100.0;
            return self.state.with(|state| {
                // Both are within what the knobs allow.
                let _ = state.knobs.set("tilt", round(tilt));
                let _ = state.knobs.set("size", round(size));
                state.steps = 0;
            });
        }
        let Some(i) = point(handle).filter(|i| *i < self.points.len()) else { return self.state.clone() };
        let mut points = self.points.clone();
        (points[i].x, points[i].y) = to;
        self.state.with(|state| {
            state.points = Some(points);
            state.selected = i;
        })
    }

    fn select(&self, _: &str, handle: &str) -> State {
        self.state.with(|state| state.selected = point(handle).unwrap_or(state.selected))
    }

    fn act(&self, action: &str) -> State {
        match action {
            "reset" => self.state.with(|state| {
                state.points = None;
                (state.steps, state.selected) = (0, 0);
                state.knobs.unset("tilt");
                state.knobs.unset("size");
            }),
            "relabel" if self.state.selected < self.points.len() => {
                let mut points = self.points.clone();
                let point = &mut points[self.state.selected];
                point.class = (point.class + 1) % self.classes;
                self.state.with(|state| state.points = Some(points))
            }
            _ => self.state.clone(),
        }
    }

    fn last_step(&self) -> usize {
        self.state.knobs.whole("budget")
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// The point that a handle is for.
fn point(handle: &str) -> Option<usize> {
    handle.strip_prefix("point-")?.parse::<usize>().ok()?.checked_sub(1)
}
