//! What an adversary can do to the points of a linear classifier.

use crate::spec::Meaning;
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
        let (params, norm) = (&contender.params, contender.loss.spec().meaning(Meaning::Norm)?);
        Some(Self {
            radius: params.meaning(Meaning::Radius)?,
            is_square: params.named(norm.name) == "square",
        })
    }
}

/// The weights of the classes from what training moves: two of each, then the biases.
pub(super) fn weights(variables: &[f64]) -> Vec<Weights> {
    let (weights, biases) = variables.split_at(2 * variables.len() / 3);
    weights.chunks_exact(2).zip(biases).map(|(w, &bias)| [w[0], w[1], bias]).collect()
}

/// The shares of points that are misclassified, and that an adversary can have misclassified; NaN without one.
pub(super) fn errors(weights: &[Weights], points: &[Point], ball: Option<Ball>) -> [f64; 2] {
    let of = |ball| {
        let broken = points.iter().filter(|point| safety(weights, point, ball) <= 0.0);
        broken.count() as f64 / points.len().max(1) as f64
    };
    [of(Ball { radius: 0.0, is_square: false }), ball.map_or(f64::NAN, of)]
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
