//! Local descriptors of images as directions of the plane, and which of them are taken for the same place.

mod album;
mod figures;
mod scene;

use super::stage::{Action, Scene, Stage, StageSpec};
use super::state::State;
use crate::optimizer::{NAMES, default_with};
use crate::spec::{Domain, Param, Spec};

/// A query, another image of the same object and images of others, all of whose descriptors can be dragged.
pub struct LocalMatches;

/// The most steps of training.
const MOST_STEPS: f64 = 300.0;

const SPEC: &StageSpec = &StageSpec {
    id: "local-matches",
    title: "Local matches",
    about: "Directions are local descriptors: the query's on the unit circle, those of another view of the same object on \
            the circle around it, those of other objects inside. Lines are matches, kept or rejected by one of three \
            tests; hollow descriptors get too little attention. Drag them, train them.",
    knobs: &[
        Param::integer("count", "K", 6.0, (2.0, 12.0), "descriptors of an image")
            .within(Domain::Within(2.0, 12.0)),
        Param::integer("images", "M", 2.0, (1.0, 3.0), "images of other objects")
            .within(Domain::Within(1.0, 3.0)),
        Param::linear("noise", "", 5.0, (0.0, 45.0), "how far descriptors turn from one view to the other")
            .unit("°"),
        Param::linear(
            "hardness",
            "",
            1.0,
            (0.0, 1.0),
            "how much the other objects look like the query: 0 at random, 1 nearly the same",
        )
        .within(Domain::Within(0.0, 1.0)),
        Param::names("optimizer", &NAMES, "update rule of the training"),
        Param::log("lr", r"\eta", 0.01, (1e-4, 1.0), "learning rate of the training")
            .default_when(&[default_with("momentum", 0.002), default_with("nesterov", 0.002)]),
        Param::integer("budget", "", 60.0, (10.0, MOST_STEPS), "steps after which the training stops")
            .within(Domain::Within(0.0, MOST_STEPS)),
    ],
    contenders: 1,
    trains: true,
    actions: &[Action { id: "reset", title: "Reset the descriptors", on_selected: false }],
};

impl Stage for LocalMatches {
    fn spec(&self) -> &'static StageSpec {
        SPEC
    }

    fn fits(&self, loss: &'static Spec) -> bool {
        loss.reads(&["query", "positive", "negatives", "attention"])
    }

    fn open(&self, state: &State, previous: Option<Box<dyn Scene>>) -> Box<dyn Scene> {
        Box::new(scene::LocalMatchesScene::new(state, previous))
    }
}

#[cfg(test)]
mod tests;
