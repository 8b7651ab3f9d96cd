//! A plain number is a [`Real`]: the value alone.

use loss_explorer_lanes as lanes;

use super::{Real, sum_of_products};
use crate::gamma::polygamma;

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
