//! Labelled points in the plane under a loss of embeddings: forces, landscape, training.

mod batch;
mod figures;
mod forces;
mod layout;
mod limits;
mod scene;

use std::f64::consts::{FRAC_PI_2, PI};

use layout::Layout;

use super::stage::{Action, Scene, Stage, StageSpec};
use super::state::State;
use crate::optimizer::{NAMES, default_with};
use crate::spec::{Domain, Param, Spec};

/// Up to 64 points that a person can drag, and what a loss makes of them.
pub struct EmbeddingPlane;

/// The most samples that are shown.
const MOST_SAMPLES: usize = 64;

/// The most prototypes that belong to no class.
const MOST_PROTOTYPES: usize = 12;

/// The most steps of training.
const MOST_STEPS: f64 = 500.0;

const SURFACE: &[&str] = &["surface"];

const SPEC: &StageSpec = &StageSpec {
    id: "embedding-plane",
    title: "Embedding plane",
    about: "Labelled points and the unit circle; stars are prototypes that the loss moves along. Arrows show where the \
            loss pushes each point; the colours show the loss as the selected point moves. Drag points, train them, \
            compare two losses.",
    knobs: &[
        Param::names("layout", &["clusters", "clump", "ring", "arcs", "fan"], "where the points start"),
        Param::integer("count", "N", 12.0, (2.0, MOST_SAMPLES as f64), "number of points at the start")
            .within(Domain::Within(2.0, MOST_SAMPLES as f64)),
        Param::linear("noise", "", 0.15, (0.0, 0.5), "standard deviation of the scatter at the start")
            .default_when(&[
                in_layout("clump", 0.05),
                in_layout("ring", 0.0),
                in_layout("arcs", 0.0),
                in_layout("fan", 0.0),
            ]),
        Param::integer(
            "prototypes",
            "K",
            4.0,
            (1.0, MOST_PROTOTYPES as f64),
            "number of prototypes, for losses whose prototypes belong to no class",
        )
        .within(Domain::Within(1.0, MOST_PROTOTYPES as f64)),
        Param::names("motion", &["free", "circle"], "whether points may leave the unit circle"),
        Param::names(
            "views",
            &["twins", "pairs"],
            "for losses of two views: each point seen twice, or points in pairs",
        ),
        Param::linear("turn", "", 2.0, (0.0, 45.0), "how far each of the two views is turned")
            .unit("°")
            .only_when("views", &["twins"]),
        Param::names("optimizer", &NAMES, "update rule of the training"),
        Param::log("lr", r"\eta", 0.1, (1e-3, 10.0), "learning rate of the training").default_when(&[
            default_with("momentum", 0.02),
            default_with("nesterov", 0.02),
            default_with("rmsprop", 0.02),
            default_with("adam", 0.05),
            default_with("adamw", 0.05),
            default_with("lion", 0.02),
        ]),
        Param::names(
            "lr_times",
            &["one", "temperature"],
            "multiplies the learning rate; times the temperature, sharpness alone does not lengthen steps",
        ),
        Param::integer("budget", "", 100.0, (10.0, MOST_STEPS), "steps after which the training stops")
            .within(Domain::Within(0.0, MOST_STEPS)),
        Param::names(
            "pushes",
            &["off", "on"],
            "whether lines show who pushes the selected point, as wide as their share",
        ),
        Param::names("trails", &["on", "off"], "whether the way of the training is drawn"),
        Param::names("view", &["map", "surface"], "seen from above, or in space"),
        Param::linear("yaw", "", 0.6, (-PI, PI), "turns the surface").unit("rad").only_when("view", SURFACE),
        Param::linear("pitch", "", 0.5, (0.0, FRAC_PI_2), "tilts the surface")
            .unit("rad")
            .only_when("view", SURFACE),
    ],
    contenders: 2,
    trains: true,
    actions: &[
        Action { id: "add", title: "Add a point", on_selected: false },
        Action { id: "remove", title: "Remove the point", on_selected: true },
        Action { id: "relabel", title: "Next class", on_selected: true },
        Action { id: "reset", title: "Reset the points", on_selected: false },
    ],
};

const fn in_layout(option: &'static str, default: f64) -> crate::spec::DefaultWhen {
    crate::spec::DefaultWhen { param: "layout", option, default }
}

impl Stage for EmbeddingPlane {
    fn spec(&self) -> &'static StageSpec {
        SPEC
    }

    fn fits(&self, loss: &'static Spec) -> bool {
        Layout::fits(loss)
    }

    fn uses(&self, knob: &str, loss: &'static Spec) -> bool {
        match knob {
            "views" | "turn" => Layout::is_paired(loss) && !Layout::has_targets(loss),
            "prototypes" => Layout::has_prototypes(loss) && !Layout::has_classes(loss),
            "lr_times" => loss.param("temperature").or(loss.param("scale")).is_some(),
            _ => true,
        }
    }

    fn open(&self, state: &State, previous: Option<Box<dyn Scene>>) -> Box<dyn Scene> {
        Box::new(scene::EmbeddingPlaneScene::new(state, previous))
    }
}

#[cfg(test)]
mod tests;
