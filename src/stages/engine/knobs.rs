//! The knobs that many scenes have.

use std::f64::consts::{FRAC_PI_2, PI};

use crate::figures::Plane;
use crate::optimizer::NAMES;
use crate::spec::{Affects, DefaultWhen, Domain, Param, Params};

/// The class of a sample among three.
pub const LABEL: Param = Param::numbers(
    "label",
    "y",
    1.0,
    &[(1.0, "class 1"), (2.0, "class 2"), (3.0, "class 3")],
    "the right class of the sample",
);

/// The update rule.
pub const OPTIMIZER: Param =
    Param::names("optimizer", &NAMES, "update rule of the training").affects(Affects::Training);

/// The learning rate; `rates` are those that suit other rules than the first.
pub const fn learning_rate(default: f64, range: (f64, f64), rates: &'static [DefaultWhen]) -> Param {
    Param::log("lr", r"\eta", default, range, "learning rate of the training")
        .default_when(rates)
        .affects(Affects::Training)
}

pub use super::difference::DIFFERENCE;
pub use super::terms::TERMS;

/// The steps that may be taken, at most `most`.
pub const fn budget(default: f64, most: f64) -> Param {
    Param::integer("budget", "", default, (10.0, most), "steps after which the training stops")
        .within(Domain::Within(0.0, most))
        .affects(Affects::Look)
}

/// How a landscape is seen.
pub const VIEW: Param =
    Param::names("view", &["map", "surface"], "seen from above, or in space").affects(Affects::Look);

const SURFACE: &[&str] = &["surface"];

/// Where a surface is seen from.
pub const YAW: Param = Param::linear("yaw", "", 0.6, (-PI, PI), "turns the surface")
    .unit("rad")
    .only_when("view", SURFACE)
    .affects(Affects::Look);

/// From how high it is seen.
pub const PITCH: Param = Param::linear("pitch", "", 0.5, (0.0, FRAC_PI_2), "tilts the surface")
    .unit("rad")
    .only_when("view", SURFACE)
    .affects(Affects::Look);

/// The plane of a landscape, as these knobs have it.
pub fn plane(knobs: &Params) -> Plane {
    if knobs.named("view") == "map" {
        Plane::Equal
    } else {
        Plane::Surface { yaw: knobs.get("yaw"), pitch: knobs.get("pitch") }
    }
}
