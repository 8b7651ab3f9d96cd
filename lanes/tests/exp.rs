//! The exponential function against numbers of 50 digits, and its conventions at the ends.

use loss_explorer_lanes::{exp, exp_above};
use proptest::prelude::*;

fn exp_of(x: f64) -> f64 {
    let mut one = [x];
    exp(&mut one);
    one[0]
}

/// How many numbers there are from one to another.
fn steps(a: f64, b: f64) -> u64 {
    a.to_bits().abs_diff(b.to_bits())
}

/// Lines of two numbers as their bits: `x`, and `eˣ` from 50 digits (mpmath), correctly rounded.
const EXACT: &str = include_str!("exp.txt");

#[test]
fn it_is_the_nearest_number_or_a_neighbour_of_it() {
    for line in EXACT.lines() {
        let number = |hexadecimal| f64::from_bits(u64::from_str_radix(hexadecimal, 16).unwrap());
        let (x, exact) = line.split_once(' ').map(|(x, y)| (number(x), number(y))).unwrap();
        let got = exp_of(x);
        assert!(steps(got, exact) <= 1, "exp({x:e}) came out as {got:e}, exact is {exact:e}");
    }
}

#[test]
fn the_ends_are_those_of_the_exact_function() {
    assert_eq!(exp_of(0.0), 1.0);
    assert_eq!(exp_of(f64::INFINITY), f64::INFINITY);
    assert_eq!(exp_of(f64::NEG_INFINITY), 0.0);
    assert_eq!(exp_of(709.79), f64::INFINITY);
    assert_eq!(exp_of(-745.2), 0.0);
    assert_eq!(exp_of(1e300), f64::INFINITY);
    assert_eq!(exp_of(-1e300), 0.0);
    assert!(exp_of(f64::NAN).is_nan());
}

proptest! {
    #[test]
    fn it_agrees_with_the_standard_library(x in -745.0..709.0) {
        prop_assert!(steps(exp_of(x), x.exp()) <= 2, "exp({x}): {} and {}", exp_of(x), x.exp());
    }

    #[test]
    fn a_number_has_the_same_power_wherever_it_stands(
        x in proptest::collection::vec(-30.0..30.0, 1..70),
        base in -5.0..5.0,
        odd_one in 0usize..70,
    ) {
        let mut x = x;
        if let Some(slot) = x.get_mut(odd_one) {
            *slot = f64::NEG_INFINITY;
        }
        let mut powers = x.clone();
        let total = exp_above(&mut powers, base);
        for (x, power) in x.iter().zip(&powers) {
            prop_assert_eq!(*power, exp_of(x - base));
        }
        let sum: f64 = powers.iter().sum();
        prop_assert!((total - sum).abs() <= 1e-14 * sum, "{total} is not the sum {sum}");
    }
}
