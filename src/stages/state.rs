//! Everything that is on screen, as one small value and as one line of text.
//!
//! The text is a query string: `v=1&loss=nt-xent&temperature=0.07&stage=embedding-plane&points=…`. Only what
//! differs from the default is written. What a text says that does not exist or is not allowed is passed over
//! and named in a [`Notice`]; reading a state never fails.

mod array_text;
mod contender;
mod notice;
mod packed;
mod point;
mod query;
mod read;
mod snap;
mod write;

use std::collections::BTreeMap;

use ndarray::ArrayD;

pub use self::contender::Contender;
pub use self::notice::{Notice, Offer};
use self::point::POINTS;
pub use self::point::Point;
pub(crate) use self::query::parse_query;
use super::stage::{Settable, Stage};
use crate::kernel::Loss;
use crate::spec::Params;

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
    /// What a person has set in place of toy data, by name, as far as the stage is [settable](Stage::settable): inputs
    /// of the losses, or the [points](Self::points) of the stage.
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
    /// Controls, figures and parts of the page that a teacher took away.
    pub hide: Vec<String>,
    /// The only ones that a teacher left; empty for all.
    pub show: Vec<String>,
    /// Whether it is shown to a room: in large type, with nothing around.
    pub present: bool,
    /// Controls that a teacher fixed.
    pub lock: Vec<String>,
}

/// Keys of what every state has, as far as no parameter of the main loss is called so.
pub(super) const OWN_KEYS: [&str; 10] =
    ["points", "selected", "steps", "seed", "sweep", "readout", "hide", "show", "present", "lock"];

/// Keys that decide which other keys there are.
pub(super) const LEADING_KEYS: [&str; 5] = ["v", "exhibit", "loss", "stage", "vs"];

/// Begins the key of an input that is called like something else.
const ARRAY: &str = "input.";

impl State {
    /// A loss on a stage, everything at its default.
    #[must_use]
    pub fn new(loss: &'static dyn Loss, stage: &'static dyn Stage) -> Self {
        Self {
            exhibit: None,
            contenders: vec![Contender::new(loss)],
            stage,
            knobs: Params::new(stage.spec().knobs),
            arrays: BTreeMap::new(),
            selected: 0,
            steps: 0,
            seed: 1,
            sweep: None,
            readout: None,
            hide: Vec::new(),
            show: Vec::new(),
            present: false,
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

    /// Takes other toy data, by the next seed, in place of whatever a person has set.
    pub(super) fn draw_again(&mut self) {
        self.seed = self.seed % u64::from(u32::MAX) + 1;
        self.arrays.clear();
    }

    /// The state with something changed.
    #[must_use]
    pub fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut state = self.clone();
        change(&mut state);
        state
    }

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

    /// Whether an array of that name can be set here.
    fn is_settable(&self, name: &str) -> bool {
        match self.stage.settable() {
            Settable::Nothing => false,
            Settable::Points => name == POINTS && self.is_own(POINTS),
            Settable::Inputs => self.contenders.iter().any(|c| c.loss.spec().input(name).is_some()),
        }
    }

    /// Forgets the arrays that nothing on screen reads any more.
    fn drop_unread(&mut self) {
        let mut arrays = std::mem::take(&mut self.arrays);
        arrays.retain(|name, _| self.is_settable(name));
        self.arrays = arrays;
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
}

#[cfg(test)]
mod tests;
