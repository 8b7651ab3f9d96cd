//! The screen of a state that was given on the command line.

use std::process::ExitCode;

use loss_explorer::exhibits;
use loss_explorer::stages::Screen;

/// What is said about `--state` in the help of every command that takes one.
pub const STATE: &str = "What is on screen: the text behind ? or # in a link, or the whole link";

/// A screen, and the exit code that goes with what was passed over in its state.
pub struct Opened {
    pub screen: Screen,
    pub code: ExitCode,
}

/// Opens a state. Nothing in it is fatal: what is passed over is said on standard error, and makes the exit code 1.
pub fn open(text: &str) -> Opened {
    let is_link = text.contains("://");
    let query = text.find(['?', '#']).filter(|_| is_link).map_or(text, |at| &text[at..]);
    let (state, notices) = exhibits::open(query);
    for notice in &notices {
        eprintln!("warning: {}: {}", notice.key, notice.message);
    }
    Opened { screen: Screen::open(state, None), code: ExitCode::from(u8::from(!notices.is_empty())) }
}
