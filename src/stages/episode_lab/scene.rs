//! What is on screen for one state.

use std::any::Any;

use super::episode::Episode;
use super::figures::parts_title;
use super::measures::{accuracy, separation, worst_gap};
use crate::figures::Figure;
use crate::input::Inputs;
use crate::optimizer::Optimizer;
use crate::stages::planar::drawing::{loss_curve, reach};
use crate::stages::planar::landscape::Landscape;
use crate::stages::planar::reading::Place;
use crate::stages::planar::run::{Run, key};
use crate::stages::planar::training::{Motion, Term};
use crate::stages::stage::{Computed, FigureInfo, Quality, Readout, Scene, Tile, readout, side_by_side};
use crate::stages::{Contender, State, titles};

/// Half the side of the plane that is always seen.
const REACH: f64 = 2.5;

/// The figures of the runs.
const PLANES: [&str; 3] = ["plane", "plane-2", "plane-3"];

/// Names of the readouts of the runs.
const LOSS: [&str; 3] = ["loss", "loss-2", "loss-3"];
const ACCURACY: [&str; 3] = ["accuracy", "accuracy-2", "accuracy-3"];
const GAP: [&str; 3] = ["gap", "gap-2", "gap-3"];
const RATIO: [&str; 3] = ["distance-ratio", "distance-ratio-2", "distance-ratio-3"];

/// Knobs that only change how the way of the points is drawn, or which losses go together.
const LOOKS: &[&str] = &["budget", "trails", "colours", "objective"];

pub(super) struct EpisodeScene {
    pub state: State,
    pub episode: Episode,
    /// The selected handle.
    pub selected: usize,
    /// Each loss alone, or the first alone and all together.
    pub runs: Vec<Run>,
}

impl EpisodeScene {
    pub(super) fn new(state: &State, previous: Option<Box<dyn Scene>>) -> Self {
        let episode = Episode::new(state);
        let steps = state.steps.min(state.knobs.whole("budget"));
        let previous = previous.and_then(|scene| scene.into_any().downcast::<Self>().ok());
        let mut known = previous.map(|scene| scene.runs).unwrap_or_default();
        let runs = groups(state).into_iter().map(|(contenders, title)| {
            let key = key(state, contenders, LOOKS);
            let mut run = match known.iter().position(|run| run.is(&key)) {
                Some(i) => known.swap_remove(i),
                None => run(contenders, state, &episode, key),
            };
            run.go(steps);
            run.title = title;
            run
        });
        let runs = runs.collect();
        let selected = state.selected.min((episode.places.len() + episode.ways()).saturating_sub(1));
        Self { state: state.clone(), episode, selected, runs }
    }

    /// The run that a figure is about.
    fn run_of(&self, figure: &str) -> &Run {
        let i = PLANES.iter().position(|id| *id == figure).unwrap_or(0);
        &self.runs[i.min(self.runs.len() - 1)]
    }

    /// The first loss that tells its parts.
    fn telling(&self) -> Option<&Contender> {
        self.state.contenders.iter().find(|contender| !contender.loss.parts().all.is_empty())
    }

    /// Where the points of a run are now.
    pub(super) fn places<'a>(&'a self, run: &'a Run) -> &'a [Place] {
        run.now().map_or(&self.episode.places, |moment| &moment.points)
    }

    /// Where a handle is; `None` for the prototype of a class without support.
    pub(super) fn at(&self, i: usize, places: &[Place]) -> Option<Place> {
        match i.checked_sub(places.len()) {
            None => Some(places[i]),
            Some(class) => *self.episode.prototypes(places).get(class)?,
        }
    }

    /// Half the side of the plane that shows every one of `places`.
    pub(super) fn reach(places: &[Place]) -> f64 {
        reach(places, REACH)
    }

    /// The loss over a figure, if it is a plane.
    fn landscape(&self, figure: &str) -> Option<Landscape<'_>> {
        let place = PLANES[..self.runs.len()].iter().position(|id| *id == figure)?;
        let run = &self.runs[place];
        let places = self.places(run);
        let moving = self.episode.moving(self.selected, places);
        Some(Landscape { terms: run.terms(), places, moving, reach: Self::reach(places) })
    }

    /// Whether the map is one of the nearest classes instead.
    fn shows_regions(&self) -> bool {
        self.state.knobs.named("colours") == "regions"
    }

    /// The state with everything at these places and the training over.
    fn with_points(&self, places: &[Place]) -> State {
        self.state.with(|state| {
            state.points = Some(self.episode.points(places));
            state.steps = 0;
        })
    }

    /// Places after a handle has been moved there.
    fn moved(&self, i: usize, [x, y]: Place, places: &[Place]) -> Vec<Place> {
        let mut places = places.to_vec();
        for (point, [aside, above]) in self.episode.moving(i, &places) {
            places[point] = [x + aside, y + above];
        }
        places
    }
}

/// The losses that are trained together, and what they are called.
fn groups(state: &State) -> Vec<(&[Contender], String)> {
    let all = &state.contenders[..];
    let named = titles(all);
    if all.len() > 1 && state.knobs.named("objective") == "together" {
        return vec![(&all[..1], named[0].clone()), (all, format!("all {} together", all.len()))];
    }
    all.chunks(1).zip(named).collect()
}

/// Losses before their first step.
fn run(contenders: &[Contender], state: &State, episode: &Episode, key: String) -> Run {
    let term = |contender: &Contender| Term {
        contender: contender.clone(),
        reading: episode.reading(contender.loss.spec()),
    };
    let terms = contenders.iter().map(term).collect();
    Run::new(terms, &episode.places, Motion::Free, Optimizer::chosen(&state.knobs), key)
}

impl Scene for EpisodeScene {
    fn figures(&self) -> Vec<FigureInfo> {
        let planes = PLANES.into_iter().zip(&self.runs).map(|(id, run)| FigureInfo {
            id,
            title: run.title.clone(),
            refines: true,
            aspect: 0.9,
            main: true,
        });
        let small = |id, title| FigureInfo { id, title, refines: false, aspect: 1.6, main: false };
        let mut figures: Vec<FigureInfo> = planes.collect();
        figures.push(small("gaps", "Gap of each query".into()));
        figures.extend(self.telling().map(|contender| small("parts", parts_title(contender))));
        figures.push(small("loss-curve", "Loss over the training".into()));
        figures
    }

    fn compute(&self, figure: &str, quality: Quality) -> Computed {
        let Some(landscape) = self.landscape(figure) else { return Vec::new() };
        if self.shows_regions() {
            return self.regions(landscape.places, landscape.reach, quality);
        }
        landscape.values(quality)
    }

    fn tiled(&self, figure: &str) -> Option<usize> {
        self.landscape(figure).filter(|_| !self.shows_regions())?.tiled()
    }

    fn tile(&self, figure: &str, side: usize, tile: &Tile) -> Computed {
        self.landscape(figure).map_or(Vec::new(), |landscape| landscape.tile(side, tile))
    }

    fn basis(&self, figure: &str) -> State {
        let run = self.run_of(figure);
        let places = self.places(run);
        let mut held = places.to_vec();
        // The landscape is that of the selected point wherever it is; only how much of it is seen may follow it.
        if let Some(place) = held.get_mut(self.selected)
            && self.state.knobs.named("colours") == "loss"
        {
            *place = [Self::reach(places), 0.0];
        }
        let mut basis = self.with_points(&held);
        basis.contenders = run.terms().iter().map(|term| term.contender.clone()).collect();
        (basis.exhibit, basis.sweep, basis.readout) = (None, None, None);
        basis.selected = self.selected;
        basis.seed = 1;
        for (knob, _) in self.state.knobs.iter() {
            if !["objective", "colours"].contains(&knob.name) {
                basis.knobs.unset(knob.name);
            }
        }
        basis
    }

    fn figure(&self, figure: &str, computed: &[f64]) -> Figure {
        match (figure, self.telling()) {
            ("parts", Some(contender)) => self.parts_figure(contender),
            ("gaps", _) => self.gaps_figure(),
            ("loss-curve", _) => {
                loss_curve(&self.runs.iter().collect::<Vec<_>>(), self.state.knobs.get("budget"))
            }
            _ => self.plane(self.run_of(figure), computed),
        }
    }

    fn readouts(&self) -> Vec<Readout> {
        let mut readouts = Vec::new();
        for (i, run) in self.runs.iter().enumerate() {
            let trouble = run.trouble().unwrap_or_default();
            let mut loss = readout(LOSS[i], "loss", run.now().map(|m| m.loss), &trouble);
            if loss.note.is_empty() {
                loss.note = trouble;
            }
            let (episode, places) = (&self.episode, self.places(run));
            let no_query = "there is no query, or one without a prototype";
            let no_pair = "there are no two points of one class, or none of two classes";
            let own = [
                loss,
                readout(ACCURACY[i], "query accuracy", accuracy(episode, places), no_query),
                readout(GAP[i], "worst gap", worst_gap(episode, places), no_query),
                readout(RATIO[i], "distance ratio", separation(episode, places), no_pair),
            ];
            readouts.extend(own.map(|readout| readout.of(i, self.runs.len(), &run.title)));
        }
        side_by_side(&mut readouts, &[&LOSS, &ACCURACY, &GAP, &RATIO]);
        let steps = self.runs[0].moments().len().saturating_sub(1);
        readouts.push(readout("steps", "training steps", Some(steps as f64), ""));
        readouts
    }

    fn sentence(&self) -> String {
        let losses: Vec<String> = self.runs.iter().map(Run::sentence).collect();
        let run = &self.runs[0];
        let places = self.places(run);
        let queries = self.episode.queries().len();
        let right = accuracy(&self.episode, places).unwrap_or(0.0) * queries as f64;
        let selected = match self.at(self.selected, places) {
            Some([x, y]) => format!(" Selected is {} at {x:.2}, {y:.2}.", self.episode.name(self.selected)),
            None => String::new(),
        };
        let steps = run.moments().len().saturating_sub(1);
        format!(
            "{} support points and {queries} queries of {} classes{}: {}. {right:.0} of {queries} queries are \
             nearest to their own prototype.{selected}",
            self.episode.support,
            self.episode.ways(),
            if steps > 0 { format!(" after {steps} steps") } else { String::new() },
            losses.join("; "),
        )
    }

    fn batch(&self) -> Option<Inputs<f64>> {
        let run = &self.runs[0];
        run.reading().inputs(&run.now()?.points).ok()
    }

    fn place(&self, figure: &str, handle: &str, to: (f64, f64)) -> State {
        let Some(i) = self.episode.find(handle).filter(|_| to.0.is_finite() && to.1.is_finite()) else {
            return self.state.clone();
        };
        let places = self.places(self.run_of(figure));
        let reach = Self::reach(places);
        let to = [to.0.clamp(-reach, reach), to.1.clamp(-reach, reach)];
        self.with_points(&self.moved(i, to, places)).with(|state| state.selected = i)
    }

    fn select(&self, _: &str, handle: &str) -> State {
        self.state.with(|state| state.selected = self.episode.find(handle).unwrap_or(state.selected))
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
