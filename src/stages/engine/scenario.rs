//! What a stage says about itself when the engine plays it: a world, how losses read it, what is seen and measured.

use std::rc::Rc;

use super::course::Wire;
use super::curves;
use super::played::{Shot, numbered};
use super::run::{Measure, Plan, Run, STILL};
use super::slopes::Slopes;
use crate::figures::{Figure, Handle};
use crate::optimizer::Optimizer;
use crate::spec::Spec;
use crate::stages::stage::{Quality, Settable, Tile};
use crate::stages::{Contender, State, titles};

/// A stage as data. Training, taking over earlier work, what is stale, rivals, the loss curve, sweeps and everything that
/// the page asks of a scene come from the engine.
pub trait Scenario: Copy + Sync + 'static {
    /// What is there before the first step: points, scores, samples with their labels.
    type World: 'static;

    /// What views and gauges share of one training, computed once a scene.
    type Seen: 'static;

    /// What can be set entry by entry; its world lays [`State::arrays`] over its own.
    const SETTABLE: Settable = Settable::Nothing;

    /// The figures, the main one first.
    const VIEWS: &'static [View<Self>];

    /// The numbers, the most important first.
    const GAUGES: &'static [Gauge<Self>];

    /// Whether a loss can be shown here, by role and rank of its inputs.
    fn fits(&self, loss: &'static Spec) -> bool;

    /// Whether a knob, or a parameter of the loss, does anything here under a loss that fits.
    fn uses(&self, _name: &str, _loss: &'static Spec) -> bool {
        true
    }

    /// The seeded toy data, with what a person has set laid over it.
    fn world(&self, state: &State) -> Self::World;

    /// What the world takes from the losses, as text; most worlds are the same under every loss.
    fn needs(&self, _contenders: &[Contender]) -> String {
        String::new()
    }

    /// How a loss reads the world.
    fn wire(&self, world: &Rc<Self::World>, contender: &Contender, state: &State) -> Box<dyn Wire>;

    /// How a gradient becomes a step; none if there is no such rule. Without a knob for it that is plain descent, and
    /// without one for its rate nothing moves.
    fn optimizer(&self, state: &State, _contender: &Contender) -> Option<Optimizer> {
        let knobs = &state.knobs;
        match () {
            () if knobs.has("optimizer") => Optimizer::chosen(knobs),
            () if knobs.has("lr") => Some(Optimizer { lr: knobs.get("lr"), ..STILL }),
            () => Some(STILL),
        }
    }

    /// What is trained: every loss by itself.
    fn plans(&self, state: &State) -> Vec<Plan> {
        let plan = |(contender, title): (&Contender, String)| Plan {
            title,
            contenders: vec![contender.clone()],
            optimizer: self.optimizer(state, contender),
            elsewhere: None,
        };
        state.contenders.iter().zip(titles(&state.contenders)).map(plan).collect()
    }

    /// Whether a training takes longer than a frame: then a worker does it, and there is no sweep.
    fn is_long(&self) -> bool {
        false
    }

    /// How many samples a sweep of the numbers has.
    fn sweep_samples(&self, quality: Quality) -> usize {
        match quality {
            // Every sample would be a training of some tenths of a second.
            _ if self.is_long() => 0,
            Quality::Coarse => 17,
            Quality::Fine => 61,
        }
    }

    /// What is recorded every few steps of a training.
    fn measure(&self, _world: &Rc<Self::World>) -> Option<Measure> {
        None
    }

    /// What views and gauges share of a training as it stands.
    fn seen(&self, shot: &Shot<Self>, run: &Run) -> Self::Seen;

    /// What a number is called of the training at a place, and the column that it stands in; nothing if it is told of
    /// other trainings only.
    fn column(&self, _shot: &Shot<Self>, id: &'static str, place: usize) -> Option<(&'static str, usize)> {
        Some((numbered(id, place), place))
    }

    /// One or two plain sentences that say what is seen, for people who cannot see it.
    fn sentence(&self, shot: &Shot<Self>) -> String;

    /// What can be moved on the [held](View::held) figures of the loss at a place, as a state counts the selected one.
    fn handles(&self, _shot: &Shot<Self>, _place: usize) -> Vec<Handle> {
        Vec::new()
    }

    /// The position of a handle among all of them, as a state has it selected.
    fn handle(&self, shot: &Shot<Self>, handle: &str) -> Option<usize> {
        self.handles(shot, 0).iter().position(|own| own.id == handle)
    }

    /// The state after a handle of a figure of the loss at `place` has been moved; nothing if it cannot be.
    fn moved(&self, _shot: &Shot<Self>, _place: usize, _handle: &str, _to: (f64, f64)) -> Option<State> {
        None
    }

    /// The state after an action besides `reset` and `draw`, which are the same on every stage; nothing if it cannot be
    /// done.
    fn act(&self, _shot: &Shot<Self>, _action: &str) -> Option<State> {
        None
    }
}

/// A figure of a scenario.
pub struct View<S: Scenario> {
    /// Its name for the program; the figure of a second loss has `-2` behind it.
    pub id: &'static str,
    /// What it shows, a few words.
    pub title: Title<S>,
    /// Width over height that suits it.
    pub aspect: f64,
    /// Whether it is one of those to look at first.
    pub main: bool,
    /// Whether it has the [handles](Scenario::handles) of the scenario.
    pub held: bool,
    /// How many there are: of each loss, or of whatever else.
    pub count: fn(&Shot<S>) -> usize,
    /// Whether there is such a figure just now.
    pub shown: fn(&Shot<S>) -> bool,
    /// The slow part.
    pub field: Option<Field<S>>,
    /// The loss over the plane of its map, for dead zones and differences; see [`View::sloped`].
    pub slopes: Option<Sloping<S>>,
    /// The drawing, of the loss at a place, over the slow part.
    pub draw: fn(&Shot<S>, usize, &[f64]) -> Figure,
}

/// A loss over a plane as long as a shot lives: first the place of the training whose plane it is, then that of the loss.
/// Nothing where the map is not one of the loss, or the loss has no value.
pub type Sloping<S> = for<'a> fn(&'a Shot<S>, usize, usize) -> Option<Slopes<'a>>;

/// The words over a figure.
pub enum Title<S: Scenario> {
    /// The same always.
    Text(&'static str),
    /// The loss.
    Loss,
    /// What there is just now.
    Of(fn(&Shot<S>, usize) -> String),
}

/// The slow part of a figure: the numbers of a map, of the loss at a place.
pub struct Field<S: Scenario> {
    /// All of them.
    pub values: fn(&Shot<S>, usize, Quality) -> Vec<f64>,
    /// Samples along a side, if it is worth computing tile by tile; see
    /// [`Scene::tiled`](crate::stages::Scene::tiled).
    pub tiled: fn(&Shot<S>, usize) -> Option<usize>,
    /// Those in a tile.
    pub tile: fn(&Shot<S>, usize, usize, &Tile) -> Vec<f64>,
    /// The state without whatever they do not depend on; without it all but looks counts.
    pub basis: Option<fn(&Shot<S>, usize) -> State>,
}

impl<S: Scenario> Field<S> {
    /// One that is computed in one go.
    pub const fn whole(values: fn(&Shot<S>, usize, Quality) -> Vec<f64>) -> Self {
        Self { values, tiled: |_, _| None, tile: |_, _, _, _| Vec::new(), basis: None }
    }

    /// The same, that does not depend on whatever is not in these states.
    pub const fn based(self, basis: fn(&Shot<S>, usize) -> State) -> Self {
        Self { basis: Some(basis), ..self }
    }
}

impl<S: Scenario> View<S> {
    /// A figure beside the main one, one for all losses.
    pub const fn new(
        id: &'static str,
        title: &'static str,
        draw: fn(&Shot<S>, usize, &[f64]) -> Figure,
    ) -> Self {
        let title = Title::Text(title);
        let (count, shown) = (|_: &_| 1, |_: &_| true);
        let (main, held, field, slopes) = (false, false, None, None);
        Self { id, title, aspect: 1.6, main, held, count, shown, field, slopes, draw }
    }

    /// The loss over the training.
    pub const LOSS_CURVE: Self = Self::new("loss-curve", curves::LOSS, |shot, _, _| curves::loss_curve(shot));

    /// What the losses find on their way, each thing over the training.
    pub const PARTS: Self = Self {
        count: |shot| curves::parts(shot).len(),
        ..Self::new("part", "", |shot, place, _| curves::part(shot, curves::parts(shot)[place]))
            .titled(|shot, place| format!("The {} over the training", curves::parts(shot)[place]))
    };

    /// The same, with another shape.
    pub const fn aspect(self, aspect: f64) -> Self {
        Self { aspect, ..self }
    }

    /// The same, as one to look at first.
    pub const fn main(self) -> Self {
        Self { main: true, ..self }
    }

    /// The same, with the [handles](Scenario::handles) of the scenario.
    pub const fn held(self) -> Self {
        Self { held: true, ..self }
    }

    /// The same, one for each loss, with the loss as its title.
    pub const fn each(self) -> Self {
        Self { count: |shot| shot.runs.all.len(), title: Title::Loss, ..self }
    }

    /// The same, as many times as there is something of its kind.
    pub const fn many(self, count: fn(&Shot<S>) -> usize) -> Self {
        Self { count, ..self }
    }

    /// The same, where it is worth showing.
    pub const fn shown(self, shown: fn(&Shot<S>) -> bool) -> Self {
        Self { shown, ..self }
    }

    /// The same, over a slow part.
    pub const fn over(self, field: Field<S>) -> Self {
        Self { field: Some(field), ..self }
    }

    /// The same, over a map of the loss whose slopes are known: where they are 0 it is hatched, and two losses are compared.
    pub const fn sloped(self, slopes: Sloping<S>) -> Self {
        Self { slopes: Some(slopes), ..self }
    }

    /// The same, with a title that changes.
    pub const fn titled(self, title: fn(&Shot<S>, usize) -> String) -> Self {
        Self { title: Title::Of(title), ..self }
    }
}

/// A live number of a scenario.
pub struct Gauge<S: Scenario> {
    /// Its name for the program; that of a second loss has `-2` behind it.
    pub id: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// Its unit, empty for none.
    pub unit: &'static str,
    /// Why there is no number, where there is none.
    pub missing: &'static str,
    /// What the number of the main loss means just now, if there is something to say.
    pub remark: fn(&Shot<S>, f64) -> &'static str,
    /// Whether each loss has one; else it is the main one's, or about none.
    pub each: bool,
    /// Whether there is such a number just now.
    pub shown: fn(&Shot<S>) -> bool,
    /// The number.
    pub of: Number<S>,
}

/// Where a gauge gets its number from.
pub enum Number<S: Scenario> {
    /// The loss now.
    Loss,
    /// Steps taken.
    Steps,
    /// A part of what is seen, of the loss at a place; NaN for none.
    Seen(fn(&S::Seen) -> f64),
    /// Whatever else, of the loss at a place.
    Of(fn(&Shot<S>, usize) -> Option<f64>),
}

impl<S: Scenario> Gauge<S> {
    /// The loss, of each.
    pub const LOSS: Self = Self { each: true, of: Number::Loss, ..Self::plain("loss", "loss") };

    /// Steps taken.
    pub const STEPS: Self = Self { of: Number::Steps, ..Self::plain("steps", "training steps") };

    const fn plain(id: &'static str, name: &'static str) -> Self {
        let (unit, missing) = ("", "");
        Self { id, name, unit, missing, remark: |_, _| "", each: false, shown: |_| true, of: Number::Steps }
    }

    /// The length of the gradient by what is trained, of each.
    pub const GRADIENT: Self = Self {
        each: true,
        missing: "the loss has no value",
        of: Number::Of(|shot, place| {
            let course = shot.run(place).course()?;
            Some(course.slopes.iter().fold(0.0f64, |length, slope| length.hypot(*slope)))
        }),
        ..Self::plain("gradient-norm", "gradient norm")
    };

    /// A number of the main loss, or of none.
    pub const fn new(id: &'static str, name: &'static str, of: fn(&Shot<S>, usize) -> Option<f64>) -> Self {
        Self { of: Number::Of(of), ..Self::plain(id, name) }
    }

    /// A number of what is seen of each loss; NaN for none.
    pub const fn seen(id: &'static str, name: &'static str, of: fn(&S::Seen) -> f64) -> Self {
        Self { of: Number::Seen(of), each: true, ..Self::plain(id, name) }
    }

    /// The same, for each loss.
    pub const fn each(self) -> Self {
        Self { each: true, ..self }
    }

    /// The same, of the main loss alone.
    pub const fn of_main(self) -> Self {
        Self { each: false, ..self }
    }

    /// The same, with a unit.
    pub const fn unit(self, unit: &'static str) -> Self {
        Self { unit, ..self }
    }

    /// The same, with the reason why there may be no number.
    pub const fn missing(self, missing: &'static str) -> Self {
        Self { missing, ..self }
    }

    /// The same, where there is something to measure.
    pub const fn shown(self, shown: fn(&Shot<S>) -> bool) -> Self {
        Self { shown, ..self }
    }
    /// The same, with a remark on some values.
    pub const fn remark(self, remark: fn(&Shot<S>, f64) -> &'static str) -> Self {
        Self { remark, ..self }
    }
}
