//! The points of a state as the descriptors of images.

use crate::losses::embeddings::cfcd_local_triplet::{Candidate, candidates};
use crate::spec::{Input, Role, Spec};
use crate::stages::planar::reading::{Place, Reading};
use crate::stages::{Point, State};
use crate::toys::descriptors::descriptors;

/// Radius of the circle on which the descriptors of an image are drawn: query, positive, other objects.
const LANES: [f64; 5] = [1.0, 1.3, 0.75, 0.55, 0.35];

/// The image that is a query, and the one that matches it; the others show other objects.
pub(super) const QUERY: usize = 0;
pub(super) const POSITIVE: usize = 1;

/// Descriptors of images, as many of each: first all of the query, then of the positive, then of each other image.
#[derive(Clone, Debug, PartialEq)]
pub struct Album {
    /// Where they start, on the unit circle.
    pub places: Vec<Place>,
    /// Descriptors of an image.
    pub each: usize,
    /// Number of images.
    pub images: usize,
    /// Attention of each descriptor of the positive.
    attention: Vec<f64>,
}

impl Album {
    /// The toy data, with the descriptors that a person has set in their places: the first point of class 0 is the
    /// first descriptor of the query, and so on.
    pub(super) fn new(state: &State) -> Self {
        let knobs = &state.knobs;
        let (each, others) = (knobs.whole("count"), knobs.whole("images"));
        let (noise, hardness) = (knobs.get("noise").to_radians(), knobs.get("hardness"));
        let toy = descriptors(each, others, noise, hardness, state.seed);
        let images = [toy.query, toy.positive].into_iter().chain(toy.negatives);
        let at = |angle: f64| [angle.cos(), angle.sin()];
        let mut places: Vec<Place> = images.flatten().map(at).collect();
        let points = state.points();
        for image in 0..others + 2 {
            let given = points.iter().filter(|p| p.class == image).take(each);
            for (place, point) in places[image * each..].iter_mut().zip(given) {
                *place = at(point.y.atan2(point.x));
            }
        }
        Self { places, each, images: others + 2, attention: toy.attention }
    }

    /// The image of a descriptor.
    pub(super) fn image(&self, i: usize) -> usize {
        i / self.each
    }

    /// The descriptors of an image.
    pub(super) fn of(&self, image: usize) -> std::ops::Range<usize> {
        image * self.each..(image + 1) * self.each
    }

    /// Where a descriptor is drawn.
    pub(super) fn drawn(&self, i: usize, [x, y]: Place) -> Place {
        let lane = LANES[self.image(i)];
        [lane * x, lane * y]
    }

    /// The descriptors as a loss reads them: its inputs of vectors are the query, the positive, and all others.
    pub(super) fn reading(&self, spec: &'static Spec) -> Reading {
        let images: Vec<&Input> = spec.of_role(Role::Embedding).collect();
        let rows = |input: &'static Input| {
            let own = match images.iter().position(|image| image.name == input.name) {
                Some(image @ (QUERY | POSITIVE)) => self.of(image),
                _ => 2 * self.each..self.places.len(),
            };
            (own.collect(), 0.0)
        };
        Reading::new(spec, &rows, &|_| self.attention.clone())
    }

    /// What each descriptor of the positive might match, as positions among all descriptors.
    pub(super) fn candidates(&self, places: &[Place], ratio: f64) -> Vec<Candidate> {
        let rows = |image| places[self.of(image)].iter().map(|p| p.to_vec()).collect::<Vec<_>>();
        let mut all = candidates(&rows(QUERY), &rows(POSITIVE), &self.attention, ratio);
        for candidate in &mut all {
            candidate.pair.1 += self.each;
        }
        all
    }

    /// The nearest descriptor to a query's in each other image, with the squared distance.
    pub(super) fn nearest(&self, query: usize, places: &[Place]) -> Vec<(usize, f64)> {
        let to = |i: usize| (i, squared_distance(places[query], places[i]));
        let nearest = |image: usize| self.of(image).map(to).min_by(|a, b| a.1.total_cmp(&b.1));
        (2..self.images).filter_map(nearest).collect()
    }

    /// The points of a state with everything at `places`.
    pub(super) fn points(&self, places: &[Place]) -> Vec<Point> {
        let point = |(i, &[x, y]): (usize, &Place)| Point { x, y, class: self.image(i) };
        places.iter().enumerate().map(point).collect()
    }

    /// The name of a handle.
    pub(super) fn handle(&self, i: usize) -> String {
        format!("{}-{}", image_name(self.image(i)).replace(' ', "-"), i % self.each + 1)
    }

    /// What it is called by people.
    pub(super) fn name(&self, i: usize) -> String {
        format!("descriptor {} of the {}", i % self.each + 1, image_name(self.image(i)))
    }
}

/// The square of the distance of two places.
pub(super) fn squared_distance(a: Place, b: Place) -> f64 {
    (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)
}

/// What an image is called.
pub(super) fn image_name(image: usize) -> String {
    match image {
        QUERY => "query".into(),
        POSITIVE => "positive".into(),
        other => format!("negative {}", other - 1),
    }
}
