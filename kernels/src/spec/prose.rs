//! What people read about a loss.

use serde::Serialize;

/// What people read about a loss. It is left out of the WebAssembly module and travels as JSON.
#[derive(Debug, Serialize)]
pub struct Prose {
    /// One sentence: what it does and when one would take it.
    pub summary: &'static str,
    /// The formula as LaTeX; `\p{name}` stands for the symbol of parameter `name` and is tied to its slider.
    pub formula: &'static str,
    /// The gradient as LaTeX where it teaches something, else empty.
    pub gradient: &'static str,
    /// Where it comes from.
    pub source: Source,
    /// Ids of the [papers](crate::papers) whose claims it is here for; empty for a standard loss.
    pub papers: &'static [&'static str],
    /// Other names that people search for.
    pub aliases: &'static [&'static str],
    /// Facts that the tests hold it to, a plain sentence each.
    pub facts: &'static [&'static str],
}

/// Words that only people read, which a build for the browser leaves out too: they would come before the first plot.
#[must_use]
pub const fn said(words: &'static str) -> &'static str {
    if cfg!(target_arch = "wasm32") { "" } else { words }
}

/// Where a loss was first written down.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Source {
    /// Family names of the authors; empty for a textbook definition.
    pub authors: &'static str,
    /// Year of publication, 0 if there is none to name.
    pub year: u16,
    /// Title of the paper or book; empty if there is none to name.
    pub title: &'static str,
    /// Venue and identifier, for example `ICML 2023, arXiv 2304.07288`.
    pub venue: &'static str,
}

impl Source {
    /// A definition so old or so common that no one paper is its source.
    pub const TEXTBOOK: Self = Self { authors: "", year: 0, title: "", venue: "textbook" };
}
