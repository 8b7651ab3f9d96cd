//! What is gathered from columns against sums one term at a time.

use loss_explorer_lanes::{away, combine, divide, sqrt, squared_distances};
use proptest::prelude::*;

proptest! {
    #[test]
    fn columns_are_combined_row_by_row(length in 0usize..20, columns in 0usize..4) {
        let number = |i: usize| (0.3 + 1.7 * i as f64).sin();
        let entries: Vec<f64> = (0..length * columns).map(number).collect();
        let weights: Vec<f64> = (100..100 + columns).map(number).collect();
        let base: Vec<f64> = (200..200 + length).map(number).collect();
        let (mut sums, mut distances) = (vec![f64::NAN; length], vec![f64::NAN; length]);
        combine(&base, &weights, &entries, &mut sums);
        squared_distances(&weights, &entries, &mut distances);
        sqrt(&mut distances);
        for i in 0..length {
            let column = |k: usize| entries[k * length + i];
            let sum = base[i] + (0..columns).map(|k| weights[k] * column(k)).sum::<f64>();
            let distance = (0..columns).map(|k| (weights[k] - column(k)).powi(2)).sum::<f64>().sqrt();
            prop_assert!((sums[i] - sum).abs() < 1e-14, "sum {i} is {}, one at a time {sum}", sums[i]);
            prop_assert!((distances[i] - distance).abs() < 1e-14, "distance {i} is {}, {distance}", distances[i]);
        }
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
