//! The number a kernel computes with.
//!
//! A kernel is written once over [`Real`]. With `f64` it returns the value, with [`Var`](crate::tape::Var)
//! the tape records it and returns the exact gradient, with [`Dual`](crate::dual::Dual) it carries a
//! directional derivative along.

use std::fmt::Debug;
use std::iter;
use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};

use loss_explorer_lanes as lanes;

use crate::gamma::polygamma;

/// A real number with the functions that loss kernels are written in.
///
/// Discrete choices (argmin, sorting, matching, mining) look at [`value`](Real::value); whatever is computed
/// from that plain `f64` is a constant for the gradient.
///
/// Conventions at kinks, for every implementation: the derivative of `|x|`, of `max(x, 0)` and of `√x` at 0
/// is 0; among equal maxima the first one gets the derivative.
pub trait Real:
    Copy
    + Debug
    + 'static
    + From<f64>
    + Neg<Output = Self>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Add<f64, Output = Self>
    + Sub<f64, Output = Self>
    + Mul<f64, Output = Self>
    + Div<f64, Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
{
    /// The plain number, without its derivative.
    fn value(self) -> f64;

    /// Stop-gradient: the same value, a constant from here on.
    fn detach(self) -> Self {
        Self::from(self.value())
    }

    /// Whether no derivative flows back from it.
    fn is_constant(self) -> bool {
        true
    }

    /// Parameter `index` of a loss at `value`: where the derivative by parameters is wanted something that it flows back to,
    /// else a constant. Kernels come here through [`Params::real`](crate::spec::Params::real).
    fn knob(value: f64, _index: usize) -> Self {
        Self::from(value)
    }

    /// `0` as a constant.
    fn zero() -> Self {
        Self::from(0.0)
    }

    /// `1` as a constant.
    fn one() -> Self {
        Self::from(1.0)
    }

    /// `eˣ`.
    fn exp(self) -> Self;

    /// `eˣ − 1`, accurate near 0.
    fn exp_m1(self) -> Self;

    /// `(eˣ − 1) / x`, which is 1 at 0; accurate near 0, and so is its derivative.
    fn exp_m1_ratio(self) -> Self {
        if self.value().abs() < NEAR_0 {
            let terms = if self.value().abs() < 1e-5 { 4 } else { 13 };
            // 1 + x/2 · (1 + x/3 · (1 + x/4 · (…)))
            return (2..=terms).rev().fold(Self::one(), |sum, i| sum * self / f64::from(i) + 1.0);
        }
        self.exp_m1() / self
    }

    /// `ln(1 + x) / x`, which is 1 at 0; accurate near 0, and so is its derivative.
    fn ln_1p_ratio(self) -> Self {
        if self.value().abs() < NEAR_0 {
            // 1 − x · (1/2 − x · (1/3 − x · (…)))
            return (1..=17).rev().fold(Self::zero(), |sum, i| -self * sum + 1.0 / f64::from(i));
        }
        self.ln_1p() / self
    }

    /// Natural logarithm.
    fn ln(self) -> Self;

    /// `ln(1 + x)`, accurate near 0.
    fn ln_1p(self) -> Self;

    /// Square root; the derivative at 0 is 0.
    fn sqrt(self) -> Self;

    /// `xⁿ` for a whole exponent.
    fn powi(self, n: i32) -> Self;

    /// `xᵖ` for a constant exponent.
    fn powf(self, p: f64) -> Self;

    /// `xʸ` of a base from 0 on, by both; at base 0 the derivative by the exponent is 0.
    fn pow(self, exponent: Self) -> Self;

    /// `ln |Γ(x)|` of a number greater than 0.
    fn ln_gamma(self) -> Self;

    /// The derivative of order `order + 1` of `ln Γ`, of a number greater than 0; see
    /// [`polygamma`](crate::gamma::polygamma).
    fn polygamma(self, order: u32) -> Self;

    /// The digamma function `ψ = (ln Γ)′`, of a number greater than 0.
    fn digamma(self) -> Self {
        self.polygamma(0)
    }

    /// The error function `2/√π ∫₀ˣ e^(−t²) dt`.
    fn erf(self) -> Self;

    /// Sine, of radians.
    fn sin(self) -> Self;

    /// Cosine, of radians.
    fn cos(self) -> Self;

    /// The angle whose cosine this is, 0 to π radians; of a cosine that rounding has put beyond ±1, that of ±1.
    ///
    /// Its slope is infinite at ±1 and is held finite: `−1 / max(√((1 − c)(1 + c)), 10⁻⁶)`.
    fn angle(self) -> Self;

    /// Arc tangent in radians.
    fn atan(self) -> Self;

    /// Hyperbolic tangent.
    fn tanh(self) -> Self;

    /// The logistic function `1 / (1 + e⁻ˣ)`, without overflow.
    fn sigmoid(self) -> Self;

    /// `ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|)`, without overflow.
    fn softplus(self) -> Self;

    /// `|x|`; the derivative at 0 is 0.
    fn abs(self) -> Self;

    /// `x²`.
    fn square(self) -> Self {
        self * self
    }

    /// `w·x`, and 0 where a weight of 0 meets what is not finite.
    fn weighted(self, weight: Self) -> Self {
        if weight.value() == 0.0 && !self.value().is_finite() { Self::zero() } else { self * weight }
    }

    /// `max(x, 0)`; the derivative at 0 is 0, and NaN stays NaN.
    fn relu(self) -> Self {
        if self.value() <= 0.0 { Self::zero() } else { self }
    }

    /// `x` held within `[low, high]`; the derivative is 0 where a bound is active.
    fn clamp(self, low: f64, high: f64) -> Self {
        if self.value() < low {
            Self::from(low)
        } else if self.value() > high {
            Self::from(high)
        } else {
            self
        }
    }

    /// The larger of two; `self` where they are equal.
    fn or_max(self, other: Self) -> Self {
        if other.value() > self.value() { other } else { self }
    }

    /// The smaller of two; `self` where they are equal.
    fn or_min(self, other: Self) -> Self {
        if other.value() < self.value() { other } else { self }
    }

    /// `Σ xᵢ`; 0 for no terms.
    fn sum(terms: &[Self]) -> Self {
        terms.iter().fold(Self::zero(), |total, &x| total + x)
    }

    /// Arithmetic mean; 0 for no terms, the value of an average over nothing throughout the catalogue.
    fn mean(terms: &[Self]) -> Self {
        if terms.is_empty() { Self::zero() } else { Self::sum(terms) / terms.len() as f64 }
    }

    /// `Σ aᵢ bᵢ` of two slices of one length; an infinity has the sign of the exact sum.
    fn dot(a: &[Self], b: &[Self]) -> Self {
        debug_assert_eq!(a.len(), b.len());
        a.iter().zip(b).fold(Self::zero(), |total, (&x, &y)| total + x * y)
    }

    /// `Σ wᵢ xᵢ` with constant weights, of two slices of one length.
    fn linear(weights: &[f64], x: &[Self]) -> Self {
        debug_assert_eq!(weights.len(), x.len());
        weights.iter().zip(x).fold(Self::zero(), |total, (&w, &x)| total + x * w)
    }

    /// Euclidean length `√(Σ xᵢ²)`, also where squares leave the range of numbers; the derivative at the zero vector is 0.
    fn norm(x: &[Self]) -> Self {
        let top = largest(iter::once(0.0).chain(x.iter().map(|x| x.value().abs())));
        if top == 0.0 || !top.is_finite() {
            return Self::from(top);
        }
        let x: Vec<Self> = x.iter().map(|&x| x / top).collect();
        Self::dot(&x, &x).sqrt() * top
    }

    /// `‖a − b‖` of two slices of one length; the derivative where they coincide is 0.
    fn distance(a: &[Self], b: &[Self]) -> Self {
        debug_assert_eq!(a.len(), b.len());
        Self::norm(&a.iter().zip(b).map(|(&x, &y)| x - y).collect::<Vec<Self>>())
    }

    /// `Σ (aᵢ − bᵢ)²` of two slices of one length.
    fn squared_distance(a: &[Self], b: &[Self]) -> Self {
        debug_assert_eq!(a.len(), b.len());
        a.iter().zip(b).fold(Self::zero(), |total, (&x, &y)| total + (x - y).square())
    }

    /// `ln Σ e^{xᵢ}` as the largest and `ln(1 + …)` of the rest, accurate near 0 too; −∞ for no terms.
    fn log_sum_exp(x: &[Self]) -> Self {
        match softmax_peak(x) {
            Ok(top) => x[top] + log_of_rest(x, top),
            Err(largest) => Self::from(largest),
        }
    }

    /// `ln Σ e^{xᵢ − x_own}`: how surprising `own` is to a softmax, nats; never below 0.
    ///
    /// It keeps its digits where `own` is nearly certain, in value and derivative, as `log_sum_exp(x) − x_own` does not.
    fn surprise(x: &[Self], own: usize) -> Self {
        match softmax_peak(x) {
            Ok(top) if top == own => log_of_rest(x, top),
            Ok(top) => x[top] - x[own] + log_of_rest(x, top),
            Err(largest) => Self::from(largest - x[own].value()),
        }
    }

    /// The largest; the first among equals gets the derivative; −∞ for no terms.
    fn max(x: &[Self]) -> Self {
        first_max(x).map_or(Self::from(f64::NEG_INFINITY), |i| x[i])
    }
}

/// Below it a ratio such as `(eˣ − 1) / x` is computed from its series: its slope would be a difference of what is nearly
/// equal.
pub(crate) const NEAR_0: f64 = 0.1;

/// −1, 0 or 1; NaN of NaN. (`f64::signum` answers ±1 at ±0.)
#[must_use]
pub fn sign(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x.signum() }
}

/// The sine of the angle with a cosine, kept from 0 for what is divided by it.
pub(crate) fn held_sine<R: Real>(cosine: R) -> R {
    ((R::one() - cosine) * (cosine + 1.0)).relu().sqrt().or_max(R::from(1e-6))
}

/// Index of the largest value, the first among equals; `None` for no values.
#[must_use]
pub fn first_max<R: Real>(x: &[R]) -> Option<usize> {
    let mut best: Option<usize> = None;
    for (i, v) in x.iter().enumerate() {
        if best.is_none_or(|b| v.value() > x[b].value()) {
            best = Some(i);
        }
    }
    best
}

/// Where the finite largest of some scores is, the first among equals; else the infinity or NaN that their
/// `ln Σ eˣ` is.
fn softmax_peak<R: Real>(x: &[R]) -> Result<usize, f64> {
    let top = largest(x.iter().map(|x| x.value()));
    first_max(x).filter(|_| top.is_finite()).ok_or(top)
}

/// `ln Σ e^{xᵢ − x_top}`, the 1 at `top` itself never being added to what may be far below it.
fn log_of_rest<R: Real>(x: &[R], top: usize) -> R {
    let rest = (0..x.len()).filter(|&i| i != top);
    rest.fold(R::zero(), |sum, i| sum + (x[i] - x[top]).exp()).ln_1p()
}

/// The indices of `values` from the least to the greatest; equal values keep their order, NaN comes last.
///
/// One copy of a sort is enough to download, so everything that sorts numbers goes through here.
#[inline(never)]
#[must_use]
pub fn ascending(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    order
}

/// `values` from the least to the greatest.
#[must_use]
pub fn sorted(values: &[f64]) -> Vec<f64> {
    ascending(values).into_iter().map(|i| values[i]).collect()
}

/// The largest of some plain numbers, NaN if one of them is; −∞ for none.
pub(crate) fn largest(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(f64::NEG_INFINITY, |top, v| if v > top || v.is_nan() { v } else { top })
}

/// A part of a length; 0 of none, the convention for its derivatives.
pub(crate) fn share(part: f64, length: f64) -> f64 {
    if length == 0.0 { 0.0 } else { part / length }
}

/// `Σ xᵢ yᵢ` of plain numbers. Where products leave the range of numbers, opposite ones would be NaN together: then in
/// units of the largest factors.
pub(crate) fn sum_of_products(pairs: impl Iterator<Item = (f64, f64)> + Clone) -> f64 {
    let total: f64 = pairs.clone().map(|(x, y)| x * y).sum();
    if total.is_finite() {
        return total;
    }
    let top = |factors: (f64, f64), (x, y): (f64, f64)| (factors.0.max(x.abs()), factors.1.max(y.abs()));
    let (x_top, y_top) = pairs.clone().fold((0.0, 0.0), top);
    if x_top.is_infinite() || y_top.is_infinite() {
        return total;
    }
    pairs.map(|(x, y)| (x / x_top) * (y / y_top)).sum::<f64>() * x_top * y_top
}

/// `2/√π`: the slope of the error function at 0.
pub(crate) const ERF_SLOPE: f64 = std::f64::consts::FRAC_2_SQRT_PI;

/// The derivatives of `xʸ` by `x` and by `y`.
pub(crate) fn slopes_of_power(base: f64, exponent: f64) -> [f64; 2] {
    let by_base = if exponent == 0.0 { 0.0 } else { exponent * base.powf(exponent - 1.0) };
    [by_base, if base == 0.0 { 0.0 } else { base.powf(exponent) * base.ln() }]
}

impl Real for f64 {
    fn value(self) -> f64 {
        self
    }

    fn exp(self) -> f64 {
        f64::exp(self)
    }

    fn exp_m1(self) -> f64 {
        f64::exp_m1(self)
    }

    fn ln(self) -> f64 {
        f64::ln(self)
    }

    fn ln_1p(self) -> f64 {
        f64::ln_1p(self)
    }

    fn sqrt(self) -> f64 {
        f64::sqrt(self)
    }

    fn powi(self, n: i32) -> f64 {
        f64::powi(self, n)
    }

    fn powf(self, p: f64) -> f64 {
        f64::powf(self, p)
    }

    fn pow(self, exponent: f64) -> f64 {
        f64::powf(self, exponent)
    }

    fn ln_gamma(self) -> f64 {
        libm::lgamma(self)
    }

    fn polygamma(self, order: u32) -> f64 {
        polygamma(order, self)
    }

    fn erf(self) -> f64 {
        libm::erf(self)
    }

    fn sin(self) -> f64 {
        f64::sin(self)
    }

    fn cos(self) -> f64 {
        f64::cos(self)
    }

    fn angle(self) -> f64 {
        f64::clamp(self, -1.0, 1.0).acos()
    }

    fn atan(self) -> f64 {
        f64::atan(self)
    }

    fn tanh(self) -> f64 {
        f64::tanh(self)
    }

    fn sigmoid(self) -> f64 {
        if self >= 0.0 {
            1.0 / (1.0 + f64::exp(-self))
        } else {
            let e = f64::exp(self);
            e / (1.0 + e)
        }
    }

    fn softplus(self) -> f64 {
        if self.is_nan() {
            return self;
        }
        f64::max(self, 0.0) + f64::ln_1p(f64::exp(-f64::abs(self)))
    }

    fn abs(self) -> f64 {
        f64::abs(self)
    }

    fn dot(a: &[f64], b: &[f64]) -> f64 {
        debug_assert_eq!(a.len(), b.len());
        sum_of_products(a.iter().copied().zip(b.iter().copied()))
    }

    fn norm(x: &[f64]) -> f64 {
        lanes::length(x)
    }

    fn distance(a: &[f64], b: &[f64]) -> f64 {
        lanes::distance(a, b)
    }
}

#[cfg(test)]
mod tests {
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
        for (scores, expected) in
            [([0.0, -40.0], 4.248354255291589e-18), ([-1e-9, -20.0], 1.0611536223755343e-9)]
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
            assert_eq!(
                of(certain).to_bits(),
                0,
                "among {certain:?} the first has a surprise of {}",
                of(certain)
            );
        }
    }

    #[test]
    fn an_angle_is_exact_to_its_ends_and_only_its_slope_is_held() {
        use crate::dual::Dual;
        use crate::tape::record;

        for (cosine, angle) in
            [(1.0, 0.0), (-1.0, PI), (0.0, FRAC_PI_2), (1.0 + f64::EPSILON, 0.0), (-1.5, PI)]
        {
            assert_eq!(cosine.angle(), angle, "the angle of {cosine}");
        }
        // √(2(1 − c)) to the third digit of 1 − c.
        let near = (1.0 - 1e-10).angle();
        assert!((near / 2e-10f64.sqrt() - 1.0).abs() < 1e-6, "a cosine of 1 − 1e-10 has an angle of {near}");
        for (cosine, slope) in
            [(0.6, -1.25), (-0.8, -1.0 / 0.6), (1.0, -1e6), (-1.0, -1e6), (1.0 + 1e-15, -1e6)]
        {
            let mut by = [0.0];
            record(&[cosine], &mut Vec::new(), &mut by, |c| c[0].angle());
            for got in [by[0], Dual::variable(cosine).angle().du] {
                assert!(
                    (got / slope - 1.0).abs() < 1e-14,
                    "the angle of {cosine} has slope {got}, not {slope}"
                );
            }
        }
    }

    #[test]
    fn no_length_is_too_great_or_too_small_for_a_norm() {
        for unit in [1e-310, 1e-200, 1.0, 1e200, 1e307] {
            let length = f64::norm(&[3.0 * unit, -4.0 * unit]);
            assert!(
                (length / (5.0 * unit) - 1.0).abs() < 1e-13,
                "3 and 4 times {unit:e} have length {length:e}"
            );
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
}
