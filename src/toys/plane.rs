//! Labelled points in the plane, most of them on or near the unit circle.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use ndarray::Array2;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

/// A labelled point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Where it is.
    pub at: [f64; 2],
    /// Its class, from 0.
    pub class: usize,
}

/// Classes of the layouts that have several clusters.
const CLASSES: usize = 3;

/// Half the width of an arc of [`arcs`], in radians: 12°.
const HALF_ARC: f64 = 12.0 * PI / 180.0;

/// The angle from one arc of [`arcs`] to the next, in radians: 100°, so that the circle is not filled evenly.
const BETWEEN_ARCS: f64 = 100.0 * PI / 180.0;

fn on_circle(angle: f64, class: usize) -> Sample {
    Sample { at: [angle.cos(), angle.sin()], class }
}

/// Each sample of a third of the batch has one class, in order.
fn block(i: usize, count: usize) -> usize {
    i * CLASSES / count.max(1)
}

/// Three clusters around directions that are 120° apart, the first at the top.
#[must_use]
pub fn clusters(count: usize) -> Vec<Sample> {
    let centre = |class: usize| FRAC_PI_2 + TAU * class as f64 / CLASSES as f64;
    (0..count).map(|i| on_circle(centre(block(i, count)), block(i, count))).collect()
}

/// Every sample at the top of the circle, three classes in turn.
#[must_use]
pub fn clump(count: usize) -> Vec<Sample> {
    (0..count).map(|i| on_circle(FRAC_PI_2, i % CLASSES)).collect()
}

/// Evenly around the circle, three classes in turn.
#[must_use]
pub fn ring(count: usize) -> Vec<Sample> {
    (0..count).map(|i| on_circle(TAU * i as f64 / count as f64, i % CLASSES)).collect()
}

/// Three arcs of ±12° around 0°, 100° and 200°, each class evenly over its arc.
#[must_use]
pub fn arcs(count: usize) -> Vec<Sample> {
    let sizes: Vec<usize> =
        (0..CLASSES).map(|c| (0..count).filter(|&i| block(i, count) == c).count()).collect();
    (0..CLASSES)
        .flat_map(|class| {
            let size = sizes[class];
            (0..size).map(move |k| {
                let part = if size > 1 { 2.0 * k as f64 / (size - 1) as f64 - 1.0 } else { 0.0 };
                on_circle(BETWEEN_ARCS * class as f64 + HALF_ARC * part, class)
            })
        })
        .collect()
}

/// One sample at 0°, the others, of another class, evenly from there to 180°.
#[must_use]
pub fn fan(count: usize) -> Vec<Sample> {
    let step = PI / (count.max(2) - 1) as f64;
    (0..count).map(|i| on_circle(step * i as f64, usize::from(i > 0))).collect()
}

/// Where the samples are, a row each.
#[must_use]
pub fn places(samples: &[Sample]) -> Array2<f64> {
    Array2::from_shape_fn((samples.len(), 2), |(i, coordinate)| samples[i].at[coordinate])
}

/// The samples with normal noise of standard deviation `deviation` on both coordinates.
#[must_use]
pub fn scattered(mut samples: Vec<Sample>, deviation: f64, seed: u64) -> Vec<Sample> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    for coordinate in samples.iter_mut().flat_map(|s| &mut s.at) {
        let noise: f64 = rng.sample(StandardNormal);
        *coordinate += deviation * noise;
    }
    samples
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layout_has_as_many_samples_as_asked_for() {
        for layout in [clusters, clump, ring, arcs, fan] {
            for count in 0..70 {
                assert_eq!(layout(count).len(), count);
            }
        }
    }

    #[test]
    fn arcs_reach_from_minus_12_to_12_degrees_around_their_middle() {
        let angles: Vec<f64> = arcs(24).iter().map(|s| s.at[1].atan2(s.at[0]).to_degrees()).collect();
        for (angle, expected) in
            [(angles[0], -12.0), (angles[7], 12.0), (angles[8], 88.0), (angles[23], -148.0)]
        {
            assert!((angle - expected).abs() < 1e-9, "a sample is at {angle}°, not at {expected}°");
        }
    }

    #[test]
    fn noise_follows_its_seed() {
        let noisy = |seed| scattered(ring(6), 0.1, seed);
        assert_eq!(noisy(3), noisy(3));
        assert_ne!(noisy(3), noisy(4));
        assert_eq!(scattered(ring(6), 0.0, 3), ring(6));
    }
}
