//! What is gathered from columns against sums one term at a time.

use loss_explorer_lanes::{away, combine, distance, distances, divide, length, squared_distances};
use proptest::prelude::*;

proptest! {
    #[test]
    fn columns_are_combined_row_by_row(length in 0usize..20, columns in 0usize..4) {
        let number = |i: usize| (0.3 + 1.7 * i as f64).sin();
        let entries: Vec<f64> = (0..length * columns).map(number).collect();
        let weights: Vec<f64> = (100..100 + columns).map(number).collect();
        let base: Vec<f64> = (200..200 + length).map(number).collect();
        let (mut sums, mut squares) = (vec![f64::NAN; length], vec![f64::NAN; length]);
        let mut roots = squares.clone();
        combine(&base, &weights, &entries, &mut sums);
        squared_distances(&weights, &entries, &mut squares);
        distances(&weights, &entries, &mut roots);
        for i in 0..length {
            let column = |k: usize| entries[k * length + i];
            let sum = base[i] + (0..columns).map(|k| weights[k] * column(k)).sum::<f64>();
            let square: f64 = (0..columns).map(|k| (weights[k] - column(k)).powi(2)).sum();
            prop_assert!((sums[i] - sum).abs() < 1e-14, "sum {i} is {}, one at a time {sum}", sums[i]);
            prop_assert!((squares[i] - square).abs() < 1e-14, "square {i} is {}, {square}", squares[i]);
            prop_assert!((roots[i] - square.sqrt()).abs() < 1e-14, "distance {i}² is {square}, {}", roots[i]);
        }
    }

    #[test]
    fn lengths_and_distances_know_no_scale(power in -300i32..300, entries in prop::collection::vec(0.1..1.0f64, 1..20)) {
        let scale = 10f64.powi(power);
        let (unit, expected) = (&entries, entries.iter().map(|x| x * x).sum::<f64>().sqrt());
        let scaled: Vec<f64> = unit.iter().map(|x| x * scale).collect();
        let opposite: Vec<f64> = scaled.iter().map(|x| -x).collect();
        let mut far = [f64::NAN];
        distances(&scaled, &opposite, &mut far);
        let close = |got: f64, expected: f64| (got / scale - expected).abs() < 1e-14 * expected;
        prop_assert!(close(length(&scaled), expected), "{} long at 1e{power}", length(&scaled));
        prop_assert!(close(distance(&scaled, &opposite), 2.0 * expected), "far apart at 1e{power}");
        prop_assert!(close(far[0], 2.0 * expected), "{} apart at 1e{power}", far[0]);
        prop_assert_eq!(distance(&scaled, &scaled), 0.0);
    }

    #[test]
    fn a_place_is_pushed_away_from_every_row(length in 0usize..20, columns in 0usize..4) {
        let number = |i: usize| (0.3 + 1.7 * i as f64).sin();
        let entries: Vec<f64> = (0..length * columns).map(number).collect();
        let place: Vec<f64> = (100..100 + columns).map(number).collect();
        let weights: Vec<f64> = (200..200 + length).map(number).collect();
        let mut got = vec![f64::NAN; columns];
        away(&place, &entries, &weights, &mut got);
        for k in 0..columns {
            let push = |i: usize| weights[i] * (place[k] - entries[k * length + i]);
            let expected: f64 = (0..length).map(push).sum();
            prop_assert!((got[k] - expected).abs() < 1e-13, "{} along axis {k}, one at a time {expected}", got[k]);
        }
    }
}

#[test]
fn a_share_of_nothing_is_nothing() {
    let mut x = [1.0, 3.0, 0.0, -1.0];
    divide(&mut x, &[2.0, 0.0, 0.0, 4.0]);
    assert_eq!(x, [0.5, 0.0, 0.0, -0.25]);
}
