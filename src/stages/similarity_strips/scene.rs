//! What is on screen for one state.

use std::any::Any;
use std::cell::OnceCell;

use super::strips::{BoxPlot, Strips};
use super::training::{Batch, Run};
use crate::figures::Figure;
use crate::input::Inputs;
use crate::optimizer::Optimizer;
use crate::stages::stage::{FigureInfo, Readout, Scene, readout};
use crate::stages::{Contender, State, titles};

/// The figures of the two losses.
pub(super) const STRIPS: [&str; 2] = ["strips", "strips-2"];

/// Names of the readouts of the two losses.
const LOSS: [&str; 2] = ["loss", "loss-2"];
const GAP: [&str; 2] = ["gap", "gap-2"];

/// The parameter that says how many box lengths beyond the quartiles a negative pair still counts.
pub(super) const WHISKER: &str = "whisker";

/// Reach of the whiskers for a loss that has no such parameter: that of a common box plot.
const COMMON_REACH: f64 = 1.5;

pub(super) struct SimilarityStripsScene {
    pub state: State,
    pub batch: Batch,
    /// One a loss.
    pub runs: Vec<Run>,
    strips: OnceCell<Vec<Strips>>,
}

impl SimilarityStripsScene {
    pub(super) fn new(state: &State, previous: Option<Box<dyn Scene>>) -> Self {
        let batch = Batch::new(state);
        let steps = state.steps.min(state.knobs.whole("budget"));
        let previous = previous.and_then(|scene| scene.into_any().downcast::<Self>().ok());
        let mut known = previous.map(|scene| scene.runs).unwrap_or_default();
        let optimizer = Optimizer::chosen(&state.knobs);
        let named = state.contenders.iter().zip(titles(&state.contenders));
        let runs = named.map(|(contender, title)| {
            let key = key(state, contender);
            let mut run = match known.iter().position(|run| run.key == key && run.steps() <= steps) {
                Some(i) => known.swap_remove(i),
                None => Run::new(contender, key, &batch),
            };
            run.title = title;
            if let Some(optimizer) = &optimizer {
                run.go(optimizer, steps);
            }
            run
        });
        let runs = runs.collect();
        Self { state: state.clone(), batch, runs, strips: OnceCell::new() }
    }

    /// The strips of each loss.
    pub(super) fn strips(&self) -> &[Strips] {
        self.strips.get_or_init(|| self.runs.iter().map(|run| Strips::new(&self.batch, run)).collect())
    }

    /// Box and whiskers of the negative pairs of a loss.
    pub(super) fn box_plot(&self, i: usize) -> Option<BoxPlot> {
        let params = &self.runs[i].contender.params;
        let reach = if params.has(WHISKER) { params.get(WHISKER) } else { COMMON_REACH };
        BoxPlot::new(&self.strips()[i].negatives, reach)
    }

    /// The loss that a figure is about.
    pub(super) fn run_of(&self, figure: &str) -> usize {
        usize::from(figure == STRIPS[1]).min(self.runs.len() - 1)
    }

    /// The mean force on samples with a wrong label, or on the others.
    fn force(&self, wrong: bool) -> Option<f64> {
        let forces = self.runs[0].forces();
        let own = forces.iter().enumerate().filter(|(i, _)| self.batch.is_wrong(*i) == wrong);
        let (sum, count) = own.fold((0.0, 0.0), |(sum, count), (_, force)| (sum + force, count + 1.0));
        (count > 0.0).then(|| sum / count)
    }
}

/// Whatever the training of a loss depends on, as text.
fn key(state: &State, contender: &Contender) -> String {
    let mut state = state.with(|state| {
        state.contenders = vec![contender.clone()];
        (state.exhibit, state.sweep, state.readout) = (None, None, None);
        (state.steps, state.selected) = (0, 0);
        state.hide.clear();
        state.lock.clear();
    });
    state.knobs.unset("budget");
    state.write(&State::new(contender.loss, state.stage), None)
}

impl Scene for SimilarityStripsScene {
    fn figures(&self) -> Vec<FigureInfo> {
        let strips = STRIPS.into_iter().zip(&self.runs).map(|(id, run)| FigureInfo {
            id,
            title: run.title.clone(),
            refines: false,
            aspect: 1.6,
            main: true,
        });
        let small = |id, title: &str, aspect| FigureInfo {
            id,
            title: title.into(),
            refines: false,
            aspect,
            main: false,
        };
        let mut figures: Vec<FigureInfo> = strips.collect();
        if self.state.knobs.whole("dimensions") == 3 {
            figures.push(small("globe", "The samples on their sphere", 1.0));
        }
        figures.push(small("forces", "How hard each sample is pushed", 1.6));
        figures.push(small("loss-curve", "Loss over the training", 1.6));
        figures
    }

    fn basis(&self, _: &str) -> State {
        self.state.clone()
    }

    fn figure(&self, figure: &str, _: &[f64]) -> Figure {
        match figure {
            "globe" => self.globe(),
            "forces" => self.forces(),
            "loss-curve" => self.loss_curve(),
            _ => self.strips_figure(self.run_of(figure)),
        }
    }

    fn readouts(&self) -> Vec<Readout> {
        let all = self.runs.len();
        let mut readouts = Vec::new();
        for (i, run) in self.runs.iter().enumerate() {
            let trouble = run.trouble().unwrap_or_default();
            let mut loss = readout(LOSS[i], "loss", run.losses().last().copied(), &trouble);
            if loss.note.is_empty() {
                loss.note = trouble;
            }
            readouts.push(loss.of(i, all, &run.title));
        }
        for (i, run) in self.runs.iter().enumerate() {
            let gap = self.strips()[i].gap();
            let gap = readout(GAP[i], "similarity gap", gap, "there are no such pairs");
            readouts.push(gap.of(i, all, &run.title));
        }
        let negatives = &self.strips()[0].negatives;
        let kept = self.box_plot(0).map(|plot| {
            negatives.iter().filter(|dot| plot.holds(dot)).count() as f64 / negatives.len() as f64
        });
        readouts.extend([
            readout(
                "kept",
                "share of negative pairs within the whiskers",
                kept,
                "there are no negative pairs",
            ),
            readout("wrong-force", "force on wrong labels", self.force(true), "every label is right"),
            readout("right-force", "mean force on right labels", self.force(false), "every label is wrong"),
            readout("steps", "training steps", Some(self.runs[0].steps() as f64), ""),
        ]);
        readouts
    }

    fn batch(&self) -> Option<Inputs<f64>> {
        self.runs[0].input().cloned()
    }

    fn sentence(&self) -> String {
        let gaps: Vec<String> = self
            .runs
            .iter()
            .zip(self.strips())
            .map(|(run, strips)| match (run.losses().last(), strips.gap()) {
                (None, _) => {
                    format!("{} cannot be shown: {}", run.title, run.trouble().unwrap_or_default())
                }
                (Some(loss), None) => format!("{} is {loss:.4}", run.title),
                (Some(loss), Some(gap)) => format!("{} is {loss:.4} with similarity gap {gap:.3}", run.title),
            })
            .collect();
        let wrong = (0..self.batch.labels.len()).filter(|&i| self.batch.is_wrong(i)).count();
        format!(
            "{} samples of {} classes in {} dimensions, {wrong} with a wrong label, after {} steps: {}.",
            self.batch.labels.len(),
            self.batch.prototypes.len(),
            self.state.knobs.whole("dimensions"),
            self.runs[0].steps(),
            gaps.join("; ")
        )
    }

    fn place(&self, figure: &str, handle: &str, to: (f64, f64)) -> State {
        let i = self.run_of(figure);
        let (Some(plot), "whisker") = (self.box_plot(i), handle) else { return self.state.clone() };
        let length = plot.upper_quartile - plot.lower_quartile;
        let reach = (to.0.clamp(-1.0, 1.0) - plot.upper_quartile) / length;
        self.state.with(|state| {
            let params = &mut state.contenders[i].params;
            if reach.is_finite() && params.has(WHISKER) {
                // Any finite number is allowed, three decimals are as fine as a pixel.
                let _ = params.set(WHISKER, (1000.0 * reach).round() / 1000.0);
            }
        })
    }

    fn select(&self, _: &str, _: &str) -> State {
        self.state.clone()
    }

    fn act(&self, action: &str) -> State {
        match action {
            "draw" => self.state.with(|state| {
                state.seed = state.seed % u64::from(u32::MAX) + 1;
                state.steps = 0;
            }),
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
