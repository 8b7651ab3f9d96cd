use super::HYPERSPHERE;
use crate::figures::{Ink, Mark, Shape};
use crate::stages::testing::{self, fitting};
use crate::stages::{Quality, Screen, State};

fn state(text: &str) -> State {
    testing::state(&format!("stage=hypersphere-train&{text}"))
}

fn screen(text: &str) -> Screen {
    testing::screen(&format!("stage=hypersphere-train&{text}"))
}

fn readout(text: &str, id: &str) -> f64 {
    testing::readout(&screen(text), id)
}

#[test]
fn every_loss_of_cosines_or_prototypes_takes_its_first_steps() {
    let ids = fitting(&HYPERSPHERE);
    for id in
        ["sface", "magface", "subcenter-arcface", "hyperspherical-softmax", "soft-triple", "proxy-anchor"]
    {
        assert!(ids.contains(&id), "{id} is not served");
    }
    for id in ids {
        for data in ["blobs", "grid"] {
            let screen = screen(&format!("loss={id}&data={data}&dimensions=2&steps=2"));
            for readout in screen.scene().readouts() {
                assert!(readout.value.is_finite() || !readout.note.is_empty(), "{id}: {readout:?}");
            }
            for info in screen.scene().figures() {
                let figure = screen.figure(info.id, &[]);
                assert!(figure.x.range.0 < figure.x.range.1 && figure.y.range.0 < figure.y.range.1, "{id}");
            }
            assert!(!screen.scene().sentence().is_empty());
        }
    }
}

/// Where the prototypes of each class are drawn.
fn stars(screen: &Screen) -> Vec<(Ink, Vec<(f64, f64)>)> {
    let star = |mark: &Mark| match mark {
        Mark::Points { points, ink, shape: Shape::Star, .. } => Some((*ink, points.clone())),
        _ => None,
    };
    screen.figure("sphere", &[]).marks.iter().filter_map(star).collect()
}

#[test]
fn every_class_has_its_prototypes_on_the_unit_circle() {
    for (text, each) in [("loss=arcface", 1), ("loss=subcenter-arcface&sub_centers=2", 2)] {
        let stars = stars(&screen(&format!("{text}&dimensions=2&steps=3")));
        assert_eq!(stars.len(), 4, "{text}");
        for (ink, points) in stars {
            assert_eq!(points.len(), each, "{text}: {ink:?}");
            assert!(points.iter().all(|(x, y)| (x.hypot(*y) - 1.0).abs() < 1e-12), "{text}: {points:?}");
        }
    }
}

#[test]
fn turning_the_sphere_moves_the_picture_and_keeps_the_training() {
    let text = "loss=sface&steps=20";
    let (before, worker) = (screen(text), screen(text));
    before.scene().supply("sphere", &worker.compute("sphere", Quality::Fine));
    let turned = Screen::open(state(&format!("{text}&yaw=2&pitch=-1")), Some(before));
    assert_eq!(turned.scene().readouts_so_far(), worker.scene().readouts());
    assert_ne!(turned.figure("sphere", &[]), worker.figure("sphere", &[]));
    assert_eq!(turned.basis("sphere"), worker.basis("sphere"));
    for (_, points) in stars(&turned) {
        assert!(points.iter().all(|(x, y)| x.hypot(*y) < 1.0 + 1e-12), "a star is drawn off the sphere");
    }
}

#[test]
fn a_training_in_parts_is_the_training_in_one_go() {
    for text in ["loss=magface&vs=normface", "loss=hyperspherical-softmax&data=grid"] {
        let mut parts = screen(text);
        for steps in [2, 11] {
            parts = Screen::open(state(&format!("{text}&steps={steps}")), Some(parts));
        }
        let whole = screen(&format!("{text}&steps=11"));
        assert_eq!(parts.scene().readouts(), whole.scene().readouts(), "{text}");
    }
}

#[test]
fn clean_clusters_find_their_prototypes() {
    let text = "loss=normface&scale=16&noise=0&spread=0.3&steps=150";
    assert!(readout(text, "clean-accuracy") > 0.97, "{}", readout(text, "clean-accuracy"));
    assert!(readout(text, "angle") < 40.0, "samples are {}° from their prototypes", readout(text, "angle"));
}

#[test]
fn what_the_losses_set_by_themselves_is_drawn_over_the_steps() {
    let screen = screen("loss=normface&vs=madacos&noise=0&steps=20");
    screen.scene().readouts();
    for (figure, name) in [("part", "scale"), ("part-2", "margin"), ("part-3", "median cosine")] {
        let figure = screen.figure(figure, &[]);
        assert_eq!(figure.y.label, name);
        let lines = figure.marks.iter().filter_map(|mark| match mark {
            Mark::Line { name, points, .. } => Some((name.as_str(), points.len())),
            _ => None,
        });
        // Recorded before the first step and after every tenth; NormFace sets nothing.
        assert_eq!(lines.collect::<Vec<_>>(), [("MadaCos", 3)]);
    }
}
