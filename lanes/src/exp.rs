//! The exponential function of a slice.

use std::array::from_fn;

use wide::{f64x4, u64x4};

/// Replaces every `x` by `eˣ`, with an error below 1.2 units in the last place.
///
/// NaN stays NaN, `e^∞ = ∞`, `e^−∞ = 0`, and below −708 the result runs gradually into 0 as the exact one does.
/// Additions and multiplications of f64, none of them fused, and whole numbers are all it is made of, so every
/// processor and every browser gets the same bits.
///
/// The method (Tang, 1989): `x = (64 m + j) ln 2 / 64 + r` with `|r| ≤ ln 2 / 128`; `2^{j/64}` from a table, a
/// polynomial of degree 5 for `eʳ` (relative error 5·10⁻¹⁸), and `m` into the exponent.
#[inline(never)]
pub fn exp(x: &mut [f64]) {
    exp_above(x, 0.0);
}

/// Replaces every `x` by `e^{x − base}`, as [`exp`] does, and returns the sum of these.
#[inline(never)]
pub fn exp_above(x: &mut [f64], base: f64) -> f64 {
    let mut sums = f64x4::ZERO;
    let (pairs, rest) = x.as_chunks_mut::<{ 2 * WIDTH }>();
    for pair in pairs {
        sums += replace(pair, base);
    }
    let mut total = sums.reduce_add();
    if !rest.is_empty() {
        let mut pair = [base; 2 * WIDTH];
        pair[..rest.len()].copy_from_slice(rest);
        let _ = replace(&mut pair, base);
        rest.copy_from_slice(&pair[..rest.len()]);
        total = rest.iter().fold(total, |total, power| total + power);
    }
    total
}

/// Numbers in a block.
const WIDTH: usize = 4;

/// Up to here, either way, `2ᵐ` is a normal number.
const ORDINARY: f64 = 708.0;

/// Replaces two blocks and returns their sum.
#[inline(always)]
fn replace(pair: &mut [f64; 2 * WIDTH], base: f64) -> f64x4 {
    let (blocks, _) = pair.as_chunks_mut::<WIDTH>();
    let powers = powers(from_fn(|i| f64x4::new(blocks[i]) - f64x4::splat(base)));
    for (x, power) in blocks.iter_mut().zip(powers) {
        *x = power.to_array();
    }
    powers[0] + powers[1]
}

/// `eˣ` of two blocks, side by side so that none waits for its own steps.
#[inline(always)]
pub(crate) fn powers(x: [f64x4; 2]) -> [f64x4; 2] {
    let is_ordinary = |x: f64x4| x.abs().simd_le(f64x4::splat(ORDINARY));
    if !(is_ordinary(x[0]) & is_ordinary(x[1])).all() {
        return x.map(at_the_ends);
    }
    x.map(|x| {
        let Parts { whole, power, excess } = parts(x);
        // The exponent is in the topmost bits but one.
        let power = f64x4::from_bits(power + ((whole >> 6u32) << 52u32));
        power + power * excess
    })
}

/// `eˣ = 2^⌊whole/64⌋ · power · (1 + excess)`.
struct Parts {
    /// Whole numbers, in the lowest 51 bits.
    whole: u64x4,
    /// The bits of `2^{j/64}`.
    power: u64x4,
    excess: f64x4,
}

#[inline(always)]
fn parts(x: f64x4) -> Parts {
    // Adding this number rounds to a whole one, which then stands in the low bits.
    const ROUND: f64 = 1.5 * (1u64 << 52) as f64;
    const PER_LN_2: f64 = 64.0 * std::f64::consts::LOG2_E;
    // ln 2 in two parts, the first with so many zeros at its end that any multiple of it here is exact.
    const HIGH: f64 = 0.693_147_180_369_123_8 / 64.0;
    const LOW: f64 = 1.908_214_929_270_587_7e-10 / 64.0;
    let number = f64x4::splat;
    let shifted = x * number(PER_LN_2) + number(ROUND);
    let k = shifted - number(ROUND);
    let r = (x - k * number(HIGH)) - k * number(LOW);
    // (eʳ − 1 − r) / r², by minimax.
    let c = [
        0.499_999_999_999_999_85,
        0.166_666_666_666_645_3,
        0.041_666_707_411_485_01,
        0.008_333_339_154_021_074,
    ]
    .map(number);
    let r2 = r * r;
    let excess = r + r2 * ((c[0] + c[1] * r) + (c[2] + c[3] * r) * r2);
    let whole = shifted.to_bits();
    let index = whole.to_array().map(|k| (k % 64) as usize);
    Parts { whole, power: u64x4::new(index.map(|j| POWERS[j])), excess }
}

/// Far from 0 `2ᵐ` alone may be too large or too small for a number, but half of it at a time is not.
#[cold]
#[inline(never)]
fn at_the_ends(x: f64x4) -> f64x4 {
    // Beyond these bounds all is 0 or ∞.
    let Parts { whole, power, excess } = parts(x.max(f64x4::splat(-746.0)).min(f64x4::splat(710.0)));
    let scales = whole.to_array().map(|k| {
        // Shifted up and down again, the low bits keep their sign.
        let m = ((k << 13) as i64) >> 19;
        let power_of_two = |m: i64| f64::from_bits(((1023 + m) as u64) << 52);
        (power_of_two(m / 2), power_of_two(m - m / 2))
    });
    let power = f64x4::from_bits(power);
    let mantissa = power + power * excess;
    let result = mantissa * f64x4::new(scales.map(|s| s.0)) * f64x4::new(scales.map(|s| s.1));
    x.is_nan().select(x, result)
}

/// The bits of `2^{j/64}`, correctly rounded.
#[rustfmt::skip]
const POWERS: [u64; 64] = [
    0x3ff0_0000_0000_0000, 0x3ff0_2c9a_3e77_8061, 0x3ff0_59b0_d315_8574, 0x3ff0_8745_1875_9bc8,
    0x3ff0_b558_6cf9_890f, 0x3ff0_e3ec_32d3_d1a2, 0x3ff1_1301_d012_5b51, 0x3ff1_429a_aea9_2de0,
    0x3ff1_72b8_3c7d_517b, 0x3ff1_a35b_eb6f_cb75, 0x3ff1_d487_3168_b9aa, 0x3ff2_063b_8862_8cd6,
    0x3ff2_387a_6e75_6238, 0x3ff2_6b45_65e2_7cdd, 0x3ff2_9e9d_f51f_dee1, 0x3ff2_d285_a6e4_030b,
    0x3ff3_06fe_0a31_b715, 0x3ff3_3c08_b264_16ff, 0x3ff3_71a7_373a_a9cb, 0x3ff3_a7db_34e5_9ff7,
    0x3ff3_dea6_4c12_3422, 0x3ff4_160a_21f7_2e2a, 0x3ff4_4e08_6061_892d, 0x3ff4_86a2_b5c1_3cd0,
    0x3ff4_bfda_d536_2a27, 0x3ff4_f9b2_769d_2ca7, 0x3ff5_342b_569d_4f82, 0x3ff5_6f47_36b5_27da,
    0x3ff5_ab07_dd48_5429, 0x3ff5_e76f_15ad_2148, 0x3ff6_247e_b03a_5585, 0x3ff6_6238_8255_2225,
    0x3ff6_a09e_667f_3bcd, 0x3ff6_dfb2_3c65_1a2f, 0x3ff7_1f75_e8ec_5f74, 0x3ff7_5feb_5642_67c9,
    0x3ff7_a114_73eb_0187, 0x3ff7_e2f3_36cf_4e62, 0x3ff8_2589_994c_ce13, 0x3ff8_68d9_9b44_92ed,
    0x3ff8_ace5_422a_a0db, 0x3ff8_f1ae_9915_7736, 0x3ff9_3737_b0cd_c5e5, 0x3ff9_7d82_9fde_4e50,
    0x3ff9_c491_82a3_f090, 0x3ffa_0c66_7b5d_e565, 0x3ffa_5503_b23e_255d, 0x3ffa_9e6b_5579_fdbf,
    0x3ffa_e89f_995a_d3ad, 0x3ffb_33a2_b84f_15fb, 0x3ffb_7f76_f2fb_5e47, 0x3ffb_cc1e_904b_c1d2,
    0x3ffc_199b_dd85_529c, 0x3ffc_67f1_2e57_d14b, 0x3ffc_b720_dcef_9069, 0x3ffd_072d_4a07_897c,
    0x3ffd_5818_dcfb_a487, 0x3ffd_a9e6_03db_3285, 0x3ffd_fc97_337b_9b5f, 0x3ffe_502e_e78b_3ff6,
    0x3ffe_a4af_a2a4_90da, 0x3ffe_fa1b_ee61_5a27, 0x3fff_5076_5b6e_4540, 0x3fff_a7c1_819e_90d8,
];
