//! One vector of a batch moves: only its row and column of cosines or distances change.

use std::ops::Range;

use loss_explorer_lanes::{Weighed, combine, dot, ln, ln_1p, scale, shorten, weigh};

use super::distance::Distance;
use super::pairs::Groups;
use super::pairwise::Units;
use crate::input::Inputs;
use crate::kernel::Moving;

/// The vectors that stay.
pub(super) struct Rest {
    /// Their indices in the batch: first those of other labels than the moving one, then those of its label.
    pub order: Vec<usize>,
    /// How many are of other labels.
    pub others: usize,
    dimension: usize,
    /// Their coordinates, in that order: all the first ones, then all the second ones, and so on.
    columns: Vec<f64>,
    /// The same, one vector after the other.
    rows: Vec<f64>,
}

impl Rest {
    pub fn new(units: &Units, groups: &Groups, moving: usize) -> Self {
        let (order, others) = groups.around(moving);
        let columns = units.columns(&order);
        let rows = order.iter().flat_map(|&i| units.row(i)).copied().collect();
        Self { order, others, dimension: units.dimension(), columns, rows }
    }

    /// Which of them are of other labels.
    pub fn of_others(&self) -> Range<usize> {
        0..self.others
    }

    /// Which of them are of the label of the moving one.
    pub fn own(&self) -> Range<usize> {
        self.others..self.order.len()
    }

    /// What places, at unit length, weigh at some of them: `e^{slope · cosine + offset}`, with as many rates for one of
    /// these as for another.
    pub fn weigh(&self, which: Range<usize>, places: &[f64], line: (f64, f64), rates: &[f64]) -> Weighed {
        let rows = &self.rows[self.dimension * which.start..self.dimension * which.end];
        weigh(places, rows, self.dimension, line, rates)
    }

    /// For each of them, as an anchor: its cosines with those of its label that stay, and with those of other labels.
    pub fn cosines(&self, groups: &Groups) -> Vec<[Vec<f64>; 2]> {
        let row = |place: usize| &self.rows[self.dimension * place..][..self.dimension];
        let anchor = |(a, &i): (usize, &usize)| {
            let (mut own, mut others) = (Vec::new(), Vec::new());
            for (b, &j) in self.order.iter().enumerate().filter(|&(b, _)| b != a) {
                let side = if groups.are_alike(i, j) { &mut own } else { &mut others };
                side.push(dot(row(a), row(b)));
            }
            [own, others]
        };
        self.order.iter().enumerate().map(anchor).collect()
    }

    /// The values of a loss of distances: at every place `value` gets these, in the order of the rest.
    pub fn by_distances(
        &self,
        moving: &Moving<'_>,
        distance: Distance,
        value: &mut dyn FnMut(&mut [f64]) -> f64,
    ) -> Vec<f64> {
        let mut places = moving.places.to_vec();
        if distance != Distance::RawEuclidean {
            shorten(&mut places, self.dimension);
        }
        let zeros = vec![0.0; self.order.len()];
        let mut row = zeros.clone();
        let at = |place: &mut [f64]| {
            if distance == Distance::Cosine {
                scale(place, -1.0);
                combine(&zeros, place, &self.columns, &mut row);
            } else {
                distance.of_place(place, &self.columns, &mut row);
            }
            value(&mut row)
        };
        places.chunks_exact_mut(self.dimension).map(at).collect()
    }
}

/// Up to here, either way, an exponent leaves sums and products of a few weights in the range of numbers.
pub(super) const LARGEST_EXPONENT: f64 = 300.0;

/// The places at unit length.
pub(super) fn directions(moving: &Moving<'_>, dimension: usize) -> Vec<f64> {
    let mut places = moving.places.to_vec();
    shorten(&mut places, dimension);
    places
}

/// `Σ e^{slope · cosine + offset}`.
pub(super) fn weight(cosines: &[f64], (slope, offset): (f64, f64)) -> f64 {
    cosines.iter().map(|cosine| (slope * cosine + offset).exp()).sum()
}

/// The values while an embedding moves among prototypes that stay, of the mean over embeddings of `ln(Σ w / w_y)` with the
/// weights `w = e^{slope · cosine + offset}` of the prototypes; that of the class `y` is in the sum if `with_own`.
pub(super) fn among_prototypes(
    input: &Inputs<f64>,
    moving: &Moving<'_>,
    line: (f64, f64),
    with_own: bool,
) -> Option<Vec<f64>> {
    if moving.name != "embeddings" || line.0.abs() + line.1.abs() > LARGEST_EXPONENT {
        return None;
    }
    let [embeddings, prototypes] = [moving.name, "prototypes"].map(|name| Units::of(input, name));
    let (labels, dimension) = (input.classes("labels"), prototypes.dimension());
    let costs = |places: &[f64], label: usize| {
        let rivals = prototypes.rows().enumerate().filter(|&(j, _)| j != label);
        let rivals: Vec<f64> = rivals.flat_map(|(_, row)| row).copied().collect();
        let mut odds = weigh(places, &rivals, dimension, line, &[]).sums;
        if rivals.is_empty() {
            return odds;
        }
        let own = weigh(places, prototypes.row(label), dimension, (-line.0, -line.1), &[]).sums;
        odds.iter_mut().zip(own).for_each(|(odds, own)| *odds *= own);
        if with_own {
            ln_1p(&mut odds);
        } else {
            ln(&mut odds);
        }
        odds
    };
    let others = embeddings.rows().zip(&labels).enumerate().filter(|&(i, _)| i != moving.row);
    let others: f64 = others.flat_map(|(_, (row, &label))| costs(row, label)).sum();
    let mut values = costs(&directions(moving, dimension), labels[moving.row]);
    values.iter_mut().for_each(|value| *value = (others + *value) / labels.len() as f64);
    Some(values)
}
