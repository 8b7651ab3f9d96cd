//! A loss of vectors as a function of two similarities: that of an anchor to a positive and to a negative.

mod figures;
mod pairing;
mod scene;

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use super::stage::{Action, Scene, Settable, Stage, StageSpec};
use super::state::State;
use crate::spec::{Param, Spec};

/// The loss of one anchor over the similarity to its negative and to its positive.
pub struct PairPlane;

const SPEC: &StageSpec = &StageSpec {
    id: "pair-plane",
    title: "Pair plane",
    about: "One anchor, one positive, one negative: the loss over the cosine to the negative and the cosine to the positive. \
            Arrows and the ways from the dots go downhill; the best place is at the top. Drag a dot, compare two losses.",
    knobs: &[Param::names("flows", &["on", "off"], "whether the way downhill from each dot is drawn")],
    contenders: 2,
    trains: false,
    actions: &[Action { id: "reset", title: "Reset the dots", on_selected: false }],
};

impl Stage for PairPlane {
    fn spec(&self) -> &'static StageSpec {
        SPEC
    }

    fn fits(&self, loss: &'static Spec) -> bool {
        pairing::Arrangement::of(loss).is_some()
    }

    fn uses(&self, name: &str, loss: &'static Spec) -> bool {
        // Much of what is turned on a loss chooses among several positives or negatives, and here is one of each.
        loss.param(name).is_none_or(|param| {
            // Asked at every move of a hand, and always answered the same.
            static FELT: Mutex<BTreeMap<(&str, &str), bool>> = Mutex::new(BTreeMap::new());
            let known = || FELT.lock().unwrap_or_else(PoisonError::into_inner);
            let asked = (loss.id, param.name);
            if let Some(&felt) = known().get(&asked) {
                return felt;
            }
            // Not under the lock: what it calls may be refused in the middle, as it has yet to be fetched.
            let felt = pairing::is_felt(loss, param);
            known().insert(asked, felt);
            felt
        })
    }

    fn settable(&self) -> Settable {
        Settable::Points
    }

    fn open(&self, state: &State, _: Option<Box<dyn Scene>>) -> Box<dyn Scene> {
        Box::new(scene::PairPlaneScene::new(state))
    }
}

#[cfg(test)]
mod tests;
