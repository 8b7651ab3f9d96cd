//! Forward-mode differentiation: [`Dual`] carries one directional derivative along.
//!
//! Duals nest and they run on the tape: `Dual<f64>` gives a slope, `Dual<Dual<f64>>` a curvature, `Dual<Var>`
//! the gradient of a slope.

use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};

use crate::real::{ERF_SLOPE, Real, held_sine, sign};

/// `re + ε·du` with `ε² = 0`.
#[derive(Clone, Copy, Debug)]
pub struct Dual<R> {
    /// The number.
    pub re: R,
    /// Its derivative along the chosen direction.
    pub du: R,
}

impl<R: Real> Dual<R> {
    /// The variable that is differentiated by: derivative 1.
    pub fn variable(re: R) -> Self {
        Self { re, du: R::one() }
    }

    /// A number that does not depend on the variable.
    pub fn constant(re: R) -> Self {
        Self { re, du: R::zero() }
    }

    fn chain(self, re: R, slope: R) -> Self {
        Self { re, du: self.du * slope }
    }
}

impl<R: Real> From<f64> for Dual<R> {
    fn from(value: f64) -> Self {
        Self::constant(R::from(value))
    }
}

impl<R: Real> Real for Dual<R> {
    fn value(self) -> f64 {
        self.re.value()
    }

    fn is_constant(self) -> bool {
        self.re.is_constant() && self.du.is_constant() && self.du.value() == 0.0
    }

    fn knob(value: f64, index: usize) -> Self {
        Self::constant(R::knob(value, index))
    }

    fn exp(self) -> Self {
        let e = self.re.exp();
        self.chain(e, e)
    }

    fn exp_m1(self) -> Self {
        self.chain(self.re.exp_m1(), self.re.exp())
    }

    fn ln(self) -> Self {
        self.chain(self.re.ln(), R::one() / self.re)
    }

    fn ln_1p(self) -> Self {
        self.chain(self.re.ln_1p(), R::one() / (self.re + 1.0))
    }

    fn sqrt(self) -> Self {
        let root = self.re.sqrt();
        self.chain(root, if root.value() == 0.0 { R::zero() } else { R::from(0.5) / root })
    }

    fn powi(self, n: i32) -> Self {
        self.chain(self.re.powi(n), if n == 0 { R::zero() } else { self.re.powi(n - 1) * f64::from(n) })
    }

    fn powf(self, p: f64) -> Self {
        self.chain(self.re.powf(p), if p == 0.0 { R::zero() } else { self.re.powf(p - 1.0) * p })
    }

    fn pow(self, exponent: Self) -> Self {
        let (base, power) = (self.re, self.re.pow(exponent.re));
        let along = |du: R, slope: R| {
            if du.value() == 0.0 && !slope.value().is_finite() { R::zero() } else { du * slope }
        };
        let by_base =
            if exponent.re.value() == 0.0 { R::zero() } else { base.pow(exponent.re - 1.0) * exponent.re };
        let by_exponent = if base.value() == 0.0 { R::zero() } else { power * base.ln() };
        Self { re: power, du: along(self.du, by_base) + along(exponent.du, by_exponent) }
    }

    fn ln_gamma(self) -> Self {
        self.chain(self.re.ln_gamma(), self.re.polygamma(0))
    }

    fn polygamma(self, order: u32) -> Self {
        self.chain(self.re.polygamma(order), self.re.polygamma(order + 1))
    }

    fn erf(self) -> Self {
        self.chain(self.re.erf(), (-self.re.square()).exp() * ERF_SLOPE)
    }

    fn sin(self) -> Self {
        self.chain(self.re.sin(), self.re.cos())
    }

    fn cos(self) -> Self {
        self.chain(self.re.cos(), -self.re.sin())
    }

    fn angle(self) -> Self {
        self.chain(self.re.angle(), R::from(-1.0) / held_sine(self.re))
    }

    fn atan(self) -> Self {
        self.chain(self.re.atan(), R::one() / (self.re.square() + 1.0))
    }

    fn tanh(self) -> Self {
        let t = self.re.tanh();
        self.chain(t, R::one() - t.square())
    }

    fn sigmoid(self) -> Self {
        let s = self.re.sigmoid();
        self.chain(s, s * (-self.re).sigmoid())
    }

    fn softplus(self) -> Self {
        self.chain(self.re.softplus(), self.re.sigmoid())
    }

    fn abs(self) -> Self {
        self.chain(self.re.abs(), R::from(sign(self.re.value())))
    }
}

impl<R: Real> Neg for Dual<R> {
    type Output = Self;
    fn neg(self) -> Self {
        Self { re: -self.re, du: -self.du }
    }
}

impl<R: Real> Add for Dual<R> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { re: self.re + other.re, du: self.du + other.du }
    }
}

impl<R: Real> Sub for Dual<R> {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self { re: self.re - other.re, du: self.du - other.du }
    }
}

impl<R: Real> Mul for Dual<R> {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self { re: self.re * other.re, du: self.du * other.re + self.re * other.du }
    }
}

impl<R: Real> Div for Dual<R> {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        let re = self.re / other.re;
        Self { re, du: (self.du - re * other.du) / other.re }
    }
}

impl<R: Real> Add<f64> for Dual<R> {
    type Output = Self;
    fn add(self, constant: f64) -> Self {
        Self { re: self.re + constant, du: self.du }
    }
}

impl<R: Real> Sub<f64> for Dual<R> {
    type Output = Self;
    fn sub(self, constant: f64) -> Self {
        Self { re: self.re - constant, du: self.du }
    }
}

impl<R: Real> Mul<f64> for Dual<R> {
    type Output = Self;
    fn mul(self, constant: f64) -> Self {
        Self { re: self.re * constant, du: self.du * constant }
    }
}

impl<R: Real> Div<f64> for Dual<R> {
    type Output = Self;
    fn div(self, constant: f64) -> Self {
        Self { re: self.re / constant, du: self.du / constant }
    }
}

impl<R: Real> AddAssign for Dual<R> {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl<R: Real> SubAssign for Dual<R> {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl<R: Real> MulAssign for Dual<R> {
    fn mul_assign(&mut self, other: Self) {
        *self = *self * other;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_duals_give_the_second_derivative() {
        let x = Dual::variable(Dual::variable(0.7));
        let y = x.softplus() * x.sin();
        let f = |x: f64| Real::softplus(x) * x.sin();
        let second = (f(0.7 + 1e-4) - 2.0 * f(0.7) + f(0.7 - 1e-4)) / 1e-8;
        assert!((y.du.du - second).abs() < 1e-6, "got {} against {second}", y.du.du);
    }

    #[test]
    fn a_surprise_has_the_slopes_of_a_softmax() {
        let x = [0.3, -1.2, 2.0];
        let p = |k: usize| (x[k] - f64::log_sum_exp(&x)).exp();
        for own in 0..3 {
            for moved in 0..3 {
                let at = |k: usize| {
                    let inner = if k == moved { Dual::variable(x[k]) } else { Dual::constant(x[k]) };
                    if k == moved { Dual::variable(inner) } else { Dual::constant(inner) }
                };
                let got = Dual::surprise(&[at(0), at(1), at(2)], own);
                let slope = p(moved) - f64::from(u8::from(own == moved));
                let curvature = p(moved) * (1.0 - p(moved));
                assert!(
                    (got.re.du - slope).abs() < 1e-14,
                    "by {moved} the surprise at {own} has slope {}",
                    got.re.du
                );
                assert!((got.du.du - curvature).abs() < 1e-14, "by {moved} it has curvature {}", got.du.du);
            }
        }
    }
}
