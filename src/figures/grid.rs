//! The samples of a map between which it is interpolated.

use super::figure::Map;

/// The place of something among evenly spaced samples: the sample before it and how far it is to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Between {
    /// The sample before.
    pub index: usize,
    /// From 0 at that sample to 1 at the next.
    pub share: f64,
}

/// Where `value` is among `count` samples from `ends.0` to `ends.1`; nothing outside.
pub fn between(value: f64, ends: (f64, f64), count: usize) -> Option<Between> {
    let place = position(value, ends, count);
    let last = count.checked_sub(1)? as f64;
    if !(-1e-9..=last + 1e-9).contains(&place) {
        return None;
    }
    let index = (place.max(0.0) as usize).min(count.saturating_sub(2));
    Some(Between { index, share: (place - index as f64).clamp(0.0, 1.0) })
}

/// The sample that is nearest to `value`; nothing outside.
pub fn nearest(value: f64, ends: (f64, f64), count: usize) -> Option<usize> {
    let place = position(value, ends, count).round();
    (place >= 0.0 && place < count as f64).then_some(place as usize)
}

/// Where `value` is among samples, in units of their distance. One sample alone is one unit wide.
pub fn position(value: f64, (first, last): (f64, f64), count: usize) -> f64 {
    let step = step((first, last), count);
    (value - first) / step
}

/// The distance of two samples, never 0.
pub fn step((first, last): (f64, f64), count: usize) -> f64 {
    let step = (last - first) / count.saturating_sub(1).max(1) as f64;
    if step == 0.0 || !step.is_finite() { 1.0 } else { step }
}

/// A map with at most `most` samples each way, interpolated from a finer one; `value` is applied to each
/// sample first. Gives columns, rows and values.
pub fn reduced(map: &Map, most: usize, value: impl Fn(f64) -> f64) -> (usize, usize, Vec<f64>) {
    let (columns, rows) = (map.columns, map.rows());
    let (to_columns, to_rows) = (columns.min(most), rows.min(most));
    if (to_columns, to_rows) == (columns, rows) {
        return (columns, rows, map.values[..columns * rows].iter().map(|&v| value(v)).collect());
    }
    let place = |i: usize, to: usize, from: usize| {
        let ends = (0.0, from.saturating_sub(1) as f64);
        between(ends.1 * i as f64 / (to.max(2) - 1) as f64, ends, from)
    };
    let across: Vec<Between> = (0..to_columns).filter_map(|i| place(i, to_columns, columns)).collect();
    let mut values = Vec::with_capacity(to_columns * to_rows);
    for up in (0..to_rows).filter_map(|j| place(j, to_rows, rows)) {
        let sample = |i: usize, j: usize| value(map.values[j.min(rows - 1) * columns + i.min(columns - 1)]);
        values.extend(across.iter().map(|a| {
            let row = |j: usize| mix(sample(a.index, j), sample(a.index + 1, j), a.share);
            mix(row(up.index), row(up.index + 1), up.share)
        }));
    }
    (to_columns, to_rows, values)
}

/// Between two numbers; a number that does not count may be NaN.
pub fn mix(a: f64, b: f64, share: f64) -> f64 {
    if share == 0.0 {
        a
    } else if share == 1.0 {
        b
    } else {
        a + share * (b - a)
    }
}
