//! What derivatives of elementary functions are made of, whoever carries them along: the conventions where they are not
//! defined, and where they begin to lose digits.

use super::Real;

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

/// A part of a length; 0 of none, the convention for its derivatives.
pub(crate) fn share(part: f64, length: f64) -> f64 {
    if length == 0.0 { 0.0 } else { part / length }
}

/// `2/√π`: the slope of the error function at 0.
pub(crate) const ERF_SLOPE: f64 = std::f64::consts::FRAC_2_SQRT_PI;

/// The derivatives of `xʸ` by `x` and by `y`.
pub(crate) fn slopes_of_power(base: f64, exponent: f64) -> [f64; 2] {
    let by_base = if exponent == 0.0 { 0.0 } else { exponent * base.powf(exponent - 1.0) };
    [by_base, if base == 0.0 { 0.0 } else { base.powf(exponent) * base.ln() }]
}
