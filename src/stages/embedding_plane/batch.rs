//! The points of a state as the stage sees them: samples, then the prototypes if a loss has such.

use std::f64::consts::{FRAC_PI_2, TAU};

use super::MOST_SAMPLES;
use super::layout::Layout;
use crate::stages::planar::measures::units;
use crate::stages::planar::reading::Place;
use crate::stages::planar::training::Motion;
use crate::stages::{Point, State};
use crate::toys::plane::{self, Sample};

/// Among the points of a state, class 32 + c marks a prototype of class c, or prototype c if it is of no class.
pub(super) const PROTOTYPE: usize = 32;

/// Classes that relabelling goes through.
const MOST_CLASSES: usize = 8;

/// How far apart the prototypes of a class stand at the start, in radians.
const BETWEEN_PROTOTYPES: f64 = 0.5;

/// Samples, followed by the prototypes: those of class 0, 1, …, or some that belong to no class.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Batch {
    /// Where they start.
    pub places: Vec<Place>,
    /// Class of each; of a prototype without class its number.
    pub classes: Vec<usize>,
    /// How many are samples.
    pub samples: usize,
    /// Samples of the state that are too many.
    pub left_out: usize,
    /// Prototypes of each class; 0 if they belong to none.
    per_class: usize,
}

impl Batch {
    /// The points that a person has set, or the toy data. Prototypes that are not set stand around the mean direction
    /// of their class, or evenly around the circle.
    pub(super) fn new(state: &State, motion: Motion) -> Self {
        let given = state.points.clone().unwrap_or_default();
        let (stars, mut samples): (Vec<Point>, Vec<Point>) =
            given.into_iter().partition(|p| p.class >= PROTOTYPE);
        if samples.is_empty() {
            samples = toy(state);
        }
        let left_out = samples.len().saturating_sub(MOST_SAMPLES);
        samples.truncate(MOST_SAMPLES);

        let with_stars = state.contenders.iter().filter(|c| Layout::has_prototypes(c.loss.spec()));
        let of_classes = with_stars.clone().filter(|c| Layout::has_classes(c.loss.spec()));
        let mut batch = Self {
            places: samples.iter().map(|p| motion.hold([p.x, p.y])).collect(),
            classes: samples.iter().map(|p| p.class).collect(),
            samples: samples.len(),
            left_out,
            per_class: of_classes.map(Layout::per_class).max().unwrap_or(0),
        };
        if with_stars.count() > 0 {
            let kinds = match batch.per_class {
                0 => state.knobs.whole("prototypes"),
                _ => samples
                    .iter()
                    .map(|p| p.class)
                    .chain(stars.iter().map(|p| p.class - PROTOTYPE))
                    .max()
                    .map_or(1, |last| last + 1),
            };
            for class in 0..kinds {
                let mut own = stars.iter().filter(|p| p.class == PROTOTYPE + class);
                for rank in 0..batch.per_class.max(1) {
                    let place = own.next().map_or_else(|| batch.start(class, rank, kinds), |p| [p.x, p.y]);
                    batch.places.push(motion.hold(place));
                    batch.classes.push(class);
                }
            }
        }
        batch
    }

    /// Where a prototype stands that nobody has placed.
    fn start(&self, class: usize, rank: usize, kinds: usize) -> Place {
        let angle = if self.per_class == 0 {
            FRAC_PI_2 + TAU * class as f64 / kinds as f64
        } else {
            let aside = rank as f64 - 0.5 * (self.per_class - 1) as f64;
            self.direction_of(class) + BETWEEN_PROTOTYPES * aside
        };
        [angle.cos(), angle.sin()]
    }

    /// The mean direction of a class as an angle; a class without samples or direction gets one of its own.
    fn direction_of(&self, class: usize) -> f64 {
        let own = units(&self.places[..self.samples]).into_iter().zip(&self.classes);
        let own = own.filter(|(_, c)| **c == class).map(|(unit, _)| unit);
        let [x, y] = own.fold([0.0, 0.0], |[x, y], [dx, dy]| [x + dx, y + dy]);
        // The golden angle keeps any number of classes apart.
        if x.hypot(y) > 1e-9 { y.atan2(x) } else { 2.399_963_229_728_653 * class as f64 }
    }

    /// The prototypes.
    pub(super) fn stars(&self) -> std::ops::Range<usize> {
        self.samples..self.places.len()
    }

    /// Which of the prototypes of its class a prototype is, from 0.
    pub(super) fn rank(&self, star: usize) -> usize {
        (star - self.samples) % self.per_class.max(1)
    }

    /// Whether prototypes belong to classes.
    pub(super) fn has_classed_stars(&self) -> bool {
        self.per_class > 0
    }

    /// Number of classes that occur, counted up to the greatest.
    pub(super) fn class_count(&self) -> usize {
        let classed = if self.has_classed_stars() { self.classes.len() } else { self.samples };
        self.classes[..classed].iter().max().map_or(0, |c| c + 1)
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
            return format!("point-{}", i + 1);
        }
        match self.rank(i) {
            0 => format!("prototype-{}", self.classes[i] + 1),
            rank => format!("prototype-{}-{}", self.classes[i] + 1, rank + 1),
        }
    }

    /// What a point is called by people.
    pub(super) fn name(&self, i: usize) -> String {
        let class = class_name(self.classes[i]);
        if i < self.samples {
            format!("point {}, class {class}", i + 1)
        } else if !self.has_classed_stars() {
            format!("prototype {}", self.classes[i] + 1)
        } else if self.per_class == 1 {
            format!("prototype of class {class}")
        } else {
            format!("prototype {} of class {class}", self.rank(i) + 1)
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
