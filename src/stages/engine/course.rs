//! The way of a training, step by step, that can be gone on with.

use crate::input::Inputs;
use crate::kernel::Gradient;
use crate::optimizer::{self, Optimizer};
use crate::stages::Contender;

/// How a loss reads what a training moves, and how its gradient comes back.
///
/// A wire holds whatever does not move. What moves are plain numbers, its variables, so that a worker can send them.
pub trait Wire {
    /// The variables before the first step.
    fn start(&self) -> Vec<f64>;

    /// What the loss reads when so many steps are taken.
    ///
    /// # Errors
    /// Why the loss cannot read it.
    fn inputs(&self, variables: &[f64], step: usize) -> Result<Inputs<f64>, String>;

    /// The gradient by the variables, from that by what the loss reads; for the loss as it is
    /// [evaluated](Self::evaluate) if nothing else is said.
    fn pull_back(&self, _variables: &[f64], _gradient: &Gradient) -> Vec<f64> {
        unreachable!("a wire says how its gradient comes back, or evaluates its loss by itself")
    }

    /// How many samples the loss reads where one of them is shown: then loss and gradient are that one's, not its share
    /// of the mean, and what the loss reads is no batch to show.
    fn samples(&self) -> usize {
        1
    }

    /// The loss and its gradient by the variables; a network overrides it to compute its layers once.
    fn evaluate(
        &self,
        contender: &Contender,
        variables: &[f64],
        step: usize,
        gradient: &mut Gradient,
    ) -> (f64, Vec<f64>) {
        match self.inputs(variables, step) {
            Ok(inputs) => {
                let loss = contender.loss.value_and_gradient(&inputs, &contender.params, gradient);
                let samples = self.samples() as f64;
                let slopes = self.pull_back(variables, gradient).into_iter();
                (samples * loss, slopes.map(|slope| samples * slope).collect())
            }
            Err(_) => (f64::NAN, vec![f64::NAN; variables.len()]),
        }
    }

    /// A step by a rule from where the gradient is known; what looks further than a gradient has a step of its own.
    fn step(
        &self,
        rule: &Optimizer,
        state: &mut optimizer::State<f64>,
        variables: &mut [f64],
        slopes: &[f64],
    ) {
        state.step(rule, variables, slopes);
    }

    /// What moves by a rule of its own after a step, such as a slow copy of what is trained.
    fn follow(&self, _variables: &mut [f64]) {}
}

/// A loss, and how it reads what is trained.
pub struct Term {
    /// The loss.
    pub contender: Contender,
    /// How it reads.
    pub wire: Box<dyn Wire>,
}

/// The mean of some losses, mostly one, and its gradient.
struct Evaluation<'a> {
    terms: &'a [Term],
    gradient: Gradient,
}

impl Evaluation<'_> {
    fn at(&mut self, variables: &[f64], step: usize) -> (f64, Vec<f64>) {
        let share = 1.0 / self.terms.len() as f64;
        let (mut loss, mut slopes) = (0.0, vec![0.0; variables.len()]);
        for Term { contender, wire } in self.terms {
            let (own, by) = wire.evaluate(contender, variables, step, &mut self.gradient);
            loss += share * own;
            slopes.iter_mut().zip(by).for_each(|(sum, slope)| *sum += share * slope);
        }
        (loss, slopes)
    }
}

/// Numbers that a course keeps of the steps before the last: four megabytes.
const KEPT: usize = 500_000;

/// Numbers of these that a worker sends: half a megabyte.
const SENT: usize = 60_000;

/// A step that can be gone on from.
#[derive(Clone, Debug, PartialEq)]
struct Snapshot {
    step: usize,
    variables: Vec<f64>,
    moments: Vec<f64>,
}

/// How far a training has come.
#[derive(Clone, Debug)]
pub struct Course {
    optimizer: Optimizer,
    state: optimizer::State<f64>,
    /// The variables now.
    pub variables: Vec<f64>,
    /// The gradient by them now.
    pub slopes: Vec<f64>,
    /// The loss before every step, then the one now.
    pub losses: Vec<f64>,
    /// Whether the next step would leave the finite numbers.
    pub is_over: bool,
    /// Every step, or every so many where all would be too much to keep.
    snapshots: Vec<Snapshot>,
    stride: usize,
}

impl Course {
    /// Before the first of at most `most` steps.
    ///
    /// # Errors
    /// Why a loss cannot be computed there.
    pub fn new(terms: &[Term], optimizer: Optimizer, most: usize) -> Result<Self, String> {
        let variables = terms[0].wire.start();
        for Term { contender, wire } in terms {
            let inputs = wire.inputs(&variables, 0)?;
            contender.loss.check(&inputs, &contender.params).map_err(|error| error.to_string())?;
        }
        let (loss, slopes) = Evaluation { terms, gradient: Gradient::default() }.at(&variables, 0);
        let state = optimizer::State::new(variables.len());
        let stride = (3 * variables.len() * (most + 1)).div_ceil(KEPT).max(1);
        let mut course = Self {
            optimizer,
            state,
            variables,
            slopes,
            losses: vec![loss],
            is_over: !loss.is_finite(),
            snapshots: Vec::new(),
            stride,
        };
        course.keep();
        Ok(course)
    }

    /// Steps taken.
    pub fn steps(&self) -> usize {
        self.losses.len() - 1
    }

    /// The loss now.
    pub fn loss(&self) -> f64 {
        self.losses[self.steps()]
    }

    /// The variables at every step that is kept, with its number; the first is the start.
    pub fn kept(&self) -> impl Iterator<Item = (usize, &[f64])> {
        self.snapshots.iter().map(|snapshot| (snapshot.step, &snapshot.variables[..]))
    }

    /// The variables at every step that is kept, then those now.
    pub fn way(&self) -> impl Iterator<Item = &[f64]> {
        let is_kept = self.snapshots.last().is_some_and(|last| last.step == self.steps());
        let now = (!is_kept).then_some(&self.variables[..]);
        self.kept().map(|(_, variables)| variables).chain(now)
    }

    fn keep(&mut self) {
        let step = self.steps();
        if step.is_multiple_of(self.stride) {
            let moments = self.state.moments().collect();
            self.snapshots.push(Snapshot { step, variables: self.variables.clone(), moments });
        }
    }

    /// Takes steps until there are `steps` of them, as long as everything stays finite. Steps that were taken before are
    /// kept, so that a training in one go and one step by step are the same. After each, `watch` sees the number of
    /// steps and the variables.
    pub fn extend(&mut self, terms: &[Term], steps: usize, watch: &mut dyn FnMut(usize, &[f64])) {
        let mut evaluation = Evaluation { terms, gradient: Gradient::default() };
        while !self.is_over && self.steps() < steps {
            let mut variables = self.variables.clone();
            terms[0].wire.step(&self.optimizer, &mut self.state, &mut variables, &self.slopes);
            terms.iter().for_each(|term| term.wire.follow(&mut variables));
            if variables.iter().any(|x| !x.is_finite()) {
                self.is_over = true;
                return;
            }
            let (loss, slopes) = evaluation.at(&variables, self.steps() + 1);
            self.is_over = !(loss.is_finite() && slopes.iter().all(|slope| slope.is_finite()));
            if self.is_over {
                return;
            }
            (self.variables, self.slopes) = (variables, slopes);
            self.losses.push(loss);
            self.keep();
            watch(self.steps(), &self.variables);
        }
    }

    /// The same course when `steps` steps were taken, which are no more than now: from the last step before that was kept.
    pub fn back_to(&self, terms: &[Term], steps: usize) -> Self {
        let from = self.snapshots.iter().rposition(|snapshot| snapshot.step <= steps).unwrap_or(0);
        let snapshot = &self.snapshots[from];
        let mut evaluation = Evaluation { terms, gradient: Gradient::default() };
        let mut course = Self {
            optimizer: self.optimizer,
            state: optimizer::State::resumed(snapshot.step, &snapshot.moments),
            slopes: evaluation.at(&snapshot.variables, snapshot.step).1,
            variables: snapshot.variables.clone(),
            losses: self.losses[..=snapshot.step].to_vec(),
            is_over: false,
            snapshots: self.snapshots[..=from].to_vec(),
            stride: self.stride,
        };
        course.extend(terms, steps, &mut |_, _| {});
        course
    }

    /// As plain numbers; see [`resume`](Self::resume).
    pub fn numbers(&self) -> Vec<f64> {
        let mut numbers = vec![f64::from(u8::from(self.is_over)), self.losses.len() as f64];
        for part in [&self.losses, &self.variables, &self.slopes] {
            numbers.extend(part);
        }
        numbers.extend(self.state.moments());
        let every = (self.snapshots.len() * (1 + 3 * self.variables.len())).div_ceil(SENT).max(1);
        for snapshot in self.snapshots.iter().step_by(every) {
            numbers.push(snapshot.step as f64);
            numbers.extend(snapshot.variables.iter().chain(&snapshot.moments));
        }
        numbers
    }

    /// Goes on to where a course with these [numbers](Self::numbers), of the same training, has come; nothing happens if
    /// they are not such.
    pub fn resume(&mut self, numbers: &[f64]) -> Option<()> {
        let width = self.variables.len();
        let (&[is_over, length], rest) = numbers.split_first_chunk()?;
        let (losses, rest) = rest.split_at_checked(length as usize)?;
        let (variables, rest) = rest.split_at_checked(width)?;
        let (slopes, rest) = rest.split_at_checked(width)?;
        let (moments, rest) = rest.split_at_checked(2 * width)?;
        let steps = losses.len().checked_sub(1)?;
        self.state = optimizer::State::resumed(steps, moments);
        (self.variables, self.slopes) = (variables.to_vec(), slopes.to_vec());
        (self.losses, self.is_over) = (losses.to_vec(), is_over != 0.0);
        let snapshot = |numbers: &[f64]| Snapshot {
            step: numbers[0] as usize,
            variables: numbers[1..=width].to_vec(),
            moments: numbers[1 + width..].to_vec(),
        };
        self.snapshots = rest.chunks_exact(1 + 3 * width).map(snapshot).collect();
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use ndarray::{ArrayD, IxDyn};

    use super::*;
    use crate::losses;
    use crate::optimizer::Rule;

    /// Three residuals that are trained themselves.
    struct Residuals(&'static crate::spec::Spec);

    impl Wire for Residuals {
        fn start(&self) -> Vec<f64> {
            vec![3.0, -2.0, 0.5]
        }

        fn inputs(&self, variables: &[f64], _: usize) -> Result<Inputs<f64>, String> {
            let array = ArrayD::from_shape_vec(IxDyn(&[3]), variables.to_vec()).map_err(|e| e.to_string())?;
            Inputs::new(self.0, BTreeMap::from([("residual".to_owned(), array)])).map_err(|e| e.to_string())
        }

        fn pull_back(&self, _: &[f64], gradient: &Gradient) -> Vec<f64> {
            gradient.of("residual").to_vec()
        }
    }

    fn course(lr: f64, most: usize) -> (Vec<Term>, Course) {
        let loss = losses::find("huber").unwrap();
        let wire = Box::new(Residuals(loss.spec()));
        let terms = vec![Term { contender: Contender::new(loss), wire }];
        let rule = Rule::Adam { beta1: 0.9, beta2: 0.999, eps: 1e-8, weight_decay: 0.0 };
        let course = Course::new(&terms, Optimizer { rule, lr }, most).unwrap();
        (terms, course)
    }

    #[test]
    fn a_training_in_one_go_and_one_step_by_step_end_alike_and_both_can_be_gone_back_in() {
        // With so many steps to come only every third of them is kept.
        for most in [40, 160_000] {
            let (terms, mut in_one_go) = course(0.1, most);
            in_one_go.extend(&terms, 40, &mut |_, _| {});
            let (_, mut by_steps) = course(0.1, most);
            for step in 1..=40 {
                by_steps.extend(&terms, step, &mut |_, _| {});
                let back = in_one_go.back_to(&terms, step);
                assert_eq!(
                    (back.steps(), &back.variables),
                    (step, &by_steps.variables),
                    "back at step {step}"
                );
                assert_eq!((back.loss(), &back.slopes), (by_steps.loss(), &by_steps.slopes));
            }
            assert_eq!(in_one_go.variables, by_steps.variables);
            assert!(in_one_go.kept().count() == if most == 40 { 41 } else { 14 });
        }
    }

    #[test]
    fn what_a_worker_sends_is_gone_on_with() {
        let (terms, mut worker) = course(0.1, 40);
        worker.extend(&terms, 20, &mut |_, _| {});
        let (_, mut here) = course(0.1, 40);
        here.resume(&worker.numbers()).unwrap();
        for course in [&mut worker, &mut here] {
            course.extend(&terms, 30, &mut |_, _| {});
        }
        assert_eq!(
            (here.variables.clone(), here.losses.clone()),
            (worker.variables.clone(), worker.losses.clone())
        );
        assert_eq!(here.back_to(&terms, 7).variables, worker.back_to(&terms, 7).variables);
        assert_eq!(here.resume(&[1.0, 2.0, 3.0]), None);
    }

    #[test]
    fn a_worker_sends_few_of_the_steps_of_a_long_training_and_all_can_still_be_gone_back_to() {
        let (terms, mut worker) = course(1e-6, 15_000);
        worker.extend(&terms, 15_000, &mut |_, _| {});
        let (_, mut here) = course(1e-6, 15_000);
        let numbers = worker.numbers();
        assert!(numbers.len() < 2 * SENT, "{} numbers are sent", numbers.len());
        here.resume(&numbers).unwrap();
        for step in [0, 7_001, 15_000] {
            let (here, there) = (here.back_to(&terms, step), worker.back_to(&terms, step));
            assert_eq!((here.steps(), &here.variables), (step, &there.variables));
        }
    }

    #[test]
    fn a_training_stops_before_it_leaves_the_finite_numbers() {
        let (terms, mut course) = course(f64::MAX, 40);
        course.extend(&terms, 40, &mut |_, _| {});
        assert!(course.is_over && course.steps() < 40);
        assert!(course.variables.iter().chain(&course.losses).all(|x| x.is_finite()));
    }
}
