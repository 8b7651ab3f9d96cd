//! The points of a state as the stage sees them: samples, then the prototypes if a loss has such.

use std::f64::consts::{FRAC_PI_2, TAU};

use super::MOST_SAMPLES;
use crate::spec::Input;
use crate::stages::planar::drawing::class_name;
use crate::stages::planar::measures::units;
use crate::stages::planar::motion::Motion;
use crate::stages::planar::reading::{Place, Reading};
use crate::stages::vectors::Vectors;
use crate::stages::{Contender, Point, State};
use crate::toys::plane::{self, Sample};

/// Among the points of a state, class 32 + c marks a prototype of class c, or prototype c if it is of no class.
pub(super) const PROTOTYPE: usize = 32;

/// Classes that relabelling goes through.
const MOST_CLASSES: usize = 8;

/// How far apart the prototypes of a class stand at the start, in radians.
const BETWEEN_PROTOTYPES: f64 = 0.5;

/// What a loss on the stage reads.
pub(super) fn vectors(contender: &Contender) -> Vectors {
    Vectors::of(contender.loss.spec()).expect("a loss on the stage fits it")
}

/// How many prototypes a class has, the most that one of the losses asks for: 0 if they belong to no class, `None`
/// if no loss has any.
pub(super) fn prototypes(contenders: &[Contender]) -> Option<usize> {
    let of = |contender: &Contender| {
        let vectors = vectors(contender);
        vectors.prototypes?;
        Some(if vectors.labels.is_empty() { 0 } else { vectors.per_class(contender) })
    };
    contenders.iter().filter_map(of).max()
}

/// Which way the points go.
pub(super) fn motion(state: &State) -> Motion {
    if state.knobs.named("motion") == "circle" { Motion::Circle } else { Motion::Free }
}

/// Samples, followed by the prototypes: those of class 0, 1, …, or some that belong to no class.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Where they start.
    pub places: Vec<Place>,
    /// Class of each; of a prototype without class its number.
    pub classes: Vec<usize>,
    /// Which way they go.
    pub motion: Motion,
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
    pub(super) fn new(state: &State) -> Self {
        let given = state.points();
        let (stars, mut samples): (Vec<Point>, Vec<Point>) =
            given.into_iter().partition(|p| p.class >= PROTOTYPE);
        if samples.is_empty() {
            samples = toy(state);
        }
        let left_out = samples.len().saturating_sub(MOST_SAMPLES);
        samples.truncate(MOST_SAMPLES);

        let (motion, asked) = (motion(state), prototypes(&state.contenders));
        let mut batch = Self {
            places: samples.iter().map(|p| motion.hold([p.x, p.y])).collect(),
            classes: samples.iter().map(|p| p.class).collect(),
            samples: samples.len(),
            left_out,
            motion,
            per_class: asked.unwrap_or(0),
        };
        if asked.is_some() {
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

    /// The points as a loss reads them.
    pub(super) fn reading(&self, contender: &Contender, state: &State) -> Reading {
        let vectors = vectors(contender);
        let has_classes = !vectors.labels.is_empty();
        let per_class = if has_classes { vectors.per_class(contender) } else { usize::MAX };
        let in_pairs = is_in_pairs(&vectors, state);
        let turn = state.knobs.get("turn").to_radians();
        let rows = |input: &'static Input| {
            let view = vectors.samples.iter().position(|samples| samples.name == input.name);
            match (view, vectors.is_paired()) {
                (None, _) => (self.stars().filter(|&i| self.rank(i) < per_class).collect(), 0.0),
                // An odd last point has no partner.
                (Some(view), true) if in_pairs => {
                    ((0..self.samples / 2).map(|i| 2 * i + view).collect(), 0.0)
                }
                (Some(view), true) => ((0..self.samples).collect(), if view == 0 { turn } else { -turn }),
                (Some(_), false) => ((0..self.samples).collect(), 0.0),
            }
        };
        let classes = |_| self.sample_classes().iter().map(|&class| class as f64).collect();
        Reading::new(contender.loss.spec(), &rows, &classes)
    }

    /// The classes of the samples.
    pub(super) fn sample_classes(&self) -> &[usize] {
        &self.classes[..self.samples]
    }

    /// Puts a sample beside a point, where nothing else is, and answers which it is, unless there are enough.
    pub(super) fn add_beside(&mut self, i: usize) -> Option<usize> {
        let [x, y] = self.places[i];
        let (s, c) = f64::sin_cos(0.3);
        let new = self.samples;
        (new < MOST_SAMPLES).then(|| {
            self.places.insert(new, self.motion.hold([c * x - s * y, s * x + c * y]));
            self.classes.insert(new, self.classes[i]);
            self.samples += 1;
            new
        })
    }

    /// Takes a sample away and answers which is in its place, unless hardly any are left.
    pub(super) fn remove(&mut self, i: usize) -> Option<usize> {
        (i < self.samples && self.samples > 2).then(|| {
            self.places.remove(i);
            self.classes.remove(i);
            self.samples -= 1;
            i.min(self.samples - 1)
        })
    }

    /// Gives a sample the next class, any that occurs or one more, and answers which it is.
    pub(super) fn relabel(&mut self, i: usize) -> Option<usize> {
        (i < self.samples).then(|| {
            self.classes[i] = (self.classes[i] + 1) % (self.class_count() + 1).clamp(2, MOST_CLASSES);
            i
        })
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
}

/// Whether point 2i is the first view and point 2i + 1 the second, instead of every point seen twice.
pub(super) fn is_in_pairs(vectors: &Vectors, state: &State) -> bool {
    vectors.is_paired() && (vectors.has_targets() || state.knobs.named("views") == "pairs")
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
