use proptest::prelude::*;

use super::*;
use crate::figures::{Mark, Shape};
use crate::kernel::Loss;
use crate::losses;
use crate::spec::Scale;
use crate::stages::{Quality, Readout, Screen};
use crate::testing::{gradient, inputs, value};

fn loss(id: &str) -> &'static dyn Loss {
    losses::find(id).unwrap()
}

fn screen(id: &str, text: &str) -> Screen {
    let (state, notices) = State::read(text, &State::new(loss(id), &ANGLE_CURVE));
    assert_eq!(notices, [], "{text}");
    Screen::open(state, None)
}

fn read(screen: &Screen, id: &str) -> Readout {
    screen.scene().readouts().into_iter().find(|r| r.id == id).unwrap_or_else(|| panic!("no readout {id}"))
}

#[test]
fn targets_found_through_the_loss_are_those_of_the_formulas() {
    type Formula = fn(f64) -> f64;
    let fallback = |theta: f64| {
        if theta + 0.5 < std::f64::consts::PI {
            (theta + 0.5).cos()
        } else {
            theta.cos() - 0.5 * 0.5f64.sin()
        }
    };
    let formulas: [(&str, Formula); 3] =
        [("normface", f64::cos), ("cosface", |theta| theta.cos() - 0.35), ("arcface", fallback)];
    for (id, formula) in formulas {
        let contender = Contender::new(loss(id));
        let mut angles = Angles::new(&contender, 4, &Surroundings::default());
        for degrees in [1.0f64, 20.0, 45.0, 90.0, 130.0, 170.0, 179.0] {
            let (found, expected) = (angles.target(degrees), formula(degrees.to_radians()));
            assert!(
                (found - expected).abs() < 1e-9,
                "{id} at {degrees}°: {found}, the formula says {expected}"
            );
        }
    }
    for id in ["sface", "madacos"] {
        assert!(
            !Angles::new(&Contender::new(loss(id)), 4, &Surroundings::default()).has_target(),
            "{id} is no scaled softmax"
        );
    }
}

#[test]
fn a_longer_embedding_is_held_to_a_wider_margin_and_is_pulled_longer_up_to_its_best_length() {
    let at = |magnitude: f64, id: &str| {
        read(&screen("magface", &format!("magnitude={magnitude}&theta=50")), id).value
    };
    // 0.45 rad at 10, 0.8 rad at 110.
    assert!((at(10.0, "margin") - 0.45f64.to_degrees()).abs() < 1e-6, "{}", at(10.0, "margin"));
    assert!((at(60.0, "margin") - 0.625f64.to_degrees()).abs() < 1e-6, "{}", at(60.0, "margin"));
    let clear = read(&screen("magface", "magnitude=20&theta=5"), "stretch").value;
    assert!(clear > 0.0, "a settled sample is pulled by {clear}");
    let settled = read(&screen("arcface", ""), "loss");
    assert!(settled.note.is_empty());
}

#[test]
fn a_class_with_several_centres_is_as_near_as_the_nearest() {
    let at = |text: &str, id: &str| read(&screen("subcenter-arcface", text), id).value;
    let alone = |theta: f64| read(&screen("arcface", &format!("theta={theta}&scale=4")), "pull").value;
    // With the second centre at 70° a sample at 60° is 10° from its class.
    let near = at("theta=60&apart=70&sub_centers=2&scale=4", "pull");
    assert!(
        (near - alone(10.0)).abs() < 1e-9 * near.abs(),
        "{near}, not that of ArcFace at 10°, {}",
        alone(10.0)
    );
    assert!((at("theta=60&apart=70&sub_centers=2", "margin") - 0.5f64.to_degrees()).abs() < 1e-6);
    // On the circle every centre is drawn, with the arcs around it.
    let figure = screen("subcenter-arcface", "apart=20&classes=3").figure("circle", &[]);
    let stars = figure.marks.iter().filter(|m| matches!(m, Mark::Points { shape: Shape::Star, .. })).count();
    assert_eq!(stars, 9);
}

#[test]
fn a_loss_without_a_target_says_so_and_shows_its_value() {
    assert_eq!(screen("sface", "").figures()[0].title, "Loss (SFace has no target cosine)");
    assert_eq!(screen("arcface", "vs=sface").figures()[0].title, "Target cosine (SFace has none)");
    let readouts = screen("sface", "").scene().readouts();
    assert!(readouts.iter().all(|readout| readout.id != "margin"), "SFace has no margin: {readouts:?}");
}

#[test]
fn the_margin_at_the_sample_is_in_degrees() {
    assert!((read(&screen("arcface", "theta=-60"), "margin").value - 0.5f64.to_degrees()).abs() < 1e-6);
    let cosface = (0.5f64 - 0.35).acos().to_degrees() - 60.0;
    assert!((read(&screen("cosface", "theta=60"), "margin").value - cosface).abs() < 1e-6);
    assert!(read(&screen("normface", "theta=60"), "margin").value.abs() < 1e-6);
    let beyond = read(&screen("cosface", "theta=150"), "margin");
    assert!(beyond.note.contains("below −1"), "{beyond:?}");
}

#[test]
fn on_its_prototype_a_sample_is_held_to_the_whole_margin_and_pulled_as_hard_as_beside_it() {
    let at = |id: &str, text: &str, what: &str| read(&screen(id, &format!("rival=5&{text}")), what).value;
    for scale in [1, 32, 64] {
        let arcface = |theta: f64, what| at("arcface", &format!("scale={scale}&theta={theta}"), what);
        let margin = arcface(0.0, "margin");
        assert!((margin - 0.5f64.to_degrees()).abs() < 1e-9, "at scale {scale} the margin reads {margin}°");
        // The others are held where they are, so the pull is that of the target: s(1 − p) sin(θ + m).
        let (loss, pull) = (arcface(0.0, "loss"), arcface(0.0, "pull"));
        let expected = f64::from(scale) * -(-loss).exp_m1() * 0.5f64.sin();
        assert!((pull - expected).abs() < 1e-7 * expected, "it is pulled by {pull}, not by {expected}");
        let beside = arcface(0.01, "pull");
        assert!((pull - beside).abs() < 0.01 * pull, "pulled by {pull} and 0.01° beside by {beside}");
    }
    // A cosine is flat on the prototype and opposite to it.
    for theta in [0, 180] {
        let pull = at("normface", &format!("theta={theta}"), "pull");
        assert_eq!(pull.to_bits(), 0, "at {theta}° a plain softmax pulls by {pull}");
    }
}

#[test]
fn a_margin_leaves_a_neutral_zone_as_wide_as_itself_between_two_classes() {
    let width = |id: &str, text: &str| read(&screen(id, text), "neutral-zone").value;
    assert!(width("normface", "").abs() < 0.1, "no margin, no gap: {}", width("normface", ""));
    assert!((width("arcface", "") - 0.5f64.to_degrees()).abs() < 0.1, "{}", width("arcface", ""));
    // With s = 1 none of eight classes ever has more than half of the probability.
    assert_eq!(width("normface", "scale=1&classes=8"), 45.0);
}

#[test]
fn sface_rests_where_its_gates_are_shut() {
    let screen = screen("sface", "");
    let rest = read(&screen, "rest-zone").value;
    let gate = |degrees: f64| {
        let theta = degrees.to_radians();
        theta.sin() / (1.0 + (-80.0 * (theta - 0.8)).exp())
    };
    assert!(
        (gate(rest) - 0.01).abs() < 1e-3,
        "the rest zone ends at {rest}°, where {} of the pull is left",
        gate(rest)
    );
}

#[test]
fn the_sample_follows_the_pointer_on_every_figure_and_keeps_its_side() {
    let screen = screen("arcface", "theta=-40&vs=sface");
    let theta = |figure: &str, to| {
        let handle = &screen.figure(figure, &[]).handles[0].id;
        screen.scene().place(figure, handle, to).knobs.get("theta")
    };
    assert_eq!(theta("target", (75.0, 0.0)), -75.0);
    assert_eq!(theta("pull", (300.0, 0.0)), -180.0);
    assert_eq!(theta("circle", (2.0, 0.0)), 90.0);
    assert_eq!(theta("circle-2", (-1.0, 1.0)), -45.0);
    assert_eq!(theta("circle", (0.0, 0.0)), -40.0);
    assert_eq!(theta("pull", (f64::NAN, 0.0)), -40.0);
    assert_eq!(screen.scene().place("push", "rival", (70.0, 0.0)).knobs.get("rival"), 70.0);
    let moved = Screen::open(screen.scene().place("circle-2", circle::HANDLE, (1.0, 0.0)), None);
    for figure in ["circle", "circle-2"] {
        let at = moved.figure(figure, &[]).handles[0].at;
        assert!((at.0 - 1.0).abs() < 1e-12 && at.1.abs() < 1e-12, "the sample of {figure} stayed behind");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_state_gives_numbers_or_reasons_and_survives_its_text(
        theta in -180.0f64..180.0, rival in 0.0f64..180.0, classes in 2usize..9,
        which in prop::collection::vec(0usize..64, 1..=4), part in 0.0..=1.0,
    ) {
        let fitting: Vec<_> = losses::all().filter(|loss| AngleCurve.fits(loss.spec())).collect();
        let chosen: Vec<_> = which.iter().map(|i| fitting[i % fitting.len()]).collect();
        let ids: Vec<_> = chosen[1..].iter().map(|loss| loss.spec().id).collect();
        let mut text = format!("theta={theta}&rival={rival}&classes={classes}&vs={}", ids.join(","));
        for param in chosen[0].spec().params.iter().filter(|p| matches!(p.scale, Scale::Linear | Scale::Log)) {
            text += &format!("&{}={}", param.name, param.range.0 + part * (param.range.1 - param.range.0));
        }
        let screen = screen(chosen[0].spec().id, &text);
        let base = State::new(chosen[0], &ANGLE_CURVE);
        let written = screen.state().write(&base);
        prop_assert_eq!(State::read(&written, &base).0.write(&base), written);

        for readout in screen.scene().readouts() {
            prop_assert!(readout.value.is_finite() || !readout.note.is_empty(), "{:?} without a reason", readout);
        }
        for info in screen.scene().figures() {
            let figure = screen.figure(info.id, &screen.compute(info.id, Quality::Coarse));
            for handle in &figure.handles {
                prop_assert!(handle.at.0.is_finite() && handle.at.1.is_finite(), "{}: a handle is nowhere", info.id);
            }
        }
        prop_assert!(screen.scene().sentence().contains("from its own prototype"));

        if !chosen[0].spec().reads(&["cosines", "labels"]) || chosen[0].spec().param("sub_centers").is_some() {
            return Ok(());
        }
        let own = theta.abs().to_radians();
        let mut cosines = vec![rival.to_radians().cos(); classes];
        cosines[0] = own.cos();
        let one = inputs(chosen[0].spec(), &[("cosines", &[1, classes], &cosines), ("labels", &[1], &[0.0])]);
        let params: Vec<_> = screen.state().contender().params.changed().map(|(p, v)| (p.name, v)).collect();
        // The stage takes loss and slope in one go, and a hand-derived slope may add up in another order.
        let (shown, kernel) = (read(&screen, "loss").value, value(chosen[0], &params, &one));
        prop_assert!((shown - kernel).abs() <= 1e-12 * kernel.abs(), "a loss of {} is read as {}", kernel, shown);
        let pull = -own.sin() * gradient(chosen[0], &params, &one)[0];
        prop_assert!((read(&screen, "pull").value - pull).abs() <= 1e-12 * pull.abs());
    }
}
