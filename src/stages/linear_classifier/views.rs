//! The regions of the classes with their balls, and the errors over the training.

use std::f64::consts::TAU;

use super::adversary::{Ball, Weights, classify, errors, safety, weights};
use super::{LinearClassifier, REACH, drawn, lead};
use crate::figures::{Axis, Colours, Dash, Figure, Freedom, Handle, Ink, Map, Mark, Shape, fixed};
use crate::stages::Point;
use crate::stages::engine::curves::{curve, now, over_steps, usual_losses};
use crate::stages::engine::{Run, Shot};

/// Samples along each side of the map of the regions.
const SIDE: usize = 160;

/// Corners of a ball.
const CORNERS: usize = 20;

/// The regions of the classes, the points with the balls around them, and the weights of the first class.
pub(super) fn plane(shot: &Shot<LinearClassifier>, place: usize) -> Figure {
    let (weights, width, points) = (&shot.seen(place).weights, shot.world.width, &shot.world.points);
    let mut marks = Vec::new();
    // Without weights there are no regions.
    let is_blank = weights.iter().all(|w| w[..2] == weights[0][..2]);
    if !is_blank {
        let along = |i: usize, reach: f64| reach * (2.0 * i as f64 / (SIDE - 1) as f64 - 1.0);
        let class = |i: usize| classify(weights, along(i % SIDE, width), along(i / SIDE, REACH)) as f64;
        let values = (0..SIDE * SIDE).map(class).collect();
        let (x, y) = ((-width, width), (-REACH, REACH));
        marks.push(Mark::Map(Map::new("class", SIDE, values, x, y, Colours::Classes)));
    }
    if let [own, other] = &weights[..] {
        marks.push(Mark::line("", border(lead(own, other), width), Ink::Text, Dash::Solid, 1.5));
    }
    if let Some(ball) = Ball::of(shot.run(place).contender()) {
        // Without weights nothing is decided, and the adversary has nothing to break.
        let (lost, safe): (Vec<&Point>, Vec<&Point>) =
            points.iter().partition(|point| !is_blank && safety(weights, point, ball) <= 0.0);
        let around = |name: &str, points: Vec<&Point>, ink, width| {
            let name = if points.is_empty() { "" } else { name };
            let edges = points.into_iter().flat_map(|point| outline(point, ball)).collect();
            Mark::line(name, edges, ink, Dash::Solid, width)
        };
        marks.push(around(if is_blank { "within reach" } else { "safe" }, safe, Ink::Muted, 0.5));
        marks.push(around("can be broken", lost, Ink::Text, 0.75));
    }
    for class in 0..weights.len() {
        let own = points.iter().filter(|point| point.class == class).map(|point| (point.x, point.y));
        let (ink, shape) = (Ink::Class(class), Shape::OfClass(class));
        marks.extend(Mark::points(&format!("class {}", class + 1), own.collect(), ink, shape, 4.0));
    }
    let tip = drawn(weights[0]);
    let arrows = vec![[(0.0, 0.0), tip]];
    marks.push(Mark::Arrows { name: "weights of class 1".into(), arrows, ink: Ink::Text });
    marks.extend(Mark::points("", vec![tip], Ink::Class(0), Shape::Star, 9.0));
    let selected = shot.state.selected;
    let ringed = points.get(selected).map(|point| (point.x, point.y)).into_iter().collect();
    marks.extend(Mark::points("", ringed, Ink::Text, Shape::Ring, 7.0));
    let of_points = points.iter().enumerate().map(|(i, point)| Handle {
        id: format!("point-{}", i + 1),
        name: format!("point {}, class {}", i + 1, point.class + 1),
        at: (point.x, point.y),
        freedom: Freedom::Plane,
        selected: i == selected,
    });
    let of_weights = Handle {
        id: "weights".into(),
        name: format!("weights of class 1, {} and {}", fixed(weights[0][0], 2), fixed(weights[0][1], 2)),
        at: tip,
        freedom: Freedom::Plane,
        selected: false,
    };
    let handles = of_points.chain([of_weights]).collect();
    let x = Axis::linear("first feature", (-width, width));
    let y = Axis::linear("second feature", (-REACH, REACH));
    Figure { handles, ..Figure::new(x, y, marks).equal() }
}

/// What share of the points is wrong, by itself and with an adversary.
pub(super) fn errors_over_steps(shot: &Shot<LinearClassifier>) -> Figure {
    let mut marks = vec![now(shot)];
    for (i, run) in shot.runs.all.iter().enumerate() {
        let ball = Ball::of(run.contender());
        let errors = run.along(|variables| errors(&weights(variables), &shot.world.points, ball));
        let mut add = |what: &str, which: usize, dash| {
            let name = if i == 0 { what.to_owned() } else { format!("{what}, the second loss") };
            let points = errors.iter().map(|(step, errors)| (*step, errors[which])).collect();
            marks.push(curve(name, points, i, dash));
        };
        add("misclassified", 0, Dash::Solid);
        if ball.is_some() {
            add("with an adversary", 1, Dash::Dashed);
        }
    }
    over_steps(shot, "", Axis::linear("share of points", (0.0, 1.0)), marks)
}

/// The loss over the training, on an axis from 0.
pub(super) fn loss_curve(shot: &Shot<LinearClassifier>) -> Figure {
    let heights = shot.runs.all.iter().flat_map(Run::losses).chain([0.0]);
    Figure { y: Axis::fitting("loss", heights), ..usual_losses(shot) }
}

/// The part of the line `a·x + b·y + c = 0` that is seen; nothing without a slope.
fn border([a, b, c]: Weights, width: f64) -> Vec<(f64, f64)> {
    if a == 0.0 && b == 0.0 {
        Vec::new()
    } else if b.abs() * REACH >= a.abs() * width {
        [-width, width].map(|x| (x, -(a * x + c) / b)).to_vec()
    } else {
        [-REACH, REACH].map(|y| (-(b * y + c) / a, y)).to_vec()
    }
}

/// The edge of the ball around a point, with a gap at its end.
fn outline(point: &Point, ball: Ball) -> Vec<(f64, f64)> {
    let corner = |(x, y): (f64, f64)| (point.x + ball.radius * x, point.y + ball.radius * y);
    let unit: Vec<(f64, f64)> = if ball.is_square {
        vec![(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0)]
    } else {
        (0..=CORNERS).map(|i| (TAU * i as f64 / CORNERS as f64).sin_cos()).collect()
    };
    unit.into_iter().map(corner).chain([(f64::NAN, f64::NAN)]).collect()
}
