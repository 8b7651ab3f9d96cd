//! Local descriptors of images, as directions of the plane: two views of one object, and images of others.

use std::f64::consts::{PI, TAU};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

/// How far the descriptors of an image spread, in radians: 300°, so that some directions are free.
const SPREAD: f64 = 300.0 * PI / 180.0;

/// How far a descriptor of the hardest image of another object is from one of the query, in radians.
const NEAR: f64 = 6.0 * PI / 180.0;

/// Angles in radians of the descriptors of some images.
#[derive(Clone, Debug, PartialEq)]
pub struct Descriptors {
    /// Of the query.
    pub query: Vec<f64>,
    /// Of another image of the same object, in the order of the query.
    pub positive: Vec<f64>,
    /// Of images of other objects.
    pub negatives: Vec<Vec<f64>>,
    /// Attention that each descriptor of the positive gets, between 0 and 1.
    pub attention: Vec<f64>,
}

/// The descriptors of a query, of another view of it in which each is turned by about `noise` radians, and of other
/// images, whose `hardness` runs from 0, directions at random, to 1, those of the query but for a few degrees.
#[must_use]
pub fn descriptors(count: usize, images: usize, noise: f64, hardness: f64, seed: u64) -> Descriptors {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let step = SPREAD / count.max(1) as f64;
    let query: Vec<f64> = (0..count).map(|i| step * (i as f64 + rng.random_range(-0.35..0.35))).collect();
    let mut normal = |scale: f64| {
        let normal: f64 = rng.sample(StandardNormal);
        scale * normal
    };
    let positive = query.iter().map(|angle| angle + normal(noise)).collect();
    let nearly: Vec<Vec<f64>> =
        (0..images).map(|_| query.iter().map(|angle| angle + normal(NEAR)).collect()).collect();
    let attention = (0..count).map(|_| rng.random_range(0.0..1.0)).collect();
    let mut towards = |near: f64| {
        // The way from a random direction to one near the query, the shorter one.
        let away = rng.random_range(-PI..PI) * (1.0 - hardness);
        (near + away).rem_euclid(TAU)
    };
    let negatives = nearly.iter().map(|image| image.iter().map(|&near| towards(near)).collect()).collect();
    Descriptors { query, positive, negatives, attention }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hard_images_resemble_the_query_and_the_seed_decides() {
        let apart = |hardness: f64| {
            let toy = descriptors(6, 40, 0.1, hardness, 3);
            let near = toy.negatives.iter().flat_map(|image| {
                let pairs = image.iter().zip(&toy.query);
                pairs.map(|(n, q)| (n - q).cos()).collect::<Vec<_>>()
            });
            near.sum::<f64>() / 240.0
        };
        assert!(apart(1.0) > 0.98 && apart(0.0).abs() < 0.2, "{} and {}", apart(1.0), apart(0.0));
        assert_eq!(descriptors(5, 2, 0.1, 0.5, 1), descriptors(5, 2, 0.1, 0.5, 1));
        assert_ne!(descriptors(5, 2, 0.1, 0.5, 1), descriptors(5, 2, 0.1, 0.5, 2));
    }
}
