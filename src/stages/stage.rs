//! What a stage is, and what it shows.

use std::any::Any;
use std::fmt::Debug;
use std::ops::Range;

use serde::Serialize;

use super::state::State;
use crate::figures::Figure;
use crate::input::Inputs;
use crate::spec::{Param, Spec};

/// What a stage says about itself.
#[derive(Debug, Serialize)]
pub struct StageSpec {
    /// Public name in kebab-case.
    pub id: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// One sentence: what is seen and what can be moved; [left out](crate::spec::said) where it is not at hand.
    pub about: &'static str,
    /// What can be turned on it. No name is also a parameter of a loss that fits: both are keys of one link.
    pub knobs: &'static [Param],
    /// The most losses that can be shown together.
    pub contenders: usize,
    /// Whether there is something to train: then `steps` of the state counts the steps taken.
    pub trains: bool,
    /// What can be done besides turning knobs and moving handles.
    pub actions: &'static [Action],
}

/// Something a person can do at the push of a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Action {
    /// Its name for the program.
    pub id: &'static str,
    /// What is written on the button.
    pub title: &'static str,
    /// Whether it is done to the selected handle.
    pub on_selected: bool,
}

impl Action {
    /// Other toy data by another seed, of every stage that has some.
    pub const DRAW: Self = Self { id: "draw", title: "Draw again", on_selected: false };
}

/// What a person can set entry by entry in place of toy data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settable {
    /// Nothing: there are knobs for whatever can be moved.
    Nothing,
    /// The [points](State::points) of the stage.
    Points,
    /// Any input of a loss, by its name.
    Inputs,
}

/// An interactive scene for every loss whose inputs fit.
pub trait Stage: Sync {
    /// What it says about itself.
    fn spec(&self) -> &'static StageSpec;

    /// Whether the loss can be shown here.
    fn fits(&self, loss: &'static Spec) -> bool;

    /// Whether a knob, a parameter of the loss, or `seed` does anything on this stage under a loss that fits.
    fn uses(&self, name: &str, loss: &'static Spec) -> bool;

    /// What can be set entry by entry, by hand or in a link.
    fn settable(&self) -> Settable;

    /// The scene of a state. `previous` is the scene that was shown before, of this or another stage: work that
    /// holds for both, such as the first steps of a longer training, may be taken from it.
    fn open(&self, state: &State, previous: Option<Box<dyn Scene>>) -> Box<dyn Scene>;
}

impl Debug for dyn Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Stage({})", self.spec().id)
    }
}

/// How finely a figure is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Quality {
    /// Within a frame, on the main thread, while something moves.
    Coarse,
    /// As fine as the eye can see, in a worker or on the command line.
    Fine,
}

impl Quality {
    /// What goes with it, of what goes with each.
    pub(super) fn choose<T>(self, coarse: T, fine: T) -> T {
        match self {
            Self::Coarse => coarse,
            Self::Fine => fine,
        }
    }
}

/// The slow part of a figure as plain numbers, laid out as its scene likes.
pub type Computed = Vec<f64>;

/// A rectangle of the samples of a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// From which to before which sample of a row.
    pub columns: Range<usize>,
    /// From which to before which row.
    pub rows: Range<usize>,
}

impl Tile {
    /// All samples of a map with so many along a side.
    #[must_use]
    pub fn whole(side: usize) -> Self {
        Self { columns: 0..side, rows: 0..side }
    }

    /// Column and row of each sample, row by row.
    #[must_use]
    pub fn samples(&self) -> Vec<(usize, usize)> {
        let row = |row: usize| self.columns.clone().map(move |column| (column, row));
        self.rows.clone().flat_map(row).collect()
    }
}

/// One figure of a scene.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FigureInfo {
    /// Its name for the program.
    pub id: &'static str,
    /// What it shows, a few words.
    pub title: String,
    /// Whether [`Scene::compute`] has something to do: then it is drawn coarsely first and refined by a worker.
    pub refines: bool,
    /// Width over height that suits it.
    pub aspect: f64,
    /// Whether it is the one to look at first; the others are drawn smaller.
    pub main: bool,
}

/// A live number with a name and a unit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Readout {
    /// Its name for the program, in kebab-case; unique in its scene.
    pub id: &'static str,
    /// Its name for people; alike for all the losses or optimisers that it is told of.
    pub name: String,
    /// Of several, the one that it is told of; none if there is only one, or if it is about none of them.
    pub of: Option<Of>,
    /// The number; not finite only with a reason in `note`.
    pub value: f64,
    /// Its unit, empty for none.
    pub unit: &'static str,
    /// Why it is not finite, or what it means just now; may be empty.
    pub note: String,
}

/// One of several losses or optimisers that are shown together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Of {
    /// Its place among them, which is also that of its colour.
    pub place: usize,
    /// What tells it from the others.
    pub title: String,
}

impl Readout {
    /// The same, told of one of `all` that are shown together.
    #[must_use]
    pub(crate) fn of(mut self, place: usize, all: usize, title: &str) -> Self {
        self.of = Of::several(place, all, title);
        self
    }

    /// Its name and what it is told of.
    #[must_use]
    pub fn full_name(&self) -> String {
        match &self.of {
            Some(of) => format!("{}, {}", self.name, of.title),
            None => self.name.clone(),
        }
    }
}

impl Of {
    /// The one at `place`, unless it is the only one.
    pub(crate) fn several(place: usize, all: usize, title: &str) -> Option<Self> {
        (all > 1).then(|| Self { place, title: title.to_owned() })
    }
}

/// A number, or why there is none.
pub(super) fn readout(
    id: &'static str,
    name: impl Into<String>,
    value: Option<f64>,
    missing: &str,
) -> Readout {
    let value = value.unwrap_or(f64::NAN);
    let note = match value {
        v if v.is_finite() => "",
        v if v.is_nan() && !missing.is_empty() => missing,
        _ => "beyond what a number can hold",
    };
    Readout { id, name: name.into(), of: None, value, unit: "", note: note.into() }
}

/// What is on screen for one state.
pub trait Scene: Any {
    /// What is turned and set.
    fn state(&self) -> &State;

    /// The figures, the main ones first. Figure 0 is what `render` draws when nobody says which.
    fn figures(&self) -> Vec<FigureInfo>;

    /// The slow part of a figure; a pure function of the state, so that a worker can do it.
    fn compute(&self, figure: &str, quality: Quality) -> Computed;

    /// Samples along a side of the map that is the slow part of a figure at full quality, if it is worth computing tile
    /// by tile: not where all of it takes a few hundredths of a second, for drawing it twice takes as long.
    fn tiled(&self, figure: &str) -> Option<usize>;

    /// The samples in a tile of such a map with so many along a side, row by row.
    fn tile(&self, figure: &str, side: usize, tile: &Tile) -> Computed;

    /// Takes some steps of a training that the slow parts of the figures wait for; answers whether there are more. So
    /// a worker hears in between that they are no longer wanted.
    fn train(&self) -> bool;

    /// About how many nanoseconds it takes to open such a scene for its numbers.
    fn nanoseconds(&self) -> f64 {
        0.0
    }

    /// The state without whatever the slow part of a figure does not depend on; two states with one such basis
    /// share what is computed.
    fn basis(&self, figure: &str) -> State;

    /// A figure as data. `computed` is what [`compute`](Self::compute) gave for the same state at any quality.
    fn figure(&self, figure: &str, computed: &[f64]) -> Figure;

    /// Takes over the fine slow part of a figure that was computed elsewhere, for this very state.
    /// Answers whether that changes the [readouts so far](Self::readouts_so_far).
    fn supply(&self, figure: &str, computed: &[f64]) -> bool;

    /// The live numbers, the most important first.
    fn readouts(&self) -> Vec<Readout>;

    /// The same as far as they are known at once; one that needs a long training is NaN, and its note says so until
    /// a worker has [supplied](Self::supply) the training.
    fn readouts_so_far(&self) -> Vec<Readout>;

    /// What the main loss reads just now, the batch whose loss is shown; `None` if there is no one such batch.
    fn batch(&self) -> Option<Inputs<f64>>;

    /// One or two plain sentences that say what is seen, for people who cannot see it.
    fn sentence(&self) -> String;

    /// The state after a handle of a figure has been moved to a place, as far as the handle may go.
    fn place(&self, figure: &str, handle: &str, to: (f64, f64)) -> State;

    /// The state after a handle has been selected.
    fn select(&self, figure: &str, handle: &str) -> State;

    /// How many samples a sweep of the readouts has: fewer, or none, where every one is a long training.
    fn sweep_samples(&self, quality: Quality) -> usize;

    /// The training step after which nothing changes any more.
    fn last_step(&self) -> usize;

    /// The state after an action of the stage.
    fn act(&self, action: &str) -> State;

    /// The scene as itself, for [`Stage::open`] to take work from.
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}
