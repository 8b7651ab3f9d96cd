//! Every row of one matrix compared with every row of another as one block on the tape: a number a pair instead of two
//! for every coordinate of every pair.

use super::{CONSTANT, TAPE, Var};
use crate::real::{Comparison, mirrored, share};

/// A block of results, one after the other.
pub(super) struct Comparisons {
    how: Comparison,
    /// The node of the first result.
    pub(super) first: u32,
    /// The coordinates of the rows: those of the first matrix, then those of the second if that is another one.
    coordinates: Vec<f64>,
    nodes: Vec<u32>,
    width: usize,
    /// Rows of the first matrix.
    rows: usize,
    results: Vec<f64>,
}

impl Comparisons {
    /// The two rows of each result; of rows with each other every pair once, each row with itself among them.
    fn pairs(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let (rows, all) = (self.rows, self.coordinates.len() / self.width);
        (0..rows).flat_map(move |i| (if all == rows { i } else { rows }..all).map(move |j| (i, j)))
    }

    /// How many results there are.
    pub(super) fn results(&self) -> usize {
        self.results.len()
    }

    /// How many coordinates are compared with another one.
    pub(super) fn coordinates(&self) -> usize {
        self.results.len() * self.width
    }

    fn row(&self, i: usize) -> &[f64] {
        &self.coordinates[self.width * i..][..self.width]
    }

    /// Adds to the adjoints of the coordinates what follows from those of the results.
    #[inline(never)]
    pub(super) fn pull_back(&self, adjoints: &mut [f64], base: usize) {
        let mut slopes = vec![0.0; self.coordinates.len()];
        let own = &adjoints[self.first as usize - base..];
        for (((i, j), &length), &adjoint) in self.pairs().zip(&self.results).zip(own) {
            if adjoint == 0.0 {
                continue;
            }
            for (to, from) in [(i, j), (j, i)] {
                let both = self.row(to).iter().zip(self.row(from));
                let slopes = slopes[self.width * to..].iter_mut().zip(both);
                match self.how {
                    Comparison::Product => slopes.for_each(|(slope, (_, b))| *slope += adjoint * b),
                    Comparison::Distance => {
                        slopes.for_each(|(slope, (a, b))| *slope += adjoint * share(a - b, length));
                    }
                    Comparison::SquaredDistance => {
                        slopes.for_each(|(slope, (a, b))| *slope += adjoint * (2.0 * (a - b)));
                    }
                }
            }
        }
        for (&node, slope) in self.nodes.iter().zip(slopes).filter(|(node, _)| **node != CONSTANT) {
            adjoints[node as usize - base] += slope;
        }
    }
}

/// See [`Real::compare`](crate::real::Real::compare).
#[inline(never)]
pub(super) fn compare(how: Comparison, a: &[&[Var]], b: Option<&[&[Var]]>) -> Vec<Var> {
    let all = || a.iter().chain(b.into_iter().flatten()).copied().flatten();
    let mut block = Comparisons {
        how,
        first: CONSTANT,
        coordinates: all().map(|x| x.value).collect(),
        nodes: all().map(|x| x.node).collect(),
        width: a.first().map_or(1, |row| row.len()),
        rows: a.len(),
        results: Vec::new(),
    };
    block.results = block.pairs().map(|(i, j)| how.of(block.row(i), block.row(j))).collect();
    let first = block.nodes.iter().any(|&node| node != CONSTANT).then(|| {
        TAPE.with_borrow_mut(|tape| {
            block.first = tape.first_edge.len() as u32;
            block.results.iter().for_each(|_| _ = tape.leaf());
            block.first
        })
    });
    let var = |(&value, k)| Var { value, node: first.map_or(CONSTANT, |first| first + k) };
    let results: Vec<Var> = block.results.iter().zip(0..).map(var).collect();
    if first.is_some() {
        TAPE.with_borrow_mut(|tape| tape.comparisons.push(block));
    }
    if b.is_none() { mirrored(a.len(), results.into_iter()) } else { results }
}
