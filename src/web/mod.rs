//! What the page calls: the only room that compiles for the browser alone.

mod brush;
mod canvas;
mod catalogue;
mod deferred;
mod description;
mod explorer;
mod names;

use wasm_bindgen::prelude::wasm_bindgen;

pub use catalogue::catalogue;
pub use deferred::{deferred_from, load_deferred};
pub use explorer::Explorer;
pub use names::learn_names;

/// The version of the crate, as in `Cargo.toml`.
#[must_use]
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
