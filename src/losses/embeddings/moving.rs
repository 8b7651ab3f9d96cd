//! One vector of a batch moves: only its row and column of cosines or distances change.

use loss_explorer_lanes::{combine, dot, scale, sqrt, squared_distances};

use super::distance::Distance;
use super::pairs::Groups;
use super::pairwise::Units;
use crate::kernel::Moving;

/// The vectors that stay.
pub(super) struct Rest {
    /// Their indices in the batch: first those of other labels than the moving one, then those of its label.
    pub order: Vec<usize>,
    /// How many are of other labels.
    pub others: usize,
    /// Their coordinates, in that order: all the first ones, then all the second ones, and so on.
    columns: Vec<f64>,
}

impl Rest {
    pub fn new(units: &Units, groups: &Groups, moving: usize) -> Self {
        let (order, others) = groups.around(moving);
        let columns = units.columns(&order);
        Self { order, others, columns }
    }

    /// The values of a loss of `base + factor · cosine`: at every place `value` gets these, in the order of the rest.
    pub fn by_cosines(
        &self,
        moving: &Moving<'_>,
        factor: f64,
        base: f64,
        value: &mut dyn FnMut(&mut [f64]) -> f64,
    ) -> Vec<f64> {
        let base = vec![base; self.order.len()];
        let mut row = base.clone();
        self.at_places(moving, &mut |place| {
            shorten(place);
            scale(place, factor);
            combine(&base, place, &self.columns, &mut row);
            value(&mut row)
        })
    }

    /// The values of a loss of distances, in the order of the rest.
    pub fn by_distances(
        &self,
        moving: &Moving<'_>,
        distance: Distance,
        value: &mut dyn FnMut(&mut [f64]) -> f64,
    ) -> Vec<f64> {
        if distance == Distance::Cosine {
            return self.by_cosines(moving, -1.0, 0.0, value);
        }
        let mut row = vec![0.0; self.order.len()];
        self.at_places(moving, &mut |place| {
            if distance != Distance::RawEuclidean {
                shorten(place);
            }
            squared_distances(place, &self.columns, &mut row);
            if distance != Distance::SquaredEuclidean {
                sqrt(&mut row);
            }
            value(&mut row)
        })
    }

    /// `value` gets every place, to do with it what it likes.
    fn at_places(&self, moving: &Moving<'_>, value: &mut dyn FnMut(&mut [f64]) -> f64) -> Vec<f64> {
        let dimension = self.columns.len() / self.order.len().max(1);
        let mut at = vec![0.0; dimension];
        let places = moving.places.chunks_exact(dimension.max(1));
        places
            .map(|place| {
                at.copy_from_slice(place);
                value(&mut at)
            })
            .collect()
    }
}

/// Brings a vector to unit length as the definition does, digit by digit: a vector that lies on another one ties with
/// it, and mining looks at ties.
fn shorten(x: &mut [f64]) {
    let length = dot(x, x).sqrt().max(1e-12);
    x.iter_mut().for_each(|x| *x /= length);
}
