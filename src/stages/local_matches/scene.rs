//! What is on screen for one state.

use std::any::Any;

use super::album::{Album, image_name, squared_distance};
use crate::figures::Figure;
use crate::input::Inputs;
use crate::losses::embeddings::cfcd_local_triplet::{Candidate, Match};
use crate::optimizer::Optimizer;
use crate::stages::planar::drawing::loss_curve;
use crate::stages::planar::reading::Place;
use crate::stages::planar::run::{Run, key};
use crate::stages::planar::training::{Motion, Term};
use crate::stages::stage::{FigureInfo, Readout, Scene, readout};
use crate::stages::{State, titles};

pub(super) struct LocalMatchesScene {
    pub state: State,
    pub album: Album,
    /// The selected descriptor.
    pub selected: usize,
    /// The loss with the images on screen.
    pub run: Run,
    /// The same with other objects at random, unless a person has placed the descriptors.
    random: Option<Run>,
}

impl LocalMatchesScene {
    pub(super) fn new(state: &State, previous: Option<Box<dyn Scene>>) -> Self {
        let steps = state.steps.min(state.knobs.whole("budget"));
        let previous = previous.and_then(|scene| scene.into_any().downcast::<Self>().ok());
        let mut known: Vec<Run> =
            previous.into_iter().flat_map(|p| [Some(p.run), p.random]).flatten().collect();
        let mut open = |state: &State, album: &Album, title: String| {
            let key = key(state, &state.contenders[..1], &["budget"]);
            let mut run = match known.iter().position(|run| run.is(&key)) {
                Some(i) => known.swap_remove(i),
                None => run(state, album, key),
            };
            run.go(steps);
            run.title = title;
            run
        };
        let title = titles(&state.contenders).swap_remove(0);
        let hardness = state.knobs.get("hardness");
        let album = Album::new(state, hardness);
        let run = open(state, &album, title);
        let random = (state.points.is_none() && hardness > 0.0).then(|| {
            let random = state.with(|state| {
                // The domain allows it.
                let _ = state.knobs.set("hardness", 0.0);
            });
            open(&random, &Album::new(&random, 0.0), "other objects at random".into())
        });
        let selected = state.selected.min(album.places.len() - 1);
        Self { state: state.clone(), album, selected, run, random }
    }

    /// Where the descriptors are now.
    pub(super) fn places(&self) -> &[Place] {
        self.run.now().map_or(&self.album.places, |moment| &moment.points)
    }

    /// What might match, and why it does or does not.
    pub(super) fn candidates(&self) -> Vec<Candidate> {
        self.album.candidates(self.places(), self.param("ratio"))
    }

    /// The matches that pass all tests.
    pub(super) fn kept(&self) -> Vec<Match> {
        let passed = |c: &Candidate| c.is_mutual && c.is_distinct && c.is_attended;
        self.candidates().into_iter().filter(passed).map(|c| c.pair).collect()
    }

    /// The descriptors of the query and of other objects between which a triplet costs something.
    pub(super) fn active(&self) -> Vec<Match> {
        let (places, margin) = (self.places(), self.param("margin"));
        let of = |(q, p): Match| {
            let towards = squared_distance(places[q], places[p]);
            let nearest = self.album.nearest(q, places).into_iter();
            nearest.filter(move |(_, away)| towards - away + margin > 0.0).map(move |(n, _)| (q, n))
        };
        self.kept().into_iter().flat_map(of).collect()
    }

    /// A parameter of the loss; 0 if it has none of that name.
    fn param(&self, name: &str) -> f64 {
        let params = &self.state.contender().params;
        if params.has(name) { params.get(name) } else { 0.0 }
    }

    /// The state with everything at these places and the training over.
    fn at(&self, places: &[Place]) -> State {
        self.state.with(|state| {
            state.points = Some(self.album.points(places));
            state.steps = 0;
        })
    }
}

/// The loss before its first step.
fn run(state: &State, album: &Album, key: String) -> Run {
    let contender = state.contender();
    let term = Term { contender: contender.clone(), reading: album.reading(contender.loss.spec()) };
    Run::new(vec![term], &album.places, Motion::Circle, Optimizer::chosen(&state.knobs), key)
}

impl Scene for LocalMatchesScene {
    fn figures(&self) -> Vec<FigureInfo> {
        let figure = |id, title: &str, aspect, main| FigureInfo {
            id,
            title: title.into(),
            refines: false,
            aspect,
            main,
        };
        vec![
            figure("plane", &self.run.title, 0.9, true),
            figure("distances", "Squared distances of the query's descriptors", 1.6, false),
            figure("loss-curve", "Loss over the training", 1.6, false),
        ]
    }

    fn basis(&self, _: &str) -> State {
        self.state.clone()
    }

    fn figure(&self, figure: &str, _: &[f64]) -> Figure {
        match figure {
            "distances" => self.distances(),
            "loss-curve" => {
                let runs: Vec<&Run> = [Some(&self.run), self.random.as_ref()].into_iter().flatten().collect();
                loss_curve(&runs, self.state.knobs.get("budget"))
            }
            _ => self.plane(),
        }
    }

    fn readouts(&self) -> Vec<Readout> {
        let trouble = self.run.trouble().unwrap_or_default();
        let mut loss = readout("loss", "loss", self.run.now().map(|m| m.loss), &trouble);
        if loss.note.is_empty() {
            loss.note = trouble;
        }
        let count = |id, name: &str, count: usize| readout(id, name, Some(count as f64), "");
        let random = self.random.as_ref().and_then(|run| Some(run.now()?.loss));
        let mut readouts = vec![
            loss,
            count("kept", "matches kept", self.kept().len()),
            count("active", "active triplets", self.active().len()),
        ];
        if self.random.is_some() {
            readouts.push(readout(
                "loss-random",
                "loss with other objects at random",
                random,
                "it has no value",
            ));
        }
        readouts.push(count("steps", "training steps", self.run.moments().len().saturating_sub(1)));
        readouts
    }

    fn batch(&self) -> Option<Inputs<f64>> {
        self.run.reading().inputs(&self.run.now()?.points).ok()
    }

    fn sentence(&self) -> String {
        let [x, y] = self.places()[self.selected];
        let steps = self.run.moments().len().saturating_sub(1);
        format!(
            "{} descriptors in each of {} images{}: {}. {} matches are kept, {} triplets with {} are active. Selected is \
             {} at {:.0}°.",
            self.album.each,
            self.album.images,
            if steps > 0 { format!(" after {steps} steps") } else { String::new() },
            self.run.sentence(),
            self.kept().len(),
            self.active().len(),
            (2..self.album.images).map(image_name).collect::<Vec<_>>().join(" and "),
            self.album.name(self.selected),
            y.atan2(x).to_degrees(),
        )
    }

    fn place(&self, _: &str, handle: &str, to: (f64, f64)) -> State {
        let Some(i) = self.album.find(handle).filter(|_| to.0.is_finite() && to.1.is_finite()) else {
            return self.state.clone();
        };
        let mut places = self.places().to_vec();
        places[i] = Motion::Circle.hold([to.0, to.1]);
        self.at(&places).with(|state| state.selected = i)
    }

    fn select(&self, _: &str, handle: &str) -> State {
        self.state.with(|state| state.selected = self.album.find(handle).unwrap_or(state.selected))
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
