//! The links that a stage is recorded with: its exhibits, its losses, and random states.

use loss_explorer::exhibits::{EXHIBITS, link, open, preset};
use loss_explorer::losses;
use loss_explorer::spec::{Param, Params, Scale};
use loss_explorer::stages::{Contender, Screen, Stage, State};
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::record::Record;

/// Random states of a stage, besides one of each exhibit.
const RANDOM: usize = 20;

/// The most training steps at random: enough for every update rule to show what it does, few enough to be quick.
const STEPS: usize = 20;

/// How many more than the least a whole number is at random: most of them count samples.
const MORE: f64 = 16.0;

/// What a number is nudged by, relative to itself: less than a thousandth of what a record allows.
const NUDGE: f64 = 1e-12;

/// Every link of a stage.
pub fn links(stage: &'static dyn Stage) -> Vec<String> {
    let presets: Vec<State> =
        EXHIBITS.iter().map(preset).filter(|state| state.stage.spec().id == stage.spec().id).collect();
    let losses = losses::all().filter(|loss| stage.fits(loss.spec()));
    let plain: Vec<State> = losses.map(|loss| State::new(loss, stage)).collect();
    let mut links: Vec<String> = presets.iter().chain(&plain).flat_map(trained).collect();
    let mut rng = ChaCha8Rng::seed_from_u64(stage.spec().id.bytes().map(u64::from).sum());
    for preset in &presets {
        links.push(steady(&mut rng, |_| preset.clone()));
    }
    for _ in 0..RANDOM {
        links.push(steady(&mut rng, |rng| plain.choose(rng).expect("some loss fits every stage").clone()));
    }
    links
}

/// A state before training, after some steps, and as it opens where that is steady.
fn trained(state: &State) -> Vec<String> {
    let own = link(state);
    if !state.stage.spec().trains || !state.is_own("steps") {
        return vec![own];
    }
    let mut links: Vec<String> =
        [0, STEPS / 2].map(|steps| link(&state.with(|state| state.steps = steps))).to_vec();
    if !links.contains(&own) && is_steady(&own) {
        links.push(own);
    }
    links
}

/// The link of a random state that is steady.
fn steady(rng: &mut ChaCha8Rng, start: impl Fn(&mut ChaCha8Rng) -> State) -> String {
    loop {
        let start = start(rng);
        let link = link(&turned(start, rng));
        if is_steady(&link) {
            return link;
        }
    }
}

/// Whether a link shows the same when everything in it is nudged: then rounding is of no account.
fn is_steady(link: &str) -> bool {
    let nudged = Record::showing(link, open(link).0.with(nudge));
    let (Ok(record), Ok(nudged)) = (Record::of(link), nudged) else { return false };
    // A sentence says what is turned with all its digits.
    record.differences(&nudged).iter().all(|difference| difference.starts_with("sentence"))
}

fn nudge(state: &mut State) {
    let params = state.contenders.iter_mut().map(|contender| &mut contender.params).chain([&mut state.knobs]);
    for params in params {
        for param in params.specs().iter().filter(|param| matches!(param.scale, Scale::Linear | Scale::Log)) {
            // A number at the end of its domain stays.
            let _ = params.set(param.name, params.get(param.name) * (1.0 + NUDGE));
        }
    }
    let mut points = state.points();
    for point in &mut points {
        (point.x, point.y) = (point.x * (1.0 + NUDGE), point.y * (1.0 - NUDGE));
    }
    state.set_points(&points);
}

/// The state after a person has played with everything that there is.
fn turned(mut state: State, rng: &mut ChaCha8Rng) -> State {
    let stage = state.stage;
    let fitting: Vec<_> = losses::all().filter(|loss| stage.fits(loss.spec())).collect();
    if rng.random_bool(0.5) {
        let rivals = rng.random_range(0..stage.spec().contenders);
        state.contenders.truncate(1);
        for _ in 0..rivals {
            state.contenders.push(Contender::new(*fitting.choose(rng).expect("the main loss fits")));
        }
    }
    for contender in &mut state.contenders {
        turn(&mut contender.params, rng);
    }
    turn(&mut state.knobs, rng);
    if state.knobs.has("budget") && stage.spec().trains {
        let _ = state.set("budget", &STEPS.to_string());
    }
    state.steps = 0;
    state.seed = rng.random_range(1..1000);
    for _ in 0..rng.random_range(0..3) {
        state = touched(&state, rng);
    }
    if stage.spec().trains && state.is_own("steps") {
        state.steps = rng.random_range(0..=STEPS);
    }
    let screen = Screen::open(state.clone(), None);
    if rng.random_bool(0.3) {
        state.sweep = screen.sweepable().choose(rng).map(|param| param.name.to_owned());
        state.readout = screen.scene().readouts().choose(rng).map(|readout| readout.id.to_owned());
    }
    let names: Vec<&str> = state.knobs.specs().iter().map(|knob| knob.name).collect();
    if rng.random_bool(0.1) {
        state.hide.extend(names.choose(rng).map(|&name| name.to_owned()));
    }
    if rng.random_bool(0.1) {
        state.lock.extend(names.choose(rng).map(|&name| name.to_owned()));
    }
    state
}

/// Turns some of the controls.
fn turn(params: &mut Params, rng: &mut ChaCha8Rng) {
    for param in params.specs() {
        let value = value(param, rng);
        if rng.random_bool(0.4) {
            // What the slider has and the formula forbids stays as it was.
            let _ = params.set(param.name, value);
        }
    }
}

/// A value on the slider, with three digits.
fn value(param: &Param, rng: &mut ChaCha8Rng) -> f64 {
    let (low, high) = param.range;
    let short = |value: f64| format!("{value:.2e}").parse().expect("it was a number");
    match param.scale {
        Scale::Linear => short(rng.random_range(low..high)),
        Scale::Log => short(rng.random_range(low.ln()..high.ln()).exp()),
        Scale::Integer => rng.random_range(low..=high.min(low + MORE)).floor(),
        Scale::Numbers(options) => options.choose(rng).expect("a choice has options").0,
        Scale::Names(options) => rng.random_range(0..options.len()) as f64,
    }
}

/// The state after a handle was dragged or selected, or a button pushed.
fn touched(state: &State, rng: &mut ChaCha8Rng) -> State {
    let screen = Screen::open(state.clone(), None);
    let scene = screen.scene();
    if let (true, Some(action)) = (rng.random_bool(0.2), state.stage.spec().actions.choose(rng)) {
        return screen.act(action.id);
    }
    let figures: Vec<_> =
        screen.figures().iter().map(|info| (info.id, screen.figure(info.id, &[]))).collect();
    let handles =
        figures.iter().flat_map(|(id, figure)| figure.handles.iter().map(move |handle| (id, figure, handle)));
    let handles: Vec<_> = handles.collect();
    let Some((id, figure, handle)) = handles.choose(rng) else { return state.clone() };
    if rng.random_bool(0.2) {
        return scene.select(id, &handle.id);
    }
    let mut along = |(low, high): (f64, f64)| rng.random_range(low..high);
    screen.place(id, &handle.id, (along(figure.x.range), along(figure.y.range)))
}
