//! The functions of a real number, at their ends and beside what is exact.

use std::f64::consts::{FRAC_PI_2, PI};

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn a_ratio_at_0_is_that_of_its_parts_beside_it(x in -0.9..3.0f64, size in 0..18) {
        let x = x * 0.1f64.powi(size);
        let close = |got: f64, expected: f64| (got - expected).abs() <= 1e-15 * expected.abs();
        let [growth, log] = [x.exp_m1_ratio(), x.ln_1p_ratio()];
        prop_assert!(close(growth, x.exp_m1() / x), "(e^{x} − 1)/{x} is {growth}");
        prop_assert!(close(log, x.ln_1p() / x), "ln(1 + {x})/{x} is {log}");
    }

    #[test]
    fn the_slopes_of_a_ratio_keep_their_digits_near_0(x in -0.4..0.4f64) {
        use crate::tape::slope;

        // ∫ t eˣᵗ dt and −∫ t / (1 + xt)² dt from 0 to 1, by their series.
        let series = |term: &dyn Fn(i32) -> f64| (0..120).map(term).sum::<f64>();
        let factorial = |k: i32| (1..=k).map(f64::from).product::<f64>();
        let growth = series(&|k| x.powi(k) / (factorial(k) * f64::from(k + 2)));
        let log = -series(&|k| f64::from(k + 1) * (-x).powi(k) / f64::from(k + 2));
        let (_, got) = slope(x, &Real::exp_m1_ratio);
        prop_assert!((got / growth - 1.0).abs() < 1e-14, "(eˣ − 1)/x has slope {got} at {x}, not {growth}");
        let (_, got) = slope(x, &Real::ln_1p_ratio);
        prop_assert!((got / log - 1.0).abs() < 1e-13, "ln(1 + x)/x has slope {got} at {x}, not {log}");
    }
}

#[test]
fn what_weighs_nothing_may_be_infinite() {
    for x in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
        assert_eq!(Real::weighted(x, 0.0), 0.0, "{x} without weight");
    }
    assert_eq!(f64::INFINITY.weighted(0.5), f64::INFINITY);
    assert_eq!(f64::dot(&[0.5, 0.5], &[f64::INFINITY, 1.0]), f64::INFINITY);
}

#[test]
fn softplus_and_sigmoid_survive_the_ends_of_the_axis() {
    assert_eq!(Real::softplus(-1000.0), 0.0);
    assert_eq!(Real::softplus(1000.0), 1000.0);
    assert_eq!(Real::sigmoid(-800.0), 0.0);
    assert_eq!(Real::sigmoid(800.0), 1.0);
    assert!(Real::softplus(f64::NAN).is_nan());
}

#[test]
fn log_sum_exp_does_not_overflow_and_keeps_infinities() {
    let l = f64::log_sum_exp(&[1000.0, 1000.0]);
    assert!((l - (1000.0 + 2f64.ln())).abs() < 1e-12, "got {l}");
    assert_eq!(f64::log_sum_exp(&[]), f64::NEG_INFINITY);
    assert_eq!(f64::log_sum_exp(&[f64::NEG_INFINITY, 3.0]), 3.0);
    assert_eq!(f64::log_sum_exp(&[f64::INFINITY, 0.0]), f64::INFINITY);
    assert!(f64::log_sum_exp(&[f64::NAN, 0.0]).is_nan());
}

#[test]
fn log_sum_exp_keeps_its_digits_near_0() {
    for (scores, expected) in [([0.0, -40.0], 4.248354255291589e-18), ([-1e-9, -20.0], 1.0611536223755343e-9)]
    {
        let got = f64::log_sum_exp(&scores);
        assert!(
            (got / expected - 1.0).abs() < 1e-14,
            "log-sum-exp of {scores:?} is {got:e}, not {expected:e}"
        );
    }
}

#[test]
fn a_surprise_keeps_infinities_and_has_no_sign() {
    let of = |x: &[f64]| f64::surprise(x, 0);
    assert_eq!(of(&[f64::NEG_INFINITY, 3.0]), f64::INFINITY);
    assert_eq!(of(&[3.0, f64::INFINITY]), f64::INFINITY);
    for lost in [&[f64::INFINITY, 0.0][..], &[0.0, f64::NAN], &[f64::NAN, 0.0], &[f64::NEG_INFINITY]] {
        assert!(of(lost).is_nan(), "among {lost:?} the first has a surprise of {}", of(lost));
    }
    for certain in [&[7.0][..], &[1000.0, 0.0], &[3.0, f64::NEG_INFINITY]] {
        assert_eq!(of(certain).to_bits(), 0, "among {certain:?} the first has a surprise of {}", of(certain));
    }
}

#[test]
fn an_angle_is_exact_to_its_ends_and_only_its_slope_is_held() {
    use crate::dual::Dual;
    use crate::tape::record;

    for (cosine, angle) in [(1.0, 0.0), (-1.0, PI), (0.0, FRAC_PI_2), (1.0 + f64::EPSILON, 0.0), (-1.5, PI)] {
        assert_eq!(cosine.angle(), angle, "the angle of {cosine}");
    }
    // √(2(1 − c)) to the third digit of 1 − c.
    let near = (1.0 - 1e-10).angle();
    assert!((near / 2e-10f64.sqrt() - 1.0).abs() < 1e-6, "a cosine of 1 − 1e-10 has an angle of {near}");
    for (cosine, slope) in [(0.6, -1.25), (-0.8, -1.0 / 0.6), (1.0, -1e6), (-1.0, -1e6), (1.0 + 1e-15, -1e6)]
    {
        let mut by = [0.0];
        record(&[cosine], &mut Vec::new(), &mut by, |c| c[0].angle());
        for got in [by[0], Dual::variable(cosine).angle().du] {
            assert!((got / slope - 1.0).abs() < 1e-14, "the angle of {cosine} has slope {got}, not {slope}");
        }
    }
}

#[test]
fn no_length_is_too_great_or_too_small_for_a_norm() {
    for unit in [1e-310, 1e-200, 1.0, 1e200, 1e307] {
        let length = f64::norm(&[3.0 * unit, -4.0 * unit]);
        assert!((length / (5.0 * unit) - 1.0).abs() < 1e-13, "3 and 4 times {unit:e} have length {length:e}");
    }
    assert_eq!(f64::norm(&[0.0, 0.0]), 0.0);
    assert_eq!(f64::norm(&[f64::INFINITY, 1.0]), f64::INFINITY);
}

#[test]
fn special_functions_have_their_slopes() {
    use crate::dual::Dual;
    use crate::tape::record;

    type Function = fn(&[f64; 2]) -> f64;
    type OnTape = fn(&[crate::tape::Var]) -> crate::tape::Var;
    type OfDuals = fn(&[Dual<f64>; 2]) -> Dual<f64>;
    let cases: [(&str, Function, OnTape, OfDuals); 4] = [
        ("pow", |x| x[0].pow(x[1]), |x| x[0].pow(x[1]), |x| x[0].pow(x[1])),
        ("ln_gamma", |x| Real::ln_gamma(x[0]), |x| x[0].ln_gamma(), |x| x[0].ln_gamma()),
        ("digamma", |x| x[0].digamma(), |x| x[0].digamma(), |x| x[0].digamma()),
        ("erf", |x| Real::erf(x[0]), |x| x[0].erf(), |x| x[0].erf()),
    ];
    for (name, plain, on_tape, dual) in cases {
        let at = [1.3, 0.7];
        let mut by = [0.0; 2];
        record(&at, &mut Vec::new(), &mut by, on_tape);
        for i in 0..2 {
            let moved = |h: f64| {
                let mut at = at;
                at[i] += h;
                plain(&at)
            };
            let slope = (moved(1e-6) - moved(-1e-6)) / 2e-6;
            let number = |k: usize| if k == i { Dual::variable(at[k]) } else { Dual::constant(at[k]) };
            for got in [by[i], dual(&[number(0), number(1)]).du] {
                assert!((got - slope).abs() < 1e-8, "{name} by number {i}: {got}, not {slope}");
            }
        }
    }
    let mut by = [0.0; 2];
    record(&[0.0, 2.0], &mut Vec::new(), &mut by, |x| x[0].pow(x[1]));
    assert_eq!(by, [0.0, 0.0], "a power of 0 stays 0");
}

#[test]
fn the_first_of_equal_maxima_wins() {
    assert_eq!(first_max(&[1.0, 3.0, 3.0]), Some(1));
    assert_eq!(first_max::<f64>(&[]), None);
}
