//! A linear classifier of points in the plane, whose weights are trained or dragged.

mod course;
mod figures;
mod scene;

use std::any::Any;

use super::stage::{Action, Scene, Stage, StageSpec};
use super::state::State;
use crate::spec::{Domain, Param, Spec};

/// Points, the regions that a linear classifier gives to the classes, and what an adversary can do to each point.
pub struct LinearClassifier;

/// The most steps of training.
const MOST_STEPS: f64 = 2000.0;

const SPEC: &StageSpec = &StageSpec {
    id: "linear-classifier",
    title: "Linear classifier",
    about: "Points, and the regions that a linear classifier gives to their classes. Train the weights, or drag them \
            by the star; drag the points. Around each point is the ball in which an adversary may move it.",
    knobs: &[
        Param::names("data", &["fine-and-coarse", "triangle"], "what the points are like"),
        Param::integer("count", "N", 120.0, (4.0, 200.0), "number of points")
            .within(Domain::Within(4.0, 200.0)),
        Param::linear(
            "tilt",
            "",
            90.0,
            (-180.0, 180.0),
            "direction of the weights of class 1 before training",
        )
        .unit("°")
        .within(Domain::Within(-180.0, 180.0)),
        Param::linear("size", "", 0.0, (0.0, 20.0), "length of the weights before training")
            .within(Domain::Within(0.0, 1e4)),
        Param::log("lr", r"\eta", 0.1, (1e-3, 1.0), "learning rate of Adam"),
        Param::integer("budget", "", 600.0, (10.0, MOST_STEPS), "steps after which the training stops")
            .within(Domain::Within(0.0, MOST_STEPS)),
    ],
    contenders: 2,
    trains: true,
    actions: &[
        Action { id: "reset", title: "Reset points and weights", on_selected: false },
        Action { id: "relabel", title: "Next class", on_selected: true },
    ],
};

impl Stage for LinearClassifier {
    fn spec(&self) -> &'static StageSpec {
        SPEC
    }

    fn fits(&self, loss: &'static Spec) -> bool {
        let is_known = |input: &crate::spec::Input| {
            matches!(
                (input.name, input.shape, input.is_variable()),
                ("points", ["N", "2"], false)
                    | ("labels", ["N"], false)
                    | ("weights", ["C", "2"], true)
                    | ("bias", ["C"], true)
            )
        };
        loss.inputs.len() == 4 && loss.inputs.iter().all(is_known)
    }

    fn open(&self, state: &State, previous: Option<Box<dyn Scene>>) -> Box<dyn Scene> {
        let previous = previous.and_then(|scene| {
            let scene: Box<dyn Any> = scene.into_any();
            scene.downcast::<scene::LinearClassifierScene>().ok()
        });
        Box::new(scene::LinearClassifierScene::new(state, previous))
    }
}

#[cfg(test)]
mod tests;
