//! From a text to a state: what does not exist or is not allowed is passed over and named.
//!
//! What the first plot does not come to is apart and `cold`, so that it is not in what is downloaded first.

use super::query::parse_query;
use super::{Contender, LEADING_KEYS, Notice, OWN_KEYS, POINTS, State, array_text, point};
use crate::kernel::Loss;
use crate::losses;
use crate::spec::Params;
use crate::stages::{STAGES, Stage, find};

impl State {
    /// Reads a text on top of `base`, the state that holds where the text says nothing. A text that names
    /// another loss or stage than the base keeps of it only what still fits.
    #[must_use]
    pub fn read(text: &str, base: &Self) -> (Self, Vec<Notice>) {
        let pairs: Vec<(String, String)> = parse_query(text);
        let mut reader = Reader::new(base.clone(), &pairs);
        reader.read();
        (reader.state, reader.notices)
    }

    /// The state once the text has named some of what there is.
    pub(super) fn after<'a>(&self, named: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let pairs: Vec<_> = named.map(|(key, id)| (key.to_owned(), id.to_owned())).collect();
        let mut reader = Reader::new(self.clone(), &pairs);
        reader.read();
        reader.state
    }

    /// Sets one key of the text form, as a person turning a control does.
    ///
    /// # Errors
    /// A notice that names what was wrong; the state is as it was.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), Notice> {
        let pairs = [(key.to_owned(), value.to_owned())];
        let mut reader = Reader::new(self.clone(), &pairs);
        reader.read();
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
    #[cold]
    #[inline(never)]
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

    #[cold]
    #[inline(never)]
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
        let Some((params, name)) = self.params_of(key) else { return Ok(()) };
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

struct Reader<'a> {
    state: State,
    notices: Vec<Notice>,
    pairs: &'a [(String, String)],
    /// Whether the loss that is named is not there: then the other keys are those of a loss that nobody knows.
    stray: bool,
}

impl<'a> Reader<'a> {
    fn new(state: State, pairs: &'a [(String, String)]) -> Self {
        Self { state, notices: Vec::new(), pairs, stray: false }
    }

    fn notice(&mut self, key: &str, message: impl Into<String>) {
        self.notices.push(Notice::new(key, message));
    }

    fn read(&mut self) {
        let pairs = self.pairs;
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
    #[cold]
    #[inline(never)]
    fn end(&mut self) {
        let (knobs, asked) = (&self.state.knobs, self.state.steps);
        if self.state.stage.spec().trains && knobs.has("budget") && asked > knobs.whole("budget") {
            let last = knobs.whole("budget");
            self.state.steps = last;
            let message = format!("steps is {asked}, the training ends after {last}; {last} are taken");
            self.notice("steps", message);
        }
    }

    /// The loss that a name means, or nearly means where nothing else is as near; if it is no id, that is said, and
    /// `instead` where there is none.
    fn named(&mut self, key: &str, name: &str, instead: &str) -> Option<&'static dyn Loss> {
        losses::find(name).or_else(|| self.meant(key, name, instead))
    }

    #[cold]
    #[inline(never)]
    fn meant(&mut self, key: &str, name: &str, instead: &str) -> Option<&'static dyn Loss> {
        if name.is_empty() {
            self.notice(key, format!("{key} names no loss{instead}"));
            return None;
        }
        let message = losses::unknown(name);
        if let Some(loss) = losses::meant(name) {
            self.notice(key, message);
            return Some(loss);
        }
        let near = losses::near_losses(name);
        if let [loss] = near[..] {
            self.notice(key, format!("{message}, which is shown"));
            return Some(loss);
        }
        let ids = near.iter().map(|loss| loss.spec().id);
        let notice = Notice::new(key, format!("{message}{instead}"));
        self.notices.push(notice.offering_values(name, ids, self.pairs));
        None
    }

    fn loss(&mut self, id: &str) {
        let shown = self.state.contender().loss.spec().id;
        let Some(loss) = self.named("loss", id, &format!("; {shown} is shown")) else {
            self.stray = true;
            return;
        };
        if loss.spec().id == shown {
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
            None => self.notice("loss", format!("no stage shows {id} yet; {shown} is shown")),
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
            None => self.no_such_stage(id),
        }
    }

    #[cold]
    #[inline(never)]
    fn no_such_stage(&mut self, id: &str) {
        let shown = self.state.stage.spec().id;
        let known = STAGES.iter().map(|stage| stage.spec());
        let names = known.map(|spec| (spec.id, vec![spec.id.to_owned(), spec.title.to_owned()]));
        let near = losses::near(id, names);
        let message = losses::missing("stage", id, near.iter().copied());
        let notice = Notice::new("stage", format!("{message}; {shown} is shown"));
        self.notices.push(notice.offering_values(id, near.into_iter(), self.pairs));
    }

    #[cold]
    #[inline(never)]
    fn rivals(&mut self, ids: &str) {
        let most = self.state.stage.spec().contenders;
        let mut rivals = Vec::new();
        for id in ids.split(',').map(str::trim).filter(|id| !id.is_empty()) {
            match self.named("vs", id, "") {
                None => {}
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
        if !self.state.has(key) {
            if !self.stray {
                self.no_such_key(key);
            }
            return;
        }
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

    #[cold]
    #[inline(never)]
    fn no_such_key(&mut self, key: &str) {
        let (loss, stage) = (self.state.contender().loss.spec(), self.state.stage.spec());
        let params = loss.params.iter().chain(stage.knobs).map(|param| param.name);
        let keys = params.chain(OWN_KEYS).chain(LEADING_KEYS);
        let near = losses::near(key, keys.map(|known| (known, vec![known.to_owned()])));
        let nearest = match near[..] {
            [] => String::new(),
            _ => format!("; near is {}", near.join(", ")),
        };
        let message = format!("neither {} nor {} has {key}{nearest}; it is passed over", loss.id, stage.id);
        let meant = |name: &str, (k, value): (&str, &str)| {
            (if k == key { name } else { k }.to_owned(), value.to_owned())
        };
        self.notices.push(Notice::new(key, message).offering(near.into_iter(), self.pairs, meant));
    }
}
