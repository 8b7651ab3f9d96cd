//! What people call a loss: its id, its title, its aliases, and what libraries call it, in any spelling.

use std::cell::OnceCell;

use super::{all, find};
use crate::kernel::Loss;

/// The most things that are offered for a name that is near to theirs.
const OFFERED: usize = 3;

thread_local! {
    /// Names that travel apart from the losses, see [`learn`].
    static LEARNT: OnceCell<Vec<(&'static str, String)>> = const { OnceCell::new() };
}

/// Takes in what losses are called besides id and title, a line `id name` each: like other prose these names are left out
/// of the WebAssembly module.
pub fn learn(names: &str) {
    let read = |line: &str| {
        let (id, name) = line.split_once(' ')?;
        Some((find(id)?.spec().id, name.to_owned()))
    };
    LEARNT.with(|learnt| drop(learnt.set(names.lines().filter_map(read).collect())));
}

/// What a loss is called besides id and title: its aliases, and of the classes and functions of libraries the last part
/// of their paths. In the WebAssembly module they have to be [learnt](learn).
#[cfg(not(target_arch = "wasm32"))]
fn further(loss: &dyn Loss) -> impl Iterator<Item = &'static str> {
    let called = loss.dialects().iter().filter_map(|dialect| dialect.call.rsplit('.').next());
    loss.prose().aliases.iter().copied().chain(called)
}

#[cfg(target_arch = "wasm32")]
fn further(_: &dyn Loss) -> impl Iterator<Item = &'static str> {
    std::iter::empty()
}

/// A name in lower case without anything but letters and digits, and without the word that every loss could end in.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
    let plain: String = letters.collect();
    match plain.strip_suffix("loss") {
        Some(rest) if !rest.is_empty() => rest.to_owned(),
        _ => plain,
    }
}

/// Everything that a loss is called, plainly, the id first.
fn names(loss: &dyn Loss) -> Vec<String> {
    let spec = loss.spec();
    let mut names: Vec<_> = [spec.id, spec.title].into_iter().chain(further(loss)).map(plain).collect();
    LEARNT.with(|learnt| {
        let learnt = learnt.get().into_iter().flatten();
        names.extend(learnt.filter(|(id, _)| *id == spec.id).map(|(_, name)| plain(name)));
    });
    names
}

/// The loss that a name means, in whatever spelling; an id goes before a title, and that before other names.
#[must_use]
pub fn meant(name: &str) -> Option<&'static dyn Loss> {
    let wanted = plain(name);
    if wanted.is_empty() {
        return None;
    }
    let place = |loss: &dyn Loss| names(loss).into_iter().position(|known| known == wanted);
    let (_, loss) = all().filter_map(|loss| Some((place(loss)?, loss))).min_by_key(|(place, _)| *place)?;
    Some(loss)
}

/// Of things with their names those that are nearly called so, the nearest first and few: some letters differ, or it is
/// a part.
#[must_use]
pub fn near<T>(name: &str, known: impl Iterator<Item = (T, Vec<String>)>) -> Vec<T> {
    let wanted = plain(name);
    let allowed = wanted.chars().count() / 4;
    let distance = |known: String| {
        let known = plain(&known);
        // A word of a longer name, such as himmelblau.
        if wanted.len() >= 4 && known.len() > wanted.len() && known.contains(&wanted) {
            return Some(0);
        }
        Some(strsim::damerau_levenshtein(&known, &wanted)).filter(|distance| *distance <= allowed)
    };
    let nearest =
        |(thing, names): (T, Vec<String>)| Some((names.into_iter().filter_map(distance).min()?, thing));
    let mut found: Vec<_> = known.filter_map(nearest).collect();
    found.sort_by_key(|(distance, _)| *distance);
    found.into_iter().take(OFFERED).map(|(_, thing)| thing).collect()
}

/// The losses that are nearly called so, the nearest first and few.
#[must_use]
pub fn near_losses(name: &str) -> Vec<&'static dyn Loss> {
    near(name, all().map(|loss| (loss, names(loss))))
}

/// The sentence for a name that is no id: what is meant, or what is near, or that it is not there.
#[must_use]
pub fn unknown(name: &str) -> String {
    match meant(name) {
        Some(loss) => format!("there is no loss {name}, it is called {} here", loss.spec().id),
        None => missing("loss", name, near_losses(name).into_iter().map(|loss| loss.spec().id)),
    }
}

/// The sentence for a thing of some kind that is not there, with what is near.
#[must_use]
pub fn missing<'a>(kind: &str, name: &str, near: impl Iterator<Item = &'a str>) -> String {
    match &near.collect::<Vec<_>>()[..] {
        [] => format!("there is no {kind} {name}"),
        [id] => format!("there is no {kind} {name}, the nearest is {id}"),
        ids => format!("there is no {kind} {name}; near are {}", ids.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_is_found_by_what_libraries_and_papers_call_it() {
        for (name, id) in [
            ("InfoNCE", "info-nce"),
            ("NTXentLoss", "nt-xent"),
            ("SupConLoss", "sup-con"),
            ("MSELoss", "squared-error"),
            ("mse", "squared-error"),
            ("SmoothL1Loss", "huber"),
            ("smooth_l1", "huber"),
            ("MultiMarginLoss", "weston-watkins"),
            ("TripletMarginLoss", "triplet-margin"),
            ("CrossEntropyLoss", "cross-entropy"),
            ("Hinge loss", "hinge"),
            ("nt_xent", "nt-xent"),
        ] {
            assert_eq!(meant(name).map(|loss| loss.spec().id), Some(id), "{name}");
        }
    }

    #[test]
    fn every_loss_is_meant_by_its_id_and_its_title() {
        for loss in all() {
            let spec = loss.spec();
            assert_eq!(meant(spec.id).map(|meant| meant.spec().id), Some(spec.id));
            assert_eq!(meant(spec.title).map(|meant| meant.spec().id), Some(spec.id), "{}", spec.title);
        }
    }

    #[test]
    fn names_that_are_learnt_mean_their_loss_in_any_spelling() {
        learn("huber elbow\nno-loss nothing\nhinge");
        assert_eq!(meant("El-Bow").map(|loss| loss.spec().id), Some("huber"));
        assert!(meant("nothing").is_none());
    }

    #[test]
    fn what_is_far_is_not_offered() {
        assert_eq!(unknown("CTCLoss"), "there is no loss CTCLoss");
        assert_eq!(unknown("rosenbrok"), "there is no loss rosenbrok, the nearest is surface-rosenbrock");
        assert_eq!(unknown("comp-some"), "there is no loss comp-some, the nearest is comp-sum");
        assert_eq!(unknown("MSELoss"), "there is no loss MSELoss, it is called squared-error here");
        assert_eq!(unknown(""), "there is no loss ");
    }
}
