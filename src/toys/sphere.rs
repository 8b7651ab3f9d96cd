//! Classes of directions in a space of any dimension.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

/// Vectors around the centres of their classes.
#[derive(Clone, Debug, PartialEq)]
pub struct Directions {
    /// One unit vector a class.
    pub centres: Vec<Vec<f64>>,
    /// The samples, class by class.
    pub vectors: Vec<Vec<f64>>,
    /// The class that each sample comes from.
    pub classes: Vec<usize>,
}

/// Random centres with `each` samples around every one. The noise on a sample is normal and about `noise` long,
/// whatever the dimension.
#[must_use]
pub fn directions(classes: usize, each: usize, dimensions: usize, noise: f64, seed: u64) -> Directions {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut normal = || -> Vec<f64> { (0..dimensions).map(|_| rng.sample(StandardNormal)).collect() };
    let centres: Vec<Vec<f64>> = (0..classes).map(|_| unit(normal())).collect();
    let deviation = noise / (dimensions.max(1) as f64).sqrt();
    let labels: Vec<usize> = (0..classes * each).map(|i| i / each).collect();
    let around = |&class: &usize| -> Vec<f64> {
        centres[class].iter().zip(normal()).map(|(c, n)| c + deviation * n).collect()
    };
    Directions { vectors: labels.iter().map(around).collect(), classes: labels, centres }
}

fn unit(mut x: Vec<f64>) -> Vec<f64> {
    let length = x.iter().map(|x| x * x).sum::<f64>().sqrt();
    if length > 0.0 {
        x.iter_mut().for_each(|x| *x /= length);
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn centres_are_unit_vectors_and_noise_has_its_length_in_any_dimension() {
        for dimensions in [3, 32, 200] {
            let toy = directions(40, 5, dimensions, 0.6, 1);
            let length = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>().sqrt();
            assert!(toy.centres.iter().all(|c| (length(c) - 1.0).abs() < 1e-12));
            let off = toy.vectors.iter().zip(&toy.classes).map(|(x, &class)| {
                let noise: Vec<f64> = x.iter().zip(&toy.centres[class]).map(|(x, c)| x - c).collect();
                length(&noise).powi(2)
            });
            let noise = (off.sum::<f64>() / 200.0).sqrt();
            assert!((noise - 0.6).abs() < 0.06, "noise of length {noise} in {dimensions} dimensions");
        }
    }

    #[test]
    fn the_seed_decides() {
        assert_eq!(directions(3, 2, 4, 0.1, 9), directions(3, 2, 4, 0.1, 9));
        assert_ne!(directions(3, 2, 4, 0.1, 9), directions(3, 2, 4, 0.1, 8));
    }
}
