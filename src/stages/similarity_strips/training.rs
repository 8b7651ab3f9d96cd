//! A loss, its samples, and where training has taken them.

use std::collections::BTreeMap;

use ndarray::{Array2, ArrayD, IxDyn};

use crate::input::Inputs;
use crate::kernel::Gradient;
use crate::optimizer::Optimizer;
use crate::probe::Descent;
use crate::stages::{Contender, State};
use crate::toys::sphere::directions;

/// The samples with the labels they are given.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Batch {
    /// One vector a sample.
    pub vectors: Vec<Vec<f64>>,
    /// One vector a class.
    pub prototypes: Vec<Vec<f64>>,
    /// The class that each sample comes from.
    pub truths: Vec<usize>,
    /// The class that each sample is said to have.
    pub labels: Vec<usize>,
}

impl Batch {
    pub(super) fn new(state: &State) -> Self {
        let knob = |name| state.knobs.whole(name);
        let (classes, each) = (knob("classes"), knob("each"));
        let toy = directions(classes, each, knob("dimensions"), state.knobs.get("noise"), state.seed);
        let mut labels = toy.classes.clone();
        for wrong in 0..knob("wrong").min(classes) {
            // The first sample of a class gets the label of the next class.
            labels[wrong * each] = (wrong + 1) % classes;
        }
        Self { vectors: toy.vectors, prototypes: toy.centres, truths: toy.classes, labels }
    }

    /// Whether a sample has a wrong label.
    pub(super) fn is_wrong(&self, i: usize) -> bool {
        self.labels[i] != self.truths[i]
    }

    fn inputs(&self, contender: &Contender) -> Result<Inputs<f64>, String> {
        let spec = contender.loss.spec();
        let matrix = |rows: &[Vec<f64>]| {
            let shape = IxDyn(&[rows.len(), rows.first().map_or(0, Vec::len)]);
            ArrayD::from_shape_vec(shape, rows.concat()).expect("rows of one length")
        };
        let mut arrays: BTreeMap<String, ArrayD<f64>> = BTreeMap::new();
        for input in spec.inputs {
            let array = match input.name {
                "embeddings" => matrix(&self.vectors),
                "prototypes" => matrix(&self.prototypes),
                _ => {
                    self.labels.iter().map(|&label| label as f64).collect::<ndarray::Array1<f64>>().into_dyn()
                }
            };
            arrays.insert(input.name.into(), array);
        }
        let inputs = Inputs::new(spec, arrays).map_err(|e| e.to_string())?;
        contender.loss.check(&inputs, &contender.params).map_err(|e| e.to_string())?;
        Ok(inputs)
    }
}

/// A loss and what has become of its samples.
pub(super) struct Run {
    pub contender: Contender,
    /// What it is called beside the others.
    pub title: String,
    /// Whatever the training depends on, as text.
    pub key: String,
    training: Result<Training, String>,
}

struct Training {
    descent: Descent,
    /// Loss before each step taken, then the loss now.
    losses: Vec<f64>,
    /// The gradient now.
    gradient: Gradient,
}

impl Training {
    fn is_over(&self) -> bool {
        !self.losses.iter().all(|loss| loss.is_finite())
    }
}

impl Run {
    pub(super) fn new(contender: &Contender, key: String, batch: &Batch) -> Self {
        let training = batch.inputs(contender).map(|inputs| {
            let mut gradient = Gradient::default();
            let loss = contender.loss.value_and_gradient(&inputs, &contender.params, &mut gradient);
            Training { descent: Descent::new(inputs), losses: vec![loss], gradient }
        });
        Self { contender: contender.clone(), title: String::new(), key, training }
    }

    /// Steps taken.
    pub(super) fn steps(&self) -> usize {
        self.losses().len().saturating_sub(1)
    }

    /// Trains until that many steps are taken, or nothing finite is left.
    pub(super) fn go(&mut self, optimizer: &Optimizer, steps: usize) {
        let Ok(training) = &mut self.training else { return };
        if training.losses.len() > steps || training.is_over() {
            return;
        }
        let Contender { loss, params } = &self.contender;
        // A step tells the loss before it.
        training.losses.pop();
        while training.losses.len() < steps && !training.is_over() {
            training.losses.push(training.descent.step(*loss, params, optimizer));
        }
        let now = loss.value_and_gradient(training.descent.input(), params, &mut training.gradient);
        training.losses.push(now);
    }

    /// What the loss reads now.
    pub(super) fn input(&self) -> Option<&Inputs<f64>> {
        self.training.as_ref().ok().map(|training| training.descent.input())
    }

    /// The loss before every step taken, then the loss now; nothing if it cannot be computed.
    pub(super) fn losses(&self) -> &[f64] {
        self.training.as_ref().map_or(&[], |training| &training.losses)
    }

    /// Why there is no loss, or why the training stopped.
    pub(super) fn trouble(&self) -> Option<String> {
        match &self.training {
            Err(reason) => Some(reason.clone()),
            Ok(training) if training.is_over() => {
                Some(format!("step {} leads out of the finite numbers", self.steps()))
            }
            Ok(_) => None,
        }
    }

    /// Cosines of the samples with each other, and of the samples with the prototypes if the loss has any.
    pub(super) fn cosines(&self) -> Option<(Array2<f64>, Option<Array2<f64>>)> {
        let training = self.training.as_ref().ok()?;
        let input = training.descent.input();
        let units = |name: &str| -> Vec<Vec<f64>> { input.rows(name).into_iter().map(unit).collect() };
        let samples = units("embeddings");
        let against = |others: &[Vec<f64>]| {
            Array2::from_shape_fn((samples.len(), others.len()), |(i, j)| dot(&samples[i], &others[j]))
        };
        let has_prototypes = self.contender.loss.spec().input("prototypes").is_some();
        Some((against(&samples), has_prototypes.then(|| against(&units("prototypes")))))
    }

    /// The vectors and prototypes as they are now.
    pub(super) fn vectors(&self) -> Option<[Vec<Vec<f64>>; 2]> {
        let input = self.training.as_ref().ok()?.descent.input();
        let has_prototypes = self.contender.loss.spec().input("prototypes").is_some();
        let units = |name: &str| input.rows(name).into_iter().map(unit).collect();
        Some([units("embeddings"), if has_prototypes { units("prototypes") } else { Vec::new() }])
    }

    /// The length of the gradient by each sample.
    pub(super) fn forces(&self) -> Vec<f64> {
        let Ok(training) = &self.training else { return Vec::new() };
        let input = training.descent.input();
        let width = input.array("embeddings").shape()[1];
        let rows = training.gradient.of("embeddings").chunks_exact(width);
        rows.map(|row| dot(row, row).sqrt()).collect()
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn unit(x: &[f64]) -> Vec<f64> {
    let length = dot(x, x).sqrt();
    if length == 0.0 { x.to_vec() } else { x.iter().map(|x| x / length).collect() }
}
