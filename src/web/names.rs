//! What losses are called elsewhere: the names travel apart from the module, for links that have one.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::losses;

/// Takes in what losses are called besides id and title, a line `id name` each.
#[wasm_bindgen(js_name = learnNames)]
pub fn learn_names(names: &str) {
    losses::learn(names);
}
