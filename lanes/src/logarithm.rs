//! Sums of logarithms.

use wide::f64x4;

/// `Σ ln(1 + xᵢ)` of numbers that are not negative.
///
/// A sum of logarithms is the logarithm of a product. The product is kept without its 1,
/// `(1 + p)(1 + t) − 1 = p + t + p t`, so small terms keep all their digits, and is turned into its logarithm before
/// it leaves the range of numbers.
#[must_use]
pub fn sum_ln_1p(x: &[f64]) -> f64 {
    let (blocks, tail) = x.as_chunks::<4>();
    let mut total = 0.0;
    let mut products = f64x4::ZERO;
    for &term in blocks {
        let next = products + f64x4::new(term) + products * f64x4::new(term);
        products = if next.simd_le(f64x4::splat(LARGE)).all() {
            next
        } else {
            total += products.to_array().into_iter().chain(term).map(f64::ln_1p).sum::<f64>();
            f64x4::ZERO
        };
    }
    let mut product = 0.0;
    for term in products.to_array().into_iter().chain(tail.iter().copied()) {
        let next: f64 = product + term + product * term;
        product = if next <= LARGE {
            next
        } else {
            total += f64::ln_1p(product) + term.ln_1p();
            0.0
        };
    }
    total + product.ln_1p()
}

/// A product beyond this is turned into its logarithm.
const LARGE: f64 = 1e300;
