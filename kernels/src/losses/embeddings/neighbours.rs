//! The neighbourhood of every sample: the others by ascending distance.

use super::distance::rounded_off;
use super::similarity::{self_compared, symmetric};
use crate::input::Inputs;
use crate::real::{Comparison, Real, ascending};

/// A sample as another one sees it.
#[derive(Clone, Copy, Debug)]
pub struct Neighbour<R> {
    /// How far it is.
    pub distance: R,
    /// Whether both have one label.
    pub is_own: bool,
}

/// Of every sample the `count` nearest others, the nearest first; the order is a constant for the gradient, and at
/// equal distances it is that of the batch.
pub fn nearest<R: Real>(input: &Inputs<R>, count: usize) -> Vec<Vec<Neighbour<R>>> {
    let (rows, labels) = (input.rows("embeddings"), input.labels("labels"));
    let apart = self_compared(Comparison::Distance, &rows);
    let d = symmetric(rows.len(), |i, j| rounded_off(apart[(i, j)]));
    let of = |i: usize| {
        let distances: Vec<f64> = d.row(i).iter().map(|d| d.value()).collect();
        let others = ascending(&distances).into_iter().filter(|&j| j != i).take(count);
        others.map(|j| Neighbour { distance: d[(i, j)], is_own: labels[i] == labels[j] }).collect()
    };
    (0..rows.len()).map(of).collect()
}
