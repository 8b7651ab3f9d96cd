//! Presets that make one claim visible, and the way from a text to what is on screen.

mod aldr_patience;
mod bias_diversity;
mod comp_sum_dial;
mod consistency_cloud;
mod effective_numbers;
mod ensloss_draws;
mod ensloss_moons;
mod hard_negative_images;
mod ldr_dial;
mod ldr_noise;
mod margins_on_the_circle;
mod median_adaptive;
mod median_training;
mod new_classes;
mod newton_at_a_saddle;
mod robust_features;
mod sface_rest;
mod susana_distancia;
mod temperature_hardness;
mod triplet_collapse;
mod uniformity_tolerance;
mod unpg_gap;
mod unpg_whisker;
mod z_loss_growth;
mod z_loss_rays;

use serde::Serialize;

use crate::losses;
use crate::stages::{Notice, Readout, STAGES, Screen, State};

/// A preset that makes one claim of a paper visible and measures it.
#[derive(Debug, Serialize)]
pub struct Exhibit {
    /// Public name in kebab-case.
    pub id: &'static str,
    /// A few words.
    pub title: &'static str,
    /// Ids of the [papers](crate::papers) that make the claim.
    pub papers: &'static [&'static str],
    /// The claim in one or two plain sentences.
    pub claim: &'static str,
    /// What to try, each one thing to do and what will be seen.
    pub tries: &'static [&'static str],
    /// What to keep in mind: where the toy differs from the paper; may be empty.
    pub caveat: &'static str,
    /// Ids of the figures that the texts speak of besides the main ones: they stand beside those.
    pub figures: &'static [&'static str],
    /// The preset, as the text of a state.
    pub state: &'static str,
    /// The numbers that measure the claim on what is on screen.
    #[serde(skip)]
    pub measure: fn(&Screen) -> Vec<Readout>,
}

/// Every exhibit; the first is what the page opens with. In the WebAssembly module they are without words.
pub const EXHIBITS: &[Exhibit] = &[
    carried(temperature_hardness::TEMPERATURE_HARDNESS),
    carried(uniformity_tolerance::UNIFORMITY_TOLERANCE),
    carried(margins_on_the_circle::MARGINS_ON_THE_CIRCLE),
    carried(median_adaptive::MEDIAN_ADAPTIVE),
    carried(median_training::MEDIAN_TRAINING),
    carried(ldr_dial::LDR_DIAL),
    carried(ldr_noise::LDR_NOISE),
    carried(aldr_patience::ALDR_PATIENCE),
    carried(comp_sum_dial::COMP_SUM_DIAL),
    carried(consistency_cloud::CONSISTENCY_CLOUD),
    carried(z_loss_rays::Z_LOSS_RAYS),
    carried(z_loss_growth::Z_LOSS_GROWTH),
    carried(ensloss_draws::ENSLOSS_DRAWS),
    carried(ensloss_moons::ENSLOSS_MOONS),
    carried(bias_diversity::BIAS_DIVERSITY),
    carried(sface_rest::SFACE_REST),
    carried(new_classes::NEW_CLASSES),
    carried(robust_features::ROBUST_FEATURES),
    carried(unpg_gap::UNPG_GAP),
    carried(unpg_whisker::UNPG_WHISKER),
    carried(triplet_collapse::TRIPLET_COLLAPSE),
    carried(susana_distancia::SUSANA_DISTANCIA),
    carried(hard_negative_images::HARD_NEGATIVE_IMAGES),
    carried(newton_at_a_saddle::NEWTON_AT_A_SADDLE),
    carried(effective_numbers::EFFECTIVE_NUMBERS),
];

/// An exhibit as it travels: to the page its words come as JSON, a file an exhibit.
const fn carried(exhibit: Exhibit) -> Exhibit {
    if cfg!(target_arch = "wasm32") {
        Exhibit { claim: "", tries: &[], caveat: "", figures: &[], ..exhibit }
    } else {
        exhibit
    }
}

/// The exhibit of that id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Exhibit> {
    EXHIBITS.iter().find(|exhibit| exhibit.id == id)
}

/// Some readouts of what is on screen, in this order.
fn shown(screen: &Screen, ids: &[&str]) -> Vec<Readout> {
    let readouts = screen.scene().readouts();
    ids.iter().filter_map(|id| readouts.iter().find(|r| r.id == *id).cloned()).collect()
}

/// The state that holds where a text says nothing: that of the exhibit, or the loss on its stage with
/// everything at its default.
#[must_use]
pub fn base(state: &State) -> State {
    match state.exhibit.and_then(find) {
        Some(exhibit) => preset(exhibit),
        None => State::new(state.contender().loss, state.stage),
    }
}

/// The state of an exhibit as it opens.
#[must_use]
pub fn preset(exhibit: &'static Exhibit) -> State {
    let mut state = State::read(exhibit.state, &blank()).0;
    state.exhibit = Some(exhibit.id);
    state
}

/// Any loss on any stage that shows it, to start reading from.
fn blank() -> State {
    let fitting = losses::all().find_map(|loss| {
        let stage = STAGES.iter().find(|stage| stage.fits(loss.spec()))?;
        Some(State::new(loss, *stage))
    });
    fitting.expect("some stage shows some loss")
}

/// The first exhibit, where a text names nothing.
fn first() -> State {
    EXHIBITS.first().map_or_else(blank, preset)
}

/// What a text opens on whose exhibit is not there, and what is said about it.
#[cold]
#[inline(never)]
fn no_such_exhibit(id: &str, has_loss: bool, pairs: &[(String, String)]) -> (State, Option<Notice>) {
    let near = losses::near(id, EXHIBITS.iter().map(|e| (e, vec![e.id.to_owned(), e.title.to_owned()])));
    let message = losses::missing("exhibit", id, near.iter().map(|exhibit| exhibit.id));
    if let [exhibit] = near[..] {
        return (preset(exhibit), Some(Notice::new("exhibit", format!("{message}, which is shown"))));
    }
    let start = if has_loss { blank() } else { first() };
    let shown = match start.exhibit.and_then(find) {
        Some(exhibit) => format!("; {} is shown", exhibit.title),
        None => String::new(),
    };
    let notice = Notice::new("exhibit", format!("{message}{shown}"));
    let ids = near.iter().map(|exhibit| exhibit.id);
    (start, Some(notice.offering_values(id, ids, pairs)))
}

/// Reads the text of a link. An empty text is the first exhibit. Reading never fails; what was passed over is in
/// the notices.
#[must_use]
pub fn open(text: &str) -> (State, Vec<Notice>) {
    let pairs = crate::stages::parse_query(text);
    let named = pairs.iter().rev().find(|(key, _)| key == "exhibit").map(|(_, id)| id.as_str());
    let has_loss = pairs.iter().any(|(key, _)| key == "loss");
    let (start, missing) = match named {
        Some(id) => match find(id) {
            Some(exhibit) => (preset(exhibit), None),
            None => no_such_exhibit(id, has_loss, &pairs),
        },
        None if has_loss => (blank(), None),
        None => (first(), None),
    };
    let (state, mut notices) = State::read(text, &start);
    notices.splice(0..0, missing);
    (state, notices)
}

/// Whether a state has left the scene or the loss in which its exhibit shows its claim.
#[must_use]
pub fn is_left(state: &State) -> bool {
    let base = base(state);
    let place = |state: &State| (state.stage.spec().id, state.contender().loss.spec().id);
    place(state) != place(&base)
}

/// What `hide`, `show` and `lock` of a link name that is not there.
#[must_use]
pub fn nameless(screen: &Screen) -> Vec<Notice> {
    let state = screen.state();
    let known = screen.nameable();
    let of = |key: &str, names: &[String]| -> Vec<Notice> {
        let missing = names.iter().filter(|name| !known.contains(name));
        let notice = |name: &String| {
            let message = format!("there is nothing called {name} to {key} here; it is passed over");
            Notice::new(key, message)
        };
        missing.map(notice).collect()
    };
    let all = [("hide", &state.hide), ("show", &state.show), ("lock", &state.lock)];
    all.into_iter().flat_map(|(key, names)| of(key, names)).collect()
}

/// The text of a state: only what differs from its [`base`].
#[must_use]
pub fn link(state: &State) -> String {
    state.write(&base(state))
}

/// What the exhibit on screen measures under this name.
#[cfg(test)]
fn measured(screen: &Screen, id: &str) -> f64 {
    let exhibit = screen.state().exhibit.and_then(find).expect("an exhibit is on screen");
    let readouts = (exhibit.measure)(screen);
    readouts.iter().find(|r| r.id == id).unwrap_or_else(|| panic!("{} measures no {id}", exhibit.id)).value
}

/// What an exhibit measures with `more` in its state, each number as the mean over so many seeds.
#[cfg(test)]
fn over_seeds(exhibit: &str, more: &str, seeds: usize) -> Vec<f64> {
    let measured = |seed: usize| -> Vec<f64> {
        let (state, notices) = open(&format!("exhibit={exhibit}{more}&seed={seed}"));
        assert_eq!(notices, [], "{exhibit}{more}");
        let exhibit = find(exhibit).expect("the exhibit is listed");
        (exhibit.measure)(&Screen::open(state, None)).into_iter().map(|readout| readout.value).collect()
    };
    let all: Vec<Vec<f64>> = (1..=seeds).map(measured).collect();
    (0..all[0].len()).map(|i| all.iter().map(|one| one[i]).sum::<f64>() / seeds as f64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::papers;

    #[test]
    fn exhibits_name_papers_that_exist_and_every_paper_has_an_exhibit() {
        for exhibit in EXHIBITS {
            for id in exhibit.papers {
                assert!(
                    papers::find(id).is_some(),
                    "{} names the paper {id}, which is not there",
                    exhibit.id
                );
            }
        }
        for paper in papers::PAPERS {
            let is_shown = EXHIBITS.iter().any(|exhibit| exhibit.papers.contains(&paper.id));
            assert!(is_shown, "no exhibit shows the claim of {}", paper.title);
        }
    }

    #[test]
    fn every_exhibit_opens_as_it_is_written_and_measures_something() {
        for exhibit in EXHIBITS {
            let (state, notices) = open(&format!("{}&exhibit={}", exhibit.state, exhibit.id));
            assert_eq!(notices, [], "{}", exhibit.id);
            assert_eq!(link(&state), format!("v=1&exhibit={}", exhibit.id));
            // A few steps do where hundreds are trained: what they lead to is tested with the exhibit.
            let state = state.with(|state| state.steps = state.steps.min(2));
            let screen = Screen::open(state, None);
            let (figures, readouts) = (screen.figures(), (exhibit.measure)(&screen));
            assert!(!readouts.is_empty(), "{} measures nothing", exhibit.id);
            for readout in readouts {
                assert!(readout.value.is_finite() || !readout.note.is_empty(), "{}: {readout:?}", exhibit.id);
            }
            assert!(!exhibit.claim.is_empty() && !exhibit.tries.is_empty(), "{} says nothing", exhibit.id);
            for id in exhibit.figures {
                let beside = figures.iter().any(|figure| figure.id == *id && !figure.main);
                assert!(beside, "{} has no figure {id} to stand beside the main one", exhibit.id);
            }
        }
    }

    #[test]
    fn what_a_link_hides_locks_or_shows_is_there_or_named() {
        let text =
            "loss=nt-xent&hide=catalogue,noise,moon,loss-curve&lock=temperature,tempo&show=figures,vs1.tau";
        let notices = nameless(&Screen::open(open(text).0, None));
        let keys: Vec<_> = notices.iter().map(|notice| notice.key.as_str()).collect();
        assert_eq!(keys, ["hide", "show", "lock"], "{notices:?}");
        assert_eq!(notices[0].message, "there is nothing called moon to hide here; it is passed over");
    }

    #[test]
    fn no_measure_breaks_when_another_loss_is_put_in_its_place() {
        // Of the losses that its stage does not show, which open on a stage of their own, an exhibit meets every
        // sixteenth, the next exhibit others.
        const SHARE: usize = 16;
        for (place, exhibit) in EXHIBITS.iter().enumerate() {
            let stage = preset(exhibit).stage;
            for (turn, loss) in losses::all().enumerate() {
                if !stage.fits(loss.spec()) && !(turn + place).is_multiple_of(SHARE) {
                    continue;
                }
                // A few steps do where hundreds are trained.
                let text = format!("exhibit={}&loss={}&steps=2", exhibit.id, loss.spec().id);
                let _ = (exhibit.measure)(&Screen::open(open(&text).0, None));
            }
        }
    }
}
