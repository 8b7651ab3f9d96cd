//! The loss over the logits `(o₁, o₂, 0)` of one sample of three classes.

mod charts;
mod map;

use std::any::Any;

use super::engine::{knobs, numbered};
use super::sample::{Sample, note};
use super::stage::{Computed, FigureInfo, Of, Quality, Readout, Scene, Stage, StageSpec, readout};
use super::state::State;
use super::surroundings::{self, COUNTS, DIVERSITY, Surroundings};
use crate::figures::{Figure, fixed, quantity};
use crate::input::Inputs;
use crate::losses::softmax::softmax;
use crate::real::Real;
use crate::spec::{Domain, Param, Spec, join};

/// The loss as a landscape over the plane of two logits; the third is 0.
pub struct LogitPlane;

const SPEC: &StageSpec = &StageSpec {
    id: "logit-plane",
    title: "Logit plane",
    about: "The loss of one sample as a landscape over two of its three logits, with arrows that point downhill. \
            Drag the dot.",
    knobs: &join::<_, 11>(&[&OWN_KNOBS, &COUNTS, &[DIVERSITY]]),
    contenders: 2,
    trains: false,
    actions: &[],
};

const OWN_KNOBS: [Param; 7] = [
    knobs::LABEL,
    Param::linear("o1", "o_1", -1.0, (-REACH, REACH), "logit of class 1").within(LOGIT),
    Param::linear("o2", "o_2", 2.0, (-REACH, REACH), "logit of class 2; that of class 3 is 0").within(LOGIT),
    Param::log("kappa", r"\kappa", 1.0, (0.1, 10.0), "multiplies all logits; a drag sets it back to 1")
        .within(Domain::Within(0.001, 1000.0)),
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

/// The charts beside the maps.
const CHARTS: [(&str, &str); 3] = [
    ("bars", "Probabilities and forces"),
    ("probability", "Loss against label probability"),
    ("weight", "Weight against label probability"),
];

impl Stage for LogitPlane {
    fn spec(&self) -> &'static StageSpec {
        SPEC
    }

    fn fits(&self, loss: &'static Spec) -> bool {
        surroundings::fits(loss, "logits")
    }

    fn uses(&self, knob: &str, loss: &'static Spec) -> bool {
        surroundings::uses(knob, loss)
    }

    fn open(&self, state: &State, _: Option<Box<dyn Scene>>) -> Box<dyn Scene> {
        let knob = |name| state.knobs.get(name);
        let kappa = knob("kappa");
        Box::new(LogitPlaneScene {
            state: state.clone(),
            surroundings: Surroundings::of(&state.knobs),
            label: knob("label") as usize - 1,
            logits: [kappa * knob("o1"), kappa * knob("o2"), 0.0],
        })
    }
}

struct LogitPlaneScene {
    state: State,
    surroundings: Surroundings,
    /// The right class, from 0.
    label: usize,
    /// After multiplication by κ.
    logits: [f64; CLASSES],
}

/// The part of the slope that goes with making all logits larger: its component along `o − mean(o)`; 0 where all
/// logits are equal, which is no direction.
fn radial(logits: &[f64], _: f64, slope: &[f64]) -> f64 {
    let mean = f64::mean(logits);
    let centred: Vec<f64> = logits.iter().map(|o| o - mean).collect();
    let length = f64::norm(&centred);
    if length == 0.0 { 0.0 } else { f64::dot(&centred, slope) / length }
}

/// A place along a side of the plane that is divided into `steps`.
fn along(step: usize, steps: usize) -> f64 {
    REACH * (2.0 * step as f64 / steps as f64 - 1.0)
}

impl LogitPlaneScene {
    fn sample(&self, contender: usize) -> Sample<'_> {
        Sample::among(&self.surroundings, &self.state.contenders[contender], CLASSES, self.label)
    }

    fn samples(&self) -> impl Iterator<Item = (usize, &'static str, Sample<'_>)> {
        self.state.contenders.iter().enumerate().map(|(i, c)| (i, c.loss.spec().title, self.sample(i)))
    }

    /// The loss that a map is of.
    fn plane_of(&self, figure: &str) -> Option<usize> {
        (0..self.state.contenders.len()).find(|&i| numbered("plane", i) == figure)
    }

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

    /// The state with these two logits and nothing multiplied.
    fn moved(&self, o1: f64, o2: f64) -> State {
        let round = |o: f64| (o.clamp(-REACH, REACH) * 1000.0).round() / 1000.0;
        self.state.with(|state| {
            for (name, to) in [("o1", o1), ("o2", o2)] {
                if to.is_finite() {
                    // Any finite number is allowed.
                    let _ = state.knobs.set(name, round(to));
                }
            }
            state.knobs.unset("kappa");
        })
    }
}

impl Scene for LogitPlaneScene {
    fn state(&self) -> &State {
        &self.state
    }

    fn figures(&self) -> Vec<FigureInfo> {
        let planes = self.samples().map(|(i, title, _)| FigureInfo {
            refines: true,
            ..FigureInfo::plain(numbered("plane", i), title, 1.0, true)
        });
        planes.chain(CHARTS.map(|(id, title)| FigureInfo::plain(id, title, 1.6, false))).collect()
    }

    fn compute(&self, figure: &str, quality: Quality) -> Computed {
        let Some(contender) = self.plane_of(figure) else { return Vec::new() };
        let steps = match quality {
            Quality::Coarse => 40,
            Quality::Fine => 120,
        };
        let places = (0..=steps).flat_map(|row| (0..=steps).map(move |column| (column, row)));
        let logits = places.flat_map(|(column, row)| [along(column, steps), along(row, steps), 0.0]);
        self.sample(contender).values(&logits.collect::<Vec<f64>>())
    }

    fn basis(&self, figure: &str) -> State {
        let contender = &self.state.contenders[self.plane_of(figure).unwrap_or(0)];
        let mut basis = State::new(contender.loss, self.state.stage);
        basis.contenders = vec![contender.clone()];
        let surrounding = COUNTS.iter().chain([&DIVERSITY]).map(|knob| knob.name);
        let used = surrounding.filter(|knob| surroundings::uses(knob, contender.loss.spec()));
        for knob in used.chain(["label"]) {
            // It was allowed here, so it is there.
            let _ = basis.knobs.set(knob, self.state.knobs.get(knob));
        }
        basis
    }

    fn figure(&self, figure: &str, computed: &[f64]) -> Figure {
        let drawn = match figure {
            "bars" => self.bars(),
            "probability" => self.over_probability("loss", |_, value, _| value),
            "weight" => {
                self.over_probability("weight ω = slope / (p − 1)", |rivals, _, pull| -pull / rivals)
            }
            _ => self.plane(self.plane_of(figure).unwrap_or(0), computed),
        };
        let title = self.figures().into_iter().find(|info| info.id == figure).map(|info| info.title);
        Figure { title: title.unwrap_or_default(), ..drawn }
    }

    fn readouts(&self) -> Vec<Readout> {
        let direction = match self.logits {
            [0.0, 0.0, _] => "all logits are equal: there is no such direction",
            _ => "slope as all logits grow alike",
        };
        type Number = fn(&[f64], f64, &[f64]) -> f64;
        let kinds: [(&str, &str, &str, Number); 3] = [
            ("loss", "loss", "", |_, value, _| value),
            ("gradient-norm", "gradient norm", "", |_, _, slope| f64::norm(slope)),
            ("radial-gradient", "radial gradient", direction, radial),
        ];
        let all = self.state.contenders.len();
        let mut readouts = Vec::new();
        for (kind, name, remark, number) in kinds {
            for (i, title, mut sample) in self.samples() {
                let (value, slope) = sample.slope(&self.logits);
                // The loss is all that there may be without a slope.
                let is_known = kind == "loss" || !slope.is_empty();
                let value = if is_known { number(&self.logits, value, slope) } else { f64::NAN };
                let mut note = note(value, sample.refused());
                if i == 0 && note.is_empty() {
                    note = remark.into();
                }
                let (id, of) = (numbered(kind, i), Of::several(i, all, title));
                readouts.push(Readout { id, name: name.into(), of, value, unit: "", note });
            }
        }
        let probability = Some(self.label_probability());
        readouts.insert(all, readout("label-probability", "label probability", probability, ""));
        readouts
    }

    fn batch(&self) -> Option<Inputs<f64>> {
        self.sample(0).at(&self.logits)
    }

    fn sentence(&self) -> String {
        let [o1, o2, _] = self.logits;
        let p = softmax(&self.logits);
        let losses: Vec<String> = self
            .samples()
            .map(|(_, title, mut sample)| {
                let (value, slope) = sample.slope(&self.logits);
                let force = f64::norm(slope);
                match sample.refused() {
                    Some(reason) => format!("{title} cannot be shown: {reason}"),
                    None => {
                        format!("{title} is {} with gradient norm {}", quantity(value), quantity(force))
                    }
                }
            })
            .collect();
        format!(
            "Logits {}, {}, 0 give probabilities {}, {}, {}; the label is class {}. {}.{}",
            fixed(o1, 2),
            fixed(o2, 2),
            fixed(p[0], 3),
            fixed(p[1], 3),
            fixed(p[2], 3),
            self.label + 1,
            losses.join("; "),
            if self.is_outside() { " The dot is beyond the edge of the map." } else { "" }
        )
    }

    fn place(&self, figure: &str, _: &str, to: (f64, f64)) -> State {
        if self.plane_of(figure).is_some() {
            return self.moved(to.0, to.1);
        }
        if to.0.is_nan() {
            return self.state.clone();
        }
        // The label's logit alone moves; where that is the one that stays 0, the others move against it.
        let p = to.0.clamp(LEAST_PROBABILITY, 1.0 - LEAST_PROBABILITY);
        let mut rivals = self.logits.to_vec();
        let own = rivals.remove(self.label);
        let change = (p / (1.0 - p)).ln() + f64::log_sum_exp(&rivals) - own;
        let [mut o1, mut o2, _] = self.logits;
        match self.label {
            0 => o1 += change,
            1 => o2 += change,
            _ => (o1, o2) = (o1 - change, o2 - change),
        }
        self.moved(o1, o2)
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

#[cfg(test)]
mod tests;
