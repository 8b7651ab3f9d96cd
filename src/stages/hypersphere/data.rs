//! What the network is trained and tested on.

use std::rc::Rc;

use crate::stages::State;
use crate::stages::training::{Head, Lesson};
use crate::toys::blobs::{on_circle, on_grid};
use crate::toys::labelled::{Labelled, TEST};
use crate::toys::plane::Sample;

/// Samples of a blob, and the radius of the circle of their centres.
const EACH: usize = 40;
const RADIUS: f64 = 1.5;

/// Clusters of the grid, those that are learned, and their samples.
const CLUSTERS: usize = 8;
const KNOWN: usize = 5;
const CLUSTER: usize = 30;

/// From one cluster of the grid to the next.
const SPACING: f64 = 1.2;

/// Test samples of each class.
const TESTED: usize = 250;

/// Labelled samples from which a cluster that was not learned is met.
const SHOTS: usize = 5;

/// Where they start to be drawn, so that they do not follow from other samples.
const SHOWN: u64 = 3 << 32;

/// Samples with their labels, the network that learns where they belong, and what is asked afterwards.
pub struct Data {
    /// The network and what it learns from.
    pub(super) lesson: Rc<Lesson>,
    /// The samples; of the grid, the test has the classes that were not learned last.
    pub toy: Labelled,
    /// A few samples of each class that was not learned.
    pub shots: Vec<Sample>,
}

impl Data {
    pub(super) fn new(state: &State) -> Self {
        let (knobs, seed) = (&state.knobs, state.seed);
        let spread = knobs.get("spread");
        let (toy, shots) = if knobs.named("data") == "grid" {
            let of = |each, classes, from| on_grid(each, classes, SPACING, spread, [seed, from]);
            let draws = [of(CLUSTER, 0..KNOWN, seed), of(TESTED, 0..CLUSTERS, seed + TEST)];
            (Labelled::new(draws, KNOWN, 0.0, seed), of(SHOTS, KNOWN..CLUSTERS, seed + SHOWN))
        } else {
            let classes = knobs.whole("classes");
            let of = |each, from| on_circle(&vec![each; classes], RADIUS, spread, from);
            let draws = [of(EACH, seed), of(TESTED, seed + TEST)];
            (Labelled::new(draws, classes, knobs.get("noise"), seed), Vec::new())
        };
        let layers = [24, 24, knobs.whole("dimensions")];
        let lesson = Lesson::of_labels(Head::Embedding, &layers, &toy, state);
        Self { lesson: Rc::new(lesson), toy, shots }
    }

    /// Whether there are classes that are met only after the training.
    pub fn has_new(&self) -> bool {
        !self.shots.is_empty()
    }
}
