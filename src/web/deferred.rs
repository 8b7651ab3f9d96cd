//! The functions of this module that are loaded only when one of them is called; `xtask/src/wasm_split.rs` takes them
//! out of the module and has [`load_deferred`] called in their place.

use std::cell::OnceCell;

use js_sys::Function;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

thread_local! {
    static LOADER: OnceCell<Function> = const { OnceCell::new() };
}

/// Says who knows whether the functions are there: it is asked at the first call of one of them, and returns if they are
/// in the table of this module.
#[wasm_bindgen(js_name = deferredFrom)]
pub fn deferred_from(loader: Function) {
    // Whoever came first stays: once loaded, nothing loads again.
    LOADER.with(|known| drop(known.set(loader)));
}

/// Lets a call through to the functions; throws what the loader throws when they are not there.
#[wasm_bindgen(js_name = loadDeferred)]
pub fn load_deferred() {
    let loaded = LOADER.with(|loader| match loader.get() {
        Some(loader) => loader.call0(&JsValue::NULL),
        None => {
            Err(JsValue::from_str("call deferredFrom first: this module has functions that are loaded later"))
        }
    });
    if let Err(why) = loaded {
        wasm_bindgen::throw_val(why);
    }
}
