//! A network, what it learns from, and the loss that teaches it.

use ndarray::{Array2, ArrayView2};

use super::reading::{Given, Slopes, Targets};
use crate::input::Inputs;
use crate::kernel::Gradient;
use crate::network::Network;
use crate::optimizer::{self, Optimizer};
use crate::stages::Contender;

/// Everything that decides how a training goes.
#[derive(Clone, Debug)]
pub(in crate::stages) struct Lesson {
    /// The loss.
    pub contender: Contender,
    /// What is trained.
    pub network: Network,
    /// What it sees, a row a sample.
    pub inputs: Array2<f64>,
    /// What it should make of that.
    pub targets: Targets,
    /// The weights before the first step, then the prototypes, row by row.
    pub start: Vec<f64>,
    /// How a gradient becomes a step.
    pub optimizer: Optimizer,
}

impl Lesson {
    /// What the network gives for rows of inputs.
    pub fn given(&self, weights: &[f64], inputs: &Array2<f64>) -> Given {
        let (weights, stars) = weights.split_at(self.network.weights());
        let layers = self.network.forward(weights, inputs);
        let width = layers.last().map_or(1, Array2::ncols);
        let prototypes = ArrayView2::from_shape((stars.len() / width, width), stars);
        Given { layers, prototypes: prototypes.expect("whole rows follow the weights").to_owned() }
    }
}

/// How far a training has come; it can be continued.
#[derive(Clone, Debug)]
pub(in crate::stages) struct Course {
    /// Weights and prototypes now.
    pub weights: Vec<f64>,
    /// The loss before every step, then the one now.
    pub losses: Vec<f64>,
    /// Whether the next step would leave the finite numbers.
    pub is_over: bool,
    /// The gradient now.
    slopes: Vec<f64>,
    state: optimizer::State<f64>,
}

/// What a loss needs to be evaluated at many weights.
struct Evaluation<'a> {
    lesson: &'a Lesson,
    inputs: Inputs<f64>,
    gradient: Gradient,
}

impl<'a> Evaluation<'a> {
    fn new(lesson: &'a Lesson, weights: &[f64]) -> Result<Self, String> {
        let Contender { loss, params } = &lesson.contender;
        let inputs = lesson.targets.inputs(loss.spec(), &lesson.given(weights, &lesson.inputs))?;
        loss.check(&inputs, params).map_err(|error| error.to_string())?;
        Ok(Self { lesson, inputs, gradient: Gradient::default() })
    }

    /// The loss after so many steps, and its gradient by the weights.
    fn at(&mut self, weights: &[f64], steps: usize) -> (f64, Vec<f64>) {
        let network = &self.lesson.network;
        let given = self.lesson.given(weights, &self.lesson.inputs);
        let (loss, slopes) = self.seen(&given, steps);
        let mut all = network.backward(&weights[..network.weights()], &given.layers, slopes.by_outputs);
        all.extend(&slopes.by_prototypes);
        (loss, all)
    }

    /// The loss of what the network gives, and its gradient by that.
    fn seen(&mut self, given: &Given, steps: usize) -> (f64, Slopes) {
        let Lesson { contender, targets, .. } = self.lesson;
        targets.write(contender.loss.spec(), given, steps, &mut self.inputs);
        let loss = contender.loss.value_and_gradient(&self.inputs, &contender.params, &mut self.gradient);
        (loss, targets.pull_back(&self.gradient, given))
    }
}

impl Course {
    /// Before the first step.
    ///
    /// # Errors
    /// Why the loss cannot be computed there.
    pub fn new(lesson: &Lesson) -> Result<Self, String> {
        let (loss, slopes) = Evaluation::new(lesson, &lesson.start)?.at(&lesson.start, 0);
        Ok(Self {
            weights: lesson.start.clone(),
            losses: vec![loss],
            is_over: !loss.is_finite(),
            state: optimizer::State::new(slopes.len()),
            slopes,
        })
    }

    /// Steps taken.
    pub fn steps(&self) -> usize {
        self.losses.len() - 1
    }

    /// The loss now.
    pub fn loss(&self) -> f64 {
        self.losses[self.steps()]
    }

    /// The gradient by every output now, a row a sample.
    pub fn by_outputs(&self, lesson: &Lesson) -> Array2<f64> {
        let given = lesson.given(&self.weights, &lesson.inputs);
        let seen =
            Evaluation::new(lesson, &self.weights).map(|mut e| e.seen(&given, self.steps()).1.by_outputs);
        seen.unwrap_or_else(|_| Array2::zeros(given.outputs().dim()))
    }

    /// Takes steps until there are `steps` of them, as long as everything stays finite. After each, `watch` sees
    /// the number of steps and the weights.
    pub fn extend(&mut self, lesson: &Lesson, steps: usize, watch: &mut dyn FnMut(usize, &[f64])) {
        if self.is_over || self.steps() >= steps {
            return;
        }
        let Ok(mut evaluation) = Evaluation::new(lesson, &self.weights) else { return };
        while self.steps() < steps {
            let mut weights = self.weights.clone();
            self.state.step(&lesson.optimizer, &mut weights, &self.slopes);
            let (loss, slopes) = evaluation.at(&weights, self.steps() + 1);
            self.is_over = !(loss.is_finite() && weights.iter().chain(&slopes).all(|w| w.is_finite()));
            if self.is_over {
                return;
            }
            (self.weights, self.slopes) = (weights, slopes);
            self.losses.push(loss);
            watch(self.steps(), &self.weights);
        }
    }
}
