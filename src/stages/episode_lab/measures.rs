//! What is measured on an episode, whatever loss it is under.

use super::episode::Episode;
use crate::stages::planar::measures::distance;
use crate::stages::planar::reading::Place;

/// How much nearer each query is to its own prototype than to the nearest other; infinite without another, `NaN`
/// without its own.
pub(super) fn gaps(episode: &Episode, places: &[Place]) -> Vec<f64> {
    let prototypes = episode.prototypes(places);
    let gap = |query: usize| {
        let to = |class: usize| prototypes[class].map(|prototype| distance(places[query], prototype));
        let own = episode.classes[query];
        let others = (0..prototypes.len()).filter(|&class| class != own).filter_map(to);
        others.fold(f64::INFINITY, f64::min) - to(own).unwrap_or(f64::NAN)
    };
    episode.queries().map(gap).collect()
}

/// The least gap; `None` without a query.
pub(super) fn worst_gap(episode: &Episode, places: &[Place]) -> Option<f64> {
    gaps(episode, places).into_iter().reduce(f64::min)
}

/// Share of queries that are nearest to their own prototype; `None` without a query.
pub(super) fn accuracy(episode: &Episode, places: &[Place]) -> Option<f64> {
    let gaps = gaps(episode, places);
    let right = gaps.iter().filter(|gap| **gap > 0.0).count();
    (!gaps.is_empty()).then(|| right as f64 / gaps.len() as f64)
}

/// Mean distance of two points of different classes over that of two points of one class; `None` if there are not both
/// kinds of pairs.
pub(super) fn separation(episode: &Episode, places: &[Place]) -> Option<f64> {
    let mut sums = [(0.0, 0.0); 2];
    for i in 0..places.len() {
        for j in i + 1..places.len() {
            let sum = &mut sums[usize::from(episode.classes[i] == episode.classes[j])];
            *sum = (sum.0 + distance(places[i], places[j]), sum.1 + 1.0);
        }
    }
    let [between, within] = sums.map(|(sum, count)| sum / count);
    Some(between / within).filter(|ratio| ratio.is_finite())
}

/// The lines between the regions in which each prototype is the nearest, within the square from `−reach` to `reach`.
pub(super) fn boundaries(prototypes: &[Place], reach: f64) -> Vec<[(f64, f64); 2]> {
    let mut lines = Vec::new();
    for (i, &a) in prototypes.iter().enumerate() {
        for (j, &b) in prototypes.iter().enumerate().skip(i + 1) {
            let others = (0..prototypes.len()).filter(|&k| k != i && k != j).map(|k| prototypes[k]);
            lines.extend(boundary(a, b, others, reach));
        }
    }
    lines
}

/// The part of the line of places equally near to `a` and `b` that is no nearer to another.
fn boundary(a: Place, b: Place, others: impl Iterator<Item = Place>, reach: f64) -> Option<[(f64, f64); 2]> {
    let apart = distance(a, b);
    if apart == 0.0 {
        return None;
    }
    let middle = [0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1])];
    let along = [(a[1] - b[1]) / apart, (b[0] - a[0]) / apart];
    let (mut from, mut to) = (f64::NEG_INFINITY, f64::INFINITY);
    // Keeps the part of the line where `slope · t ≤ most`.
    let mut keep = |slope: f64, most: f64| {
        if slope > 0.0 {
            to = to.min(most / slope);
        } else if slope < 0.0 {
            from = from.max(most / slope);
        } else if most < 0.0 {
            to = f64::NEG_INFINITY;
        }
    };
    for other in others {
        // ‖x − a‖² ≤ ‖x − c‖², with x on the line.
        let (dx, dy) = (other[0] - a[0], other[1] - a[1]);
        let squares = other[0].powi(2) + other[1].powi(2) - a[0].powi(2) - a[1].powi(2);
        keep(2.0 * (dx * along[0] + dy * along[1]), squares - 2.0 * (dx * middle[0] + dy * middle[1]));
    }
    for axis in 0..2 {
        keep(along[axis], reach - middle[axis]);
        keep(-along[axis], reach + middle[axis]);
    }
    let end = |t: f64| (middle[0] + t * along[0], middle[1] + t * along[1]);
    (from < to).then(|| [end(from), end(to)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boundaries_are_equally_near_to_two_prototypes_and_nearer_to_none() {
        let prototypes = [[1.0, 0.2], [-0.5, 0.9], [-0.4, -1.1], [0.3, 0.1]];
        let lines = boundaries(&prototypes, 2.0);
        assert!(lines.len() >= 4, "only {} lines", lines.len());
        for [from, to] in lines {
            for t in [0.01, 0.5, 0.99] {
                let x = [from.0 + t * (to.0 - from.0), from.1 + t * (to.1 - from.1)];
                let mut far: Vec<f64> = prototypes.iter().map(|&p| distance(x, p)).collect();
                far.sort_by(f64::total_cmp);
                assert!(far[1] - far[0] < 1e-12, "{x:?} is nearer to one prototype: {far:?}");
                assert!(x[0].abs() < 2.0 + 1e-9 && x[1].abs() < 2.0 + 1e-9);
            }
        }
        assert!(boundaries(&[[1.0, 1.0], [1.0, 1.0]], 2.0).is_empty());
    }
}
