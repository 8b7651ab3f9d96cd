//! What a link takes away or holds fast, and what it opened with.

use super::{Screen, State};
use crate::spec::{Param, Params};

/// Parts of the page besides its controls and figures that a link can take away, and what people call them.
pub const PARTS: [(&str, &str); 13] = [
    ("catalogue", "the catalogue"),
    ("stage", "the choice of the scene"),
    ("formula", "the formula"),
    ("claim", "the claim and its numbers"),
    ("story", "what there is to read"),
    ("readouts", "the live numbers"),
    ("figures", "the figures besides the main ones"),
    ("sweep", "the choice of the sweep"),
    ("compare", "the choice of another loss"),
    ("steps", "the training"),
    ("actions", "the buttons of the scene"),
    ("reset", "undo, redo and reset"),
    ("points", "what can be dragged"),
];

/// What `next` becomes where a person has brought it about: what is locked stays as it was.
#[must_use]
pub fn held(shown: &State, mut next: State) -> State {
    for key in shown.lock.iter().filter(|key| next.lock.contains(key)).cloned().collect::<Vec<_>>() {
        keep(&key, shown, &mut next);
    }
    next
}

/// Carries what `key` stands for over from one state to another.
fn keep(key: &str, from: &State, to: &mut State) {
    match key {
        _ if !to.is_own(key) => {
            if let (Some((param, own)), Some((other_param, other))) = (from.valued(key), to.valued(key))
                && (param.text(own) != other_param.text(other))
            {
                // A value that another state had under the same key is allowed, or the key means another
                // parameter by now and keeps its own value.
                let _ = to.set(key, &param.text(own));
            }
        }
        "points" => {
            if to.arrays != from.arrays {
                to.selected = from.selected;
            }
            to.arrays.clone_from(&from.arrays);
        }
        "steps" => to.steps = from.steps,
        "seed" => to.seed = from.seed,
        _ => {}
    }
}

impl State {
    /// A parameter or knob by its key, with its value.
    fn valued(&self, key: &str) -> Option<(&'static Param, f64)> {
        let (params, name) = self.params_at(key)?;
        params.iter().find(|(param, _)| param.name == name)
    }

    /// Which parameters a key belongs to, and the name among them.
    fn params_at<'a>(&self, key: &'a str) -> Option<(&Params, &'a str)> {
        match key.strip_prefix("vs").and_then(|rest| rest.split_once('.')) {
            Some((rival, name)) => Some((&self.contenders.get(rival.parse::<usize>().ok()?)?.params, name)),
            None if self.contender().params.has(key) => Some((&self.contender().params, key)),
            None => Some((&self.knobs, key)),
        }
    }

    /// What a parameter or knob opened with: its value in `opened` where that showed the same loss or scene, else its
    /// default. `None` if there is no such key.
    #[must_use]
    pub fn initial(&self, key: &str, opened: &Self) -> Option<f64> {
        let (params, name) = self.params_at(key)?;
        let (own, _) = params.iter().find(|(param, _)| param.name == name)?;
        let same = opened.valued(key).filter(|(param, _)| std::ptr::eq(*param, own));
        Some(same.map_or_else(|| params.default(name), |(_, value)| value))
    }

    /// The same as text.
    #[must_use]
    pub fn initial_text(&self, key: &str, opened: &Self) -> Option<String> {
        Some(self.valued(key)?.0.text(self.initial(key, opened)?))
    }

    /// This state as it opened, but presented as it is now.
    #[must_use]
    pub fn reopened(&self, opened: &Self) -> Self {
        opened.with(|state| {
            state.hide.clone_from(&self.hide);
            state.lock.clone_from(&self.lock);
            state.show.clone_from(&self.show);
            state.present = self.present;
        })
    }
}

impl Screen {
    /// The state after an action of the stage, as far as what is locked allows it; that of now if it does not.
    #[must_use]
    pub fn after(&self, action: &str) -> State {
        let state = self.state();
        let is_counted = ["add", "remove"].contains(&action) && state.lock.iter().any(|key| key == "count");
        if is_counted { state.clone() } else { held(state, self.act(action)) }
    }

    /// Everything that `hide`, `show` and `lock` of a link can name here.
    #[must_use]
    pub fn nameable(&self) -> Vec<String> {
        let state = self.state();
        let mut names: Vec<String> = PARTS.iter().map(|(id, _)| (*id).to_owned()).collect();
        names.push("seed".to_owned());
        for (i, contender) in state.contenders.iter().enumerate() {
            let prefix = if i == 0 { String::new() } else { format!("vs{i}.") };
            names.extend(contender.params.specs().iter().map(|param| format!("{prefix}{}", param.name)));
        }
        names.extend(state.knobs.specs().iter().map(|knob| knob.name.to_owned()));
        names.extend(self.figures().into_iter().map(|figure| figure.id.to_owned()));
        names
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{screen, state};
    use super::*;
    use crate::exhibits::link;

    #[test]
    fn what_is_locked_stays_and_the_rest_moves() {
        let shown = state("loss=nt-xent&temperature=0.3&lock=temperature,points");
        let next = shown.with(|state| {
            state.set("temperature", "0.5").unwrap();
            state.set("noise", "0.1").unwrap();
            state.set("points", "1,0,0;0,1,1").unwrap();
        });
        let held = held(&shown, next);
        assert_eq!(held.contender().params.get("temperature"), 0.3);
        assert_eq!(held.knobs.get("noise"), 0.1);
        assert!(held.arrays.is_empty());
    }

    #[test]
    fn a_locked_count_refuses_another_point_and_locked_points_every_action() {
        for (lock, action, moves) in [
            ("", "add", true),
            ("count", "add", false),
            ("count", "remove", false),
            ("count", "relabel", true),
            ("points", "add", false),
            ("points", "relabel", false),
            ("seed", "draw", false),
        ] {
            let screen = screen(&format!("loss=nt-xent&lock={lock}"));
            let changes = link(&screen.after(action)) != link(screen.state());
            assert_eq!(changes, moves, "{action} with {lock} locked");
        }
    }

    #[test]
    fn a_control_opened_with_what_the_link_said() {
        let opened = state("loss=nt-xent&temperature=0.3&vs=info-nce");
        let turned = opened.with(|state| {
            state.set("temperature", "1").unwrap();
            state.set("noise", "0.5").unwrap();
        });
        assert_eq!(turned.initial("temperature", &opened), Some(0.3));
        assert_eq!(turned.initial("noise", &opened), Some(opened.knobs.get("noise")));
        let other = opened.with(|state| state.set("loss", "sup-con").unwrap());
        assert_eq!(
            other.initial("temperature", &opened),
            Some(other.contender().params.default("temperature"))
        );
        assert_eq!(turned.initial("colour", &opened), None);
        assert_eq!(link(&turned.reopened(&opened)), link(&opened));
    }
}
