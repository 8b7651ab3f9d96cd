use proptest::prelude::*;

use crate::exhibits;
use crate::losses;
use crate::stages::testing::{readout, screen};
use crate::stages::{Quality, Screen};

fn of(id: &str, text: &str) -> Screen {
    screen(&format!("loss={id}&stage=arrays&{text}"))
}

#[test]
fn every_loss_is_there_with_every_input_and_can_be_trained() {
    for loss in losses::all() {
        let id = loss.spec().id;
        let before = of(id, "");
        assert!(readout(&before, "loss").is_finite(), "{id}: {}", before.scene().sentence());
        let inputs = before.figures().iter().filter(|info| info.id.starts_with("input")).count();
        assert_eq!(inputs, loss.spec().inputs.len(), "{id} does not show all that it reads");
        for info in before.figures() {
            let figure = before.figure(info.id, &before.compute(info.id, Quality::Coarse));
            assert!(
                !figure.title.is_empty() && !figure.marks.is_empty(),
                "{id} draws nothing as {}",
                info.id
            );
        }
        let state = before.state().with(|state| state.steps = 3);
        let after = Screen::open(state, Some(before));
        assert!(readout(&after, "loss").is_finite(), "{id}: {}", after.scene().sentence());
    }
}

#[test]
fn a_bar_a_point_and_a_pixel_can_be_set_and_are_in_the_link() {
    for (id, figure, handle, to, name, expected) in [
        ("bce-with-logits", "input", "scores-1", (1.0, 2.5), "scores", 2.5),
        ("nt-xent", "input", "embeddings-2", (0.25, -0.75), "embeddings", 0.25),
        ("cross-entropy", "input", "logits-brush", (2.0, 5.0), "logits", 1.0),
    ] {
        let before = of(id, "");
        let moved = before.scene().place(figure, handle, to);
        let text = exhibits::link(&moved);
        assert!(text.starts_with("v=2&"), "{text}");
        let (read, notices) = exhibits::open(&text);
        assert_eq!(notices, [], "{text}");
        let array = &read.arrays[name];
        assert!(array.iter().any(|x| *x == expected), "{id}: {array}");
        let after = Screen::open(read, None);
        assert_ne!(readout(&after, "loss"), readout(&before, "loss"), "{id} does not feel its {name}");
        assert!(after.scene().act("reset").arrays.is_empty());
    }
}

#[test]
fn what_is_set_in_a_link_is_read_and_what_cannot_be_read_is_said() {
    let screen = of("cross-entropy", "logits=2x2:0*4&labels=2:0,1");
    assert!((readout(&screen, "loss") - 2f64.ln()).abs() < 1e-12);
    let wrong = of("cross-entropy", "logits=2x2:0*4&labels=3:0,1,0");
    assert!(wrong.scene().sentence().contains("input labels has shape 3"), "{}", wrong.scene().sentence());
    // Beside the margin of a loss the input of that name has another key.
    let (state, notices) = exhibits::open("loss=hinge&stage=arrays&margin=3:1,2,0");
    assert_eq!((notices.len(), state.arrays["margin"].len()), (0, 3));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_size_and_no_hand_breaks_it(
        which in 0usize..1000, samples in 1usize..9, classes in 1usize..6, dimensions in 1usize..5,
        size in 2usize..9, steps in 0usize..4, x in -3.0..9.0f64, y in -3.0..9.0f64,
    ) {
        let all: Vec<_> = losses::all().collect();
        let id = all[which % all.len()].spec().id;
        let text = format!("samples={samples}&classes={classes}&dimensions={dimensions}&size={size}&steps={steps}");
        let screen = of(id, &text);
        let number = readout(&screen, "loss");
        prop_assert!(number.is_finite() || !screen.scene().sentence().is_empty());
        for info in screen.figures() {
            for handle in screen.figure(info.id, &screen.compute(info.id, Quality::Coarse)).handles.iter().take(3) {
                let moved = Screen::open(screen.scene().place(info.id, &handle.id, (x, y)), None);
                let loss = readout(&moved, "loss");
                prop_assert!(!loss.is_nan() || !number.is_finite(), "{id}: {}", moved.scene().sentence());
            }
        }
    }
}
