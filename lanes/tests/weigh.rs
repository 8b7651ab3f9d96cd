//! Weights of places at vectors against sums one term at a time.

use loss_explorer_lanes::{ln_1p, shorten, weigh};
use proptest::prelude::*;

proptest! {
    #[test]
    fn sums_and_logarithms_are_those_of_one_weight_at_a_time(
        places in 0usize..20, vectors in 0usize..6, dimension in 1usize..4, of_each in 0usize..3,
        slope in -300.0..300.0, offset in -3.0..3.0, size in -80.0..80.0
    ) {
        let number = |i: usize| (0.3 + 1.7 * i as f64).sin();
        let at: Vec<f64> = (0..places * dimension).map(number).collect();
        let to: Vec<f64> = (100..100 + vectors * dimension).map(number).collect();
        let rates: Vec<f64> = (0..vectors * of_each).map(|i| f64::exp(size * number(200 + i))).collect();
        let got = weigh(&at, &to, dimension, (slope, offset), &rates);
        for (p, place) in at.chunks_exact(dimension).enumerate() {
            let (mut sum, mut exponent, mut log) = (0.0, 0.0, 0.0);
            for (j, vector) in to.chunks_exact(dimension).enumerate() {
                let x = slope * place.iter().zip(vector).map(|(a, b)| a * b).sum::<f64>() + offset;
                sum += x.exp();
                exponent += x;
                log += rates[j * of_each..][..of_each].iter().map(|rate| (rate * x.exp()).ln_1p()).sum::<f64>();
            }
            let found = [got.sums[p], got.exponents[p], got.logs[p]];
            for (found, expected) in found.into_iter().zip([sum, exponent, log]) {
                prop_assert!((found - expected).abs() <= 1e-11 * expected.abs() + 1e-12, "{found}, one by one {expected}");
            }
        }
    }

    #[test]
    fn the_logarithm_of_one_more_keeps_small_digits(exponents in proptest::collection::vec(-80.0..700.0, 1..9)) {
        let x: Vec<f64> = exponents.into_iter().map(f64::exp).collect();
        let mut got = x.clone();
        ln_1p(&mut got);
        for (x, got) in x.into_iter().zip(got) {
            let steps = got.to_bits().abs_diff(x.ln_1p().to_bits());
            prop_assert!(steps <= 3, "ln(1 + {x:e}) came out as {got:e}, {steps} numbers away");
        }
    }

    #[test]
    fn short_rows_have_unit_length(rows in proptest::collection::vec(-3.0..3.0, 0..12)) {
        let mut units = rows.clone();
        units.truncate(rows.len() / 3 * 3);
        shorten(&mut units, 3);
        for (unit, row) in units.chunks_exact(3).zip(rows.chunks_exact(3)) {
            let length = row.iter().map(|x| x * x).sum::<f64>().sqrt();
            for (unit, x) in unit.iter().zip(row) {
                prop_assert!((unit * length - x).abs() <= 1e-14 * length, "{x} of a row of length {length} became {unit}");
            }
        }
    }
}

#[test]
fn logarithms_of_one_more_at_the_ends() {
    let mut x = [0.0, f64::INFINITY, f64::NAN, 1e-300];
    ln_1p(&mut x);
    assert_eq!((x[0], x[1], x[3]), (0.0, f64::INFINITY, 1e-300));
    assert!(x[2].is_nan(), "not a number has the logarithm {}", x[2]);
}
