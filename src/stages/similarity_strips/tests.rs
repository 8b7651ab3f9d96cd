use proptest::prelude::*;

use super::SIMILARITY_STRIPS;
use crate::exhibits;
use crate::figures::{AxisScale, Mark};
use crate::losses;
use crate::losses::embeddings::unpg::Whiskers;
use crate::spec::Scale;
use crate::stages::testing::{self, fitting, readout};
use crate::stages::{Screen, State};

fn state(text: &str) -> State {
    testing::state(&format!("stage=similarity-strips&{text}"))
}

fn screen(text: &str) -> Screen {
    testing::screen(&format!("stage=similarity-strips&{text}"))
}

/// The dots of a strip, honest or not.
fn strip(screen: &Screen, strip: &str) -> Vec<f64> {
    let figure = screen.figure("strips", &[]);
    let AxisScale::Names(rows) = &figure.y.scale else { panic!("the strips have no names") };
    let row = rows.iter().position(|name| name == strip).unwrap_or_else(|| panic!("no strip {strip}"));
    let dots = figure.marks.iter().filter_map(|mark| match mark {
        Mark::Points { points, .. } => Some(points.clone()),
        _ => None,
    });
    dots.flatten().filter(|p| (p.1 - row as f64).abs() < 0.5).map(|p| p.0).collect()
}

#[test]
fn every_pair_has_its_dot() {
    let screen = screen("loss=unpg&classes=5&each=4&dimensions=7&wrong=1");
    // Of the 20 samples one has left its 3 mates for another class of 4.
    let positives = 3 * 6 + 3 + 10;
    assert_eq!(strip(&screen, "positive pairs").len(), positives);
    assert_eq!(strip(&screen, "negative pairs").len(), 190 - positives);
    assert_eq!(strip(&screen, "rival prototypes").len(), 20 * 4);
    assert!(strip(&screen, "negative pairs").iter().all(|c| (-1.0 - 1e-12..=1.0 + 1e-12).contains(c)));
    let least = strip(&screen, "positive pairs").into_iter().fold(f64::INFINITY, f64::min);
    let greatest = strip(&screen, "negative pairs").into_iter().fold(-1.0, f64::max);
    assert!((readout(&screen, "gap") - (least - greatest)).abs() < 1e-12);
}

#[test]
fn the_whiskers_are_those_of_the_loss() {
    for reach in [-1.0, 0.0, 0.7, 1.5] {
        let screen = screen(&format!("loss=unpg&classes=4&dimensions=5&noise=1&whisker={reach}"));
        let pairs = strip(&screen, "negative pairs");
        let whiskers = Whiskers::new(&pairs, reach).unwrap();
        let kept = pairs.iter().filter(|cosine| whiskers.keep(**cosine)).count() as f64;
        assert_eq!(readout(&screen, "kept"), kept / pairs.len() as f64, "reach {reach}");
        let handle = screen.figure("strips", &[]).handles[0].at;
        assert_eq!(handle, (whiskers.high.clamp(-1.0, 1.0), 0.0), "reach {reach}");
    }
}

#[test]
fn a_dragged_whisker_is_a_parameter_of_the_loss() {
    let before = screen("loss=unpg");
    let moved = before.scene().place("strips", "whisker", (0.9, 0.0));
    let (read, notices) = exhibits::open(&exhibits::link(&moved));
    assert_eq!(notices, []);
    let at = Screen::open(read, None).figure("strips", &[]).handles[0].at.0;
    assert!((at - 0.9).abs() < 2e-3, "the whisker is at {at}");
    assert!(screen("loss=nt-xent").figure("strips", &[]).handles.is_empty());
}

#[test]
fn the_loss_and_the_forces_are_those_of_the_kernel() {
    let screen = screen("loss=nt-xent&classes=3&each=2&dimensions=4&temperature=0.5");
    let toy = crate::toys::sphere::directions(3, 2, 4, 0.4, 1);
    let labels: Vec<f64> = toy.classes.iter().map(|c| *c as f64).collect();
    let loss = losses::find("nt-xent").unwrap();
    let batch = crate::testing::inputs(
        loss.spec(),
        &[("embeddings", &[6, 4], &toy.vectors.concat()), ("labels", &[6], &labels)],
    );
    let given = [("temperature", 0.5)];
    let expected = crate::testing::value(loss, &given, &batch);
    assert!((readout(&screen, "loss") - expected).abs() < 1e-12);
    let gradient = crate::testing::gradient(loss, &given, &batch);
    let lengths = gradient.chunks(4).map(|row| row.iter().map(|g| g * g).sum::<f64>().sqrt());
    let mean = lengths.sum::<f64>() / 6.0;
    assert!((readout(&screen, "right-force") - mean).abs() < 1e-12);
}

#[test]
fn a_training_in_one_go_and_one_step_by_step_are_the_same() {
    for optimizer in crate::optimizer::NAMES {
        let text = format!("loss=unpg&scale=16&vs=nt-xent&optimizer={optimizer}");
        let at_once = screen(&format!("{text}&steps=30"));
        let mut stepped = screen(&text);
        for steps in [1, 2, 20, 9, 30] {
            stepped = Screen::open(state(&format!("{text}&steps={steps}")), Some(stepped));
        }
        for figure in ["strips", "strips-2", "globe", "loss-curve", "forces"] {
            assert_eq!(stepped.figure(figure, &[]), at_once.figure(figure, &[]), "{optimizer}, {figure}");
        }
        let shown = |screen: &Screen| readout(screen, "loss");
        assert_eq!(shown(&stepped), shown(&at_once), "{optimizer}");
    }
}

#[test]
fn a_state_survives_its_link() {
    for loss in fitting(&SIMILARITY_STRIPS) {
        let state = state(&format!("loss={loss}&classes=4&each=2&dimensions=9&wrong=2&steps=2&lr=0.03"));
        let drawn = Screen::open(state, None).scene().act("draw");
        assert_eq!((drawn.seed, drawn.steps), (2, 2));
        let text = exhibits::link(&drawn);
        let (read, notices) = exhibits::open(&text);
        assert_eq!((exhibits::link(&read), notices), (text, vec![]), "{loss}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn no_state_panics_and_every_number_is_finite_or_explained(
        loss in 0usize..100,
        knobs in prop::collection::vec(0.0f64..1.0, 8),
        steps in 0usize..5,
    ) {
        let ids = fitting(&SIMILARITY_STRIPS);
        let mut state = state(&format!("loss={}", ids[loss % ids.len()]));
        state.steps = steps;
        for (knob, part) in state.stage.spec().knobs.iter().zip(&knobs) {
            let (low, high) = knob.range;
            let value = match knob.scale {
                Scale::Names(options) => (part * options.len() as f64).floor(),
                Scale::Integer => (low + part * (high.min(20.0) - low)).floor(),
                _ => low + part * (high - low),
            };
            prop_assert_eq!(state.knobs.set(knob.name, value), Ok(()), "{}", knob.name);
        }
        let screen = Screen::open(state, None);
        for readout in screen.scene().readouts() {
            prop_assert!(readout.value.is_finite() || !readout.note.is_empty(), "{:?}", readout);
        }
        for figure in screen.scene().figures() {
            let figure = screen.figure(figure.id, &[]);
            prop_assert!(figure.y.range.0 < figure.y.range.1, "{}", figure.title);
        }
        prop_assert!(!screen.scene().sentence().is_empty());
    }
}
