use proptest::prelude::*;

use super::WEIGHT_PLANE;
use crate::exhibits;
use crate::figures::{Figure, Mark};
use crate::kernel::Kernel;
use crate::losses;
use crate::losses::models::optimizer_path::{OptimizerPath, end};
use crate::spec::{Params, Scale};
use crate::stages::testing::{self, fitting, readout};
use crate::stages::{Point, Quality, Screen, Stage, State};

fn state(text: &str) -> State {
    testing::state(&format!("stage=weight-plane&{text}"))
}

fn screen(text: &str) -> Screen {
    testing::screen(&format!("stage=weight-plane&{text}"))
}

/// The named lines of a figure.
fn lines(figure: &Figure) -> Vec<Vec<(f64, f64)>> {
    let lines = figure.marks.iter().filter_map(|mark| match mark {
        Mark::Line { name, points, .. } if !name.is_empty() => Some(points.clone()),
        _ => None,
    });
    lines.collect()
}

#[test]
fn surfaces_and_regressions_are_shown() {
    let fitting = fitting(&WEIGHT_PLANE);
    for id in ["surface-rosenbrock", "surface-two-wells", "linear-regression", "logistic-regression"] {
        assert!(fitting.contains(&id), "{id} is not among {fitting:?}");
    }
}

#[test]
fn the_start_is_where_it_was_put_and_survives_the_link() {
    for loss in fitting(&WEIGHT_PLANE) {
        let before = screen(&format!("loss={loss}"));
        let moved = before.scene().place("plane", "start", (0.25, -0.5));
        let text = exhibits::link(&moved);
        let (read, notices) = exhibits::open(&text);
        assert_eq!((exhibits::link(&read), notices), (text, vec![]), "{loss}");
        let figure = Screen::open(read, None).figure("plane", &[]);
        assert_eq!(figure.handles[0].at, (0.25, -0.5), "{loss}");
        assert_eq!(lines(&figure)[0][0], (0.25, -0.5), "{loss}: the way does not begin at the start");
    }
}

#[test]
fn every_way_is_the_unrolled_path_of_its_rule() {
    for rule in crate::optimizer::METHODS {
        let screen =
            screen(&format!("loss=surface-rosenbrock&first={rule}&first_lr=0.0007&second=none&third=none"));
        let mut settings = Params::new(OptimizerPath::SPEC.params);
        settings.set_text("optimizer", rule).unwrap();
        settings.set("lr", 0.0007).unwrap();
        settings.set("steps", 200.0).unwrap();
        let expected = end([-1.2, 1.0], &settings);
        let way = &lines(&screen.figure("plane", &[]))[0];
        assert_eq!(way.len(), 201);
        let (x, y) = way[200];
        let off = (x - expected[0]).hypot(y - expected[1]);
        assert!(off < 1e-9, "{rule} is drawn to {x}, {y}, its path ends at {expected:?}");
    }
}

#[test]
fn the_steps_are_a_part_of_the_whole_way_however_they_are_reached() {
    let text = "loss=surface-beale";
    let whole = screen(text);
    let mut stepped = screen(text);
    for steps in [1, 7, 40] {
        stepped = Screen::open(state(&format!("{text}&steps={steps}")), Some(stepped));
        let at_once = screen(&format!("{text}&steps={steps}"));
        assert_eq!(stepped.figure("plane", &[]), at_once.figure("plane", &[]));
        let course = lines(&whole.figure("loss-curve", &[]))[0][steps].1;
        assert_eq!(readout(&at_once, "loss"), course, "the loss after {steps} steps is not on the curve");
    }
}

#[test]
fn readouts_are_those_of_the_kernel() {
    let at = |text: &str, id: &str| readout(&screen(text), id);
    let rosenbrock = "loss=surface-rosenbrock&points=1,1,0";
    assert!((at(rosenbrock, "curvature") - 1001.6006).abs() < 1e-2);
    assert_eq!(at(rosenbrock, "loss"), 0.0);
    assert_eq!(at(rosenbrock, "gradient-norm"), 0.0);
    let quadratic = "loss=surface-quadratic&condition=30&angle=0.7&first_lr=0.1&points=1,2,0";
    assert!((at(quadratic, "curvature") - 30.0).abs() < 1e-6);
    assert!((at(quadratic, "stability") - 3.0).abs() < 1e-6);
    assert!((at("loss=surface-saddle&points=0,0,0", "curvature") - 2.0).abs() < 1e-6);
    // One step of plain descent covers rate × gradient.
    let one = "loss=surface-quadratic&condition=1&first_lr=0.1&steps=1&points=3,0,0";
    assert!((at(one, "distance") - 0.3).abs() < 1e-12);
    // With no weights every label has probability one half.
    assert!((at("loss=logistic-regression&points=0,0,0", "loss") - 2f64.ln()).abs() < 1e-12);
    assert!((at("loss=linear-regression&noise=0&points=2,-1,0", "loss")).abs() < 1e-12);
}

#[test]
fn plain_descent_on_a_quadratic_leaves_just_above_twice_the_inverse_curvature() {
    let end = |rate: f64| {
        let text = format!("loss=surface-quadratic&first_lr={rate}&steps=200");
        readout(&screen(&text), "loss")
    };
    assert!(end(0.19) < 1e-6 && end(0.21) > 1e6, "{} below, {} above", end(0.19), end(0.21));
}

#[test]
fn a_path_that_leaves_the_numbers_is_explained() {
    let lost = screen("loss=surface-rosenbrock&first_lr=1&steps=200");
    let readouts = lost.scene().readouts();
    assert!(readouts[0].value.is_finite() && readouts[0].note.contains("finite"), "{:?}", readouts[0]);
    assert!(lines(&lost.figure("plane", &[]))[0].iter().all(|p| p.0.is_finite() && p.1.is_finite()));
}

#[test]
fn a_loss_that_is_a_path_is_drawn_with_its_end_and_seen_along_its_probe() {
    for settings in ["", "&optimizer=newton", "&optimizer=sam&surface=rastrigin", "&surface=two-wells&lr=0.3"]
    {
        let screen = screen(&format!("loss=optimizer-path{settings}&points=0.7,-0.4,0;0.6,0.8,0"));
        let params = &screen.state().contender().params;
        let expected = end([0.7, -0.4], params);
        let plane = screen.figure("plane", &screen.compute("plane", Quality::Coarse));
        // The first line is the whole way, the second one as far as it has gone.
        let gone = plane.marks.iter().filter_map(|mark| match mark {
            Mark::Line { points, .. } => points.last().copied(),
            _ => None,
        });
        assert_eq!(
            gone.clone().nth(1),
            Some((expected[0], expected[1])),
            "{settings}: the path ends elsewhere"
        );
        let along = 0.6 * expected[0] + 0.8 * expected[1];
        assert!((readout(&screen, "loss") - along).abs() < 1e-12, "{settings}: the loss is not {along}");
        assert_eq!(plane.handles[1].at, (0.6, 0.8), "{settings}");
    }
}

#[test]
fn the_start_and_the_probe_of_a_path_move_alone_and_training_turns_its_steps() {
    let before = screen("loss=optimizer-path&steps=3");
    let moved = before.scene().place("plane", "probe", (-0.5, 0.25));
    let moved = Screen::open(moved, None).scene().place("plane", "start", (0.5, 0.75));
    let at: Vec<_> = moved.points().iter().map(|p| (p.x, p.y)).collect();
    assert_eq!(at, [(0.5, 0.75), (-0.5, 0.25)]);
    let mut later = moved.clone();
    later.set("steps", "4").unwrap();
    assert_eq!((moved.steps(), later.steps()), (3, 4));
    let end = |state| readout(&Screen::open(state, None), "loss");
    assert!(end(moved) != end(later), "a step on the page leaves the path as it is");
}

#[test]
fn the_map_over_the_start_holds_the_loss_of_every_path() {
    let screen = screen("loss=optimizer-path&surface=himmelblau&steps=20");
    let computed = screen.compute("start", Quality::Coarse);
    let corner = Screen::open(screen.scene().place("start", "start", (-6.0, -6.0)), None);
    assert_eq!(readout(&corner, "loss"), computed[0]);
    assert_eq!(screen.basis("start"), Screen::open(corner.state().clone(), None).basis("start"));
}

#[test]
fn the_landscape_holds_while_the_start_and_the_racers_change() {
    for loss in fitting(&WEIGHT_PLANE) {
        let before = screen(&format!("loss={loss}&seed=3"));
        let computed = before.compute("plane", Quality::Coarse);
        let side = computed.len().isqrt();
        assert_eq!(side * side, computed.len());
        let other = Screen::open(before.scene().place("plane", "start", (0.1, 0.2)), None);
        let mut faster = other.state().clone();
        faster.set("first", "adam").unwrap();
        faster.steps = 3;
        assert_eq!(Screen::open(faster, None).basis("plane"), before.basis("plane"), "{loss}");
        let from_basis = Screen::open(exhibits::open(&before.basis("plane")).0, None);
        assert_eq!(from_basis.compute("plane", Quality::Coarse), computed, "{loss}");
        // The lowest left sample is the height in that corner, where the way starts.
        let figure = before.figure("plane", &computed);
        let corner = before.scene().place("plane", "start", (figure.x.range.0, figure.y.range.0));
        let loss_there = lines(&Screen::open(corner, None).figure("loss-curve", &[]))[0][0].1;
        assert!((loss_there - computed[0]).abs() <= 1e-12 * loss_there.abs(), "{loss}");
    }
}

#[test]
fn the_fitted_line_passes_through_its_weights() {
    let text = "loss=linear-regression&noise=0&first_lr=0.5&steps=200&second=none&third=none";
    let figure = screen(text).figure("data", &[]);
    let fit = &lines(&figure)[0];
    for &(x, y) in fit {
        assert!((y - (2.0 * x - 1.0)).abs() < 1e-6, "the line passes {x}, {y}");
    }
}

#[test]
fn knobs_without_a_use_say_so() {
    let spec = |id: &str| losses::find(id).unwrap().spec();
    let used = |knob: &str, id: &str| WEIGHT_PLANE.uses(knob, spec(id));
    assert!(!used("noise", "surface-beale") && used("noise", "linear-regression"));
    assert!(!used("separation", "linear-regression") && used("separation", "logistic-regression"));
    assert!(used("bias", "logistic-regression") && used("first_lr", "surface-beale"));
    assert!(!used("first", "optimizer-path") && used("second", "optimizer-path"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn no_state_panics_and_every_number_is_finite_or_explained(
        loss in 0usize..100,
        knobs in prop::collection::vec(0.0f64..1.0, 18),
        steps in 0usize..300,
        start in prop::option::of((-100.0f64..100.0, -100.0f64..100.0)),
    ) {
        let ids = fitting(&WEIGHT_PLANE);
        let mut state = state(&format!("loss={}", ids[loss % ids.len()]));
        state.steps = steps;
        state.set_points(&start.map(|(x, y)| Point { x, y, class: 0 }).into_iter().collect::<Vec<_>>());
        for (knob, part) in state.stage.spec().knobs.iter().zip(&knobs) {
            let value = match knob.scale {
                Scale::Names(options) => (part * options.len() as f64).floor(),
                Scale::Integer => (10.0 + 90.0 * part).floor(),
                _ => knob.range.0 + part * (knob.range.1 - knob.range.0),
            };
            prop_assert_eq!(state.knobs.set(knob.name, value), Ok(()), "{}", knob.name);
        }
        let screen = Screen::open(state, None);
        for readout in screen.scene().readouts() {
            prop_assert!(readout.value.is_finite() || !readout.note.is_empty(), "{:?}", readout);
        }
        for figure in screen.figures() {
            let computed = screen.compute(figure.id, Quality::Coarse);
            let figure = screen.figure(figure.id, &computed);
            let finite = |axis: &crate::figures::Axis| axis.range.0.is_finite() && axis.range.0 < axis.range.1;
            prop_assert!(finite(&figure.x) && finite(&figure.y), "{}", figure.title);
        }
        prop_assert!(!screen.scene().sentence().is_empty());
    }
}
