//! The drawings of the stage.

use std::f64::consts::TAU;

use super::course::{Ball, Weights, classify, safety};
use super::scene::{LinearClassifierScene, REACH, drawn};
use crate::figures::{At, Axis, Colours, Dash, Figure, Freedom, Handle, Ink, Map, Mark, Plane, Shape};
use crate::stages::Point;
use crate::stages::sample::ink;

/// Samples along each side of the map of the regions.
const SIDE: usize = 160;

/// Corners of a ball.
const CORNERS: usize = 20;

impl LinearClassifierScene {
    /// The regions of the classes, the points with the balls around them, and the weights of the first class.
    pub(super) fn plane(&self, contender: usize) -> Figure {
        let (weights, width) = (self.weights(contender), self.width());
        let mut marks = Vec::new();
        // Without weights there are no regions.
        let is_blank = weights.iter().all(|w| w[0] == weights[0][0] && w[1] == weights[0][1]);
        if !is_blank {
            let along = |i: usize, reach: f64| reach * (2.0 * i as f64 / (SIDE - 1) as f64 - 1.0);
            let class = |i: usize| classify(weights, along(i % SIDE, width), along(i / SIDE, REACH));
            let values = (0..SIDE * SIDE).map(|i| class(i) as f64);
            marks.push(Mark::Map(Map {
                name: "class".into(),
                columns: SIDE,
                values: values.collect(),
                x: (-width, width),
                y: (-REACH, REACH),
                colours: Colours::Classes,
                contours: 0,
                cells: false,
            }));
        }
        if let [own, other] = weights {
            let border = border([own[0] - other[0], own[1] - other[1], own[2] - other[2]], width);
            marks.push(Mark::Line {
                name: String::new(),
                points: border,
                ink: Ink::Text,
                dash: Dash::Solid,
                width: 1.5,
            });
        }
        if let Some(ball) = self.ball(contender) {
            // Without weights nothing is decided, and the adversary has nothing to break.
            let (lost, safe): (Vec<&Point>, Vec<&Point>) =
                self.points.iter().partition(|point| !is_blank && safety(weights, point, ball) <= 0.0);
            let around = |name: &str, points: Vec<&Point>, ink, width| Mark::Line {
                name: if points.is_empty() { String::new() } else { name.into() },
                points: points.into_iter().flat_map(|point| outline(point, ball)).collect(),
                ink,
                dash: Dash::Solid,
                width,
            };
            marks.push(around(if is_blank { "within reach" } else { "safe" }, safe, Ink::Muted, 0.5));
            marks.push(around("can be broken", lost, Ink::Text, 0.75));
        }
        for class in 0..self.classes {
            let own = self.points.iter().filter(|point| point.class == class);
            marks.push(Mark::Points {
                name: format!("class {}", class + 1),
                points: own.map(|point| (point.x, point.y)).collect(),
                ink: Ink::Class(class),
                shape: Shape::OfClass(class),
                size: 4.0,
            });
        }
        let tip = drawn(weights[0]);
        marks.push(Mark::Arrows {
            name: "weights of class 1".into(),
            arrows: vec![[(0.0, 0.0), tip]],
            ink: Ink::Text,
        });
        marks.push(Mark::Points {
            name: String::new(),
            points: vec![tip],
            ink: Ink::Class(0),
            shape: Shape::Star,
            size: 9.0,
        });
        let selected = self.state.selected;
        if let Some(point) = self.points.get(selected) {
            marks.push(Mark::Points {
                name: String::new(),
                points: vec![(point.x, point.y)],
                ink: Ink::Text,
                shape: Shape::Ring,
                size: 7.0,
            });
        }
        let of_points = self.points.iter().enumerate().map(|(i, point)| Handle {
            id: format!("point-{}", i + 1),
            name: format!("point {}, class {}", i + 1, point.class + 1),
            at: (point.x, point.y),
            freedom: Freedom::Plane,
            selected: i == selected,
        });
        let of_weights = Handle {
            id: "weights".into(),
            name: format!("weights of class 1, {:.2} and {:.2}", weights[0][0], weights[0][1]),
            at: tip,
            freedom: Freedom::Plane,
            selected: false,
        };
        Figure {
            title: self.titles[contender].clone(),
            x: Axis::linear("first feature", (-width, width)),
            y: Axis::linear("second feature", (-REACH, REACH)),
            marks,
            handles: of_points.chain([of_weights]).collect(),
            plane: Plane::Equal,
        }
    }

    /// What share of the points is wrong, by itself and with an adversary.
    pub(super) fn errors_figure(&self) -> Figure {
        let mut marks = vec![self.now()];
        for (i, course) in self.courses.iter().enumerate() {
            let (mut clean, mut robust) = (Vec::new(), Vec::new());
            for step in 0..=self.steps.min(course.ways.len() - 1) {
                let errors = course.errors(step);
                clean.push((step as f64, errors.0));
                robust.push((step as f64, errors.1));
            }
            let name = |what: &str| if i == 0 { what.to_owned() } else { format!("{what}, the second loss") };
            let line = |name, points, dash| Mark::Line { name, points, ink: ink(i), dash, width: 2.0 };
            marks.push(line(name("misclassified"), clean, Dash::Solid));
            if self.ball(i).is_some() {
                marks.push(line(name("with an adversary"), robust, Dash::Dashed));
            }
        }
        self.over_steps("Errors over the steps", Axis::linear("share of points", (0.0, 1.0)), marks)
    }

    pub(super) fn loss_curve(&self) -> Figure {
        let mut marks = vec![self.now()];
        let mut heights = vec![0.0];
        for (i, course) in self.courses.iter().enumerate() {
            let losses = course.losses.iter().take(self.steps + 1);
            let points: Vec<(f64, f64)> =
                losses.enumerate().map(|(step, &loss)| (step as f64, loss)).collect();
            heights.extend(points.iter().map(|p| p.1));
            let name = self.titles[i].clone();
            marks.push(Mark::Line {
                name,
                points,
                ink: ink(i),
                dash: crate::stages::sample::dash(i),
                width: 2.0,
            });
        }
        self.over_steps("Loss over the steps", Axis::fitting("loss", heights), marks)
    }

    fn now(&self) -> Mark {
        Mark::Rule { name: String::new(), at: At::X(self.steps as f64), ink: Ink::Muted }
    }

    fn over_steps(&self, title: &str, y: Axis, marks: Vec<Mark>) -> Figure {
        Figure {
            title: title.into(),
            x: Axis::linear("step", (0.0, self.state.knobs.get("budget").max(1.0))),
            y,
            marks,
            handles: Vec::new(),
            plane: Plane::Free,
        }
    }
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
