//! Softmax of a row and sums of logarithms against their definitions.

use loss_explorer_lanes::{softmax, sum_ln_1p};
use proptest::prelude::*;

proptest! {
    #[test]
    fn softmax_is_what_its_definition_says(scores in proptest::collection::vec(-50.0..50.0, 1..40)) {
        let top = scores.iter().fold(f64::NEG_INFINITY, |top: f64, &x| top.max(x));
        let total: f64 = scores.iter().map(|x| (x - top).exp()).sum();
        let mut row = scores.clone();
        let log_sum = softmax(&mut row);
        prop_assert!((log_sum - (total.ln() + top)).abs() <= 1e-14 * (1.0 + log_sum.abs()), "log-sum-exp {log_sum}");
        for (p, x) in row.iter().zip(&scores) {
            let expected = (x - top).exp() / total;
            prop_assert!((p - expected).abs() <= 1e-14 * expected, "probability {p} of score {x}, expected {expected}");
        }
    }

    #[test]
    fn a_sum_of_logarithms_is_that_of_one_at_a_time(exponents in proptest::collection::vec(-80.0..700.0, 0..40)) {
        let x: Vec<f64> = exponents.into_iter().map(f64::exp).collect();
        let expected: f64 = x.iter().copied().map(f64::ln_1p).sum();
        let got = sum_ln_1p(&x);
        prop_assert!((got - expected).abs() <= 1e-13 * expected, "{got}, one at a time {expected}");
    }
}

#[test]
fn small_logarithms_keep_their_digits() {
    let got = sum_ln_1p(&[1e-20; 7]);
    assert!((got - 7e-20).abs() < 1e-34, "seven times ln(1 + 1e-20) came out as {got:e}");
}

#[test]
fn a_row_without_a_largest_finite_score_has_no_softmax() {
    let of = |scores: &[f64]| {
        let mut row = scores.to_vec();
        (softmax(&mut row), row)
    };
    assert_eq!(of(&[]), (f64::NEG_INFINITY, vec![]));
    assert_eq!(of(&[f64::NEG_INFINITY; 5]), (f64::NEG_INFINITY, vec![0.0; 5]));
    assert_eq!(of(&[1.0, f64::INFINITY]), (f64::INFINITY, vec![0.0; 2]));
    for lost in [1.0, f64::INFINITY, f64::NEG_INFINITY] {
        let (log_sum, row) = of(&[lost, f64::NAN, lost]);
        assert!(log_sum.is_nan(), "NaN beside {lost} gave {log_sum}");
        assert_eq!(row, [0.0; 3]);
    }
    let (log_sum, row) = of(&[f64::NEG_INFINITY, 2.0]);
    assert_eq!((log_sum, row), (2.0, vec![0.0, 1.0]));
}
