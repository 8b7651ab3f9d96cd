//! Embeddings on a circle or a sphere, trained with one prototype a class or several.

mod data;
mod figures;
mod readouts;
mod scene;

use std::f64::consts::{FRAC_PI_2, PI};

use super::stage::{Scene, Stage, StageSpec};
use super::state::State;
use super::training::Targets;
use crate::optimizer::default_with;
use crate::spec::{DefaultWhen, Domain, Param, Spec};

/// A network that learns where samples belong on a sphere.
pub struct Hypersphere;

/// The most steps of training.
const MOST_STEPS: f64 = 5000.0;

const fn with_grid(default: f64) -> DefaultWhen {
    DefaultWhen { param: "data", option: "grid", default }
}

const BLOBS: &[&str] = &["blobs"];

const SPEC: &StageSpec = &StageSpec {
    id: "hypersphere-train",
    title: "Hypersphere training",
    about: "A small network turns points of the plane into directions, and each class learns its own. Stars are the \
            prototypes, ringed points have a wrong label; what lies behind the sphere is small. On a circle samples are drawn a little inwards, to be seen.",
    knobs: &[
        Param::names(
            "data",
            &["blobs", "grid"],
            "noisy blobs, or eight clusters of which five are learned and three are met later",
        ),
        Param::integer("classes", "C", 4.0, (2.0, 8.0), "number of blobs")
            .within(Domain::Within(2.0, 20.0))
            .only_when("data", BLOBS),
        Param::linear("noise", r"\eta", 0.3, (0.0, 0.6), "share of the training labels that are wrong")
            .within(Domain::Within(0.0, 1.0))
            .only_when("data", BLOBS),
        Param::linear("spread", r"\sigma", 0.5, (0.1, 1.0), "standard deviation of each class")
            .within(Domain::Within(0.0, 100.0))
            .default_when(&[with_grid(0.28)]),
        Param::integer(
            "dimensions",
            "D",
            3.0,
            (2.0, 8.0),
            "of the embeddings; beyond three, the first three are drawn",
        )
        .within(Domain::Within(2.0, 64.0)),
        Param::linear("yaw", "", 0.6, (-PI, PI), "turns the sphere").unit("rad"),
        Param::linear("pitch", "", 0.4, (-FRAC_PI_2, FRAC_PI_2), "tilts the sphere").unit("rad"),
        Param::integer("batch", "", 160.0, (8.0, 160.0), "samples that a step looks at")
            .within(Domain::Within(1.0, 1000.0))
            .default_when(&[with_grid(64.0)]),
        Param::integer("budget", "", 400.0, (10.0, 1000.0), "steps after which the training stops")
            .within(Domain::Within(0.0, MOST_STEPS))
            .default_when(&[with_grid(300.0)]),
        Param::names("optimizer", &["adam", "sgd"], "update rule of the training"),
        Param::log("lr", r"\eta", 0.01, (1e-3, 10.0), "learning rate of the training")
            .default_when(&[default_with("sgd", 0.1), with_grid(0.02)]),
    ],
    contenders: 2,
    trains: true,
    actions: &[],
};

impl Stage for Hypersphere {
    fn spec(&self) -> &'static StageSpec {
        SPEC
    }

    fn fits(&self, loss: &'static Spec) -> bool {
        let of_labels = |spec: &Spec| spec.input("labels").is_some_and(|labels| labels.shape == ["N"]);
        of_labels(loss)
            && (Targets::fits(loss, &["cosines", "labels"], &["magnitudes"])
                || Targets::fits(loss, &["embeddings", "labels", "prototypes"], &[]))
    }

    fn open(&self, state: &State, previous: Option<Box<dyn Scene>>) -> Box<dyn Scene> {
        Box::new(scene::HypersphereScene::new(state, previous))
    }
}

#[cfg(test)]
mod tests;
