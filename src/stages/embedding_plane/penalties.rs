//! Who pushes the selected point, and how much.

use super::{EmbeddingPlane, selected, similarities};
use crate::real::ascending;
use crate::stages::engine::Shot;
use crate::stages::planar::measures::{dot, units};

/// How the selected point's push is shared among those it is pushed from.
pub struct Penalties {
    /// The points that it is pushed from, the nearest first, with their cosine and their share.
    pub negatives: Vec<(usize, f64, f64)>,
}

impl Penalties {
    /// How the push of the main loss on the selected point is shared among its negatives: points of other classes, or
    /// for a loss of two views all but its own. `None` if it is not a sample, nothing pushes it, or the loss does not
    /// tell.
    pub fn new(shot: &Shot<EmbeddingPlane>) -> Option<Self> {
        let (seen, batch, selected) = (shot.seen(0), &shot.world, selected(shot));
        let similarities = similarities(shot)?;
        let (reading, places) = (&seen.now.readings[0], &seen.now.places);
        let rows = reading.rows();
        let [from, to] = [seen.vectors.samples.first(), seen.vectors.samples.last()]
            .map(|input| input.map_or(Vec::new(), |input| reading.rows_of(input.name)));
        let position = from.iter().position(|&row| rows[row].point == selected)?;
        let of = from[position];
        let is_negative = |(k, row): (usize, usize)| {
            let other = rows[row].point;
            let is_own = if seen.vectors.labels.is_empty() {
                k == position
            } else {
                batch.classes[other] == batch.classes[selected]
            };
            (!is_own && other != selected).then_some(row)
        };
        let with: Vec<usize> = to.into_iter().enumerate().filter_map(is_negative).collect();
        let forces = similarities.row(of, &with)?;
        let total: f64 = forces.iter().map(|f| f.abs()).sum();
        if !(total > 0.0 && total.is_finite()) {
            return None;
        }
        let unit = |row| units(&[reading.seen(row, places)])[0];
        let apart: Vec<f64> = with.iter().map(|&row| -dot(unit(of), unit(row))).collect();
        let negative = |k: usize| (rows[with[k]].point, -apart[k], forces[k].abs() / total);
        Some(Self { negatives: ascending(&apart).into_iter().map(negative).collect() })
    }

    /// The share of the nearest.
    pub fn nearest(&self) -> f64 {
        self.negatives.first().map_or(f64::NAN, |n| n.2)
    }

    /// `e^H` with the entropy `H` of the shares: how many equally strong negatives would be as spread.
    pub fn effective(&self) -> f64 {
        let shares = self.negatives.iter().map(|n| n.2).filter(|r| *r > 0.0);
        (-shares.map(|r| r * r.ln()).sum::<f64>()).exp()
    }
}
