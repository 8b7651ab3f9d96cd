//! How numbers are written along axes and on maps.

use crate::figures::quantity;
use crate::figures::scale::Scale;
use crate::figures::{Axis, ticks};

fn along(axis: &Axis, most: usize) -> Vec<String> {
    let ticks = ticks::ticks(axis, &Scale::new(axis, (0.0, 100.0)), most);
    ticks.into_iter().map(|tick| tick.label).filter(|label| !label.is_empty()).collect()
}

#[test]
fn an_even_axis_has_round_numbers() {
    assert_eq!(along(&Axis::linear("", (-4.0, 4.0)), 5), ["−4", "−2", "0", "2", "4"]);
    assert_eq!(along(&Axis::linear("", (0.0, 1.0)), 6), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
    assert_eq!(along(&Axis::linear("", (0.0, 270.0)), 6), ["0", "50", "100", "150", "200", "250"]);
    assert_eq!(along(&Axis::linear("", (0.9, -0.1)), 3), ["0.0", "0.5"], "an axis may run downwards");
}

#[test]
fn large_and_small_numbers_are_written_with_powers() {
    assert_eq!(along(&Axis::linear("", (0.0, 3e7)), 4), ["0", "10⁷", "2×10⁷", "3×10⁷"]);
    assert_eq!(along(&Axis::linear("", (-2e-4, 2e-4)), 5), ["−2×10⁻⁴", "−10⁻⁴", "0", "10⁻⁴", "2×10⁻⁴"]);
}

#[test]
fn a_logarithmic_axis_has_as_many_numbers_in_a_decade_as_fit() {
    assert_eq!(along(&Axis::log("", (0.01, 1.0)), 3), ["0.01", "0.1", "1"]);
    assert_eq!(along(&Axis::log("", (0.01, 1.0)), 7), ["0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1"]);
    assert_eq!(along(&Axis::log("", (1e-6, 1.0)), 4), ["10⁻⁶", "10⁻⁴", "10⁻²", "10⁰"]);
    assert_eq!(along(&Axis::log("", (2.0, 4.0)), 5), ["2.0", "2.5", "3.0", "3.5", "4.0"]);
}

#[test]
fn names_are_thinned_to_what_fits() {
    let names: Vec<String> = (0..10).map(|i| format!("n{i}")).collect();
    assert_eq!(along(&Axis::names("", names.clone()), 10), names);
    assert_eq!(along(&Axis::names("", names), 4), ["n0", "n3", "n6", "n9"]);
}

#[test]
fn a_single_number_has_three_digits() {
    let written = [-0.01234, 1.5, 119.6, 1.2e7, 0.0, -0.0, f64::INFINITY].map(quantity::number);
    assert_eq!(written, ["−0.0123", "1.5", "120", "1.2×10⁷", "0", "0", "∞"]);
}
