//! What stages that train a network have in common, and what can be turned on them.

use crate::spec::{Affects, DefaultWhen, Domain, Param};
use crate::stages::StageSpec;

pub use crate::stages::engine::knobs::TERMS;

/// The most steps of training.
const MOST_STEPS: f64 = 5000.0;

/// What stages of two losses that a network learns step by step have in common.
pub const STAGE: StageSpec =
    StageSpec { id: "", title: "", about: "", knobs: &[], contenders: 2, trains: true, actions: &[] };

/// Steps after which the training stops.
pub const fn budget(steps: f64) -> Param {
    Param::integer("budget", "", steps, (10.0, 1000.0), "steps after which the training stops")
        .within(Domain::Within(0.0, MOST_STEPS))
        .affects(Affects::Look)
}

/// The share of wrong labels.
pub const fn noise(share: f64) -> Param {
    Param::linear("noise", r"\eta", share, (0.0, 0.6), "share of the training labels that are wrong")
        .within(Domain::Within(0.0, 1.0))
}

/// How wide classes are.
pub const fn spread(deviation: f64) -> Param {
    Param::linear("spread", r"\sigma", deviation, (0.1, 1.0), "standard deviation of each class")
        .within(Domain::Within(0.0, 100.0))
}

/// Samples that a step looks at, of at most so many.
pub const fn batch(size: f64, range: (f64, f64)) -> Param {
    Param::integer("batch", "", size, range, "samples that a step looks at")
        .within(Domain::Within(1.0, 1000.0))
}

/// The update rule.
pub const OPTIMIZER: Param =
    Param::names("optimizer", &["adam", "sgd"], "update rule of the training").affects(Affects::Training);

/// The learning rate of Adam, and when it is another.
pub const fn lr(rate: f64, highest: f64, others: &'static [DefaultWhen]) -> Param {
    Param::log("lr", r"\eta", rate, (1e-3, highest), "learning rate of the training")
        .default_when(others)
        .affects(Affects::Training)
}
