//! A student that follows a slow copy of itself: what centring and sharpening keep it from.

mod figures;
mod scene;
mod training;

use super::stage::{Action, Scene, Stage, StageSpec};
use super::state::State;
use crate::spec::{Domain, Param, Spec};

/// The scores of a student and of its teacher for a few samples, which can be dragged and trained.
pub struct SelfDistillation;

/// The most samples, and the most classes.
const MOST: f64 = 8.0;

/// The most steps of training.
const MOST_STEPS: f64 = 300.0;

const SPEC: &StageSpec = &StageSpec {
    id: "self-distillation",
    title: "Self-distillation",
    about: "The scores of a student and of its teacher for one of a few samples, and the probabilities they become. \
            Training moves the student towards the teacher, and the teacher, a slow copy of the student, follows. Drag \
            scores and the centre.",
    knobs: &[
        Param::integer("samples", "N", 6.0, (1.0, MOST), "number of samples")
            .within(Domain::Within(1.0, MOST)),
        Param::integer("outputs", "C", 5.0, (2.0, MOST), "number of outputs")
            .within(Domain::Within(2.0, MOST)),
        Param::integer("sample", "", 1.0, (1.0, MOST), "the sample whose scores are shown")
            .within(Domain::Within(1.0, MOST)),
        Param::linear("noise", "", 0.2, (0.0, 1.0), "standard deviation of the scores at the start"),
        Param::names("centring", &["on", "off"], "whether the centre follows the mean score of the teacher"),
        Param::linear("momentum", "m", 0.9, (0.0, 0.99), "how slowly the teacher follows the student")
            .within(Domain::UpTo(0.0, 1.0)),
        Param::log("lr", r"\eta", 0.02, (1e-4, 1.0), "learning rate of the student"),
        Param::integer("budget", "", 150.0, (10.0, MOST_STEPS), "steps after which the training stops")
            .within(Domain::Within(0.0, MOST_STEPS)),
    ],
    contenders: 1,
    trains: true,
    actions: &[Action { id: "reset", title: "Reset the scores", on_selected: false }],
};

impl Stage for SelfDistillation {
    fn spec(&self) -> &'static StageSpec {
        SPEC
    }

    fn fits(&self, loss: &'static Spec) -> bool {
        loss.reads(&["student", "teacher", "center"]) && loss.param("teacher_temperature").is_some()
    }

    fn open(&self, state: &State, previous: Option<Box<dyn Scene>>) -> Box<dyn Scene> {
        Box::new(scene::SelfDistillationScene::new(state, previous))
    }
}

#[cfg(test)]
mod tests;
