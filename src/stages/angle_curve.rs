//! A loss of cosines against the angle to the own prototype, and the circle that it divides among the classes.

mod angles;
mod charts;
mod circle;

use std::any::Any;
use std::cell::OnceCell;

use super::engine::numbered;
use super::sample::note;
use super::stage::{FigureInfo, Of, Readout, Scene, Stage, StageSpec, side_by_side};
use super::state::State;
use super::surroundings::{self, APART, MAGNITUDE, Surroundings};
use crate::figures::{Figure, fixed, quantity};
use crate::input::Inputs;
use crate::spec::{Domain, Param, Spec};
use angles::Angles;

/// One sample, its own prototype and the rivals', by their angles.
pub struct AngleCurve;

const SPEC: &StageSpec = &StageSpec {
    id: "angle-curve",
    title: "Angle curve",
    about: "What a margin does to the cosine of a sample's own class, how hard prototypes pull and push, and how \
            the circle is divided. Drag the sample along the curve or around the circle.",
    knobs: &[
        Param::linear("theta", r"\theta", 40.0, (-180.0, 180.0), "angle of the sample to its own prototype")
            .unit("°")
            .within(Domain::Within(-180.0, 180.0)),
        Param::linear(
            "rival",
            r"\theta_j",
            90.0,
            (0.0, 180.0),
            "angle of the sample to all other prototypes",
        )
        .unit("°")
        .within(Domain::Within(0.0, 180.0)),
        Param::integer("classes", "C", 4.0, (2.0, 8.0), "number of classes").within(Domain::Within(2.0, 8.0)),
        APART,
        MAGNITUDE,
    ],
    contenders: 4,
    trains: false,
    actions: &[],
};

impl Stage for AngleCurve {
    fn spec(&self) -> &'static StageSpec {
        SPEC
    }

    fn fits(&self, loss: &'static Spec) -> bool {
        surroundings::fits(loss, "cosines")
    }

    fn uses(&self, knob: &str, loss: &'static Spec) -> bool {
        surroundings::uses(knob, loss)
    }

    fn open(&self, state: &State, _: Option<Box<dyn Scene>>) -> Box<dyn Scene> {
        let knob = |name| state.knobs.get(name);
        Box::new(AngleCurveScene {
            state: state.clone(),
            theta: knob("theta"),
            rival: knob("rival"),
            classes: knob("classes") as usize,
            surroundings: Surroundings::of(&state.knobs),
            peaks_and_rests: OnceCell::new(),
        })
    }
}

struct AngleCurveScene {
    state: State,
    /// Signed angle to the own prototype, in degrees.
    theta: f64,
    /// Angle to every rival on the curves, in degrees.
    rival: f64,
    classes: usize,
    surroundings: Surroundings,
    /// Contender by contender, the greatest pull on the curve, and up to where there is none.
    peaks_and_rests: OnceCell<Vec<(f64, f64)>>,
}

impl AngleCurveScene {
    fn contenders(&self) -> impl Iterator<Item = Angles<'_>> {
        (0..self.state.contenders.len()).map(|contender| self.angles(contender))
    }

    fn angles(&self, contender: usize) -> Angles<'_> {
        Angles::new(&self.state.contenders[contender], self.classes, &self.surroundings)
    }

    /// The loss that a circle is of.
    fn circle_of(&self, figure: &str) -> Option<usize> {
        (0..self.state.contenders.len()).find(|&i| numbered("circle", i) == figure)
    }

    /// The angle to the own prototype without its side.
    fn own(&self) -> f64 {
        self.theta.abs()
    }

    fn peaks_and_rests(&self) -> &[(f64, f64)] {
        let find = || self.contenders().map(|mut angles| angles.peak_and_rest(self.rival)).collect();
        self.peaks_and_rests.get_or_init(find)
    }

    /// The state with the sample at another angle.
    fn turned(&self, theta: f64) -> State {
        self.with_angle("theta", theta)
    }

    fn with_angle(&self, knob: &str, to: f64) -> State {
        self.state.with(|state| {
            if to.is_finite() {
                // Half a turn at most, as the callers have it.
                let _ = state.knobs.set(knob, (to * 100.0).round() / 100.0);
            }
        })
    }
}

impl Scene for AngleCurveScene {
    fn state(&self) -> &State {
        &self.state
    }

    fn figures(&self) -> Vec<FigureInfo> {
        let charts = [
            ("target", self.target_title(), true),
            ("pull", charts::PULL_TITLE.into(), true),
            ("push", charts::PUSH_TITLE.into(), false),
        ];
        let charts = charts.map(|(id, title, main)| FigureInfo::plain(id, title, 1.4, main));
        let circles = self.contenders().enumerate().map(|(i, angles)| {
            let title = format!("The circle under {}", angles.title);
            FigureInfo::plain(numbered("circle", i), title, 1.0, false)
        });
        charts.into_iter().chain(circles).collect()
    }

    fn figure(&self, figure: &str, _: &[f64]) -> Figure {
        match self.circle_of(figure) {
            Some(contender) => self.circle(contender),
            None if figure == "pull" => self.pull(),
            None if figure == "push" => self.push(),
            None => self.target(),
        }
    }

    fn readouts(&self) -> Vec<Readout> {
        let mut readouts: Vec<Readout> = Vec::new();
        for (i, (mut angles, &(peak, rest))) in self.contenders().zip(self.peaks_and_rests()).enumerate() {
            let here = angles.against(self.own(), self.rival, self.rival);
            let margin = angles.margin(self.own());
            let too_far =
                if margin.is_nan() { "the target is below −1, where no angle has it" } else { "" };
            let settled: f64 = angles.settled(peak).iter().map(|(from, to)| to - from).sum();
            let neutral = 360.0 / self.classes as f64 - settled;
            let note = |value| note(value, angles.refused());
            // Said once, of the main loss.
            let meaning = |text: &str| if i == 0 { text.to_owned() } else { String::new() };
            let unsettled = if angles.has_target() {
                "between two classes, where neither has most of the probability, margin included"
            } else {
                "between two classes, where a sample of neither is left alone"
            };
            for (id, name, value, unit, note) in [
                ("loss", "loss", here.loss, "", note(here.loss)),
                ("pull", "pull", here.pull, "", note(here.pull)),
                ("margin", "margin", margin, "°", too_far.into()),
                (
                    "rest-zone",
                    "rest zone",
                    rest,
                    "°",
                    meaning("up to here the pull is below 1 % of its peak"),
                ),
                ("neutral-zone", "neutral zone", neutral, "°", meaning(unsettled)),
                (
                    "stretch",
                    "stretch",
                    here.stretch.unwrap_or(f64::NAN),
                    "",
                    meaning("what pulls the embedding to be longer, or shorter below 0"),
                ),
            ] {
                let is_missing =
                    (id == "margin" && !angles.has_target()) || (id == "stretch" && here.stretch.is_none());
                if is_missing {
                    continue;
                }
                let of = Of::several(i, self.state.contenders.len(), angles.title);
                readouts.push(Readout { id: numbered(id, i), name: name.into(), of, value, unit, note });
            }
        }
        // Alike beside alike.
        side_by_side(&mut readouts);
        readouts
    }

    fn batch(&self) -> Option<Inputs<f64>> {
        self.contenders().next()?.batch(self.own(), self.rival)
    }

    fn sentence(&self) -> String {
        let parts: Vec<String> = self
            .contenders()
            .map(|mut angles| {
                let here = angles.against(self.own(), self.rival, self.rival);
                if let Some(reason) = angles.refused() {
                    return format!("{} cannot be shown: {reason}", angles.title);
                }
                let margin = angles.margin(self.own());
                let margin =
                    if margin.is_nan() { String::new() } else { format!(", margin {}°", fixed(margin, 1)) };
                format!(
                    "{}: loss {}, pull {}{margin}",
                    angles.title,
                    quantity(here.loss),
                    quantity(here.pull)
                )
            })
            .collect();
        format!(
            "The sample is {}° from its own prototype and {}° from the others. {}.",
            fixed(self.own(), 1),
            fixed(self.rival, 1),
            parts.join("; ")
        )
    }

    fn place(&self, figure: &str, _: &str, to: (f64, f64)) -> State {
        if self.circle_of(figure).is_some() {
            // The own prototype is at the top and angles run clockwise. The centre is in no direction.
            return if to == (0.0, 0.0) {
                self.state.clone()
            } else {
                self.turned(to.0.atan2(to.1).to_degrees())
            };
        }
        let angle = to.0.clamp(0.0, 180.0);
        if figure == "push" {
            self.with_angle("rival", angle)
        } else {
            self.turned(angle.copysign(self.theta))
        }
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

#[cfg(test)]
mod tests;
