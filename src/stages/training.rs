//! A small network as a wire: it learns under any loss that reads what it gives.

pub(super) mod knobs;
mod lesson;
mod reading;

pub(super) use lesson::{Lesson, Taught, accuracy, answers};
pub(super) use reading::{Head, Targets, units};
