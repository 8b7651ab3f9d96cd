//! A network, what it learns from, and the loss that teaches it.

use ndarray::{Array2, ArrayView2, Axis};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

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
    /// Samples that a step looks at, drawn anew in every epoch; `None` for all of them.
    pub batch: Option<usize>,
}

impl Lesson {
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

    /// What the network gives for rows of inputs.
    pub fn given(&self, weights: &[f64], inputs: &Array2<f64>) -> Given {
        let (weights, stars) = weights.split_at(self.network.weights());
        let layers = self.network.forward(weights, inputs);
        let width = layers.last().map_or(1, Array2::ncols);
        let prototypes = ArrayView2::from_shape((stars.len() / width, width), stars);
        Given { layers, prototypes: prototypes.expect("whole rows follow the weights").to_owned() }
    }

    /// What the loss reads at the step after so many, if it can.
    pub fn read(&self, weights: &[f64], steps: usize) -> Option<Inputs<f64>> {
        // A step may look at a part of the samples.
        let (inputs, targets) = match self.rows(steps) {
            Some(rows) => (self.inputs.select(Axis(0), &rows), self.targets.select(&rows)),
            None => (self.inputs.clone(), self.targets.clone()),
        };
        let given = self.given(weights, &inputs);
        let spec = self.contender.loss.spec();
        let mut inputs = targets.inputs(spec, &given).ok()?;
        targets.write(spec, &given, steps, &mut inputs);
        Some(inputs)
    }

    /// The outputs for rows of inputs.
    pub fn outputs(&self, weights: &[f64], inputs: &Array2<f64>) -> Array2<f64> {
        self.network.forward(&weights[..self.network.weights()], inputs).pop().unwrap_or_default()
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
        let Lesson { contender, network, inputs, targets, .. } = self.lesson;
        let (given, (loss, slopes)) = match self.lesson.rows(steps) {
            None => {
                let given = self.lesson.given(weights, inputs);
                let seen = self.seen(&given, steps);
                (given, seen)
            }
            Some(rows) => {
                let given = self.lesson.given(weights, &inputs.select(Axis(0), &rows));
                let lesson = Lesson { targets: targets.select(&rows), ..self.lesson.clone() };
                let inputs = lesson.targets.inputs(contender.loss.spec(), &given);
                let Ok(inputs) = inputs else { return (f64::NAN, vec![f64::NAN; weights.len()]) };
                let mut batch =
                    Evaluation { lesson: &lesson, inputs, gradient: std::mem::take(&mut self.gradient) };
                let seen = batch.seen(&given, steps);
                self.gradient = batch.gradient;
                (given, seen)
            }
        };
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

    /// As plain numbers; see [`restored`](Self::restored).
    pub fn numbers(&self) -> Vec<f64> {
        let mut numbers = vec![f64::from(u8::from(self.is_over)), self.steps() as f64];
        for part in [&self.losses, &self.weights, &self.slopes] {
            numbers.extend(part);
        }
        numbers.extend(self.state.moments());
        numbers
    }

    /// A course from its [numbers](Self::numbers), with so many weights; nothing if they are not such.
    pub fn restored(numbers: &[f64], weights: usize) -> Option<Self> {
        let (&[is_over, steps], rest) = numbers.split_first_chunk()?;
        let (losses, rest) = rest.split_at_checked(steps as usize + 1)?;
        let (own, rest) = rest.split_at_checked(weights)?;
        let (slopes, moments) = rest.split_at_checked(weights)?;
        (moments.len() == 2 * weights).then(|| Self {
            weights: own.to_vec(),
            losses: losses.to_vec(),
            is_over: is_over != 0.0,
            slopes: slopes.to_vec(),
            state: optimizer::State::resumed(steps as usize, moments),
        })
    }

    /// The gradient by every weight now.
    pub fn slopes(&self) -> &[f64] {
        &self.slopes
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
    fn by_outputs(&self, lesson: &Lesson) -> Array2<f64> {
        let given = lesson.given(&self.weights, &lesson.inputs);
        let seen =
            Evaluation::new(lesson, &self.weights).map(|mut e| e.seen(&given, self.steps()).1.by_outputs);
        seen.unwrap_or_else(|_| Array2::zeros(given.outputs().dim()))
    }

    /// How strongly each sample pushes the outputs now: the length of the gradient by them.
    pub fn pushes(&self, lesson: &Lesson) -> Vec<f64> {
        self.by_outputs(lesson).rows().into_iter().map(|row| row.dot(&row).sqrt()).collect()
    }

    /// What the loss that is shown reads now.
    pub fn inputs(&self, lesson: &Lesson) -> Option<Inputs<f64>> {
        lesson.read(&self.weights, self.steps())
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
