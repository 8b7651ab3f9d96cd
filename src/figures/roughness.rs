//! Where a map is not straight between its samples.

use super::colours::Shading;
use super::figure::Map;
use super::theme::Theme;

/// How far the colour of each sample is from that of the mean of its two neighbours, across and up together, as a
/// part of all colours. A map that is interpolated between its samples misses no more than that half way between two
/// of them: about a quarter of it where it is smooth, all of it at a kink. Infinite where a value borders on none.
#[must_use]
pub fn roughness(map: &Map) -> Vec<f64> {
    let shading = Shading::new(map, &Theme::light());
    let (columns, rows) = (map.columns, map.rows());
    let value = |i: usize, j: usize| map.values[j * columns + i];
    // At an edge, where there is one neighbour only, it is as rough as next to it.
    let middle = |i: usize, count: usize| i.min(count.saturating_sub(2)).max(1);
    let miss = |before: f64, at: f64, after: f64| {
        let straight = shading.share(0.5 * before + 0.5 * after);
        match [before, at, after].iter().filter(|value| value.is_finite()).count() {
            3 => (shading.share(at) - straight).abs(),
            0 => 0.0,
            _ => f64::INFINITY,
        }
    };
    let rough = |i: usize, j: usize| {
        let (k, l) = (middle(i, columns), middle(j, rows));
        let across = if columns > 2 { miss(value(k - 1, j), value(k, j), value(k + 1, j)) } else { 0.0 };
        let up = if rows > 2 { miss(value(i, l - 1), value(i, l), value(i, l + 1)) } else { 0.0 };
        across + up
    };
    (0..rows).flat_map(|j| (0..columns).map(move |i| (i, j))).map(|(i, j)| rough(i, j)).collect()
}
