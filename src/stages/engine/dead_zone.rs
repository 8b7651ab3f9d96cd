//! The zone of a map in which its loss has a gradient of exactly 0: no step of descent leads out of it.

use super::slopes::{Slopes, percent};
use crate::figures::{Figure, Map, Mark, Zone};

/// How many samples of a map are asked for their gradient: a figure is drawn within a frame.
const ASKED: usize = 48;

/// A plateau of no more samples than this is asked everywhere if need be.
const SMALL: usize = 256;

/// Samples that must agree if they disagree elsewhere (at most [`ASKED`]): where rounding makes some gradients 0 and others not, none is dead.
const NEAR: usize = 4;

/// By how much, relative to themselves, equal sums differ whose terms were added in another order.
const ROUNDING: f64 = 1e-14;

/// A figure with the dead zone of its map hatched. `values` are those of the loss at the samples of the map, `slopes` are
/// asked for where there may be one.
pub fn hatched<'a>(figure: Figure, values: &[f64], slopes: impl FnOnce() -> Option<Slopes<'a>>) -> Figure {
    let columns = values.len().isqrt();
    // Most maps have no plateau: for them this is all that there is to fetch and to do.
    let has_plateau = cells(columns, columns).any(|cell| is_level(cell, values, columns));
    match has_plateau.then(slopes).flatten() {
        Some(mut slopes) => with_zone(figure, values, &mut slopes),
        None => figure,
    }
}

#[inline(never)]
fn with_zone(mut figure: Figure, values: &[f64], slopes: &mut Slopes<'_>) -> Figure {
    let map = figure.marks.iter().enumerate().find_map(|(at, mark)| match mark {
        Mark::Map(map) => Some((at, map)),
        _ => None,
    });
    let Some((at, map)) = map.filter(|(_, map)| map.values.len() == values.len()) else { return figure };
    let samples = dead(values, map.columns, &mut |sample| (slopes.at)(place(map, sample)).1 == [0.0, 0.0]);
    let (count, all) = (count(&samples), values.iter().filter(|value| value.is_finite()).count());
    if count > 0 {
        let name = format!("dead zone, {} of the map", percent(count, all));
        let zone = Zone::of(map, samples);
        figure.marks.insert(at + 1, Mark::Hatch { name, zone });
    }
    figure
}

/// How many belong to a zone.
pub fn count(samples: &[bool]) -> usize {
    samples.iter().filter(|is_inside| **is_inside).count()
}

/// Where a sample of a map is.
fn place(map: &Map, sample: usize) -> (f64, f64) {
    let at = |i: usize, (from, to): (f64, f64), count: usize| {
        from + (to - from) * i as f64 / count.saturating_sub(1).max(1) as f64
    };
    (at(sample % map.columns, map.x, map.columns), at(sample / map.columns, map.y, map.rows()))
}

/// The samples of a map with a gradient of exactly 0, where they make up an area: a place alone at which a loss is least
/// is no zone.
///
/// The gradient costs more than a frame has time for everywhere. Where it is 0 over an area the loss is the same number
/// there, up to rounding; so plateaus are looked for, and some samples of each are asked. If they disagree, because a
/// slope is lost in the digits of the value, all are asked of a small one; of a large one each is dead if those near it are that were asked.
fn dead(values: &[f64], columns: usize, is_flat: &mut dyn FnMut(usize) -> bool) -> Vec<bool> {
    let mut dead = vec![false; values.len()];
    let plateaus = plateaus(values, columns);
    let all: usize = plateaus.iter().map(Vec::len).sum();
    for samples in plateaus.into_iter().take(ASKED) {
        let asked = (ASKED * samples.len() / all).clamp(1, samples.len());
        let mut answer = |sample: usize| (sample, is_flat(sample));
        let spread = (0..asked).map(|i| samples[(2 * i + 1) * samples.len() / (2 * asked)]);
        let mut answers: Vec<(usize, bool)> = spread.map(&mut answer).collect();
        let is_mixed = answers.iter().any(|(_, is_flat)| *is_flat != answers[0].1);
        if is_mixed && samples.len() <= SMALL {
            answers = samples.iter().copied().map(&mut answer).collect();
        }
        let is_known = !is_mixed || answers.len() == samples.len();
        let apart = |a: usize, b: usize| {
            (a % columns).abs_diff(b % columns).pow(2) + (a / columns).abs_diff(b / columns).pow(2)
        };
        for (i, sample) in samples.into_iter().enumerate() {
            dead[sample] = if is_known {
                answers[i % answers.len()].1
            } else {
                let few = NEAR.min(answers.len() - 1);
                let (near, ..) = answers.select_nth_unstable_by_key(few, |answer| apart(sample, answer.0));
                near.iter().all(|(_, is_flat)| *is_flat)
            };
        }
    }
    let mut zone = vec![false; values.len()];
    let rows = values.len().checked_div(columns).unwrap_or(0);
    for corners in cells(columns, rows).map(|cell| corners(cell, columns)) {
        if corners.iter().all(|&sample| dead[sample]) {
            corners.iter().for_each(|&sample| zone[sample] = true);
        }
    }
    zone
}

/// Column and row of the first corner of each cell between four samples.
fn cells(columns: usize, rows: usize) -> impl Iterator<Item = (usize, usize)> {
    let columns = columns.saturating_sub(1);
    (0..rows.saturating_sub(1)).flat_map(move |row| (0..columns).map(move |column| (column, row)))
}

/// The samples at the corners of a cell.
fn corners((column, row): (usize, usize), columns: usize) -> [usize; 4] {
    let first = row * columns + column;
    [first, first + 1, first + columns, first + columns + 1]
}

/// Whether the loss has one value at all corners of a cell.
fn is_level(cell: (usize, usize), values: &[f64], columns: usize) -> bool {
    let [a, others @ ..] = corners(cell, columns).map(|sample| values[sample]);
    a.is_finite() && others.iter().all(|b| (a - b).abs() <= ROUNDING * a.abs())
}

/// The samples of each area on which a map has one value, in order of size: areas are made of cells between four samples.
fn plateaus(values: &[f64], columns: usize) -> Vec<Vec<usize>> {
    let rows = values.len().checked_div(columns).unwrap_or(0);
    let mut is_known = vec![false; values.len()];
    let mut all: Vec<Vec<usize>> = Vec::new();
    for start in cells(columns, rows) {
        let (mut samples, mut next) = (Vec::new(), vec![start]);
        while let Some((column, row)) = next.pop() {
            let cell = &mut is_known[row * columns + column];
            if *cell || !is_level((column, row), values, columns) {
                continue;
            }
            *cell = true;
            samples.extend(corners((column, row), columns));
            let around = |at: usize, count: usize| at.saturating_sub(1)..(at + 2).min(count - 1);
            next.extend(around(row, rows).flat_map(|j| around(column, columns).map(move |i| (i, j))));
        }
        if !samples.is_empty() {
            samples.sort_unstable();
            samples.dedup();
            all.push(samples);
        }
    }
    all.sort_by_key(|samples| std::cmp::Reverse(samples.len()));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A map of so many samples along a side of the square from −1 to 1, and its samples in the dead zone.
    fn zone(side: usize, loss: fn(f64, f64) -> (f64, [f64; 2])) -> Vec<bool> {
        let at = |i: usize| 2.0 * i as f64 / (side - 1) as f64 - 1.0;
        let at = |sample: usize| loss(at(sample % side), at(sample / side));
        let values: Vec<f64> = (0..side * side).map(|sample| at(sample).0).collect();
        dead(&values, side, &mut |sample| at(sample).1 == [0.0, 0.0])
    }

    #[test]
    fn a_hinge_is_dead_on_its_side_and_a_place_alone_is_no_zone() {
        let hinge = zone(41, |x, _| (x.max(0.0), [f64::from(u8::from(x > 0.0)), 0.0]));
        for (sample, is_dead) in hinge.iter().enumerate() {
            // The samples at 0 belong to cells that are level.
            assert_eq!(*is_dead, sample % 41 <= 20, "sample {sample} of a hinge");
        }
        let bowl = zone(41, |x, y| (x * x + y * y, [2.0 * x, 2.0 * y]));
        assert_eq!(count(&bowl), 0, "the least place of a bowl is hatched");
        let valley = zone(41, |x, _| (x.abs(), [if x == 0.0 { 0.0 } else { x.signum() }, 0.0]));
        assert_eq!(count(&valley), 0, "the bottom of a valley is hatched");
    }

    #[test]
    fn a_slope_that_is_lost_in_the_digits_of_the_value_is_no_dead_zone() {
        let tiny = zone(41, |x, _| (1.0 + 1e-30 * x, [1e-30, 0.0]));
        assert_eq!(count(&tiny), 0, "a small gradient is taken for none");
        // Half of it underflows.
        let half = zone(41, |x, _| (1.0, [if x < 0.0 { 1e-300 } else { 0.0 }, 0.0]));
        let share = count(&half) as f64 / half.len() as f64;
        assert!((share - 0.5).abs() < 0.1, "{share} of a map is hatched that is dead on half of it");
    }

    #[test]
    fn plateaus_apart_are_asked_each() {
        let steps = zone(41, |x, _| match x {
            x if x < -0.32 => (0.0, [0.0, 0.0]),
            x if x > 0.32 => (2.0, [1.0, 0.0]),
            x => (1.0 + x, [1.0, 0.0]),
        });
        assert!(steps.iter().enumerate().all(|(sample, is_dead)| *is_dead == (sample % 41 < 14)));
    }
}
