//! How similar samples of one class and of different classes are, in a space of many dimensions.

mod figures;
mod scene;
mod strips;
mod training;

use super::stage::{Action, Scene, Stage, StageSpec};
use super::state::State;
use crate::optimizer::{NAMES, default_with};
use crate::spec::{Domain, Param, Spec};

/// Similarities of positive pairs, negative pairs and rival prototypes as strips over one cosine axis.
pub struct SimilarityStrips;

/// The most steps of training.
const MOST_STEPS: f64 = 500.0;

const SPEC: &StageSpec = &StageSpec {
    id: "similarity-strips",
    title: "Similarity strips",
    about: "Classes of vectors in many dimensions, and every similarity among them as a dot on one axis: pairs of one \
            class, samples and rival prototypes, pairs of different classes.",
    knobs: &[
        Param::integer("classes", "C", 6.0, (2.0, 12.0), "number of classes")
            .within(Domain::Within(2.0, 16.0)),
        Param::integer("each", "", 3.0, (1.0, 6.0), "samples of each class").within(Domain::Within(1.0, 8.0)),
        Param::integer("dimensions", "D", 3.0, (2.0, 64.0), "dimensions of the space")
            .within(Domain::Within(2.0, 128.0)),
        Param::linear("noise", "", 0.4, (0.0, 1.5), "how far samples lie from the centre of their class"),
        Param::integer("wrong", "", 0.0, (0.0, 4.0), "number of samples with a wrong label")
            .within(Domain::Within(0.0, 8.0)),
        Param::names("optimizer", &NAMES, "update rule of the training"),
        Param::log("lr", r"\eta", 0.1, (1e-3, 10.0), "learning rate of the training").default_when(&[
            default_with("momentum", 0.02),
            default_with("nesterov", 0.02),
            default_with("rmsprop", 0.01),
            default_with("adam", 0.02),
            default_with("adamw", 0.02),
            default_with("lion", 0.01),
        ]),
        Param::integer("budget", "", 200.0, (10.0, MOST_STEPS), "steps after which the training stops")
            .within(Domain::Within(0.0, MOST_STEPS)),
    ],
    contenders: 2,
    trains: true,
    actions: &[Action { id: "draw", title: "Draw other samples", on_selected: false }],
};

impl Stage for SimilarityStrips {
    fn spec(&self) -> &'static StageSpec {
        SPEC
    }

    fn fits(&self, loss: &'static Spec) -> bool {
        // One prototype a class, as there is one strip for rivals.
        let is_one_a_class =
            || loss.input("prototypes").is_some_and(|prototypes| prototypes.shape == ["C", "D"]);
        loss.reads(&["embeddings", "labels"])
            || (loss.reads(&["embeddings", "labels", "prototypes"]) && is_one_a_class())
    }

    fn open(&self, state: &State, previous: Option<Box<dyn Scene>>) -> Box<dyn Scene> {
        Box::new(scene::SimilarityStripsScene::new(state, previous))
    }
}

#[cfg(test)]
mod tests;
