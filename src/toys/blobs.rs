//! Classes of points in the plane for classifiers to learn, and wrong labels among them.

use std::f64::consts::{PI, TAU};
use std::ops::Range;

use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

use super::plane::Sample;

/// Normal blobs of standard deviation `spread` whose centres stand evenly on a circle of radius `radius` around the
/// origin, the first at 0°; `counts` says how many samples each class has, one class after the other.
#[must_use]
pub fn on_circle(counts: &[usize], radius: f64, spread: f64, seed: u64) -> Vec<Sample> {
    let centre = |class: usize| {
        let (sine, cosine) = (TAU * class as f64 / counts.len() as f64).sin_cos();
        [radius * cosine, radius * sine]
    };
    let classes = counts.iter().enumerate().flat_map(|(class, &count)| std::iter::repeat_n(class, count));
    let samples = classes.map(|class| Sample { at: centre(class), class });
    super::plane::scattered(samples.collect(), spread, seed)
}

/// Normal blobs of standard deviation `spread` around places of a 3×3 grid, `spacing` apart, in an order drawn from
/// `order`; some of the classes, with `each` samples.
#[must_use]
pub fn on_grid(
    each: usize,
    classes: Range<usize>,
    spacing: f64,
    spread: f64,
    [order, seed]: [u64; 2],
) -> Vec<Sample> {
    let place = |cell: usize| [spacing * ((cell % 3) as f64 - 1.0), spacing * ((cell / 3) as f64 - 1.0)];
    let mut places: Vec<[f64; 2]> = (0..9).map(place).collect();
    places.shuffle(&mut ChaCha8Rng::seed_from_u64(order));
    let samples = classes.flat_map(|class| std::iter::repeat_n(Sample { at: places[class], class }, each));
    super::plane::scattered(samples.collect(), spread, seed)
}

/// Two half circles of radius 1 that reach into each other, two classes in turn, with normal noise of standard
/// deviation `spread`; centred on the origin.
#[must_use]
pub fn moons(count: usize, spread: f64, seed: u64) -> Vec<Sample> {
    let half = count.div_ceil(2).max(2) - 1;
    let samples = (0..count).map(|i| {
        let (sine, cosine) = (PI * (i / 2) as f64 / half as f64).sin_cos();
        let class = i % 2;
        let at = if class == 0 { [cosine - 0.5, sine - 0.25] } else { [0.5 - cosine, 0.25 - sine] };
        Sample { at, class }
    });
    super::plane::scattered(samples.collect(), spread, seed)
}

/// The classes of the samples, each with probability `share` replaced by another of `classes`, evenly.
#[must_use]
pub fn mislabelled(samples: &[Sample], classes: usize, share: f64, seed: u64) -> Vec<usize> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let label = |sample: &Sample| {
        let (chance, step): (f64, usize) = (rng.random(), rng.random_range(1..classes.max(2)));
        if chance < share { (sample.class + step) % classes.max(1) } else { sample.class }
    };
    samples.iter().map(label).collect()
}

/// Standard normal numbers.
#[must_use]
pub fn normals(count: usize, seed: u64) -> Vec<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..count).map(|_| rng.sample(StandardNormal)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blobs_lie_around_their_centres() {
        let samples = on_circle(&[300, 300, 300, 300], 1.5, 0.6, 1);
        for class in 0..4 {
            let own = samples.iter().filter(|s| s.class == class);
            let (n, x, y) = own.fold((0.0, 0.0, 0.0), |(n, x, y), s| (n + 1.0, x + s.at[0], y + s.at[1]));
            let (sine, cosine) = (TAU * class as f64 / 4.0).sin_cos();
            let off = (x / n - 1.5 * cosine).hypot(y / n - 1.5 * sine);
            assert!(n == 300.0 && off < 0.12, "class {class}: {n} samples, {off} off their centre");
        }
    }

    #[test]
    fn moons_are_mirror_images_of_each_other() {
        let samples = moons(40, 0.0, 1);
        for pair in samples.chunks(2) {
            assert_eq!((pair[0].class, pair[1].class), (0, 1));
            assert!((pair[0].at[0] + pair[1].at[0]).abs() < 1e-12);
            assert!((pair[0].at[1] + pair[1].at[1]).abs() < 1e-12);
        }
    }

    #[test]
    fn the_share_of_wrong_labels_is_as_asked_for() {
        let samples = on_circle(&[1000; 4], 1.5, 0.6, 1);
        let labels = mislabelled(&samples, 4, 0.4, 2);
        let wrong = samples.iter().zip(&labels).filter(|(s, label)| s.class != **label).count();
        assert!((wrong as f64 / 4000.0 - 0.4).abs() < 0.03, "{wrong} of 4000 labels are wrong");
        assert!((0..4).all(|class| labels.contains(&class)));
        assert!(mislabelled(&samples, 4, 0.0, 2).iter().zip(&samples).all(|(l, s)| *l == s.class));
    }
}
