//! A loss of cosines against the angle to the own prototype, and the circle that it divides among the classes.

mod angles;
mod charts;
mod circle;

use std::rc::Rc;

use super::engine::{Gauge, Played, Run, Scenario, Shot, View, Wire, numbered};
use super::sample::Alone;
use super::stage::StageSpec;
use super::state::{Contender, State};
use super::surroundings::{self, APART, MAGNITUDE, Surroundings};
use crate::figures::{fixed, quantity};
use crate::spec::{Param, Role, Spec, said};
use angles::{Angles, Forces};

/// One sample, its own prototype and the rivals', by their angles.
#[derive(Clone, Copy, Debug)]
pub struct AngleCurve;

/// The stage.
pub const ANGLE_CURVE: Played<AngleCurve> = Played::new(SPEC, AngleCurve);

const SPEC: &StageSpec = &StageSpec {
    id: "angle-curve",
    title: "Angle curve",
    about: said(
        "What a margin does to the cosine of a sample's own class, how hard prototypes pull and push, and how \
            the circle is divided. Drag the sample along the curve or around the circle.",
    ),
    knobs: &[
        Param::linear("theta", r"\theta", 40.0, (-180.0, 180.0), "angle of the sample to its own prototype")
            .unit("°")
            .bounded(),
        Param::linear(
            "rival",
            r"\theta_j",
            90.0,
            (0.0, 180.0),
            "angle of the sample to all other prototypes",
        )
        .unit("°")
        .bounded(),
        Param::integer("classes", "C", 4.0, (2.0, 8.0), "number of classes").bounded(),
        APART,
        MAGNITUDE,
    ],
    contenders: 4,
    trains: false,
    actions: &[],
};

/// The sample, the prototypes, and what surrounds them.
pub struct World {
    /// Signed angle to the own prototype, in degrees.
    theta: f64,
    /// Angle to every rival on the curves, in degrees.
    rival: f64,
    classes: usize,
    surroundings: Surroundings,
}

impl World {
    /// The angle to the own prototype without its side.
    fn own(&self) -> f64 {
        self.theta.abs()
    }
}

/// What a loss makes of the angles.
pub struct Seen {
    here: Forces,
    /// How many degrees farther a plain softmax would have to see the sample.
    margin: f64,
    /// Whether there is an effective target cosine.
    has_target: bool,
    /// The greatest pull on the curve, and up to where there is none.
    peak: f64,
    rest: f64,
    /// Where a sample on the circle is settled, as arcs from one angle to another.
    settled: Vec<(f64, f64)>,
}

impl Scenario for AngleCurve {
    type World = World;
    type Seen = Seen;

    const VIEWS: &'static [View<Self>] = &[
        View::new("target", "", |shot, _, _| charts::target(shot))
            .titled(|shot, _| charts::target_title(shot))
            .aspect(1.4)
            .main(),
        View::new("pull", "Pull of the own prototype", |shot, _, _| charts::pull(shot)).aspect(1.4).main(),
        View::new("push", "Push of a rival prototype", |shot, _, _| charts::push(shot)).aspect(1.4),
        View::new("circle", "", |shot, place, _| circle::circle(shot, place))
            .each()
            .titled(|shot, place| format!("The circle under {}", shot.run(place).title))
            .aspect(1.0),
    ];

    const GAUGES: &'static [Gauge<Self>] = &[
        Gauge::LOSS.missing("not defined here"),
        Gauge::<Self>::seen("pull", "pull", |seen| seen.here.pull).missing("not defined here"),
        Gauge::<Self>::seen("margin", "margin", |seen| seen.margin)
            .unit("°")
            .missing("the target is below −1, where no angle has it"),
        Gauge::<Self>::seen("rest-zone", "rest zone", |seen| seen.rest)
            .unit("°")
            .remark(|_, _| "up to here the pull is below 1 % of its peak"),
        Gauge::<Self>::new("neutral-zone", "neutral zone", |shot, place| {
            let settled: f64 = shot.at_end(place)?.settled.iter().map(|(from, to)| to - from).sum();
            Some(360.0 / shot.world.classes as f64 - settled)
        })
        .each()
        .unit("°")
        .remark(|shot, _| {
            if shot.seen(0).has_target {
                "between two classes, where neither has most of the probability, margin included"
            } else {
                "between two classes, where a sample of neither is left alone"
            }
        }),
        Gauge::<Self>::seen("stretch", "stretch", |seen| seen.here.stretch.unwrap_or(f64::NAN))
            .remark(|_, _| "what pulls the embedding to be longer, or shorter below 0"),
    ];

    fn fits(&self, loss: &'static Spec) -> bool {
        surroundings::fits(loss, Role::Cosine)
    }

    fn uses(&self, knob: &str, loss: &'static Spec) -> bool {
        surroundings::uses(knob, loss)
    }

    fn world(&self, state: &State) -> World {
        let knobs = &state.knobs;
        World {
            theta: knobs.get("theta"),
            rival: knobs.get("rival"),
            classes: knobs.whole("classes"),
            surroundings: Surroundings::of(knobs),
        }
    }

    fn wire(&self, world: &Rc<World>, contender: &Contender, _: &State) -> Box<dyn Wire> {
        let angles = Angles::new(contender, world.classes, &world.surroundings);
        let row = angles.row(world.own(), world.rival.to_radians().cos());
        Box::new(Alone::new(&world.surroundings, contender, row.len(), 0).at(&row))
    }

    fn seen(&self, shot: &Shot<Self>, run: &Run) -> Seen {
        let World { rival, classes, surroundings, .. } = &*shot.world;
        let mut angles = Angles::new(run.contender(), *classes, surroundings);
        let here = angles.against(shot.world.own(), *rival, *rival);
        let (peak, rest) = angles.peak_and_rest(*rival);
        let (margin, has_target) = (angles.margin(shot.world.own()), angles.has_target());
        Seen { here, margin, has_target, peak, rest, settled: angles.settled(peak) }
    }

    /// What a loss does not have is not told of it.
    fn column(&self, shot: &Shot<Self>, id: &'static str, place: usize) -> Option<(&'static str, usize)> {
        let is_told = match id {
            "margin" => shot.seen(place).has_target,
            "stretch" => shot.seen(place).here.stretch.is_some(),
            _ => true,
        };
        is_told.then(|| (numbered(id, place), place))
    }

    fn sentence(&self, shot: &Shot<Self>) -> String {
        let said = shot.runs.all.iter().enumerate().map(|(place, run)| match shot.at_end(place) {
            Some(Seen { here, margin, .. }) => {
                let margin =
                    if margin.is_nan() { String::new() } else { format!(", margin {}°", fixed(*margin, 1)) };
                format!("{}: loss {}, pull {}{margin}", run.title, quantity(here.loss), quantity(here.pull))
            }
            None => run.sentence(),
        });
        format!(
            "The sample is {}° from its own prototype and {}° from the others. {}.",
            fixed(shot.world.own(), 1),
            fixed(shot.world.rival, 1),
            said.collect::<Vec<_>>().join("; ")
        )
    }

    fn moved(&self, shot: &Shot<Self>, _: usize, handle: &str, (x, y): (f64, f64)) -> Option<State> {
        let angle = x.clamp(0.0, 180.0);
        let (knob, to) = match handle {
            // The own prototype is at the top and angles run clockwise. The centre is in no direction.
            circle::HANDLE if (x, y) == (0.0, 0.0) => return None,
            circle::HANDLE => ("theta", x.atan2(y).to_degrees()),
            charts::RIVAL => ("rival", angle),
            _ => ("theta", angle.copysign(shot.world.theta)),
        };
        Some(shot.state.with(|state| {
            // Half a turn at most.
            let _ = state.knobs.set(knob, (to * 100.0).round() / 100.0);
        }))
    }
}

/// The angles under the loss at a place.
fn angles(shot: &Shot<AngleCurve>, place: usize) -> Angles<'_> {
    Angles::new(shot.run(place).contender(), shot.world.classes, &shot.world.surroundings)
}

#[cfg(test)]
mod tests;
