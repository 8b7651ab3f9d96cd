//! What the page calls: the only room that compiles for the browser alone.

use wasm_bindgen::prelude::wasm_bindgen;

/// The version of the crate, as in `Cargo.toml`.
#[must_use]
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
