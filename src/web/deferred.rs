//! The functions of this module that are loaded only when one of them is called; `xtask/src/wasm_split.rs` takes them
//! out of the module and has [`load_deferred`] called in their place.

use std::cell::OnceCell;

use js_sys::Function;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

thread_local! {
    static LOADER: OnceCell<Function> = const { OnceCell::new() };
}

/// Says who loads the functions: it is called once, at the first of them, with the exports of this module, and returns
/// when they are in its table.
#[wasm_bindgen(js_name = deferredFrom)]
pub fn deferred_from(loader: Function) {
    // Whoever came first stays: once loaded, nothing loads again.
    LOADER.with(|known| drop(known.set(loader)));
}

/// Has the functions loaded; throws what the loader throws.
#[wasm_bindgen(js_name = loadDeferred)]
pub fn load_deferred() {
    let loaded = LOADER.with(|loader| match loader.get() {
        Some(loader) => loader.call1(&JsValue::NULL, &wasm_bindgen::exports()),
        None => {
            Err(JsValue::from_str("call deferredFrom first: this module has functions that are loaded later"))
        }
    });
    if let Err(why) = loaded {
        wasm_bindgen::throw_val(why);
    }
}
