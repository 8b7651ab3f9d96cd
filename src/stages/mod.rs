//! The interactive scenes. A stage serves every loss whose inputs fit; it knows none by name.
//!
//! A scene is a pure function of its [`State`]: what is on screen, in a worker, in a file and in a link is the
//! same text. To change something is to make another state.

mod angle_curve;
mod arrays;
mod classifier;
mod cosine_batch;
mod curve;
mod distribution;
mod draws;
mod embedding_plane;
mod engine;
mod episode_lab;
mod hypersphere;
mod line;
mod linear_classifier;
mod local_matches;
mod lock;
mod logit_plane;
mod p_chart;
mod pair_plane;
mod planar;
mod refinement;
mod regret_cloud;
mod sample;
mod screen;
mod self_distillation;
mod sensitivity;
mod similarity_strips;
mod simplex;
mod stage;
mod state;
mod surroundings;
#[cfg(test)]
mod testing;
mod titles;
mod training;
mod vectors;
mod weight_plane;

pub(crate) use classifier::trained;
pub use engine::DIFFERENCE;
pub(crate) use engine::numbered;
pub use lock::{PARTS, held};
pub use refinement::Refinement;
pub(crate) use regret_cloud::Cloud;
pub(crate) use sample::Sample;
pub use screen::{SWEEP, Screen};
pub use sensitivity::Sensitivity;
pub use stage::{
    Action, Computed, FigureInfo, Of, Quality, Readout, Scene, Settable, Stage, StageSpec, Tile,
};
pub(crate) use state::parse_query;
pub use state::{Contender, Notice, Offer, Point, State};
pub use titles::titles;

/// Every stage, in the order in which they are offered for a loss that fits several.
pub const STAGES: &[&dyn Stage] = &[
    &curve::MARGIN_CURVE,
    &curve::RESIDUAL_CURVE,
    &logit_plane::LOGIT_PLANE,
    &p_chart::P_CHART,
    &regret_cloud::REGRET_CLOUD,
    &angle_curve::ANGLE_CURVE,
    &cosine_batch::COSINE_BATCH,
    &embedding_plane::EMBEDDING_PLANE,
    &episode_lab::EPISODE_LAB,
    &pair_plane::PAIR_PLANE,
    &similarity_strips::SIMILARITY_STRIPS,
    &local_matches::LOCAL_MATCHES,
    &self_distillation::SELF_DISTILLATION,
    &weight_plane::WEIGHT_PLANE,
    &line::OUTLIER_LINE,
    &line::LINE_FIT,
    &linear_classifier::LINEAR_CLASSIFIER,
    &classifier::NOISY_BLOBS,
    &classifier::NOISY_MOONS,
    &classifier::LONG_TAIL,
    &hypersphere::HYPERSPHERE,
    &simplex::SIMPLEX,
    &arrays::ARRAYS,
];

/// The stage of that id.
#[must_use]
pub fn find(id: &str) -> Option<&'static dyn Stage> {
    STAGES.iter().copied().find(|stage| stage.spec().id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Loss;
    use crate::losses;
    use crate::spec::{Affects, Role, Scale};
    use crate::testing::renamed;

    #[test]
    fn no_knob_and_no_parameter_takes_a_key_that_others_need() {
        for knob in STAGES.iter().flat_map(|stage| stage.spec().knobs) {
            let is_taken = state::OWN_KEYS.contains(&knob.name) || state::LEADING_KEYS.contains(&knob.name);
            assert!(!is_taken, "{} would mean two things in a link", knob.name);
        }
        for param in losses::all().flat_map(|loss| loss.spec().params) {
            assert!(!state::LEADING_KEYS.contains(&param.name), "{} would mean two things", param.name);
        }
    }

    #[test]
    fn a_batch_is_what_the_loss_on_screen_is_of() {
        for stage in STAGES {
            for loss in losses::all().filter(|loss| stage.fits(loss.spec())) {
                let screen = Screen::open(State::new(loss, *stage), None);
                let Some(batch) = screen.scene().batch() else { continue };
                let (id, stage) = (loss.spec().id, stage.spec().id);
                let shown = screen.scene().readouts().into_iter().find(|readout| readout.id == "loss");
                let shown = shown.unwrap_or_else(|| panic!("{stage} shows no loss")).value;
                let value = loss.value(&batch, &screen.state().contender().params);
                assert!(
                    (value - shown).abs() <= 1e-9 * shown.abs().max(1.0)
                        || (value.is_nan() && shown.is_nan()),
                    "{id} on {stage}: a script would compare with {value}, the screen shows {shown}"
                );
            }
        }
    }

    #[test]
    fn numbers_of_several_losses_have_one_name_and_say_which_loss_they_are_of() {
        for stage in STAGES.iter().filter(|stage| stage.spec().contenders > 1) {
            let mut fitting = losses::all().filter(|loss| stage.fits(loss.spec()));
            let (Some(own), Some(rival)) = (fitting.next(), fitting.next()) else { continue };
            let mut state = State::new(own, *stage);
            state.steps = 0;
            let alone = Screen::open(state.clone(), None).scene().readouts_so_far();
            state.contenders.push(Contender::new(rival));
            let both = Screen::open(state, None).scene().readouts_so_far();
            let stage = stage.spec().id;
            let columns = |readout: &Readout| readout.of.as_ref().map(|of| of.place);
            for readout in &both {
                let name = &readout.name;
                assert!(!name.contains(rival.spec().title), "{stage}: “{name}” has a row of its own");
                let twins = both.iter().filter(|r| r.name == *name && columns(r) == columns(readout));
                assert_eq!(twins.count(), 1, "{stage}: one cell holds two numbers, {name}");
            }
            for readout in alone {
                assert!(both.iter().any(|r| r.name == readout.name), "{stage}: {} is gone", readout.name);
            }
        }
    }

    #[test]
    fn a_knob_that_changes_only_looks_changes_no_number() {
        for stage in STAGES {
            let loss = losses::all().find(|loss| stage.fits(loss.spec())).expect("a stage without losses");
            // Where nobody takes the steps one by one, the budget is how many are taken.
            let looks = stage.spec().knobs.iter().filter(|knob| {
                knob.affects == Affects::Look && (stage.spec().trains || knob.name != "budget")
            });
            for knob in looks {
                let mut state = State::new(loss, *stage);
                // A budget below the steps would stop them.
                state.steps = 3;
                if let Some((choice, options)) = knob.only_when {
                    state.set(choice, options[0]).unwrap();
                }
                let turned = state.with(|state| {
                    let (low, high) = match knob.scale {
                        Scale::Names(options) => (0.0, (options.len() - 1) as f64),
                        _ => knob.range,
                    };
                    let value = if knob.default == high { low } else { high };
                    state.knobs.set(knob.name, value).unwrap();
                });
                // As text, so that what is no number is equal to itself.
                let numbers = |screen: &Screen| format!("{:?}", screen.scene().readouts());
                let before = Screen::open(state, None);
                let shown = numbers(&before);
                let after = numbers(&Screen::open(turned, Some(before)));
                assert_eq!(after, shown, "{} turned on {}", knob.name, stage.spec().id);
            }
        }
    }

    #[test]
    fn a_stage_draws_again_where_something_is_drawn_by_lot() {
        for stage in STAGES {
            let offers = stage.spec().actions.contains(&Action::DRAW);
            for loss in losses::all().filter(|loss| stage.fits(loss.spec())) {
                let first = State::new(loss, *stage).with(|state| {
                    if state.knobs.has("noise") {
                        state.knobs.set("noise", 0.3).unwrap();
                    }
                });
                let other = first.with(|state| state.seed = 2);
                let seen = |state: State| {
                    let screen = Screen::open(state, None);
                    let figures = screen.scene().figures();
                    let figures: Vec<_> = figures.iter().map(|info| screen.figure(info.id, &[])).collect();
                    format!("{figures:?} {:?}", screen.readouts())
                };
                let is_drawn = seen(first) != seen(other);
                let (stage_id, id) = (stage.spec().id, loss.spec().id);
                assert_eq!(is_drawn, offers && stage.uses("seed", loss.spec()), "{stage_id} with {id}");
            }
        }
    }

    #[test]
    fn every_loss_has_a_stage_and_their_keys_never_clash() {
        for loss in losses::all().map(Loss::spec) {
            let stages: Vec<_> = STAGES.iter().filter(|stage| stage.fits(loss)).collect();
            for stage in stages {
                for knob in stage.spec().knobs {
                    let (loss, stage) = (loss.id, stage.spec().id);
                    let clash = losses::find(loss).and_then(|l| l.spec().param(knob.name));
                    assert!(clash.is_none(), "{} means two things when {loss} is on {stage}", knob.name);
                }
            }
        }
    }

    #[test]
    fn no_stage_knows_an_input_by_its_name() {
        let layout = |loss: &dyn Loss| -> Vec<(Role, usize, bool)> {
            loss.spec().inputs.iter().map(|input| (input.role, input.rank(), input.is_variable())).collect()
        };
        for stage in STAGES {
            let mut shown = Vec::new();
            for loss in losses::all() {
                let (other, id) = (renamed(loss), stage.spec().id);
                let fits = stage.fits(loss.spec());
                assert_eq!(stage.fits(other.spec()), fits, "{id} knows inputs of {} by name", loss.spec().id);
                // One loss of each kind of batch.
                if !fits || shown.contains(&layout(loss)) {
                    continue;
                }
                shown.push(layout(loss));
                for knob in stage.spec().knobs {
                    let (own, renamed) =
                        (stage.uses(knob.name, loss.spec()), stage.uses(knob.name, other.spec()));
                    assert_eq!(own, renamed, "{} of {id} under {}", knob.name, loss.spec().id);
                }
                let readouts = |loss| {
                    let few = State::new(loss, *stage).with(|state| state.steps = 2);
                    Screen::open(few, None).scene().readouts()
                };
                let all = readouts(other);
                for own in readouts(loss) {
                    // Parts of a loss are not renamed with it.
                    let Some(renamed) = all.iter().find(|r| (r.id, &r.name) == (own.id, &own.name)) else {
                        assert_ne!(own.id, "loss", "{id} shows no loss of {}", loss.spec().id);
                        continue;
                    };
                    // One is from the tape where the other may be derived by hand.
                    let is_near = (own.value - renamed.value).abs() <= 1e-6 * own.value.abs().max(1.0);
                    assert!(
                        is_near || own.value.is_nan() && renamed.value.is_nan(),
                        "{} of {} on {id}: {} as it is, {} with its inputs renamed ({})",
                        own.id,
                        loss.spec().id,
                        own.value,
                        renamed.value,
                        renamed.note
                    );
                }
            }
        }
    }

    /// What no person reads as a number.
    fn unreadable(text: &str) -> Option<&str> {
        let mut words = text.split(|c: char| !c.is_alphanumeric());
        words.find(|word| {
            let digits = word.chars().filter(char::is_ascii_digit).count();
            ["nan", "inf"].contains(&word.to_lowercase().as_str()) || digits > 20
        })
    }

    #[test]
    fn no_sentence_name_or_note_holds_what_is_no_number_or_hundreds_of_digits() {
        use crate::figures::{Frame, Theme, svg};
        const EXTREMES: [f64; 6] = [1e-320, 1e-300, 0.5, 1e9, 1e308, -1e308];
        let mut faults = Vec::new();
        let mut assert_readable = |text: &str, link: &str, part: &str| {
            if let Some(word) = unreadable(text) {
                let (word, text): (String, String) =
                    (word.chars().take(20).collect(), text.chars().take(200).collect());
                faults.push(format!("{part} at {link} has {word}: “{text}”"));
            }
        };
        for stage in STAGES {
            let fitting: Vec<_> = losses::all().filter(|loss| stage.fits(loss.spec())).collect();
            for (i, loss) in fitting.iter().step_by(fitting.len().div_ceil(4)).enumerate() {
                let params = loss.spec().params.iter().chain(stage.spec().knobs);
                for (param, value) in params.filter(|p| p.is_real()).flat_map(|p| EXTREMES.map(|x| (p, x))) {
                    let mut state = State::new(*loss, *stage);
                    let text = crate::number::text(value);
                    let link =
                        format!("loss={}&stage={}&{}={text}", loss.spec().id, stage.spec().id, param.name);
                    if let Err(notice) = state.set(param.name, &text) {
                        assert_readable(&notice.message, &link, "the notice");
                        continue;
                    }
                    state.steps = if stage.spec().trains { 3 } else { 0 };
                    assert_readable(&crate::exhibits::link(&state), &link, "the link");
                    let screen = Screen::open(state, None);
                    assert_readable(&screen.scene().sentence(), &link, "the sentence");
                    for readout in screen.readouts() {
                        assert_readable(&readout.note, &link, "a note");
                        if !readout.value.is_finite() && readout.note.is_empty() {
                            let said = format!("{}: {}", readout.name, readout.value);
                            assert_readable(&said, &link, "a readout without a word");
                        }
                    }
                    if i > 0 || value.abs() != 1e308 {
                        continue;
                    }
                    for info in screen.figures().iter().filter(|info| info.main) {
                        let figure = screen.figure(info.id, &screen.compute(info.id, Quality::Coarse));
                        for handle in &figure.handles {
                            assert_readable(&handle.name, &link, "a handle");
                        }
                        let picture = svg(&figure, &Frame::new(400.0, 300.0, Theme::light()));
                        for words in picture.split('>').filter_map(|part| part.split_once("</text")) {
                            assert_readable(words.0, &link, &format!("the figure {}", info.title));
                        }
                    }
                }
            }
        }
        assert!(faults.is_empty(), "{} faults, {:#?}", faults.len(), &faults);
    }
}
