//! A straight line that is trained anew whenever an outlier is dragged: between two classes, or through points.

mod figures;
mod samples;
mod scene;

use super::stage::{Action, Scene, Stage, StageSpec};
use super::state::State;
use super::training::Targets;
use crate::optimizer::default_with;
use crate::spec::{Domain, Param, Spec};

/// A linear model with a few outliers that a person can drag.
pub struct Line {
    spec: &'static StageSpec,
    task: Task,
}

/// What a line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Task {
    /// It has one class on each side.
    Separate,
    /// It passes through the samples.
    Fit,
}

/// The most outliers.
const MOST_OUTLIERS: usize = 6;

/// The most steps of training; at that many a drag still answers at once.
const MOST_STEPS: f64 = 2000.0;

const OUTLIERS: Param = Param::integer(
    "outliers",
    "",
    1.0,
    (0.0, MOST_OUTLIERS as f64),
    "samples that lie where they should not; each can be dragged",
)
.within(Domain::Within(0.0, MOST_OUTLIERS as f64));

const FAR: Param = Param::linear(
    "far",
    "",
    1.0,
    (0.0, 5.0),
    "multiplies how far out the outliers lie; a drag sets it back to 1",
)
.within(Domain::Within(0.0, 1000.0));

const BUDGET: Param = Param::integer("budget", "", 300.0, (0.0, 1000.0), "steps of training")
    .within(Domain::Within(0.0, MOST_STEPS));

const OPTIMIZER: Param = Param::names("optimizer", &["adam", "sgd"], "update rule of the training");

const LR: Param = Param::log("lr", r"\eta", 0.05, (1e-3, 1.0), "learning rate of the training")
    .default_when(&[default_with("sgd", 0.5)]);

const ADD: Action = Action { id: "add", title: "Add an outlier", on_selected: false };
const REMOVE: Action = Action { id: "remove", title: "Remove the outlier", on_selected: true };
const RELABEL: Action = Action { id: "relabel", title: "Other class", on_selected: true };
const RESET: Action = Action { id: "reset", title: "Reset the outliers", on_selected: false };

/// A linear classifier of two classes under a loss of margins or binary scores.
pub const OUTLIER_LINE: Line = Line {
    spec: &StageSpec {
        id: "outlier-line",
        title: "Outlier line",
        about: "A linear classifier, trained anew at every drag. Drag the mislabelled points and see which losses let \
                them turn the boundary. Grey points no longer push.",
        knobs: &[
            OUTLIERS,
            FAR,
            Param::integer(
                "flipped",
                "",
                0.0,
                (0.0, 20.0),
                "how many of the 40 other labels are wrong as well",
            )
            .within(Domain::Within(0.0, 40.0)),
            Param::linear("spread", r"\sigma", 0.5, (0.0, 1.5), "standard deviation of each class")
                .within(Domain::Within(0.0, 100.0)),
            BUDGET,
            OPTIMIZER,
            LR,
        ],
        contenders: 4,
        trains: false,
        actions: &[ADD, REMOVE, RELABEL, RESET],
    },
    task: Task::Separate,
};

/// Slope and intercept under a loss of residuals.
pub const LINE_FIT: Line = Line {
    spec: &StageSpec {
        id: "line-fit",
        title: "Line fit",
        about: "A straight line, fitted anew at every drag. Drag the outliers and see which losses follow them. Grey \
                points no longer pull.",
        knobs: &[
            OUTLIERS,
            FAR,
            Param::integer("count", "N", 20.0, (2.0, 100.0), "number of samples besides the outliers")
                .within(Domain::Within(2.0, 200.0)),
            Param::linear("noise", "", 0.3, (0.0, 2.0), "standard deviation of the targets")
                .within(Domain::Within(0.0, 100.0)),
            Param::names("scatter", &["even", "growing"], "whether the noise grows from left to right"),
            BUDGET,
            OPTIMIZER,
            LR,
        ],
        contenders: 4,
        trains: false,
        actions: &[ADD, REMOVE, RESET],
    },
    task: Task::Fit,
};

impl Stage for Line {
    fn spec(&self) -> &'static StageSpec {
        self.spec
    }

    fn fits(&self, loss: &'static Spec) -> bool {
        match self.task {
            Task::Separate => {
                Targets::fits(loss, &["margin"], &["noise"])
                    || Targets::fits(loss, &["scores", "labels"], &[])
            }
            Task::Fit => Targets::fits(loss, &["residual"], &[]),
        }
    }

    fn open(&self, state: &State, _: Option<Box<dyn Scene>>) -> Box<dyn Scene> {
        Box::new(scene::LineScene::new(self.task, state))
    }
}

#[cfg(test)]
mod tests;
