//! From a text to a state: what does not exist or is not allowed is passed over and named.

use serde::Serialize;

use super::query::parse_query;
use super::{Contender, LEADING_KEYS, POINTS, State, array_text, point};
use crate::losses;
use crate::spec::Params;
use crate::stages::{STAGES, Stage, find};

/// Something in the text of a state that was passed over, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// The key.
    pub key: String,
    /// A sentence that names what was wrong, the value, and what is used instead.
    pub message: String,
}

impl State {
    /// Reads a text on top of `base`, the state that holds where the text says nothing. A text that names
    /// another loss or stage than the base keeps of it only what still fits.
    #[must_use]
    pub fn read(text: &str, base: &Self) -> (Self, Vec<Notice>) {
        let mut reader = Reader { state: base.clone(), notices: Vec::new() };
        let pairs: Vec<(String, String)> = parse_query(text);
        reader.read(&pairs);
        (reader.state, reader.notices)
    }

    /// The state once the text has named some of what there is.
    pub(super) fn after<'a>(&self, named: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut reader = Reader { state: self.clone(), notices: Vec::new() };
        let pairs: Vec<_> = named.map(|(key, id)| (key.to_owned(), id.to_owned())).collect();
        reader.read(&pairs);
        reader.state
    }

    /// Sets one key of the text form, as a person turning a control does.
    ///
    /// # Errors
    /// A notice that names what was wrong; the state is as it was.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), Notice> {
        let mut reader = Reader { state: self.clone(), notices: Vec::new() };
        reader.read(&[(key.to_owned(), value.to_owned())]);
        match reader.notices.pop() {
            Some(notice) => Err(notice),
            None => {
                *self = reader.state;
                Ok(())
            }
        }
    }
}

impl State {
    fn read_array(&mut self, name: &str, value: &str) -> Result<(), String> {
        self.check_settable(name)?;
        if value.is_empty() {
            self.arrays.remove(name);
            return Ok(());
        }
        let array = array_text::read(value).map_err(|why| format!("{why}; {name} is passed over"))?;
        self.arrays.insert(name.to_owned(), array);
        Ok(())
    }

    fn read_points(&mut self, value: &str) -> Result<(), String> {
        self.check_settable(POINTS)?;
        self.set_points(&point::read(value)?);
        Ok(())
    }

    fn check_settable(&self, name: &str) -> Result<(), String> {
        if self.is_settable(name) {
            return Ok(());
        }
        Err(format!("{name} cannot be set on {}; it is passed over", self.stage.spec().id))
    }

    fn param(&mut self, key: &str, value: &str) -> Result<(), String> {
        let Some((params, name)) = self.params_of(key) else {
            let loss = self.contender().loss.spec().id;
            return Err(format!("neither {loss} nor {} has {key}; it is passed over", self.stage.spec().id));
        };
        let message = match params.set_text(name, value) {
            Ok(()) => return Ok(()),
            Err(error) => error.to_string(),
        };
        // The decimal comma of half the world; no number here has another comma.
        if value.matches(',').count() == 1 && params.set_text(name, &value.replace(',', ".")).is_ok() {
            return Ok(());
        }
        let kept = params.iter().find(|(p, _)| p.name == name).map(|(p, v)| p.text(v)).unwrap_or_default();
        Err(format!("{message}; it stays at {kept}"))
    }
}

fn whole(text: &str, most: usize) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(n) if n <= most => Ok(n),
        _ => Err(format!("{text} is not a whole number from 0 to {most}; it is passed over")),
    }
}

struct Reader {
    state: State,
    notices: Vec<Notice>,
}

impl Reader {
    fn notice(&mut self, key: &str, message: impl Into<String>) {
        self.notices.push(Notice { key: key.to_owned(), message: message.into() });
    }

    fn read(&mut self, pairs: &[(String, String)]) {
        let find = |key: &str| pairs.iter().rev().find(|(k, _)| k == key).map(|(_, v)| v.as_str());
        match find("v") {
            None | Some("1" | "2") => {}
            Some(other) => self.notice("v", format!("this link has version {other}, read as version 2")),
        }
        // The loss decides which stages fit, both decide which keys exist.
        if let Some(id) = find("loss") {
            self.loss(id);
        }
        if let Some(id) = find("stage") {
            self.stage(id);
        }
        if let Some(ids) = find("vs") {
            self.rivals(ids);
        }
        for (key, value) in pairs {
            if !LEADING_KEYS.contains(&key.as_str()) {
                self.key(key, value);
            }
        }
        if find("steps").is_some() && self.state.is_own("steps") {
            self.end();
        }
    }

    /// A link may ask for more steps than the training takes on its stage.
    fn end(&mut self) {
        let (knobs, asked) = (&self.state.knobs, self.state.steps);
        if self.state.stage.spec().trains && knobs.has("budget") && asked > knobs.whole("budget") {
            let last = knobs.whole("budget");
            self.state.steps = last;
            let message = format!("steps is {asked}, the training ends after {last}; {last} are taken");
            self.notice("steps", message);
        }
    }

    fn loss(&mut self, id: &str) {
        let Some(loss) = losses::find(id).or_else(|| losses::meant(id)) else {
            let shown = self.state.contender().loss.spec().id;
            return self.notice("loss", format!("{}; {shown} is shown", losses::unknown(id)));
        };
        if loss.spec().id != id {
            self.notice("loss", losses::unknown(id));
        }
        if loss.spec().id == self.state.contender().loss.spec().id {
            return;
        }
        let stage = self.state.stage;
        let fitting = |stage: &&&'static dyn Stage| stage.fits(loss.spec());
        match [stage].iter().chain(STAGES).find(fitting) {
            Some(fitting) => {
                self.state.contenders = vec![Contender::new(loss)];
                if fitting.spec().id != stage.spec().id {
                    self.enter(*fitting);
                }
                self.state.drop_unread();
            }
            None => {
                let shown = self.state.contender().loss.spec().id;
                self.notice("loss", format!("no stage shows {id} yet; {shown} is shown"));
            }
        }
    }

    fn enter(&mut self, stage: &'static dyn Stage) {
        self.state.stage = stage;
        self.state.knobs = Params::new(stage.spec().knobs);
        self.state.arrays.clear();
        self.state.selected = 0;
        self.state.steps = 0;
        self.state.sweep = None;
        self.state.readout = None;
        self.state.contenders.truncate(stage.spec().contenders);
        self.state.contenders.retain(|c| stage.fits(c.loss.spec()));
    }

    fn stage(&mut self, id: &str) {
        let loss = self.state.contender().loss.spec();
        let shown = self.state.stage.spec().id;
        match find(id) {
            Some(stage) if !stage.fits(loss) => {
                self.notice("stage", format!("stage {id} cannot show {}; {shown} is shown", loss.id));
            }
            Some(stage) if id != shown => self.enter(stage),
            Some(_) => {}
            None => {
                let known: Vec<_> = STAGES.iter().map(|s| s.spec().id).collect();
                let known = known.join(", ");
                self.notice("stage", format!("there is no stage {id}, there are {known}; {shown} is shown"));
            }
        }
    }

    fn rivals(&mut self, ids: &str) {
        let most = self.state.stage.spec().contenders;
        let mut rivals = Vec::new();
        for id in ids.split(',').map(str::trim).filter(|id| !id.is_empty()) {
            let meant = losses::find(id).or_else(|| losses::meant(id));
            if let Some(loss) = meant.filter(|loss| loss.spec().id != id) {
                self.notice("vs", format!("{}; {} is shown", losses::unknown(id), loss.spec().title));
            }
            match meant {
                None => self.notice("vs", losses::unknown(id)),
                Some(loss) if !self.state.stage.fits(loss.spec()) => {
                    self.notice("vs", format!("{id} does not fit on {}", self.state.stage.spec().id));
                }
                Some(_) if rivals.len() + 1 >= most => {
                    self.notice("vs", format!("{id} is left out: at most {most} losses are shown together"));
                }
                Some(loss) => {
                    let kept = self.state.contenders.get(rivals.len() + 1);
                    let kept = kept.filter(|c| c.loss.spec().id == loss.spec().id).cloned();
                    rivals.push(kept.unwrap_or_else(|| Contender::new(loss)));
                }
            }
        }
        self.state.contenders.truncate(1);
        self.state.contenders.extend(rivals);
        self.state.drop_unread();
    }

    fn key(&mut self, key: &str, value: &str) {
        let state = &mut self.state;
        let names = || value.split(',').map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned).collect();
        let input = state.key_of_array(key).map(str::to_owned);
        let wrong = match key {
            _ if input.is_some() => input.and_then(|name| state.read_array(&name, value).err()),
            _ if !state.is_own(key) => state.param(key, value).err(),
            POINTS => state.read_points(value).err(),
            "selected" => whole(value, 100_000).map(|n| state.selected = n).err(),
            "steps" => whole(value, 100_000).map(|n| state.steps = n).err(),
            "seed" => whole(value, u32::MAX as usize).map(|n| state.seed = n as u64).err(),
            "sweep" => {
                state.sweep = Some(value.to_owned()).filter(|v| !v.is_empty());
                None
            }
            "readout" => {
                state.readout = Some(value.to_owned()).filter(|v| !v.is_empty());
                None
            }
            "hide" => {
                state.hide = names();
                None
            }
            "show" => {
                state.show = names();
                None
            }
            "present" => whole(value, 1).map(|n| state.present = n == 1).err(),
            _ => {
                state.lock = names();
                None
            }
        };
        if let Some(message) = wrong {
            self.notice(key, message);
        }
    }
}
