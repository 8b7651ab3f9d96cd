//! What the network is trained and tested on.

use ndarray::Array2;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use crate::network::Network;
use crate::optimizer::Optimizer;
use crate::stages::training::{Lesson, Targets, units};
use crate::stages::{Contender, State};
use crate::toys::blobs::{mislabelled, normals, on_circle};
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
const STARS: u64 = 4 << 32;

/// Training samples with their labels, and what is asked afterwards.
#[derive(Clone, Debug)]
pub(super) struct Data {
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
        if state.knobs.named("data") == "grid" {
            let of = |each: usize, classes: std::ops::Range<usize>, seed: u64| {
                let centres = centres(state.seed);
                let samples =
                    classes.flat_map(|class| std::iter::repeat_n(Sample { at: centres[class], class }, each));
                scattered(samples.collect(), spread, seed)
            };
            let samples = of(CLUSTER, 0..KNOWN, seed);
            return Self {
                labels: samples.iter().map(|sample| sample.class).collect(),
                samples,
                test: of(TESTED, 0..CLUSTERS, seed + TEST),
                shots: of(SHOTS, KNOWN..CLUSTERS, seed + SHOWN),
                classes: KNOWN,
            };
        }
        let classes = state.knobs.whole("classes");
        let samples = on_circle(&vec![EACH; classes], RADIUS, spread, seed);
        Self {
            labels: mislabelled(&samples, classes, state.knobs.get("noise"), seed + LABELS),
            samples,
            test: on_circle(&vec![TESTED; classes], RADIUS, spread, seed + TEST),
            shots: Vec::new(),
            classes,
        }
    }

    /// The training under a loss.
    pub(super) fn lesson(&self, contender: &Contender, state: &State) -> Lesson {
        let dimensions = state.knobs.whole("dimensions");
        let network = Network::new(&[2, 24, 24, dimensions]);
        let mut start = network.start(&mut ChaCha8Rng::seed_from_u64(state.seed));
        let stars = self.classes * per_class(contender);
        let draws = normals(stars * dimensions, state.seed + STARS);
        let stars = Array2::from_shape_vec((stars, dimensions), draws).expect("a row a prototype");
        start.extend(units(&stars).0);
        Lesson {
            contender: contender.clone(),
            network,
            inputs: places(&self.samples),
            targets: Targets {
                values: self.labels.iter().map(|&label| label as f64).collect(),
                seed: state.seed,
                ..Targets::default()
            },
            start,
            optimizer: Optimizer::chosen(&state.knobs).expect("every option of the knob is a rule"),
            batch: Some(state.knobs.whole("batch")),
        }
    }
}

/// How many prototypes a class has: a factor of their number that is a parameter, known by its symbol, or one.
pub(super) fn per_class(contender: &Contender) -> usize {
    let spec = contender.loss.spec();
    let shapes = spec.inputs.iter().flat_map(|input| input.shape).flat_map(|dimension| dimension.split('·'));
    let mut chosen = shapes.filter_map(|factor| spec.params.iter().find(|p| p.symbol == factor));
    chosen.next().map_or(1, |param| contender.params.whole(param.name).max(1))
}

/// The places of a 3×3 grid in an order drawn by lot: the first are learned, the next met later, the last stays empty.
fn centres(seed: u64) -> Vec<[f64; 2]> {
    let place = |cell: usize| [SPACING * ((cell % 3) as f64 - 1.0), SPACING * ((cell / 3) as f64 - 1.0)];
    let mut places: Vec<[f64; 2]> = (0..9).map(place).collect();
    places.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    places
}

/// The samples as rows.
pub(super) fn places(samples: &[Sample]) -> Array2<f64> {
    let flat = samples.iter().flat_map(|sample| sample.at).collect();
    Array2::from_shape_vec((samples.len(), 2), flat).expect("two coordinates a sample")
}
