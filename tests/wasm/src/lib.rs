//! `loss-explorer eval` as a wasm module: the kernels as browsers run them, reached by lines of JSON. A module of
//! its own, so that the page does not carry a JSON parser.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen::prelude::wasm_bindgen;

/// Answers one line of JSON with one line of JSON; see [`loss_explorer::evaluate`].
#[must_use]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen)]
pub fn evaluate(line: &str) -> String {
    loss_explorer::evaluate::evaluate(line).line
}
