//! Whatever can be turned does something that a person can see: every parameter of every loss on every stage that
//! shows it, and every knob of every stage.

use std::collections::HashSet;

use loss_explorer::losses;
use loss_explorer::spec::{Param, Scale};
use loss_explorer::stages::{Quality, STAGES, Screen, Stage, State};

/// The stage of every loss that has no other: a batch of toy data, where not every parameter acts.
const FALLBACK: &str = "arrays";

/// Whether a loss is at home on a stage: it fits, and the stage is not there for want of another.
fn is_at_home(loss: &dyn loss_explorer::kernel::Loss, stage: &dyn Stage) -> bool {
    let others = || STAGES.iter().filter(|other| other.spec().id != FALLBACK);
    stage.fits(loss.spec()) && (stage.spec().id != FALLBACK || !others().any(|other| other.fits(loss.spec())))
}

/// Steps that every training takes before anything is turned.
const STEPS: usize = 3;

/// What is set on a stage beside that: little to compute.
const SCENES: &[(&str, &str)] = &[
    ("linear-classifier", "count=24"),
    ("outlier-line", "budget=20"),
    ("line-fit", "budget=20"),
    ("noisy-moons", "count=40"),
    ("regret-cloud", "problems=50"),
];

/// Where a parameter acts only in some regime: the scene is put into it. Loss, parameter, stage (`*` for any), settings.
const REGIMES: &[(&str, &str, &str, &str)] = &[
    // The pool is larger than the neighbourhood only where that is small.
    ("icnn", "pool", "*", "neighbours=1"),
    // A sample beyond 90°, and rivals that are not at 90°.
    ("arcface", "easy_margin", "cosine-batch", "points=-0.1,0,0"),
    ("curricularface", "t", "cosine-batch", "rivals=0.3"),
    ("adacos-dynamic", "previous_scale", "cosine-batch", "rivals=0.3"),
    ("sface", "b", "cosine-batch", "rivals=0.3"),
    // The network's embeddings are shorter than the least magnitude that counts.
    ("magface", "upper_margin", "hypersphere-train", "lower_magnitude=0.1"),
    // Beyond a margin of 1, where no sample is before training.
    ("tailed-hinge", "tail", "noisy-moons", "steps=40&lr=0.2"),
    ("ensloss", "tail", "noisy-moons", "steps=40&lr=0.2"),
];

/// The knob that acts only where a loss stands beside another.
const COMPARES: &str = "difference";

/// Where a knob acts only in some regime: stage, knob, settings.
const KNOB_REGIMES: &[(&str, &str, &str)] = &[
    // Weights of no length have no direction.
    ("linear-classifier", "tilt", "size=2"),
    // Losses are only together where there are several.
    ("episode-lab", "objective", "vs=proto-triplet"),
];

/// Values of a parameter besides the one it has: the ends of the slider, and some between.
fn values(param: &Param) -> Vec<f64> {
    match param.scale {
        Scale::Numbers(options) => options.iter().map(|&(value, _)| value).collect(),
        Scale::Names(options) => (0..options.len()).map(|i| i as f64).collect(),
        _ => {
            let (low, high) = param.range;
            let whole = |v: f64| if param.scale == Scale::Integer { v.round() } else { v };
            [0.0, 1.0, 0.5, 0.25].map(|part| whole(low + part * (high - low))).to_vec()
        }
    }
}

/// A state with settings made; a setting that the state does not know is a mistake of this test.
fn set(state: &State, settings: &str) -> State {
    let (state, notices) = State::read(settings, state);
    assert!(notices.is_empty(), "{settings}: {notices:?}");
    state
}

/// The state in which a parameter matters at all.
fn enabled(state: &State, param: &Param) -> State {
    match param.only_when {
        Some((choice, options)) => {
            set(state, &format!("{choice}={}", choice_text(state, choice, options[0])))
        }
        None => state.clone(),
    }
}

/// An option of a choice as a link has it.
fn choice_text(state: &State, choice: &str, option: &str) -> String {
    let params = state.contender().params.specs().iter().chain(state.knobs.specs());
    let spec = params.into_iter().find(|param| param.name == choice).expect("what decides is declared");
    match spec.scale {
        Scale::Numbers(options) => {
            let value = options.iter().find(|(_, name)| *name == option).expect("it is an option").0;
            spec.text(value)
        }
        _ => option.to_owned(),
    }
}

/// The live numbers on screen.
fn numbers(screen: &Screen) -> Vec<String> {
    screen.scene().readouts().iter().map(|r| format!("{} {:?}", r.id, r.value)).collect()
}

/// A figure without its words: those may say what was turned and show nothing.
fn drawn(screen: &Screen, figure: &'static str) -> String {
    let computed = screen.compute(figure, Quality::Coarse);
    let text = format!("{:?}", screen.figure(figure, &computed));
    text.split('"').step_by(2).collect()
}

fn is_felt(state: &State, turned: &State) -> bool {
    let (before, after) = (Screen::open(state.clone(), None), Screen::open(turned.clone(), None));
    let figures = before.scene().figures();
    numbers(&before) != numbers(&after)
        || figures.len() != after.scene().figures().len()
        || figures.iter().any(|figure| drawn(&before, figure.id) != drawn(&after, figure.id))
}

/// Whether some value of a parameter or knob changes what is seen.
fn some_value_is_felt(state: &State, param: &Param) -> bool {
    let now = if state.knobs.has(param.name) { &state.knobs } else { &state.contender().params };
    let now = now.get(param.name);
    values(param)
        .into_iter()
        .filter(|value| *value != now)
        .any(|value| is_felt(state, &set(state, &format!("{}={}", param.name, param.text(value)))))
}

/// The state after a hand has touched what can be moved first and has let it be where it is.
fn touched(state: &State) -> State {
    let screen = Screen::open(state.clone(), None);
    let figures = screen.figures().into_iter().map(|info| (info.id, screen.figure(info.id, &[])));
    let mut handles = figures.filter_map(|(id, figure)| Some((id, figure.handles.first()?.clone())));
    handles.next().map_or(state.clone(), |(id, handle)| screen.scene().place(id, &handle.id, handle.at))
}

/// Whether some value of a knob changes what a hand does.
fn some_value_is_felt_by_hand(state: &State, knob: &Param) -> bool {
    let turned = |value| set(state, &format!("{}={}", knob.name, knob.text(value)));
    values(knob).into_iter().any(|value| is_felt(&touched(state), &touched(&turned(value))))
}

/// Whether the loss itself has a value on screen.
fn is_shown(state: &State) -> bool {
    let readouts = Screen::open(state.clone(), None).scene().readouts();
    readouts.iter().any(|r| r.id == "loss" && r.value.is_finite())
}

/// A loss on a stage as it is looked at.
fn scene(loss: &'static dyn loss_explorer::kernel::Loss, stage: &'static dyn Stage) -> State {
    let state =
        State::new(loss, stage).with(|state| state.steps = if stage.spec().trains { STEPS } else { 0 });
    let own = SCENES.iter().filter(|(id, _)| *id == stage.spec().id);
    own.fold(state, |state, (_, settings)| set(&state, settings))
}

#[test]
fn every_loss_has_a_value_on_each_of_its_stages() {
    for stage in STAGES {
        for loss in losses::all().filter(|loss| stage.fits(loss.spec())) {
            let state = scene(loss, *stage);
            assert!(is_shown(&state), "{} has no value on {}", loss.spec().id, stage.spec().id);
        }
    }
}

#[test]
fn turning_any_parameter_changes_what_is_seen() {
    let (mut silent, mut felt) = (Vec::new(), HashSet::new());
    for stage in STAGES {
        for loss in losses::all().filter(|loss| is_at_home(*loss, *stage)) {
            for param in loss.spec().params.iter().filter(|param| stage.uses(param.name, loss.spec())) {
                let (loss_id, stage_id) = (loss.spec().id, stage.spec().id);
                let mut state = enabled(&scene(loss, *stage), param);
                for (_, _, _, settings) in REGIMES
                    .iter()
                    .filter(|(l, p, s, _)| *l == loss_id && *p == param.name && (*s == "*" || *s == stage_id))
                {
                    state = set(&state, settings);
                }
                if some_value_is_felt(&state, param) {
                    felt.insert((loss_id, param.name));
                } else {
                    silent.push((stage_id, loss_id, param.name));
                }
            }
        }
    }
    assert!(
        silent.is_empty(),
        "turning these (stage, loss, parameter) moves no number and no line on screen: {silent:#?}"
    );
    for loss in losses::all() {
        for param in loss.spec().params {
            let key = (loss.spec().id, param.name);
            assert!(felt.contains(&key), "no stage has a control for this parameter of this loss: {key:?}");
        }
    }
}

#[test]
fn turning_any_knob_changes_what_is_seen_under_some_loss() {
    let mut silent = Vec::new();
    for stage in STAGES {
        let fitting: Vec<_> = losses::all().filter(|loss| stage.fits(loss.spec())).collect();
        for knob in stage.spec().knobs {
            let stage_id = stage.spec().id;
            let mut using = fitting.iter().filter(|loss| stage.uses(knob.name, loss.spec())).peekable();
            // The fallback is there for losses to come as well.
            if stage_id == FALLBACK && using.peek().is_none() {
                continue;
            }
            let is_felt = using.any(|loss| {
                let mut state = enabled(&scene(*loss, *stage), knob);
                if knob.name == COMPARES {
                    state = set(&state, &format!("vs={}", loss.spec().id));
                }
                for (_, _, settings) in
                    KNOB_REGIMES.iter().filter(|(s, k, _)| *s == stage_id && *k == knob.name)
                {
                    state = set(&state, settings);
                }
                some_value_is_felt(&state, knob) || some_value_is_felt_by_hand(&state, knob)
            });
            if !is_felt {
                silent.push(format!("{} on {stage_id}", knob.name));
            }
        }
    }
    assert!(silent.is_empty(), "turning these moves no number and no line on screen:\n{}", silent.join("\n"));
}
