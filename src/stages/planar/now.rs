//! Points as a training has left them.

use super::landscape::{Landscape, Moving};
use super::motion::Motion;
use super::reading::{Place, Reading};
use crate::stages::engine::{Run, Scenario, Shot};
use crate::stages::{Contender, Point, State};

/// Where the points of a training are, and what pushes them.
pub struct Now {
    /// Where they are; where they start if there is no training.
    pub places: Vec<Place>,
    /// The part of the gradient by each point that can move it; nothing if there is no training.
    pub gradient: Vec<Place>,
    /// How each loss of the training reads them.
    pub readings: Vec<Reading>,
}

impl Now {
    /// The points of a training that starts at some places.
    pub fn new(run: &Run, start: &[Place], motion: Motion, reading: impl Fn(&Contender) -> Reading) -> Self {
        let readings = run.terms().iter().map(|term| reading(&term.contender)).collect();
        let Some(course) = run.course() else {
            return Self { places: start.to_vec(), gradient: Vec::new(), readings };
        };
        let places = motion.places(&course.variables);
        Self { gradient: motion.gradient(&places, &course.slopes), places, readings }
    }

    /// The loss of the training as some points move.
    pub fn landscape<'a>(&'a self, run: &'a Run, moving: Vec<Moving>, reach: f64) -> Landscape<'a> {
        Landscape { terms: run.terms(), readings: &self.readings, places: &self.places, moving, reach }
    }
}

/// The state that a landscape of the training at a place depends on, with these points and knobs.
pub(in crate::stages) fn basis<S: Scenario>(
    shot: &Shot<S>,
    place: usize,
    points: &[Point],
    knobs: &[&str],
) -> State {
    shot.only(place, knobs).with(|state| state.set_points(points))
}
