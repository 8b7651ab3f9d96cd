//! Episodes of few-shot learning in the plane.

use std::f64::consts::{FRAC_PI_2, TAU};

use super::plane::{Sample, scattered};

/// Distance of the middle of every class from the origin.
const RADIUS: f64 = 1.2;

/// The same number of samples of every class, class by class, with normal noise of standard deviation `deviation` on both
/// coordinates. Classes stand evenly around the origin, the first at the top.
#[must_use]
pub fn classes(ways: usize, each: usize, deviation: f64, seed: u64) -> Vec<Sample> {
    let middle = |class: usize| {
        let angle = FRAC_PI_2 + TAU * class as f64 / ways.max(1) as f64;
        [RADIUS * angle.cos(), RADIUS * angle.sin()]
    };
    let samples = (0..ways * each).map(|i| Sample { at: middle(i / each), class: i / each });
    scattered(samples.collect(), deviation, seed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_stand_around_the_origin_and_follow_their_seed() {
        let still = classes(3, 2, 0.0, 1);
        assert_eq!(still.iter().map(|s| s.class).collect::<Vec<_>>(), [0, 0, 1, 1, 2, 2]);
        for sample in &still {
            assert!((sample.at[0].hypot(sample.at[1]) - RADIUS).abs() < 1e-12);
        }
        assert_eq!(classes(4, 3, 0.5, 2), classes(4, 3, 0.5, 2));
        assert_ne!(classes(4, 3, 0.5, 2), classes(4, 3, 0.5, 3));
    }
}
