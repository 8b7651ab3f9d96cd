//! What the line is trained on.

use std::rc::Rc;

use ndarray::Array2;

use super::{MOST_OUTLIERS, Task};
use crate::network::Network;
use crate::stages::training::{Lesson, Targets};
use crate::stages::{Point, State};
use crate::toys::blobs::normals;

/// A place in the plane.
pub(super) type Place = (f64, f64);

/// Slope and intercept that targets are made with.
pub(super) const TRUTH: [f64; 2] = [0.8, 0.5];

/// Samples of each class.
const EACH: usize = 20;

/// Samples that a classifier is tested on, and where they start to be drawn.
const TESTED: usize = 1000;
const TEST_SEED: u64 = 1 << 32;

/// Where outliers are at first, with their class: all of them turn the line the same way.
const SEPARATE: [(f64, f64, usize); MOST_OUTLIERS] =
    [(-2.5, 1.5, 1), (2.5, -1.5, 0), (-2.0, 2.2, 1), (2.0, -2.2, 0), (-3.0, 0.8, 1), (3.0, -0.8, 0)];
const FIT: [(f64, f64, usize); MOST_OUTLIERS] =
    [(1.6, 5.0, 0), (1.9, 4.5, 0), (1.2, 5.5, 0), (-1.6, -4.0, 0), (-1.9, -3.5, 0), (-1.2, -4.5, 0)];

/// Samples in the plane: for a fit the horizontal coordinate is seen and the vertical one is predicted.
pub struct Samples {
    /// The model and what it learns from.
    pub(super) lesson: Rc<Lesson>,
    /// Where they are; the outliers last.
    pub places: Vec<Place>,
    /// The label of each; 0 for a fit.
    pub labels: Vec<usize>,
    /// How many are no outliers.
    pub regular: usize,
    /// Clean samples with their class, other than those that are trained on; none for a fit.
    pub test: Vec<(Place, usize)>,
}

impl Samples {
    pub(super) fn new(task: Task, state: &State) -> Self {
        let (mut places, mut labels): (Vec<Place>, Vec<usize>) = match task {
            Task::Separate => classes(state),
            Task::Fit => line(state).into_iter().map(|place| (place, 0)).unzip(),
        };
        let regular = places.len();
        let far = state.knobs.get("far");
        for outlier in outliers(task, state) {
            let Point { x, y, class } = outlier;
            places.push(match task {
                Task::Separate => (far * x, far * y),
                Task::Fit => (x, truth(x) + far * (y - truth(x))),
            });
            labels.push(class.min(1));
        }
        let network = Network::new(if task == Task::Separate { &[2, 1] } else { &[1, 1] });
        let (seen, values): (Vec<f64>, Vec<f64>) = match task {
            Task::Separate => (
                places.iter().flat_map(|&(x, y)| [x, y]).collect(),
                labels.iter().map(|&label| label as f64).collect(),
            ),
            Task::Fit => places.iter().copied().unzip(),
        };
        let width = seen.len() / places.len();
        let lesson = Lesson {
            start: vec![0.0; network.weights()],
            network,
            head: task.head(),
            inputs: Array2::from_shape_vec((places.len(), width), seen).expect("a row a sample"),
            targets: Targets { values, seed: state.seed, ..Targets::default() },
            batch: None,
        };
        let test = match task {
            Task::Separate => blobs(TESTED, state.knobs.get("spread"), state.seed + TEST_SEED),
            Task::Fit => Vec::new(),
        };
        Self { lesson: Rc::new(lesson), places, labels, regular, test }
    }

    /// The outliers where they are now.
    pub(super) fn outliers(&self) -> Vec<Point> {
        let all = self.places.iter().zip(&self.labels).skip(self.regular);
        all.map(|(&(x, y), &class)| Point { x, y, class }).collect()
    }
}

/// The outliers of a state before they are moved out.
pub(super) fn outliers(task: Task, state: &State) -> Vec<Point> {
    let placed = state.points();
    let places = match task {
        Task::Separate => SEPARATE,
        Task::Fit => FIT,
    };
    let at_first = places.map(|(x, y, class)| Point { x, y, class });
    let outlier = |i: usize| placed.get(i).copied().unwrap_or(at_first[i]);
    (0..state.knobs.whole("outliers").min(MOST_OUTLIERS)).map(outlier).collect()
}

/// The target that there is without noise.
pub(super) fn truth(x: f64) -> f64 {
    TRUTH[0] * x + TRUTH[1]
}

/// Two classes around −1 and 1 of the first coordinate, in turn; the first few have the wrong label.
fn classes(state: &State) -> (Vec<Place>, Vec<usize>) {
    let flipped = state.knobs.whole("flipped");
    let places = blobs(2 * EACH, state.knobs.get("spread"), state.seed);
    let label =
        |(i, (place, class)): (usize, (Place, usize))| (place, if i < flipped { 1 - class } else { class });
    places.into_iter().enumerate().map(label).unzip()
}

fn blobs(count: usize, spread: f64, seed: u64) -> Vec<(Place, usize)> {
    let noise = normals(2 * count, seed);
    let place = |(i, noise): (usize, &[f64])| {
        let class = i % 2;
        ((2.0 * class as f64 - 1.0 + spread * noise[0], spread * noise[1]), class)
    };
    noise.chunks_exact(2).enumerate().map(place).collect()
}

/// Samples evenly from −2 to 2.
fn line(state: &State) -> Vec<Place> {
    let (count, noise) = (state.knobs.whole("count"), state.knobs.get("noise"));
    let growing = state.knobs.named("scatter") == "growing";
    let draws = normals(count, state.seed);
    let place = |(i, draw): (usize, f64)| {
        let x = 4.0 * i as f64 / (count - 1) as f64 - 2.0;
        let here = if growing { noise * (x + 2.0) } else { noise };
        (x, truth(x) + here * draw)
    };
    draws.into_iter().enumerate().map(place).collect()
}
