use proptest::prelude::*;

use crate::exhibits;
use crate::figures::{Ink, Mark};
use crate::stages::testing::{self, readout};
use crate::stages::{Point, Screen, State};

fn state(text: &str) -> State {
    testing::state(&format!("loss=cfcd-local-triplet&stage=local-matches&{text}"))
}

fn screen(text: &str) -> Screen {
    testing::screen(&format!("loss=cfcd-local-triplet&stage=local-matches&{text}"))
}

/// Three descriptors an image, the second and third of the positive far from any of the query.
fn placed(margin: f64) -> Screen {
    let at = |degrees: f64, class: usize| {
        let (y, x) = degrees.to_radians().sin_cos();
        format!("{x},{y},{class}")
    };
    let images = [[0.0, 90.0, 200.0], [5.0, 92.0, 205.0], [20.0, 110.0, 220.0]];
    let points: Vec<String> =
        images.iter().enumerate().flat_map(|(image, own)| own.map(|degrees| at(degrees, image))).collect();
    screen(&format!("count=3&images=1&ratio=1&margin={margin}&points={}", points.join(";")))
}

#[test]
fn the_loss_is_the_sum_over_the_triplets_that_are_counted() {
    // With three descriptors the better half by attention is one.
    let chord = |degrees: f64| 2.0 - 2.0 * degrees.to_radians().cos();
    let terms = [chord(5.0) - chord(20.0), chord(2.0) - chord(20.0), chord(5.0) - chord(20.0)];
    for margin in [0.05, 0.5] {
        let screen = placed(margin);
        assert_eq!(readout(&screen, "kept"), 1.0);
        let loss = readout(&screen, "loss");
        assert!(
            terms.iter().any(|term| (loss - (term + margin).max(0.0)).abs() < 1e-12),
            "the loss is {loss}, none of {terms:?} beyond the margin {margin}"
        );
        assert_eq!(readout(&screen, "active"), f64::from(u8::from(loss > 0.0)));
    }
}

#[test]
fn kept_matches_are_drawn_and_without_a_ratio_there_are_none() {
    let kept = |text: &str| {
        let figure = screen(text).figure("plane", &[]);
        let lines = figure.marks.into_iter().filter_map(|mark| match mark {
            Mark::Line { points, ink: Ink::Accent, .. } => {
                Some(points.iter().filter(|p| p.0.is_nan()).count())
            }
            _ => None,
        });
        lines.sum::<usize>() as f64
    };
    assert_eq!(kept("seed=2"), readout(&screen("seed=2"), "kept"));
    assert!(kept("seed=2") >= 2.0, "hardly anything matches");
    assert_eq!((kept("ratio=0"), readout(&screen("ratio=0"), "loss")), (0.0, 0.0));
}

#[test]
fn a_descriptor_turns_and_stays_in_the_link() {
    let before = screen("steps=5");
    let moved = before.scene().place("plane", "negative-1-2", (0.0, -3.0));
    assert_eq!((moved.steps, moved.selected), (0, 13));
    let (read, notices) = exhibits::open(&exhibits::link(&moved));
    assert_eq!(notices, []);
    let (x, y) = Screen::open(read, Some(before)).figure("plane", &[]).handles[13].at;
    assert!(x.abs() < 1e-12 && y < 0.0, "it is at {x}, {y}");
    assert_eq!(Screen::open(moved, None).scene().act("reset").points(), []);
}

#[test]
fn training_pulls_matches_together_and_negatives_away() {
    let (start, end) = (screen("seed=1"), screen("seed=1&steps=60"));
    assert!(readout(&end, "loss") < 0.2 * readout(&start, "loss"));
    assert!(readout(&end, "active") < readout(&start, "active"));
    let stepped = Screen::open(state("seed=1&steps=60"), Some(screen("seed=1&steps=7")));
    assert_eq!(stepped.figure("plane", &[]).handles, end.figure("plane", &[]).handles);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn no_state_panics_and_every_number_is_finite_or_explained(
        count in 2usize..12,
        images in 1usize..4,
        hardness in 0.0f64..1.0,
        steps in 0usize..4,
        selected in 0usize..70,
        points in prop::collection::vec((-2i8..3, -2i8..3, 0usize..64), 0..30),
    ) {
        let mut state = state(&format!("count={count}&images={images}&hardness={hardness}"));
        (state.steps, state.selected) = (steps, selected);
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
