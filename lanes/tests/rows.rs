//! Softmax of rows, logarithms and sums of them against their definitions.

use loss_explorer_lanes::{hinge_slopes, hinges, ln, log_sum_exps, softmax, sum_ln_1p, surprise, temper};
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
    fn a_surprise_is_what_its_definition_says(scores in proptest::collection::vec(-50.0..50.0f64, 1..40), own in 0usize..40) {
        let own = own % scores.len();
        // All terms are positive, so this one has every digit.
        let others: f64 = (0..scores.len()).filter(|&k| k != own).map(|k| (scores[k] - scores[own]).exp()).sum();
        let mut row = scores.clone();
        let got = surprise(&mut row, own);
        prop_assert!((got - others.ln_1p()).abs() <= 1e-14 * others.ln_1p(), "{got:e}, not {:e}", others.ln_1p());
        for (k, slope) in row.iter().enumerate() {
            let share = if k == own { -others } else { (scores[k] - scores[own]).exp() } / (1.0 + others);
            prop_assert!((slope - share).abs() <= 2e-14 * share.abs(), "by score {k} its slope is {slope:e}, not {share:e}");
        }
    }

    #[test]
    fn a_surprise_is_never_negative_and_does_not_see_a_shift(
        scores in proptest::collection::vec(-1000..1000, 1..20), own in 0usize..20, shift in -1_000_000..1_000_000
    ) {
        let own = own % scores.len();
        let of = |shift: i32| surprise(&mut scores.iter().map(|&x| f64::from(x + shift)).collect::<Vec<f64>>(), own);
        prop_assert!(of(0).is_sign_positive(), "it is {}", of(0));
        prop_assert_eq!(of(0), of(shift));
    }

    #[test]
    fn scores_above_the_largest_keep_their_softmax(
        scores in proptest::collection::vec(-50.0..50.0f64, 1..20), temperature in 0.1..10.0
    ) {
        let mut tempered = scores.clone();
        temper(&mut tempered, temperature);
        let mut plain: Vec<f64> = scores.iter().map(|x| x / temperature).collect();
        softmax(&mut tempered);
        softmax(&mut plain);
        for (got, expected) in tempered.iter().zip(&plain) {
            prop_assert!((got - expected).abs() <= 1e-12 * expected, "{got} is {expected} without the shift");
        }
    }

    #[test]
    fn rows_side_by_side_have_the_log_sum_exp_of_each(
        width in 1usize..6, scores in proptest::collection::vec(-50.0..50.0, 0..200), odd_one in 0usize..200,
        odd in proptest::sample::select(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY])
    ) {
        let mut scores = scores;
        if let Some(slot) = scores.get_mut(odd_one) {
            *slot = odd;
        }
        let rows = &scores[..scores.len() / width * width];
        let mut got = vec![0.0; rows.len() / width];
        log_sum_exps(rows, &mut got);
        for (row, got) in rows.chunks_exact(width).zip(got) {
            let expected = softmax(&mut row.to_vec());
            prop_assert!(
                (got - expected).abs() <= 1e-14 * (1.0 + expected.abs()) || got == expected || got.is_nan() && expected.is_nan(),
                "{got} of {row:?}, alone it has {expected}"
            );
        }
    }

    #[test]
    fn a_logarithm_is_that_of_the_standard_library(
        exponents in proptest::collection::vec(-744.0..709.0, 1..9), near_1 in -0.5..1.0
    ) {
        let mut x: Vec<f64> = exponents.into_iter().map(f64::exp).chain([1.0 + near_1]).collect();
        let expected: Vec<f64> = x.iter().map(|x| x.ln()).collect();
        ln(&mut x);
        for (got, expected) in x.into_iter().zip(expected) {
            let steps = got.to_bits().abs_diff(expected.to_bits());
            prop_assert!(steps <= 1, "{got:e} is {steps} numbers away from {expected:e}");
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
fn logarithms_at_the_ends() {
    let mut x = [0.0, f64::INFINITY, f64::NAN, -1.0, 1.0, 5e-324];
    ln(&mut x);
    assert_eq!(x[..2], [f64::NEG_INFINITY, f64::INFINITY]);
    assert!(x[2].is_nan() && x[3].is_nan(), "no number has a logarithm of {} or {}", x[2], x[3]);
    assert_eq!(x[4..], [0.0, f64::ln(5e-324)]);
}

#[test]
fn log_sum_exps_keep_their_digits_near_0() {
    for (scores, expected) in [([0.0, -40.0], 4.248354255291589e-18), ([-1e-9, -20.0], 1.0611536223755343e-9)]
    {
        let mut side_by_side = [0.0];
        log_sum_exps(&scores, &mut side_by_side);
        for got in [side_by_side[0], softmax(&mut scores.clone())] {
            assert!(
                (got / expected - 1.0).abs() < 1e-14,
                "ln Σ eˣ of {scores:?} is {got:e}, not {expected:e}"
            );
        }
    }
}

#[test]
fn at_a_temperature_near_0_the_best_takes_all() {
    let mut scores = [1.0, 3.0, 2.0, 3.0];
    temper(&mut scores, 1e-310);
    assert_eq!(scores, [f64::NEG_INFINITY, 0.0, f64::NEG_INFINITY, 0.0]);
    assert_eq!(surprise(&mut scores.clone(), 3), 2f64.ln());
    assert_eq!(surprise(&mut scores, 0), f64::INFINITY);
    assert_eq!(scores, [-1.0, 0.5, 0.0, 0.5]);
}

#[test]
fn a_row_without_a_largest_finite_score_surprises_by_infinity_or_nan() {
    let of = |scores: &[f64]| {
        let mut row = scores.to_vec();
        (surprise(&mut row, 0), row)
    };
    assert_eq!(of(&[1.0, f64::INFINITY]), (f64::INFINITY, vec![0.0; 2]));
    for lost in [[f64::INFINITY, 1.0], [f64::NEG_INFINITY; 2], [f64::NAN, 1.0], [1.0, f64::NAN]] {
        let (surprise, row) = of(&lost);
        assert!(surprise.is_nan(), "the first of {lost:?} has a surprise of {surprise}");
        assert_eq!(row, [0.0; 2]);
    }
}

#[test]
fn rows_of_nothing_have_no_largest_score() {
    let mut got = [0.0; 3];
    log_sum_exps(&[], &mut got);
    assert_eq!(got, [f64::NEG_INFINITY; 3]);
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
