//! A linear classifier of points in the plane, whose weights are trained or dragged.

mod adversary;
mod views;

use std::f64::consts::TAU;
use std::rc::Rc;

use self::adversary::{Ball, Weights, errors, weights};
use super::engine::curves::LOSS;
use super::engine::{Direct, Gauge, Played, Run, Scenario, Shot, View, Wire, direct, knobs};
use super::stage::{Action, Settable, StageSpec};
use super::state::{Contender, Point, State};
use crate::figures::fixed;
use crate::optimizer::{Optimizer, Rule};
use crate::real::Real;
use crate::spec::{Affects, Domain, Param, Role, Spec, said};
use crate::toys::features;

/// Points, the regions that a linear classifier gives to the classes, and what an adversary can do to each point.
#[derive(Clone, Copy, Debug)]
pub struct LinearClassifier;

/// The stage.
pub const LINEAR_CLASSIFIER: Played<LinearClassifier> = Played::new(SPEC, LinearClassifier);

/// The plane goes from minus this to this at least along the second feature.
const REACH: f64 = 2.5;

/// The first feature of two that are unlike needs less room.
const NARROW: f64 = 2.0;

/// Weights of this length are drawn half as long as the longest.
const HALFWAY: f64 = 5.0;

const SPEC: &StageSpec = &StageSpec {
    id: "linear-classifier",
    title: "Linear classifier",
    about: said(
        "Points, and the regions that a linear classifier gives to their classes. Train the weights, or drag them \
            by the star; drag the points. Around each point is the ball in which an adversary may move it.",
    ),
    knobs: &[
        Param::names("data", &["fine-and-coarse", "triangle"], "what the points are like"),
        Param::integer("count", "N", 120.0, (4.0, 200.0), "number of points").bounded(),
        Param::linear(
            "tilt",
            "",
            90.0,
            (-180.0, 180.0),
            "direction of the weights of class 1 before training",
        )
        .unit("°")
        .bounded(),
        Param::linear("size", "", 0.0, (0.0, 20.0), "length of the weights before training")
            .within(Domain::Within(0.0, 1e4)),
        Param::log("lr", r"\eta", 0.1, (1e-3, 1.0), "learning rate of Adam").affects(Affects::Training),
        knobs::budget(600.0, 2000.0),
        knobs::TERMS,
    ],
    contenders: 2,
    trains: true,
    actions: &[
        Action { id: "reset", title: "Reset points and weights", on_selected: false },
        Action::DRAW,
        Action { id: "relabel", title: "Change its class", on_selected: true },
    ],
};

/// The points, and the classifier before its training.
pub struct World {
    points: Vec<Point>,
    start: Vec<Weights>,
    /// How far the plane goes along the first feature.
    width: f64,
}

/// The classifier as it stands, and what share of the points is wrong: by itself, and with an adversary.
pub struct Seen {
    weights: Vec<Weights>,
    clean: f64,
    robust: f64,
}

impl Scenario for LinearClassifier {
    type World = World;
    type Seen = Seen;

    fn fits(&self, loss: &'static Spec) -> bool {
        let has = |role, shape: &[&str], is_variable| {
            loss.of_role(role).any(|input| input.shape == shape && input.is_variable() == is_variable)
        };
        loss.inputs.len() == 4
            && has(Role::Features, &["N", "2"], false)
            && has(Role::Class, &["N"], false)
            && has(Role::Weights, &["C", "2"], true)
            && has(Role::Weights, &["C"], true)
    }

    fn world(&self, state: &State) -> World {
        let is_pair = state.knobs.named("data") == "fine-and-coarse";
        let (classes, width) = if is_pair { (2, NARROW) } else { (3, REACH) };
        let mut points = state.points();
        if points.is_empty() {
            let toy = if is_pair { features::fine_and_coarse } else { features::triangle };
            let samples = toy(state.knobs.whole("count"), state.seed).into_iter();
            points = samples.map(|s| Point { x: s.at[0], y: s.at[1], class: s.class }).collect();
        }
        points.iter_mut().for_each(|point| point.class = point.class.min(classes - 1));
        let (tilt, size) = (state.knobs.get("tilt").to_radians(), state.knobs.get("size"));
        let of_class = |class| {
            let turn = tilt + TAU * class as f64 / classes as f64;
            [size * turn.cos(), size * turn.sin(), 0.0]
        };
        World { points, start: (0..classes).map(of_class).collect(), width }
    }

    fn wire(&self, world: &Rc<World>, contender: &Contender, _: &State) -> Box<dyn Wire> {
        let World { points, start, .. } = &**world;
        let inputs = direct::inputs(contender.loss.spec(), |input| match (input.role, input.shape.len()) {
            (Role::Features, _) => (vec![points.len(), 2], points.iter().flat_map(|p| [p.x, p.y]).collect()),
            (Role::Class, _) => direct::classes(&points.iter().map(|p| p.class).collect::<Vec<_>>()),
            (_, 2) => (vec![start.len(), 2], start.iter().flat_map(|w| [w[0], w[1]]).collect()),
            _ => (vec![start.len()], start.iter().map(|w| w[2]).collect()),
        });
        Box::new(Direct(inputs))
    }

    fn optimizer(&self, state: &State, _: &Contender) -> Option<Optimizer> {
        let rule = Rule::Adam { beta1: 0.9, beta2: 0.999, eps: 1e-8, weight_decay: 0.0 };
        Some(Optimizer { rule, lr: state.knobs.get("lr") })
    }

    fn seen(&self, shot: &Shot<Self>, run: &Run) -> Seen {
        let weights = run.course().map_or_else(|| shot.world.start.clone(), |c| weights(&c.variables));
        let [clean, robust] = errors(&weights, &shot.world.points, Ball::of(run.contender()));
        Seen { weights, clean, robust }
    }

    const SETTABLE: Settable = Settable::Points;

    const VIEWS: &'static [View<Self>] = &[
        View::new("plane", "", |shot, place, _| views::plane(shot, place)).aspect(1.0).main().each(),
        View::new("errors", "Errors over the training", |shot, _, _| views::errors_over_steps(shot)),
        View::new("loss-curve", LOSS, |shot, _, _| views::loss_curve(shot)),
        View::TERMS,
    ];

    const GAUGES: &'static [Gauge<Self>] = &[
        Gauge::LOSS,
        Gauge::<Self>::seen("clean-error", "share of points misclassified", |seen| seen.clean),
        Gauge::<Self>::seen("robust-error", "share of points the adversary can have misclassified", |seen| {
            seen.robust
        })
        .missing("the loss knows no adversary")
        .shown(|shot| shot.runs.all.iter().any(|run| Ball::of(run.contender()).is_some())),
        Gauge::<Self>::seen("angle", "angle of the weights to the first axis", |seen| {
            let [a, b, _] = lead(&seen.weights[0], &seen.weights[1]);
            if a == 0.0 && b == 0.0 { f64::NAN } else { b.abs().atan2(a.abs()).to_degrees() }
        })
        .unit("°")
        .missing("all weights are 0")
        .shown(|shot| shot.world.start.len() == 2),
        Gauge::<Self>::seen("length", "length of the weights", |seen| {
            f64::norm(&seen.weights.iter().flat_map(|w| [w[0], w[1]]).collect::<Vec<_>>())
        }),
        Gauge::GRADIENT.of_main(),
        Gauge::STEPS,
    ];

    fn sentence(&self, shot: &Shot<Self>) -> String {
        let said = shot.runs.all.iter().enumerate().map(|(place, run)| {
            if run.course().is_none() {
                return run.sentence();
            }
            let Seen { clean, robust, .. } = shot.seen(place);
            let robust =
                Ball::of(run.contender()).map(|_| format!(", an adversary {} %", fixed(100.0 * robust, 0)));
            format!("{} gets {} % wrong{}", run.title, fixed(100.0 * clean, 0), robust.unwrap_or_default())
        });
        let said: Vec<String> = said.collect();
        format!(
            "{} points after {} steps: {}.",
            shot.world.points.len(),
            shot.run(0).wanted(),
            said.join("; ")
        )
    }

    fn handle(&self, shot: &Shot<Self>, handle: &str) -> Option<usize> {
        let number: usize = handle.strip_prefix("point-")?.parse().ok()?;
        number.checked_sub(1).filter(|i| *i < shot.world.points.len())
    }

    fn moved(&self, shot: &Shot<Self>, _: usize, handle: &str, (x, y): (f64, f64)) -> Option<State> {
        let width = shot.world.width;
        let to = (x.clamp(-width, width), y.clamp(-REACH, REACH));
        if handle == "weights" {
            let (tilt, size) = weights_at(to);
            let round = |v: f64| (v * 100.0).round() / 100.0;
            return Some(shot.state.with(|state| {
                // Both are within what the knobs allow.
                let _ = state.knobs.set("tilt", round(tilt));
                let _ = state.knobs.set("size", round(size));
                state.steps = 0;
            }));
        }
        let i = self.handle(shot, handle)?;
        Some(with_point(shot, i, |point| (point.x, point.y) = to))
    }

    fn act(&self, shot: &Shot<Self>, action: &str) -> Option<State> {
        let selected = shot.state.selected;
        match action {
            "reset" => Some(shot.state.with(|state| {
                state.set_points(&[]);
                (state.steps, state.selected) = (0, 0);
                state.knobs.unset("tilt");
                state.knobs.unset("size");
            })),
            "relabel" if selected < shot.world.points.len() => {
                let classes = shot.world.start.len();
                Some(with_point(shot, selected, |point| point.class = (point.class + 1) % classes))
            }
            _ => None,
        }
    }
}

/// The state with a point changed and selected.
fn with_point(shot: &Shot<LinearClassifier>, i: usize, change: impl Fn(&mut Point)) -> State {
    let mut points = shot.world.points.clone();
    change(&mut points[i]);
    shot.state.with(|state| {
        state.set_points(&points);
        state.selected = i;
    })
}

/// How the score of a class leads that of another.
fn lead(own: &Weights, other: &Weights) -> Weights {
    [0, 1, 2].map(|k| own[k] - other[k])
}

/// Where weights are drawn: in their direction, the longer the farther out.
fn drawn([a, b, _]: Weights) -> (f64, f64) {
    let part = NARROW / (a.hypot(b) + HALFWAY);
    (a * part, b * part)
}

/// Direction in degrees and length of the weights that are drawn at a place.
fn weights_at((x, y): (f64, f64)) -> (f64, f64) {
    let part = (x.hypot(y) / NARROW).min(0.95);
    (y.atan2(x).to_degrees(), HALFWAY * part / (1.0 - part))
}

#[cfg(test)]
mod tests;
