//! Softmax of a row and sums of logarithms against their definitions.

use loss_explorer_lanes::{hinge_slopes, hinges, softmax, sum_ln_1p};
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
    fn a_sum_of_logarithms_is_that_of_one_at_a_time(
        exponents in proptest::collection::vec((-80.0..350.0, -80.0..350.0), 0..40)
    ) {
        let (x, y): (Vec<f64>, Vec<f64>) = exponents.iter().map(|(x, y)| (f64::exp(*x), f64::exp(*y))).unzip();
        let expected: f64 = x.iter().zip(&y).map(|(x, y)| (x * y).ln_1p()).sum();
        let got = sum_ln_1p(&x, &y);
        prop_assert!((got - expected).abs() <= 1e-13 * expected, "{got}, one at a time {expected}");
    }

    #[test]
    fn hinges_are_counted_and_summed_within_their_window(
        row in proptest::collection::vec(-2.0..2.0, 0..30), threshold in -2.0..2.0, above in -1.0..1.0, width in 0.0..2.0
    ) {
        let upto = above + width;
        let within: Vec<f64> =
            row.iter().filter(|x| **x > above && **x <= upto).map(|x| threshold - x).collect();
        let positive: Vec<f64> = within.iter().copied().filter(|v| *v > 0.0).collect();
        let got = hinges(threshold, &row, above, upto);
        prop_assert_eq!(got.within, within.len() as f64);
        prop_assert_eq!(got.positive, positive.len() as f64);
        prop_assert!((got.sum - positive.iter().sum::<f64>()).abs() < 1e-13, "their sum is {}", got.sum);

        let mut slopes = vec![5.0; row.len()];
        let same = hinge_slopes(threshold, &row, above, upto, &mut slopes);
        prop_assert_eq!((same.sum, same.positive, same.within), (got.sum, got.positive, got.within));
        for (x, slope) in row.iter().zip(slopes) {
            let counts = *x > above && *x <= upto && threshold > *x;
            prop_assert_eq!(slope, if counts { 4.0 } else { 5.0 }, "the slope by {}", x);
        }
    }
}

#[test]
fn small_logarithms_keep_their_digits() {
    let got = sum_ln_1p(&[1e-20; 17], &[1.0; 17]);
    assert!((got - 17e-20).abs() < 1e-33, "17 times ln(1 + 1e-20) came out as {got:e}");
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
