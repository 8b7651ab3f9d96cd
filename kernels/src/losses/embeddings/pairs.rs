//! Which samples of a batch belong together and which do not.

use std::ops::Range;

use crate::real::ascending;

/// The unordered pairs of `n` samples, `i < j`.
pub fn pairs(n: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n).flat_map(move |i| (i + 1..n).map(move |j| (i, j)))
}

/// The samples other than `i` with its label.
#[must_use]
pub fn positives(labels: &[i64], i: usize) -> Vec<usize> {
    (0..labels.len()).filter(|&j| j != i && labels[j] == labels[i]).collect()
}

/// The samples with another label than `i`.
#[must_use]
pub fn negatives(labels: &[i64], i: usize) -> Vec<usize> {
    (0..labels.len()).filter(|&j| labels[j] != labels[i]).collect()
}

/// The samples of a batch, gathered by label.
#[derive(Debug)]
pub struct Groups {
    order: Vec<usize>,
    /// Of each sample: where in `order` those of its label begin and end.
    ranges: Vec<(usize, usize)>,
}

impl Groups {
    /// Gathers a batch.
    #[must_use]
    pub fn new(labels: &[i64]) -> Self {
        let order = ascending(&labels.iter().map(|&label| label as f64).collect::<Vec<_>>());
        let mut ranges = vec![(0, 0); labels.len()];
        let mut start = 0;
        for group in order.chunk_by(|&i, &j| labels[i] == labels[j]) {
            group.iter().for_each(|&i| ranges[i] = (start, start + group.len()));
            start += group.len();
        }
        Self { order, ranges }
    }

    /// How many samples there are.
    #[must_use]
    pub fn samples(&self) -> usize {
        self.order.len()
    }

    /// All samples, those of one label side by side.
    #[must_use]
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// For each sample in [that order](Self::order): where in it those of its label are.
    #[must_use]
    pub fn spans(&self) -> Vec<Range<usize>> {
        let span = |&i: &usize| self.ranges[i].0..self.ranges[i].1;
        self.order.iter().map(span).collect()
    }

    /// The samples with the label of `i`, itself among them, in ascending order.
    #[must_use]
    pub fn alike(&self, i: usize) -> &[usize] {
        let (start, end) = self.ranges[i];
        &self.order[start..end]
    }

    /// Whether two samples have one label.
    #[must_use]
    pub fn are_alike(&self, i: usize, j: usize) -> bool {
        self.ranges[i] == self.ranges[j]
    }

    /// The samples with another label than `i`, and then those with its label, itself left out; how many the first
    /// are.
    #[must_use]
    pub fn around(&self, i: usize) -> (Vec<usize>, usize) {
        let (start, end) = self.ranges[i];
        let mut order = [&self.order[..start], &self.order[end..]].concat();
        let others = order.len();
        order.extend(self.alike(i).iter().filter(|&&j| j != i));
        (order, others)
    }
}
