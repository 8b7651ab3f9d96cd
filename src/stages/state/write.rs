//! From a state to its text.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::query::escape;
use super::{ARRAY, POINTS, State, array_text, point};
use crate::spec::{Param, Params};
use crate::stages::stage::Settable;

impl State {
    /// The text of this state, as far as it differs from `base`; [`read`](Self::read) on top of the same base reads this
    /// very state. It is of the first version unless there is something in it that the first version cannot say.
    #[must_use]
    pub fn write(&self, base: &Self) -> String {
        let ids = |state: &Self| state.contenders.iter().map(|c| c.loss.spec().id).collect::<Vec<_>>();
        let (own, in_exhibit) = (ids(self), self.exhibit.is_some());
        let loss = (!in_exhibit || own[0] != ids(base)[0]).then_some(own[0]);
        let stage = self.stage.spec().id;
        let stage = (!in_exhibit || stage != base.stage.spec().id).then_some(stage);
        // What is not written is as it is after these, whatever they lead to.
        let named = [("loss", loss), ("stage", stage)].into_iter();
        let mut start = base.after(named.filter_map(|(key, id)| Some((key, id?))));
        let rivals = (own[1..] != ids(&start)[1..]).then(|| own[1..].join(","));
        if let Some(ids) = &rivals {
            start = start.after([("vs", &**ids)].into_iter());
        }

        let mut version = 1;
        let mut text = String::new();
        let mut put = |key: &str, value: &str| {
            let _ = write!(text, "&{key}={}", escape(value));
        };
        let leading = [("exhibit", self.exhibit), ("loss", loss), ("vs", rivals.as_deref())];
        for (key, id) in leading {
            id.into_iter().for_each(|id| put(key, id));
        }
        for (i, contender) in self.contenders.iter().enumerate() {
            let prefix = if i == 0 { String::new() } else { format!("vs{i}.") };
            let other = start.contenders.get(i).filter(|c| c.loss.spec().id == contender.loss.spec().id);
            let other = other.map_or_else(|| Params::new(contender.params.specs()), |c| c.params.clone());
            for (param, value) in changed(&contender.params, other) {
                put(&format!("{prefix}{}", param.name), &param.text(value));
            }
        }
        stage.into_iter().for_each(|id| put("stage", id));
        let same_stage = start.stage.spec().id == self.stage.spec().id;
        let other = if same_stage { start.knobs.clone() } else { Params::new(self.knobs.specs()) };
        for (knob, value) in changed(&self.knobs, other) {
            put(knob.name, &knob.text(value));
        }
        let names: BTreeSet<&String> = self.arrays.keys().chain(start.arrays.keys()).collect();
        for name in names {
            match (self.arrays.get(name), start.arrays.get(name)) {
                (own, other) if own == other => {}
                (own, _) if self.stage.settable() == Settable::Points && self.is_own(POINTS) => {
                    put(POINTS, &own.map(point::write).unwrap_or_default());
                }
                (own, _) => {
                    let is_free = self.key_of_array(name) == Some(name);
                    let key = if is_free { name.clone() } else { format!("{ARRAY}{name}") };
                    put(&key, &own.map(array_text::write).unwrap_or_default());
                    version = 2;
                }
            }
        }
        let mut put_own = |key: &str, is_changed: bool, value: &dyn Fn() -> String| {
            if is_changed && self.is_own(key) {
                put(key, &value());
            }
        };
        put_own("selected", self.selected != start.selected, &|| self.selected.to_string());
        put_own("steps", self.steps != start.steps, &|| self.steps.to_string());
        put_own("seed", self.seed != start.seed, &|| self.seed.to_string());
        put_own("sweep", self.sweep != start.sweep, &|| self.sweep.clone().unwrap_or_default());
        put_own("readout", self.readout != start.readout, &|| self.readout.clone().unwrap_or_default());
        put_own("hide", self.hide != start.hide, &|| self.hide.join(","));
        put_own("lock", self.lock != start.lock, &|| self.lock.join(","));
        format!("v={version}{text}")
    }
}

/// What has to be set for `start` to become `params`. A choice may bring other defaults with it, so that what was equal
/// before it is set differs afterwards.
fn changed(params: &Params, mut start: Params) -> Vec<(&'static Param, f64)> {
    let mut set = vec![false; params.specs().len()];
    loop {
        let differing = params
            .iter()
            .zip(&set)
            .position(|((param, value), is_set)| !is_set && value != start.get(param.name));
        let Some(i) = differing else { break };
        set[i] = true;
        // Whoever holds it was allowed to.
        let _ = start.set(params.specs()[i].name, params.get(params.specs()[i].name));
    }
    params.iter().zip(set).filter_map(|(changed, is_set)| is_set.then_some(changed)).collect()
}
