//! What the classifier is trained and tested on.

use std::rc::Rc;

use ndarray::Array2;

use super::Classifier;
use crate::spec::Params;
use crate::stages::State;
use crate::stages::training::{Head, Lesson};
use crate::toys::blobs::{moons, on_circle};
use crate::toys::labelled::{Labelled, TEST};
use crate::toys::plane::Sample;

/// Samples of each class of the blobs.
const EACH: usize = 40;

/// Centres of the blobs stand on circles of these radii.
const RADIUS: f64 = 1.5;
const TAIL_RADIUS: f64 = 1.2;

/// Test samples, altogether, and of each class of the long tail.
const TESTED: usize = 1000;
const TESTED_EACH: usize = 300;

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

/// Samples with their labels, and the network that learns them.
pub struct Data {
    /// The network and what it learns from.
    pub(super) lesson: Rc<Lesson>,
    /// The samples.
    pub toy: Labelled,
}

impl Data {
    pub(super) fn new(classifier: &Classifier, state: &State) -> Self {
        let (knobs, seed) = (&state.knobs, state.seed);
        let [samples, test] = (classifier.draw)(knobs, [seed, seed + TEST]);
        let classes = 1 + test.iter().map(|sample| sample.class).max().unwrap_or(0);
        let share = |knob| if knobs.has(knob) { knobs.get(knob) } else { 0.0 };
        let is = |knob, option| knobs.has(knob) && knobs.named(knob) == option;
        let toy = Labelled::new([samples, test], classes, share("noise"), seed).with_poor(share("poor"));
        let hidden = if is("model", "linear") { &[] } else { classifier.hidden };
        let outputs = if classifier.head == Head::Score { 1 } else { classes };
        let mut lesson = Lesson::of_labels(classifier.head, &[hidden, &[outputs]].concat(), &toy, state);
        lesson.targets.features = is("features", "drawn").then(|| toy.features());
        lesson.targets.normalised = is("logits", "normalised");
        Self { lesson: Rc::new(lesson), toy }
    }

    /// Features of the samples that were drawn with them, if that was asked for.
    pub fn features(&self) -> Option<&Array2<f64>> {
        self.lesson.targets.features.as_ref()
    }
}
