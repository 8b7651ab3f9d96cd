//! The loss over the logits `(o₁, o₂, 0)` of one sample of three classes.

mod charts;
mod map;

use std::rc::Rc;

use super::engine::{Field, Gauge, Played, Run, Scenario, Shot, Slopes, View, Wire, knobs};
use super::sample::{Alone, Sample};
use super::stage::StageSpec;
use super::state::{Contender, State};
use super::surroundings::{self, COUNTS, DIVERSITY, Surroundings};
use crate::figures::{fixed, quantity};
use crate::losses::softmax::softmax;
use crate::real::Real;
use crate::spec::{Domain, Param, Role, Spec, join, said};

/// The loss as a landscape over the plane of two logits; the third is 0.
#[derive(Clone, Copy, Debug)]
pub struct LogitPlane;

/// The stage.
pub const LOGIT_PLANE: Played<LogitPlane> = Played::new(SPEC, LogitPlane);

const SPEC: &StageSpec = &StageSpec {
    id: "logit-plane",
    title: "Logit plane",
    about: said(
        "The loss of one sample as a landscape over two of its three logits, with arrows that point downhill. \
            Drag the dot.",
    ),
    knobs: &join::<_, 12>(&[&OWN_KNOBS, &COUNTS, &[DIVERSITY]]),
    contenders: 2,
    trains: false,
    actions: &[],
};

const OWN_KNOBS: [Param; 8] = [
    knobs::LABEL,
    Param::linear("o1", "o_1", -1.0, (-REACH, REACH), "logit of class 1").within(LOGIT),
    Param::linear("o2", "o_2", 2.0, (-REACH, REACH), "logit of class 2; that of class 3 is 0").within(LOGIT),
    Param::log("kappa", r"\kappa", 1.0, (0.1, 10.0), "multiplies all logits; a drag sets it back to 1")
        .within(Domain::Within(0.001, 1000.0)),
    knobs::DIFFERENCE,
    knobs::VIEW,
    knobs::YAW,
    knobs::PITCH,
];

/// Far beyond the map, but nowhere near what a number can hold.
const LOGIT: Domain = Domain::Within(-1e6, 1e6);

/// The plane goes from minus this to this.
const REACH: f64 = 6.0;

/// Classes; the last one has logit 0.
const CLASSES: usize = 3;

/// The least label probability of the curves; the greatest is as far from 1.
const LEAST_PROBABILITY: f64 = 0.001;

/// The sample, and what surrounds it.
pub struct World {
    surroundings: Surroundings,
    /// The right class, from 0.
    label: usize,
    /// After multiplication by κ.
    logits: [f64; CLASSES],
}

impl World {
    fn label_probability(&self) -> f64 {
        softmax(&self.logits)[self.label]
    }

    /// Where the dot is drawn: on the edge if the logits are beyond it.
    fn dot(&self) -> (f64, f64) {
        (self.logits[0].clamp(-REACH, REACH), self.logits[1].clamp(-REACH, REACH))
    }

    fn is_outside(&self) -> bool {
        self.dot() != (self.logits[0], self.logits[1])
    }
}

/// The slope of a loss at the logits; nothing where it has none.
type Slope = Vec<f64>;

/// About how many nanoseconds a loss takes with its gradient.
const COST: f64 = 3_000.0;

/// Why a number is missing.
const UNDEFINED: &str = "not defined here";

/// The loss at every place of the plane.
const MAP: Field<LogitPlane> = Field::whole(|shot, place, quality| {
    let steps = quality.choose(40, 120);
    let places = (0..=steps).flat_map(|row| (0..=steps).map(move |column| (column, row)));
    let logits = places.flat_map(|(column, row)| [along(column, steps), along(row, steps), 0.0]);
    sample(shot, place).values(&logits.collect::<Vec<f64>>())
})
.based(|shot, place| {
    let loss = shot.run(place).contender().loss.spec();
    let surrounding = COUNTS.iter().chain([&DIVERSITY]).map(|knob| knob.name);
    let used = surrounding.filter(|knob| surroundings::uses(knob, loss)).chain(["label"]);
    shot.only(place, &used.collect::<Vec<_>>())
});

impl Scenario for LogitPlane {
    type World = World;
    type Seen = Slope;

    const VIEWS: &'static [View<Self>] = &[
        View::new("plane", "", map::plane).aspect(1.0).main().each().over(MAP).sloped(slopes),
        View::DIFFERENCE,
        View::new("bars", "Probabilities and forces", |shot, _, _| charts::bars(shot)),
        View::new("probability", "Loss against label probability", |shot, _, _| {
            charts::over_probability(shot, "loss", |_, value, _| value)
        }),
        View::new("weight", "Weight against label probability", |shot, _, _| {
            charts::over_probability(shot, "weight ω = slope / (p − 1)", |rivals, _, pull| -pull / rivals)
        }),
    ];

    const GAUGES: &'static [Gauge<Self>] = &[
        Gauge::LOSS.missing(UNDEFINED),
        Gauge::<Self>::new("label-probability", "label probability", |shot, _| {
            Some(shot.world.label_probability())
        }),
        Gauge::GRADIENT.missing(UNDEFINED),
        Gauge::<Self>::new("radial-gradient", "radial gradient", |shot, place| {
            shot.at_end(place).map(|slope| radial(&shot.world.logits, slope))
        })
        .each()
        .missing(UNDEFINED)
        .remark(|shot, _| match shot.world.logits {
            [0.0, 0.0, _] => "all logits are equal: there is no such direction",
            _ => "slope as all logits grow alike",
        }),
    ];

    fn fits(&self, loss: &'static Spec) -> bool {
        surroundings::fits(loss, Role::Logits)
    }

    fn uses(&self, knob: &str, loss: &'static Spec) -> bool {
        surroundings::uses(knob, loss)
    }

    fn world(&self, state: &State) -> World {
        let knob = |name| state.knobs.get(name);
        let kappa = knob("kappa");
        World {
            surroundings: Surroundings::of(&state.knobs),
            label: knob("label") as usize - 1,
            logits: [kappa * knob("o1"), kappa * knob("o2"), 0.0],
        }
    }

    fn wire(&self, world: &Rc<World>, contender: &Contender, _: &State) -> Box<dyn Wire> {
        let alone = Alone::new(&world.surroundings, contender, CLASSES, world.label);
        Box::new(alone.at(&world.logits))
    }

    fn seen(&self, _: &Shot<Self>, run: &Run) -> Slope {
        run.course().map_or(Vec::new(), |course| course.slopes.clone())
    }

    fn sentence(&self, shot: &Shot<Self>) -> String {
        let World { label, logits, .. } = &*shot.world;
        let p = softmax(logits);
        let losses =
            shot.in_words(|place| format!(" with gradient norm {}", quantity(f64::norm(shot.seen(place)))));
        format!(
            "Logits {}, {}, 0 give probabilities {}, {}, {}; the label is class {}. {losses}.{}",
            fixed(logits[0], 2),
            fixed(logits[1], 2),
            fixed(p[0], 3),
            fixed(p[1], 3),
            fixed(p[2], 3),
            label + 1,
            if shot.world.is_outside() { " The dot is beyond the edge of the map." } else { "" }
        )
    }

    fn moved(&self, shot: &Shot<Self>, _: usize, handle: &str, (x, y): (f64, f64)) -> Option<State> {
        let World { label, logits, .. } = &*shot.world;
        if handle == "dot" {
            return Some(moved(&shot.state, x, y));
        }
        // The label's logit alone moves; where that is the one that stays 0, the others move against it.
        let p = x.clamp(LEAST_PROBABILITY, 1.0 - LEAST_PROBABILITY);
        let mut rivals = logits.to_vec();
        let own = rivals.remove(*label);
        let change = (p / (1.0 - p)).ln() + f64::log_sum_exp(&rivals) - own;
        let [mut o1, mut o2, _] = *logits;
        match label {
            0 => o1 += change,
            1 => o2 += change,
            _ => (o1, o2) = (o1 - change, o2 - change),
        }
        Some(moved(&shot.state, o1, o2))
    }
}

/// The sample in front of the loss at a place.
fn sample(shot: &Shot<LogitPlane>, place: usize) -> Sample<'_> {
    let World { surroundings, label, .. } = &*shot.world;
    Sample::among(surroundings, shot.run(place).contender(), CLASSES, *label)
}

/// A loss over the plane.
fn slopes(shot: &Shot<LogitPlane>, _: usize, of: usize) -> Option<Slopes<'_>> {
    let mut sample = sample(shot, of);
    let at = move |(o1, o2)| match sample.slope(&[o1, o2, 0.0]) {
        (value, [x, y, ..]) => (value, [*x, *y]),
        (value, _) => (value, [f64::NAN; 2]),
    };
    Some(Slopes { ends: [(-REACH, REACH); 2], at: Box::new(at), cost: Box::new(|| COST) })
}

/// The part of the slope that goes with making all logits larger: its component along `o − mean(o)`; 0 where all
/// logits are equal, which is no direction.
fn radial(logits: &[f64], slope: &[f64]) -> f64 {
    let mean = f64::mean(logits);
    let centred: Vec<f64> = logits.iter().map(|o| o - mean).collect();
    let length = f64::norm(&centred);
    if length == 0.0 { 0.0 } else { f64::dot(&centred, slope) / length }
}

/// A place along a side of the plane that is divided into `steps`.
fn along(step: usize, steps: usize) -> f64 {
    REACH * (2.0 * step as f64 / steps as f64 - 1.0)
}

/// The state with these two logits and nothing multiplied.
fn moved(state: &State, o1: f64, o2: f64) -> State {
    let round = |o: f64| (o.clamp(-REACH, REACH) * 1000.0).round() / 1000.0;
    state.with(|state| {
        for (name, to) in [("o1", o1), ("o2", o2)] {
            // It is within what the knob allows.
            let _ = state.knobs.set(name, round(to));
        }
        state.knobs.unset("kappa");
    })
}

#[cfg(test)]
mod tests;
