//! How a loss reads what a network gives, and how its gradient comes back to the outputs.

use std::collections::BTreeMap;

use ndarray::{Array2, ArrayD, ArrayView2, Axis, IxDyn};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

use crate::input::Inputs;
use crate::kernel::Gradient;
use crate::real::Real;
use crate::spec::{Domain, Input, Kind, Role, Spec};

/// What the outputs of a network are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// A number that is predicted.
    Value,
    /// The score of the second of two classes.
    Score,
    /// A score of every class.
    Logits,
    /// A vector that is compared with the prototypes of the classes.
    Embedding,
}

/// What a loss is given for one of its inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Margins,
    Residuals,
    Outputs,
    Cosines,
    Lengths,
    Prototypes,
    Labels,
    Counts,
    Features,
    Noise,
}

impl Head {
    /// What a loss is given for an input; nothing if there is no such thing.
    fn source(self, input: &Input) -> Option<Source> {
        let (source, rank, is_variable) = match (self, input.role) {
            (Self::Value, Role::Residual) => (Source::Residuals, 1, true),
            (Self::Score, Role::Margin) => (Source::Margins, 1, true),
            (Self::Score, Role::Score) => (Source::Outputs, 1, true),
            (Self::Logits, Role::Logits) | (Self::Embedding, Role::Embedding) => (Source::Outputs, 2, true),
            (Self::Embedding, Role::Cosine) => (Source::Cosines, 2, true),
            (Self::Embedding, Role::Length) => (Source::Lengths, 1, true),
            (Self::Embedding, Role::Prototype) => (Source::Prototypes, 2, true),
            (Self::Score | Self::Logits | Self::Embedding, Role::Class) => (Source::Labels, 1, false),
            (Self::Logits, Role::Count) => (Source::Counts, 1, false),
            (Self::Logits, Role::Features) => (Source::Features, 2, false),
            (Self::Score, Role::Noise) => (Source::Noise, 1, false),
            _ => return None,
        };
        let is_allowed = match source {
            Source::Labels => (input.kind == Kind::Binary) == (self == Self::Score),
            Source::Cosines => [Domain::Any, Domain::Cosine].contains(&input.domain()),
            _ => input.domain() == Domain::Any,
        };
        (is_allowed && (rank, is_variable) == (input.rank(), input.is_variable())).then_some(source)
    }

    /// Whether a network with such outputs gives a loss everything that it reads, and each thing once; and whether the
    /// loss looks at the outputs and at what they should be.
    pub fn fits(self, loss: &Spec) -> bool {
        let sources: Option<Vec<Source>> = loss.inputs.iter().map(|input| self.source(input)).collect();
        let Some(sources) = sources else { return false };
        let reads = |any: &[Source]| sources.iter().any(|source| any.contains(source));
        let is_once = (0..sources.len()).all(|i| !sources[..i].contains(&sources[i]));
        let learned = match self {
            Self::Embedding => {
                reads(&[Source::Cosines]) || reads(&[Source::Outputs]) && reads(&[Source::Prototypes])
            }
            Self::Value | Self::Score | Self::Logits => {
                reads(&[Source::Margins, Source::Residuals, Source::Outputs])
            }
        };
        is_once && learned && reads(&[Source::Margins, Source::Residuals, Source::Labels])
    }
}

/// What is known of every sample besides what the network sees.
#[derive(Clone, Debug, Default)]
pub struct Targets {
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
pub struct Given {
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
pub fn units(rows: &Array2<f64>) -> (Array2<f64>, Vec<f64>) {
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

impl Targets {
    /// What is known of some of the samples.
    pub(super) fn select(&self, rows: &[usize]) -> Self {
        Self {
            values: rows.iter().map(|&row| self.values[row]).collect(),
            counts: self.counts.clone(),
            features: self.features.as_ref().map(|features| features.select(Axis(0), rows)),
            ..*self
        }
    }

    /// The entries of what a loss is given, with their number of rows, at a step.
    fn entries(&self, source: Source, given: &Given, step: usize) -> (usize, Vec<f64>) {
        let outputs = given.outputs();
        let samples = outputs.nrows();
        let flat = |rows: &Array2<f64>| (rows.nrows(), rows.iter().copied().collect::<Vec<f64>>());
        let targets = || self.values.iter().zip(outputs);
        match source {
            Source::Margins => (samples, targets().map(|(class, f)| (2.0 * class - 1.0) * f).collect()),
            Source::Residuals => (samples, targets().map(|(target, f)| target - f).collect()),
            Source::Outputs if self.normalised => flat(&normalised(outputs).0),
            Source::Outputs => flat(outputs),
            Source::Cosines => flat(&units(outputs).0.dot(&units(&given.prototypes).0.t())),
            Source::Lengths => (samples, units(outputs).1),
            Source::Prototypes => flat(&given.prototypes),
            Source::Labels => (samples, self.values.clone()),
            Source::Counts => (self.counts.len(), self.counts.iter().map(|&n| n as f64).collect()),
            Source::Features => match &self.features {
                Some(features) => flat(features),
                None => flat(&given.layers[given.layers.len().saturating_sub(2)]),
            },
            Source::Noise => {
                let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
                rng.set_stream(1 + step as u64);
                (samples, (0..samples).map(|_| rng.sample(StandardNormal)).collect())
            }
        }
    }

    /// What a loss reads at a step.
    ///
    /// # Errors
    /// Why it cannot.
    pub(super) fn inputs(
        &self,
        head: Head,
        spec: &'static Spec,
        given: &Given,
        step: usize,
    ) -> Result<Inputs<f64>, String> {
        let mut arrays: BTreeMap<String, ArrayD<f64>> = BTreeMap::new();
        for input in spec.inputs {
            let source = head.source(input).ok_or_else(|| format!("a network has no {}", input.name))?;
            let (rows, entries) = self.entries(source, given, step);
            let all = entries.len();
            let shape = if input.rank() == 2 { IxDyn(&[rows, all / rows.max(1)]) } else { IxDyn(&[all]) };
            let array = ArrayD::from_shape_vec(shape, entries).expect("rows of equal length");
            arrays.insert(input.name.to_owned(), array);
        }
        Inputs::new(spec, arrays).map_err(|error| error.to_string())
    }

    /// The gradient by outputs and prototypes, from that by what the loss reads.
    pub(super) fn pull_back(&self, head: Head, spec: &Spec, gradient: &Gradient, given: &Given) -> Slopes {
        let outputs = given.outputs();
        let mut slopes = Slopes {
            by_outputs: Array2::zeros(outputs.dim()),
            by_prototypes: Array2::zeros(given.prototypes.dim()),
        };
        let add =
            |to: &mut Array2<f64>, by: &[f64]| to.iter_mut().zip(by).for_each(|(slope, by)| *slope += by);
        for input in spec.variables() {
            let by = gradient.of(input.name);
            match head.source(input) {
                Some(Source::Margins) => {
                    let signs = self.values.iter().map(|class| 2.0 * class - 1.0);
                    let by: Vec<f64> = signs.zip(by).map(|(sign, by)| sign * by).collect();
                    add(&mut slopes.by_outputs, &by);
                }
                Some(Source::Residuals) => {
                    slopes.by_outputs.iter_mut().zip(by).for_each(|(slope, by)| *slope -= by);
                }
                Some(Source::Outputs) => {
                    add(&mut slopes.by_outputs, by);
                    if self.normalised {
                        slopes.by_outputs = before_normalised(outputs, slopes.by_outputs);
                    }
                }
                Some(Source::Cosines) => through_cosines(by, given, &mut slopes),
                Some(Source::Lengths) => {
                    let directions = units(outputs).0;
                    for (i, by) in by.iter().enumerate() {
                        slopes.by_outputs.row_mut(i).scaled_add(*by, &directions.row(i));
                    }
                }
                Some(Source::Prototypes) => add(&mut slopes.by_prototypes, by),
                // Not moved by training.
                Some(Source::Labels | Source::Counts | Source::Features | Source::Noise) | None => {}
            }
        }
        slopes
    }
}

/// The gradient by outputs and prototypes, from that by the cosines between them.
fn through_cosines(by: &[f64], given: &Given, slopes: &mut Slopes) {
    let (rows, lengths) = units(given.outputs());
    let (stars, star_lengths) = units(&given.prototypes);
    let Ok(by) = ArrayView2::from_shape((rows.nrows(), stars.nrows()), by) else { return };
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
    slopes.by_outputs += &across(by.dot(&stars), &rows, &lengths);
    slopes.by_prototypes += &across(by.t().dot(&rows), &stars, &star_lengths);
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::losses;
    use crate::network::Network;
    use crate::stages::Contender;
    use crate::stages::engine::Wire;
    use crate::stages::training::{Lesson, Taught};
    use crate::toys::blobs::normals;

    /// A network of that head with three hidden units that sees six samples, with a loss that it fits.
    fn taught(head: Head, id: &str, settings: &[(&str, f64)], normalised: bool) -> (Rc<Lesson>, Contender) {
        let outputs = if matches!(head, Head::Value | Head::Score) { 1 } else { 3 };
        let classes = if head == Head::Score { 2 } else { 3 };
        let network = Network::new(&[2, 3, outputs]);
        let mut contender = Contender::new(losses::find(id).unwrap());
        assert!(head.fits(contender.loss.spec()), "{id} cannot be taught");
        settings.iter().for_each(|(name, value)| contender.params.set(name, *value).unwrap());
        let lesson = Lesson {
            head,
            start: normals(network.weights(), 3),
            network,
            inputs: Array2::from_shape_vec((6, 2), normals(12, 4)).unwrap(),
            targets: Targets {
                values: (0..6).map(|i| (i % classes) as f64).collect(),
                counts: vec![2; classes],
                normalised,
                ..Targets::default()
            },
            batch: None,
        };
        (Rc::new(lesson), contender)
    }

    #[test]
    fn gradients_reach_the_weights_through_everything_a_loss_reads() {
        for (name, (lesson, contender)) in [
            ("margin", taught(Head::Score, "logistic", &[], false)),
            ("scores", taught(Head::Score, "bce-with-logits", &[], false)),
            ("residual", taught(Head::Value, "squared-error", &[], false)),
            ("logits", taught(Head::Logits, "cross-entropy", &[], false)),
            ("normalised logits", taught(Head::Logits, "cross-entropy", &[], true)),
            ("logits and counts", taught(Head::Logits, "ldam", &[("scale", 2.0)], false)),
            ("cosines", taught(Head::Embedding, "arcface", &[("scale", 2.0)], false)),
            (
                "sub-centres",
                taught(Head::Embedding, "subcenter-arcface", &[("scale", 2.0), ("sub_centers", 2.0)], false),
            ),
            (
                "magnitudes",
                taught(Head::Embedding, "magface", &[("scale", 2.0), ("lower_magnitude", 0.1)], false),
            ),
            ("embeddings and prototypes", taught(Head::Embedding, "normalized-softmax", &[], false)),
        ] {
            let wire = Taught::new(&lesson, &contender);
            let (start, mut gradient) = (wire.start(), Gradient::default());
            let at = |i: usize, h: f64| {
                let mut moved = start.clone();
                moved[i] += h;
                wire.evaluate(&contender, &moved, 0, &mut Gradient::default()).0
            };
            let (_, slopes) = wire.evaluate(&contender, &start, 0, &mut gradient);
            for (i, slope) in slopes.iter().enumerate() {
                let expected = (at(i, 1e-6) - at(i, -1e-6)) / 2e-6;
                assert!(
                    (slope - expected).abs() < 1e-6 * (1.0 + expected.abs()),
                    "{name}: weight {i} has slope {expected}, not {slope}"
                );
            }
        }
    }

    #[test]
    fn no_loss_that_reads_what_a_network_does_not_give_is_taught() {
        let heads = [Head::Value, Head::Score, Head::Logits, Head::Embedding];
        let fitting = |id: &str| {
            let spec = losses::find(id).unwrap().spec();
            heads.into_iter().filter(|head| head.fits(spec)).collect::<Vec<_>>()
        };
        // The student's teacher, other samples, and prototypes of no class are nowhere to be had.
        for id in ["dino", "nt-xent", "triplet-margin", "swav"] {
            assert_eq!(fitting(id), [], "{id}");
        }
        for (id, head) in [("huber", Head::Value), ("hinge", Head::Score), ("focal", Head::Logits)] {
            assert_eq!(fitting(id), [head], "{id}");
        }
    }

    #[test]
    fn noise_is_drawn_anew_at_every_step_and_comes_back_with_it() {
        let (lesson, contender) = taught(Head::Score, "ensloss", &[], false);
        let wire = Taught::new(&lesson, &contender);
        let draws = |step| wire.inputs(&wire.start(), step).unwrap().fixed_vector("noise").to_vec();
        assert_eq!(draws(3), draws(3));
        assert_ne!(draws(3), draws(4));
    }
}
