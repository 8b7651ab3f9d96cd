//! The knobs that every training has.

use crate::optimizer::NAMES;
use crate::spec::{Affects, DefaultWhen, Domain, Param};

/// The update rule.
pub const OPTIMIZER: Param =
    Param::names("optimizer", &NAMES, "update rule of the training").affects(Affects::Training);

/// The learning rate; `rates` are those that suit other rules than the first.
pub const fn learning_rate(default: f64, range: (f64, f64), rates: &'static [DefaultWhen]) -> Param {
    Param::log("lr", r"\eta", default, range, "learning rate of the training")
        .default_when(rates)
        .affects(Affects::Training)
}

/// The steps that may be taken, at most `most`.
pub const fn budget(default: f64, most: f64) -> Param {
    Param::integer("budget", "", default, (10.0, most), "steps after which the training stops")
        .within(Domain::Within(0.0, most))
        .affects(Affects::Look)
}
