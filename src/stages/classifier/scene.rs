//! What is on screen for one state.

use std::any::Any;
use std::cell::OnceCell;

use ndarray::Array2;

use super::Task;
use super::data::{Data, accuracy, answers, places};
use super::tiles::TITLE;
use crate::figures::Figure;
use crate::input::Inputs;
use crate::stages::State;
use crate::stages::stage::{Computed, FigureInfo, Quality, Readout, Scene, Trained};
use crate::stages::training::{Lesson, Measure, Run, Runs};

/// The figures of the two losses.
pub(super) const REGIONS: [&str; 2] = ["regions", "regions-2"];

/// Knobs that no training depends on.
const IDLE: [&str; 1] = ["budget"];

/// Samples along a side of the map.
const COARSE: usize = 48;
const FINE: usize = 160;

pub(super) struct ClassifierScene {
    pub task: Task,
    pub state: State,
    pub data: Data,
    pub runs: Runs,
    /// The numbers at the end of the trainings, once somebody has asked.
    pub measured: OnceCell<Vec<Readout>>,
}

impl ClassifierScene {
    pub(super) fn new(task: Task, state: &State, previous: Option<Box<dyn Scene>>) -> Self {
        let previous = previous.and_then(|scene| scene.into_any().downcast::<Self>().ok());
        let known = previous.map(|scene| scene.runs.all).unwrap_or_default();
        let data = Data::new(task, state);
        let steps = state.steps().min(state.knobs.whole("budget"));
        let runs = Runs::new(state, &IDLE, steps, known, |c| data.lesson(c, state), measure(&data));
        Self { task, state: state.clone(), data, runs, measured: OnceCell::new() }
    }

    /// Steps that are wanted.
    pub(super) fn steps(&self) -> usize {
        self.state.steps().min(self.state.knobs.whole("budget"))
    }

    /// Half the side of the plane that is seen.
    pub(super) fn reach(&self) -> f64 {
        if self.task == Task::Moons { 2.4 } else { 3.5 }
    }

    /// The run that a figure is about.
    pub(super) fn run_of(&self, figure: &str) -> &Run {
        let i = usize::from(figure == REGIONS[1]).min(self.runs.all.len() - 1);
        &self.runs.all[i]
    }

    /// What a run answers at samples.
    pub(super) fn outputs(run: &Run, inputs: &Array2<f64>) -> Option<Array2<f64>> {
        run.course().map(|course| run.lesson.outputs(&course.weights, inputs))
    }

    /// The answers over the plane, row by row from below.
    pub(super) fn regions(&self, run: &Run, side: usize) -> Computed {
        let reach = self.reach();
        let along = |i: usize| reach * (2.0 * i as f64 / (side - 1) as f64 - 1.0);
        let grid =
            Array2::from_shape_fn((side * side, 2), |(i, c)| along(if c == 0 { i % side } else { i / side }));
        let outputs = Self::outputs(run, &grid);
        outputs
            .map_or(Vec::new(), |outputs| answers(&outputs).into_iter().map(|class| class as f64).collect())
    }
}

/// Accuracy on the labels that are trained with, and clean accuracy on the test.
fn measure(data: &Data) -> Box<Measure> {
    let (test, labels) = (places(&data.test), data.labels.clone());
    let classes: Vec<usize> = data.test.iter().map(|sample| sample.class).collect();
    Box::new(move |lesson: &Lesson, weights: &[f64], _| {
        let right = |inputs: &Array2<f64>, classes: &[usize]| {
            accuracy(&answers(&lesson.outputs(weights, inputs)), classes.iter().copied())
        };
        vec![right(&lesson.inputs, &labels), right(&test, &classes)]
    })
}

impl Scene for ClassifierScene {
    fn figures(&self) -> Vec<FigureInfo> {
        let regions = REGIONS.into_iter().zip(&self.runs.all).map(|(id, run)| FigureInfo {
            id,
            title: run.title.clone(),
            refines: true,
            aspect: 1.0,
            main: true,
        });
        let small = |id, title: &str| FigureInfo {
            id,
            title: title.into(),
            refines: !self.runs.are_done(),
            aspect: 1.6,
            main: false,
        };
        let mut figures: Vec<FigureInfo> = regions.collect();
        if self.task == Task::LongTail {
            figures.push(small("recalls", "Recall of each class"));
        }
        if self.looking().is_some() {
            figures.push(small("tiles", TITLE));
        }
        figures.push(small("accuracy", "Accuracy over the training"));
        figures.push(small("loss-curve", "Loss over the training"));
        figures
    }

    fn compute(&self, figure: &str, quality: Quality) -> Computed {
        let of_map = REGIONS[..self.runs.all.len()].contains(&figure);
        match quality {
            Quality::Coarse if of_map && self.runs.are_done() => {
                // No trainings are told, those of the scene are at their end.
                [vec![0.0], self.regions(self.run_of(figure), COARSE)].concat()
            }
            Quality::Coarse => Vec::new(),
            Quality::Fine => {
                self.runs.finish();
                let map = if of_map { self.regions(self.run_of(figure), FINE) } else { Vec::new() };
                self.runs.numbers(map)
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
            if state.is_own("steps") {
                state.steps = self.steps();
            }
            IDLE.iter().for_each(|knob| state.knobs.unset(knob));
        })
    }

    fn figure(&self, figure: &str, computed: &[f64]) -> Figure {
        match figure {
            "tiles" => self.tiles_figure(),
            "recalls" => self.recalls_figure(),
            "accuracy" => self.accuracy_figure(),
            "loss-curve" => self.runs.loss_curve(self.state.knobs.get("budget")),
            _ => self.regions_figure(self.run_of(figure), computed),
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

    fn trained(&self) -> Vec<Trained> {
        self.runs.finish();
        let rows = |array: &Array2<f64>| array.rows().into_iter().map(|row| row.to_vec()).collect();
        let trained = |run: &Run| {
            let course = run.course()?;
            Some(Trained {
                outputs: rows(&run.lesson.outputs(&course.weights, &run.lesson.inputs)),
                labels: self.data.labels.clone(),
                classes: self.data.samples.iter().map(|sample| sample.class).collect(),
                pushes: course.pushes(&run.lesson),
                features: self.data.features.as_ref().map_or(Vec::new(), rows),
                poor: self.data.poor.clone(),
            })
        };
        self.runs.all.iter().filter_map(trained).collect()
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
