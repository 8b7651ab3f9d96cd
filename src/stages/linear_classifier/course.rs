//! The training of a linear classifier, and how it does.

use std::collections::BTreeMap;

use ndarray::{ArrayD, IxDyn};

use crate::input::Inputs;
use crate::kernel::Gradient;
use crate::optimizer::{Optimizer, Rule};
use crate::probe::Descent;
use crate::real::Real;
use crate::stages::{Contender, Point};

/// The scores of a class at a place: two weights and a bias.
pub(super) type Weights = [f64; 3];

/// Where an adversary may move a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ball {
    pub radius: f64,
    /// Whether it may move both coordinates by the radius, not the distance.
    pub is_square: bool,
}

impl Ball {
    /// That of a loss which has one.
    pub fn of(contender: &Contender) -> Option<Self> {
        let params = &contender.params;
        let has = params.has("radius") && params.has("norm");
        has.then(|| Self { radius: params.get("radius"), is_square: params.named("norm") == "square" })
    }
}

/// What a training depends on.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Task {
    pub contender: String,
    pub points: Vec<Point>,
    pub start: Vec<Weights>,
    pub lr: f64,
}

/// A training under way: every state of the weights from the start on.
pub(super) struct Course {
    pub task: Task,
    contender: Contender,
    descent: Result<Descent, String>,
    pub ways: Vec<Vec<Weights>>,
    pub losses: Vec<f64>,
}

impl Course {
    pub fn new(contender: &Contender, task: Task) -> Self {
        let spec = contender.loss.spec();
        let (count, classes) = (task.points.len(), task.start.len());
        let arrays = [
            ("points", vec![count, 2], task.points.iter().flat_map(|p| [p.x, p.y]).collect::<Vec<f64>>()),
            ("labels", vec![count], task.points.iter().map(|p| p.class as f64).collect()),
            ("weights", vec![classes, 2], task.start.iter().flat_map(|w| [w[0], w[1]]).collect()),
            ("bias", vec![classes], task.start.iter().map(|w| w[2]).collect()),
        ];
        let arrays: BTreeMap<String, ArrayD<f64>> = arrays
            .into_iter()
            .map(|(name, shape, entries)| {
                (name.to_owned(), ArrayD::from_shape_vec(IxDyn(&shape), entries).expect("shapes multiply"))
            })
            .collect();
        let inputs = Inputs::new(spec, arrays).and_then(|inputs| {
            contender.loss.check(&inputs, &contender.params)?;
            Ok(inputs)
        });
        let descent = inputs.map(Descent::new).map_err(|error| error.to_string());
        let mut course =
            Self { task, contender: contender.clone(), descent, ways: Vec::new(), losses: Vec::new() };
        course.keep();
        course
    }

    /// Why there is no training.
    pub fn trouble(&self) -> Option<&str> {
        self.descent.as_ref().err().map(String::as_str)
    }

    /// Goes on until so many steps are taken.
    pub fn extend(&mut self, steps: usize) {
        let rule = Rule::Adam { beta1: 0.9, beta2: 0.999, eps: 1e-8, weight_decay: 0.0 };
        let optimizer = Optimizer { rule, lr: self.task.lr };
        while self.ways.len() <= steps {
            let Ok(descent) = &mut self.descent else { return };
            descent.step(self.contender.loss, &self.contender.params, &optimizer);
            self.keep();
        }
    }

    fn keep(&mut self) {
        let Ok(descent) = &self.descent else {
            self.ways.push(self.task.start.clone());
            self.losses.push(f64::NAN);
            return;
        };
        let input = descent.input();
        let weights = input.rows("weights").into_iter().zip(input.vector("bias"));
        self.ways.push(weights.map(|(w, &b)| [w[0], w[1], b]).collect());
        self.losses.push(self.contender.loss.value(input, &self.contender.params));
    }

    /// The length of the gradient after so many steps.
    pub fn gradient_norm(&self, step: usize) -> f64 {
        let Ok(descent) = &self.descent else { return f64::NAN };
        let mut input = descent.input().clone();
        let weights = &self.ways[step];
        input.set_variable("weights", weights.iter().flat_map(|w| [w[0], w[1]]));
        input.set_variable("bias", weights.iter().map(|w| w[2]));
        let mut gradient = Gradient::default();
        self.contender.loss.value_and_gradient(&input, &self.contender.params, &mut gradient);
        f64::norm(gradient.flat())
    }

    /// The shares of points that are misclassified, and that an adversary can have misclassified.
    pub fn errors(&self, step: usize) -> (f64, f64) {
        let ball = Ball::of(&self.contender).unwrap_or(Ball { radius: 0.0, is_square: false });
        let of = |ball: Ball| {
            let broken = self.task.points.iter().filter(|point| safety(&self.ways[step], point, ball) <= 0.0);
            broken.count() as f64 / self.task.points.len().max(1) as f64
        };
        (of(Ball { radius: 0.0, ..ball }), of(ball))
    }
}

/// The score of a class at a place.
fn score(w: &Weights, x: f64, y: f64) -> f64 {
    w[0] * x + w[1] * y + w[2]
}

/// The class that has the highest score at a place; the first one if several have.
pub(super) fn classify(weights: &[Weights], x: f64, y: f64) -> usize {
    let mut best = 0;
    for class in 1..weights.len() {
        if score(&weights[class], x, y) > score(&weights[best], x, y) {
            best = class;
        }
    }
    best
}

/// How much of the lead of a point's class is left when an adversary has done his worst: below 0 the point is lost.
pub(super) fn safety(weights: &[Weights], point: &Point, ball: Ball) -> f64 {
    let own = &weights[point.class.min(weights.len() - 1)];
    let against = |(_, other): (usize, &Weights)| {
        let (a, b) = (own[0] - other[0], own[1] - other[1]);
        let steepness = if ball.is_square { a.abs() + b.abs() } else { a.hypot(b) };
        score(own, point.x, point.y) - score(other, point.x, point.y) - ball.radius * steepness
    };
    let others = weights.iter().enumerate().filter(|(class, _)| *class != point.class);
    others.map(against).fold(f64::INFINITY, f64::min)
}
