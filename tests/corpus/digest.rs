//! Many numbers as a few.

use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// Beyond this a number counts as infinite, so that the sums stay finite.
const MOST: f64 = 1e300;

/// How many numbers there are, and three projections of those that are finite: a change of one shows in the first two,
/// and two that change places show in the third.
#[derive(Debug, Deserialize, Serialize)]
#[serde(from = "Written", into = "Written")]
#[derive(Clone)]
pub struct Digest {
    finite: usize,
    nan: usize,
    infinite: usize,
    /// The sum of the numbers below 0.
    negative: f64,
    /// The sum of the numbers above 0.
    positive: f64,
    /// The sum of the numbers, each with a random sign by its position.
    signed: f64,
}

/// As it stands in a file.
type Written = ([usize; 3], [f64; 3]);

impl Digest {
    /// The digest of numbers in this order.
    pub fn of(numbers: &[f64]) -> Self {
        let mut digest = Self::from(([0; 3], [0.0; 3]));
        let mut signs = ChaCha8Rng::seed_from_u64(0);
        for &number in numbers {
            let sign = if signs.next_u32() & 1 == 0 { 1.0 } else { -1.0 };
            if number.is_nan() {
                digest.nan += 1;
            } else if number.abs() > MOST {
                digest.infinite += 1;
            } else {
                digest.finite += 1;
                digest.negative += number.min(0.0);
                digest.positive += number.max(0.0);
                digest.signed += sign * number;
            }
        }
        digest
    }

    /// What differs by more than 1e-9 of the sum of all sizes.
    pub fn difference(&self, now: &Self) -> Option<String> {
        let counts = |digest: &Self| (digest.finite, digest.nan, digest.infinite);
        if counts(self) != counts(now) {
            return Some(format!("{} → {}", self.counted(), now.counted()));
        }
        let within = 1e-12 + 1e-9 * (self.positive - self.negative);
        let sums = [
            ("those below 0 sum to", self.negative, now.negative),
            ("those above 0 sum to", self.positive, now.positive),
            ("with a sign by position they sum to", self.signed, now.signed),
        ];
        let (name, was, is) = sums.into_iter().find(|(_, was, is)| (was - is).abs() > within)?;
        Some(format!("{}, {name} {was} → {is}", self.counted()))
    }

    fn counted(&self) -> String {
        let Self { finite, nan, infinite, .. } = self;
        format!("{finite} numbers, {nan} NaN, {infinite} infinite")
    }
}

impl From<Written> for Digest {
    fn from(([finite, nan, infinite], [negative, positive, signed]): Written) -> Self {
        Self { finite, nan, infinite, negative, positive, signed }
    }
}

impl From<Digest> for Written {
    fn from(Digest { finite, nan, infinite, negative, positive, signed }: Digest) -> Self {
        ([finite, nan, infinite], [negative, positive, signed])
    }
}
