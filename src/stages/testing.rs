//! What the tests of stages share.

use super::{Screen, Stage, State};
use crate::{exhibits, losses};

/// The state that a link opens; a link of a test says nothing wrong.
pub(super) fn state(text: &str) -> State {
    let (state, notices) = exhibits::open(text);
    assert_eq!(notices, [], "{text}");
    state
}

/// The screen that a link opens.
pub(super) fn screen(text: &str) -> Screen {
    Screen::open(state(text), None)
}

/// The value of a readout.
pub(super) fn readout(screen: &Screen, id: &str) -> f64 {
    let readouts = screen.scene().readouts();
    readouts.iter().find(|r| r.id == id).unwrap_or_else(|| panic!("no readout {id}")).value
}

/// The losses that a stage serves.
pub(super) fn fitting(stage: &dyn Stage) -> Vec<&'static str> {
    losses::all().map(crate::kernel::Loss::spec).filter(|spec| stage.fits(spec)).map(|spec| spec.id).collect()
}
