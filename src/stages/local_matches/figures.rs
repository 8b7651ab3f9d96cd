//! The drawings of the stage.

use std::f64::consts::TAU;

use super::album::{POSITIVE, QUERY, image_name, squared_distance};
use super::scene::LocalMatchesScene;
use crate::figures::{Axis, Dash, Figure, Freedom, Handle, Ink, Mark, Plane, Shape};
use crate::stages::planar::drawing::{arrows, at, line, selection};
use crate::stages::planar::training::{Moment, Motion};

/// Half the side of the plane that is seen.
const REACH: f64 = 1.6;

/// Ends one piece of a line and begins another.
const GAP: (f64, f64) = (f64::NAN, f64::NAN);

/// Why a match may be rejected, as the legend says it.
const TESTS: [&str; 3] = ["1 not mutual", "2 not distinct", "3 little attention"];

impl LocalMatchesScene {
    /// The descriptors on the circles of their images, what matches and what is pushed.
    pub(super) fn plane(&self) -> Figure {
        let places = self.places();
        let drawn: Vec<_> = places.iter().enumerate().map(|(i, &place)| self.album.drawn(i, place)).collect();
        let mut marks: Vec<Mark> = Vec::new();
        for image in 0..self.album.images {
            let [radius, _] = self.album.drawn(image * self.album.each, [1.0, 0.0]);
            let circle = (0..=180).map(|i| (TAU * f64::from(i) / 180.0).sin_cos());
            let circle = circle.map(|(s, c)| (radius * c, radius * s)).collect();
            marks.push(line("", circle, Ink::Muted, Dash::Solid, 1.0));
        }
        let between = |(a, b): (usize, usize)| [at(drawn[a]), at(drawn[b]), GAP];
        let candidates = self.candidates();
        for (test, name) in TESTS.iter().enumerate() {
            let fails = candidates.iter().filter(|c| first_failed(c) == Some(test));
            let way: Vec<_> = fails.clone().flat_map(|c| between(c.pair)).collect();
            if !way.is_empty() {
                marks.push(line(name, way, Ink::Muted, Dash::Dashed, 1.5));
            }
            marks.extend(fails.map(|c| {
                let [a, b, _] = between(c.pair);
                let beyond = (1.55 * b.0 - 0.55 * a.0, 1.55 * b.1 - 0.55 * a.1);
                Mark::Text { text: (test + 1).to_string(), at: beyond, ink: Ink::Text }
            }));
        }
        let pushed: Vec<_> = self.active().into_iter().flat_map(between).collect();
        if !pushed.is_empty() {
            marks.push(line("active negative", pushed, Ink::Text, Dash::Dashed, 1.0));
        }
        let kept: Vec<_> = self.kept().into_iter().flat_map(between).collect();
        if !kept.is_empty() {
            marks.push(line("match kept", kept, Ink::Accent, Dash::Solid, 3.0));
        }
        // Along its circle a descriptor feels the same, wherever that is drawn.
        let felt = self.run.now().map(|now| Moment {
            points: drawn.clone(),
            loss: now.loss,
            gradient: now
                .points
                .iter()
                .zip(&now.gradient)
                .map(|(&p, &g)| Motion::Circle.allowed(p, g))
                .collect(),
        });
        marks.extend(felt.and_then(|felt| arrows(&felt, Motion::Free, REACH)));
        for image in 0..self.album.images {
            let low = |&i: &usize| image == POSITIVE && !candidates[i - self.album.each].is_attended;
            let (low, own): (Vec<usize>, Vec<usize>) = self.album.of(image).partition(low);
            for (kind, own, shape) in
                [("", own, Shape::OfClass(image)), (", little attended", low, Shape::HollowOfClass(image))]
            {
                if !own.is_empty() {
                    marks.push(Mark::Points {
                        name: format!("{}{kind}", image_name(image)),
                        points: own.into_iter().map(|i| at(drawn[i])).collect(),
                        ink: Ink::Class(image),
                        shape,
                        size: 6.0,
                    });
                }
            }
        }
        marks.push(selection(drawn[self.selected]));
        let handle = |i: usize| Handle {
            id: self.album.handle(i),
            name: self.album.name(i),
            at: at(drawn[i]),
            freedom: Freedom::Plane,
            selected: i == self.selected,
        };
        Figure {
            title: "Matches of the query with the positive".into(),
            x: Axis::linear("x₁", (-REACH, REACH)),
            y: Axis::linear("x₂", (-REACH, REACH)),
            marks,
            handles: (0..places.len()).map(handle).collect(),
            plane: Plane::Equal,
        }
    }

    /// For each descriptor of the query: how far its match is and how far the nearest of every other image.
    pub(super) fn distances(&self) -> Figure {
        let places = self.places();
        let queries = self.album.of(QUERY);
        let partner = |q: usize| self.candidates().into_iter().find(|c| c.pair.0 == q);
        let matched = queries
            .clone()
            .map(|q| partner(q).map_or(f64::NAN, |c| squared_distance(places[q], places[c.pair.1])));
        let heights: Vec<f64> = matched.map(|d| if d.is_finite() { d } else { 0.0 }).collect();
        let kept = self.kept();
        let ink = |q: usize| if kept.iter().any(|pair| pair.0 == q) { Ink::Accent } else { Ink::Muted };
        let mut tall = heights.clone();
        let mut marks = vec![Mark::Bars {
            name: "to its match".into(),
            heights,
            inks: queries.clone().map(ink).collect(),
        }];
        for image in 2..self.album.images {
            let nearest = |q: usize| self.album.nearest(q, places)[image - 2].1;
            let points: Vec<_> = queries.clone().map(|q| (q as f64, nearest(q))).collect();
            tall.extend(points.iter().map(|p| p.1));
            marks.push(Mark::Points {
                name: format!("to the nearest of {}", image_name(image)),
                points,
                ink: Ink::Class(image),
                shape: Shape::OfClass(image),
                size: 5.0,
            });
        }
        Figure {
            title: "Squared distances of each descriptor of the query".into(),
            x: Axis::names("descriptor", queries.map(|q| (q + 1).to_string()).collect()),
            y: Axis::linear("squared distance", (0.0, 1.08 * tall.into_iter().fold(0.1, f64::max))),
            marks,
            handles: Vec::new(),
            plane: Plane::Free,
        }
    }
}

/// The first test that a candidate fails.
fn first_failed(candidate: &crate::losses::embeddings::cfcd_local_triplet::Candidate) -> Option<usize> {
    [candidate.is_mutual, candidate.is_distinct, candidate.is_attended].iter().position(|passed| !passed)
}
