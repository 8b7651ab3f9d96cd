//! What is measured on labelled points, whatever loss they are under.

use super::reading::Place;

/// The points at unit length; one at the origin stays there.
pub(in crate::stages) fn units(points: &[Place]) -> Vec<Place> {
    let unit = |&[x, y]: &Place| {
        let length = x.hypot(y);
        if length == 0.0 { [0.0, 0.0] } else { [x / length, y / length] }
    };
    points.iter().map(unit).collect()
}

/// `a·b`.
pub(in crate::stages) fn dot(a: Place, b: Place) -> f64 {
    a[0] * b[0] + a[1] * b[1]
}

/// How far apart two places are.
pub(in crate::stages) fn distance(a: Place, b: Place) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

fn pairs(n: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n).flat_map(move |i| (i + 1..n).map(move |j| (i, j)))
}

/// The mean, or `None` of nothing.
pub(in crate::stages) fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), v| (sum + v, count + 1.0));
    (count > 0.0).then(|| sum / count)
}

/// Mean squared distance of unit vectors of one class; `None` without such a pair.
pub(in crate::stages) fn alignment(units: &[Place], classes: &[usize]) -> Option<f64> {
    let own = pairs(units.len()).filter(|&(i, j)| classes[i] == classes[j]);
    mean(own.map(|(i, j)| distance(units[i], units[j]).powi(2)))
}

/// Logarithm of the mean of `exp(−2‖x − y‖²)` over pairs of unit vectors (Wang and Isola 2020, t = 2); `None`
/// without a pair.
pub(in crate::stages) fn uniformity(units: &[Place]) -> Option<f64> {
    mean(pairs(units.len()).map(|(i, j)| (-2.0 * distance(units[i], units[j]).powi(2)).exp())).map(f64::ln)
}

/// Mean cosine of pairs of one class (Wang and Liu 2021); `None` without such a pair.
pub(in crate::stages) fn tolerance(units: &[Place], classes: &[usize]) -> Option<f64> {
    let own = pairs(units.len()).filter(|&(i, j)| classes[i] == classes[j]);
    mean(own.map(|(i, j)| dot(units[i], units[j])))
}

/// Share of points whose nearest neighbour by angle has their class, the first among equals; `None` without two
/// points.
pub(in crate::stages) fn neighbour_accuracy(units: &[Place], classes: &[usize]) -> Option<f64> {
    if units.len() < 2 {
        return None;
    }
    let nearest = |i: usize| {
        let others = (0..units.len()).filter(|&j| j != i);
        // `max_by` keeps the last of equals.
        others.rev().max_by(|&j, &k| dot(units[i], units[j]).total_cmp(&dot(units[i], units[k])))
    };
    mean((0..units.len()).map(|i| f64::from(nearest(i).is_some_and(|j| classes[j] == classes[i]))))
}

/// Mean distance of two points as they are drawn; `None` without a pair.
pub(in crate::stages) fn spread(points: &[Place]) -> Option<f64> {
    mean(pairs(points.len()).map(|(i, j)| distance(points[i], points[j])))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CORNERS: [Place; 4] = [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]];

    #[test]
    fn two_opposite_classes() {
        let (points, classes) = ([CORNERS[0], CORNERS[0], CORNERS[2], CORNERS[2]], [0, 0, 1, 1]);
        assert_eq!(alignment(&points, &classes), Some(0.0));
        assert_eq!(tolerance(&points, &classes), Some(1.0));
        assert_eq!(neighbour_accuracy(&points, &classes), Some(1.0));
        assert_eq!(spread(&points), Some(8.0 / 6.0));
        let expected = ((2.0 + 4.0 * (-8.0f64).exp()) / 6.0).ln();
        assert!((uniformity(&points).unwrap() - expected).abs() < 1e-15);
    }

    #[test]
    fn the_first_of_equally_near_neighbours_counts() {
        // Points 0 and 1 have each other, 2 has 1 and 3 at one distance, 3 has 0 and 2.
        assert_eq!(neighbour_accuracy(&CORNERS, &[0, 0, 1, 1]), Some(0.5));
    }

    #[test]
    fn nothing_is_measured_where_there_is_nothing() {
        let lonely = [CORNERS[0]];
        assert_eq!((alignment(&lonely, &[0]), uniformity(&lonely), spread(&lonely)), (None, None, None));
        assert_eq!((tolerance(&CORNERS, &[0, 1, 2, 3]), neighbour_accuracy(&lonely, &[0])), (None, None));
    }
}
