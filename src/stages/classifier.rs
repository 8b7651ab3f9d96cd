//! A classifier of points in the plane, step by step under any loss of what it gives.

mod data;
mod figures;
mod readouts;
mod scene;
mod tiles;

use super::stage::{Scene, Stage, StageSpec};
use super::state::State;
use super::training::Targets;
use crate::optimizer::default_with;
use crate::spec::{Domain, Param, Spec};

/// A network, or a linear model, that learns classes of points.
pub struct Classifier {
    spec: &'static StageSpec,
    task: Task,
}

/// What is learned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Task {
    /// Four blobs, some with a wrong label.
    Blobs,
    /// Two half moons, some with a wrong label.
    Moons,
    /// Three blobs of very different sizes.
    LongTail,
}

/// The most steps of training.
const MOST_STEPS: f64 = 5000.0;

const fn budget(steps: f64) -> Param {
    Param::integer("budget", "", steps, (10.0, 1000.0), "steps after which the training stops")
        .within(Domain::Within(0.0, MOST_STEPS))
}

const fn noise(share: f64) -> Param {
    Param::linear("noise", r"\eta", share, (0.0, 0.6), "share of the training labels that are wrong")
        .within(Domain::Within(0.0, 1.0))
}

const fn spread(deviation: f64) -> Param {
    Param::linear("spread", r"\sigma", deviation, (0.1, 1.0), "standard deviation of each class")
        .within(Domain::Within(0.0, 100.0))
}

const OPTIMIZER: Param = Param::names("optimizer", &["adam", "sgd"], "update rule of the training");

const LR: Param = Param::log("lr", r"\eta", 0.02, (1e-3, 10.0), "learning rate of the training")
    .default_when(&[default_with("sgd", 1.0)]);

const MODEL: Param =
    Param::names("model", &["network", "linear"], "two layers of hidden units, or weights and biases alone");

/// Four noisy blobs for losses of logits.
pub const NOISY_BLOBS: Classifier = Classifier {
    spec: &StageSpec {
        id: "noisy-blobs",
        title: "Noisy blobs",
        about: "A small network learns four classes while some labels are wrong. Colours show what it answers \
                everywhere; ringed points have a wrong label, large points push hard.",
        knobs: &[
            noise(0.4),
            spread(0.6),
            Param::linear(
                "poor",
                "",
                0.0,
                (0.0, 0.6),
                "share of samples with random labels and little variance in their features",
            )
            .within(Domain::Within(0.0, 1.0)),
            Param::names(
                "features",
                &["hidden", "drawn"],
                "features that the loss may look at: the last hidden units, or 16 numbers that go with the sample",
            ),
            Param::names(
                "logits",
                &["plain", "normalised"],
                "as they come, or made positive and divided by their mean before the loss",
            ),
            MODEL,
            budget(250.0),
            OPTIMIZER,
            LR,
        ],
        contenders: 2,
        trains: true,
        actions: &[],
    },
    task: Task::Blobs,
};

/// Two noisy moons for losses of margins and binary scores.
pub const NOISY_MOONS: Classifier = Classifier {
    spec: &StageSpec {
        id: "noisy-moons",
        title: "Noisy moons",
        about: "A small network learns two half moons while some labels are wrong. Colours show what it answers \
                everywhere; ringed points have a wrong label, large points push hard.",
        knobs: &[
            noise(0.2),
            spread(0.25),
            Param::integer("count", "N", 120.0, (8.0, 240.0), "number of training samples")
                .within(Domain::Within(2.0, 1000.0)),
            Param::integer("batch", "", 32.0, (1.0, 240.0), "samples that a step looks at")
                .within(Domain::Within(1.0, 1000.0)),
            MODEL,
            budget(600.0),
            OPTIMIZER,
            LR,
        ],
        contenders: 2,
        trains: true,
        actions: &[],
    },
    task: Task::Moons,
};

/// Three blobs of very different sizes for losses of logits.
pub const LONG_TAIL: Classifier = Classifier {
    spec: &StageSpec {
        id: "long-tail",
        title: "Long tail",
        about: "A linear classifier learns three classes, one of which is rare. Colours show what it answers \
                everywhere, large points push hard; the test has as many samples of each class.",
        knobs: &[
            Param::integer("frequent", "n_1", 200.0, (1.0, 400.0), "training samples of the first class")
                .within(Domain::Within(1.0, 1000.0)),
            Param::integer("middle", "n_2", 40.0, (1.0, 400.0), "training samples of the second class")
                .within(Domain::Within(1.0, 1000.0)),
            Param::integer("rare", "n_3", 8.0, (1.0, 400.0), "training samples of the third class")
                .within(Domain::Within(1.0, 1000.0)),
            spread(0.8),
            budget(300.0),
            OPTIMIZER,
            Param { default: 0.05, ..LR },
        ],
        contenders: 2,
        trains: true,
        actions: &[],
    },
    task: Task::LongTail,
};

impl Stage for Classifier {
    fn spec(&self) -> &'static StageSpec {
        self.spec
    }

    fn fits(&self, loss: &'static Spec) -> bool {
        match self.task {
            Task::Blobs => Targets::fits(loss, &["logits", "labels"], &["counts", "features"]),
            // A linear model has no hidden units to look at but the points themselves.
            Task::LongTail => Targets::fits(loss, &["logits", "labels"], &["counts"]),
            Task::Moons => {
                Targets::fits(loss, &["margin"], &["noise"])
                    || Targets::fits(loss, &["scores", "labels"], &[])
            }
        }
    }

    fn uses(&self, knob: &str, loss: &'static Spec) -> bool {
        knob != "features" || loss.input("features").is_some()
    }

    fn open(&self, state: &State, previous: Option<Box<dyn Scene>>) -> Box<dyn Scene> {
        Box::new(scene::ClassifierScene::new(self.task, state, previous))
    }
}

#[cfg(test)]
mod tests;
