use proptest::prelude::*;

use super::adversary::{Ball, safety};
use crate::exhibits;
use crate::spec::Scale;
use crate::stages::testing::{self, readout};
use crate::stages::{Point, Quality, Screen, State};

fn state(text: &str) -> State {
    testing::state(&format!("loss=smooth-adversarial-comp-sum&stage=linear-classifier&{text}"))
}

fn screen(text: &str) -> Screen {
    testing::screen(&format!("loss=smooth-adversarial-comp-sum&stage=linear-classifier&{text}"))
}

#[test]
fn without_weights_every_class_has_the_same_score() {
    let start = screen("");
    assert!((readout(&start, "loss") - 2f64.ln()).abs() < 1e-12, "the loss is {}", readout(&start, "loss"));
    assert_eq!([readout(&start, "clean-error"), readout(&start, "robust-error")], [1.0, 1.0]);
}

#[test]
fn training_by_single_steps_leads_to_the_same_place() {
    let text = "nu=0.2&vs=smooth-adversarial-comp-sum&count=20";
    let at_once = screen(&format!("{text}&steps=12"));
    let mut stepped = screen(text);
    for steps in [1, 5, 12, 3, 12] {
        stepped = Screen::open(state(&format!("{text}&steps={steps}")), Some(stepped));
    }
    let shown = |screen: &Screen| -> Vec<f64> { screen.scene().readouts().iter().map(|r| r.value).collect() };
    assert_eq!(shown(&stepped), shown(&at_once));
    let shorter = Screen::open(state(&format!("{text}&nu=0.3&steps=12")), Some(stepped));
    assert!(shown(&shorter) != shown(&at_once), "turning ν after the training changes nothing");
}

#[test]
fn dragged_weights_are_where_the_hand_left_them_and_start_the_training_anew() {
    for to in [(1.0, 0.5), (-0.3, 1.2), (-1.5, -2.0)] {
        let moved = screen("steps=5").scene().place("plane", "weights", to);
        assert_eq!(moved.steps(), 0);
        let at = Screen::open(moved, None).figure("plane", &[]).handles.last().unwrap().at;
        // Beyond most of the plane weights have no end.
        let part = (1.9 / f64::hypot(to.0, to.1)).min(1.0);
        let off = f64::hypot(at.0 - part * to.0, at.1 - part * to.1);
        assert!(off < 0.01, "dragged to {to:?}, the handle is at {at:?}");
    }
}

#[test]
fn a_dragged_point_stays_and_can_be_relabelled() {
    let moved = screen("count=6").scene().place("plane", "point-3", (0.5, -9.0));
    let point = |state: &State| state.points()[2];
    assert_eq!(point(&moved), Point { x: 0.5, y: -2.5, class: 0 });
    let relabelled = Screen::open(moved, None).scene().act("relabel");
    assert_eq!((point(&relabelled).class, relabelled.selected), (1, 2));
    let link = exhibits::link(&relabelled);
    assert_eq!(exhibits::link(&exhibits::open(&link).0), link);
}

proptest! {
    #[test]
    fn no_shift_within_the_ball_takes_more_than_the_safety(
        w in prop::array::uniform3(prop::array::uniform3(-2.0f64..2.0)), x in -2.0f64..2.0, y in -2.0f64..2.0,
        class in 0usize..3, angle in 0.0f64..7.0, radius in 0.0f64..2.0, is_square in any::<bool>(),
    ) {
        let ball = Ball { radius, is_square };
        let (sin, cos) = angle.sin_cos();
        let longest = if is_square { sin.abs().max(cos.abs()) } else { 1.0 };
        let moved = Point { x: x + radius * cos / longest, y: y + radius * sin / longest, class };
        let left = safety(&w, &moved, Ball { radius: 0.0, is_square });
        let worst = safety(&w, &Point { x, y, class }, ball);
        prop_assert!(left >= worst - 1e-12, "a shift leaves {left} of the lead, at least {worst} was promised");
    }

    #[test]
    fn no_state_panics_and_every_number_is_finite_or_explained(
        knobs in prop::collection::vec(0.0f64..1.0, 6), steps in 0usize..40, norm in any::<bool>(),
    ) {
        let mut state = state(if norm { "norm=0&vs=smooth-adversarial-comp-sum" } else { "" });
        state.steps = steps;
        for (knob, part) in state.stage.spec().knobs.iter().zip(&knobs) {
            let value = match knob.scale {
                Scale::Names(options) => (part * options.len() as f64).floor(),
                Scale::Integer => (knob.range.0 + part * (knob.range.1.min(60.0) - knob.range.0)).floor(),
                _ => knob.range.0 + part * (knob.range.1 - knob.range.0),
            };
            prop_assert_eq!(state.knobs.set(knob.name, value), Ok(()), "{}", knob.name);
        }
        let screen = Screen::open(state, None);
        for readout in screen.scene().readouts() {
            prop_assert!(readout.value.is_finite() || !readout.note.is_empty(), "{:?}", readout);
        }
        for info in screen.figures() {
            let computed = if info.id == "sweep" { Vec::new() } else { screen.compute(info.id, Quality::Coarse) };
            let figure = screen.figure(info.id, &computed);
            prop_assert!(figure.handles.iter().all(|h| h.at.0.is_finite() && h.at.1.is_finite()), "{}", info.id);
        }
        prop_assert!(!screen.scene().sentence().is_empty());
    }
}
