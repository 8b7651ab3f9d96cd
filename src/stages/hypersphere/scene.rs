//! What is on screen for one state.

use std::any::Any;
use std::cell::OnceCell;

use super::data::Data;
use super::figures::over_training;
use super::readouts::measure;
use crate::figures::Figure;
use crate::input::Inputs;
use crate::stages::State;
use crate::stages::stage::{Computed, FigureInfo, Quality, Readout, Scene};
use crate::stages::training::{Run, Runs};

/// The figures of the two losses.
pub(super) const SPHERES: [&str; 2] = ["sphere", "sphere-2"];

/// The figures of what the losses find on their way.
const PARTS: [&str; 4] = ["part", "part-2", "part-3", "part-4"];

/// Knobs that no training depends on.
const IDLE: [&str; 3] = ["budget", "yaw", "pitch"];

pub(super) struct HypersphereScene {
    pub state: State,
    pub data: Data,
    pub runs: Runs,
    /// The numbers at the end of the trainings, once somebody has asked.
    pub measured: OnceCell<Vec<Readout>>,
}

impl HypersphereScene {
    pub(super) fn new(state: &State, previous: Option<Box<dyn Scene>>) -> Self {
        let previous = previous.and_then(|scene| scene.into_any().downcast::<Self>().ok());
        let known = previous.map(|scene| scene.runs.all).unwrap_or_default();
        let data = Data::new(state);
        let steps = state.steps().min(state.knobs.whole("budget"));
        let runs = Runs::new(state, &IDLE, steps, known, |c| data.lesson(c, state), measure(&data));
        Self { state: state.clone(), data, runs, measured: OnceCell::new() }
    }

    /// The run that a figure is about.
    fn run_of(&self, figure: &str) -> &Run {
        let i = usize::from(figure == SPHERES[1]).min(self.runs.all.len() - 1);
        &self.runs.all[i]
    }

    /// What the losses find on their way, each thing once, with its figure.
    fn parts(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let mut names = Vec::new();
        for name in self.runs.all.iter().flat_map(|run| run.lesson.contender.loss.parts().names_of_numbers())
        {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        PARTS.into_iter().zip(names)
    }
}

impl Scene for HypersphereScene {
    fn figures(&self) -> Vec<FigureInfo> {
        let refines = !self.runs.are_done();
        let info = |id, title: &str, main| FigureInfo {
            id,
            title: title.into(),
            refines,
            aspect: if main { 1.0 } else { 1.6 },
            main,
        };
        let spheres = SPHERES.into_iter().zip(&self.runs.all).map(|(id, run)| info(id, &run.title, true));
        let mut figures: Vec<FigureInfo> = spheres.collect();
        figures.push(info("accuracy", "Accuracy over the training", false));
        figures.push(info("angles", "Angles to the prototypes over the training", false));
        figures.extend(self.parts().map(|(id, part)| info(id, &over_training(part), false)));
        figures.push(info("loss-curve", "Loss over the training", false));
        figures
    }

    fn compute(&self, _: &str, quality: Quality) -> Computed {
        match quality {
            Quality::Coarse => Vec::new(),
            Quality::Fine => {
                self.runs.finish();
                self.runs.numbers(Vec::new())
            }
        }
    }

    fn train(&self) -> bool {
        self.runs.go_on()
    }

    fn supply(&self, _: &str, computed: &[f64]) -> bool {
        self.runs.supply(computed);
        true
    }

    fn basis(&self, _: &str) -> State {
        self.state.with(|state| {
            (state.exhibit, state.sweep, state.readout) = (None, None, None);
            state.selected = 0;
            state.steps = self.runs.all[0].wanted();
            IDLE.iter().for_each(|knob| state.knobs.unset(knob));
        })
    }

    fn figure(&self, figure: &str, _: &[f64]) -> Figure {
        match figure {
            "accuracy" => self.accuracy_figure(),
            "angles" => self.angles_figure(),
            "loss-curve" => self.runs.loss_curve(self.state.knobs.get("budget")),
            _ => match self.parts().find(|(id, _)| *id == figure) {
                Some((_, part)) => self.part_figure(part),
                None => self.sphere_figure(self.run_of(figure)),
            },
        }
    }

    fn sweep_samples(&self, _: Quality) -> usize {
        // Every sample would be a training of some tenths of a second.
        0
    }

    fn readouts(&self) -> Vec<Readout> {
        self.runs.finish();
        self.readouts_so_far()
    }

    fn readouts_so_far(&self) -> Vec<Readout> {
        self.numbers()
    }

    fn batch(&self) -> Option<Inputs<f64>> {
        let run = &self.runs.all[0];
        run.course().filter(|_| self.runs.are_done())?.inputs(&run.lesson)
    }

    fn sentence(&self) -> String {
        self.words()
    }

    fn place(&self, _: &str, _: &str, _: (f64, f64)) -> State {
        self.state.clone()
    }

    fn select(&self, _: &str, _: &str) -> State {
        self.state.clone()
    }

    fn act(&self, _: &str) -> State {
        self.state.clone()
    }

    fn last_step(&self) -> usize {
        self.state.knobs.whole("budget")
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
