//! Where numbers may live, and what follows from it: what is refused, how it is said, drawn and held.

use std::f64::consts::{FRAC_PI_2, PI, TAU};
use std::fmt;

use rand::Rng;
use rand_distr::StandardNormal;
use serde::Serialize;

/// The numbers that a parameter or an input may take.
///
/// The last three are sets of whole rows (along the last dimension of an array); a parameter has none of them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Domain {
    /// Any finite number.
    Any,
    /// Greater than 0.
    Positive,
    /// At least the given number.
    AtLeast(f64),
    /// Greater than the given number.
    Above(f64),
    /// Less than the given number.
    Below(f64),
    /// Between two numbers, both allowed.
    Within(f64, f64),
    /// Between two numbers, neither allowed.
    Between(f64, f64),
    /// From a number, which is allowed, up to another, which is not.
    UpTo(f64, f64),
    /// The cosine of an angle. Beyond ±1, where none is, formulas go on and nothing is refused: rounding and measured
    /// similarities lead there.
    Cosine,
    /// Rows of numbers from 0 on that sum to 1.
    Simplex,
    /// Rows of length 1.
    UnitRows,
    /// Square matrices with nothing above the diagonal and positive numbers on it.
    Triangular,
}

/// How far rounding may take a sum or length that ought to be 1: single precision over a few hundred terms.
const ROUNDING: f64 = 1e-5;

/// How far inside an open end a held number stays, as a share of the end's size.
const INSIDE: f64 = 1e-6;

impl Domain {
    /// Whether `x` is allowed as an entry; never for NaN or an infinity. [`fault`](Self::fault) looks at rows.
    #[must_use]
    pub fn contains(self, x: f64) -> bool {
        x.is_finite()
            && match self {
                Self::Any | Self::Cosine | Self::Triangular => true,
                Self::Positive => x > 0.0,
                Self::AtLeast(low) => x >= low,
                Self::Above(low) => x > low,
                Self::Below(high) => x < high,
                Self::Within(low, high) => (low..=high).contains(&x),
                Self::Between(low, high) => low < x && x < high,
                Self::UpTo(low, high) => (low..high).contains(&x),
                Self::UnitRows => x.abs() <= 1.0 + ROUNDING,
                Self::Simplex => (0.0..=1.0 + ROUNDING).contains(&x),
            }
    }

    /// The position of the first entry that is not allowed, in rows of `width`; of a row that is wrong as a whole its
    /// first.
    #[must_use]
    pub fn fault(self, entries: &[f64], width: usize) -> Option<usize> {
        if let Some(i) = entries.iter().position(|&x| !self.contains(x)) {
            return Some(i);
        }
        let width = width.max(1);
        let row_is_right = |(i, row): (usize, &[f64])| match self {
            Self::Simplex => (row.iter().sum::<f64>() - 1.0).abs() <= ROUNDING,
            Self::UnitRows => (length(row) - 1.0).abs() <= ROUNDING,
            Self::Triangular => row[i % width] > 0.0 && row[i % width + 1..].iter().all(|&x| x == 0.0),
            _ => true,
        };
        entries.chunks_exact(width).enumerate().position(|at| !row_is_right(at)).map(|row| row * width)
    }

    /// Moves entries, in rows of `width`, to near ones that are allowed: numbers to the ends of their interval, and a
    /// little inside an end that is not allowed; rows to the nearest point of the simplex, to length 1, or to a
    /// triangle. What is allowed stays as it is, and what is no number becomes one.
    pub fn hold(self, entries: &mut [f64], width: usize) {
        let width = width.max(1);
        let inside = |end: f64| INSIDE * end.abs().max(1.0);
        let (low, high) = match self {
            Self::Any | Self::Triangular => (f64::MIN, f64::MAX),
            Self::Positive => (INSIDE, f64::MAX),
            Self::AtLeast(low) => (low, f64::MAX),
            Self::Above(low) => (low + inside(low), f64::MAX),
            Self::Below(high) => (f64::MIN, high - inside(high)),
            Self::Within(low, high) => (low, high),
            Self::Between(low, high) => (low + inside(low), high - inside(high)),
            Self::UpTo(low, high) => (low, high - inside(high)),
            Self::Cosine | Self::UnitRows => (-1.0, 1.0),
            Self::Simplex => (f64::MIN, f64::MAX),
        };
        if self == Self::UnitRows {
            // Before entries are cut: a long row keeps its direction.
            entries.chunks_exact_mut(width).for_each(to_unit_length);
        }
        let is_held = |x: f64| self.contains(x) && (self != Self::Cosine || x.abs() <= 1.0);
        for x in entries.iter_mut().filter(|x| !is_held(**x)) {
            *x = if x.is_nan() { 0.0_f64.clamp(low, high) } else { x.clamp(low, high) };
        }
        match self {
            Self::Simplex => entries.chunks_exact_mut(width).for_each(to_simplex),
            Self::Triangular => {
                for (i, row) in entries.chunks_exact_mut(width).enumerate() {
                    let diagonal = i % width;
                    row[diagonal] = row[diagonal].max(INSIDE);
                    row[diagonal + 1..].fill(0.0);
                }
            }
            _ => {}
        }
    }

    /// Random entries of the domain, in rows of `width`: about as large as standard normal numbers where it allows them.
    pub fn draw(self, entries: &mut [f64], width: usize, rng: &mut impl Rng) {
        let width = width.max(1);
        for x in entries.iter_mut() {
            *x = match self {
                Self::Within(low, high) => rng.random_range(low..=high),
                Self::Between(low, high) | Self::UpTo(low, high) => {
                    low + (high - low) * (0.05 + 0.9 * rng.random::<f64>())
                }
                Self::Any | Self::UnitRows | Self::Triangular => normal(rng),
                Self::Cosine => normal(rng).tanh(),
                Self::Simplex => -(1.0 - rng.random::<f64>()).ln(),
                Self::Positive => normal(rng).abs() + 0.1,
                Self::AtLeast(low) | Self::Above(low) => low + normal(rng).abs() + 0.1,
                Self::Below(high) => high - normal(rng).abs() - 0.1,
            };
        }
        match self {
            Self::Simplex => {
                for row in entries.chunks_exact_mut(width) {
                    let total: f64 = row.iter().sum();
                    row.iter_mut().for_each(|x| *x /= total);
                }
            }
            Self::Triangular => {
                for (i, row) in entries.chunks_exact_mut(width).enumerate() {
                    let diagonal = i % width;
                    row[diagonal] = row[diagonal].abs() + 0.1;
                    row[diagonal + 1..].fill(0.0);
                }
            }
            Self::UnitRows => entries.chunks_exact_mut(width).for_each(to_unit_length),
            _ => {}
        }
    }
}

fn normal(rng: &mut impl Rng) -> f64 {
    rng.sample(StandardNormal)
}

fn length(row: &[f64]) -> f64 {
    row.iter().fold(0.0, |length: f64, &x| length.hypot(x))
}

/// A row of no length becomes the first direction.
fn to_unit_length(row: &mut [f64]) {
    let length = length(row);
    if (length - 1.0).abs() <= ROUNDING {
        return;
    }
    if length > 0.0 && length.is_finite() {
        row.iter_mut().for_each(|x| *x /= length);
    } else if let Some((first, others)) = row.split_first_mut() {
        *first = 1.0;
        others.fill(0.0);
    }
}

/// To the nearest point of the simplex (Held, Wolfe and Crowder 1974): one number is taken from all entries, and what is
/// negative then becomes 0.
fn to_simplex(row: &mut [f64]) {
    if row.iter().all(|x| *x >= 0.0) && (row.iter().sum::<f64>() - 1.0).abs() <= ROUNDING {
        return;
    }
    let mut falling = row.to_vec();
    falling.sort_by(|a, b| b.total_cmp(a));
    let (mut sum, mut taken) = (0.0, 0.0);
    for (i, x) in falling.iter().enumerate() {
        sum += x;
        let all = (sum - 1.0) / (i + 1) as f64;
        if *x > all {
            taken = all;
        }
    }
    row.iter_mut().for_each(|x| *x = (*x - taken).max(0.0));
}

/// The end of an interval; an angle in terms of π.
struct Bound(f64);

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minus = if self.0 < 0.0 { "-" } else { "" };
        match self.0.abs() {
            PI => write!(f, "{minus}π"),
            TAU => write!(f, "{minus}2π"),
            FRAC_PI_2 => write!(f, "{minus}π/2"),
            _ => write!(f, "{}", self.0),
        }
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Any | Self::Cosine => write!(f, "a finite number"),
            Self::Positive => write!(f, "a number greater than 0"),
            Self::AtLeast(low) => write!(f, "a number from {} on", Bound(low)),
            Self::Above(low) => write!(f, "a number greater than {}", Bound(low)),
            Self::Below(high) => write!(f, "a number less than {}", Bound(high)),
            Self::Within(low, high) => write!(f, "a number from {} to {}", Bound(low), Bound(high)),
            Self::Between(low, high) => write!(f, "a number between {} and {}", Bound(low), Bound(high)),
            Self::UpTo(low, high) => write!(f, "a number from {} on and below {}", Bound(low), Bound(high)),

            Self::Simplex => write!(f, "rows of numbers from 0 on that sum to 1"),
            Self::UnitRows => write!(f, "rows of length 1"),
            Self::Triangular => {
                write!(f, "square matrices with positive numbers on the diagonal and 0 above it")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    const ALL: [Domain; 12] = [
        Domain::Any,
        Domain::Positive,
        Domain::AtLeast(-2.0),
        Domain::Above(3.0),
        Domain::Below(-1.0),
        Domain::Within(0.0, 1.0),
        Domain::Between(-3.0, 1e-3),
        Domain::UpTo(0.0, 1.0),
        Domain::Cosine,
        Domain::Simplex,
        Domain::UnitRows,
        Domain::Triangular,
    ];

    proptest! {
        #[test]
        fn what_is_drawn_is_allowed_and_what_is_held_too(
            seed in 0u64..1000,
            far in prop::collection::vec(prop_oneof![-1e6..1e6, -1.0..1.0, Just(f64::NAN), Just(0.0)], 9),
        ) {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            for domain in ALL {
                let mut drawn = [0.0; 9];
                domain.draw(&mut drawn, 3, &mut rng);
                prop_assert_eq!(domain.fault(&drawn, 3), None, "{:?} drew {:?}", domain, drawn);
                let mut held = drawn;
                domain.hold(&mut held, 3);
                prop_assert_eq!(held, drawn, "{:?} moved what was allowed", domain);
                let mut held = far.clone();
                domain.hold(&mut held, 3);
                prop_assert_eq!(domain.fault(&held, 3), None, "{:?} holds {:?} at {:?}", domain, far, held);
            }
        }

        #[test]
        fn no_point_of_the_simplex_is_nearer_than_the_held_one(
            row in prop::collection::vec(-3.0..3.0, 3), seed in 0u64..1000,
        ) {
            let (mut held, mut other) = (row.clone(), [0.0; 3]);
            Domain::Simplex.hold(&mut held, 3);
            Domain::Simplex.draw(&mut other, 3, &mut ChaCha8Rng::seed_from_u64(seed));
            let distance = |to: &[f64]| row.iter().zip(to).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
            prop_assert!(distance(&held) <= distance(&other) + 1e-12);
        }
    }
}
