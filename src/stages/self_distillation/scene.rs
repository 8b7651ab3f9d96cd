//! What is on screen for one state.

use std::any::Any;

use super::figures::KINDS;
use super::training::{Course, Moment, Scores, Signs};
use crate::figures::Figure;
use crate::input::Inputs;
use crate::stages::planar::run::key;
use crate::stages::stage::{FigureInfo, Readout, Scene, readout};
use crate::stages::{Contender, State};

/// Scores go no farther than this when they are dragged.
const MOST_SCORE: f64 = 20.0;

pub(super) struct SelfDistillationScene {
    pub state: State,
    /// The scores before the first step.
    start: Scores,
    /// Whatever the course depends on, as text.
    key: String,
    /// The training, or why there is none.
    course: Result<Course, String>,
    /// Steps taken, as far as the training went.
    steps: usize,
}

impl SelfDistillationScene {
    pub(super) fn new(state: &State, previous: Option<Box<dyn Scene>>) -> Self {
        let start = Scores::new(state);
        let steps = state.steps.min(state.knobs.whole("budget"));
        let key = key(state, &state.contenders[..1], &["budget", "sample"]);
        let previous = previous.and_then(|scene| scene.into_any().downcast::<Self>().ok());
        let mut course = match previous {
            Some(previous) if previous.key == key => previous.course,
            _ => Course::new(state.contender(), start.clone()),
        };
        if let Ok(course) = &mut course {
            course.extend(state.contender(), &state.knobs, steps);
        }
        Self { state: state.clone(), start, key, course, steps }
    }

    /// The start and every step taken; nothing if the loss cannot be computed.
    pub(super) fn moments(&self) -> &[Moment] {
        self.course.as_ref().map_or(&[], |course| course.until(self.steps))
    }

    /// The scores now.
    pub(super) fn scores(&self) -> &Scores {
        self.moments().last().map_or(&self.start, |moment| &moment.scores)
    }

    /// The sample that is shown.
    pub(super) fn sample(&self) -> usize {
        self.state.knobs.whole("sample").min(self.state.knobs.whole("samples")) - 1
    }

    fn contender(&self) -> &Contender {
        self.state.contender()
    }

    /// Position of a handle: kind after kind, output by output.
    fn find(&self, handle: &str) -> Option<usize> {
        let (kind, output) = handle.rsplit_once('-')?;
        let kind = KINDS.iter().position(|known| *known == kind)?;
        let outputs = self.scores().outputs();
        let output = output.parse::<usize>().ok()?.checked_sub(1).filter(|k| *k < outputs)?;
        Some(kind * outputs + output)
    }
}

impl Scene for SelfDistillationScene {
    fn figures(&self) -> Vec<FigureInfo> {
        let figure = |id, title: &str, aspect, main| FigureInfo {
            id,
            title: title.into(),
            refines: false,
            aspect,
            main,
        };
        vec![
            figure("probabilities", "Probabilities", 1.4, true),
            figure("scores", "Scores", 1.4, true),
            figure("targets", "What the teacher asks of every sample", 1.4, false),
            figure("signs", "Signs of collapse over the training", 1.6, false),
        ]
    }

    fn basis(&self, _: &str) -> State {
        self.state.clone()
    }

    fn figure(&self, figure: &str, _: &[f64]) -> Figure {
        match figure {
            "scores" => self.raw_scores(),
            "targets" => self.targets(),
            "signs" => self.signs(),
            _ => self.probabilities(),
        }
    }

    fn readouts(&self) -> Vec<Readout> {
        let signs = Signs::of(self.scores(), &self.contender().params);
        let missing = match &self.course {
            Err(reason) => reason.clone(),
            Ok(_) => String::new(),
        };
        let nats = |id, name: &str, value: f64| Readout {
            unit: "nats",
            ..readout(
                id,
                name,
                Some(value),
                "the student gives an output no probability that the teacher asks for",
            )
        };
        vec![
            readout("loss", "loss", self.moments().last().map(|moment| moment.loss), &missing),
            nats("entropy", "entropy of a target", signs.entropy),
            nats("balance", "entropy of the mean target", signs.balance),
            nats("divergence", "divergence of the student", signs.divergence),
            readout("steps", "training steps", Some(self.moments().len().saturating_sub(1) as f64), ""),
        ]
    }

    fn batch(&self) -> Option<Inputs<f64>> {
        self.scores().inputs(self.contender()).ok()
    }

    fn sentence(&self) -> String {
        let signs = Signs::of(self.scores(), &self.contender().params);
        let loss = match (self.moments().last(), &self.course) {
            (Some(moment), _) => format!("{} is {:.4}", self.contender().loss.spec().title, moment.loss),
            (None, Err(reason)) => reason.clone(),
            (None, Ok(_)) => String::new(),
        };
        let steps = self.moments().len().saturating_sub(1);
        format!(
            "{} samples with {} outputs{}: {loss}. The targets have an entropy of {:.3} nats, their mean one of {:.3}; the \
             most possible is {:.3}.",
            self.state.knobs.whole("samples"),
            self.scores().outputs(),
            if steps > 0 { format!(" after {steps} steps") } else { String::new() },
            signs.entropy,
            signs.balance,
            (self.scores().outputs() as f64).ln(),
        )
    }

    fn place(&self, _: &str, handle: &str, to: (f64, f64)) -> State {
        let Some(i) = self.find(handle).filter(|_| to.1.is_finite()) else { return self.state.clone() };
        let mut scores = self.scores().clone();
        let (outputs, own) = (scores.outputs(), self.sample() * scores.outputs());
        let score = to.1.clamp(-MOST_SCORE, MOST_SCORE);
        match i / outputs {
            0 => scores.student[own + i % outputs] = score,
            1 => scores.teacher[own + i % outputs] = score,
            _ => scores.centre[i % outputs] = score,
        }
        self.state.with(|state| {
            state.points = Some(scores.points());
            (state.steps, state.selected) = (0, i);
        })
    }

    fn select(&self, _: &str, handle: &str) -> State {
        self.state.with(|state| state.selected = self.find(handle).unwrap_or(state.selected))
    }

    fn last_step(&self) -> usize {
        self.state.knobs.whole("budget")
    }

    fn act(&self, action: &str) -> State {
        self.state.with(|state| {
            if action == "reset" {
                state.points = None;
                (state.steps, state.selected) = (0, 0);
            }
        })
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
