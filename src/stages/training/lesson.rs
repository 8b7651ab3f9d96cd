//! A network and what it learns from, and how a loss teaches it.

use std::borrow::Cow;
use std::rc::Rc;

use ndarray::{Array2, ArrayView1, ArrayView2, Axis};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::reading::{Given, Head, Targets, units};
use crate::input::Inputs;
use crate::kernel::Gradient;
use crate::network::Network;
use crate::spec::Spec;
use crate::stages::engine::Wire;
use crate::stages::{Contender, State};
use crate::toys::blobs::normals;
use crate::toys::labelled::Labelled;
use crate::toys::plane::places;

/// Where the prototypes start to be drawn, so that they do not follow from the data.
const PROTOTYPES: u64 = 4 << 32;

/// Everything that decides how a training goes, besides the loss and its optimiser.
#[derive(Debug)]
pub struct Lesson {
    /// What is trained.
    pub network: Network,
    /// What its outputs are.
    pub head: Head,
    /// The weights before the first step.
    pub start: Vec<f64>,
    /// What it sees, a row a sample.
    pub inputs: Array2<f64>,
    /// What it should make of that.
    pub targets: Targets,
    /// Samples that a step looks at, drawn anew in every epoch; `None` for all of them.
    pub batch: Option<usize>,
}

impl Lesson {
    /// A network with such layers between the plane and its outputs, which learns labels as the knobs of a state say.
    pub fn of_labels(head: Head, layers: &[usize], toy: &Labelled, state: &State) -> Self {
        let network = Network::new(&[&[2], layers].concat());
        let count = |class: usize| toy.labels.iter().filter(|label| **label == class).count().max(1);
        Self {
            start: network.start(&mut ChaCha8Rng::seed_from_u64(state.seed)),
            network,
            head,
            inputs: places(&toy.samples),
            targets: Targets {
                values: toy.labels.iter().map(|&label| label as f64).collect(),
                counts: (0..toy.classes).map(count).collect(),
                seed: state.seed,
                ..Targets::default()
            },
            batch: state.knobs.has("batch").then(|| state.knobs.whole("batch")),
        }
    }

    /// The samples that the step after so many looks at; nothing for all of them.
    fn rows(&self, steps: usize) -> Option<Vec<usize>> {
        let samples = self.inputs.nrows();
        let size = self.batch.filter(|&size| (1..samples).contains(&size))?;
        let batches = samples.div_ceil(size);
        let mut rng = ChaCha8Rng::seed_from_u64(self.targets.seed);
        rng.set_stream((1 << 40) + (steps / batches) as u64);
        let mut order: Vec<usize> = (0..samples).collect();
        order.shuffle(&mut rng);
        let begin = (steps % batches) * size;
        Some(order[begin..(begin + size).min(samples)].to_vec())
    }

    /// What the network gives for rows of inputs, from its weights and the prototypes that follow them.
    pub fn given(&self, variables: &[f64], inputs: &Array2<f64>) -> Given {
        let (weights, prototypes) = variables.split_at(self.network.weights());
        let width = self.network.outputs();
        let prototypes = ArrayView2::from_shape((prototypes.len() / width, width), prototypes);
        Given {
            layers: self.network.forward(weights, inputs),
            prototypes: prototypes.expect("whole rows follow the weights").to_owned(),
        }
    }

    /// The outputs for rows of inputs.
    pub fn outputs(&self, variables: &[f64], inputs: &Array2<f64>) -> Array2<f64> {
        self.network.forward(&variables[..self.network.weights()], inputs).pop().unwrap_or_default()
    }

    /// What the network gives at the step after so many, and what it should make of that.
    fn batch(&self, variables: &[f64], steps: usize) -> (Given, Cow<'_, Targets>) {
        match self.rows(steps) {
            Some(rows) => {
                let given = self.given(variables, &self.inputs.select(Axis(0), &rows));
                (given, Cow::Owned(self.targets.select(&rows)))
            }
            None => (self.given(variables, &self.inputs), Cow::Borrowed(&self.targets)),
        }
    }

    /// How strongly each sample pushes the outputs after so many steps, were all in one batch: the length of the gradient
    /// by them. Nothing where the loss cannot read them.
    pub fn pushes(
        &self,
        Contender { loss, params }: &Contender,
        variables: &[f64],
        steps: usize,
    ) -> Vec<f64> {
        let given = self.given(variables, &self.inputs);
        let Ok(inputs) = self.targets.inputs(self.head, loss.spec(), &given, steps) else {
            return Vec::new();
        };
        let mut gradient = Gradient::default();
        loss.value_and_gradient(&inputs, params, &mut gradient);
        let by_outputs = self.targets.pull_back(self.head, loss.spec(), &gradient, &given).by_outputs;
        by_outputs.rows().into_iter().map(|row| row.dot(&row).sqrt()).collect()
    }
}

/// A lesson under a loss. What moves are the weights, then the prototypes of every class, row by row.
pub struct Taught {
    lesson: Rc<Lesson>,
    spec: &'static Spec,
    prototypes: Vec<f64>,
}

impl Taught {
    /// The lesson under that loss, from directions of the prototypes that are drawn by lot.
    pub fn new(lesson: &Rc<Lesson>, contender: &Contender) -> Self {
        let (width, seed) = (lesson.network.outputs(), lesson.targets.seed);
        let all = match lesson.head {
            Head::Embedding => lesson.targets.counts.len() * contender.per_class(),
            Head::Value | Head::Score | Head::Logits => 0,
        };
        let drawn = Array2::from_shape_vec((all, width), normals(all * width, seed + PROTOTYPES));
        Self {
            lesson: Rc::clone(lesson),
            spec: contender.loss.spec(),
            prototypes: units(&drawn.expect("a row a prototype")).0.into_iter().collect(),
        }
    }
}

impl Wire for Taught {
    fn start(&self) -> Vec<f64> {
        [&self.lesson.start[..], &self.prototypes].concat()
    }

    fn inputs(&self, variables: &[f64], step: usize) -> Result<Inputs<f64>, String> {
        let (given, targets) = self.lesson.batch(variables, step);
        targets.inputs(self.lesson.head, self.spec, &given, step)
    }

    fn evaluate(
        &self,
        contender: &Contender,
        variables: &[f64],
        step: usize,
        gradient: &mut Gradient,
    ) -> (f64, Vec<f64>) {
        let Lesson { network, head, .. } = &*self.lesson;
        let (given, targets) = self.lesson.batch(variables, step);
        let Ok(inputs) = targets.inputs(*head, self.spec, &given, step) else {
            return (f64::NAN, vec![f64::NAN; variables.len()]);
        };
        let loss = contender.loss.value_and_gradient(&inputs, &contender.params, gradient);
        let slopes = targets.pull_back(*head, self.spec, gradient, &given);
        let weights = &variables[..network.weights()];
        let mut all = network.backward(weights, &given.layers, slopes.by_outputs);
        all.extend(&slopes.by_prototypes);
        (loss, all)
    }
}

/// What scores answer: the class with the greatest, or of a single score the second class where it is positive.
pub fn answers(outputs: &Array2<f64>) -> Vec<usize> {
    let answer = |row: ArrayView1<'_, f64>| match row.len() {
        1 => usize::from(row[0] > 0.0),
        _ => (1..row.len()).fold(0, |best, class| if row[class] > row[best] { class } else { best }),
    };
    outputs.rows().into_iter().map(answer).collect()
}

/// The share of answers that are right, each given with what is right; NaN if nothing was asked.
pub fn accuracy(answers: impl Iterator<Item = (usize, usize)>) -> f64 {
    let (hits, all) = answers.fold((0.0, 0.0), |(hits, all), (answer, right)| {
        (if answer == right { hits + 1.0 } else { hits }, all + 1.0)
    });
    hits / all
}
