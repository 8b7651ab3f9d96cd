//! Which samples of a batch belong together and which do not.

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
