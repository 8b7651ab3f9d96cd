use proptest::prelude::*;

use crate::exhibits;
use crate::stages::testing::{self, readout};
use crate::stages::{Point, Screen, State};

fn state(text: &str) -> State {
    testing::state(&format!("loss=dino&stage=self-distillation&{text}"))
}

fn screen(text: &str) -> Screen {
    testing::screen(&format!("loss=dino&stage=self-distillation&{text}"))
}

#[test]
fn sharpening_alone_makes_targets_alike_and_a_soft_teacher_asks_for_nothing() {
    let all_alike = 5f64.ln();
    for seed in 1..=3 {
        let end = |text: &str| {
            let screen = screen(&format!("{text}&seed={seed}&steps=300&budget=300"));
            (readout(&screen, "entropy"), readout(&screen, "balance"))
        };
        // Sharp targets are sure of one output each; without a centre several samples share it.
        let (both, sharp) = (end("centring=on"), end("centring=off"));
        assert!(both.0 < 0.05 && sharp.0 < 0.05, "seed {seed}: entropies {} and {}", both.0, sharp.0);
        assert!(sharp.1 < both.1 - 0.2, "seed {seed}: {} without the centre, {} with it", sharp.1, both.1);
        let (soft, _) = end("centring=on&teacher_temperature=0.2");
        assert!(all_alike - soft < 0.01, "seed {seed}: the soft teacher has entropy {soft}");
    }
}

#[test]
fn the_loss_is_the_entropy_of_the_targets_and_the_divergence_from_them() {
    for text in ["seed=3", "steps=40", "centring=off&steps=7&teacher_temperature=0.3"] {
        let screen = screen(text);
        let parts = readout(&screen, "entropy") + readout(&screen, "divergence");
        let loss = readout(&screen, "loss");
        assert!((loss - parts).abs() < 1e-9, "{text}: the loss is {loss}, its parts sum to {parts}");
    }
}

#[test]
fn a_dragged_score_is_in_the_link_and_counts() {
    let before = screen("sample=2&steps=3");
    let moved = before.scene().place("scores", "student-3", (0.0, 0.75));
    assert_eq!((moved.steps, moved.selected), (0, 2));
    let moved = Screen::open(moved, None).scene().place("scores", "centre-1", (9.0, -0.5));
    let (read, notices) = exhibits::open(&exhibits::link(&moved));
    assert_eq!(notices, []);
    let after = Screen::open(read, None);
    let handles = after.figure("scores", &[]).handles;
    let height = |id: &str| handles.iter().find(|h| h.id == id).unwrap().at.1;
    assert_eq!((height("student-3"), height("centre-1")), (0.75, -0.5));
    assert_ne!(readout(&after, "loss"), readout(&before, "loss"));
    assert_eq!(after.scene().act("reset").points(), []);
}

#[test]
fn a_training_in_one_go_and_one_step_by_step_are_the_same() {
    let stepped = Screen::open(state("steps=40"), Some(screen("steps=9")));
    for id in ["loss", "entropy", "balance"] {
        assert_eq!(readout(&stepped, id), readout(&screen("steps=40"), id));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn no_state_panics_and_every_number_is_finite_or_explained(
        samples in 1usize..9,
        outputs in 2usize..9,
        sample in 1usize..9,
        steps in 0usize..20,
        temperature in 0.01f64..10.0,
        points in prop::collection::vec((-2i8..9, -20i8..20, 0usize..64), 0..30),
    ) {
        let mut state = state(&format!(
            "samples={samples}&outputs={outputs}&sample={sample}&teacher_temperature={temperature}&lr=1"
        ));
        state.steps = steps;
        if !points.is_empty() {
            let point = |&(x, y, class): &(i8, i8, usize)| Point { x: x.into(), y: y.into(), class };
            state.set_points(&points.iter().map(point).collect::<Vec<_>>());
        }
        let screen = Screen::open(state, None);
        for readout in screen.scene().readouts() {
            prop_assert!(readout.value.is_finite() || !readout.note.is_empty(), "{:?}", readout);
        }
        for figure in screen.figures() {
            let drawn = screen.figure(figure.id, &[]);
            prop_assert!(drawn.handles.iter().all(|h| h.at.0.is_finite() && h.at.1.is_finite()));
        }
        prop_assert!(!screen.scene().sentence().is_empty());
    }
}
