//! What the classifier is trained and tested on.

use std::rc::Rc;

use ndarray::Array2;

use super::Classifier;
use crate::spec::Params;
use crate::stages::State;
use crate::stages::training::{Head, Lesson};
use crate::toys::blobs::{mislabelled, moons, normals, on_circle};
use crate::toys::plane::Sample;

/// Samples of each class of the blobs.
const EACH: usize = 40;

/// Centres of the blobs stand on circles of these radii.
const RADIUS: f64 = 1.5;
const TAIL_RADIUS: f64 = 1.2;

/// Test samples, altogether, and of each class of the long tail.
const TESTED: usize = 1000;
const TESTED_EACH: usize = 300;

/// Features that are drawn with a sample, and their standard deviation where the sample is poor.
const FEATURES: usize = 16;
const POOR: f64 = 0.3;

/// Where the parts of the data start to be drawn, so that none follows from another.
const TEST: u64 = 1 << 32;
const LABELS: u64 = 2 << 32;
const POORNESS: u64 = 3 << 32;
const VARIANCE: u64 = 4 << 32;

/// Samples to train on, and clean ones to test on, from two seeds.
pub(super) type Draw = fn(&Params, [u64; 2]) -> [Vec<Sample>; 2];

/// Four blobs, evenly around the origin.
pub(super) fn four_blobs(knobs: &Params, seeds: [u64; 2]) -> [Vec<Sample>; 2] {
    let blobs = |each: usize, seed| on_circle(&[each; 4], RADIUS, knobs.get("spread"), seed);
    [blobs(EACH, seeds[0]), blobs(TESTED / 4, seeds[1])]
}

/// Two half moons.
pub(super) fn two_moons(knobs: &Params, seeds: [u64; 2]) -> [Vec<Sample>; 2] {
    let moons = |count, seed| moons(count, knobs.get("spread"), seed);
    [moons(knobs.whole("count"), seeds[0]), moons(TESTED, seeds[1])]
}

/// Three blobs of sizes of their own; the test has as many samples of each.
pub(super) fn long_tail(knobs: &Params, seeds: [u64; 2]) -> [Vec<Sample>; 2] {
    let blobs = |counts: [usize; 3], seed| on_circle(&counts, TAIL_RADIUS, knobs.get("spread"), seed);
    let counts = ["frequent", "middle", "rare"].map(|name| knobs.whole(name));
    [blobs(counts, seeds[0]), blobs([TESTED_EACH; 3], seeds[1])]
}

/// Training samples with their labels, and test samples.
pub struct Data {
    /// The network and what it learns from.
    pub(in crate::stages) lesson: Rc<Lesson>,
    /// The training samples with the class that they come from.
    pub samples: Vec<Sample>,
    /// The label that each is trained with.
    pub labels: Vec<usize>,
    /// Which samples are poor: of little variance in their features, with a random label.
    pub poor: Vec<bool>,
    /// Clean samples to test on.
    pub test: Vec<Sample>,
    /// Number of classes.
    pub classes: usize,
}

impl Data {
    pub(super) fn new(classifier: &Classifier, state: &State) -> Self {
        let (knobs, seed) = (&state.knobs, state.seed);
        let [samples, test] = (classifier.draw)(knobs, [seed, seed + TEST]);
        let classes = 1 + test.iter().map(|sample| sample.class).max().unwrap_or(0);
        let share = |knob| if knobs.has(knob) { knobs.get(knob) } else { 0.0 };
        let poor = chosen(samples.len(), share("poor"), seed + VARIANCE);
        let mut labels = mislabelled(&samples, classes, share("noise"), seed + LABELS);
        // A poor sample's label is any of the classes, its own among them.
        let others = mislabelled(&samples, classes, 1.0 - 1.0 / classes as f64, seed + POORNESS);
        for i in (0..labels.len()).filter(|&i| poor[i]) {
            labels[i] = others[i];
        }
        let mut features = None;
        if knobs.has("features") && knobs.named("features") == "drawn" {
            let draws = normals(FEATURES * samples.len(), seed + VARIANCE + 1);
            let mut drawn = Array2::from_shape_vec((samples.len(), FEATURES), draws).expect("a row a sample");
            drawn.rows_mut().into_iter().zip(&poor).filter(|(_, p)| **p).for_each(|(mut row, _)| row *= POOR);
            features = Some(drawn);
        }
        let is_linear = knobs.has("model") && knobs.named("model") == "linear";
        let hidden = if is_linear { &[] } else { classifier.hidden };
        let outputs = if classifier.head == Head::Score { 1 } else { classes };
        let layers = [hidden, &[outputs]].concat();
        let mut lesson = Lesson::of_labels(classifier.head, &layers, &samples, &labels, classes, state);
        lesson.targets.features = features;
        lesson.targets.normalised = knobs.has("logits") && knobs.named("logits") == "normalised";
        Self { lesson: Rc::new(lesson), samples, labels, poor, test, classes }
    }

    /// Whether the label of a sample is not the class that it comes from.
    pub fn is_wrong(&self, sample: usize) -> bool {
        self.labels[sample] != self.samples[sample].class
    }

    /// Features of the samples that were drawn with them, if that was asked for.
    pub fn features(&self) -> Option<&Array2<f64>> {
        self.lesson.targets.features.as_ref()
    }
}

/// Which of some samples are chosen, each with probability `share`.
fn chosen(samples: usize, share: f64, seed: u64) -> Vec<bool> {
    let first = vec![Sample { at: [0.0; 2], class: 0 }; samples];
    mislabelled(&first, 2, share, seed).into_iter().map(|class| class == 1).collect()
}
