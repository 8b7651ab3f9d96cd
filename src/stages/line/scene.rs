//! What is on screen for one state.

use std::any::Any;

use super::samples::{Place, Samples, TRUTH, outliers, test};
use super::{MOST_OUTLIERS, Task};
use crate::figures::Figure;
use crate::input::Inputs;
use crate::network::Network;
use crate::optimizer::Optimizer;
use crate::stages::stage::{FigureInfo, Of, Quality, Readout, Scene, side_by_side};
use crate::stages::training::{Course, Lesson, Targets};
use crate::stages::{Point, State, titles};

/// The half of the plane that is always seen, horizontally and vertically.
pub(super) fn reach(task: Task) -> (f64, f64) {
    match task {
        Task::Separate => (4.0, 3.0),
        Task::Fit => (2.4, 5.5),
    }
}

/// A slope below this share of the largest one does not count: a sample that has it is let go.
const LET_GO: f64 = 1e-6;

/// Names of the readouts of the losses.
const LOSS: [&str; 4] = ["loss", "loss-2", "loss-3", "loss-4"];
const ANGLE: [&str; 4] = ["angle", "angle-2", "angle-3", "angle-4"];
const ACCURACY: [&str; 4] = ["accuracy", "accuracy-2", "accuracy-3", "accuracy-4"];
const SLOPE: [&str; 4] = ["slope-error", "slope-error-2", "slope-error-3", "slope-error-4"];
const BELOW: [&str; 4] = ["below", "below-2", "below-3", "below-4"];

pub(super) struct LineScene {
    pub task: Task,
    pub state: State,
    pub samples: Samples,
    /// The selected outlier.
    pub selected: usize,
    pub runs: Vec<Run>,
}

/// A loss and the line that it leads to.
pub(super) struct Run {
    pub title: String,
    lesson: Lesson,
    /// The training, or why there is none.
    pub course: Result<Course, String>,
}

impl Run {
    /// The weights and the bias, or slope and intercept.
    pub fn weights(&self) -> Option<&[f64]> {
        self.course.as_ref().ok().map(|course| course.weights.as_slice())
    }

    /// How strongly each sample pushes the line at the end, against the strongest.
    pub fn pushes(&self) -> Vec<f64> {
        let Ok(course) = &self.course else { return Vec::new() };
        let pushes: Vec<f64> = course.pushes(&self.lesson);
        let most = pushes.iter().copied().fold(0.0, f64::max);
        pushes.into_iter().map(|push| if push > LET_GO * most { push } else { 0.0 }).collect()
    }
}

impl LineScene {
    pub(super) fn new(task: Task, state: &State) -> Self {
        let samples = Samples::new(task, state);
        let network = Network::new(if task == Task::Separate { &[2, 1] } else { &[1, 1] });
        let optimizer = Optimizer::chosen(&state.knobs);
        let run = |(contender, title): (&crate::stages::Contender, String)| {
            let optimizer = optimizer.expect("every option of the knob is a rule");
            let lesson = Lesson {
                contender: contender.clone(),
                inputs: samples.inputs(),
                targets: Targets { values: samples.targets(), seed: state.seed, ..Targets::default() },
                start: vec![0.0; network.weights()],
                network: network.clone(),
                optimizer,
                batch: None,
            };
            let mut course = Course::new(&lesson);
            if let Ok(course) = &mut course {
                course.extend(&lesson, state.knobs.whole("budget"), &mut |_, _| {});
            }
            Run { title, lesson, course }
        };
        let runs = state.contenders.iter().zip(titles(&state.contenders)).map(run).collect();
        let last = (samples.places.len() - samples.regular).saturating_sub(1);
        Self { task, state: state.clone(), selected: state.selected.min(last), samples, runs }
    }

    /// What a run says about its line, with where the line should be: an angle in degrees or an error of the slope,
    /// and a share of samples.
    fn judged(&self, run: &Run, test: &[(Place, usize)]) -> Option<(f64, f64)> {
        let weights = run.weights()?;
        let share = |count: usize, of: usize| count as f64 / of as f64;
        Some(match (self.task, weights) {
            (Task::Separate, &[a, b, c]) => {
                let right = test.iter().filter(|((x, y), class)| {
                    let score = a * x + b * y + c;
                    if *class == 1 { score > 0.0 } else { score < 0.0 }
                });
                let angle = if a == 0.0 && b == 0.0 { f64::NAN } else { b.atan2(a).abs().to_degrees() };
                (angle, share(right.count(), test.len()))
            }
            (_, weights) => {
                let (slope, intercept) = (weights[0], weights[1]);
                let regular = &self.samples.places[..self.samples.regular];
                let below = regular.iter().filter(|(x, y)| *y < slope * x + intercept).count();
                ((slope - TRUTH[0]).abs(), share(below, regular.len()))
            }
        })
    }

    fn outlier(&self, handle: &str) -> Option<usize> {
        let number: usize = handle.strip_prefix("outlier-")?.parse().ok()?;
        number.checked_sub(1).filter(|i| self.samples.regular + i < self.samples.places.len())
    }

    /// The state with these outliers where they are.
    fn with(&self, outliers: Vec<Point>) -> State {
        self.state.with(|state| {
            // Few enough were there before.
            let _ = state.knobs.set("outliers", outliers.len() as f64);
            state.points = Some(outliers).filter(|points| !points.is_empty());
            state.knobs.unset("far");
        })
    }
}

impl Scene for LineScene {
    fn figures(&self) -> Vec<FigureInfo> {
        let (title, aspect) = match self.task {
            Task::Separate => ("Boundary", 1.15),
            Task::Fit => ("Fitted line", 1.4),
        };
        let info = |id, title: &str, aspect, main| FigureInfo {
            id,
            title: title.into(),
            refines: false,
            aspect,
            main,
        };
        vec![
            info("line", title, aspect, true),
            info("pushes", "Who pushes", 1.6, false),
            info("loss-curve", "Loss over the training", 1.6, false),
        ]
    }

    fn basis(&self, _: &str) -> State {
        self.state.clone()
    }

    fn figure(&self, figure: &str, _: &[f64]) -> Figure {
        match figure {
            "pushes" => self.pushes_figure(),
            "loss-curve" => self.loss_curve(),
            _ => self.line_figure(),
        }
    }

    fn sweep_samples(&self, quality: Quality) -> usize {
        // Every sample is a training.
        if quality == Quality::Coarse { 0 } else { 41 }
    }

    fn readouts(&self) -> Vec<Readout> {
        let test = if self.task == Task::Separate { test(&self.state) } else { Vec::new() };
        let mut readouts = Vec::new();
        for (i, run) in self.runs.iter().enumerate() {
            let mut put = |id, name: &str, value: Option<f64>, unit, missing: &str| {
                let value = value.unwrap_or(f64::NAN);
                let note = match &run.course {
                    Err(reason) => reason.clone(),
                    Ok(_) if value.is_nan() => missing.into(),
                    Ok(course) if course.is_over => {
                        format!(
                            "step {} leads out of the finite numbers, the training stops before it",
                            course.losses.len()
                        )
                    }
                    Ok(_) => String::new(),
                };
                let of = Of::several(i, self.runs.len(), &run.title);
                readouts.push(Readout { id, name: name.into(), of, value, unit, note });
            };
            let (first, second) = self.judged(run, &test).unzip();
            match self.task {
                Task::Separate => {
                    put(ANGLE[i], "angle to the best direction", first, "°", "all weights are 0");
                    put(ACCURACY[i], "clean accuracy", second, "", "");
                }
                Task::Fit => {
                    put(SLOPE[i], "error of the slope", first, "", "");
                    put(BELOW[i], "samples below the line", second, "", "");
                }
            }
            put(LOSS[i], "loss", run.course.as_ref().ok().map(Course::loss), "", "the loss has no value");
            if i > 0 {
                continue;
            }
            let pushes = run.pushes();
            let total: f64 = pushes.iter().sum();
            let outliers: f64 = pushes.iter().skip(self.samples.regular).sum();
            let share = (total > 0.0).then(|| outliers / total);
            let pushing = pushes.iter().filter(|push| **push > 0.0).count();
            put("outlier-share", "outliers' share of the push", share, "", "nothing pushes the line");
            put("pushing", "samples that push", Some(pushing as f64), "", "");
            if self.task == Task::Separate {
                let length = run.weights().map(|w| w[0].hypot(w[1]));
                put("length", "length of the weights", length, "", "");
            }
        }
        side_by_side(
            &mut readouts,
            &[&ANGLE, &SLOPE, &ACCURACY, &BELOW, &LOSS, &["outlier-share"], &["pushing"], &["length"]],
        );
        readouts
    }

    fn batch(&self) -> Option<Inputs<f64>> {
        let run = &self.runs[0];
        run.course.as_ref().ok()?.inputs(&run.lesson)
    }

    fn sentence(&self) -> String {
        let readouts = self.readouts();
        let said: Vec<String> = readouts
            .iter()
            .filter(|r| ANGLE.contains(&r.id) || SLOPE.contains(&r.id) || ACCURACY.contains(&r.id))
            .map(|r| {
                if r.value.is_nan() {
                    format!("{}: {}", r.name, r.note)
                } else {
                    format!("{} {:.3}{}", r.name, r.value, r.unit)
                }
            })
            .collect();
        let outliers = self.samples.places.len() - self.samples.regular;
        format!(
            "{} samples and {outliers} outlier{} after {} steps: {}.",
            self.samples.regular,
            if outliers == 1 { "" } else { "s" },
            self.state.knobs.whole("budget"),
            said.join("; ")
        )
    }

    fn place(&self, _: &str, handle: &str, to: (f64, f64)) -> State {
        let Some(i) = self.outlier(handle).filter(|_| to.0.is_finite() && to.1.is_finite()) else {
            return self.state.clone();
        };
        let (width, height) = reach(self.task);
        let mut outliers = self.samples.outliers();
        let round = |c: f64, most: f64| (c.clamp(-most, most) * 1000.0).round() / 1000.0;
        (outliers[i].x, outliers[i].y) = (round(to.0, width), round(to.1, height));
        self.with(outliers).with(|state| state.selected = i)
    }

    fn select(&self, _: &str, handle: &str) -> State {
        self.state.with(|state| state.selected = self.outlier(handle).unwrap_or(state.selected))
    }

    fn act(&self, action: &str) -> State {
        let mut outliers = self.samples.outliers();
        let i = self.selected;
        match action {
            "reset" => self.state.with(|state| {
                state.points = None;
                state.selected = 0;
                state.knobs.unset("outliers");
                state.knobs.unset("far");
            }),
            "add" if outliers.len() < MOST_OUTLIERS => {
                let more = self.state.with(|state| {
                    let _ = state.knobs.set("outliers", (outliers.len() + 1) as f64);
                });
                outliers.extend(self::outliers(self.task, &more).pop());
                self.with(outliers.clone()).with(|state| state.selected = outliers.len() - 1)
            }
            "remove" if i < outliers.len() => {
                outliers.remove(i);
                self.with(outliers).with(|state| state.selected = i.saturating_sub(1))
            }
            "relabel" if i < outliers.len() => {
                outliers[i].class = 1 - outliers[i].class.min(1);
                self.with(outliers)
            }
            _ => self.state.clone(),
        }
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
