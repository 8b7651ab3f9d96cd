//! A loss over the triangle of distributions over three classes: of two of them, or of logits through softmax.

use std::rc::Rc;

use super::distribution::{Distribution, Held, entropy, exchanged};
use super::engine::{Field, Gauge, Played, Run, Scenario, Shot, Slopes, Term, View, Wire, knobs};
use super::stage::{Action, Quality, Readout, Settable, StageSpec};
use super::state::{Contender, State};
use crate::figures::{Figure, Ink, Shape, Ternary, cut};
use crate::kernel::Gradient;
use crate::spec::{Domain, Role, Spec, said};

/// A distribution p that can be dragged and trained, and a label or another distribution q.
#[derive(Clone, Copy, Debug)]
pub struct Simplex;

/// The stage.
pub const SIMPLEX: Played<Simplex> = Played::new(SPEC, Simplex);

const SPEC: &StageSpec = &StageSpec {
    id: "simplex",
    title: "Triangle of distributions",
    about: said(
        "The loss over all distributions p over three classes: beside another one, q, or of logits that become p \
            through softmax, with a star for their label. Drag p and q, and let descent move p.",
    ),
    knobs: &[
        knobs::LABEL,
        knobs::OPTIMIZER,
        knobs::learning_rate(0.1, (1e-3, 10.0), &[]),
        knobs::budget(100.0, 500.0),
        knobs::DIFFERENCE,
    ],
    contenders: 2,
    trains: true,
    actions: &[Action { id: "reset", title: "Reset the points", on_selected: false }],
};

/// The distributions that can be dragged, and where they begin.
const POINTS: [&str; 2] = ["p", "q"];
const START: [Distribution; 2] = [[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]];

/// Losses up to this are always told apart.
const ALWAYS: f64 = 10.0;

/// About how many nanoseconds a loss takes with its gradient.
const COST: f64 = 4_000.0;

/// What there is to see under one loss.
pub struct Seen {
    /// p, and either q or the corner of the label.
    points: [Distribution; 2],
    /// p at each step.
    way: Vec<Distribution>,
    downhill: Distribution,
}

/// The loss at every place of the triangle; it is the same wherever p is.
const MAP: Field<Simplex> = Field::whole(map)
    .based(|shot, place| shot.without(place, Held::by_loss_of(shot.run(place).contender()).p().name));

impl Scenario for Simplex {
    type World = ();
    type Seen = Seen;

    fn fits(&self, loss: &'static Spec) -> bool {
        Held::by(loss).is_some()
    }

    fn uses(&self, name: &str, loss: &'static Spec) -> bool {
        name != "label" || loss.of_role(Role::Class).count() > 0
    }

    fn world(&self, _: &State) {}

    fn wire(&self, _: &Rc<()>, contender: &Contender, state: &State) -> Box<dyn Wire> {
        Box::new(Held::by_loss_of(contender).wire(state, contender, START))
    }

    fn seen(&self, _: &Shot<Self>, run: &Run) -> Seen {
        let held = Held::by_loss_of(run.contender());
        let (Some(course), Some(inputs)) = (run.course(), run.inputs()) else {
            return Seen { points: [[f64::NAN; 3]; 2], way: Vec::new(), downhill: [0.0; 3] };
        };
        let points = [held.read(&course.variables), held.beside(&inputs)];
        let way = course.way().map(|variables| held.read(variables)).collect();
        Seen { points, way, downhill: held.downhill(points[0], &course.slopes) }
    }

    const SETTABLE: Settable = Settable::Inputs;

    const VIEWS: &'static [View<Self>] = &[
        View::new("triangle", "", triangle).each().aspect(1.1).main().over(MAP).sloped(slopes),
        View::DIFFERENCE,
        View::LOSS_CURVE,
    ];

    const GAUGES: &'static [Gauge<Self>] = &[
        Gauge::LOSS,
        Gauge::<Self>::new("exchanged", "with p and q exchanged", |shot, place| exchanged(shot.run(place)))
            .each()
            .shown(|shot| exchanged(shot.run(0)).is_some()),
        Gauge::GRADIENT,
        Gauge::<Self>::seen("entropy", "entropy of p", |seen| entropy(&seen.points[0])).unit("nats"),
        Gauge::<Self>::seen("p1", "probability of class 1", |seen| seen.points[0][0]),
        Gauge::<Self>::seen("p2", "probability of class 2", |seen| seen.points[0][1]),
        Gauge::<Self>::seen("p3", "probability of class 3", |seen| seen.points[0][2]),
        Gauge::STEPS,
    ];

    fn sentence(&self, shot: &Shot<Self>) -> String {
        let said = shot.said(&["loss", "p1", "p2", "p3"], Readout::full_name);
        let beside = Held::by_loss_of(shot.run(0).contender()).in_words(shot.seen(0).points[1]);
        format!("The triangle of distributions with p{} beside {beside}: {said}.", shot.after_steps())
    }

    fn handle(&self, _: &Shot<Self>, handle: &str) -> Option<usize> {
        POINTS.iter().position(|name| *name == handle)
    }

    fn moved(&self, shot: &Shot<Self>, place: usize, handle: &str, to: (f64, f64)) -> Option<State> {
        let selected = self.handle(shot, handle)?;
        let mut points = shot.seen(place).points;
        points[selected] = Ternary::shares(to);
        Domain::Simplex.hold(points.as_flattened_mut(), 3);
        Some(shot.state.with(|state| {
            let helds = state.contenders.iter().map(Held::by_loss_of);
            state.arrays.extend(helds.flat_map(|held| held.arrays(points)));
            (state.steps, state.selected) = (0, selected);
        }))
    }
}

/// The loss at every place of the triangle.
fn map(shot: &Shot<Simplex>, place: usize, quality: Quality) -> Vec<f64> {
    let (run, side) = (shot.run(place), quality.choose(41, 121));
    let held = Held::by_loss_of(run.contender());
    run.values(Ternary::samples(side).map(|p| p.map(|p| held.written(p))))
}

/// A loss over the triangle.
fn slopes(shot: &Shot<Simplex>, _: usize, of: usize) -> Option<Slopes<'_>> {
    let run = shot.run(of);
    run.course()?;
    let (held, Term { contender: Contender { loss, params }, wire }) =
        (Held::by_loss_of(run.contender()), &run.terms()[0]);
    let mut gradient = Gradient::default();
    let at = move |place| {
        let inputs = Ternary::nearest(place).and_then(|p| Some((p, wire.inputs(&held.written(p), 0).ok()?)));
        let Some((p, inputs)) = inputs else { return (f64::NAN, [f64::NAN; 2]) };
        let value = loss.value_and_gradient(&inputs, params, &mut gradient);
        (value, Ternary::slope(held.by_share(p, gradient.of(held.p().name))))
    };
    Some(Slopes { ends: Ternary::ENDS, at: Box::new(at), cost: Box::new(|| COST) })
}

/// The map with p, its way, where it is pulled, and what it is compared with.
fn triangle(shot: &Shot<Simplex>, place: usize, values: &[f64]) -> Figure {
    let Seen { points, way, downhill } = shot.seen(place);
    let (name, values) = cut("loss", values, ALWAYS);
    let held = Held::by_loss_of(shot.run(place).contender());
    let (beside, shape) = held.sign();
    let marks = [
        Ternary::way("way of descent", way),
        Ternary::arrow("downhill", &points[0], downhill),
        Ternary::point(beside, &points[1], Ink::Series(1), shape),
        Ternary::point("p", &points[0], Ink::Accent, Shape::OfClass(0)),
    ];
    let handles = Ternary::handles(&POINTS[..held.inputs().len()], points, shot.state.selected);
    Ternary::figure(["class 1", "class 2", "class 3"], Ternary::map(&name, values), marks, handles)
}

#[cfg(test)]
mod tests;
