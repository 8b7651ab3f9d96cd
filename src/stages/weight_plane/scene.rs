//! What is on screen for one state.

use std::any::Any;
use std::cell::OnceCell;
use std::ops::Range;

use super::RACERS;
use super::paths::Path;
use super::subject::{Journey, Place, Subject};
use crate::figures::Figure;
use crate::optimizer::{METHOD_PARAMS, Method};
use crate::real::Real;
use crate::spec::Params;
use crate::stages::stage::{Computed, FigureInfo, Quality, Readout, Scene, Tile, readout};
use crate::stages::{Point, State, titles};

/// The figures of the two losses.
pub(super) const PLANES: [&str; 2] = ["plane", "plane-2"];

/// The loss of a path over where the path starts.
pub(super) const OVER_START: &str = "start";

/// Names of the readouts of the racers.
const LOSSES: [&str; 4] = ["loss", "second-loss", "third-loss", "fourth-loss"];
const HEIGHTS: [&str; 4] = ["height", "second-height", "third-height", "fourth-height"];
const LENGTHS: [&str; 4] = ["distance", "second-distance", "third-distance", "fourth-distance"];

/// Knobs that a landscape depends on.
const OF_LANDSCAPE: [&str; 6] = ["data", "count", "noise", "correlation", "separation", "bias"];

pub(super) struct WeightPlaneScene {
    pub state: State,
    pub subjects: Vec<Subject>,
    pub start: Place,
    /// Who races on each landscape.
    pub racers: Vec<Vec<Racer>>,
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
    pub method: Method,
}

impl Racer {
    /// The racer that the knobs describe.
    fn new(slot: usize, state: &State) -> Option<Self> {
        let (rule, rate) = RACERS[slot];
        let (rule, rate) = (state.knobs.named(rule), state.knobs.get(rate));
        let mut settings = Params::new(METHOD_PARAMS);
        settings.set_text("optimizer", rule).ok()?;
        settings.set("lr", rate).ok()?;
        Some(Self { slot, name: format!("{rule}, rate {rate}"), method: Method::chosen(&settings) })
    }

    /// Who races on a landscape; where a loss goes a way of its own, it takes the first place.
    fn all(subject: &Subject, state: &State) -> Vec<Self> {
        let own = |journey: Journey| {
            let rule = subject.contender.params.named("optimizer");
            let name = format!("{rule}, rate {}", journey.method.lr());
            Self { slot: 0, name, method: journey.method }
        };
        let own = subject.journey.map(own);
        let others = usize::from(own.is_some())..RACERS.len();
        own.into_iter().chain(others.filter_map(|slot| Self::new(slot, state))).collect()
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
            racers: subjects.iter().map(|subject| Racer::all(subject, state)).collect(),
            subjects,
            gone: OnceCell::new(),
            whole: OnceCell::new(),
        }
    }

    fn paths(&self, subject: usize, steps: usize) -> Vec<Path> {
        let path = |racer: &Racer| Path::new(&self.subjects[subject], racer.method, self.start, steps);
        self.racers[subject].iter().map(path).collect()
    }

    /// Steps after which the training stops.
    pub(super) fn budget(&self, subject: usize) -> usize {
        let least = self.subjects[subject].journey.map_or(0, |journey| journey.steps);
        self.state.knobs.whole("budget").max(least)
    }

    /// Steps taken on a landscape.
    pub(super) fn steps(&self, subject: usize) -> usize {
        let own = self.subjects[subject].journey.map(|journey| journey.steps);
        own.unwrap_or(self.state.steps.min(self.budget(subject)))
    }

    fn gone(&self) -> &[Path] {
        self.gone.get_or_init(|| self.paths(0, self.steps(0)))
    }

    /// The ways over a landscape to the end of the budget.
    pub(super) fn whole(&self, subject: usize) -> &[Path] {
        let every = || (0..self.subjects.len()).map(|i| self.paths(i, self.budget(i))).collect();
        &self.whole.get_or_init(every)[subject]
    }

    /// The points of the state with a start, and with the probe of a loss that reads one.
    fn points(&self, subject: usize, start: Place) -> Vec<Point> {
        let probe = self.subjects[subject].journey.map(|journey| journey.probe);
        [start].into_iter().chain(probe).map(point).collect()
    }

    /// The landscape that a figure is of.
    fn subject_of(&self, figure: &str) -> usize {
        usize::from(figure == PLANES[1]).min(self.subjects.len() - 1)
    }
}

fn point([x, y]: Place) -> Point {
    Point { x, y, class: 0 }
}

/// Samples along each side of a map on which every sample is a path of so many steps.
fn side_of_paths(steps: usize, quality: Quality) -> usize {
    let (most, walked) = match quality {
        Quality::Coarse => (48, 60_000),
        Quality::Fine => (160, 6_000_000),
    };
    (walked / steps.max(1)).isqrt().clamp(8, most)
}

impl WeightPlaneScene {
    fn is_over_start(&self, figure: &str) -> bool {
        figure == OVER_START && self.subjects[0].journey.is_some()
    }

    /// Samples along a side of the map of a figure, if it has one.
    fn side(&self, figure: &str, quality: Quality) -> Option<usize> {
        if self.is_over_start(figure) {
            return Some(side_of_paths(self.steps(0), quality));
        }
        if !PLANES[..self.subjects.len()].contains(&figure) {
            return None;
        }
        // A model sees every sample for every value.
        let subject = &self.subjects[self.subject_of(figure)];
        let many = subject.samples.as_ref().is_some_and(|samples| samples.targets.len() > 50);
        Some(match quality {
            Quality::Coarse if many => 32,
            Quality::Coarse => 64,
            Quality::Fine => 192,
        })
    }

    /// A part of the map with so many samples along a side.
    fn part(&self, figure: &str, side: usize, Tile { columns, rows }: &Tile) -> Computed {
        let subject = &self.subjects[self.subject_of(figure)];
        let along = |(low, high): (f64, f64), part: &Range<usize>| -> Vec<f64> {
            part.clone().map(|i| low + (high - low) * i as f64 / (side - 1) as f64).collect()
        };
        let (xs, ys) = (along(subject.region.x, columns), along(subject.region.y, rows));
        if self.is_over_start(figure) { subject.values(&xs, &ys) } else { subject.surface(&xs, &ys) }
    }
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
        if self.subjects[0].journey.is_some() {
            let aspect = figures[0].aspect;
            figures.push(FigureInfo { refines: true, aspect, ..small(OVER_START, "Loss over the start") });
        }
        figures.push(small("loss-curve", self.over_steps_title()));
        if self.subjects[0].samples.is_some() {
            figures.push(small("data", "The model and its data"));
        }
        figures
    }

    fn compute(&self, figure: &str, quality: Quality) -> Computed {
        self.side(figure, quality).map_or(Vec::new(), |side| self.part(figure, side, &Tile::whole(side)))
    }

    fn tiled(&self, figure: &str) -> Option<usize> {
        self.side(figure, Quality::Fine)
    }

    fn tile(&self, figure: &str, side: usize, tile: &Tile) -> Computed {
        self.part(figure, side, tile)
    }

    fn basis(&self, figure: &str) -> State {
        let contender = self.subjects[self.subject_of(figure)].contender.clone();
        let mut basis = State::new(contender.loss, self.state.stage);
        basis.contenders = vec![contender];
        basis.seed = self.state.seed;
        if figure == OVER_START {
            basis.points = self.subjects[0].journey.map(|_| self.points(0, [0.0; 2]));
        }
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
            OVER_START => self.over_start(computed),
            _ => self.plane(self.subject_of(figure), computed),
        }
    }

    fn readouts(&self) -> Vec<Readout> {
        let subject = &self.subjects[0];
        let trouble = subject.trouble().unwrap_or_default();
        let racers = &self.racers[0];
        let mut readouts = Vec::new();
        let value = subject.journey.and_then(|_| subject.loss(self.start));
        if subject.journey.is_some() {
            readouts.push(readout("loss", "loss: the end along the probe", value.map(|at| at.0), trouble));
        }
        let (ids, what) = if subject.journey.is_some() { (HEIGHTS, "height") } else { (LOSSES, "loss") };
        for (racer, path) in racers.iter().zip(self.gone()) {
            let mut loss = readout(ids[racer.slot], what, path.losses.last().copied(), trouble);
            if path.is_lost && loss.note.is_empty() {
                loss.note = format!("step {} leads out of the finite numbers", path.places.len());
            }
            readouts.push(loss.of(racer.slot, racers.len(), &racer.name));
        }
        for (racer, path) in racers.iter().zip(self.gone()) {
            let length = readout(LENGTHS[racer.slot], "distance covered", Some(path.length()), trouble);
            readouts.push(length.of(racer.slot, racers.len(), &racer.name));
        }
        // Where the first racer is, or the start if there is none.
        let first = self.gone().first();
        let place = first.and_then(Path::end).unwrap_or(self.start);
        let mut ground = subject.ground();
        let gradient = ground.as_mut().map(|ground| f64::norm(&ground.at(place).1));
        let curvature = ground.as_mut().map(|ground| ground.curvature(place));
        readouts.push(readout("gradient-norm", "gradient norm", gradient, trouble));
        readouts.push(readout("curvature", "largest curvature", curvature, trouble));
        if let Some(racer) = self.racers[0].first() {
            let product = curvature.map(|curvature| curvature * racer.method.lr());
            let mut stability = readout("stability", "rate × curvature", product, trouble);
            if stability.value > 2.0 {
                stability.note = "plain descent is stable below 2 only".into();
            }
            readouts.push(stability);
        }
        if let Some((_, [x, y])) = value {
            readouts.push(readout(
                "start-slope",
                "slope of the loss by the start",
                Some(x.hypot(y)),
                trouble,
            ));
        }
        readouts.push(readout("steps", "training steps", Some(self.steps(0) as f64), ""));
        readouts
    }

    fn sentence(&self) -> String {
        let [x, y] = self.start;
        let losses: Vec<String> = self.racers[0]
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
                format!("{title} from {x:.2}, {y:.2}, after {} steps: {}.", self.steps(0), losses.join("; "))
            }
        }
    }

    fn place(&self, figure: &str, handle: &str, to: (f64, f64)) -> State {
        if !to.0.is_finite() || !to.1.is_finite() {
            return self.state.clone();
        }
        let at = self.subject_of(figure);
        let region = self.subjects[at].region;
        let to = [to.0.clamp(region.x.0, region.x.1), to.1.clamp(region.y.0, region.y.1)];
        let points = match self.subjects[at].journey {
            Some(_) if handle == "start" => self.points(at, to),
            Some(_) => vec![point(self.start), point(to)],
            None => vec![point(to)],
        };
        self.state.with(|state| state.points = Some(points))
    }

    fn select(&self, _: &str, _: &str) -> State {
        self.state.clone()
    }

    fn act(&self, action: &str) -> State {
        match action {
            "reset" => self.state.with(|state| {
                state.points = None;
                state.steps = 0;
                state.contenders[0].params.unset("steps");
            }),
            _ => self.state.clone(),
        }
    }

    fn last_step(&self) -> usize {
        self.budget(0)
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
