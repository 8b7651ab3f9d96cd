//! The descriptors on the circles of their images, and how far their matches are.

use super::album::{POSITIVE, QUERY, image_name, squared_distance};
use super::{LocalMatches, Seen, selected};
use crate::figures::{Axis, Dash, Figure, Freedom, Handle, Ink, Mark, Shape};
use crate::losses::embeddings::cfcd_local_triplet::{Candidate, Match};
use crate::stages::engine::Shot;
use crate::stages::planar::drawing::{arrows, at, selection, square};

/// Half the side of the plane that is seen.
const REACH: f64 = 1.6;

/// Ends one piece of a line and begins another.
const GAP: (f64, f64) = (f64::NAN, f64::NAN);

/// Why a match may be rejected, as the legend says it.
const TESTS: [&str; 3] = ["1 not mutual", "2 not distinct", "3 little attention"];

/// The descriptors on the circles of their images, what matches and what is pushed.
pub(super) fn plane(shot: &Shot<LocalMatches>) -> Figure {
    let (album, Seen { now, candidates, kept, active }) = (&shot.world, shot.seen(0));
    let drawn: Vec<_> = now.places.iter().enumerate().map(|(i, &place)| album.drawn(i, place)).collect();
    let mut marks: Vec<Mark> = Vec::new();
    for image in 0..album.images {
        let [radius, _] = album.drawn(image * album.each, [1.0, 0.0]);
        marks.push(Mark::circle(radius));
    }
    let between = |(a, b): (usize, usize)| [at(drawn[a]), at(drawn[b]), GAP];
    let lines = |name: &str, pairs: &[Match], ink, dash, width| {
        let ways = || pairs.iter().copied().flat_map(between).collect();
        (!pairs.is_empty()).then(|| Mark::line(name, ways(), ink, dash, width))
    };
    for (test, name) in TESTS.iter().enumerate() {
        let fails = candidates.iter().filter(|c| first_failed(c) == Some(test));
        let fails: Vec<Match> = fails.map(|c| c.pair).collect();
        marks.extend(lines(name, &fails, Ink::Muted, Dash::Dashed, 1.5));
        marks.extend(fails.into_iter().map(|pair| {
            let [a, b, _] = between(pair);
            let beyond = (1.55 * b.0 - 0.55 * a.0, 1.55 * b.1 - 0.55 * a.1);
            Mark::Text { text: (test + 1).to_string(), at: beyond, ink: Ink::Text }
        }));
    }
    marks.extend(lines("active negative", active, Ink::Text, Dash::Dashed, 1.0));
    marks.extend(lines("match kept", kept, Ink::Accent, Dash::Solid, 3.0));
    // Along its circle a descriptor feels the same, wherever that is drawn.
    marks.extend(arrows(&drawn, &now.gradient, REACH));
    for image in 0..album.images {
        let low = |&i: &usize| image == POSITIVE && !candidates[i - album.each].is_attended;
        let (low, own): (Vec<usize>, Vec<usize>) = album.of(image).partition(low);
        for (kind, own, shape) in
            [("", own, Shape::OfClass(image)), (", little attended", low, Shape::HollowOfClass(image))]
        {
            let points = own.into_iter().map(|i| at(drawn[i])).collect();
            let name = format!("{}{kind}", image_name(image));
            marks.extend(Mark::points(&name, points, Ink::Class(image), shape, 6.0));
        }
    }
    let selected = selected(shot);
    marks.extend(selection(drawn[selected]));
    let handle = |i: usize| Handle {
        id: album.handle(i),
        name: album.name(i),
        at: at(drawn[i]),
        freedom: Freedom::Plane,
        selected: i == selected,
    };
    let handles = (0..drawn.len()).map(handle).collect();
    square("Matches of the query with the positive".into(), REACH, marks, handles)
}

/// For each descriptor of the query: how far its match is and how far the nearest of every other image.
pub(super) fn distances(shot: &Shot<LocalMatches>) -> Figure {
    let (album, Seen { now, candidates, kept, .. }) = (&shot.world, shot.seen(0));
    let (places, queries) = (&now.places, album.of(QUERY));
    let matched = |q: usize| candidates.iter().find(|c| c.pair.0 == q);
    let height = |q: usize| matched(q).map_or(0.0, |c| squared_distance(places[q], places[c.pair.1]));
    let heights: Vec<f64> = queries.clone().map(height).collect();
    let ink = |q: usize| if kept.iter().any(|pair| pair.0 == q) { Ink::Accent } else { Ink::Muted };
    let mut tall = heights.clone();
    let inks = queries.clone().map(ink).collect();
    let mut marks = vec![Mark::Bars { name: "to its match".into(), heights, inks }];
    for image in 2..album.images {
        let nearest = |q: usize| album.nearest(q, places)[image - 2].1;
        let points: Vec<_> = queries.clone().map(|q| (q as f64, nearest(q))).collect();
        tall.extend(points.iter().map(|p| p.1));
        let name = format!("to the nearest of {}", image_name(image));
        marks.extend(Mark::points(&name, points, Ink::Class(image), Shape::OfClass(image), 5.0));
    }
    let title = "Squared distances of each descriptor of the query".into();
    let x = Axis::counted("descriptor", album.each);
    let y = Axis::linear("squared distance", (0.0, 1.08 * tall.into_iter().fold(0.1, f64::max)));
    Figure { title, ..Figure::new(x, y, marks) }
}

/// The first test that a candidate fails.
fn first_failed(candidate: &Candidate) -> Option<usize> {
    [candidate.is_mutual, candidate.is_distinct, candidate.is_attended].iter().position(|passed| !passed)
}
