//! What people call a loss: its id, its title, its aliases, and what libraries call it, in any spelling.

use super::all;
use crate::kernel::Loss;

/// The most losses that are offered for a name that is near to theirs.
const OFFERED: usize = 3;

/// A name in lower case without anything but letters and digits, and without the word that every loss could end in.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
    let plain: String = letters.collect();
    match plain.strip_suffix("loss") {
        Some(rest) if !rest.is_empty() => rest.to_owned(),
        _ => plain,
    }
}

/// Everything that a loss is called, the id first. In the WebAssembly module only ids and titles are there.
fn names(loss: &dyn Loss) -> Vec<&'static str> {
    let spec = loss.spec();
    #[cfg_attr(target_arch = "wasm32", expect(unused_mut))]
    let mut names = vec![spec.id, spec.title];
    #[cfg(not(target_arch = "wasm32"))]
    {
        // Of a class or a function the last part of its path.
        let called = loss.dialects().iter().filter_map(|dialect| dialect.call.rsplit('.').next());
        names.extend(loss.prose().aliases.iter().copied().chain(called));
    }
    names
}

/// The loss that a name means, in whatever spelling; an id goes before a title, and that before other names.
#[must_use]
pub fn meant(name: &str) -> Option<&'static dyn Loss> {
    let wanted = plain(name);
    if wanted.is_empty() {
        return None;
    }
    let place = |loss: &dyn Loss| names(loss).into_iter().position(|known| plain(known) == wanted);
    let (_, loss) = all().filter_map(|loss| Some((place(loss)?, loss))).min_by_key(|(place, _)| *place)?;
    Some(loss)
}

/// The ids of losses with a name that is nearly that one, the nearest first: a few letters differ, or it is a part.
fn near(name: &str) -> Vec<&'static str> {
    let wanted = plain(name);
    let allowed = wanted.chars().count() / 4;
    let distance = |known: &str| {
        let known = plain(known);
        // A word of a longer name, such as himmelblau.
        if wanted.len() >= 4 && known.len() > wanted.len() && known.contains(&wanted) {
            return Some(0);
        }
        Some(strsim::damerau_levenshtein(&known, &wanted)).filter(|distance| *distance <= allowed)
    };
    let nearest = |loss: &'static dyn Loss| {
        let distance = names(loss).into_iter().filter_map(distance).min()?;
        Some((distance, loss.spec().id))
    };
    let mut found: Vec<_> = all().filter_map(nearest).collect();
    found.sort_by_key(|(distance, _)| *distance);
    found.into_iter().take(OFFERED).map(|(_, id)| id).collect()
}

/// The sentence for a name that is no id: what is meant, or what is near, or that it is not there.
#[must_use]
pub fn unknown(name: &str) -> String {
    if let Some(loss) = meant(name) {
        return format!("there is no loss {name}, it is called {} here", loss.spec().id);
    }
    match &near(name)[..] {
        [] => format!("there is no loss {name}"),
        [id] => format!("there is no loss {name}, the nearest is {id}"),
        ids => format!("there is no loss {name}; near are {}", ids.join(", ")),
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
    fn what_is_far_is_not_offered() {
        assert_eq!(unknown("CTCLoss"), "there is no loss CTCLoss");
        assert_eq!(unknown("rosenbrok"), "there is no loss rosenbrok, the nearest is surface-rosenbrock");
        assert_eq!(unknown("comp-some"), "there is no loss comp-some, the nearest is comp-sum");
        assert_eq!(unknown("MSELoss"), "there is no loss MSELoss, it is called squared-error here");
        assert_eq!(unknown(""), "there is no loss ");
    }
}
