//! The number a kernel computes with.
//!
//! A kernel is written once over [`Real`]. With `f64` it returns the value, with [`Var`](crate::tape::Var)
//! the tape records it and returns the exact gradient, with [`Dual`](crate::dual::Dual) it carries a
//! directional derivative along.

mod log_sum_exp;
mod order;
mod plain;
mod products;
mod slopes;

use std::fmt::Debug;
use std::iter;
use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};

use self::log_sum_exp::{log_of_rest, softmax_peak};
pub(crate) use self::order::largest;
pub use self::order::{ascending, first_max, sorted};
pub(crate) use self::products::sum_of_products;
pub use self::slopes::sign;
pub(crate) use self::slopes::{ERF_SLOPE, NEAR_0, held_sine, share, slopes_of_power};

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

#[cfg(test)]
mod tests;
