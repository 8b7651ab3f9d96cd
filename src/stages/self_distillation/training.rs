//! Student, teacher and centre, and where training takes them.

use std::collections::BTreeMap;

use ndarray::{ArrayD, IxDyn};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

use crate::input::{InputError, Inputs};
use crate::kernel::Gradient;
use crate::losses::softmax::softmax;
use crate::real::Real;
use crate::spec::Params;
use crate::stages::{Contender, Point, State};

/// How slowly the centre follows the teacher.
const CENTRE_MOMENTUM: f64 = 0.9;

/// Among the points of a state, class `i` holds the student's scores of sample `i`, class 16 + `i` the teacher's,
/// and this class the centre; the horizontal coordinate is the output.
const TEACHER: usize = 16;
const CENTRE: usize = 32;

/// Scores of a batch.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Scores {
    /// Of the student, row by row.
    pub student: Vec<f64>,
    /// Of the teacher, row by row.
    pub teacher: Vec<f64>,
    /// What is taken off the teacher's.
    pub centre: Vec<f64>,
}

impl Scores {
    /// Random scores, the same for student and teacher, with those that a person has set in their places.
    pub(super) fn new(state: &State) -> Self {
        let (samples, outputs) = (state.knobs.whole("samples"), state.knobs.whole("outputs"));
        let mut rng = ChaCha8Rng::seed_from_u64(state.seed);
        let mut normal = || -> f64 { rng.sample(StandardNormal) };
        let student: Vec<f64> = (0..samples * outputs).map(|_| state.knobs.get("noise") * normal()).collect();
        let mut scores = Self { teacher: student.clone(), student, centre: vec![0.0; outputs] };
        for point in state.points.iter().flatten() {
            let (of, row) = match point.class {
                CENTRE => (&mut scores.centre, 0),
                class if class >= TEACHER => (&mut scores.teacher, class - TEACHER),
                class => (&mut scores.student, class),
            };
            // The coordinate counts outputs from 0; what is not there is passed over.
            let output = point.x.round();
            if (0.0..outputs as f64).contains(&output)
                && let Some(score) = of.get_mut(row * outputs + output as usize)
            {
                *score = point.y;
            }
        }
        scores
    }

    /// Number of outputs.
    pub(super) fn outputs(&self) -> usize {
        self.centre.len()
    }

    /// The points of a state with these scores.
    pub(super) fn points(&self) -> Vec<Point> {
        let outputs = self.outputs();
        let of = |scores: &[f64], class: usize| -> Vec<Point> {
            let point =
                |(i, &y): (usize, &f64)| Point { x: (i % outputs) as f64, y, class: class + i / outputs };
            scores.iter().enumerate().map(point).collect()
        };
        [of(&self.student, 0), of(&self.teacher, TEACHER), of(&self.centre, CENTRE)].concat()
    }

    /// What the loss reads.
    pub(super) fn inputs(&self, contender: &Contender) -> Result<Inputs<f64>, InputError> {
        let outputs = self.outputs();
        let matrix = |scores: &[f64]| {
            let shape = IxDyn(&[scores.len() / outputs, outputs]);
            ArrayD::from_shape_vec(shape, scores.to_vec()).expect("whole rows are kept")
        };
        let centre = ArrayD::from_shape_vec(IxDyn(&[outputs]), self.centre.clone()).expect("one a score");
        let arrays =
            [("student", matrix(&self.student)), ("teacher", matrix(&self.teacher)), ("center", centre)];
        let arrays: BTreeMap<_, _> = arrays.map(|(name, array)| (name.to_owned(), array)).into();
        let inputs = Inputs::new(contender.loss.spec(), arrays)?;
        contender.loss.check(&inputs, &contender.params)?;
        Ok(inputs)
    }

    /// The probabilities that the student gives each sample.
    pub(super) fn predictions(&self, params: &Params) -> Vec<Vec<f64>> {
        let temperature = params.get("student_temperature");
        let row = |row: &[f64]| softmax(&row.iter().map(|s| s / temperature).collect::<Vec<f64>>());
        self.student.chunks_exact(self.outputs()).map(row).collect()
    }

    /// The probabilities that the teacher asks for.
    pub(super) fn targets(&self, params: &Params) -> Vec<Vec<f64>> {
        let temperature = params.get("teacher_temperature");
        let row = |row: &[f64]| {
            let centred = row.iter().zip(&self.centre).map(|(t, c)| (t - c) / temperature);
            softmax(&centred.collect::<Vec<f64>>())
        };
        self.teacher.chunks_exact(self.outputs()).map(row).collect()
    }
}

/// Scores after some steps, and the loss there.
#[derive(Clone, Debug)]
pub(super) struct Moment {
    pub scores: Scores,
    pub loss: f64,
}

/// The way of the scores from the first step on.
#[derive(Clone, Debug)]
pub(super) struct Course {
    moments: Vec<Moment>,
}

impl Course {
    /// The scores before the first step.
    ///
    /// # Errors
    /// Why the loss cannot be computed there.
    pub(super) fn new(contender: &Contender, scores: Scores) -> Result<Self, String> {
        let inputs = scores.inputs(contender).map_err(|e| e.to_string())?;
        let loss = contender.loss.value(&inputs, &contender.params);
        Ok(Self { moments: vec![Moment { scores, loss }] })
    }

    /// Takes steps until there are `steps` of them, as long as everything stays finite. The student's scores of a sample
    /// are a part of their own and a part that all samples share, as a bias is: descent moves both. Then the teacher
    /// follows the student and the centre the teacher.
    pub(super) fn extend(&mut self, contender: &Contender, knobs: &Params, steps: usize) {
        let (lr, momentum) = (knobs.get("lr"), knobs.get("momentum"));
        let mut gradient = Gradient::default();
        while self.moments.len() <= steps {
            let mut scores = self.moments[self.moments.len() - 1].scores.clone();
            let Ok(inputs) = scores.inputs(contender) else { return };
            contender.loss.value_and_gradient(&inputs, &contender.params, &mut gradient);
            let (slopes, outputs) = (gradient.of("student"), scores.outputs());
            let column = |k: usize| slopes.iter().skip(k).step_by(outputs).copied().collect::<Vec<f64>>();
            let shared: Vec<f64> = (0..outputs).map(|k| f64::sum(&column(k))).collect();
            for (i, (score, slope)) in scores.student.iter_mut().zip(slopes).enumerate() {
                *score -= lr * (slope + shared[i % outputs]);
            }
            for (teacher, student) in scores.teacher.iter_mut().zip(&scores.student) {
                *teacher = momentum * *teacher + (1.0 - momentum) * student;
            }
            if knobs.named("centring") == "on" {
                for k in 0..outputs {
                    let own: Vec<f64> = scores.teacher.iter().skip(k).step_by(outputs).copied().collect();
                    let mean = f64::mean(&own);
                    scores.centre[k] = CENTRE_MOMENTUM * scores.centre[k] + (1.0 - CENTRE_MOMENTUM) * mean;
                }
            }
            let Ok(inputs) = scores.inputs(contender) else { return };
            let loss = contender.loss.value(&inputs, &contender.params);
            self.moments.push(Moment { scores, loss });
        }
    }

    /// The first `steps` steps and the start before them.
    pub(super) fn until(&self, steps: usize) -> &[Moment] {
        &self.moments[..self.moments.len().min(steps + 1)]
    }
}

/// What tells whether a batch has collapsed, in nats.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signs {
    /// Mean entropy of the targets: 0 if the teacher is sure of every sample, the logarithm of the outputs if of none.
    pub entropy: f64,
    /// Entropy of the mean target: 0 if every sample has the same output, the logarithm of the outputs if all are used.
    pub balance: f64,
    /// Mean divergence of the student from the targets: what there is to learn.
    pub divergence: f64,
}

impl Signs {
    /// The signs of the scores under the temperatures of a loss.
    pub(super) fn of(scores: &Scores, params: &Params) -> Self {
        let (targets, predictions) = (scores.targets(params), scores.predictions(params));
        let count = targets.len() as f64;
        let mean: Vec<f64> =
            (0..scores.outputs()).map(|k| targets.iter().map(|p| p[k]).sum::<f64>() / count).collect();
        let kl = |(p, q): (&Vec<f64>, &Vec<f64>)| -> f64 {
            p.iter().zip(q).filter(|(p, _)| **p > 0.0).map(|(p, q)| p * (p / q).ln()).sum()
        };
        Self {
            entropy: targets.iter().map(|p| entropy(p)).sum::<f64>() / count,
            balance: entropy(&mean),
            divergence: targets.iter().zip(&predictions).map(kl).sum::<f64>() / count,
        }
    }
}

fn entropy(p: &[f64]) -> f64 {
    -p.iter().filter(|p| **p > 0.0).map(|p| p * p.ln()).sum::<f64>()
}
