//! What the classifier is trained and tested on.

use ndarray::Array2;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::Task;
use crate::network::Network;
use crate::optimizer::Optimizer;
use crate::stages::training::{Lesson, Targets};
use crate::stages::{Contender, State};
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

/// Training samples with their labels, and test samples.
#[derive(Clone, Debug)]
pub(super) struct Data {
    task: Task,
    /// The training samples with the class that they come from.
    pub samples: Vec<Sample>,
    /// The label that each is trained with.
    pub labels: Vec<usize>,
    /// Which samples are poor: of little variance in their features, with a random label.
    pub poor: Vec<bool>,
    /// Features drawn with the samples.
    pub features: Option<Array2<f64>>,
    /// Clean samples to test on.
    pub test: Vec<Sample>,
    /// Number of classes.
    pub classes: usize,
}

impl Data {
    pub(super) fn new(task: Task, state: &State) -> Self {
        let (knobs, seed) = (&state.knobs, state.seed);
        let spread = knobs.get("spread");
        let (samples, test, classes) = match task {
            Task::Blobs => {
                let test = on_circle(&[TESTED / 4; 4], RADIUS, spread, seed + TEST);
                (on_circle(&[EACH; 4], RADIUS, spread, seed), test, 4)
            }
            Task::Moons => (moons(knobs.whole("count"), spread, seed), moons(TESTED, spread, seed + TEST), 2),
            Task::LongTail => {
                let counts = ["frequent", "middle", "rare"].map(|name| knobs.whole(name));
                let test = on_circle(&[TESTED_EACH; 3], TAIL_RADIUS, spread, seed + TEST);
                (on_circle(&counts, TAIL_RADIUS, spread, seed), test, 3)
            }
        };
        let wrong = if knobs.has("noise") { knobs.get("noise") } else { 0.0 };
        let mut labels = mislabelled(&samples, classes, wrong, seed + LABELS);
        let mut poor = vec![false; samples.len()];
        let mut features = None;
        if task == Task::Blobs {
            // A poor sample's label is any of the classes, its own among them.
            let share = knobs.get("poor");
            let others = mislabelled(&samples, classes, 1.0 - 1.0 / classes as f64, seed + POORNESS);
            poor = mislabelled(
                &vec![Sample { at: [0.0; 2], class: 0 }; samples.len()],
                2,
                share,
                seed + VARIANCE,
            )
            .into_iter()
            .map(|is_poor| is_poor == 1)
            .collect();
            for (label, (other, _)) in
                labels.iter_mut().zip(others.iter().zip(&poor)).filter(|(_, (_, p))| **p)
            {
                *label = *other;
            }
            let draws = normals(FEATURES * samples.len(), seed + VARIANCE + 1);
            let mut drawn = Array2::from_shape_vec((samples.len(), FEATURES), draws).expect("a row a sample");
            drawn.rows_mut().into_iter().zip(&poor).filter(|(_, p)| **p).for_each(|(mut row, _)| row *= POOR);
            features = Some(drawn).filter(|_| knobs.named("features") == "drawn");
        }
        Self { task, samples, labels, poor, features, test, classes }
    }

    /// The training under a loss.
    pub(super) fn lesson(&self, contender: &Contender, state: &State) -> Lesson {
        let knobs = &state.knobs;
        let outputs = if self.task == Task::Moons { 1 } else { self.classes };
        let is_linear = !knobs.has("model") || knobs.named("model") == "linear";
        let hidden: &[usize] = match self.task {
            _ if is_linear => &[],
            Task::Moons => &[32, 32],
            Task::Blobs | Task::LongTail => &[24, 24],
        };
        let network = Network::new(&[&[2], hidden, &[outputs]].concat());
        let count = |class: usize| self.labels.iter().filter(|label| **label == class).count().max(1);
        Lesson {
            contender: contender.clone(),
            start: network.start(&mut ChaCha8Rng::seed_from_u64(state.seed)),
            network,
            inputs: places(&self.samples),
            targets: Targets {
                values: self.labels.iter().map(|&label| label as f64).collect(),
                counts: (0..self.classes).map(count).collect(),
                features: self.features.clone(),
                normalised: knobs.has("logits") && knobs.named("logits") == "normalised",
                seed: state.seed,
            },
            optimizer: Optimizer::chosen(knobs).expect("every option of the knob is a rule"),
            batch: knobs.has("batch").then(|| knobs.whole("batch")),
        }
    }
}

/// The samples as rows.
pub(super) fn places(samples: &[Sample]) -> Array2<f64> {
    let flat = samples.iter().flat_map(|sample| sample.at).collect();
    Array2::from_shape_vec((samples.len(), 2), flat).expect("two coordinates a sample")
}

/// What outputs answer: the class with the greatest, or of a single output the second class where it is positive.
pub(super) fn answers(outputs: &Array2<f64>) -> Vec<usize> {
    let answer = |row: ndarray::ArrayView1<'_, f64>| match row.len() {
        1 => usize::from(row[0] > 0.0),
        _ => (1..row.len()).fold(0, |best, class| if row[class] > row[best] { class } else { best }),
    };
    outputs.rows().into_iter().map(answer).collect()
}

/// The share of answers that are right; NaN if nothing was asked.
pub(super) fn accuracy(answers: &[usize], right: impl Iterator<Item = usize>) -> f64 {
    let hits = answers.iter().zip(right).filter(|(answer, class)| *answer == class).count();
    hits as f64 / answers.len() as f64
}
