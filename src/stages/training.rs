//! Small networks that learn under any loss that reads what they give.

mod curves;
mod lesson;
mod reading;
mod run;

pub(super) use curves::curve;
pub(super) use lesson::{Course, Lesson};
pub(super) use reading::{Given, Targets, units};
pub(super) use run::{Measure, Run, Runs, more};
