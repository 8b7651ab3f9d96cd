//! The polygamma functions, which the standard library and libm lack.

/// Bernoulli numbers B₂, B₄, …
const BERNOULLI: [f64; 10] = [
    1.0 / 6.0,
    -1.0 / 30.0,
    1.0 / 42.0,
    -1.0 / 30.0,
    5.0 / 66.0,
    -691.0 / 2730.0,
    7.0 / 6.0,
    -3617.0 / 510.0,
    43867.0 / 798.0,
    -174_611.0 / 330.0,
];

/// From here on the asymptotic series of order 0 has all digits.
const FAR: f64 = 12.0;

/// The derivative of order `n + 1` of `ln Γ` at a positive `x`: the digamma function for order 0, the trigamma function for
/// order 1. NaN elsewhere.
///
/// By `ψₙ(x) = ψₙ(x + 1) − (−1)ⁿ n!/xⁿ⁺¹` up to where the asymptotic series holds (Abramowitz and Stegun 6.4.6, 6.4.11).
#[must_use]
pub fn polygamma(order: u32, x: f64) -> f64 {
    if x.is_nan() || x <= 0.0 {
        return f64::NAN;
    }
    if x.is_infinite() {
        return if order == 0 { f64::INFINITY } else { 0.0 };
    }
    let n = f64::from(order);
    let sign = if order.is_multiple_of(2) { 1.0 } else { -1.0 };
    let factorial: f64 = (1..=order).map(f64::from).product();
    let (mut at, mut below) = (x, 0.0);
    while at < FAR + n {
        below += at.powi(-(order as i32) - 1);
        at += 1.0;
    }
    let mut series = if order == 0 {
        -at.ln() + 0.5 / at
    } else {
        factorial / n * at.powi(-(order as i32)) + 0.5 * factorial * at.powi(-(order as i32) - 1)
    };
    // (2k + n − 1)!/(2k)! · x^−(2k+n), from one k to the next.
    let mut term = if order == 0 { 1.0 } else { factorial / n } * at.powi(-(order as i32));
    for (k, bernoulli) in (1..).zip(BERNOULLI) {
        let double = 2.0 * f64::from(k);
        let before = if order == 0 && k == 1 { 1.0 } else { double + n - 2.0 };
        term *= before * (double + n - 1.0) / (double * (double - 1.0)) / (at * at);
        series += bernoulli * term;
    }
    -sign * (series + factorial * below)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn close(got: f64, expected: f64) -> bool {
        (got - expected).abs() <= 2e-14 * expected.abs().max(1e-3)
    }

    #[test]
    fn known_values() {
        let euler = 0.577_215_664_901_532_9;
        let pi2 = std::f64::consts::PI.powi(2);
        for (order, x, expected) in [
            (0, 1.0, -euler),
            (0, 0.5, -euler - 2.0 * std::f64::consts::LN_2),
            (0, 10.0, 2.251_752_589_066_721),
            (1, 1.0, pi2 / 6.0),
            (1, 0.5, pi2 / 2.0),
            (2, 1.0, -2.404_113_806_319_188_6),
            (3, 1.0, pi2 * pi2 / 15.0),
        ] {
            let got = polygamma(order, x);
            assert!(close(got, expected), "order {order} at {x} is {got}, not {expected}");
        }
        assert!(polygamma(0, 0.0).is_nan() && polygamma(1, -2.5).is_nan());
    }

    proptest! {
        #[test]
        fn each_is_the_slope_of_the_one_before(x in 0.05..40.0f64, order in 0u32..3) {
            let h = 1e-3 * x;
            let central = |h: f64| (polygamma(order, x + h) - polygamma(order, x - h)) / (2.0 * h);
            let slope = (4.0 * central(0.5 * h) - central(h)) / 3.0;
            let got = polygamma(order + 1, x);
            prop_assert!((got - slope).abs() <= 1e-8 * got.abs(), "{got}, the slope is {slope}");
        }

        #[test]
        fn digamma_is_the_slope_of_ln_gamma(x in 0.05..40.0f64) {
            let h = 1e-3 * x;
            let central = |h: f64| (libm::lgamma(x + h) - libm::lgamma(x - h)) / (2.0 * h);
            let slope = (4.0 * central(0.5 * h) - central(h)) / 3.0;
            prop_assert!((polygamma(0, x) - slope).abs() <= 1e-8 * slope.abs().max(1.0));
        }

        #[test]
        fn a_step_to_the_right_adds_one_over_x(x in 0.01..100.0f64) {
            let step = polygamma(0, x + 1.0) - polygamma(0, x);
            prop_assert!((step - 1.0 / x).abs() <= 1e-13 * (1.0 / x + polygamma(0, x).abs()));
        }
    }
}
