//! What a link shows, as numbers that can be held to.

use std::collections::BTreeMap;

use loss_explorer::exhibits::{find, link, open};
use loss_explorer::figures::Figure;
use loss_explorer::stages::{Quality, Readout, Screen, State, Tile};
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::series::series;

/// Samples along a side of a map that is computed in tiles: its own number follows what the loss costs, which is no
/// promise of a link.
const SIDE: usize = 24;

/// The most numbers that are recorded one by one.
const FEW: usize = 4;

/// A link and what it shows.
#[derive(Debug, Deserialize, Serialize)]
pub struct Record {
    /// The link, of the first version.
    pub link: String,
    /// Everything under the name that a failure calls it by.
    shown: BTreeMap<String, Shown>,
}

/// One thing on screen.
#[derive(Debug, Deserialize, Serialize)]
#[serde(untagged)]
enum Shown {
    /// A live number that is finite.
    Number(f64),
    /// The numbers of one kind of mark in a figure, where they are few and finite.
    Numbers(Vec<f64>),
    /// The same of more.
    Series(Digest),
    /// A sentence, or what a number is that is not finite.
    Words(String),
}

impl Record {
    /// Opens a link; an error says what a person would be told.
    pub fn of(link: &str) -> Result<Self, String> {
        let (state, notices) = open(link);
        if let Some(notice) = notices.first() {
            return Err(format!("{} is passed over: {}", notice.key, notice.message));
        }
        let written = rewritten(&state)?;
        let mut record = Self::showing(link, state)?;
        if written != link {
            record.shown.insert("link".to_owned(), Shown::Words(written));
        }
        Ok(record)
    }

    /// What a state shows, as if the link had opened it.
    pub fn showing(link: &str, state: State) -> Result<Self, String> {
        let mut shown = BTreeMap::new();
        let exhibit = state.exhibit.and_then(find);
        let screen = Screen::open(state, None);
        let scene = screen.scene();
        // Asked first: they wait for the training, whose course the figures show as far as it has come.
        add_readouts(&mut shown, "readout", scene.readouts())?;
        if let Some(exhibit) = exhibit {
            add_readouts(&mut shown, "measure", (exhibit.measure)(&screen))?;
        }
        shown.insert("sentence".to_owned(), Shown::Words(scene.sentence()));
        for info in screen.figures() {
            for (kind, numbers) in series(&figure(&screen, info.id)) {
                shown.insert(format!("{}: {kind}", info.id), Shown::numbers(numbers));
            }
        }
        Ok(Self { link: link.to_owned(), shown })
    }

    /// What a person misses or sees otherwise than before.
    pub fn differences(&self, now: &Self) -> Vec<String> {
        let difference = |(name, was): (&String, &Shown)| match now.shown.get(name) {
            None => Some(format!("{name} is gone")),
            Some(is) => was.difference(is).map(|difference| format!("{name}: {difference}")),
        };
        self.shown.iter().filter_map(difference).collect()
    }

    /// What a person sees that was not there before.
    pub fn additions<'a>(&self, now: &'a Self) -> Vec<&'a str> {
        now.shown.keys().filter(|name| !self.shown.contains_key(*name)).map(String::as_str).collect()
    }
}

impl Shown {
    fn numbers(numbers: Vec<f64>) -> Self {
        let are_few = numbers.len() <= FEW && numbers.iter().all(|number| number.is_finite());
        if are_few { Self::Numbers(numbers) } else { Self::Series(Digest::of(&numbers)) }
    }

    fn difference(&self, now: &Self) -> Option<String> {
        match (self, now) {
            (Self::Number(was), Self::Number(is)) => (!is_near(*was, *is)).then(|| format!("{was} → {is}")),
            (Self::Numbers(was), Self::Numbers(is)) => {
                let are_same =
                    was.len() == is.len() && was.iter().zip(is).all(|(was, is)| is_near(*was, *is));
                (!are_same).then(|| format!("{was:?} → {is:?}"))
            }
            (Self::Series(was), Self::Series(is)) => was.difference(is),
            (Self::Words(was), Self::Words(is)) => (was != is).then(|| format!("{was} → {is}")),
            _ => Some(format!("{self:?} → {now:?}")),
        }
    }
}

/// 1e-9 relative, 1e-12 absolute.
fn is_near(was: f64, is: f64) -> bool {
    (was - is).abs() <= 1e-12 + 1e-9 * was.abs()
}

/// The link of a state, which opens to the very same state.
fn rewritten(state: &State) -> Result<String, String> {
    let written = link(state);
    let (again, notices) = open(&written);
    let exact = |state: &State| state.write(&State::new(state.contender().loss, state.stage));
    if !notices.is_empty() || exact(&again) != exact(state) {
        return Err(format!("its own link, {written}, opens to something else: {}", exact(&again)));
    }
    Ok(written)
}

fn add_readouts(
    shown: &mut BTreeMap<String, Shown>,
    role: &str,
    readouts: Vec<Readout>,
) -> Result<(), String> {
    for Readout { id, value, .. } in readouts {
        let value = if value.is_finite() { Shown::Number(value) } else { Shown::Words(value.to_string()) };
        if shown.insert(format!("{role} {id}"), value).is_some() {
            return Err(format!("there are two of {role} {id}"));
        }
    }
    Ok(())
}

fn figure(screen: &Screen, id: &str) -> Figure {
    let computed = match screen.scene().tiled(id) {
        Some(_) => screen.scene().tile(id, SIDE, &Tile::whole(SIDE)),
        None => screen.compute(id, Quality::Coarse),
    };
    screen.figure(id, &computed)
}
