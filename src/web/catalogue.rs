//! What there is to choose from, short enough to be there at once; the prose travels as JSON.

use serde::Serialize;
use wasm_bindgen::prelude::{JsError, JsValue, wasm_bindgen};

use super::description::Name;
use crate::exhibits::EXHIBITS;
use crate::losses;
use crate::spec::Family;
use crate::stages::STAGES;

#[derive(Serialize)]
struct Catalogue {
    exhibits: Vec<Name>,
    families: Vec<Shelf>,
    stages: Vec<Name>,
}

#[derive(Serialize)]
struct Shelf {
    name: &'static str,
    losses: Vec<Name>,
}

/// Exhibits, the losses by family that some stage shows, and stages: ids and titles.
///
/// # Errors
/// If the browser cannot make the object.
#[wasm_bindgen]
pub fn catalogue() -> Result<JsValue, JsError> {
    let shelf = |family: Family| {
        let specs = losses::all().map(crate::kernel::Loss::spec);
        let shown = specs.filter(|spec| spec.family == family && STAGES.iter().any(|s| s.fits(spec)));
        Shelf { name: family.name(), losses: shown.map(|s| Name { id: s.id, title: s.title }).collect() }
    };
    let catalogue = Catalogue {
        exhibits: EXHIBITS.iter().map(|e| Name { id: e.id, title: e.title }).collect(),
        families: Family::ALL.iter().copied().map(shelf).filter(|shelf| !shelf.losses.is_empty()).collect(),
        stages: STAGES.iter().map(|s| Name { id: s.spec().id, title: s.spec().title }).collect(),
    };
    Ok(serde_wasm_bindgen::to_value(&catalogue)?)
}
