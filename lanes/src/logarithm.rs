//! Logarithms, and sums of logarithms.

use wide::{f64x4, u64x4};

/// Replaces every `x` by its natural logarithm, with an error below 1 unit in the last place for normal numbers.
///
/// The method (fdlibm, 1993): `x = 2ᵏ (1 + f)` with `1 + f` from `√½` to `√2`, and with `s = f / (2 + f)`
/// `ln(1 + f) = 2 s + s³ (…)`, of which the odd series is a minimax polynomial. Zero, infinity, NaN and numbers below
/// 2⁻¹⁰²² go through the logarithm of the standard library.
#[inline(never)]
pub fn ln(x: &mut [f64]) {
    blocks(x, |x| f64x4::new(ln_of(x)));
}

/// Replaces every `x` from 0 on by `ln(1 + x)`, with an error below 3 units in the last place.
#[inline(never)]
pub fn ln_1p(x: &mut [f64]) {
    blocks(x, |x| {
        let above = f64x4::new(x);
        let sum = above + f64x4::ONE;
        // What the sum has lost, which is nothing to infinity.
        let lost = (above - (sum - f64x4::ONE)) / sum;
        f64x4::new(ln_of(sum.to_array())) + (sum.simd_lt(f64x4::splat(f64::INFINITY)) & lost)
    });
}

#[inline(always)]
fn blocks(x: &mut [f64], function: impl Fn([f64; 4]) -> f64x4) {
    let (blocks, rest) = x.as_chunks_mut::<4>();
    blocks.iter_mut().for_each(|block| *block = function(*block).to_array());
    if !rest.is_empty() {
        let mut block = [1.0; 4];
        block[..rest.len()].copy_from_slice(rest);
        rest.copy_from_slice(&function(block).to_array()[..rest.len()]);
    }
}

#[inline(always)]
fn ln_of(block: [f64; 4]) -> [f64; 4] {
    const HIGH: f64 = 0.693_147_180_369_123_8;
    const LOW: f64 = 1.908_214_929_270_587_7e-10;
    const SERIES: [f64; 7] = [
        0.666_666_666_666_673_5,
        0.399_999_999_994_094_2,
        0.285_714_287_436_623_9,
        0.222_221_984_321_497_84,
        0.181_835_721_616_180_5,
        0.153_138_376_992_093_73,
        0.147_981_986_051_165_86,
    ];
    // The upper half of the bits of √½, and 2⁵² + 1023 as bits of a number.
    const ROOT: u64 = 0x3fe6_a09e << 32;
    const COUNT: u64 = 0x4330_0000_0000_03ff;
    let number = f64x4::splat;
    let x = f64x4::new(block);
    if !(x.simd_ge(number(f64::MIN_POSITIVE)) & x.simd_le(number(f64::MAX))).all() {
        return block.map(f64::ln);
    }
    let bits: u64x4 = x.to_bits();
    let shifted = bits + u64x4::splat((0x3ff0_0000 << 32) - ROOT);
    // The exponent as a number, by way of the low bits of a large one.
    let k = f64x4::from_bits((shifted >> 52u32) + u64x4::splat(0x4330_0000_0000_0000));
    let k = k - f64x4::from_bits(u64x4::splat(COUNT));
    let fraction = (shifted & u64x4::splat((1 << 52) - 1)) + u64x4::splat(ROOT);
    let f = f64x4::from_bits(fraction) - number(1.0);
    let c = SERIES.map(number);
    let s = f / (f + number(2.0));
    let z = s * s;
    let w = z * z;
    let even = w * (c[1] + w * (c[3] + w * c[5]));
    let odd = z * (c[0] + w * (c[2] + w * (c[4] + w * c[6])));
    let half = number(0.5) * f * f;
    let result = k * number(HIGH) - ((half - (s * (half + (odd + even)) + k * number(LOW))) - f);
    result.to_array()
}

/// `Σ ln(1 + xᵢ yᵢ)` for products that are not negative, of two slices of one length.
///
/// A sum of logarithms is the logarithm of a product. The product is kept without its 1,
/// `(1 + p)(1 + t) − 1 = p + t + p t`, so small terms keep all their digits; where it leaves the range of numbers, each
/// half has a logarithm of its own.
///
/// # Panics
/// If the lengths differ.
#[must_use]
#[inline(never)]
pub fn sum_ln_1p(x: &[f64], y: &[f64]) -> f64 {
    assert_eq!(x.len(), y.len(), "lengths differ");
    let product = product(x, y);
    if product <= LARGE || x.len() < 2 {
        return product.ln_1p();
    }
    let half = x.len() / 2;
    sum_ln_1p(&x[..half], &y[..half]) + sum_ln_1p(&x[half..], &y[half..])
}

/// `Π (1 + xᵢ yᵢ) − 1`.
#[inline(always)]
fn product(x: &[f64], y: &[f64]) -> f64 {
    let mut products = [f64x4::ZERO; 2];
    let mut add = |[x0, x1, x2, x3, x4, x5, x6, x7]: [f64; 8], [y0, y1, y2, y3, y4, y5, y6, y7]: [f64; 8]| {
        products = [
            with(products[0], f64x4::new([x0, x1, x2, x3]) * f64x4::new([y0, y1, y2, y3])),
            with(products[1], f64x4::new([x4, x5, x6, x7]) * f64x4::new([y4, y5, y6, y7])),
        ];
    };
    let (x_groups, x_tail) = x.as_chunks::<8>();
    let (y_groups, y_tail) = y.as_chunks::<8>();
    x_groups.iter().zip(y_groups).for_each(|(&x, &y)| add(x, y));
    if !x_tail.is_empty() {
        let (mut x, mut y) = ([0.0; 8], [0.0; 8]);
        x[..x_tail.len()].copy_from_slice(x_tail);
        y[..y_tail.len()].copy_from_slice(y_tail);
        add(x, y);
    }
    let factors = with(products[0], products[1]).to_array();
    factors.into_iter().fold(0.0, |p: f64, t| p + t + p * t)
}

/// A product, without its 1, with one more factor.
#[inline(always)]
pub(crate) fn with(product: f64x4, term: f64x4) -> f64x4 {
    product + term + product * term
}

/// Beyond this a product is not trusted.
pub(crate) const LARGE: f64 = 1e300;
