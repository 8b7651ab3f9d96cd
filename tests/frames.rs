//! Turning a control does not freeze the page: every loss on each of its stages, as large as the stage goes, costs the main
//! thread little, whatever is left to the worker.
#![cfg(target_os = "linux")]

use std::fs;

use loss_explorer::kernel::Loss;
use loss_explorer::losses;
use loss_explorer::spec::{Domain, Params, Scale};
use loss_explorer::stages::{Quality, STAGES, Screen, Stage, State};

/// Milliseconds that one part of showing a scene may take in a build that is not optimised, about a fifth of that on the
/// page.
const PATIENCE: f64 = 1000.0;

/// Milliseconds that this thread has computed so far; what others do at the same time does not count.
fn computed_for() -> f64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").expect("Linux tells");
    let nanoseconds = text.split_whitespace().next().and_then(|number| number.parse::<f64>().ok());
    nanoseconds.expect("the first number is that time") / 1e6
}

/// Every whole number as great as it may be, but for the length of trainings.
fn grow(params: &mut Params) {
    for param in params.specs().iter().filter(|param| param.scale == Scale::Integer && param.name != "budget")
    {
        let most = if let Domain::Within(_, most) = param.domain { most } else { param.range.1 };
        params.set(param.name, most).expect("the end of a domain is allowed");
    }
}

fn largest(loss: &'static dyn Loss, stage: &'static dyn Stage, steps: usize) -> State {
    State::new(loss, stage).with(|state| {
        grow(&mut state.knobs);
        state.contenders.iter_mut().for_each(|contender| grow(&mut contender.params));
        state.steps = if stage.spec().trains { steps } else { 0 };
    })
}

/// What each part of showing a state costs: opening it, its numbers and words, and each of its figures as the page draws them
/// before a worker has done anything.
fn costs(state: State) -> Vec<(String, f64)> {
    let mut costs = Vec::new();
    let mut clock = computed_for();
    let mut lap = |what: &str| {
        let now = computed_for();
        costs.push((what.to_owned(), now - clock));
        clock = now;
    };
    let screen = Screen::open(state, None);
    lap("opening");
    assert!(!screen.readouts().is_empty());
    lap("the numbers");
    assert!(!screen.scene().sentence().is_empty());
    lap("the sentence");
    for info in screen.figures() {
        let values = screen.compute(info.id, Quality::Coarse);
        let _ = screen.figure(info.id, &values);
        lap(info.id);
    }
    costs
}

#[test]
fn no_scene_is_dear_as_large_as_it_goes() {
    let mut slow = Vec::new();
    for stage in STAGES {
        for loss in losses::all().filter(|loss| stage.fits(loss.spec())) {
            for steps in [0, 100] {
                for (what, cost) in costs(largest(loss, *stage, steps)) {
                    if cost > PATIENCE {
                        let (loss, stage) = (loss.spec().id, stage.spec().id);
                        slow.push(format!("{loss} on {stage} after {steps} steps: {what} {cost:.0} ms"));
                    }
                }
            }
        }
    }
    assert!(slow.is_empty(), "a slider freezes the page in {} places:\n{}", slow.len(), slow.join("\n"));
}
