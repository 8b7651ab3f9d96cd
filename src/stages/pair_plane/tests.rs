use proptest::prelude::*;

use super::PAIR_PLANE;
use crate::exhibits;
use crate::losses;
use crate::stages::testing::{self, fitting, readout};
use crate::stages::{Point, Quality, Screen, Stage, State};

fn state(text: &str) -> State {
    testing::state(&format!("stage=pair-plane&{text}"))
}

fn screen(text: &str) -> Screen {
    testing::screen(&format!("stage=pair-plane&{text}"))
}

fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

#[test]
fn the_level_sets_of_circle_loss_are_circles() {
    // Sun et al. 2020: one positive and one negative cost softplus(γ(sₙ² + (1 − sₚ)² − 2m²)).
    let (margin, gamma) = (0.25, 12.0);
    for (n, p) in [(0.8f64, 0.8f64), (0.5, 0.5), (0.2, 0.2), (-0.1, 0.6)] {
        let screen = screen(&format!("loss=circle&margin={margin}&gamma={gamma}&points={n},{p},0"));
        let expected = softplus(gamma * (n * n + (1.0 - p).powi(2) - 2.0 * margin * margin));
        let shown = readout(&screen, "loss");
        assert!((shown - expected).abs() < 1e-9, "at {n}, {p} it shows {shown}, not {expected}");
    }
}

#[test]
fn circle_loss_bends_and_a_triplet_does_not() {
    // The figures of the catalogue: (sₙ + m)/(1 + m − sₚ), and always 1.
    for (selected, n, p) in [(0, 0.8, 0.8), (1, 0.5, 0.5), (2, 0.2, 0.2)] {
        let text =
            format!("loss=circle&gamma=12&vs=triplet-margin&vs1.distance=2&vs1.margin=1&selected={selected}");
        let screen = screen(&text);
        let (bent, straight) = (readout(&screen, "force-ratio"), readout(&screen, "force-ratio-2"));
        let expected = (n + 0.4) / (1.4 - p);
        assert!((bent - expected).abs() < 1e-6, "at {n}, {p} circle loss shows {bent}, not {expected}");
        assert!((straight - 1.0).abs() < 1e-6, "at {n}, {p} the triplet shows {straight}");
    }
}

#[test]
fn two_views_give_the_term_of_one_anchor() {
    for (n, p, temperature) in [(0.8, -0.3, 0.5), (-0.6, 0.9, 0.2), (0.1, 0.2, 1.0)] {
        let screen = screen(&format!("loss=info-nce&temperature={temperature}&points={n},{p},0"));
        let shown = readout(&screen, "loss");
        let expected = softplus((n - p) / temperature);
        assert!((shown - expected).abs() < 1e-9, "at {n}, {p} it shows {shown}, not {expected}");
        let slope = (1.0 - (-expected).exp()) / temperature;
        assert!((readout(&screen, "push") - slope).abs() < 1e-6 * slope);
        assert!((readout(&screen, "pull") - slope).abs() < 1e-6 * slope);
    }
}

#[test]
fn what_is_near_to_both_ends_of_a_pair_keeps_them_near() {
    let screen = screen("loss=nt-xent");
    let values = screen.compute("plane", Quality::Coarse);
    let side = values.len().isqrt();
    let along = |i: usize| 2.0 * i as f64 / (side - 1) as f64 - 1.0;
    for (i, value) in values.iter().enumerate() {
        let (n, p) = (along(i % side), along(i / side));
        assert_eq!(value.is_nan(), p < 2.0 * n * n - 1.0, "at {n}, {p} the map has {value}");
    }
    let moved = Screen::open(screen.scene().place("plane", "dot-2", (0.9, -0.9)), None);
    let (n, p) = moved.figure("plane", &[]).handles[1].at;
    assert!(n == 0.9 && p > 2.0 * n * n - 1.0, "the dot is at {n}, {p}, where there are no vectors");
    assert!(readout(&moved, "loss").is_finite());
}

#[test]
fn what_chooses_among_several_pairs_is_left_out() {
    let uses = |id: &str, name: &str| PAIR_PLANE.uses(name, losses::find(id).unwrap().spec());
    for (id, name) in [("contrastive", "reduction"), ("sup-con", "inside"), ("hard-contrastive", "alpha")] {
        assert!(!uses(id, name), "{name} of {id} is offered, with one pair of each kind it does nothing");
    }
    for (id, name) in [("contrastive", "neg_margin"), ("circle", "margin"), ("info-nce", "temperature")] {
        assert!(uses(id, name), "{name} of {id} is not offered");
    }
    assert!(uses("circle", "flows"), "a knob of the stage is not offered");
}

#[test]
fn a_state_survives_its_link() {
    for loss in fitting(&PAIR_PLANE) {
        let state = screen(&format!("loss={loss}&selected=1")).scene().place("plane", "dot-3", (0.25, 0.5));
        let text = exhibits::link(&state);
        let (read, notices) = exhibits::open(&text);
        assert_eq!((exhibits::link(&read), notices), (text, vec![]), "{loss}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_state_panics_and_every_number_is_finite_or_explained(
        loss in 0usize..100,
        rival in 0usize..100,
        selected in 0usize..5,
        points in prop::collection::vec((-2.0f64..2.0, -2.0f64..2.0), 0..5),
    ) {
        let ids = fitting(&PAIR_PLANE);
        let mut state = state(&format!("loss={}&vs={}", ids[loss % ids.len()], ids[rival % ids.len()]));
        state.selected = selected;
        if !points.is_empty() {
            state.set_points(&points.iter().map(|&(x, y)| Point { x, y, class: 0 }).collect::<Vec<_>>());
        }
        let screen = Screen::open(state, None);
        for readout in screen.scene().readouts() {
            prop_assert!(readout.value.is_finite() || !readout.note.is_empty(), "{:?}", readout);
        }
        for figure in ["plane", "plane-2"] {
            let computed = screen.compute(figure, Quality::Coarse);
            let drawn = screen.figure(figure, &computed);
            prop_assert!(drawn.handles.iter().all(|h| h.at.0.is_finite() && h.at.1.is_finite()));
        }
        prop_assert!(!screen.scene().sentence().is_empty());
    }
}
