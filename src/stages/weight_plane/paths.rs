//! The way of one optimiser.

use super::subject::{Place, Subject};
use crate::optimizer::{self, Method};

/// Where an optimiser has been, from the start on.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Path {
    /// Its places.
    pub places: Vec<Place>,
    /// The loss at each.
    pub losses: Vec<f64>,
    /// Whether the next step would leave the finite numbers.
    pub is_lost: bool,
}

impl Path {
    /// The way from `start` over at most `steps` steps; empty if the loss cannot be computed.
    pub(super) fn new(subject: &Subject, method: Method, start: Place, steps: usize) -> Self {
        let mut path = Self::default();
        let Some(mut ground) = subject.ground() else { return path };
        let (mut place, mut state) = (start, optimizer::State::new(2));
        loop {
            let (loss, gradient) = ground.at(place);
            // The start is shown whatever it costs.
            path.is_lost = !(loss.is_finite() && place.iter().all(|c| c.is_finite()));
            if path.is_lost && !path.places.is_empty() {
                return path;
            }
            path.places.push(place);
            path.losses.push(loss);
            if path.is_lost || path.places.len() > steps {
                return path;
            }
            method.step(&mut state, &mut place, gradient, &mut ground);
        }
    }

    /// Where it is.
    pub(super) fn end(&self) -> Option<Place> {
        self.places.last().copied()
    }

    /// How far it has gone, along its way.
    pub(super) fn length(&self) -> f64 {
        self.places.windows(2).map(|w| (w[1][0] - w[0][0]).hypot(w[1][1] - w[0][1])).sum()
    }
}
