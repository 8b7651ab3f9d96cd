//! One engine behind all scenes: a stage is data, and what is the same for all of them is written here once.

mod course;
pub(super) mod curves;
pub(super) mod dead_zone;
pub(super) mod difference;
pub(super) mod direct;
pub(super) mod knobs;
mod played;
mod run;
mod scenario;
pub(super) mod similarities;
pub(super) mod slopes;
pub(super) mod terms;
#[cfg(test)]
mod tests;

/// The key of what is drawn of the difference of two losses.
pub const DIFFERENCE: &str = difference::DIFFERENCE.name;

pub(super) use course::{Course, Term, Wire};
pub(super) use direct::{Direct, One};
pub(crate) use played::numbered;
pub(super) use played::{Played, Shot};
pub(super) use run::{Measure, Plan, Run, STILL, without_training};
pub(super) use scenario::{Field, Gauge, Scenario, Title, View};
pub(super) use slopes::Slopes;
