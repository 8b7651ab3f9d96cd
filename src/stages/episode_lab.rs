//! An episode of few-shot learning in the plane: queries look for the prototype of their class.

mod episode;
mod figures;
mod measures;
mod scene;

use super::stage::{Action, Scene, Stage, StageSpec};
use super::state::State;
use crate::optimizer::{NAMES, default_with};
use crate::spec::{Domain, Param, Spec};

/// A support set, its prototypes, and queries, all of which can be dragged.
pub struct EpisodeLab;

/// The most steps of training.
const MOST_STEPS: f64 = 500.0;

const SPEC: &StageSpec = &StageSpec {
    id: "episode-lab",
    title: "Episode lab",
    about: "Filled points are the support, stars their means, hollow points queries that look for the nearest star; dashed \
            lines divide the plane between the stars. The colours show the loss as the selected point moves. Drag points \
            or stars, train them, compare losses or add them up.",
    knobs: &[
        Param::integer("ways", "", 3.0, (2.0, 6.0), "number of classes").within(Domain::Within(2.0, 6.0)),
        Param::integer("shots", "", 2.0, (1.0, 8.0), "support points of each class")
            .within(Domain::Within(1.0, 8.0)),
        Param::integer("queries", "", 3.0, (1.0, 8.0), "queries of each class")
            .within(Domain::Within(1.0, 8.0)),
        Param::linear("noise", "", 0.6, (0.0, 1.2), "standard deviation of the scatter at the start"),
        Param::names(
            "objective",
            &["apart", "together"],
            "whether each loss is trained alone, or the first alone beside the mean of all",
        ),
        Param::names("colours", &["loss", "regions"], "what the colours of the plane show"),
        Param::names("optimizer", &NAMES, "update rule of the training"),
        Param::log("lr", r"\eta", 0.1, (1e-3, 10.0), "learning rate of the training").default_when(&[
            default_with("momentum", 0.02),
            default_with("nesterov", 0.02),
            default_with("rmsprop", 0.02),
            default_with("adam", 0.05),
            default_with("adamw", 0.05),
            default_with("lion", 0.02),
        ]),
        Param::integer("budget", "", 100.0, (10.0, MOST_STEPS), "steps after which the training stops")
            .within(Domain::Within(0.0, MOST_STEPS)),
        Param::names("trails", &["on", "off"], "whether the way of the training is drawn"),
    ],
    contenders: 3,
    trains: true,
    actions: &[Action { id: "reset", title: "Reset the points", on_selected: false }],
};

impl Stage for EpisodeLab {
    fn spec(&self) -> &'static StageSpec {
        SPEC
    }

    fn fits(&self, loss: &'static Spec) -> bool {
        episode::fits(loss)
    }

    fn open(&self, state: &State, previous: Option<Box<dyn Scene>>) -> Box<dyn Scene> {
        Box::new(scene::EpisodeScene::new(state, previous))
    }
}

#[cfg(test)]
mod tests;
