//! Places among vectors: what each of many places weighs at each of some vectors.

use wide::f64x4;

use crate::exp::powers;
use crate::logarithm::{LARGE, ln_1p, with};

/// What [`weigh`] finds, a number for every place.
#[derive(Clone, Debug)]
pub struct Weighed {
    /// `Σⱼ wⱼ`.
    pub sums: Vec<f64>,
    /// `Σⱼ ln wⱼ`.
    pub exponents: Vec<f64>,
    /// `Σⱼₖ ln(1 + rⱼₖ wⱼ)`.
    pub logs: Vec<f64>,
}

/// Places that go side by side.
const SIDE: usize = 8;

/// The weights `wⱼ = e^{slope · ⟨place, vectorⱼ⟩ + offset}` of places at vectors, both one after the other in so many
/// dimensions, and with as many rates `r`, none negative, for one vector as for another.
///
/// # Panics
/// If there is no dimension.
#[must_use]
#[inline(never)]
pub fn weigh(
    places: &[f64],
    vectors: &[f64],
    dimension: usize,
    (slope, offset): (f64, f64),
    rates: &[f64],
) -> Weighed {
    let scaled: Vec<f64> = vectors.iter().map(|x| slope * x).collect();
    let of_each = rates.len().checked_div(scaled.len() / dimension).unwrap_or(0);
    let set = Set { vectors: &scaled, dimension, offset, rates, of_each };
    let count = places.len() / dimension;
    let mut weighed = Weighed { sums: vec![0.0; count], exponents: vec![0.0; count], logs: vec![0.0; count] };
    let mut columns = vec![[0.0; SIDE]; dimension];
    for (first, places) in places.chunks(SIDE * dimension).enumerate() {
        for (i, place) in places.chunks_exact(dimension).enumerate() {
            columns.iter_mut().zip(place).for_each(|(column, &x)| column[i] = x);
        }
        let range = SIDE * first..count.min(SIDE * (first + 1));
        let block = set.weigh(&columns);
        weighed.sums[range.clone()].copy_from_slice(&flat(block.sums)[..range.len()]);
        weighed.exponents[range.clone()].copy_from_slice(&flat(block.exponents)[..range.len()]);
        weighed.logs[range.clone()].copy_from_slice(&block.logs[..range.len()]);
    }
    weighed
}

/// Vectors times the slope, and what goes with them.
#[derive(Clone, Copy)]
struct Set<'a> {
    vectors: &'a [f64],
    dimension: usize,
    offset: f64,
    rates: &'a [f64],
    of_each: usize,
}

/// What is found for places side by side.
struct Block {
    sums: [f64x4; 2],
    exponents: [f64x4; 2],
    logs: [f64; SIDE],
}

impl Set<'_> {
    fn weigh(&self, places: &[[f64; SIDE]]) -> Block {
        let zero = [f64x4::ZERO; 2];
        let (mut sums, mut exponents, mut products) = (zero, zero, zero);
        for (j, vector) in self.vectors.chunks_exact(self.dimension).enumerate() {
            let mut x = [f64x4::splat(self.offset); 2];
            for (place, &entry) in places.iter().zip(vector) {
                let (place, _) = place.as_chunks::<4>();
                x = [0, 1].map(|i| x[i] + f64x4::new(place[i]) * f64x4::splat(entry));
            }
            let weights = powers(x);
            sums = [0, 1].map(|i| sums[i] + weights[i]);
            exponents = [0, 1].map(|i| exponents[i] + x[i]);
            for &rate in &self.rates[j * self.of_each..][..self.of_each] {
                products = [0, 1].map(|i| with(products[i], weights[i] * f64x4::splat(rate)));
            }
        }
        let is_small = |product: f64x4| product.simd_le(f64x4::splat(LARGE));
        let logs = if self.rates.len() < 2 || (is_small(products[0]) & is_small(products[1])).all() {
            let mut logs = flat(products);
            ln_1p(&mut logs);
            logs
        } else {
            self.logs_in_parts(places)
        };
        Block { sums, exponents, logs }
    }

    /// The logarithms where their product leaves the range of numbers: of each half by itself, down to one by one.
    #[cold]
    #[inline(never)]
    fn logs_in_parts(&self, places: &[[f64; SIDE]]) -> [f64; SIDE] {
        let count = self.vectors.len() / self.dimension;
        let (a, b) = if count > 1 {
            let (vectors, more) = self.vectors.split_at(count / 2 * self.dimension);
            let (rates, more_rates) = self.rates.split_at(count / 2 * self.of_each);
            (Set { vectors, rates, ..*self }, Set { vectors: more, rates: more_rates, ..*self })
        } else {
            let (rates, more) = self.rates.split_at(self.of_each / 2);
            (Set { rates, of_each: rates.len(), ..*self }, Set { rates: more, of_each: more.len(), ..*self })
        };
        let (a, b) = (a.weigh(places).logs, b.weigh(places).logs);
        std::array::from_fn(|i| a[i] + b[i])
    }
}

/// Two blocks as one.
fn flat([a, b]: [f64x4; 2]) -> [f64; SIDE] {
    let (a, b) = (a.to_array(), b.to_array());
    std::array::from_fn(|i| if i < 4 { a[i] } else { b[i - 4] })
}
