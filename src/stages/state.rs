//! Everything that is on screen, as one small value and as one line of text.
//!
//! The text is a query string: `v=1&loss=nt-xent&temperature=0.07&stage=embedding-plane&points=…`. Only what
//! differs from the default is written. What a text says that does not exist or is not allowed is passed over
//! and named in a [`Notice`]; reading a state never fails.

use std::collections::BTreeMap;
use std::fmt::Write;

use ndarray::ArrayD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Notice, Stage, array_text};
use crate::kernel::Loss;
use crate::losses;
use crate::number;
use crate::spec::Params;

/// A loss on a stage, with its parameters.
#[derive(Clone, Debug)]
pub struct Contender {
    /// The loss.
    pub loss: &'static dyn Loss,
    /// Its parameters.
    pub params: Params,
}

impl Contender {
    /// A loss with every parameter at its default.
    #[must_use]
    pub fn new(loss: &'static dyn Loss) -> Self {
        Self { loss, params: Params::new(loss.spec().params) }
    }
}

/// A labelled point in the plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Horizontal coordinate.
    pub x: f64,
    /// Vertical coordinate.
    pub y: f64,
    /// Its class, from 0.
    pub class: usize,
}

/// Everything that is on screen.
#[derive(Clone, Debug)]
pub struct State {
    /// The exhibit it started from, if any.
    pub exhibit: Option<&'static str>,
    /// The losses, the main one first; at least one, at most what the stage can show.
    pub contenders: Vec<Contender>,
    /// The scene.
    pub stage: &'static dyn Stage,
    /// What is turned on the stage.
    pub knobs: Params,
    /// The points a person has set, `None` for those of the stage's own toy data.
    pub points: Option<Vec<Point>>,
    /// The inputs of the losses that a person has set, by name, on stages that take any.
    pub arrays: BTreeMap<String, ArrayD<f64>>,
    /// Position of the selected handle.
    pub selected: usize,
    /// Training steps taken from the points, where the main loss does not count them itself; read them by
    /// [`steps`](Self::steps).
    pub steps: usize,
    /// Where everything random starts.
    pub seed: u64,
    /// The parameter or knob that the sweep figure runs over; `None` for the first one of the loss.
    pub sweep: Option<String>,
    /// The readout that the sweep figure shows; `None` for the first one.
    pub readout: Option<String>,
    /// Controls that a teacher took away.
    pub hide: Vec<String>,
    /// Controls that a teacher fixed.
    pub lock: Vec<String>,
}

/// Keys of what every state has, as far as no parameter of the main loss is called so.
pub(super) const OWN_KEYS: [&str; 8] =
    ["points", "selected", "steps", "seed", "sweep", "readout", "hide", "lock"];

/// Keys that decide which other keys there are.
pub(super) const LEADING_KEYS: [&str; 5] = ["v", "exhibit", "loss", "stage", "vs"];

/// Begins the key of an input that is called like something else.
const ARRAY: &str = "input.";

/// The most points a link may hold.
const MOST_POINTS: usize = 256;

impl State {
    /// A loss on a stage, everything at its default.
    #[must_use]
    pub fn new(loss: &'static dyn Loss, stage: &'static dyn Stage) -> Self {
        Self {
            exhibit: None,
            contenders: vec![Contender::new(loss)],
            stage,
            knobs: Params::new(stage.spec().knobs),
            points: None,
            arrays: BTreeMap::new(),
            selected: 0,
            steps: 0,
            seed: 1,
            sweep: None,
            readout: None,
            hide: Vec::new(),
            lock: Vec::new(),
        }
    }

    /// The main loss.
    #[must_use]
    pub fn contender(&self) -> &Contender {
        &self.contenders[0]
    }

    /// Training steps taken: those of the main loss if it has a parameter of that name, which unrolls its own
    /// training, else those from the points.
    #[must_use]
    pub fn steps(&self) -> usize {
        if self.is_own("steps") { self.steps } else { self.contender().params.whole("steps") }
    }

    /// Whether a key means what every state has, such as `steps` and `seed`: a parameter of the main loss goes
    /// before it.
    #[must_use]
    pub fn is_own(&self, key: &str) -> bool {
        OWN_KEYS.contains(&key) && !self.contender().params.has(key)
    }

    /// The state with something changed.
    #[must_use]
    pub fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut state = self.clone();
        change(&mut state);
        state
    }

    /// Reads a text on top of `base`, the state that holds where the text says nothing. A text that names
    /// another loss or stage than the base keeps of it only what still fits.
    #[must_use]
    pub fn read(text: &str, base: &Self) -> (Self, Vec<Notice>) {
        let pairs: Vec<(String, String)> = parse_query(text);
        let mut reader = Reader::new(base.clone(), &pairs);
        reader.read();
        (reader.state, reader.notices)
    }

    /// The text of this state, as far as it differs from `base`, with coordinates to `decimals` places.
    #[must_use]
    pub fn write(&self, base: &Self, decimals: Option<usize>) -> String {
        // The first version knows points alone.
        let mut text = String::from(if self.arrays.is_empty() { "v=1" } else { "v=2" });
        let mut put = |key: &str, value: &str| {
            let _ = write!(text, "&{key}={}", escape(value));
        };
        if let Some(exhibit) = self.exhibit {
            put("exhibit", exhibit);
        }
        let ids = |state: &Self| state.contenders.iter().map(|c| c.loss.spec().id).collect::<Vec<_>>();
        let (own, other) = (ids(self), ids(base));
        let in_exhibit = self.exhibit.is_some();
        if !in_exhibit || own[0] != other[0] {
            put("loss", own[0]);
        }
        if own[1..] != other[1..] {
            put("vs", &own[1..].join(","));
        }
        for (i, contender) in self.contenders.iter().enumerate() {
            let reference = base.contenders.get(i).filter(|b| b.loss.spec().id == contender.loss.spec().id);
            let fresh = Params::new(contender.params.specs());
            let reference = reference.map_or(&fresh, |b| &b.params);
            let prefix = if i == 0 { String::new() } else { format!("vs{i}.") };
            for (param, value) in contender.params.iter() {
                if value != reference.get(param.name) {
                    put(&format!("{prefix}{}", param.name), &param.text(value));
                }
            }
        }
        let same_stage = self.stage.spec().id == base.stage.spec().id;
        if !in_exhibit || !same_stage {
            put("stage", self.stage.spec().id);
        }
        let fresh = Params::new(self.knobs.specs());
        let reference = if same_stage { &base.knobs } else { &fresh };
        for (knob, value) in self.knobs.iter() {
            if value != reference.get(knob.name) {
                put(knob.name, &knob.text(value));
            }
        }
        for (name, array) in &self.arrays {
            if base.arrays.get(name) != Some(array) {
                let is_free = self.key_of_array(name) == Some(name);
                let key = if is_free { name.clone() } else { format!("{ARRAY}{name}") };
                put(&key, &array_text::write(array, decimals));
            }
        }
        let mut put_own = |key: &str, is_changed: bool, value: &dyn Fn() -> String| {
            if is_changed && self.is_own(key) {
                put(key, &value());
            }
        };
        put_own("points", self.points != base.points, &|| {
            write_points(self.points.as_deref().unwrap_or_default(), decimals)
        });
        put_own("selected", self.selected != base.selected, &|| self.selected.to_string());
        put_own("steps", self.steps != base.steps, &|| self.steps.to_string());
        put_own("seed", self.seed != base.seed, &|| self.seed.to_string());
        put_own("sweep", self.sweep != base.sweep, &|| self.sweep.clone().unwrap_or_default());
        put_own("readout", self.readout != base.readout, &|| self.readout.clone().unwrap_or_default());
        put_own("hide", self.hide != base.hide, &|| self.hide.join(","));
        put_own("lock", self.lock != base.lock, &|| self.lock.join(","));
        text
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
    }

    /// The loss that a name means, or nearly means where nothing else is as near; if it is no id, that is said, and
    /// `instead` where there is none.
    fn named(&mut self, key: &str, name: &str, instead: &str) -> Option<&'static dyn Loss> {
        if let Some(loss) = losses::find(name) {
            return Some(loss);
        }
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
        match [stage].iter().chain(super::STAGES).find(fitting) {
            Some(fitting) => {
                self.state.contenders = vec![Contender::new(loss)];
                self.state.arrays.retain(|name, _| loss.spec().input(name).is_some());
                if fitting.spec().id != stage.spec().id {
                    self.enter(*fitting);
                }
            }
            None => self.notice("loss", format!("no stage shows {id} yet; {shown} is shown")),
        }
    }

    fn enter(&mut self, stage: &'static dyn Stage) {
        self.state.stage = stage;
        self.state.knobs = Params::new(stage.spec().knobs);
        self.state.points = None;
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
        match super::find(id) {
            Some(stage) if !stage.fits(loss) => {
                self.notice("stage", format!("stage {id} cannot show {}; {shown} is shown", loss.id));
            }
            Some(stage) if id != shown => self.enter(stage),
            Some(_) => {}
            None => {
                let fitting = super::STAGES.iter().map(|stage| stage.spec());
                let names = fitting.map(|spec| (spec.id, vec![spec.id.to_owned(), spec.title.to_owned()]));
                let near = losses::near(id, names);
                let message = losses::missing("stage", id, near.iter().copied());
                let notice = Notice::new("stage", format!("{message}; {shown} is shown"));
                self.notices.push(notice.offering_values(id, near.into_iter(), self.pairs));
            }
        }
    }

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
        let State { contenders, arrays, .. } = &mut self.state;
        arrays.retain(|name, _| contenders.iter().any(|c| c.loss.spec().input(name).is_some()));
    }

    fn key(&mut self, key: &str, value: &str) {
        if !self.state.has(key) {
            return if self.stray { () } else { self.no_such_key(key) };
        }
        let state = &mut self.state;
        let names = || value.split(',').map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned).collect();
        let wrong = match key {
            _ if state.key_of_array(key).is_some() => state.set_array(key, value).err(),
            _ if !state.is_own(key) => state.param(key, value).err(),
            "points" => match read_points(value) {
                Ok(points) if points.is_empty() => {
                    state.points = None;
                    None
                }
                Ok(points) => {
                    state.points = Some(points);
                    None
                }
                Err(message) => Some(message),
            },
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
            _ => {
                state.lock = names();
                None
            }
        };
        if let Some(message) = wrong {
            self.notice(key, message);
        }
    }

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

impl State {
    /// Which parameters a key belongs to, and the name among them: `temperature`, `vs1.temperature`, a knob.
    pub(super) fn params_of<'a>(&mut self, key: &'a str) -> Option<(&mut Params, &'a str)> {
        if let Some((rival, name)) = key.strip_prefix("vs").and_then(|rest| rest.split_once('.')) {
            let i: usize = rival.parse().ok().filter(|i| *i > 0)?;
            let params = &mut self.contenders.get_mut(i)?.params;
            return params.has(name).then_some((params, name));
        }
        if self.contenders[0].params.has(key) {
            Some((&mut self.contenders[0].params, key))
        } else if self.knobs.has(key) {
            Some((&mut self.knobs, key))
        } else {
            None
        }
    }

    /// Whether a key means something here.
    fn has(&mut self, key: &str) -> bool {
        self.key_of_array(key).is_some() || self.is_own(key) || self.params_of(key).is_some()
    }

    /// The input that a key names: `input.margin`, or `margin` where nothing else is called so.
    fn key_of_array<'a>(&self, key: &'a str) -> Option<&'a str> {
        let names = |name: &str| self.contenders.iter().any(|c| c.loss.spec().input(name).is_some());
        match key.strip_prefix(ARRAY) {
            Some(name) => names(name).then_some(name),
            None => {
                let is_taken = OWN_KEYS.contains(&key)
                    || LEADING_KEYS.contains(&key)
                    || self.contender().params.has(key)
                    || self.knobs.has(key);
                (!is_taken && names(key)).then_some(key)
            }
        }
    }

    fn set_array(&mut self, key: &str, value: &str) -> Result<(), String> {
        let name = self.key_of_array(key).unwrap_or(key).to_owned();
        if !self.stage.takes_arrays() {
            return Err(format!("{name} cannot be set on {}; it is passed over", self.stage.spec().id));
        }
        if value.is_empty() {
            self.arrays.remove(&name);
            return Ok(());
        }
        let array = array_text::read(value).map_err(|why| format!("{why}; {name} is passed over"))?;
        self.arrays.insert(name, array);
        Ok(())
    }

    fn param(&mut self, key: &str, value: &str) -> Result<(), String> {
        let Some((params, name)) = self.params_of(key) else { return Ok(()) };
        let message = match params.set_text(name, value) {
            Ok(()) => return Ok(()),
            Err(error) => error.to_string(),
        };
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

/// `x,y,class;x,y,class;…`
fn read_points(text: &str) -> Result<Vec<Point>, String> {
    let points: Result<Vec<Point>, String> = text
        .split(';')
        .filter(|p| !p.is_empty())
        .map(|point| {
            let wrong = || format!("{point} is not a point x,y,class; the points are passed over");
            let mut parts = point.split(',');
            let mut coordinate = || number::parse(parts.next()?).filter(|v| v.abs() <= 1e6);
            let (x, y) = (coordinate().ok_or_else(wrong)?, coordinate().ok_or_else(wrong)?);
            let class = parts.next().unwrap_or("0").parse().ok().filter(|c| *c < 64).ok_or_else(wrong)?;
            if parts.next().is_some() { Err(wrong()) } else { Ok(Point { x, y, class }) }
        })
        .collect();
    match points {
        Ok(points) if points.len() > MOST_POINTS => {
            Err(format!("{} points are too many, at most {MOST_POINTS} are allowed", points.len()))
        }
        other => other,
    }
}

fn write_points(points: &[Point], decimals: Option<usize>) -> String {
    let number = |v: f64| array_text::decimal(v, decimals);
    let points: Vec<_> =
        points.iter().map(|p| format!("{},{},{}", number(p.x), number(p.y), p.class)).collect();
    points.join(";")
}

/// The pairs of a query string, in order; a leading `?` or `#` does not count.
pub(crate) fn parse_query(text: &str) -> Vec<(String, String)> {
    let text = text.trim().trim_start_matches(['?', '#']);
    form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

/// What a query string cannot hold is escaped; commas and semicolons stay readable.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b',')
    .remove(b';')
    .remove(b':');

pub(super) fn escape(text: &str) -> impl std::fmt::Display + '_ {
    utf8_percent_encode(text, ESCAPED)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::exhibits::{base, link, open};

    fn notices(text: &str) -> Vec<String> {
        open(text).1.into_iter().map(|n| format!("{}: {}", n.key, n.message)).collect()
    }

    #[test]
    fn only_what_differs_from_the_default_is_written() {
        let (state, notices) = open("loss=hinge&stage=margin-curve&threshold=1&z=0.5&seed=1");
        assert_eq!(notices, []);
        assert_eq!(link(&state), "v=1&loss=hinge&stage=margin-curve&z=0.5");
    }

    #[test]
    fn several_losses_keep_their_own_parameters() {
        let text = "v=1&loss=logistic&vs=logistic,exponential&vs1.temperature=0.5&vs2.temperature=2&stage=margin-curve";
        let (state, notices) = open(text);
        assert_eq!(notices, []);
        assert_eq!(link(&state), text);
        assert_eq!(state.contenders[1].params.get("temperature"), 0.5);
    }

    #[test]
    fn what_is_wrong_in_a_link_is_named_and_the_rest_is_used() {
        let text = "loss=hinge&threshold=-1&colour=red&steps=many&points=1,a,0&seed=7&vs=hindge&stage=moon";
        let (state, _) = open(text);
        assert_eq!(state.seed, 7);
        assert_eq!(
            notices(text),
            [
                "stage: there is no stage moon, the nearest is noisy-moons; margin-curve is shown",
                "vs: there is no loss hindge, the nearest is hinge, which is shown",
                "threshold: parameter threshold is -1, allowed is a number from 0 on; it stays at 1",
                "colour: neither hinge nor margin-curve has colour; it is passed over",
                "steps: many is not a whole number from 0 to 100000; it is passed over",
                "points: 1,a,0 is not a point x,y,class; the points are passed over",
            ]
        );
    }

    #[test]
    fn a_name_that_is_no_id_opens_the_loss_that_is_meant_with_the_parameters() {
        for name in ["NT-Xent", "ntxent", "nt-xentt", "NTXentLoss", "nt_xent"] {
            let (state, notices) = open(&format!("loss={name}&temperature=0.2"));
            assert_eq!(state.contender().loss.spec().id, "nt-xent", "{name}");
            assert_eq!(state.contender().params.get("temperature"), 0.2, "{name}");
            let said: Vec<_> = notices.iter().map(|notice| notice.key.as_str()).collect();
            assert_eq!(said, ["loss"], "{name}: {notices:?}");
        }
    }

    #[test]
    fn what_is_not_there_is_said_and_what_is_near_is_offered_in_the_whole_text() {
        let offered = |text: &str| {
            let (_, notices) = open(text);
            let [notice] = &notices[..] else { panic!("{text}: {notices:?}") };
            let offers = notice.offers.iter().map(|offer| (offer.name.clone(), offer.state.clone()));
            (notice.message.clone(), offers.collect::<Vec<_>>())
        };
        let (message, offers) = offered("loss=nt-xent&temprature=0.2&steps=3");
        assert_eq!(
            message,
            "neither nt-xent nor embedding-plane has temprature; near is temperature; it is passed over"
        );
        assert_eq!(offers, [("temperature".into(), "loss=nt-xent&temperature=0.2&steps=3".into())]);
        let (message, offers) = offered("loss=entropy&temperature=0.2");
        assert!(message.starts_with("there is no loss entropy; near are "), "{message}");
        assert_eq!(offers.len(), 3, "{offers:?}");
        assert!(offers.iter().all(|(id, text)| *text == format!("loss={id}&temperature=0.2")), "{offers:?}");
        // Parameters of a loss that nobody knows are nobody's fault.
        assert_eq!(
            offered("loss=CTCLoss&blank=0"),
            ("there is no loss CTCLoss; zero-one is shown".into(), vec![])
        );
        assert_eq!(offered("loss=&blank=0"), ("loss names no loss; zero-one is shown".into(), vec![]));
        let (message, offers) = offered("exhibit=temperature-hardnes&temperature=0.3");
        assert_eq!(
            message,
            "there is no exhibit temperature-hardnes, the nearest is temperature-hardness, which is shown"
        );
        assert_eq!(offers, []);
        assert_eq!(offered("exhibit=nope").0, "there is no exhibit nope; Temperature and hardness is shown");
        let (message, offers) = offered("loss=nt-xent&stage=pair-plan");
        assert_eq!(
            message,
            "there is no stage pair-plan, the nearest is pair-plane; embedding-plane is shown"
        );
        assert_eq!(offers, [("pair-plane".into(), "loss=nt-xent&stage=pair-plane".into())]);
    }

    #[test]
    fn the_steps_of_a_loss_that_counts_them_itself_are_the_steps_taken() {
        let text = "v=1&loss=optimizer-path&steps=7&stage=weight-plane";
        let (state, notices) = open(text);
        assert_eq!((state.steps(), notices, link(&state)), (7, vec![], text.to_owned()));
        // Beside another loss it has its own, and the key means what it always meant.
        let (state, _) = open("loss=surface-beale&vs=optimizer-path&stage=weight-plane&steps=9&vs1.steps=7");
        assert_eq!((state.steps(), state.contenders[1].params.whole("steps")), (9, 7));
    }

    #[test]
    fn points_round_trip_exactly_and_links_hold_four_decimals() {
        let (mut state, _) = open("loss=hinge");
        let points = vec![Point { x: 1.0 / 3.0, y: -2e-7, class: 3 }];
        state.points = Some(points.clone());
        let exact = state.write(&base(&state), None);
        assert_eq!(open(&exact).0.points, Some(points));
        assert!(link(&state).ends_with("&points=0.3333,0,3"), "{}", link(&state));
    }

    #[test]
    fn escaped_text_reads_as_written() {
        let (state, _) = open("?loss=hinge&hide=a%20b%2Cc&lock=d");
        assert_eq!(state.hide, ["a b", "c"]);
        assert_eq!(state.lock, ["d"]);
    }

    proptest! {
        #[test]
        fn no_text_breaks_reading(text in "([a-z0-9.,;=&%+-]{0,12}(=|&|loss=|points=|vs=|steps=)){0,8}") {
            let (state, _) = open(&text);
            let again = open(&link(&state));
            prop_assert_eq!(link(&again.0), link(&state));
            prop_assert_eq!(again.1, vec![]);
        }
    }
}
