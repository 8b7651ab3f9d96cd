//! Losses on a stage and the way that the points take under them.

use super::reading::Reading;
use super::training::{Moment, Motion, Term, Trajectory};
use crate::optimizer::Optimizer;
use crate::stages::planar::reading::Place;
use crate::stages::{Contender, State};

/// Some losses, mostly one, and the way that points take down their mean.
pub(in crate::stages) struct Run {
    /// What they are called beside the others.
    pub title: String,
    /// The losses.
    terms: Vec<Term>,
    /// Whatever the way depends on, as text.
    key: String,
    /// The way, or why there is none.
    trajectory: Result<Trajectory, String>,
    /// Steps taken, as far as the training went.
    steps: usize,
}

impl Run {
    /// The way from `places` on, before the first step. `key` is [`key`] of these losses.
    pub fn new(
        terms: Vec<Term>,
        places: &[Place],
        motion: Motion,
        optimizer: Option<Optimizer>,
        key: String,
    ) -> Self {
        let optimizer = optimizer.ok_or_else(|| "there is no such update rule".to_owned());
        let trajectory = optimizer.and_then(|optimizer| Trajectory::new(&terms, places, motion, optimizer));
        Self { title: String::new(), terms, key, trajectory, steps: 0 }
    }

    /// Whether it is the run of that key.
    pub fn is(&self, key: &str) -> bool {
        self.key == key
    }

    /// Goes to that step.
    pub fn go(&mut self, steps: usize) {
        if let Ok(trajectory) = &mut self.trajectory {
            trajectory.extend(&self.terms, steps);
            self.steps = steps;
        }
    }

    /// The losses.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// The first loss.
    pub fn contender(&self) -> &Contender {
        &self.terms[0].contender
    }

    /// How the first loss reads the points.
    pub fn reading(&self) -> &Reading {
        &self.terms[0].reading
    }

    /// The start and every step taken; nothing if a loss cannot be computed.
    pub fn moments(&self) -> &[Moment] {
        self.trajectory.as_ref().map_or(&[], |trajectory| trajectory.until(self.steps))
    }

    /// Where the points are now.
    pub fn now(&self) -> Option<&Moment> {
        self.moments().last()
    }

    /// Why there is nothing to see, or why the training stopped early.
    pub fn trouble(&self) -> Option<String> {
        match &self.trajectory {
            Err(reason) => Some(reason.clone()),
            Ok(_) if self.moments().len() <= self.steps => {
                let last = self.moments().len();
                Some(format!("step {last} leads out of the finite numbers, the training stops before it"))
            }
            Ok(_) => None,
        }
    }

    /// What is said about the loss now: its value, or why it has none.
    pub fn sentence(&self) -> String {
        match (self.now(), self.trouble()) {
            (Some(moment), None) => format!("{} is {:.4}", self.title, moment.loss),
            (Some(moment), Some(reason)) => format!("{} is {:.4}: {reason}", self.title, moment.loss),
            (None, reason) => format!("{} cannot be shown: {}", self.title, reason.unwrap_or_default()),
        }
    }
}

/// Whatever the way of the points under some losses depends on, as text; `looks` are the knobs that only change how
/// it is drawn.
pub(in crate::stages) fn key(state: &State, contenders: &[Contender], looks: &[&'static str]) -> String {
    let mut state = state.with(|state| {
        state.contenders = contenders.to_vec();
        (state.exhibit, state.sweep, state.readout) = (None, None, None);
        (state.steps, state.selected) = (0, 0);
        state.hide.clear();
        state.lock.clear();
    });
    for knob in looks {
        state.knobs.unset(knob);
    }
    state.write(&State::new(contenders[0].loss, state.stage), None)
}
