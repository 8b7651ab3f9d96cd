//! The points of a state as the stage sees them: samples, then one prototype a class if the loss has such.

use super::MOST_SAMPLES;
use super::measures::units;
use super::reading::{Place, Reading};
use super::training::Motion;
use crate::stages::{Point, State};
use crate::toys::plane::{self, Sample};

/// Among the points of a state, class 32 + c marks the prototype of class c.
pub(super) const PROTOTYPE: usize = 32;

/// Classes that relabelling goes through.
const MOST_CLASSES: usize = 8;

/// Samples, followed by the prototypes of classes 0, 1, ….
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Batch {
    /// Where they start.
    pub places: Vec<Place>,
    /// Class of each.
    pub classes: Vec<usize>,
    /// How many are samples.
    pub samples: usize,
    /// Samples of the state that are too many.
    pub left_out: usize,
}

impl Batch {
    /// The points that a person has set, or the toy data; prototypes that are not set stand at the mean direction of
    /// their class.
    pub(super) fn new(state: &State, motion: Motion) -> Self {
        let given = state.points.clone().unwrap_or_default();
        let (stars, mut samples): (Vec<Point>, Vec<Point>) =
            given.into_iter().partition(|p| p.class >= PROTOTYPE);
        if samples.is_empty() {
            samples = toy(state);
        }
        let left_out = samples.len().saturating_sub(MOST_SAMPLES);
        samples.truncate(MOST_SAMPLES);

        let mut batch = Self {
            places: samples.iter().map(|p| motion.hold([p.x, p.y])).collect(),
            classes: samples.iter().map(|p| p.class).collect(),
            samples: samples.len(),
            left_out,
        };
        if state.contenders.iter().any(|c| Reading::has_prototypes(c.loss.spec())) {
            let last = samples.iter().map(|p| p.class).chain(stars.iter().map(|p| p.class - PROTOTYPE)).max();
            for class in 0..=last.unwrap_or(0) {
                let star = stars.iter().rev().find(|p| p.class == PROTOTYPE + class);
                let place = star.map_or_else(|| batch.direction_of(class), |p| [p.x, p.y]);
                batch.places.push(motion.hold(place));
                batch.classes.push(class);
            }
        }
        batch
    }

    /// The mean direction of a class; a class without samples or direction gets one of its own.
    fn direction_of(&self, class: usize) -> Place {
        let own = units(&self.places[..self.samples]).into_iter().zip(&self.classes);
        let own = own.filter(|(_, c)| **c == class).map(|(unit, _)| unit);
        let [x, y] = own.fold([0.0, 0.0], |[x, y], [dx, dy]| [x + dx, y + dy]);
        let length = x.hypot(y);
        if length > 1e-9 {
            [x / length, y / length]
        } else {
            // The golden angle keeps any number of classes apart.
            let angle = 2.399_963_229_728_653 * class as f64;
            [angle.cos(), angle.sin()]
        }
    }

    /// Number of prototypes.
    pub(super) fn stars(&self) -> usize {
        self.places.len() - self.samples
    }

    /// Number of classes that occur, counted up to the greatest.
    pub(super) fn class_count(&self) -> usize {
        self.classes.iter().max().map_or(0, |c| c + 1)
    }

    /// The class that comes after `class` when a point is relabelled: any that occurs, then one more.
    pub(super) fn next_class(&self, class: usize) -> usize {
        (class + 1) % (self.class_count() + 1).clamp(2, MOST_CLASSES)
    }

    /// The points of a state with everything at `places`.
    pub(super) fn points(&self, places: &[Place]) -> Vec<Point> {
        let class = |i: usize| if i < self.samples { self.classes[i] } else { PROTOTYPE + self.classes[i] };
        places.iter().enumerate().map(|(i, &[x, y])| Point { x, y, class: class(i) }).collect()
    }

    /// The name of a handle.
    pub(super) fn handle(&self, i: usize) -> String {
        if i < self.samples {
            format!("point-{}", i + 1)
        } else {
            format!("prototype-{}", self.classes[i] + 1)
        }
    }

    /// What a point is called by people.
    pub(super) fn name(&self, i: usize) -> String {
        let class = class_name(self.classes[i]);
        if i < self.samples {
            format!("point {}, class {class}", i + 1)
        } else {
            format!("prototype of class {class}")
        }
    }

    /// The point with that handle.
    pub(super) fn find(&self, handle: &str) -> Option<usize> {
        (0..self.places.len()).find(|&i| self.handle(i) == handle)
    }
}

/// `A`, `B`, …
pub(super) fn class_name(class: usize) -> String {
    match u8::try_from(class) {
        Ok(class) if class < 26 => char::from(b'A' + class).to_string(),
        _ => (class + 1).to_string(),
    }
}

fn toy(state: &State) -> Vec<Point> {
    let count = state.knobs.whole("count");
    let samples = match state.knobs.named("layout") {
        "clump" => plane::clump(count),
        "ring" => plane::ring(count),
        "arcs" => plane::arcs(count),
        "fan" => plane::fan(count),
        _ => plane::clusters(count),
    };
    let point = |Sample { at: [x, y], class }| Point { x, y, class };
    plane::scattered(samples, state.knobs.get("noise"), state.seed).into_iter().map(point).collect()
}
