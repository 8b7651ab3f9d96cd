//! Models with two weights: the loss as a landscape, and the ways that optimisers take through it.

mod figures;
mod paths;
mod scene;
mod subject;

use std::f64::consts::{FRAC_PI_2, PI};

use super::stage::{Action, Scene, Stage, StageSpec};
use super::state::State;
use crate::optimizer::METHODS;
use crate::spec::{DefaultWhen, Domain, Param, Spec, join};

/// A landscape over two weights, with up to four optimisers that start from one point.
pub struct WeightPlane;

/// The most steps of training.
const MOST_STEPS: f64 = 2000.0;

const SURFACE: &[&str] = &["surface"];

/// What each racer may be.
const RULES: [&str; 10] = join(&[&METHODS, &["none"]]);

/// Position of `none` in [`RULES`].
const NONE: f64 = (RULES.len() - 1) as f64;

const fn rule(name: &'static str, default: f64, about: &'static str) -> Param {
    Param { default, ..Param::names(name, &RULES, about) }
}

const fn rate(name: &'static str, default_when: &'static [DefaultWhen]) -> Param {
    Param::log(name, r"\eta", 1e-3, (1e-4, 1.0), "its learning rate")
        .default_when(default_when)
        .only_when(default_when[0].param, &METHODS)
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

/// The racers: the knob of the update rule, and that of its learning rate.
const RACERS: [(&str, &str); 4] =
    [("first", "first_lr"), ("second", "second_lr"), ("third", "third_lr"), ("fourth", "fourth_lr")];

const SPEC: &StageSpec = &StageSpec {
    id: "weight-plane",
    title: "Weight plane",
    about: "The loss of a model with two weights as a landscape, and up to four optimisers that start from one point. \
            Drag the start.",
    knobs: &[
        rule("first", 0.0, "the first update rule"),
        rate("first_lr", &rates("first")),
        rule("second", 1.0, "the second update rule"),
        rate("second_lr", &rates("second")),
        rule("third", 4.0, "the third update rule"),
        rate("third_lr", &rates("third")),
        rule("fourth", NONE, "the fourth update rule"),
        rate("fourth_lr", &rates("fourth")),
        Param::integer("budget", "", 200.0, (10.0, MOST_STEPS), "steps after which the training stops")
            .within(Domain::Within(0.0, MOST_STEPS)),
        Param::names("data", &["line", "features"], "targets along a line, or of two features"),
        Param::integer("count", "N", 24.0, (2.0, 200.0), "number of samples")
            .within(Domain::Within(2.0, 200.0)),
        Param::linear("noise", "", 0.3, (0.0, 2.0), "standard deviation of the targets"),
        Param::linear("correlation", "", 0.0, (-0.99, 0.99), "correlation of the two features")
            .within(Domain::Within(-1.0, 1.0))
            .only_when("data", &["features"]),
        Param::linear("separation", "", 2.0, (0.0, 6.0), "how far apart the two classes lie"),
        Param::linear("bias", "b", 0.0, (-3.0, 3.0), "what is added to every score"),
        Param::names("view", &["map", "surface"], "seen from above, or in space"),
        Param::linear("yaw", "", 0.6, (-PI, PI), "turns the surface").unit("rad").only_when("view", SURFACE),
        Param::linear("pitch", "", 0.5, (0.0, FRAC_PI_2), "tilts the surface")
            .unit("rad")
            .only_when("view", SURFACE),
    ],
    contenders: 2,
    trains: true,
    actions: &[Action { id: "reset", title: "Reset the start", on_selected: false }],
};

impl Stage for WeightPlane {
    fn spec(&self) -> &'static StageSpec {
        SPEC
    }

    fn fits(&self, loss: &'static Spec) -> bool {
        subject::fits(loss)
    }

    fn uses(&self, knob: &str, loss: &'static Spec) -> bool {
        match knob {
            "data" | "noise" | "correlation" => loss.input("y").is_some(),
            "separation" => loss.input("labels").is_some(),
            "count" => loss.input("x").is_some(),
            "bias" => loss.input("bias").is_some(),
            // A loss that goes a way of its own is the first racer itself.
            "first" | "first_lr" => !subject::is_path(loss),
            _ => true,
        }
    }

    fn open(&self, state: &State, _: Option<Box<dyn Scene>>) -> Box<dyn Scene> {
        Box::new(scene::WeightPlaneScene::new(state))
    }
}

#[cfg(test)]
mod tests;
