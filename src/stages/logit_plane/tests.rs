use proptest::prelude::*;

use super::*;
use crate::figures::{Figure, Mark};
use crate::kernel::Loss;
use crate::losses;
use crate::stages::{Quality, Screen};
use crate::testing::{gradient, inputs, value};

fn fitting() -> Vec<&'static dyn Loss> {
    losses::all().filter(|loss| LogitPlane.fits(loss.spec())).collect()
}

fn screen(loss: &'static dyn Loss, text: &str) -> Screen {
    let (state, notices) = State::read(text, &State::new(loss, &LOGIT_PLANE));
    assert_eq!(notices, [], "{text}");
    Screen::open(state, None)
}

fn comp_sum(text: &str) -> Screen {
    screen(losses::find("comp-sum").unwrap(), text)
}

fn read(screen: &Screen, id: &str) -> f64 {
    screen.scene().readouts().iter().find(|r| r.id == id).unwrap_or_else(|| panic!("no readout {id}")).value
}

fn map(figure: &Figure) -> Option<&crate::figures::Map> {
    figure.marks.iter().find_map(|mark| if let Mark::Map(map) = mark { Some(map) } else { None })
}

#[test]
fn the_dot_follows_the_pointer_and_stops_at_the_edge() {
    let moved = comp_sum("kappa=2").scene().place("plane", "dot", (1.5, -9.0));
    assert_eq!([moved.knobs.get("o1"), moved.knobs.get("o2"), moved.knobs.get("kappa")], [1.5, -6.0, 1.0]);
    let screen = Screen::open(moved, None);
    assert_eq!(screen.figure("plane", &[]).handles[0].at, (1.5, -6.0));
    let lost = screen.scene().place("plane", "dot", (f64::NAN, 2.0));
    assert_eq!([lost.knobs.get("o1"), lost.knobs.get("o2")], [1.5, -6.0], "nowhere is no place to go to");
}

#[test]
fn both_maps_move_one_dot() {
    let screen = comp_sum("vs=comp-sum&vs1.tau=2");
    let moved = Screen::open(screen.scene().place("plane-2", "dot", (0.5, 0.25)), None);
    for figure in ["plane", "plane-2"] {
        assert_eq!(moved.figure(figure, &[]).handles[0].at, (0.5, 0.25), "the dot of {figure} stayed behind");
    }
}

#[test]
fn the_dot_on_the_probability_axis_sets_the_label_probability() {
    for label in ["1", "2", "3"] {
        let moved = comp_sum(&format!("label={label}")).scene().place("weight", "probability", (0.6, 0.0));
        let p = read(&Screen::open(moved, None), "label-probability");
        assert!((p - 0.6).abs() < 1e-3, "label {label}: dragged to probability 0.6, it reads {p}");
    }
}

#[test]
fn a_map_holds_the_kernel_at_every_sample_of_either_quality() {
    let screen = comp_sum("tau=0&label=3");
    let loss = losses::find("comp-sum").unwrap();
    for quality in [Quality::Coarse, Quality::Fine] {
        let computed = screen.compute("plane", quality);
        let figure = screen.figure("plane", &computed);
        let map = map(&figure).expect("the plane has a map");
        assert_eq!(map.rows(), map.columns);
        let at = |i: usize| 12.0 * i as f64 / (map.columns - 1) as f64 - 6.0;
        for (row, column) in [(0, 0), (3, 7), (map.columns - 1, 20)] {
            let one = inputs(
                loss.spec(),
                &[("logits", &[1, 3], &[at(column), at(row), 0.0]), ("labels", &[1], &[2.0])],
            );
            let direct = value(loss, &[("tau", 0.0)], &one);
            let shown = computed[row * map.columns + column];
            assert!(
                (shown - direct).abs() <= 1e-12 * direct.abs(),
                "the map says {shown}, the loss is {direct}"
            );
        }
    }
}

#[test]
fn moving_the_dot_does_not_compute_the_map_again_but_turning_the_loss_does() {
    let basis = |text: &str| comp_sum(text).basis("plane");
    assert_eq!(basis("o1=1&o2=2&kappa=3&view=surface&yaw=1"), basis(""));
    assert_ne!(basis("tau=2"), basis(""));
    assert_ne!(basis("label=2"), basis(""));
    assert_eq!(comp_sum("vs=comp-sum&vs1.tau=2").basis("plane-2"), basis("tau=2"));
}

#[test]
fn the_weight_of_a_comp_sum_loss_is_a_power_of_the_label_probability() {
    let figure = comp_sum("tau=1.5").figure("weight", &[]);
    let Some(Mark::Line { points, .. }) = figure.marks.iter().find(|m| matches!(m, Mark::Line { .. })) else {
        panic!("the weight is a curve")
    };
    for &(p, weight) in points {
        assert!((weight - p.sqrt()).abs() < 1e-9, "at p = {p} the weight reads {weight}, not √p");
    }
}

#[test]
fn class_sizes_and_the_batch_are_read() {
    let at = |id: &str, text: &str| read(&screen(losses::find(id).unwrap(), text), "loss");
    // Log-odds of the shares 200 : 40 : 8 in front of logits 0.
    let adjusted = at("logit-adjustment", "o1=0&o2=0&label=3");
    assert!((adjusted - (248f64 / 8.0).ln()).abs() < 1e-12, "the rare class costs {adjusted}");
    let margin = 0.5 * (8f64 / 200.0).powf(0.25);
    let ldam = at("ldam", "o1=0&o2=-1e6&label=1&scale=1");
    assert!((ldam - (1.0 + margin.exp()).ln()).abs() < 1e-12, "with a margin of {margin} it is {ldam}");
    let ce = at("cross-entropy", "");
    for (diversity, weight) in [(0.0, 0.7), (0.5, 0.15f64.exp() - 0.3), (1.0, 0.3f64.exp() - 0.3)] {
        let got = at("bias-loss", &format!("diversity={diversity}"));
        assert!(
            (got - weight * ce).abs() < 1e-12,
            "a sample of diversity {diversity} costs {got}, not {weight} × {ce}"
        );
    }
    let moved = |text: &str| screen(losses::find("ldam").unwrap(), text).basis("plane");
    assert_ne!(moved("n2=41"), moved(""), "a map of other class sizes is shown");
}

#[test]
fn arrows_point_downhill() {
    for loss in fitting() {
        let screen = screen(loss, "");
        let mut sample = Sample::new(screen.state().contender(), CLASSES, 0);
        let figure = screen.figure("plane", &[]);
        let arrows = figure.marks.iter().find_map(|m| match m {
            Mark::Arrows { arrows, .. } => Some(arrows),
            _ => None,
        });
        for [tail, tip] in arrows.expect("the map has arrows") {
            let toward =
                |part: f64| [tail.0 + part * (tip.0 - tail.0), tail.1 + part * (tip.1 - tail.1), 0.0];
            let (before, after) = (sample.value(&toward(0.0)), sample.value(&toward(1e-3)));
            assert!(after < before, "{}: the arrow at {tail:?} points uphill", loss.spec().id);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn readouts_are_the_kernel_itself(o1 in -6.0..6.0, o2 in -6.0..6.0, label in 1usize..4, which in 0usize..64) {
        let fitting = fitting();
        let loss = fitting[which % fitting.len()];
        let screen = screen(loss, &format!("o1={o1}&o2={o2}&label={label}"));
        let y = (label - 1) as f64;
        if !loss.spec().reads(&["logits", "labels"]) {
            return Ok(());
        }
        let one = inputs(loss.spec(), &[("logits", &[1, 3], &[o1, o2, 0.0]), ("labels", &[1], &[y])]);
        prop_assert_eq!(read(&screen, "loss"), value(loss, &[], &one));
        let g = gradient(loss, &[], &one);
        prop_assert!((read(&screen, "gradient-norm") - f64::norm(&g)).abs() <= 1e-12 * f64::norm(&g));
        prop_assert!(read(&screen, "radial-gradient").abs() <= f64::norm(&g) * (1.0 + 1e-12) + 1e-15);
    }

    #[test]
    fn any_state_gives_numbers_or_reasons_and_survives_its_text(
        o1 in -50.0..50.0, o2 in -50.0..50.0, kappa in 0.1..10.0, label in 1usize..4,
        pair in (0usize..64, 0usize..64), part in 0.0..=1.0, surface in any::<bool>(),
    ) {
        let fitting = fitting();
        let (first, second) = (fitting[pair.0 % fitting.len()], fitting[pair.1 % fitting.len()]);
        let view = if surface { "surface" } else { "map" };
        let mut text = format!("o1={o1}&o2={o2}&kappa={kappa}&label={label}&view={view}&vs={}", second.spec().id);
        for param in first.spec().params.iter().filter(|p| matches!(p.scale, crate::spec::Scale::Linear | crate::spec::Scale::Log)) {
            text += &format!("&{}={}", param.name, param.range.0 + part * (param.range.1 - param.range.0));
        }
        let screen = screen(first, &text);
        let base = State::new(first, &LOGIT_PLANE);
        let written = screen.state().write(&base);
        prop_assert_eq!(State::read(&written, &base).0.write(&base), written);
        for readout in screen.scene().readouts() {
            prop_assert!(readout.value.is_finite() || !readout.note.is_empty(), "{} is {} without a reason", readout.id, readout.value);
        }
        for info in screen.figures() {
            let computed = if info.id == "sweep" { Vec::new() } else { screen.compute(info.id, Quality::Coarse) };
            let figure = screen.figure(info.id, &computed);
            for handle in &figure.handles {
                prop_assert!(handle.at.0.is_finite() && handle.at.1.is_finite(), "{}: a handle is nowhere", info.id);
            }
        }
        prop_assert!(screen.scene().sentence().contains("label is class"));
    }
}
