//! What is on screen for one state.

use std::any::Any;
use std::cell::OnceCell;

use super::RACERS;
use super::paths::Path;
use super::subject::{Place, Subject};
use crate::figures::Figure;
use crate::optimizer::{self, Optimizer};
use crate::spec::Params;
use crate::stages::stage::{Computed, FigureInfo, Quality, Readout, Scene};
use crate::stages::{Point, State, titles};

/// The figures of the two losses.
pub(super) const PLANES: [&str; 2] = ["plane", "plane-2"];

/// Names of the readouts of the racers.
const LOSSES: [&str; 4] = ["loss", "second-loss", "third-loss", "fourth-loss"];
const LENGTHS: [&str; 4] = ["distance", "second-distance", "third-distance", "fourth-distance"];

/// Knobs that a landscape depends on.
const OF_LANDSCAPE: [&str; 6] = ["data", "count", "noise", "correlation", "separation", "bias"];

pub(super) struct WeightPlaneScene {
    pub state: State,
    pub subjects: Vec<Subject>,
    pub start: Place,
    pub racers: Vec<Racer>,
    /// Steps taken.
    pub steps: usize,
    /// The ways of the racers over the first landscape, as far as they have gone.
    gone: OnceCell<Vec<Path>>,
    /// Those over every landscape, to the end of the budget.
    whole: OnceCell<Vec<Vec<Path>>>,
}

/// An optimiser on its way.
pub(super) struct Racer {
    /// Its place among the knobs.
    pub slot: usize,
    /// What it is called.
    pub name: String,
    pub optimizer: Optimizer,
}

impl Racer {
    fn new(slot: usize, state: &State) -> Option<Self> {
        let (rule, rate) = RACERS[slot];
        let (rule, rate) = (state.knobs.named(rule), state.knobs.get(rate));
        let mut settings = Params::new(optimizer::PARAMS);
        settings.set_text("optimizer", rule).ok()?;
        settings.set("lr", rate).ok()?;
        let optimizer = Optimizer::chosen(&settings)?;
        Some(Self { slot, name: format!("{rule}, rate {rate}"), optimizer })
    }
}

impl WeightPlaneScene {
    pub(super) fn new(state: &State) -> Self {
        let named = state.contenders.iter().zip(titles(&state.contenders));
        let subjects: Vec<Subject> = named.map(|(c, title)| Subject::new(c, title, state)).collect();
        let start = match state.points.as_deref() {
            Some([point, ..]) => [point.x, point.y],
            _ => [subjects[0].region.start.0, subjects[0].region.start.1],
        };
        Self {
            state: state.clone(),
            start,
            racers: (0..RACERS.len()).filter_map(|slot| Racer::new(slot, state)).collect(),
            steps: state.steps.min(state.knobs.whole("budget")),
            subjects,
            gone: OnceCell::new(),
            whole: OnceCell::new(),
        }
    }

    fn paths(&self, subject: &Subject, steps: usize) -> Vec<Path> {
        self.racers.iter().map(|racer| Path::new(subject, racer.optimizer, self.start, steps)).collect()
    }

    fn gone(&self) -> &[Path] {
        self.gone.get_or_init(|| self.paths(&self.subjects[0], self.steps))
    }

    /// The ways over a landscape to the end of the budget.
    pub(super) fn whole(&self, subject: usize) -> &[Path] {
        let all = self.whole.get_or_init(|| {
            let budget = self.state.knobs.whole("budget");
            self.subjects.iter().map(|subject| self.paths(subject, budget)).collect()
        });
        &all[subject]
    }

    /// The landscape that a figure is of.
    fn subject_of(&self, figure: &str) -> usize {
        usize::from(figure == PLANES[1]).min(self.subjects.len() - 1)
    }
}

fn readout(id: &'static str, name: String, value: Option<f64>, missing: &str) -> Readout {
    let value = value.unwrap_or(f64::NAN);
    let note = if value.is_finite() {
        String::new()
    } else if value.is_nan() && !missing.is_empty() {
        missing.into()
    } else {
        "beyond what a number can hold".into()
    };
    Readout { id, name, value, unit: "", note }
}

impl Scene for WeightPlaneScene {
    fn figures(&self) -> Vec<FigureInfo> {
        let planes = PLANES.into_iter().zip(&self.subjects).map(|(id, subject)| {
            let ((left, right), (low, high)) = (subject.region.x, subject.region.y);
            let aspect = (right - left) / (high - low);
            FigureInfo { id, title: subject.title.clone(), refines: true, aspect, main: true }
        });
        let small = |id, title: &str| FigureInfo {
            id,
            title: title.into(),
            refines: false,
            aspect: 1.6,
            main: false,
        };
        let mut figures: Vec<FigureInfo> = planes.collect();
        figures.push(small("loss-curve", "Loss over the steps"));
        if self.subjects[0].samples.is_some() {
            figures.push(small("data", "The model and its data"));
        }
        figures
    }

    fn compute(&self, figure: &str, quality: Quality) -> Computed {
        if !PLANES[..self.subjects.len()].contains(&figure) {
            return Vec::new();
        }
        let subject = &self.subjects[self.subject_of(figure)];
        // A model sees every sample for every value.
        let many = subject.samples.as_ref().is_some_and(|samples| samples.targets.len() > 50);
        let side = match quality {
            Quality::Coarse if many => 32,
            Quality::Coarse => 64,
            Quality::Fine => 192,
        };
        let along = |(low, high): (f64, f64)| -> Vec<f64> {
            (0..side).map(|i| low + (high - low) * i as f64 / (side - 1) as f64).collect()
        };
        subject.surface(&along(subject.region.x), &along(subject.region.y))
    }

    fn basis(&self, figure: &str) -> State {
        let contender = self.subjects[self.subject_of(figure)].contender.clone();
        let mut basis = State::new(contender.loss, self.state.stage);
        basis.contenders = vec![contender];
        basis.seed = self.state.seed;
        for knob in OF_LANDSCAPE {
            // It was allowed here, so it is there.
            let _ = basis.knobs.set(knob, self.state.knobs.get(knob));
        }
        basis
    }

    fn figure(&self, figure: &str, computed: &[f64]) -> Figure {
        match figure {
            "loss-curve" => self.loss_curve(),
            "data" => self.data(self.gone()),
            _ => self.plane(self.subject_of(figure), computed),
        }
    }

    fn readouts(&self) -> Vec<Readout> {
        let subject = &self.subjects[0];
        let trouble = subject.trouble().unwrap_or_default();
        let mut readouts = Vec::new();
        for (racer, path) in self.racers.iter().zip(self.gone()) {
            let name = format!("loss, {}", racer.name);
            let mut loss = readout(LOSSES[racer.slot], name, path.losses.last().copied(), trouble);
            if path.is_lost && loss.note.is_empty() {
                loss.note = format!("step {} leads out of the finite numbers", path.places.len());
            }
            readouts.push(loss);
        }
        for (racer, path) in self.racers.iter().zip(self.gone()) {
            let name = format!("distance covered, {}", racer.name);
            readouts.push(readout(LENGTHS[racer.slot], name, Some(path.length()), trouble));
        }
        // Where the first racer is, or the start if there is none.
        let first = self.gone().first();
        let place = first.and_then(Path::end).unwrap_or(self.start);
        let mut at = subject.evaluation();
        let gradient = at.as_mut().map(|at| {
            let [x, y] = at(place).1;
            x.hypot(y)
        });
        let curvature = subject.curvature(place);
        readouts.push(readout("gradient-norm", "gradient norm".into(), gradient, trouble));
        readouts.push(readout("curvature", "largest curvature".into(), curvature, trouble));
        if let Some(racer) = self.racers.first() {
            let product = curvature.map(|curvature| curvature * racer.optimizer.lr);
            let mut stability = readout("stability", "rate × curvature".into(), product, trouble);
            if stability.value > 2.0 {
                stability.note = "plain descent is stable below 2 only".into();
            }
            readouts.push(stability);
        }
        readouts.push(readout("steps", "training steps".into(), Some(self.steps as f64), ""));
        readouts
    }

    fn sentence(&self) -> String {
        let [x, y] = self.start;
        let losses: Vec<String> = self
            .racers
            .iter()
            .zip(self.gone())
            .filter_map(|(racer, path)| {
                let lost = if path.is_lost { " and leaves the finite numbers" } else { "" };
                Some(format!("{} has {:.4}{lost}", racer.name, path.losses.last()?))
            })
            .collect();
        let title = &self.subjects[0].title;
        match self.subjects[0].trouble() {
            Some(reason) => format!("{title} cannot be shown: {reason}."),
            None if losses.is_empty() => format!("{title} from {x:.2}, {y:.2}; no optimiser is chosen."),
            None => {
                format!("{title} from {x:.2}, {y:.2}, after {} steps: {}.", self.steps, losses.join("; "))
            }
        }
    }

    fn place(&self, figure: &str, _: &str, to: (f64, f64)) -> State {
        if !to.0.is_finite() || !to.1.is_finite() {
            return self.state.clone();
        }
        let region = self.subjects[self.subject_of(figure)].region;
        let (x, y) = (to.0.clamp(region.x.0, region.x.1), to.1.clamp(region.y.0, region.y.1));
        self.state.with(|state| state.points = Some(vec![Point { x, y, class: 0 }]))
    }

    fn select(&self, _: &str, _: &str) -> State {
        self.state.clone()
    }

    fn act(&self, action: &str) -> State {
        match action {
            "reset" => self.state.with(|state| {
                state.points = None;
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
