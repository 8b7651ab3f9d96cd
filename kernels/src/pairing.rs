//! Which vectors of a batch are compared with which, and what their pairs cost.
//!
//! By default every sample with every other, by label. Libraries also compare with a second set of points, and with pairs or
//! triplets that somebody chose; a loss that says its [pair terms](crate::kernel::Kernel::pair_terms) takes all of these.

use std::borrow::Cow;

use ndarray::Array2;

use crate::input::Inputs;
use crate::real::{Comparison, Real};

/// Anchor, positive, negative.
pub type Triplet = (usize, usize, usize);

/// Of every anchor, with whom it belongs together and with whom not.
#[derive(Clone, Debug, Default)]
pub struct Relation {
    positives: Vec<Vec<usize>>,
    negatives: Vec<Vec<usize>>,
    /// Those that somebody chose; `None` for every positive with every negative of its anchor.
    triplets: Option<Vec<Triplet>>,
    /// Whether a pair that is there is there both ways round.
    is_mutual: bool,
}

impl Relation {
    /// Every sample with every other, by label.
    #[must_use]
    pub fn among(labels: &[i64]) -> Self {
        let others = |i: usize, alike: bool| -> Vec<usize> {
            (0..labels.len()).filter(|&j| j != i && (labels[j] == labels[i]) == alike).collect()
        };
        let all = 0..labels.len();
        Self {
            positives: all.clone().map(|i| others(i, true)).collect(),
            negatives: all.map(|i| others(i, false)).collect(),
            triplets: None,
            is_mutual: true,
        }
    }

    /// Every sample with every one of a second set, by label.
    #[must_use]
    pub fn between(labels: &[i64], others: &[i64]) -> Self {
        let of = |label: &i64, alike: bool| -> Vec<usize> {
            (0..others.len()).filter(|&j| (others[j] == *label) == alike).collect()
        };
        Self {
            positives: labels.iter().map(|label| of(label, true)).collect(),
            negatives: labels.iter().map(|label| of(label, false)).collect(),
            ..Self::default()
        }
    }

    /// Pairs that somebody chose among that many anchors; one that stands there twice counts twice.
    #[must_use]
    pub fn of_pairs(anchors: usize, positives: &[(usize, usize)], negatives: &[(usize, usize)]) -> Self {
        let lists = |pairs: &[(usize, usize)]| {
            let mut lists = vec![Vec::new(); anchors];
            pairs.iter().for_each(|&(anchor, other)| lists[anchor].push(other));
            lists
        };
        Self { positives: lists(positives), negatives: lists(negatives), ..Self::default() }
    }

    /// Triplets that somebody chose; their pairs are what a loss of pairs sees.
    #[must_use]
    pub fn of_triplets(anchors: usize, triplets: Vec<Triplet>) -> Self {
        let positives: Vec<_> = triplets.iter().map(|&(a, p, _)| (a, p)).collect();
        let negatives: Vec<_> = triplets.iter().map(|&(a, _, n)| (a, n)).collect();
        Self { triplets: Some(triplets), ..Self::of_pairs(anchors, &positives, &negatives) }
    }

    /// How many anchors there are.
    #[must_use]
    pub fn anchors(&self) -> usize {
        self.positives.len()
    }

    /// With whom an anchor belongs together.
    #[must_use]
    pub fn positives(&self, anchor: usize) -> &[usize] {
        &self.positives[anchor]
    }

    /// With whom it does not.
    #[must_use]
    pub fn negatives(&self, anchor: usize) -> &[usize] {
        &self.negatives[anchor]
    }

    /// The same, each pair once: for losses that only ask whether a pair is there.
    #[must_use]
    pub fn distinct(&self) -> Self {
        let distinct = |lists: &[Vec<usize>]| {
            let distinct = |list: &Vec<usize>| {
                let mut list = list.clone();
                list.sort_unstable();
                list.dedup();
                list
            };
            lists.iter().map(distinct).collect()
        };
        Self { positives: distinct(&self.positives), negatives: distinct(&self.negatives), ..self.clone() }
    }

    /// The triplets: those that somebody chose, or every positive with every negative of its anchor.
    #[must_use]
    pub fn triplets(&self) -> Vec<Triplet> {
        if let Some(chosen) = &self.triplets {
            return chosen.clone();
        }
        let mut triplets = Vec::new();
        for a in 0..self.anchors() {
            for &p in self.positives(a) {
                triplets.extend(self.negatives(a).iter().map(|&n| (a, p, n)));
            }
        }
        triplets
    }

    /// Every pair as anchor, other, and whether they belong together; one that is there both ways round stands here once,
    /// with the other named as the second anchor.
    fn pairs(&self) -> Vec<(usize, usize, bool, Option<usize>)> {
        let mut pairs = Vec::new();
        for i in 0..self.anchors() {
            let of = |list: &[usize], alike| {
                let wanted = list.iter().filter(|&&j| !self.is_mutual || i < j);
                wanted.map(|&j| (i, j, alike, self.is_mutual.then_some(j))).collect::<Vec<_>>()
            };
            pairs.extend(of(self.positives(i), true));
            pairs.extend(of(self.negatives(i), false));
        }
        pairs
    }
}

/// The vectors that are compared.
#[derive(Debug)]
pub struct Pairing<'a, R> {
    anchors: Vec<&'a [R]>,
    /// The second set; `None` if the anchors are compared with each other.
    others: Option<Vec<Vec<R>>>,
    /// Which of them are compared.
    pub relation: Relation,
}

impl<'a, R: Real> Pairing<'a, R> {
    /// The embeddings of a batch with each other, by their labels.
    #[must_use]
    pub fn of(input: &'a Inputs<R>) -> Self {
        let relation = Relation::among(input.labels("labels"));
        Self { anchors: input.rows("embeddings"), others: None, relation }
    }

    /// Any vectors, among themselves or with a second set.
    #[must_use]
    pub fn new(anchors: Vec<&'a [R]>, others: Option<Vec<Vec<R>>>, relation: Relation) -> Self {
        Self { anchors, others, relation }
    }

    /// Whether the anchors are compared with a second set.
    #[must_use]
    pub fn has_others(&self) -> bool {
        self.others.is_some()
    }

    /// A number for each anchor with each that it can be compared with. `prepare` makes of vectors what `between` wants of
    /// them; among the anchors themselves it is asked once a pair, being symmetric.
    pub fn matrix(
        &self,
        prepare: impl for<'b> Fn(&[&'b [R]]) -> Vec<Cow<'b, [R]>>,
        between: impl Fn(&[R], &[R]) -> R,
    ) -> Array2<R> {
        let anchors = prepare(&self.anchors);
        let n = anchors.len();
        if let Some(others) = &self.others {
            let others: Vec<&[R]> = others.iter().map(Vec::as_slice).collect();
            let others = prepare(&others);
            return Array2::from_shape_fn((n, others.len()), |(i, j)| between(&anchors[i], &others[j]));
        }
        let mut matrix = Array2::from_elem((n, n), R::zero());
        for i in 0..n {
            for j in i..n {
                matrix[(i, j)] = between(&anchors[i], &anchors[j]);
                matrix[(j, i)] = matrix[(i, j)];
            }
        }
        matrix
    }

    /// The same by a comparison of vectors, which is one block on the tape.
    pub fn compared(
        &self,
        prepare: impl for<'b> Fn(&[&'b [R]]) -> Vec<Cow<'b, [R]>>,
        how: Comparison,
    ) -> Array2<R> {
        let anchors = prepare(&self.anchors);
        let a: Vec<&[R]> = anchors.iter().map(AsRef::as_ref).collect();
        let others: Option<Vec<&[R]>> =
            self.others.as_ref().map(|others| others.iter().map(Vec::as_slice).collect());
        let others = others.map(|others| prepare(&others));
        let b: Option<Vec<&[R]>> = others.as_ref().map(|others| others.iter().map(AsRef::as_ref).collect());
        let shape = (a.len(), b.as_ref().map_or(a.len(), Vec::len));
        Array2::from_shape_vec(shape, R::compare(how, &a, b.as_deref()))
            .expect("a number for each pair of rows")
    }

    /// What each pair costs, those that belong together and the others apart.
    pub fn costs(&self, cost: impl Fn(usize, usize, bool) -> R) -> [Vec<PairTerm<R>>; 2] {
        let mut costs = [Vec::new(), Vec::new()];
        for (anchor, other, alike, mirror) in self.relation.pairs() {
            let cost = cost(anchor, other, alike);
            costs[usize::from(!alike)].push(PairTerm { cost, anchor, mirror });
        }
        costs
    }
}

/// What a pair, a triplet or an anchor costs.
#[derive(Clone, Copy, Debug)]
pub struct PairTerm<R> {
    /// The cost.
    pub cost: R,
    /// The sample that it is about.
    pub anchor: usize,
    /// Of a pair that counts both ways round: the other sample.
    pub mirror: Option<usize>,
}

/// Costs that are averaged together.
#[derive(Clone, Debug)]
pub struct PairGroup<R> {
    /// The costs.
    pub terms: Vec<PairTerm<R>>,
    /// Whether the average is over the terms above 0 alone.
    pub of_positive: bool,
}

impl<R: Real> PairGroup<R> {
    /// A group of terms that are about one anchor each.
    pub fn of_anchors(terms: impl IntoIterator<Item = (usize, R)>, of_positive: bool) -> Self {
        let terms = terms.into_iter().map(|(anchor, cost)| PairTerm { cost, anchor, mirror: None });
        Self { terms: terms.collect(), of_positive }
    }

    /// The terms that count.
    pub fn counted(&self) -> impl Iterator<Item = &PairTerm<R>> {
        self.terms.iter().filter(|term| !self.of_positive || term.cost.value() > 0.0)
    }

    /// The terms that count, each with the mean weight of those that it is about.
    pub fn weighed(&self, weight: impl Fn(usize) -> f64) -> impl Iterator<Item = (R, f64)> {
        self.counted().map(move |term| {
            let own = weight(term.anchor);
            (term.cost, term.mirror.map_or(own, |other| f64::midpoint(own, weight(other))))
        })
    }

    /// Their average; 0 if there are none. How many they are is a constant for the gradient.
    pub fn mean(&self) -> R {
        R::mean(&self.weighed(|_| 1.0).map(|(cost, _)| cost).collect::<Vec<R>>())
    }
}

/// The value of a loss over pairs: the sum of the averages of its groups.
pub fn sum_of_means<R: Real>(groups: &[PairGroup<R>]) -> R {
    let mut means = groups.iter().map(PairGroup::mean);
    let first = means.next().unwrap_or_else(R::zero);
    means.fold(first, |sum, mean| sum + mean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_make_every_pair_once_and_every_triplet() {
        let relation = Relation::among(&[0, 0, 1]);
        assert_eq!((relation.positives(0), relation.negatives(0)), (&[1][..], &[2][..]));
        assert_eq!(relation.triplets(), [(0, 1, 2), (1, 0, 2)]);
        assert_eq!(relation.pairs(), [(0, 1, true, Some(1)), (0, 2, false, Some(2)), (1, 2, false, Some(2))]);
    }

    #[test]
    fn with_a_second_set_nobody_is_compared_with_the_batch_itself() {
        let relation = Relation::between(&[0, 1], &[1, 0, 0]);
        assert_eq!((relation.positives(0), relation.negatives(0)), (&[1, 2][..], &[0][..]));
        assert_eq!(relation.pairs()[0], (0, 1, true, None));
    }

    #[test]
    fn chosen_triplets_are_pairs_too_and_a_pair_that_stands_there_twice_counts_twice() {
        let relation = Relation::of_triplets(3, vec![(0, 1, 2), (0, 1, 1)]);
        assert_eq!(relation.triplets(), [(0, 1, 2), (0, 1, 1)]);
        assert_eq!((relation.positives(0), relation.negatives(0)), (&[1, 1][..], &[2, 1][..]));
        assert_eq!(relation.distinct().positives(0), [1]);
    }
}
