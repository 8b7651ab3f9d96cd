//! What the network is trained and tested on.

use std::rc::Rc;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use crate::stages::State;
use crate::stages::training::{Head, Lesson};
use crate::toys::blobs::{mislabelled, on_circle};
use crate::toys::plane::{Sample, scattered};

/// Samples of a blob, and the radius of the circle of their centres.
const EACH: usize = 40;
const RADIUS: f64 = 1.5;

/// Clusters of the grid, those that are learned, and their samples.
const CLUSTERS: usize = 8;
const KNOWN: usize = 5;
const CLUSTER: usize = 30;

/// From one cluster of the grid to the next.
const SPACING: f64 = 1.2;

/// Labelled samples from which a cluster that was not learned is met.
const SHOTS: usize = 5;

/// Test samples of each class.
const TESTED: usize = 250;

/// Where the parts of the data start to be drawn, so that none follows from another.
const TEST: u64 = 1 << 32;
const LABELS: u64 = 2 << 32;
const SHOWN: u64 = 3 << 32;

/// Training samples with their labels, and what is asked afterwards.
pub struct Data {
    /// The network and what it learns from.
    pub(super) lesson: Rc<Lesson>,
    /// The training samples with the class that they come from.
    pub samples: Vec<Sample>,
    /// The label that each is trained with.
    pub labels: Vec<usize>,
    /// Clean samples to test on; of all clusters, the classes that were not learned last.
    pub test: Vec<Sample>,
    /// A few samples of each class that was not learned.
    pub shots: Vec<Sample>,
    /// Number of classes that are learned.
    pub classes: usize,
}

impl Data {
    pub(super) fn new(state: &State) -> Self {
        let (spread, seed) = (state.knobs.get("spread"), state.seed);
        let is_grid = state.knobs.named("data") == "grid";
        let classes = if is_grid { KNOWN } else { state.knobs.whole("classes") };
        let centres = centres(seed);
        let of = |each: usize, classes: std::ops::Range<usize>, seed: u64| {
            let samples =
                classes.flat_map(|class| std::iter::repeat_n(Sample { at: centres[class], class }, each));
            scattered(samples.collect(), spread, seed)
        };
        let blobs = |each: usize, seed: u64| on_circle(&vec![each; classes], RADIUS, spread, seed);
        let (samples, test, shots, noise) = if is_grid {
            let shots = of(SHOTS, KNOWN..CLUSTERS, seed + SHOWN);
            (of(CLUSTER, 0..KNOWN, seed), of(TESTED, 0..CLUSTERS, seed + TEST), shots, 0.0)
        } else {
            (blobs(EACH, seed), blobs(TESTED, seed + TEST), Vec::new(), state.knobs.get("noise"))
        };
        let labels = mislabelled(&samples, classes, noise, seed + LABELS);
        let layers = [24, 24, state.knobs.whole("dimensions")];
        let lesson = Lesson::of_labels(Head::Embedding, &layers, &samples, &labels, classes, state);
        Self { lesson: Rc::new(lesson), samples, labels, test, shots, classes }
    }

    /// Whether there are classes that are met only after the training.
    pub fn has_new(&self) -> bool {
        !self.shots.is_empty()
    }

    /// Whether the label of a sample is not the class that it comes from.
    pub fn is_wrong(&self, sample: usize) -> bool {
        self.labels[sample] != self.samples[sample].class
    }
}

/// The places of a 3×3 grid in an order drawn by lot: the first are learned, the next met later, the last stays empty.
fn centres(seed: u64) -> Vec<[f64; 2]> {
    let place = |cell: usize| [SPACING * ((cell % 3) as f64 - 1.0), SPACING * ((cell / 3) as f64 - 1.0)];
    let mut places: Vec<[f64; 2]> = (0..9).map(place).collect();
    places.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    places
}
