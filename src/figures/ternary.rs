//! The triangle of what has three shares.

use super::{Axis, Colours, Dash, Figure, Freedom, Handle, Ink, Map, Mark, Shape};

/// All distributions over three classes: the first on the left, the second on the right, the third on top.
pub struct Ternary;

/// Height of the triangle; its sides are 1 long.
const HEIGHT: f64 = 0.866_025_403_784_438_6;

/// The room around it, and how far from its corner a name stands.
const ROOM: f64 = 0.1;
const AWAY: f64 = 0.05;

const LONGEST_ARROW: f64 = 0.3;

/// Shares as large as this are drawn half as long.
const HALF: f64 = 0.2;

/// Radius of a point in CSS pixels.
const DOT: f64 = 7.0;

/// Contours of a map, and the length that is nothing but rounding.
const CONTOURS: usize = 12;
const NOTHING: f64 = 1e-12;

/// How much of a share there is at most from one corner of a cell to another, in steps along a side, with rounding.
const ACROSS_A_CELL: f64 = 1.5 + 1e-9;

impl Ternary {
    /// Where the samples of a map are, along the horizontal axis and along the vertical one.
    pub const ENDS: [(f64, f64); 2] = [(0.0, 1.0), (0.0, HEIGHT)];

    /// Where three shares are drawn.
    #[must_use]
    pub fn place(shares: &[f64; 3]) -> (f64, f64) {
        (shares[1] + 0.5 * shares[2], HEIGHT * shares[2])
    }

    /// The shares at a place; outside the triangle some are negative.
    #[must_use]
    pub fn shares((x, y): (f64, f64)) -> [f64; 3] {
        let top = y / HEIGHT;
        [1.0 - x - 0.5 * top, x - 0.5 * top, top]
    }

    /// The shares at each sample of a map with so many along a side, row by row; none outside the triangle, but in the cells
    /// that its sides cut, whose colours and contours need all their corners: there those of the nearest place on the side.
    pub fn samples(side: usize) -> impl Iterator<Item = Option<[f64; 3]>> {
        let along = move |i: usize| i as f64 / (side - 1) as f64;
        (0..side * side).map(move |i| {
            let shares = Self::shares((along(i % side), HEIGHT * along(i / side)));
            let is_near = shares.iter().all(|share| *share * (side - 1) as f64 >= -ACROSS_A_CELL);
            let shares = shares.map(|share| share.max(0.0));
            let sum = shares.iter().sum::<f64>();
            is_near.then(|| shares.map(|share| share / sum))
        })
    }

    /// The shares at a place, or at the nearest place on the side if it is a little outside the triangle; nothing farther
    /// away.
    #[must_use]
    pub fn nearest(place: (f64, f64)) -> Option<[f64; 3]> {
        let shares = Self::shares(place);
        let is_near = shares.iter().all(|share| *share >= -ROOM);
        let shares = shares.map(|share| share.max(0.0));
        let sum = shares.iter().sum::<f64>();
        is_near.then(|| shares.map(|share| share / sum))
    }

    /// The derivative by both coordinates of a place, from that by each share.
    #[must_use]
    pub fn slope([left, right, top]: [f64; 3]) -> [f64; 2] {
        [right - left, (top - 0.5 * (left + right)) / HEIGHT]
    }

    /// A map of the values at [samples](Self::samples); nothing of no values.
    #[must_use]
    pub fn map(name: &str, values: Vec<f64>) -> Option<Mark> {
        let (side, [x, y]) = (values.len().isqrt(), Self::ENDS);
        let map = || Map { contours: CONTOURS, ..Map::new(name, side, values, x, y, Colours::Magnitude) };
        (side > 1).then(|| Mark::Map(map()))
    }

    /// A distribution as a point.
    #[must_use]
    pub fn point(name: &str, shares: &[f64; 3], ink: Ink, shape: Shape) -> Option<Mark> {
        let place = Self::place(shares);
        let is_seen = place.0.is_finite() && place.1.is_finite();
        Mark::points(name, if is_seen { vec![place] } else { Vec::new() }, ink, shape, DOT)
    }

    /// Points that can be dragged, by their names.
    #[must_use]
    pub fn handles(ids: &[&str], points: &[[f64; 3]], selected: usize) -> Vec<Handle> {
        let handle = |(i, (id, shares)): (usize, (&&str, &[f64; 3]))| {
            let [a, b, c] = shares;
            let name = format!("{id}, with shares of {a:.2}, {b:.2} and {c:.2}");
            let at = Self::place(shares);
            Handle { id: (*id).into(), name, at, freedom: Freedom::Plane, selected: i == selected }
        };
        ids.iter().zip(points).enumerate().map(handle).collect()
    }

    /// The way that a point has come; nothing if it is where it began.
    #[must_use]
    pub fn way(name: &str, way: &[[f64; 3]]) -> Option<Mark> {
        let line = || Mark::line(name, way.iter().map(Self::place).collect(), Ink::Text, Dash::Solid, 2.0);
        (way.len() > 1).then(line)
    }

    /// An arrow along shares that sum to 0, the longer the larger they are; nothing of nothing.
    #[must_use]
    pub fn arrow(name: &str, from: &[f64; 3], along: &[f64; 3]) -> Option<Mark> {
        let ((x, y), (dx, dy)) = (Self::place(from), Self::place(along));
        let length = dx.hypot(dy);
        let scale = LONGEST_ARROW / (HALF + length);
        let arrows = vec![[(x, y), (x + scale * dx, y + scale * dy)]];
        let is_seen = length > NOTHING && length.is_finite();
        is_seen.then(|| Mark::Arrows { name: name.into(), arrows, ink: Ink::Text })
    }

    /// The triangle with the names of its corners, over a map and under other marks.
    #[must_use]
    pub fn figure(
        names: [&str; 3],
        map: Option<Mark>,
        marks: impl IntoIterator<Item = Option<Mark>>,
        handles: Vec<Handle>,
    ) -> Figure {
        let corners = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].map(|corner| Self::place(&corner));
        let outline = (0..4).map(|i| corners[i % 3]).collect();
        let name = |(name, (x, y)): (&str, (f64, f64))| Mark::Text {
            text: name.into(),
            at: (x, y + if y > 0.0 { AWAY } else { -AWAY }),
            ink: Ink::Text,
        };
        let [left, right, top] = corners;
        let beyond = HEIGHT + AWAY;
        let aside = |(x, y): (f64, f64), by: f64| Mark::Cover {
            points: vec![(x, y), top, (top.0, beyond), (x + by, beyond), (x + by, y)],
        };
        let below = Mark::Cover { points: vec![left, right, (right.0, -AWAY), (left.0, -AWAY)] };
        let mut all: Vec<Mark> = map.into_iter().collect();
        all.extend([aside(left, -AWAY), aside(right, AWAY), below]);
        all.push(Mark::line("", outline, Ink::Text, Dash::Solid, 1.5));
        all.extend(names.into_iter().zip(corners).map(name));
        all.extend(marks.into_iter().flatten());
        let around = |(low, high): (f64, f64)| Axis::bare("", (low - ROOM, high + ROOM));
        let [x, y] = Self::ENDS.map(around);
        Figure { handles, ..Figure::new(x, y, all).equal() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_and_its_shares_belong_together() {
        for shares in [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.2, 0.3, 0.5]] {
            let again = Ternary::shares(Ternary::place(&shares));
            assert!(
                shares.iter().zip(again).all(|(a, b)| (a - b).abs() < 1e-12),
                "{shares:?} became {again:?}"
            );
        }
    }

    #[test]
    fn every_cell_with_a_part_in_the_triangle_has_all_its_corners() {
        for side in [2, 41, 121] {
            let samples: Vec<_> = Ternary::samples(side).collect();
            let along = |i: usize, part: f64| (i as f64 + part) / (side - 1) as f64;
            for (row, column) in (0..side - 1).flat_map(|row| (0..side - 1).map(move |column| (row, column)))
            {
                let parts = [0.001, 0.5, 0.999];
                let is_seen = parts.iter().any(|&a| {
                    parts.iter().any(|&b| {
                        let shares = Ternary::shares((along(column, a), HEIGHT * along(row, b)));
                        shares.iter().all(|share| *share > 0.0)
                    })
                });
                let corners = [0, 1, side, side + 1].map(|step| samples[row * side + column + step]);
                let are_there = corners.iter().all(Option::is_some);
                assert!(
                    are_there || !is_seen,
                    "of {side}, the cell {column}, {row} has a hole in the triangle"
                );
            }
            let sums = samples.iter().flatten().map(|shares| shares.iter().sum::<f64>());
            assert!(sums.into_iter().all(|sum| (sum - 1.0).abs() < 1e-12));
        }
    }
}
