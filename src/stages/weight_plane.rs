//! Models with two weights: the loss as a landscape, and the ways that optimisers take through it.

mod racers;
mod subject;
mod views;

use std::rc::Rc;

use self::racers::{RACERS, Walk, all, length, racing};
use self::subject::{Place, Subject};
use super::engine::slopes::Sloped;
use super::engine::{
    Field, Gauge, Plan, Played, Run, STILL, Scenario, Shot, Slopes, View, Wire, knobs, without_training,
};
use super::stage::{Action, Computed, Quality, Settable, StageSpec, Tile};
use super::state::{Contender, Point, State};
use super::titles::titles;
use crate::figures::{fixed, quantity};
use crate::optimizer::METHODS;
use crate::spec::{Affects, DefaultWhen, Domain, Param, Region, Role, Spec, join, said};

/// A landscape over two weights, with up to four optimisers that start from one point.
#[derive(Clone, Copy, Debug)]
pub struct WeightPlane;

/// The stage.
pub const WEIGHT_PLANE: Played<WeightPlane> = Played::new(SPEC, WeightPlane);

/// What each racer may be.
const RULES: [&str; 10] = join(&[&METHODS, &["none"]]);

/// Position of `none` in [`RULES`].
const NONE: f64 = (RULES.len() - 1) as f64;

const fn rule(name: &'static str, default: f64, about: &'static str) -> Param {
    Param { default, ..Param::names(name, &RULES, about) }.affects(Affects::Training)
}

const fn rate(name: &'static str, default_when: &'static [DefaultWhen]) -> Param {
    Param::log(name, r"\eta", 1e-3, (1e-4, 1.0), "its learning rate")
        .default_when(default_when)
        .only_when(default_when[0].param, &METHODS)
        .affects(Affects::Training)
}

/// Defaults that let a landscape of a few units be crossed in some hundred steps.
const fn rates(param: &'static str) -> [DefaultWhen; 5] {
    [
        DefaultWhen { param, option: "rmsprop", default: 0.02 },
        DefaultWhen { param, option: "adam", default: 0.05 },
        DefaultWhen { param, option: "adamw", default: 0.05 },
        DefaultWhen { param, option: "lion", default: 0.02 },
        DefaultWhen { param, option: "newton", default: 1.0 },
    ]
}

const SPEC: &StageSpec = &StageSpec {
    id: "weight-plane",
    title: "Weight plane",
    about: said(
        "The loss of a model with two weights as a landscape, and up to four optimisers that start from one point. \
            Drag the start.",
    ),
    knobs: &[
        rule("first", 0.0, "the first update rule"),
        rate("first_lr", &rates("first")),
        rule("second", 1.0, "the second update rule"),
        rate("second_lr", &rates("second")),
        rule("third", 4.0, "the third update rule"),
        rate("third_lr", &rates("third")),
        rule("fourth", NONE, "the fourth update rule"),
        rate("fourth_lr", &rates("fourth")),
        knobs::budget(200.0, 2000.0),
        Param::names("data", &["line", "features"], "targets along a line, or of two features"),
        Param::integer("count", "N", 24.0, (2.0, 200.0), "number of samples").bounded(),
        Param::linear("noise", "", 0.3, (0.0, 2.0), "standard deviation of the targets"),
        Param::linear("correlation", "", 0.0, (-0.99, 0.99), "correlation of the two features")
            .within(Domain::Within(-1.0, 1.0))
            .only_when("data", &["features"]),
        Param::linear("separation", "", 2.0, (0.0, 6.0), "how far apart the two classes lie"),
        Param::linear("bias", "b", 0.0, (-3.0, 3.0), "what is added to every score"),
        knobs::DIFFERENCE,
        knobs::VIEW,
        knobs::YAW,
        knobs::PITCH,
    ],
    contenders: 2,
    trains: true,
    actions: &[Action::DRAW, Action { id: "reset", title: "Reset the start", on_selected: false }],
};

/// The landscapes, and where every racer starts.
pub struct World {
    subjects: Vec<Subject>,
    start: Place,
}

impl World {
    /// The way that the main loss goes by itself is what it is about.
    fn is_path(&self) -> bool {
        self.subjects[0].journey.is_some()
    }
}

impl Scenario for WeightPlane {
    type World = World;
    type Seen = ();

    fn fits(&self, loss: &'static Spec) -> bool {
        subject::fits(loss)
    }

    fn uses(&self, knob: &str, loss: &'static Spec) -> bool {
        let reads = |role| loss.of_role(role).next().is_some();
        match knob {
            "seed" => reads(Role::Features),
            "data" | "noise" | "correlation" => reads(Role::Target),
            "separation" => reads(Role::Class),
            "count" => reads(Role::Features),
            "bias" => loss.inputs.iter().any(subject::is_bias),
            // A loss that goes a way of its own is the first racer itself.
            "first" | "first_lr" => !subject::is_path(loss),
            _ => true,
        }
    }

    fn world(&self, state: &State) -> World {
        let start = start(state);
        World { subjects: state.contenders.iter().map(|c| Subject::new(c, state, start)).collect(), start }
    }

    fn needs(&self, contenders: &[Contender]) -> String {
        let need = |contender: &Contender| {
            let params = contender.params.iter().map(|(param, value)| format!("&{}={value}", param.name));
            contender.loss.spec().id.to_owned() + &params.collect::<String>()
        };
        contenders.iter().map(need).collect::<Vec<_>>().join(" ")
    }

    fn wire(&self, world: &Rc<World>, contender: &Contender, state: &State) -> Box<dyn Wire> {
        let racer = all(contender, state).pop().expect("somebody stands at the start");
        Box::new(Walk { world: Rc::clone(world), method: racer.method })
    }

    /// Every racer alone on its landscape.
    fn plans(&self, state: &State) -> Vec<Plan> {
        let start = start(state);
        let plan = |contender: &Contender, racer: racers::Racer| {
            let alone = state.with(|state| {
                state.contenders = vec![contender.clone()];
                state.set_points(&points(start, probe(state)));
                let others = RACERS.iter().enumerate().filter(|(slot, _)| Some(*slot) != racer.slot);
                for (_, (rule, rate)) in others {
                    // Every racer may be none.
                    let _ = state.knobs.set(rule, NONE);
                    state.knobs.unset(rate);
                }
            });
            let (title, contenders) = (racer.name, vec![contender.clone()]);
            // The wire steps by itself.
            Plan { title, contenders, optimizer: Some(STILL), elsewhere: Some(alone) }
        };
        let plans = |contender| all(contender, state).into_iter().map(move |racer| plan(contender, racer));
        state.contenders.iter().flat_map(plans).collect()
    }

    fn seen(&self, _: &Shot<Self>, _: &Run) {}

    const SETTABLE: Settable = Settable::Points;

    const VIEWS: &'static [View<Self>] = &[
        View::new("plane", "", views::plane)
            .aspect(1.0)
            .main()
            .many(|shot| shot.world.subjects.len())
            .titled(|shot, place| titles(&shot.state.contenders).swap_remove(place))
            .over(Field {
                values: |shot, place, quality| heights(shot, place, side(shot, place, quality), None),
                tiled: |shot, place| Some(side(shot, place, Quality::Fine)),
                tile: |shot, place, side, tile| heights(shot, place, side, Some(tile)),
                basis: Some(|shot, place| basis(shot, place, &[])),
            })
            .sloped(slopes),
        View::DIFFERENCE,
        View::new("start", "Loss over the start", |shot, _, values| views::over_start(shot, values))
            .aspect(1.0)
            .shown(|shot| shot.world.is_path())
            .over(Field {
                values: |shot, _, quality| losses(shot, side_of_paths(shot, quality), None),
                tiled: |shot, _| Some(side_of_paths(shot, Quality::Fine)),
                tile: |shot, _, side, tile| losses(shot, side, Some(tile)),
                basis: Some(|shot, place| {
                    let probe = shot.world.subjects[0].journey.map(|journey| journey.probe);
                    basis(shot, place, &points([0.0; 2], probe))
                }),
            })
            .sloped(|shot, _, _| {
                let subject = &shot.world.subjects[0];
                let at = |(x, y)| subject.loss([x, y]);
                subject.trouble().is_none().then(|| over(subject, subject.region, at))
            }),
        View::new("loss-curve", "", |shot, _, _| views::loss_curve(shot)).titled(|shot, _| {
            let what = if shot.world.is_path() { "Height" } else { "Loss" };
            format!("{what} over the training")
        }),
        View::new("data", "The model and its data", |shot, _, _| views::data(shot))
            .shown(|shot| shot.world.subjects[0].samples.is_some()),
    ];

    const GAUGES: &'static [Gauge<Self>] = &[
        Gauge::<Self>::new("loss", "loss: the end along the probe", |shot, _| Some(own(shot).0))
            .shown(|shot| shot.world.is_path()),
        Gauge::LOSS.shown(|shot| !shot.world.is_path()),
        Gauge { id: "height", name: "height", ..Gauge::LOSS }.shown(|shot| shot.world.is_path()),
        Gauge::<Self>::new("distance", "distance covered", |shot, place| {
            Some(length(&*shot.run(place).course()?))
        })
        .each(),
        // Where the first racer is, or the start if there is none.
        Gauge::GRADIENT.of_main(),
        Gauge::<Self>::new("curvature", "largest curvature", |shot, _| curvature(shot)),
        Gauge::<Self>::new("stability", "rate × curvature", |shot, _| {
            let racers = all(shot.run(0).contender(), &shot.state);
            Some(curvature(shot)? * racers[0].method.lr())
        })
        .remark(|_, product| if product > 2.0 { "plain descent is stable below 2 only" } else { "" })
        .shown(|shot| racing(shot, 0).next().is_some()),
        Gauge::<Self>::new("start-slope", "slope of the loss by the start", |shot, _| {
            let (_, [x, y]) = own(shot);
            Some(x.hypot(y))
        })
        .shown(|shot| shot.world.is_path()),
        Gauge::<Self>::new("steps", "training steps", |shot, _| Some(shot.run(0).wanted() as f64)),
    ];

    /// Those on the main landscape stand beside each other.
    fn column(&self, shot: &Shot<Self>, id: &'static str, place: usize) -> Option<(&'static str, usize)> {
        const NAMES: [[&str; 4]; 3] = [
            ["loss", "second-loss", "third-loss", "fourth-loss"],
            ["height", "second-height", "third-height", "fourth-height"],
            ["distance", "second-distance", "third-distance", "fourth-distance"],
        ];
        let (slot, _) = racing(shot, 0).find(|(_, own)| *own == place)?;
        let names = NAMES.iter().find(|names| names[0] == id)?;
        Some((names[slot], slot))
    }

    fn sentence(&self, shot: &Shot<Self>) -> String {
        let [x, y] = shot.world.start.map(|weight| fixed(weight, 2));
        let racers = racing(shot, 0).filter_map(|(_, place)| {
            let run = shot.run(place);
            let loss = run.course()?.loss();
            let lost = if run.trouble().is_some() { " and leaves the finite numbers" } else { "" };
            Some(format!("{} has {}{lost}", run.title, quantity(loss)))
        });
        let racers: Vec<String> = racers.collect();
        let title = titles(&shot.state.contenders).swap_remove(0);
        match shot.world.subjects[0].trouble() {
            Some(reason) => format!("{title} cannot be shown: {reason}."),
            None if racers.is_empty() => format!("{title} from {x}, {y}; no optimiser is chosen."),
            None => {
                let steps = shot.run(0).wanted();
                format!("{title} from {x}, {y}, after {steps} steps: {}.", racers.join("; "))
            }
        }
    }

    fn moved(&self, shot: &Shot<Self>, place: usize, handle: &str, to: (f64, f64)) -> Option<State> {
        let region = shot.world.subjects[place].region;
        let to = [to.0.clamp(region.x.0, region.x.1), to.1.clamp(region.y.0, region.y.1)];
        let probe = shot.world.subjects.iter().find_map(|subject| Some(subject.journey?.probe));
        let points = if handle == "probe" { points(shot.world.start, Some(to)) } else { points(to, probe) };
        Some(shot.state.with(|state| state.set_points(&points)))
    }

    fn act(&self, shot: &Shot<Self>, action: &str) -> Option<State> {
        let reset = |state: &mut State| {
            state.set_points(&[]);
            state.steps = 0;
            state.contenders[0].params.unset("steps");
        };
        (action == "reset").then(|| shot.state.with(reset))
    }
}

/// Where a state has every racer start.
fn start(state: &State) -> Place {
    match state.points()[..] {
        [Point { x, y, .. }, ..] => [x, y],
        [] => subject::region(state.contender()).start.into(),
    }
}

/// Along what a state has the end of a path seen, if it says so.
fn probe(state: &State) -> Option<Place> {
    state.points().get(1).map(|point| [point.x, point.y])
}

/// The points of a state with a start, and with the probe of a loss that reads one.
fn points(start: Place, probe: Option<Place>) -> Vec<Point> {
    [start].into_iter().chain(probe).map(|[x, y]| Point { x, y, class: 0 }).collect()
}

/// The loss of the path that the main loss is about, and its slope by the start.
fn own(shot: &Shot<WeightPlane>) -> (f64, Place) {
    shot.world.subjects[0].loss(shot.world.start)
}

/// The largest curvature where the first racer is.
fn curvature(shot: &Shot<WeightPlane>) -> Option<f64> {
    let course = shot.run(0).course()?;
    Some(shot.world.subjects[0].curvature([course.variables[0], course.variables[1]]))
}

/// A landscape over the region of that at a place.
fn slopes(shot: &Shot<WeightPlane>, place: usize, of: usize) -> Option<Slopes<'_>> {
    let (region, subject) = (shot.world.subjects[place].region, &shot.world.subjects[of]);
    subject.trouble().is_none().then(|| over(subject, region, |(x, y)| subject.height([x, y])))
}

/// What a subject says at each place of a region.
fn over<'a>(subject: &'a Subject, region: Region, at: impl FnMut((f64, f64)) -> Sloped + 'a) -> Slopes<'a> {
    let samples = subject.samples.as_ref().map_or(0, |samples| samples.targets.len());
    let cost = move || 2_000.0 + 150.0 * samples as f64;
    Slopes { ends: [region.x, region.y], at: Box::new(at), cost: Box::new(cost) }
}

/// Samples along a side of the map of a landscape.
fn side(shot: &Shot<WeightPlane>, place: usize, quality: Quality) -> usize {
    // A model sees every sample for every value.
    let samples = shot.world.subjects[place].samples.as_ref();
    let many = samples.is_some_and(|samples| samples.targets.len() > 50);
    match quality {
        Quality::Coarse if many => 32,
        Quality::Coarse => 64,
        Quality::Fine => 192,
    }
}

/// Samples along a side of a map on which every sample is a path.
fn side_of_paths(shot: &Shot<WeightPlane>, quality: Quality) -> usize {
    let (most, walked) = quality.choose((48, 60_000), (160, 6_000_000));
    (walked / shot.run(0).wanted().max(1)).isqrt().clamp(8, most)
}

/// A part of the map of a landscape with so many samples along a side; all of it if no part is named.
fn heights(shot: &Shot<WeightPlane>, place: usize, side: usize, tile: Option<&Tile>) -> Computed {
    let subject = &shot.world.subjects[place];
    let [xs, ys] = subject.grid(side, tile);
    subject.heights(&xs, &ys)
}

/// The same of the loss of a path over where the path starts.
fn losses(shot: &Shot<WeightPlane>, side: usize, tile: Option<&Tile>) -> Computed {
    let subject = &shot.world.subjects[0];
    let [xs, ys] = subject.grid(side, tile);
    subject.values(&xs, &ys)
}

/// What a map depends on: one loss and its data, and maybe points.
fn basis(shot: &Shot<WeightPlane>, place: usize, points: &[Point]) -> State {
    without_training(&shot.state).with(|state| {
        state.contenders = vec![state.contenders.swap_remove(place)];
        state.set_points(points);
    })
}

#[cfg(test)]
mod tests;
