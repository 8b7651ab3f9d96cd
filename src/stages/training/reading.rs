//! How a loss reads what a network gives, and how its gradient comes back to the outputs.

use std::collections::BTreeMap;

use ndarray::{Array2, ArrayD, Axis, IxDyn};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

use crate::input::Inputs;
use crate::kernel::Gradient;
use crate::real::Real;
use crate::spec::{Input, Spec};

/// What is known of every sample besides what the network sees.
#[derive(Clone, Debug, Default)]
pub(in crate::stages) struct Targets {
    /// The class of each sample, or the number that is to be predicted.
    pub values: Vec<f64>,
    /// How many samples each class has; empty where there are no classes.
    pub counts: Vec<usize>,
    /// Features of each sample that a loss may look at; without them it sees the last hidden units.
    pub features: Option<Array2<f64>>,
    /// Whether logits are made positive and divided by their mean before the loss sees them.
    pub normalised: bool,
    /// Where the draws of every step start.
    pub seed: u64,
}

/// What a network gives: the units of every layer, the outputs last, and the vectors of the prototypes.
#[derive(Clone, Debug)]
pub(in crate::stages) struct Given {
    /// The inputs, the hidden units, the outputs; a row a sample.
    pub layers: Vec<Array2<f64>>,
    /// One row a prototype; those of a class stand side by side.
    pub prototypes: Array2<f64>,
}

impl Given {
    /// The outputs, a row a sample.
    pub fn outputs(&self) -> &Array2<f64> {
        self.layers.last().expect("there is at least the input layer")
    }
}

/// The gradient by what a network gives.
pub(super) struct Slopes {
    pub by_outputs: Array2<f64>,
    pub by_prototypes: Array2<f64>,
}

/// Row by row, each divided by its length, and the lengths; a row of zeros stays.
pub(in crate::stages) fn units(rows: &Array2<f64>) -> (Array2<f64>, Vec<f64>) {
    let lengths: Vec<f64> = rows.rows().into_iter().map(|row| row.dot(&row).sqrt()).collect();
    let mut units = rows.clone();
    for (mut row, &length) in units.rows_mut().into_iter().zip(&lengths) {
        row /= length.max(f64::MIN_POSITIVE);
    }
    (units, lengths)
}

/// `softplus(f)` divided by its mean over each row, and the mean.
fn normalised(logits: &Array2<f64>) -> (Array2<f64>, Vec<f64>) {
    let mut positive = logits.mapv(Real::softplus);
    let means: Vec<f64> = positive.rows().into_iter().map(|row| row.sum() / row.len() as f64).collect();
    for (mut row, mean) in positive.rows_mut().into_iter().zip(&means) {
        row /= *mean;
    }
    (positive, means)
}

/// The gradient by the logits from that by the normalised ones.
fn before_normalised(logits: &Array2<f64>, mut by: Array2<f64>) -> Array2<f64> {
    let (shares, means) = normalised(logits);
    for (i, mut slopes) in by.rows_mut().into_iter().enumerate() {
        let along = slopes.dot(&shares.row(i)) / slopes.len() as f64;
        slopes.zip_mut_with(&logits.row(i), |slope, f| *slope = (*slope - along) * f.sigmoid() / means[i]);
    }
    by
}

/// The shape of an input that has that many entries for so many rows.
fn shape(input: &Input, rows: usize, entries: usize) -> IxDyn {
    if input.shape.len() == 2 { IxDyn(&[rows, entries / rows.max(1)]) } else { IxDyn(&[entries]) }
}

impl Targets {
    /// Whether a loss reads these inputs, and perhaps some of the others that can be told; and nothing else.
    pub fn fits(spec: &'static Spec, needed: &[&str], told: &[&str]) -> bool {
        needed.iter().all(|name| spec.input(name).is_some())
            && spec.inputs.iter().all(|i| needed.contains(&i.name) || told.contains(&i.name))
    }

    /// What is known of some of the samples.
    pub fn select(&self, rows: &[usize]) -> Self {
        Self {
            values: rows.iter().map(|&row| self.values[row]).collect(),
            counts: self.counts.clone(),
            features: self.features.as_ref().map(|features| features.select(Axis(0), rows)),
            ..*self
        }
    }

    /// The entries of an input, with their number of rows, at a step.
    fn entries(&self, name: &str, given: &Given, step: usize) -> (usize, Vec<f64>) {
        let outputs = given.outputs();
        let samples = outputs.nrows();
        let flat = |rows: &Array2<f64>| (rows.nrows(), rows.iter().copied().collect::<Vec<f64>>());
        let targets = || self.values.iter().zip(outputs);
        match name {
            "margin" => (samples, targets().map(|(class, f)| (2.0 * class - 1.0) * f).collect()),
            "residual" => (samples, targets().map(|(target, f)| target - f).collect()),
            "labels" => (samples, self.values.clone()),
            "counts" => (self.counts.len(), self.counts.iter().map(|&n| n as f64).collect()),
            "noise" => {
                let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
                rng.set_stream(1 + step as u64);
                (samples, (0..samples).map(|_| rng.sample(StandardNormal)).collect())
            }
            "features" => match &self.features {
                Some(features) => flat(features),
                None => flat(&given.layers[given.layers.len().saturating_sub(2)]),
            },
            "prototypes" => flat(&given.prototypes),
            "cosines" => flat(&units(outputs).0.dot(&units(&given.prototypes).0.t())),
            "magnitudes" => (samples, units(outputs).1),
            "logits" if self.normalised => flat(&normalised(outputs).0),
            _ => flat(outputs),
        }
    }

    /// What a loss reads.
    ///
    /// # Errors
    /// Why it cannot.
    pub(super) fn inputs(&self, spec: &'static Spec, given: &Given) -> Result<Inputs<f64>, String> {
        let arrays: BTreeMap<String, ArrayD<f64>> = spec
            .inputs
            .iter()
            .map(|input| {
                let (rows, entries) = self.entries(input.name, given, 0);
                let array = ArrayD::from_shape_vec(shape(input, rows, entries.len()), entries);
                (input.name.to_owned(), array.expect("rows of equal length"))
            })
            .collect();
        Inputs::new(spec, arrays).map_err(|error| error.to_string())
    }

    /// Writes what has changed into inputs that [`inputs`](Self::inputs) has made.
    pub(super) fn write(&self, spec: &'static Spec, given: &Given, step: usize, inputs: &mut Inputs<f64>) {
        for input in spec.inputs {
            if input.is_variable() {
                inputs.set_variable(input.name, self.entries(input.name, given, step).1);
            } else if !input.is_integer() {
                inputs.set_fixed(input.name, self.entries(input.name, given, step).1);
            }
        }
    }

    /// The gradient by outputs and prototypes, from that by what the loss reads.
    pub(super) fn pull_back(&self, gradient: &Gradient, given: &Given) -> Slopes {
        let outputs = given.outputs();
        let by = |name: &str, like: &Array2<f64>| {
            let slopes = gradient.of(name);
            (slopes.len() == like.len())
                .then(|| Array2::from_shape_vec(like.dim(), slopes.to_vec()).expect("as many as there are"))
        };
        let mut slopes = Slopes {
            by_outputs: Array2::zeros(outputs.dim()),
            by_prototypes: by("prototypes", &given.prototypes)
                .unwrap_or_else(|| Array2::zeros(given.prototypes.dim())),
        };
        if let Some(by) = by("margin", outputs) {
            let signs = self.values.iter().map(|class| 2.0 * class - 1.0);
            slopes.by_outputs = by;
            slopes.by_outputs.iter_mut().zip(signs).for_each(|(slope, sign)| *slope *= sign);
        } else if let Some(by) = by("residual", outputs) {
            slopes.by_outputs = -by;
        } else if let Some(by) = by("logits", outputs) {
            slopes.by_outputs = if self.normalised { before_normalised(outputs, by) } else { by };
        } else if let Some(by) = by("scores", outputs).or_else(|| by("embeddings", outputs)) {
            slopes.by_outputs = by;
        } else if !gradient.of("cosines").is_empty() {
            self.through_cosines(gradient, given, &mut slopes);
        }
        slopes
    }

    fn through_cosines(&self, gradient: &Gradient, given: &Given, slopes: &mut Slopes) {
        let (rows, lengths) = units(given.outputs());
        let (stars, star_lengths) = units(&given.prototypes);
        let cosines = rows.dot(&stars.t());
        let by = Array2::from_shape_vec(cosines.dim(), gradient.of("cosines").to_vec());
        let Ok(by) = by else { return };
        // Only what is across a unit vector turns it.
        let across = |toward: Array2<f64>, own: &Array2<f64>, lengths: &[f64]| {
            let mut across = toward;
            for (i, mut slope) in across.rows_mut().into_iter().enumerate() {
                let along = slope.dot(&own.row(i));
                slope.scaled_add(-along, &own.row(i));
                slope /= lengths[i].max(f64::MIN_POSITIVE);
            }
            across
        };
        slopes.by_outputs = across(by.dot(&stars), &rows, &lengths);
        slopes.by_prototypes = across(by.t().dot(&rows), &stars, &star_lengths);
        for (i, slope) in gradient.of("magnitudes").iter().enumerate() {
            slopes.by_outputs.row_mut(i).scaled_add(*slope, &rows.row(i));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::losses;
    use crate::network::Network;
    use crate::optimizer::{Optimizer, Rule};
    use crate::stages::Contender;
    use crate::stages::training::{Course, Lesson};
    use crate::toys::blobs::normals;

    fn lesson(id: &str, settings: &[(&str, f64)], outputs: usize, stars: usize, normalised: bool) -> Lesson {
        let network = Network::new(&[2, 3, outputs]);
        let classes = if stars > 0 { 3 } else { outputs.max(2) };
        let mut contender = Contender::new(losses::find(id).unwrap());
        settings.iter().for_each(|(name, value)| contender.params.set(name, *value).unwrap());
        Lesson {
            contender,
            start: normals(network.weights() + stars * outputs, 3),
            network,
            inputs: Array2::from_shape_vec((6, 2), normals(12, 4)).unwrap(),
            targets: Targets {
                values: (0..6).map(|i| (i % classes) as f64).collect(),
                counts: vec![2; classes],
                normalised,
                ..Targets::default()
            },
            optimizer: Optimizer { rule: Rule::Sgd { weight_decay: 0.0 }, lr: 0.1 },
            batch: None,
        }
    }

    #[test]
    fn gradients_reach_the_weights_through_everything_a_loss_reads() {
        for (lesson, name) in [
            (lesson("logistic", &[], 1, 0, false), "margin"),
            (lesson("bce-with-logits", &[], 1, 0, false), "scores"),
            (lesson("squared-error", &[], 1, 0, false), "residual"),
            (lesson("cross-entropy", &[], 3, 0, false), "logits"),
            (lesson("cross-entropy", &[], 3, 0, true), "normalised logits"),
            (lesson("ldam", &[("scale", 2.0)], 3, 0, false), "logits and counts"),
            (lesson("arcface", &[("scale", 2.0)], 3, 3, false), "cosines"),
            (
                lesson("subcenter-arcface", &[("scale", 2.0), ("sub_centers", 2.0)], 3, 6, false),
                "sub-centres",
            ),
            (lesson("magface", &[("scale", 2.0), ("lower_magnitude", 0.1)], 3, 3, false), "magnitudes"),
            (lesson("normalized-softmax", &[], 3, 3, false), "embeddings and prototypes"),
        ] {
            let at = |i: usize, h: f64| {
                let mut moved = lesson.clone();
                moved.start[i] += h;
                Course::new(&moved).unwrap_or_else(|reason| panic!("{name}: {reason}")).loss()
            };
            let course = Course::new(&lesson).unwrap();
            for (i, slope) in course.slopes().iter().enumerate() {
                let expected = (at(i, 1e-6) - at(i, -1e-6)) / 2e-6;
                assert!(
                    (slope - expected).abs() < 1e-6 * (1.0 + expected.abs()),
                    "{name}: weight {i} has slope {expected}, not {slope}"
                );
            }
        }
    }

    #[test]
    fn noise_is_drawn_anew_at_every_step_and_comes_back_with_it() {
        let lesson = lesson("ensloss", &[], 1, 0, false);
        let given = lesson.given(&lesson.start, &lesson.inputs);
        let draws = |step| lesson.targets.entries("noise", &given, step).1;
        assert_eq!(draws(3), draws(3));
        assert_ne!(draws(3), draws(4));
    }
}
