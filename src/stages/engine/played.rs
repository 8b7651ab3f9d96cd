//! The one scene that plays every scenario.

use std::any::Any;
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::dead_zone;
use super::run::{Run, Runs, more, without_looks, without_training};
use super::scenario::{Field, Gauge, Number, Scenario, Title, View};
use crate::figures::{Figure, quantity};
use crate::input::Inputs;
use crate::spec::Spec;
use crate::stages::stage::{
    Computed, FigureInfo, Quality, Readout, Scene, Settable, Stage, StageSpec, Tile, readout,
};
use crate::stages::{Contender, Point, State};

/// A scenario as a stage.
#[derive(Clone, Copy, Debug)]
pub struct Played<S> {
    spec: &'static StageSpec,
    scenario: S,
}

impl<S: Scenario> Played<S> {
    /// A scenario with name, knobs and actions.
    pub const fn new(spec: &'static StageSpec, scenario: S) -> Self {
        Self { spec, scenario }
    }
}

impl<S: Scenario> Stage for Played<S> {
    fn spec(&self) -> &'static StageSpec {
        self.spec
    }

    fn fits(&self, loss: &'static Spec) -> bool {
        self.scenario.fits(loss)
    }

    fn uses(&self, name: &str, loss: &'static Spec) -> bool {
        self.scenario.uses(name, loss)
    }

    fn settable(&self) -> Settable {
        S::SETTABLE
    }

    fn open(&self, state: &State, previous: Option<Box<dyn Scene>>) -> Box<dyn Scene> {
        Box::new(Shot::new(self.scenario, state, previous))
    }
}

/// What is on screen for one state of a scenario.
pub struct Shot<S: Scenario> {
    /// The scenario.
    pub scenario: S,
    /// What is turned and set.
    pub state: State,
    /// What is there before the first step.
    pub world: Rc<S::World>,
    /// Whatever the world follows from, as text.
    origin: String,
    /// What the world takes from the losses, as text.
    needs: String,
    /// The trainings.
    pub runs: Runs,
    /// What is seen of trainings at their end, and of those that are on their way.
    seen: [Vec<OnceCell<S::Seen>>; 2],
    measured: OnceCell<Vec<Readout>>,
}

impl<S: Scenario> Shot<S> {
    fn new(scenario: S, state: &State, previous: Option<Box<dyn Scene>>) -> Self {
        let previous = previous.and_then(|scene| scene.into_any().downcast::<Self>().ok());
        let needs = scenario.needs(&state.contenders);
        // Several stages may be scenarios of one type.
        let previous = previous.filter(|scene| scene.state.stage.spec().id == state.stage.spec().id);
        let previous = previous.filter(|scene| scene.needs == needs);
        let origin = origin(state);
        let (kept, known) = match previous {
            Some(previous) => {
                let Self { world, runs, origin: old, .. } = *previous;
                ((old == origin).then_some(world), runs.all)
            }
            None => (None, Vec::new()),
        };
        let world = kept.unwrap_or_else(|| Rc::new(scenario.world(state)));
        let wire = |contender: &Contender, elsewhere: Option<&State>| match elsewhere {
            Some(state) => scenario.wire(&Rc::new(scenario.world(state)), contender, state),
            None => scenario.wire(&world, contender, state),
        };
        let (plans, measure) = (scenario.plans(state), scenario.measure(&world));
        let runs = Runs::new(state, plans, S::IS_LONG, known, &wire, measure);
        let seen = [(); 2].map(|()| runs.all.iter().map(|_| OnceCell::new()).collect());
        Self { scenario, state: state.clone(), world, origin, needs, runs, seen, measured: OnceCell::new() }
    }

    /// A scene as what it is, if it is of such a scenario.
    pub fn of(scene: &dyn Scene) -> Option<&Self> {
        (scene as &dyn Any).downcast_ref()
    }

    /// What the scenario sees of the training at a place, once that has come to where it should; nothing where there is
    /// none.
    pub fn at_end(&self, place: usize) -> Option<&S::Seen> {
        let run = self.run(place);
        (run.is_done() && run.course().is_some()).then(|| self.seen(place))
    }

    /// What the scenario sees of the training at a place as it stands.
    pub fn seen(&self, place: usize) -> &S::Seen {
        let seen = &self.seen[usize::from(!self.run(place).is_done())];
        seen[place].get_or_init(|| self.scenario.seen(self, &self.runs.all[place]))
    }

    /// The training at a place.
    pub fn run(&self, place: usize) -> &Run {
        &self.runs.all[place]
    }

    /// Steps after which the training stops.
    pub fn budget(&self) -> f64 {
        self.state.knobs.get("budget")
    }

    /// Steps that the main training has taken.
    pub fn steps(&self) -> usize {
        self.run(0).course().map_or(0, |course| course.steps())
    }

    /// What some gauges say, of each loss: what they are called with the numbers, or why there are none.
    pub fn said(&self, gauges: &[&'static str], name: fn(&Readout) -> String) -> String {
        let ids = |id: &'static str| (0..self.runs.all.len()).map(move |place| numbered(id, place));
        let ids: Vec<&str> = gauges.iter().copied().flat_map(ids).collect();
        let said = self.readouts_so_far().into_iter().filter(|readout| ids.contains(&readout.id));
        let words = said.map(|readout| match (name(&readout), readout.value) {
            (name, value) if value.is_nan() => format!("{name}: {}", readout.note),
            (name, value) => format!("{name} {}{}", quantity(value), readout.unit),
        });
        words.collect::<Vec<_>>().join("; ")
    }

    /// What is said of each loss, with more about those that have a value.
    pub fn in_words(&self, more: impl Fn(usize) -> String) -> String {
        let said = self.runs.all.iter().enumerate().map(|(place, run)| match run.course() {
            Some(_) if run.trouble().is_none() => run.sentence() + &more(place),
            _ => run.sentence(),
        });
        said.collect::<Vec<_>>().join("; ")
    }

    /// How far the training is, for a sentence; nothing before the first step.
    pub fn after_steps(&self) -> String {
        if self.steps() > 0 { format!(" after {} steps", self.steps()) } else { String::new() }
    }

    /// The state with points placed and one of them selected, before the first step.
    pub fn with_points(&self, points: &[Point], selected: usize) -> State {
        self.state.with(|state| {
            state.set_points(points);
            (state.steps, state.selected) = (0, selected);
        })
    }

    /// The state without whatever the loss at a place does not depend on, if that is all knobs but these.
    pub fn only(&self, place: usize, knobs: &[&str]) -> State {
        self.state.with(|state| {
            state.contenders = self.run(place).terms().iter().map(|term| term.contender.clone()).collect();
            (state.exhibit, state.sweep, state.readout) = (None, None, None);
            (state.steps, state.seed) = (0, 1);
            state.arrays.clear();
            state.hide.clear();
            state.lock.clear();
            let others = self.state.knobs.specs().iter().filter(|knob| !knobs.contains(&knob.name));
            others.for_each(|knob| state.knobs.unset(knob.name));
        })
    }

    /// The state without whatever changes nothing about the loss at a place wherever that array is: the other losses,
    /// the training, the looks.
    pub fn without(&self, place: usize, array: &str) -> State {
        let contender = self.run(place).contender();
        without_training(&self.state).with(|state| {
            state.contenders = vec![contender.clone()];
            state.arrays.retain(|name, _| name != array && contender.loss.spec().input(name).is_some());
        })
    }

    /// The views that are shown, each with the loss that it is of.
    fn shown(&self) -> impl Iterator<Item = (&'static View<S>, usize)> + '_ {
        let views = S::VIEWS.iter().filter(|view| (view.shown)(self));
        views.flat_map(|view| (0..(view.count)(self)).map(move |place| (view, place)))
    }

    fn find(&self, figure: &str) -> Option<(&'static View<S>, usize)> {
        self.shown().find(|(view, place)| numbered(view.id, *place) == figure)
    }

    fn field(&self, figure: &str) -> Option<(&'static Field<S>, usize)> {
        self.find(figure).and_then(|(view, place)| Some((view.field.as_ref()?, place)))
    }

    /// What is over a view of what is at a place.
    pub fn title(&self, view: &View<S>, place: usize) -> String {
        match view.title {
            Title::Text(text) => text.to_owned(),
            Title::Loss => self.run(place).title.clone(),
            Title::Of(title) => title(self, place),
        }
    }

    fn numbers(&self) -> Vec<Readout> {
        let gauges = S::GAUGES.iter().filter(|gauge| (gauge.shown)(self));
        let each = |gauge: &'static Gauge<S>| {
            if !gauge.each {
                return vec![self.number(gauge, gauge.id, 0)];
            }
            let places = 0..self.runs.all.len();
            let told = |place| Some((place, self.scenario.column(self, gauge.id, place)?));
            let told: Vec<_> = places.filter_map(told).collect();
            let number = |&(place, (id, column)): &(usize, (&'static str, usize))| {
                // What is told of a second one alone says of which.
                let all = told.len().max(column + 1);
                self.number(gauge, id, place).of(column, all, &self.run(place).title)
            };
            told.iter().map(number).collect()
        };
        gauges.flat_map(each).collect()
    }

    fn number(&self, gauge: &Gauge<S>, id: &'static str, place: usize) -> Readout {
        let run = self.run(place);
        let is_done = run.is_done();
        let value = match gauge.of {
            Number::Steps => Some(self.steps() as f64),
            _ if !is_done => None,
            Number::Loss => run.course().map(|course| course.loss()),
            Number::Seen(of) => self.at_end(place).map(of),
            Number::Of(of) => of(self, place),
        };
        let mut number = readout(id, gauge.name, value, gauge.missing);
        number.unit = gauge.unit;
        if !is_done && value.is_none() {
            number.note = format!("being trained for {} steps", run.wanted());
        } else if let Some(trouble) =
            run.trouble().filter(|_| matches!(gauge.of, Number::Loss) || number.value.is_nan())
        {
            number.note = trouble;
        } else if number.note.is_empty() && place == 0 {
            number.note = (gauge.remark)(self, number.value).into();
        }
        number
    }
}

/// Whatever the world of a state follows from, as text: not the losses, nor knobs of the training or of looks.
fn origin(state: &State) -> String {
    let mut state = without_training(state);
    state.contenders.truncate(1);
    let bare = State::new(state.contenders[0].loss, state.stage);
    state.contenders.clone_from(&bare.contenders);
    state.write(&bare)
}

/// The name of what is told of the loss at a place: `loss`, `loss-2`, … Names live as long as the program; there are no
/// more of them than kinds of figures and numbers, times the losses shown together.
pub fn numbered(id: &'static str, place: usize) -> &'static str {
    thread_local! {
        static NAMES: RefCell<BTreeMap<(&'static str, usize), &'static str>> = RefCell::default();
    }
    if place == 0 {
        return id;
    }
    let name = || &*format!("{id}-{}", place + 1).leak();
    NAMES.with_borrow_mut(|names| *names.entry((id, place)).or_insert_with(name))
}

impl<S: Scenario> Scene for Shot<S> {
    fn state(&self) -> &State {
        &self.state
    }

    fn figures(&self) -> Vec<FigureInfo> {
        let waits = !self.runs.are_done();
        let info = |(view, place): (&View<S>, usize)| FigureInfo {
            id: numbered(view.id, place),
            title: self.title(view, place),
            refines: waits || view.field.is_some(),
            aspect: view.aspect,
            main: view.main,
        };
        self.shown().map(info).collect()
    }

    fn compute(&self, figure: &str, quality: Quality) -> Computed {
        let is_long = self.runs.are_long;
        if is_long && quality == Quality::Fine {
            self.runs.finish();
        }
        let values = match self.field(figure) {
            Some((field, place)) if self.runs.are_done() => (field.values)(self, place, quality),
            _ => Vec::new(),
        };
        match quality {
            _ if !is_long => values,
            Quality::Fine => self.runs.numbers(values),
            Quality::Coarse if values.is_empty() => values,
            // No trainings are told, those of the scene are at their end.
            Quality::Coarse => [vec![0.0], values].concat(),
        }
    }

    fn tiled(&self, figure: &str) -> Option<usize> {
        let (field, place) = self.field(figure).filter(|_| !self.runs.are_long)?;
        (field.tiled)(self, place)
    }

    fn tile(&self, figure: &str, side: usize, tile: &Tile) -> Computed {
        self.field(figure).map_or(Vec::new(), |(field, place)| (field.tile)(self, place, side, tile))
    }

    fn nanoseconds(&self) -> f64 {
        self.runs.all.iter().map(|run| run.step_cost() * (run.wanted() + 1) as f64).sum()
    }

    fn train(&self) -> bool {
        self.runs.go_on()
    }

    fn supply(&self, _: &str, computed: &[f64]) -> bool {
        let waited = self.runs.are_long && !self.runs.are_done();
        if waited {
            self.runs.supply(computed);
        }
        waited
    }

    fn basis(&self, figure: &str) -> State {
        if let Some((Field { basis: Some(basis), .. }, place)) = self.field(figure) {
            return basis(self, place);
        }
        without_looks(&self.state).with(|state| {
            if state.is_own("steps") {
                state.steps = self.run(0).wanted();
            }
        })
    }

    fn figure(&self, figure: &str, computed: &[f64]) -> Figure {
        let found = self.find(figure).or_else(|| self.shown().next());
        let (view, place) = found.expect("a scenario has a figure that is always shown");
        let values = if self.runs.are_long { more(computed) } else { computed };
        let mut figure = (view.draw)(self, place, values);
        if let Some(slopes) = view.slopes {
            figure = dead_zone::hatched(figure, values, || slopes(self, place, place));
        }
        if figure.title.is_empty() {
            figure.title = self.title(view, place);
        }
        figure.compared = (view.count)(self) > 1;
        if view.held {
            figure.handles = self.scenario.handles(self, place);
        }
        figure
    }

    fn readouts(&self) -> Vec<Readout> {
        self.runs.finish();
        self.readouts_so_far()
    }

    fn readouts_so_far(&self) -> Vec<Readout> {
        if self.runs.are_done() {
            self.measured.get_or_init(|| self.numbers()).clone()
        } else {
            self.numbers()
        }
    }

    fn batch(&self) -> Option<Inputs<f64>> {
        self.run(0).batch()
    }

    fn sentence(&self) -> String {
        self.scenario.sentence(self)
    }

    fn place(&self, figure: &str, handle: &str, to: (f64, f64)) -> State {
        let place = self.find(figure).map_or(0, |(_, place)| place);
        let moved = Some(to).filter(|(x, y)| x.is_finite() && y.is_finite());
        let moved = moved.and_then(|to| self.scenario.moved(self, place, handle, to));
        moved.unwrap_or_else(|| self.state.clone())
    }

    fn select(&self, _: &str, handle: &str) -> State {
        let selected = self.scenario.handle(self, handle);
        self.state.with(|state| state.selected = selected.unwrap_or(state.selected))
    }

    fn sweep_samples(&self, quality: Quality) -> usize {
        self.scenario.sweep_samples(quality)
    }

    fn last_step(&self) -> usize {
        let has_budget = self.state.knobs.has("budget");
        if has_budget { self.state.knobs.whole("budget").max(self.run(0).wanted()) } else { usize::MAX }
    }

    fn act(&self, action: &str) -> State {
        let own = self.scenario.act(self, action);
        own.unwrap_or_else(|| {
            self.state.with(|state| match action {
                "reset" => {
                    state.arrays.clear();
                    (state.steps, state.selected) = (0, 0);
                }
                "draw" => state.draw_again(),
                _ => {}
            })
        })
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
