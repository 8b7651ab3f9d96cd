use proptest::prelude::*;

use super::{LINE_FIT, OUTLIER_LINE};
use crate::exhibits;
use crate::stages::testing::{self, fitting, screen, state};
use crate::stages::{Point, Screen, Stage, State};

const STAGES: [&dyn Stage; 2] = [&OUTLIER_LINE, &LINE_FIT];

fn readout(text: &str, id: &str) -> f64 {
    testing::readout(&screen(text), id)
}

#[test]
fn every_loss_of_margins_scores_or_residuals_is_served() {
    for (stage, ids) in STAGES.into_iter().zip([
        &["hinge", "ensloss", "zero-one", "bce-with-logits"][..],
        &["squared-error", "pinball", "barron-robust"],
    ]) {
        for id in ids {
            assert!(fitting(stage).contains(id), "{} does not serve {id}", stage.spec().id);
        }
    }
}

#[test]
fn a_dragged_outlier_is_where_it_was_put_and_survives_the_link() {
    for (stage, loss) in [("outlier-line", "ensloss"), ("line-fit", "huber")] {
        let before = screen(&format!("loss={loss}&stage={stage}&outliers=3&far=2"));
        let moved = before.scene().place("line", "outlier-2", (1.5, -2.25));
        let (read, notices) = exhibits::open(&exhibits::link(&moved));
        assert_eq!((exhibits::link(&read), notices), (exhibits::link(&moved), vec![]));
        let (before, after) = (before.figure("line", &[]), Screen::open(read, None).figure("line", &[]));
        assert_eq!(after.handles[1].at, (1.5, -2.25), "{stage}");
        assert!(after.handles[1].selected);
        for i in [0, 2] {
            let (x, y) = before.handles[i].at;
            let off = (after.handles[i].at.0 - x).hypot(after.handles[i].at.1 - y);
            assert!(off < 1e-3, "{stage}: outlier {} moved by {off} when another was dragged", i + 1);
        }
    }
}

#[test]
fn outliers_come_go_and_change_their_class() {
    let count = |state: &State| Screen::open(state.clone(), None).figure("line", &[]).handles.len();
    let one = state("loss=hinge&stage=outlier-line");
    let two = Screen::open(one.clone(), None).scene().act("add");
    let other = Screen::open(two.clone(), None).scene().act("relabel");
    let back = Screen::open(two.clone(), None).scene().act("remove");
    let none = Screen::open(back.clone(), None).scene().act("remove");
    assert_eq!([&one, &two, &other, &back, &none].map(count), [1, 2, 2, 1, 0]);
    let class = |state: &State| state.points()[1].class;
    assert_eq!(class(&other), 1 - class(&two));
    assert_eq!(count(&state(&exhibits::link(&none))), 0);
}

#[test]
fn a_far_outlier_turns_a_growing_push_and_is_given_up_by_a_falling_one() {
    let angle = |loss: &str, far: f64| readout(&format!("loss={loss}&stage=outlier-line&far={far}"), "angle");
    let of = |loss: &str| [angle(loss, 1.0), angle(loss, 4.0)];
    let ([near, far], [flat_near, flat_far]) = (of("squared-hinge"), of("hinge"));
    assert!(far > near + 10.0, "squared hinge turns from {near}° to {far}° as the outlier leaves");
    assert!(
        (flat_far - flat_near).abs() < 0.5 * (far - near),
        "hinge turns from {flat_near}° to {flat_far}°"
    );
    let share = |loss: &str| readout(&format!("loss={loss}&stage=outlier-line&far=4"), "outlier-share");
    assert!(share("ramp") == 0.0 && share("savage") < 1e-3, "{}, {}", share("ramp"), share("savage"));
    let [_, exponential] = of("exponential");
    assert!(
        exponential > flat_far + 10.0,
        "the exponential loss turns by {exponential}°, hinge by {flat_far}°"
    );
}

#[test]
fn the_unhinged_weights_point_from_one_class_mean_to_the_other_whatever_the_labels_noise() {
    let sgd = "loss=unhinged&stage=outlier-line&outliers=0&optimizer=sgd";
    let (clean, noisy) = (readout(sgd, "angle"), readout(&format!("{sgd}&flipped=10"), "angle"));
    assert!(clean < 8.0 && noisy < 12.0, "{clean}° off without wrong labels, {noisy}° with ten of forty");
    let length = |text: &str| readout(text, "length");
    assert!(
        length(&format!("{sgd}&flipped=10")) < 0.6 * length(sgd),
        "wrong labels only shorten the weights"
    );
}

#[test]
fn a_loss_without_slope_trains_nothing_and_says_so() {
    let screen = screen("loss=zero-one&stage=outlier-line");
    let readouts = screen.scene().readouts();
    let angle = readouts.iter().find(|r| r.id == "angle").unwrap();
    assert!(angle.value.is_nan() && !angle.note.is_empty(), "{angle:?}");
}

#[test]
fn slopes_follow_an_outlier_linearly_not_at_all_or_for_a_while() {
    let error =
        |loss: &str, far: f64| readout(&format!("loss={loss}&stage=line-fit&far={far}"), "slope-error");
    let squared = [0.0, 2.0, 4.0].map(|far| error("squared-error", far));
    assert!(squared[2] > squared[1] + 0.1, "{squared:?} does not grow");
    let absolute = [1.0, 4.0].map(|far| error("absolute-error", far));
    assert!((absolute[1] - absolute[0]).abs() < 0.02, "{absolute:?} follows the outlier");
    let tukey = [0.0, 5.0].map(|far| error("tukey-biweight", far));
    assert!((tukey[1] - tukey[0]).abs() < 0.1, "{tukey:?}: the far outlier is not let go");
}

#[test]
fn a_quantile_has_its_share_of_the_samples_below() {
    for (q, low, high) in [(0.1, 0.03, 0.2), (0.5, 0.4, 0.6), (0.9, 0.8, 0.97)] {
        let text = format!(
            "loss=pinball&quantile={q}&stage=line-fit&outliers=0&count=60&scatter=growing&budget=1000"
        );
        let below = readout(&text, "below");
        assert!((low..=high).contains(&below), "{below} of the samples are below the line of quantile {q}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn no_state_panics_and_every_number_is_finite_or_explained(
        which in prop::collection::vec(0usize..100, 1..=4),
        fit in any::<bool>(),
        knobs in prop::collection::vec(0.0f64..1.0, 8),
        points in prop::option::of(prop::collection::vec((-100.0f64..100.0, -100.0f64..100.0, 0usize..9), 0..9)),
        selected in 0usize..9,
    ) {
        let stage = STAGES[usize::from(fit)];
        let ids = fitting(stage);
        let chosen: Vec<_> = which.iter().map(|i| ids[i % ids.len()]).collect();
        let mut state =
            state(&format!("loss={}&stage={}&vs={}", chosen[0], stage.spec().id, chosen[1..].join(",")));
        let point = |(x, y, class)| Point { x, y, class };
        state.set_points(&points.into_iter().flatten().map(point).collect::<Vec<_>>());
        state.selected = selected;
        for (knob, part) in stage.spec().knobs.iter().zip(knobs) {
            let (low, high) = if knob.name == "budget" { (0.0, 30.0) } else { knob.range };
            let value = low + part * (high - low);
            let whole = matches!(knob.scale, crate::spec::Scale::Integer | crate::spec::Scale::Names(_));
            state.knobs.set(knob.name, if whole { value.round() } else { value }).unwrap();
        }
        let screen = Screen::open(state, None);
        for readout in screen.scene().readouts() {
            prop_assert!(readout.value.is_finite() || !readout.note.is_empty(), "{:?}", readout);
        }
        for info in screen.scene().figures() {
            let figure = screen.figure(info.id, &[]);
            for axis in [&figure.x, &figure.y] {
                prop_assert!(axis.range.0 < axis.range.1, "{} has an empty axis", info.id);
            }
        }
        prop_assert!(!screen.scene().sentence().is_empty());
    }
}
