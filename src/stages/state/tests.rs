//! The text of a state: read, written, and read again.

use ndarray::IxDyn;
use proptest::prelude::*;

use super::query::escape;
use super::*;
use crate::exhibits::{EXHIBITS, link, open, preset};
use crate::losses;
use crate::spec::Scale;
use crate::stages::{STAGES, Screen};

fn notices(text: &str) -> Vec<String> {
    open(text).1.into_iter().map(|n| format!("{}: {}", n.key, n.message)).collect()
}

#[test]
fn only_what_differs_from_the_default_is_written() {
    let (state, notices) = open("loss=hinge&stage=margin-curve&threshold=1&z=0.5&seed=1");
    assert_eq!(notices, []);
    assert_eq!(link(&state), "v=1&loss=hinge&stage=margin-curve&z=0.5");
}

#[test]
fn several_losses_keep_their_own_parameters() {
    let text =
        "v=1&loss=logistic&vs=logistic,exponential&vs1.temperature=0.5&vs2.temperature=2&stage=margin-curve";
    let (state, notices) = open(text);
    assert_eq!(notices, []);
    assert_eq!(link(&state), text);
    assert_eq!(state.contenders[1].params.get("temperature"), 0.5);
}

#[test]
fn what_is_wrong_in_a_link_is_named_and_the_rest_is_used() {
    let text = "loss=hinge&threshold=-1&colour=red&steps=many&points=1,a,0&seed=7&vs=hindge&stage=moon";
    let (state, _) = open(text);
    assert_eq!(state.seed, 7);
    assert_eq!(
        notices(text),
        [
            "stage: there is no stage moon, the nearest is noisy-moons; margin-curve is shown",
            "vs: there is no loss hindge, the nearest is hinge, which is shown",
            "threshold: parameter threshold is -1, allowed is a number from 0 on; it stays at 1",
            "colour: neither hinge nor margin-curve has colour; it is passed over",
            "steps: many is not a whole number from 0 to 100000; it is passed over",
            "points: points cannot be set on margin-curve; it is passed over",
        ]
    );
}

#[test]
fn a_name_that_is_no_id_opens_the_loss_that_is_meant_with_the_parameters() {
    for name in ["NT-Xent", "ntxent", "nt-xentt", "NTXentLoss", "nt_xent"] {
        let (state, notices) = open(&format!("loss={name}&temperature=0.2"));
        assert_eq!(state.contender().loss.spec().id, "nt-xent", "{name}");
        assert_eq!(state.contender().params.get("temperature"), 0.2, "{name}");
        let said: Vec<_> = notices.iter().map(|notice| notice.key.as_str()).collect();
        assert_eq!(said, ["loss"], "{name}: {notices:?}");
    }
}

#[test]
fn what_is_not_there_is_said_and_what_is_near_is_offered_in_the_whole_text() {
    let offered = |text: &str| {
        let (_, notices) = open(text);
        let [notice] = &notices[..] else { panic!("{text}: {notices:?}") };
        let offers = notice.offers.iter().map(|offer| (offer.name.clone(), offer.state.clone()));
        (notice.message.clone(), offers.collect::<Vec<_>>())
    };
    let (message, offers) = offered("loss=nt-xent&temprature=0.2&steps=3");
    assert_eq!(
        message,
        "neither nt-xent nor embedding-plane has temprature; near is temperature; it is passed over"
    );
    assert_eq!(offers, [("temperature".into(), "loss=nt-xent&temperature=0.2&steps=3".into())]);
    let (message, offers) = offered("loss=entropy&temperature=0.2");
    assert!(message.starts_with("there is no loss entropy; near are "), "{message}");
    assert_eq!(offers.len(), 3, "{offers:?}");
    assert!(offers.iter().all(|(id, text)| *text == format!("loss={id}&temperature=0.2")), "{offers:?}");
    // Parameters of a loss that nobody knows are nobody's fault.
    assert_eq!(
        offered("loss=CTCLoss&blank=0"),
        ("there is no loss CTCLoss; zero-one is shown".into(), vec![])
    );
    assert_eq!(offered("loss=&blank=0"), ("loss names no loss; zero-one is shown".into(), vec![]));
    let (message, offers) = offered("exhibit=temperature-hardnes&temperature=0.3");
    assert_eq!(
        message,
        "there is no exhibit temperature-hardnes, the nearest is temperature-hardness, which is shown"
    );
    assert_eq!(offers, []);
    assert_eq!(offered("exhibit=nope").0, "there is no exhibit nope; Temperature and hardness is shown");
    let (message, offers) = offered("loss=nt-xent&stage=pair-plan");
    assert_eq!(message, "there is no stage pair-plan, the nearest is pair-plane; embedding-plane is shown");
    assert_eq!(offers, [("pair-plane".into(), "loss=nt-xent&stage=pair-plane".into())]);
}

#[test]
fn the_steps_of_a_loss_that_counts_them_itself_are_the_steps_taken() {
    let text = "v=1&loss=optimizer-path&steps=7&stage=weight-plane";
    let (state, notices) = open(text);
    assert_eq!((state.steps(), notices, link(&state)), (7, vec![], text.to_owned()));
    // Beside another loss it has its own, and the key means what it always meant.
    let (state, _) = open("loss=surface-beale&vs=optimizer-path&stage=weight-plane&steps=9&vs1.steps=7");
    assert_eq!((state.steps(), state.contenders[1].params.whole("steps")), (9, 7));
}

#[test]
fn points_are_read_back_with_every_digit() {
    let (mut state, _) = open("loss=nt-xent&stage=embedding-plane");
    let points = vec![Point { x: 1.0 / 3.0, y: -2e-7, class: 3 }];
    state.set_points(&points);
    assert_eq!(open(&link(&state)).0.points(), points);
}

#[test]
fn an_exhibit_with_another_loss_or_stage_keeps_what_was_on_screen() {
    for exhibit in EXHIBITS {
        let shown = preset(exhibit);
        let fits = |stage: &&&dyn Stage| stage.fits(shown.contender().loss.spec());
        let others = losses::all().filter(|loss| shown.stage.fits(loss.spec())).step_by(5);
        let reloaded = others.map(|loss| shown.with(|state| state.contenders[0] = Contender::new(loss)));
        let elsewhere = STAGES.iter().filter(fits).map(|stage| {
            let knobs = Params::new(stage.spec().knobs);
            shown.with(|state| {
                (state.stage, state.knobs) = (*stage, knobs);
                state.contenders.truncate(1);
                state.arrays.clear();
                take_no_more_steps_than_there_are(state);
            })
        });
        for state in reloaded.chain(elsewhere) {
            let (again, notices) = open(&link(&state));
            assert_eq!(notices, [], "{}", link(&state));
            assert_eq!(whole(&again), whole(&state), "by {}", link(&state));
        }
    }
}

#[test]
fn what_is_set_in_a_preset_can_be_taken_away() {
    for (text, name) in [
        ("loss=nt-xent&stage=embedding-plane&points=1,0,0;0,1,1", "points"),
        ("loss=cross-entropy&stage=arrays&logits=1x2:1,0&labels=1:0", "labels"),
    ] {
        let preset = open(text).0;
        let state = preset.with(|state| assert!(state.arrays.remove(name).is_some(), "{name} is not set"));
        let written = state.write(&preset);
        let again = State::read(&written, &preset).0;
        assert!(!again.arrays.contains_key(name), "{name} comes back with {written}");
    }
}

#[test]
fn escaped_text_reads_as_written() {
    let (state, _) = open("?loss=hinge&hide=a%20b%2Cc&lock=d");
    assert_eq!(state.hide, ["a b", "c"]);
    assert_eq!(state.lock, ["d"]);
}

/// A link that asks for more is told so.
fn take_no_more_steps_than_there_are(state: &mut State) {
    if state.stage.spec().trains && state.knobs.has("budget") {
        state.steps = state.steps.min(state.knobs.whole("budget"));
    }
}

/// Everything that a state says, whatever it began with.
fn whole(state: &State) -> String {
    let bare = State::new(state.contender().loss, state.stage);
    format!("{:?} {}", state.exhibit, state.write(&bare))
}

/// An array of any rank: a mask, an image, points, any numbers.
fn array() -> impl Strategy<Value = ArrayD<f64>> {
    let numbers = prop_oneof![
        prop::collection::vec(prop_oneof![Just(0.0), Just(1.0)], 64),
        prop::collection::vec(any::<u8>().prop_map(|byte| f64::from(byte) / 255.0), 64),
        prop::collection::vec((-30_000i32..30_000).prop_map(|x| f64::from(x) / 1e4), 64),
        prop::collection::vec(prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL, 64),
    ];
    (prop::collection::vec(0usize..7, 0..=4), numbers).prop_map(|(shape, numbers)| {
        let mut entries = numbers.into_iter().cycle();
        ArrayD::from_shape_simple_fn(IxDyn(&shape), || entries.next().expect("it goes on for ever"))
    })
}

/// A state in which anything may have been turned and set.
fn any_state() -> impl Strategy<Value = State> {
    let start = (prop::option::weighted(0.3, 0..EXHIBITS.len()), any::<usize>(), any::<usize>());
    let turned = prop::collection::vec((any::<usize>(), 0.0..1.0f64), 0..6);
    let points = prop::collection::vec((-2e6..2e6, -3.0..3.0, 0usize..64), 0..20);
    let set = (prop::collection::vec(array(), 0..3), points, prop::bool::ANY);
    let counted = (0usize..500, 0usize..500, 0u64..1000);
    (start, turned, set, counted).prop_map(
        |((exhibit, stage, loss), turned, (arrays, points, is_reset), counted)| {
            let mut state = exhibit.map_or_else(|| open("loss=hinge").0, |i| preset(&EXHIBITS[i]));
            let other = STAGES[stage % STAGES.len()];
            let fitting: Vec<_> = losses::all().filter(|loss| other.fits(loss.spec())).collect();
            if exhibit.is_none() || stage % 3 == 0 {
                state = State { exhibit: state.exhibit, ..State::new(fitting[loss % fitting.len()], other) };
            }
            let most = state.stage.spec().contenders;
            let beside = losses::all().filter(|loss| state.stage.fits(loss.spec()));
            let beside: Vec<_> =
                beside.skip(loss % 7).step_by(5).take(loss % most).map(Contender::new).collect();
            if loss % 2 == 0 {
                state.contenders.truncate(1);
                state.contenders.extend(beside);
            }
            for (which, part) in turned {
                let mut all: Vec<&mut Params> = state.contenders.iter_mut().map(|c| &mut c.params).collect();
                all.push(&mut state.knobs);
                let among = which % all.len();
                let params = &mut all[among];
                if let Some(param) = params.specs().get((which / 7) % params.specs().len().max(1)) {
                    let value = match param.scale {
                        Scale::Names(names) => (part * names.len() as f64).floor(),
                        Scale::Numbers(numbers) => numbers[(part * numbers.len() as f64) as usize].0,
                        Scale::Integer => (param.range.0 + part * (param.range.1 - param.range.0)).floor(),
                        Scale::Linear | Scale::Log => param.range.0 + part * (param.range.1 - param.range.0),
                    };
                    // What the formula forbids stays as it was.
                    let _ = params.set(param.name, value);
                }
            }
            match state.stage.settable() {
                Settable::Nothing => {}
                Settable::Points => {
                    let point = |(x, y, class)| Point { x, y, class };
                    state.set_points(&points.into_iter().map(point).collect::<Vec<_>>());
                }
                Settable::Inputs => {
                    let inputs = state.contenders.iter().flat_map(|c| c.loss.spec().inputs);
                    let names: Vec<String> = inputs.map(|input| input.name.to_owned()).collect();
                    state.arrays.extend(names.into_iter().zip(arrays));
                }
            }
            if is_reset {
                state.arrays.clear();
            }
            if state.is_own("steps") {
                state.steps = counted.0;
            }
            take_no_more_steps_than_there_are(&mut state);
            (state.selected, state.seed) = (counted.1, counted.2);
            state
        },
    )
}

proptest! {
    #[test]
    fn whatever_is_on_screen_is_in_its_link(state in any_state()) {
        let text = link(&state);
        let (again, notices) = open(&text);
        prop_assert_eq!(notices, [], "of {}", text);
        prop_assert_eq!(whole(&again), whole(&state), "by {}", text);
        prop_assert_eq!(link(&again), text);
    }

    #[test]
    fn any_text_is_read_and_all_that_is_passed_over_is_named(
        text in prop_oneof![
            "([a-z0-9.,;=&%+-]{0,12}(=|&|loss=|points=|vs=|steps=)){0,8}",
            "(v=2&)?loss=(nt-xent|dice|ldam)(&stage=(arrays|simplex|embedding-plane))?(&(input\\.)?\
             (embeddings|labels|logits|points|counts)=[0-9x:.,*a-z~;e-]{0,16}){0,4}",
            "\\PC{0,60}",
        ],
    ) {
        let (state, notices) = open(&text);
        for (key, value) in parse_query(&text) {
            // Of a key that stands there twice the last one holds.
            let is_last = parse_query(&text).iter().rev().find(|(other, _)| *other == key).unwrap().1 == value;
            let is_named = notices.iter().any(|notice| notice.key == key);
            let is_kept = || {
                let alone = if key == "exhibit" { text.clone() } else { format!("{}&{key}={}", link(&state), escape(&value)) };
                whole(&open(&alone).0) == whole(&state)
            };
            prop_assert!(!is_last || is_named || is_kept(), "{key}={value} of {text} is neither used nor named");
        }
        let again = open(&link(&state));
        prop_assert_eq!(link(&again.0), link(&state));
        prop_assert_eq!(again.1, vec![]);
    }

    #[test]
    fn what_a_hand_leaves_is_in_the_link_in_few_digits(
        (stage, loss, touched) in (any::<usize>(), any::<usize>(), prop::collection::vec((any::<usize>(), 0.0..1.0f64, 0.0..1.0f64), 1..3)),
    ) {
        let stage = STAGES[stage % STAGES.len()];
        let fitting: Vec<_> = losses::all().filter(|loss| stage.fits(loss.spec())).collect();
        let mut screen = Screen::open(State::new(fitting[loss % fitting.len()], stage), None);
        for (which, right, up) in touched {
            let infos = screen.figures();
            let info = &infos[which % infos.len()];
            let figure = screen.figure(info.id, &[]);
            let Some(handle) = figure.handles.get(which / 7 % figure.handles.len().max(1)) else { continue };
            let along = |(low, high): (f64, f64), part: f64| low + part * (high - low);
            let moved = screen.place(info.id, &handle.id, (along(figure.x.range, right), along(figure.y.range, up)));
            screen = Screen::open(moved, Some(screen));
        }
        let state = screen.state();
        let (again, notices) = open(&link(state));
        prop_assert_eq!(notices, []);
        prop_assert_eq!(&again.arrays, &state.arrays);
        for number in state.points().iter().flat_map(|point| [point.x, point.y]) {
            let text = number.to_string();
            let places = text.split_once('.').map_or(0, |(_, places)| places.len());
            prop_assert!(places <= 8, "{text} is in {}", link(state));
        }
    }
}
