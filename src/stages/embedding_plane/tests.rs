use std::rc::Rc;

use proptest::prelude::*;

use super::{EMBEDDING_PLANE, EmbeddingPlane};
use crate::exhibits;
use crate::figures::{Figure, Mark};
use crate::input::Inputs;
use crate::kernel::Gradient;
use crate::losses;
use crate::spec::{Affects, Scale};
use crate::stages::engine::Shot;
use crate::stages::testing::{self, fitting, readout};
use crate::stages::{Point, Quality, Screen, Stage, State};

fn state(text: &str) -> State {
    testing::state(&format!("stage=embedding-plane&{text}"))
}

fn screen(text: &str) -> Screen {
    testing::screen(&format!("stage=embedding-plane&{text}"))
}

fn handles(figure: &Figure) -> Vec<(f64, f64)> {
    figure.handles.iter().map(|h| h.at).collect()
}

#[test]
fn a_placed_point_is_where_it_was_put() {
    for loss in fitting(&EMBEDDING_PLANE) {
        let before = screen(&format!("loss={loss}"));
        let moved = before.scene().place("plane", "point-3", (0.3, -1.2));
        let after = Screen::open(moved, Some(before));
        let figure = after.figure("plane", &[]);
        assert_eq!(figure.handles[2].at, (0.3, -1.2), "{loss}");
        assert!(figure.handles[2].selected, "{loss}: the point that was moved is not selected");
    }
    let before = screen("loss=info-nce&motion=circle");
    let moved = before.scene().place("plane", "point-1", (3.0, 4.0));
    let (x, y) = Screen::open(moved, None).figure("plane", &[]).handles[0].at;
    assert!((x.hypot(y) - 1.0).abs() < 1e-12, "the point left the circle");
}

#[test]
fn a_prototype_is_a_handle_and_is_in_the_link() {
    let before = screen("loss=unpg");
    let moved = before.scene().place("plane", "prototype-2", (0.5, 0.25));
    let (read, notices) = exhibits::open(&exhibits::link(&moved));
    assert_eq!(notices, []);
    let figure = Screen::open(read, None).figure("plane", &[]);
    let star = figure.handles.iter().find(|h| h.id == "prototype-2").unwrap();
    assert_eq!(star.at, (0.5, 0.25));
    assert_eq!(figure.handles.len(), 15);
}

fn stars(screen: &Screen) -> Vec<(String, (f64, f64))> {
    let handles = screen.figure("plane", &[]).handles;
    handles.into_iter().filter(|h| h.id.starts_with("prototype")).map(|h| (h.id, h.at)).collect()
}

#[test]
fn a_class_has_as_many_prototypes_as_its_loss_asks_for_and_they_keep_their_places() {
    let two = screen("loss=soft-triple&centers_per_class=2");
    assert_eq!(stars(&two).len(), 6);
    let moved = two.scene().place("plane", "prototype-2-2", (0.5, 0.25));
    let (read, notices) = exhibits::open(&exhibits::link(&moved));
    assert_eq!(notices, []);
    let star = |state: State, id: &str| {
        let stars = stars(&Screen::open(state, None));
        stars.into_iter().find(|star| star.0 == id).unwrap_or_else(|| panic!("no star {id}")).1
    };
    assert_eq!(star(read.clone(), "prototype-2-2"), (0.5, 0.25));
    let first = star(read.clone(), "prototype-3");
    let more = read.with(|state| state.set("centers_per_class", "3").unwrap());
    assert_eq!((star(more.clone(), "prototype-3"), star(more, "prototype-2-2")), (first, (0.5, 0.25)));
    // Two losses with other numbers of centres share those that both have.
    let both = screen("loss=soft-triple&centers_per_class=1&vs=soft-triple&vs1.centers_per_class=2");
    let seen = |figure: &str| {
        let marks = both.figure(figure, &[]).marks;
        let stars = marks.iter().filter_map(|mark| match mark {
            Mark::Points { points, shape: crate::figures::Shape::Star, .. } => Some(points.len()),
            _ => None,
        });
        stars.sum::<usize>()
    };
    assert_eq!((seen("plane"), seen("plane-2")), (3, 6));
}

#[test]
fn prototypes_without_classes_are_as_many_as_the_stage_is_asked_for_and_are_trained() {
    let start = screen("loss=swav&prototypes=5&seed=3");
    let trained = screen("loss=swav&prototypes=5&seed=3&steps=10");
    assert_eq!((stars(&start).len(), stars(&trained).len()), (5, 5));
    assert_ne!(stars(&start), stars(&trained), "training leaves the prototypes where they were");
    assert!(readout(&trained, "loss") < readout(&start, "loss"));
}

#[test]
fn targets_without_gradient_stay_and_are_what_the_others_move_towards() {
    for loss in ["simsiam", "byol"] {
        let start = screen(&format!("loss={loss}"));
        let trained = screen(&format!("loss={loss}&steps=60&lr=1"));
        let (before, after) = (start.figure("plane", &[]), trained.figure("plane", &[]));
        for (i, (from, to)) in handles(&before).into_iter().zip(handles(&after)).enumerate() {
            assert_eq!(i % 2 == 1, from == to, "{loss}: point {} goes from {from:?} to {to:?}", i + 1);
        }
        let (least, value) = (if loss == "byol" { 0.0 } else { -1.0 }, readout(&trained, "loss"));
        assert!(value - least < 0.01, "{loss} is still {value}");
        let moved = Screen::open(start.scene().place("plane", "point-2", (-1.0, -1.0)), None);
        assert_ne!(readout(&moved, "loss"), readout(&start, "loss"), "{loss} does not see its target move");
    }
}

#[test]
fn a_state_survives_its_link() {
    for loss in fitting(&EMBEDDING_PLANE) {
        let state = state(&format!(
            "loss={loss}&layout=ring&count=7&steps=3&selected=2&motion=circle&optimizer=adam&lr=0.2&vs=tolerance"
        ));
        let screen = Screen::open(state, None);
        let state = screen.scene().act("add");
        let text = exhibits::link(&state);
        let (read, notices) = exhibits::open(&text);
        assert_eq!((exhibits::link(&read), notices), (text, vec![]), "{loss}");
    }
}

/// The inputs of a loss of labelled vectors at the handles of the plane.
fn labelled(screen: &Screen, id: &str) -> Inputs<f64> {
    let classes: Vec<f64> = screen
        .scene()
        .place("plane", "point-1", handles(&screen.figure("plane", &[]))[0])
        .points()
        .iter()
        .map(|p| p.class as f64)
        .collect();
    let places: Vec<f64> = handles(&screen.figure("plane", &[])).iter().flat_map(|p| [p.0, p.1]).collect();
    let spec = losses::find(id).unwrap().spec();
    let n = classes.len();
    crate::testing::inputs(spec, &[("embeddings", &[n, 2], &places), ("labels", &[n], &classes)])
}

#[test]
fn the_readouts_are_those_of_the_kernels() {
    let screen = screen("loss=nt-xent&temperature=0.3&steps=5&vs=triplet-margin");
    let batch = labelled(&screen, "nt-xent");
    let mut gradient = Gradient::default();
    let contender = screen.state().contender();
    let loss = contender.loss.value_and_gradient(&batch, &contender.params, &mut gradient);
    let norm = gradient.flat().iter().map(|g| g * g).sum::<f64>().sqrt();
    let value = |id: &str| {
        let spec = losses::find(id).unwrap().spec();
        let rows = batch.vector("embeddings");
        let n = rows.len() / 2;
        let labels: Vec<f64> = batch.labels("labels").iter().map(|l| *l as f64).collect();
        let input = if spec.reads(&["embeddings"]) {
            crate::testing::inputs(spec, &[("embeddings", &[n, 2], rows)])
        } else {
            crate::testing::inputs(spec, &[("embeddings", &[n, 2], rows), ("labels", &[n], &labels)])
        };
        crate::testing::value(losses::find(id).unwrap(), &[], &input)
    };
    for (id, expected) in [
        ("loss", loss),
        ("gradient-norm", norm),
        ("uniformity", value("uniformity")),
        ("tolerance", value("tolerance")),
        ("alignment", 2.0 - 2.0 * value("tolerance")),
    ] {
        let shown = readout(&screen, id);
        assert!(
            (shown - expected).abs() < 1e-12 * (1.0 + expected.abs()),
            "{id} shows {shown}, not {expected}"
        );
    }
}

#[test]
fn the_arrows_are_the_slope_of_the_loss_by_the_points() {
    for text in [
        "loss=info-nce&views=twins&turn=20&temperature=0.4",
        "loss=info-nce&views=pairs&temperature=0.4",
        "loss=unpg&scale=4",
        "loss=nt-xent&temperature=0.5",
        "loss=soft-triple&la=3&centers_per_class=3",
    ] {
        let screen = screen(&format!("{text}&count=7&seed=5"));
        let places = handles(&screen.figure("plane", &[]));
        let loss_at = |i: usize, to: (f64, f64)| {
            let handle = &screen.figure("plane", &[]).handles[i].id;
            readout(&Screen::open(screen.scene().place("plane", handle, to), None), "loss")
        };
        let figure = screen.figure("plane", &[]);
        let arrows = figure.marks.iter().find_map(|mark| match mark {
            Mark::Arrows { arrows, .. } => Some(arrows),
            _ => None,
        });
        let arrows = arrows.expect("there are forces");
        let h = 1e-5;
        let slopes: Vec<(f64, f64)> = places
            .iter()
            .enumerate()
            .map(|(i, &(x, y))| {
                let by_x = (loss_at(i, (x + h, y)) - loss_at(i, (x - h, y))) / (2.0 * h);
                let by_y = (loss_at(i, (x, y + h)) - loss_at(i, (x, y - h))) / (2.0 * h);
                (by_x, by_y)
            })
            .collect();
        let longest = slopes.iter().map(|s| s.0.hypot(s.1)).fold(0.0, f64::max);
        let norm = slopes.iter().map(|s| s.0 * s.0 + s.1 * s.1).sum::<f64>().sqrt();
        assert!((readout(&screen, "gradient-norm") - norm).abs() < 1e-6 * norm, "{text}");
        let longest_arrow = arrows.iter().map(|[a, b]| (b.0 - a.0).hypot(b.1 - a.1)).fold(0.0, f64::max);
        for ([tail, tip], slope) in arrows.iter().zip(&slopes) {
            let scale = longest_arrow / longest;
            let off = (tip.0 - tail.0 + scale * slope.0).hypot(tip.1 - tail.1 + scale * slope.1);
            assert!(off < 1e-5, "{text}: an arrow is {off} off the slope");
        }
    }
}

#[test]
fn a_training_in_one_go_and_one_step_by_step_are_the_same() {
    for optimizer in crate::optimizer::NAMES {
        for motion in ["free", "circle"] {
            let text = format!("loss=nt-xent&vs=info-nce&optimizer={optimizer}&motion={motion}");
            let at_once = screen(&format!("{text}&steps=40"));
            let mut stepped = screen(&text);
            for steps in [1, 2, 17, 9, 40] {
                stepped = Screen::open(state(&format!("{text}&steps={steps}")), Some(stepped));
            }
            for figure in ["plane", "plane-2", "loss-curve"] {
                assert_eq!(stepped.figure(figure, &[]), at_once.figure(figure, &[]), "{optimizer}, {motion}");
            }
        }
    }
}

/// How many worlds, trainings and landscapes are made anew when a key of a state is set.
fn made_by(text: &str, key: &str, value: &str) -> [usize; 3] {
    fn shot(screen: &Screen) -> &Shot<EmbeddingPlane> {
        Shot::of(screen.scene()).expect("the stage is a scenario")
    }
    let trainings = |screen: &Screen| -> Vec<_> {
        shot(screen).runs.all.iter().map(|run| run.terms().as_ptr()).collect()
    };
    let landscapes = |screen: &Screen| ["plane", "plane-2"].map(|figure| screen.basis(figure));
    let before = screen(text);
    let (world, known, drawn) = (shot(&before).world.clone(), trainings(&before), landscapes(&before));
    let turned = before.state().with(|state| state.set(key, value).unwrap());
    let after = Screen::open(turned, Some(before));
    [
        usize::from(!Rc::ptr_eq(&world, &shot(&after).world)),
        trainings(&after).iter().filter(|training| !known.contains(training)).count(),
        landscapes(&after).iter().filter(|landscape| !drawn.contains(landscape)).count(),
    ]
}

#[test]
fn a_turn_makes_anew_only_what_depends_on_it() {
    // Under these two losses every knob does something.
    let text = "loss=info-nce&vs=swav&steps=5";
    for knob in EMBEDDING_PLANE.spec().knobs {
        let value = match (knob.name, knob.scale) {
            (_, Scale::Names(options)) => options[1].to_owned(),
            ("budget", _) => "60".to_owned(),
            _ => knob.text(if knob.default == knob.range.1 { knob.range.0 } else { knob.range.1 }),
        };
        // What changes only looks, the way of both trainings, or where they start.
        let expected = match knob.affects {
            Affects::Look => [0, 0, 0],
            Affects::Training => [0, 2, 2],
            Affects::World => [1, 2, 2],
        };
        let needed = knob.only_when.map_or(String::new(), |(on, options)| format!("&{on}={}", options[0]));
        let made = made_by(&format!("{text}{needed}"), knob.name, &value);
        assert_eq!(made, expected, "worlds, trainings and landscapes made when {}={value}", knob.name);
    }
    for (key, value, expected, what) in [
        ("temperature", "0.7", [0, 1, 1], "a parameter of one loss"),
        ("vs1.temperature", "0.7", [0, 1, 1], "a parameter of the other loss"),
        ("steps", "6", [0, 0, 2], "one more step"),
        ("steps", "2", [0, 0, 2], "steps back"),
        ("selected", "3", [0, 0, 2], "another point selected"),
        ("sweep", "temperature", [0, 0, 0], "a sweep"),
    ] {
        assert_eq!(made_by(text, key, value), expected, "worlds, trainings and landscapes made by {what}");
    }
}

#[test]
fn a_rival_with_prototypes_brings_them_into_the_trainings_that_were_there() {
    let alone = screen("loss=nt-xent&steps=3");
    let with = Screen::open(state("loss=nt-xent&vs=unpg&steps=3"), Some(alone));
    let fresh = screen("loss=nt-xent&vs=unpg&steps=3");
    for figure in ["plane", "plane-2", "loss-curve"] {
        assert_eq!(with.figure(figure, &[]), fresh.figure(figure, &[]), "{figure}");
    }
}

#[test]
fn a_turned_temperature_is_trained_anew_from_the_start() {
    let cold = screen("loss=nt-xent&steps=20");
    let warm = "loss=nt-xent&steps=20&temperature=0.5";
    let turned = Screen::open(state(warm), Some(cold));
    assert_eq!(turned.figure("plane", &[]), screen(warm).figure("plane", &[]));
}

#[test]
fn a_step_on_the_circle_that_undoes_the_temperature_gives_the_figures_of_the_catalogue() {
    let start = "loss=info-nce&layout=arcs&count=24&motion=circle&lr=1.2&lr_times=temperature";
    let at = |temperature: f64, steps: usize| {
        let screen = screen(&format!("{start}&temperature={temperature}&steps={steps}"));
        (-readout(&screen, "uniformity"), readout(&screen, "tolerance"))
    };
    let close = |(u, t): (f64, f64), expected: (f64, f64), within: f64, when: &str| {
        assert!(
            (u - expected.0).abs() < within && (t - expected.1).abs() < within,
            "{when}: (−U, T) is ({u:.4}, {t:.4}), expected {expected:?}"
        );
    };
    close(at(1.0, 0), (1.25, 0.979), 1e-3, "at the start");
    for (temperature, expected) in [
        (0.05, (1.5638, 0.8274)),
        (0.1, (1.6445, 0.7584)),
        (0.3, (1.7165, 0.7152)),
        (0.5, (1.7104, 0.7546)),
        (1.0, (1.5177, 0.8889)),
        (2.0, (1.3303, 0.9587)),
        (10.0, (1.2752, 0.9749)),
    ] {
        close(at(temperature, 40), expected, 5.1e-5, &format!("after 40 steps at {temperature}"));
    }
}

#[test]
fn the_share_of_the_nearest_negative_follows_the_temperature() {
    for (temperature, share, entropy) in
        [(0.07, 0.9212, 0.2843), (0.3, 0.5239, 1.1877), (1.0, 0.2504, 1.9776), (10.0, 0.1231, 2.1948)]
    {
        let screen = screen(&format!("loss=info-nce&layout=fan&count=10&turn=0&temperature={temperature}"));
        let shown = (readout(&screen, "nearest-share"), readout(&screen, "effective-negatives").ln());
        let off = (shown.0 - share).abs().max((shown.1 - entropy).abs());
        assert!(off < 5.1e-5, "at {temperature} it shows {shown:?}, expected {share} and {entropy}");
    }
}

fn matrix(figure: &Figure) -> Vec<f64> {
    match &figure.marks[0] {
        Mark::Map(map) => map.values.clone(),
        other => panic!("{other:?} is no matrix"),
    }
}

#[test]
fn the_forces_are_the_slopes_by_the_similarities() {
    let (n, temperature) = (6, 0.4);
    let screen = screen(&format!("loss=info-nce&count={n}&temperature={temperature}&turn=10"));
    let s = matrix(&screen.figure("similarities", &[]));
    let forces = matrix(&screen.figure("forces", &[]));
    for i in 0..n {
        let total: f64 = (0..n).map(|k| (s[i * n + k] / temperature).exp()).sum();
        for j in 0..n {
            let p = (s[i * n + j] / temperature).exp() / total;
            let expected = (p - f64::from(i == j)) / (temperature * n as f64);
            let shown = forces[i * n + j];
            assert!((shown - expected).abs() < 1e-6, "force {i}, {j} is {shown}, not {expected}");
        }
    }
}

#[test]
fn the_forces_of_a_labelled_loss_belong_to_both_directions_of_a_pair() {
    // Uniformity: ∂L/∂s = 2t·w with w the softmax of 2t·s over pairs.
    let screen = screen("loss=uniformity&count=5");
    let (s, forces) = (matrix(&screen.figure("similarities", &[])), matrix(&screen.figure("forces", &[])));
    let pairs: Vec<usize> = (0..5).flat_map(|i| (i + 1..5).map(move |j| i * 5 + j)).collect();
    let total: f64 = pairs.iter().map(|&p| (4.0 * s[p]).exp()).sum();
    for p in pairs {
        let expected = 4.0 * (4.0 * s[p]).exp() / total;
        assert!((forces[p] - expected).abs() < 1e-6, "force {} is not {expected}", forces[p]);
    }
}

/// The curve of that name in a figure.
fn curve(figure: &Figure, called: &str) -> Vec<(f64, f64)> {
    let found = figure.marks.iter().find_map(|mark| match mark {
        Mark::Line { name, points, .. } if name == called => Some(points.clone()),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("{called} is not drawn"))
}

#[test]
fn the_limits_of_info_nce_are_a_triplet_and_a_mean() {
    let (n, text) = (8, "loss=info-nce&layout=ring&count=8&noise=0.4&turn=40&seed=2");
    let screen = screen(text);
    let s = matrix(&screen.figure("similarities", &[]));
    let mean = |of: &dyn Fn(usize) -> f64| (0..n).map(of).sum::<f64>() / n as f64;
    let row = |i: usize| s[i * n..(i + 1) * n].to_vec();
    let nearest = |i: usize| row(i).into_iter().fold(f64::NEG_INFINITY, f64::max) - s[i * n + i];
    let triplet = mean(&nearest);
    assert!(triplet > 0.05, "every anchor has its own nearest: {triplet}");
    let average = mean(&|i| mean(&|k| s[i * n + k]) - s[i * n + i]);
    let figure = screen.figure("limits", &[]);
    let log_n = (n as f64).ln();
    let curves = ["loss", "limit of low temperatures", "limit of high temperatures"];
    let [loss, low, high] = curves.map(|name| curve(&figure, name));
    for ((&(tau, loss), low), high) in loss.iter().zip(low).zip(high) {
        let expected = (triplet / tau, log_n + average / tau);
        assert!((low.1 / expected.0 - 1.0).abs() < 1e-3, "at {tau}: {} is not {}", low.1, expected.0);
        assert!((high.1 - expected.1).abs() < 1e-3 / tau, "at {tau}: {} is not {}", high.1, expected.1);
        // The bounds that hold between the loss and its limits.
        assert!(tau * (loss - expected.0) > -1e-9 && loss - expected.0 < log_n + 1e-9);
        assert!(loss - expected.1 > -1e-9 && loss - expected.1 < 0.5 / (tau * tau) + 1e-9);
    }
    let listed = |text: &str| self::screen(text).figures().iter().any(|figure| figure.id == "limits");
    assert!(listed("loss=nt-xent") && !listed("loss=triplet-margin"));
}

#[test]
fn the_landscape_holds_while_the_selected_point_moves_and_is_the_loss_there() {
    // A loss of directions is interpolated between rays, one of lengths is computed at every sample.
    for (text, within) in [
        ("loss=nt-xent", 5e-3),
        ("loss=unpg&selected=13&scale=4", 5e-3),
        ("loss=info-nce&steps=4&selected=2", 5e-3),
        ("loss=triplet-margin&distance=1&margin=1", 1e-12),
        ("loss=soft-triple&selected=14", 5e-3),
        ("loss=byol&selected=3", 5e-3),
    ] {
        let screen = screen(text);
        let computed = screen.compute("plane", Quality::Fine);
        let side = computed.len().isqrt();
        assert_eq!(side * side, computed.len());
        let coarse = screen.compute("plane", Quality::Coarse).len();
        assert!(
            coarse < computed.len() && coarse.isqrt().pow(2) == coarse,
            "{text}: {coarse} coarse samples"
        );
        let basis = screen.basis("plane");
        let from_basis = Screen::open(exhibits::open(&basis).0, None).compute("plane", Quality::Fine);
        assert_eq!(from_basis, computed, "{text}: a worker that has only the basis computes something else");

        let handle = {
            let figure = screen.figure("plane", &computed);
            figure.handles.iter().find(|h| h.selected).unwrap().id.clone()
        };
        let cell = |i: usize| -1.5 + 3.0 * i as f64 / (side - 1) as f64;
        let (column, row) = (side / 4, 2 * side / 3);
        let moved = screen.scene().place("plane", &handle, (cell(column), cell(row)));
        let moved = Screen::open(moved, None);
        assert_eq!(moved.basis("plane"), basis, "{text}: the landscape is computed anew for a drag");
        let (shown, loss) = (computed[row * side + column], readout(&moved, "loss"));
        assert!(
            (shown - loss).abs() <= within * loss.abs().max(1.0),
            "{text}: {shown} is drawn where it is {loss}"
        );
    }
}

#[test]
fn a_trained_point_that_is_dragged_starts_from_where_it_was() {
    let trained = screen("loss=nt-xent&steps=30");
    let places = handles(&trained.figure("plane", &[]));
    let moved = trained.scene().place("plane", "point-1", (0.0, 0.5));
    assert_eq!(moved.steps, 0);
    assert_eq!(handles(&Screen::open(moved, None).figure("plane", &[]))[1..], places[1..]);
}

#[test]
fn points_come_and_go_and_change_their_class() {
    let start = screen("loss=unpg&count=4");
    let points = State::points;
    let added = start.scene().act("add");
    assert_eq!((points(&added).len(), added.selected), (4 + 1 + 3, 4));
    let relabelled = Screen::open(added, None).scene().act("relabel");
    let class = points(&relabelled)[4].class;
    assert_eq!(class, (points(&start.scene().act("add"))[4].class + 1) % 4);
    let removed = Screen::open(relabelled, None).scene().act("remove");
    assert_eq!(points(&removed).iter().filter(|p| p.class < super::batch::PROTOTYPE).count(), 4);
    assert_eq!(Screen::open(removed, None).scene().act("reset").points(), []);

    let pair = screen("loss=nt-xent&count=2");
    let state = pair.scene().act("remove");
    assert_eq!(state.points(), [], "the last two points cannot be removed");
}

#[test]
fn what_cannot_be_computed_is_explained() {
    let lonely = screen("loss=info-nce&views=pairs&points=1,0,0");
    let readouts = lonely.scene().readouts();
    assert!(readouts[0].value.is_nan() && readouts[0].note.contains("anchors"), "{:?}", readouts[0]);
    for wild in [
        "loss=contrastive&distance=1&power=2&neg_margin=1000&lr=10&steps=500&budget=500",
        // The points stay finite one step longer than the loss.
        "loss=spectral-contrastive&lr=8.388&steps=5&turn=0&points=0,-1.8906,0;0,-0.3965,0",
    ] {
        for readout in screen(wild).scene().readouts() {
            assert!(readout.value.is_finite() || !readout.note.is_empty(), "{wild}: {readout:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_state_panics_and_every_number_is_finite_or_explained(
        loss in 0usize..100,
        knobs in prop::collection::vec(0.0f64..1.0, 10),
        steps in 0usize..6,
        selected in 0usize..70,
        points in prop::collection::vec((-3.0f64..3.0, -3.0f64..3.0, 0usize..40), 0..9),
        snap in prop::bool::ANY,
    ) {
        let ids = fitting(&EMBEDDING_PLANE);
        let mut state = state(&format!("loss={}", ids[loss % ids.len()]));
        state.steps = steps;
        state.selected = selected;
        for (knob, part) in state.stage.spec().knobs.iter().zip(knobs.iter().cycle()) {
            let value = match knob.scale {
                crate::spec::Scale::Names(options) => (part * options.len() as f64).floor(),
                crate::spec::Scale::Integer => (knob.range.0 + part * (knob.range.1 - knob.range.0).min(20.0)).floor(),
                _ => knob.range.0 + part * (knob.range.1 - knob.range.0),
            };
            prop_assert_eq!(state.knobs.set(knob.name, value), Ok(()), "{}", knob.name);
        }
        if !points.is_empty() {
            let round = |v: f64| if snap { v.round() } else { v };
            let point = |&(x, y, class): &(f64, f64, usize)| Point { x: round(x), y: round(y), class };
            state.set_points(&points.iter().map(point).collect::<Vec<_>>());
        }
        let screen = Screen::open(state, None);
        for readout in screen.scene().readouts() {
            prop_assert!(readout.value.is_finite() || !readout.note.is_empty(), "{:?}", readout);
        }
        for figure in screen.figures() {
            let computed = if figure.id == "plane" && knobs[0] < 0.2 {
                screen.compute("plane", Quality::Coarse)
            } else {
                Vec::new()
            };
            let figure = screen.figure(figure.id, &computed);
            prop_assert!(figure.handles.iter().all(|h| h.at.0.is_finite() && h.at.1.is_finite()));
        }
        prop_assert!(!screen.scene().sentence().is_empty());
        for action in ["add", "remove", "relabel", "reset"] {
            let after = Screen::open(screen.scene().act(action), None);
            prop_assert!(!after.figures().is_empty());
        }
    }
}
