use proptest::prelude::*;

use super::SIMPLEX;
use crate::exhibits;
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::losses;
use crate::real::Real;
use crate::spec::{Domain, Family, Input, Params, Prose, Role, Slope, Source, Spec};
use crate::stages::testing::{fitting, readout, screen};
use crate::stages::{Contender, Quality, STAGES, Screen, Stage, State};

/// The divergence of q from p: what the stage is for as soon as there is a loss of two histograms.
struct Divergence;

impl Kernel for Divergence {
    const SPEC: &'static Spec = &Spec {
        id: "divergence",
        title: "Divergence",
        family: Family::Logits,
        inputs: &[
            Input::variable("p", Role::Histogram, &["K"], "").within(Domain::Simplex),
            Input::fixed("q", Role::Histogram, &["K"], "").within(Domain::Simplex),
        ],
        params: &[],
        slope: Slope::Exact,
    };

    const PROSE: &'static Prose = &Prose {
        summary: "",
        formula: "",
        gradient: "",
        source: Source::TEXTBOOK,
        papers: &[],
        aliases: &[],
        facts: &[],
    };

    fn loss<R: Real>(input: &Inputs<R>, _: &Params) -> R {
        let (p, q) = (input.vector("p"), input.fixed_vector("q"));
        R::sum(
            &p.iter().zip(q).map(|(&p, &q)| p * ((p + R::from(1e-9)) / R::from(q)).ln()).collect::<Vec<_>>(),
        )
    }
}

fn divergence() -> State {
    State::new(&Divergence, &SIMPLEX)
}

/// The place of a distribution in the triangle.
fn place(p: &[f64; 3]) -> (f64, f64) {
    (p[1] + 0.5 * p[2], 0.75f64.sqrt() * p[2])
}

fn p(screen: &Screen) -> [f64; 3] {
    ["p1", "p2", "p3"].map(|id| readout(screen, id))
}

#[test]
fn losses_of_logits_with_a_label_are_shown_and_open_where_they_always_did() {
    let fits = fitting(&SIMPLEX);
    for id in ["cross-entropy", "focal", "z-loss", "logit-adjustment"] {
        assert!(fits.contains(&id), "{id} is not in the triangle: {fits:?}");
    }
    for id in ["dino", "nt-xent", "hinge", "arcface", "bias-loss"] {
        assert!(!fits.contains(&id), "{id} has no place in the triangle");
    }
    for id in fits {
        let loss = losses::find(id).unwrap().spec();
        let first = STAGES.iter().find(|stage| stage.fits(loss)).unwrap();
        assert_ne!(first.spec().id, "simplex", "{id} opens elsewhere than it did");
    }
}

#[test]
fn softmax_of_the_logits_is_the_point_and_the_loss_is_that_of_the_point() {
    let screen = screen("loss=cross-entropy&stage=simplex&label=3&steps=0");
    let p = p(&screen);
    assert!(p.iter().zip([0.2, 0.3, 0.5]).all(|(p, start)| (p - start).abs() < 1e-12), "p begins at {p:?}");
    assert!((readout(&screen, "loss") + 0.5f64.ln()).abs() < 1e-12);
    let entropy: f64 = p.iter().map(|p| -p * p.ln()).sum();
    assert!((readout(&screen, "entropy") - entropy).abs() < 1e-12);
}

#[test]
fn a_map_has_a_value_inside_the_triangle_alone() {
    for state in [exhibits::open("loss=focal&stage=simplex").0, divergence()] {
        let values = Screen::open(state, None).compute("triangle", Quality::Coarse);
        let there = values.iter().filter(|value| value.is_finite()).count();
        let share = there as f64 / values.len() as f64;
        assert!((0.5..0.6).contains(&share), "{share} of the rectangle has a value");
    }
}

#[test]
fn descent_leads_p_to_the_label_and_to_q() {
    let trained = screen("loss=cross-entropy&stage=simplex&label=2&optimizer=sgd&lr=1&steps=100");
    assert!(p(&trained)[1] > 0.95, "after 100 steps p is at {:?}", p(&trained));
    let state = divergence().with(|state| state.steps = 100);
    let near = p(&Screen::open(state, None));
    let q = [0.6, 0.3, 0.1];
    assert!(near.iter().zip(q).all(|(p, q)| (p - q).abs() < 0.05), "p ends at {near:?}");
}

#[test]
fn the_arrow_points_the_way_that_the_first_step_takes() {
    use crate::figures::Mark;
    let small = "optimizer=sgd&lr=0.001&steps=1";
    for state in [exhibits::open("loss=cross-entropy&stage=simplex").0, divergence()] {
        let before = Screen::open(state.with(|state| state.steps = 0), None);
        let after = Screen::open(State::read(small, &state).0, None);
        let ((x, y), (to_x, to_y)) = (place(&p(&before)), place(&p(&after)));
        let marks = before.figure("triangle", &[]).marks;
        let arrow = marks.iter().find_map(|mark| match mark {
            Mark::Arrows { arrows, .. } => Some(arrows[0]),
            _ => None,
        });
        let [tail, tip] = arrow.expect("there is a slope");
        let (arrow, step) = ((tip.0 - tail.0, tip.1 - tail.1), (to_x - x, to_y - y));
        let cosine = (arrow.0 * step.0 + arrow.1 * step.1) / arrow.0.hypot(arrow.1) / step.0.hypot(step.1);
        assert!(cosine > 0.999, "the arrow goes {arrow:?}, the step {step:?}");
    }
}

#[test]
fn p_and_q_are_in_the_link_and_two_losses_share_p() {
    let before = screen("loss=cross-entropy&vs=focal&stage=simplex&steps=9");
    let moved = before.scene().place("triangle-2", "p", place(&[0.7, 0.2, 0.1]));
    let text = exhibits::link(&moved);
    assert!(text.starts_with("v=2&") && text.contains("&logits=1x3:"), "{text}");
    let after = screen(&text);
    assert!(p(&after).iter().zip([0.7, 0.2, 0.1]).all(|(p, to)| (p - to).abs() < 1e-3), "{:?}", p(&after));
    assert!((readout(&after, "p1-2") - 0.7).abs() < 1e-3);
    assert!(after.scene().act("reset").arrays.is_empty());
    let scene = Screen::open(divergence(), None);
    let moved = scene.scene().place("triangle", "q", place(&[0.1, 0.1, 0.8]));
    assert_eq!(moved.arrays["q"].iter().copied().collect::<Vec<_>>(), [0.1, 0.1, 0.8]);
    assert_ne!(readout(&Screen::open(moved, None), "loss"), readout(&scene, "loss"));
}

#[test]
fn what_has_no_place_in_the_triangle_is_said() {
    let screen = screen("loss=cross-entropy&stage=simplex&logits=2x3:0*6&labels=2:0,1");
    let said = screen.scene().readouts()[0].note.clone();
    assert!(said.contains("one sample of three classes"), "{said}");
    assert!(screen.scene().readouts().iter().all(|r| r.id == "steps" || r.value.is_nan()));
    assert!(!screen.figure("triangle", &[]).marks.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn whatever_a_hand_does_p_stays_a_distribution(
        which in 0usize..1000, x in -2.0..3.0f64, y in -2.0..3.0f64, steps in 0usize..9, lr in 1e-3..10.0f64,
    ) {
        let fits: Vec<_> = losses::all().filter(|loss| SIMPLEX.fits(loss.spec())).collect();
        let logits = State::new(fits[which % fits.len()], &SIMPLEX);
        for state in [logits, divergence()] {
            let state = state.with(|state| state.knobs.set("lr", lr).unwrap());
            for handle in ["p", "q"] {
                let moved = Screen::open(state.clone(), None).scene().place("triangle", handle, (x, y));
                let p = p(&Screen::open(moved.with(|state| state.steps = steps), None));
                prop_assert!(Domain::Simplex.fault(&p, 3).is_none(), "{p:?}");
            }
        }
    }
}

#[test]
fn what_is_set_for_a_rival_leaves_with_it() {
    let (mut state, _) = exhibits::open("loss=cross-entropy&stage=simplex");
    state.contenders.push(Contender::new(&Divergence));
    let moved = Screen::open(state, None).scene().place("triangle-2", "q", place(&[0.1, 0.1, 0.8]));
    assert_eq!(moved.arrays.keys().collect::<Vec<_>>(), ["logits", "p", "q"]);
    let alone = State::read("vs=", &moved).0;
    assert_eq!(alone.arrays.keys().collect::<Vec<_>>(), ["logits"], "the link would be passed over in part");
}

#[test]
fn a_map_is_kept_while_p_moves_and_not_when_the_label_does() {
    let scene = |text: &str| screen(&format!("loss=cross-entropy&stage=simplex&{text}"));
    let basis = |text: &str| exhibits::link(&scene(text).scene().basis("triangle"));
    for same in ["steps=9", "logits=1x3:1,0,-1", "lr=0.5&optimizer=adam"] {
        assert_eq!(basis(""), basis(same), "{same} draws the map anew");
    }
    for other in ["label=2", "temperature=2"] {
        assert_ne!(basis(""), basis(other), "{other} keeps the old map");
    }
}

#[test]
fn both_directions_of_a_divergence_are_told() {
    let (start, to) = ([0.2, 0.3, 0.5], [0.6, 0.3, 0.1]);
    let kl = |p: [f64; 3], q: [f64; 3]| p.iter().zip(q).map(|(p, q)| p * (p / q).ln()).sum::<f64>();
    let screen = Screen::open(divergence(), None);
    assert!((readout(&screen, "loss") - kl(start, to)).abs() < 1e-7);
    assert!((readout(&screen, "exchanged") - kl(to, start)).abs() < 1e-7);
}
