//! The screen of a state that was given on the command line.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result};

use loss_explorer::exhibits;
use loss_explorer::stages::{Notice, Screen};

/// What is said about `--state` in the help of every command that takes one.
pub const STATE: &str = "What is on screen: the text behind ? or # in a link, the whole link, or @FILE to read either from a file";

/// A screen, and the exit code that goes with what was passed over in its state.
pub struct Opened {
    pub screen: Screen,
    pub notices: Vec<Notice>,
    pub code: ExitCode,
}

/// Opens a state. Nothing in it is fatal: what is passed over is said on standard error, and makes the exit code 1.
///
/// # Errors
/// If the state is to be read from a file, and cannot be.
pub fn open(text: &str) -> Result<Opened> {
    let text = &match text.strip_prefix('@') {
        Some(file) => {
            fs::read_to_string(file).with_context(|| format!("cannot read the state from {file}"))?
        }
        None => text.to_owned(),
    };
    let text = text.trim();
    let is_link = text.contains("://");
    let query = text.find(['?', '#']).filter(|_| is_link).map_or(text, |at| &text[at..]);
    let (state, notices) = exhibits::open(query);
    for notice in &notices {
        eprintln!("warning: {}: {}", notice.key, notice.message);
    }
    let code = ExitCode::from(u8::from(!notices.is_empty()));
    Ok(Opened { screen: Screen::open(state, None), notices, code })
}
