//! Sums of logarithms.

use wide::f64x4;

/// `Σ ln(1 + xᵢ yᵢ)` for products that are not negative, of two slices of one length.
///
/// A sum of logarithms is the logarithm of a product. The product is kept without its 1,
/// `(1 + p)(1 + t) − 1 = p + t + p t`, so small terms keep all their digits, and is turned into its logarithm before
/// it leaves the range of numbers.
///
/// # Panics
/// If the lengths differ.
#[must_use]
pub fn sum_ln_1p(x: &[f64], y: &[f64]) -> f64 {
    assert_eq!(x.len(), y.len(), "lengths differ");
    let (x_groups, x_tail) = x.as_chunks::<8>();
    let (y_groups, y_tail) = y.as_chunks::<8>();
    let mut total = 0.0;
    let mut products = [f64x4::ZERO; 2];
    for (&[x0, x1, x2, x3, x4, x5, x6, x7], &[y0, y1, y2, y3, y4, y5, y6, y7]) in
        x_groups.iter().zip(y_groups)
    {
        let terms = [
            f64x4::new([x0, x1, x2, x3]) * f64x4::new([y0, y1, y2, y3]),
            f64x4::new([x4, x5, x6, x7]) * f64x4::new([y4, y5, y6, y7]),
        ];
        let next = [with(products[0], terms[0]), with(products[1], terms[1])];
        let large = f64x4::splat(LARGE);
        products = if (next[0].simd_le(large) & next[1].simd_le(large)).all() {
            next
        } else {
            let factors = products.into_iter().chain(terms).flat_map(f64x4::to_array);
            total += factors.map(f64::ln_1p).sum::<f64>();
            [f64x4::ZERO; 2]
        };
    }
    let factors = products.into_iter().flat_map(f64x4::to_array);
    let mut product = 0.0;
    for term in factors.chain(x_tail.iter().zip(y_tail).map(|(x, y)| x * y)) {
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

/// A product, without its 1, with one more factor.
#[inline(always)]
fn with(product: f64x4, term: f64x4) -> f64x4 {
    product + term + product * term
}

/// A product beyond this is turned into its logarithm.
const LARGE: f64 = 1e300;
