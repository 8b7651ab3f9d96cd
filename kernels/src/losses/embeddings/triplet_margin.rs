//! Triplet margin loss: an anchor should be closer to its positive than to its negative, by a margin.

use loss_explorer_lanes::{Hinges, hinge_slopes, hinges};

use super::LABELLED;
use super::distance::Distance;
use super::moving::Rest;
use super::pairs::{Groups, negatives, positives};
use super::pairwise::Units;
use super::reduction::{REDUCTION, reduce};
use super::similarity::symmetric;
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::{Gradient, Kernel, Moving};
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec};

/// A hinge on the gap between the distances to a negative and to a positive, over all or only hard triplets.
pub struct TripletMargin;

/// Anchor, positive, negative.
pub type Triplet = (usize, usize, usize);

/// Every triplet of a batch.
#[must_use]
pub fn triplets(labels: &[i64]) -> Vec<Triplet> {
    let mut triplets = Vec::new();
    for a in 0..labels.len() {
        let negatives = negatives(labels, a);
        for p in positives(labels, a) {
            triplets.extend(negatives.iter().map(|&n| (a, p, n)));
        }
    }
    triplets
}

/// The farthest positive and the nearest negative of every anchor that has both; the first among equals.
pub fn batch_hard(labels: &[i64], distance: impl Fn(usize, usize) -> f64) -> Vec<Triplet> {
    let least = |of: Vec<usize>, key: &dyn Fn(usize) -> f64| {
        of.into_iter().min_by(|&i, &j| key(i).total_cmp(&key(j)))
    };
    let hardest = |a| {
        let p = least(positives(labels, a), &|p| -distance(a, p))?;
        let n = least(negatives(labels, a), &|n| distance(a, n))?;
        Some((a, p, n))
    };
    (0..labels.len()).filter_map(hardest).collect()
}

/// The triplets that the parameter `mining` asks for.
fn mined(labels: &[i64], params: &Params, distance: &dyn Fn(usize, usize) -> f64) -> Vec<Triplet> {
    let margin = params.get("margin");
    let (measure, gap) = (Distance::chosen(params), |&(a, p, n): &Triplet| distance(a, n) - distance(a, p));
    let rounding = |&(a, p, _): &Triplet| measure.rounding(distance(a, p).abs() + margin.abs());
    let mut triplets = match params.whole("mining") {
        3 => batch_hard(labels, distance),
        _ => triplets(labels),
    };
    match params.whole("mining") {
        1 => triplets.retain(|t| rounding(t) < gap(t) && gap(t) <= margin + rounding(t)),
        2 => triplets.retain(|t| gap(t) <= rounding(t)),
        _ => {}
    }
    triplets
}

/// The value; replaces every distance by the derivative by it.
fn forces(distances: &mut [f64], labels: &[i64], params: &Params) -> f64 {
    let mut forces = vec![0.0; distances.len()];
    let tally = if params.get("soft") == 0.0 && params.whole("mining") != 3 {
        by_anchor(distances, labels, params, &mut forces)
    } else {
        by_triplet(distances, labels, params, &mut forces)
    };
    let share = 1.0 / tally.terms().max(1.0);
    distances.iter_mut().zip(&forces).for_each(|(slot, force)| *slot = force * share);
    tally.found.sum * share
}

/// Adds to the forces of any triplets, one after the other.
fn by_triplet(distances: &[f64], labels: &[i64], params: &Params, forces: &mut [f64]) -> Tally {
    let (distance, margin, soft) =
        (Distance::chosen(params), params.get("margin"), params.get("soft") == 1.0);
    let n = labels.len();
    let mut tally = Tally::new(params);
    for (a, p, k) in mined(labels, params, &|i, j| distances[i * n + j]) {
        tally.found.within += 1.0;
        let (near, far) = (distances[a * n + p] + margin, distances[a * n + k]);
        let term = if soft { (near - far).softplus() } else { distance.hinge(near, far) };
        if term > 0.0 {
            let force = if soft { (near - far).sigmoid() } else { 1.0 };
            forces[a * n + p] += force;
            forces[a * n + k] -= force;
            tally.found.sum += term;
            tally.found.positive += 1.0;
        }
    }
    tally
}

/// The same for hinges, with all negatives of an anchor at once.
fn by_anchor(distances: &[f64], labels: &[i64], params: &Params, forces: &mut [f64]) -> Tally {
    let (n, groups) = (labels.len(), Groups::new(labels));
    let mut tally = Tally::new(params);
    for (a, (row, forces)) in distances.chunks_exact(n).zip(forces.chunks_exact_mut(n)).enumerate() {
        let (order, others) = groups.around(a);
        let row: Vec<f64> = order.iter().map(|&i| row[i]).collect();
        let (far, near) = row.split_at(others);
        let mut slopes = vec![0.0; row.len()];
        let (pushes, pulls) = slopes.split_at_mut(others);
        for (pull, &d) in pulls.iter_mut().zip(near) {
            let (above, upto) = tally.window(d);
            let found = hinge_slopes(d + tally.margin, far, above, upto, pushes);
            *pull = found.positive;
            tally.count(found);
        }
        order.into_iter().zip(slopes).for_each(|(i, slope)| forces[i] += slope);
    }
    tally
}

impl Kernel for TripletMargin {
    const SPEC: &'static Spec = &Spec {
        id: "triplet-margin",
        title: "Triplet margin loss",
        family: Family::Embeddings,
        inputs: LABELLED,
        params: &[
            Param::linear("margin", "m", 0.05, (0.0, 2.0), "how much farther the negative has to be"),
            Distance::PARAM,
            Param::numbers(
                "mining",
                "",
                0.0,
                &[(0.0, "all"), (1.0, "semi-hard"), (2.0, "hard"), (3.0, "batch-hard")],
                "which triplets count",
            ),
            Param::numbers(
                "soft",
                "",
                0.0,
                &[(0.0, "hinge"), (1.0, "softplus")],
                "whether a triplet stops at the margin or only fades",
            ),
            REDUCTION,
        ],
        slope: Slope::Exact,
    };

    const PROSE: &'static Prose = &Prose {
        summary: "Wants every sample nearer to its own kind than to any other, by a margin; mining picks the triplets worth learning from.",
        formula: r"L=\operatorname*{avg}_{(a,p,n)\in\mathcal T}\big[d_{ap}-d_{an}+\p{margin}\big]_+",
        gradient: r"\nabla\big[\cdot\big]_+=\nabla d_{ap}-\nabla d_{an}\quad\text{while}\quad d_{an}<d_{ap}+\p{margin}",
        source: Source {
            authors: "Schroff, Kalenichenko, Philbin",
            year: 2015,
            title: "FaceNet: A Unified Embedding for Face Recognition and Clustering",
            venue: "CVPR 2015, arXiv 1503.03832",
        },
        papers: &[],
        aliases: &[
            "FaceNet loss",
            "batch-hard triplet loss",
            "soft-margin triplet loss",
            "TripletMarginLoss",
        ],
        facts: &[
            "The loss of a semi-hard triplet lies between 0 and the margin, that of a hard one is at least the margin.",
            "The soft form lies above the hinge, by at most log 2 a triplet.",
            "With a margin of twice the largest distance every triplet counts.",
            "Samples that all fall together leave exactly the margin.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[
        Dialect {
            library: Library::MetricLearning,
            call: "losses.TripletMarginLoss",
            arguments: &[
                Argument::same("margin", 0.05),
                Argument::choice(
                    "distance",
                    &[
                        "distances.LpDistance()",
                        "distances.LpDistance(normalize_embeddings=False)",
                        "distances.CosineSimilarity()",
                        "distances.LpDistance(power=2)",
                    ],
                    0.0,
                ),
                Argument::outside("mining", "miners.TripletMarginMiner, miners.BatchHardMiner", 0.0),
                Argument::choice("soft", &["False", "True"], 0.0).called("smooth_loss"),
                Argument::choice(
                    "reduction",
                    &["reducers.AvgNonZeroReducer()", "reducers.MeanReducer()"],
                    0.0,
                )
                .called("reducer"),
            ],
            python: r#"
criterion = losses.TripletMarginLoss({})
distance = criterion.distance
miner = [
    lambda *_: None,
    miners.TripletMarginMiner(margin, "semihard", distance=distance),
    miners.TripletMarginMiner(margin, "hard", distance=distance),
    miners.BatchHardMiner(distance=distance),
][mining]
loss = criterion(embeddings, labels, miner(embeddings, labels))
"#,
            note: "Averages the non-zero triplets alone, over unit vectors. The margin stays inside the softplus of \
                smooth_loss, and a miner has a margin of its own, 0.2.",
            departs: &[Departure::SHORT_EMBEDDINGS, Departure::NEAR_OF_MANY],
        },
        Dialect {
            library: Library::Torch,
            call: "torch.nn.TripletMarginLoss",
            arguments: &[
                Argument::same("margin", 1.0),
                Argument::lacking("distance", 1.0),
                Argument::lacking("mining", 0.0),
                Argument::lacking("soft", 0.0),
                Argument::lacking("reduction", 1.0),
            ],
            python: r#"
same = labels[:, None] == labels
positive = same & ~torch.eye(len(labels), dtype=torch.bool)
a, p, n = torch.nonzero(positive[:, :, None] & ~same[:, None, :], as_tuple=True)
loss = torch.nn.TripletMarginLoss({}, eps=0.0)(embeddings[a], embeddings[p], embeddings[n])
"#,
            note: "Takes triplets that are already chosen, raw vectors, a margin of 1 and the mean of all terms. It \
                adds 10⁻⁶ to every difference unless eps is 0.",
            departs: &[
                Departure::refusal("margin == 0", "It refuses a margin of 0."),
                Departure::refusal("len(labels.unique()) in (1, len(labels))", "Without a triplet there is no mean."),
            ],
        },
        Dialect {
            library: Library::Optax,
            call: "optax.losses.triplet_margin_loss",
            arguments: &[
                Argument::same("margin", 1.0),
                Argument::lacking("distance", 1.0),
                Argument::lacking("mining", 0.0),
                Argument::lacking("soft", 0.0),
                Argument::lacking("reduction", 1.0),
            ],
            python: r#"
same = labels[:, None] == labels
positive = same & ~jnp.eye(len(labels), dtype=bool)
a, p, n = jnp.nonzero(positive[:, :, None] & ~same[:, None, :])
loss = optax.losses.triplet_margin_loss(embeddings[a], embeddings[p], embeddings[n], {}, eps=0.0).mean()
"#,
            note: "Takes triplets that are already chosen and raw vectors. It adds 10⁻⁶ under the root unless eps is 0. \
                One value a triplet, nothing averaged.",
            departs: &[Departure::value("len(a) == 0", "Without a triplet the mean is NaN.")],
        },
    ];

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        let (distance, margin): (_, R) = (Distance::chosen(params), params.real("margin"));
        let labels = input.labels("labels");
        let rows = distance.prepare(&input.rows("embeddings"));
        let d = symmetric(rows.len(), |i, j| distance.between(&rows[i], &rows[j]));

        let term = |(a, p, n): Triplet| {
            let (near, far) = (d[(a, p)] + margin, d[(a, n)]);
            if params.get("soft") == 0.0 { distance.hinge(near, far) } else { (near - far).softplus() }
        };
        let triplets = mined(labels, params, &|i, j| d[(i, j)].value());
        let terms: Vec<R> = triplets.into_iter().map(term).collect();
        reduce(&terms, params)
    }

    fn value_and_gradient(input: &Inputs<f64>, params: &Params, gradient: &mut Gradient) -> f64 {
        let labels = input.labels("labels");
        Distance::chosen(params)
            .among(input, "embeddings", gradient, &|distances| forces(distances, labels, params))
    }

    fn while_moving(input: &Inputs<f64>, params: &Params, moving: &Moving<'_>) -> Option<Vec<f64>> {
        let labels = input.labels("labels");
        if labels.len() < 2 || params.get("soft") == 1.0 || params.whole("mining") == 3 {
            return None;
        }
        let distance = Distance::chosen(params);
        let units = distance.units(input, moving.name);
        let groups = Groups::new(labels);
        let rest = Rest::new(&units, &groups, moving.row);
        let kept = Kept::new(&units, &groups, &rest, distance, params);
        Some(rest.by_distances(moving, distance, &mut |row| {
            let mut tally = kept.tally;
            let (others, own) = row.split_at(rest.others);
            for (d, positives) in others.iter().zip(&kept.others) {
                tally.add(-d, positives);
            }
            for (d, negatives) in own.iter().zip(&kept.own) {
                tally.add(*d, negatives);
                tally.add(*d, others);
            }
            tally.mean()
        }))
    }
}

/// Hinges so far, and the parameters that they need.
#[derive(Clone, Copy)]
struct Tally {
    found: Hinges,
    distance: Distance,
    margin: f64,
    mining: usize,
    counts_positive: bool,
}

impl Tally {
    fn new(params: &Params) -> Self {
        Self {
            found: Hinges::default(),
            distance: Distance::chosen(params),
            margin: params.get("margin"),
            mining: params.whole("mining"),
            counts_positive: params.get("reduction") == 0.0,
        }
    }

    /// Adds `[d + margin − x]₊` for every `x` that the mining wants: the distances of an anchor with one positive to its
    /// negatives, or, all with their signs turned, that to its negative and to its positives.
    fn add(&mut self, d: f64, x: &[f64]) {
        let (above, upto) = self.window(d);
        self.count(hinges(d + self.margin, x, above, upto));
    }

    fn count(&mut self, Hinges { sum, positive, within }: Hinges) {
        self.found.sum += sum;
        self.found.positive += positive;
        self.found.within += within;
    }

    /// Above which distance and up to which one a negative is wanted, next to a positive at the distance `d`.
    fn window(&self, d: f64) -> (f64, f64) {
        let rounding = self.distance.rounding(d.abs() + self.margin.abs());
        let (above, upto) = match self.mining {
            0 => (f64::NEG_INFINITY, f64::INFINITY),
            1 => (d + rounding, d + self.margin + rounding),
            _ => (f64::NEG_INFINITY, d + rounding),
        };
        // Where terms are counted, one that is 0 but for rounding is none.
        (above, if self.counts_positive { upto.min(d + self.margin - rounding) } else { upto })
    }

    /// How many the sum is shared among.
    fn terms(&self) -> f64 {
        if self.counts_positive { self.found.positive } else { self.found.within }
    }

    fn mean(&self) -> f64 {
        self.found.sum / self.terms().max(1.0)
    }
}

/// What stays while one sample moves.
struct Kept {
    /// The triplets without it.
    tally: Tally,
    /// For each sample of another label, as anchor: the distances to its positives, signs turned.
    others: Vec<Vec<f64>>,
    /// For each sample of its label, as anchor: the distances to its negatives.
    own: Vec<Vec<f64>>,
}

impl Kept {
    fn new(units: &Units, groups: &Groups, rest: &Rest, distance: Distance, params: &Params) -> Self {
        let rows: Vec<&[f64]> = units.rows().collect();
        let mut kept = Self { tally: Tally::new(params), others: Vec::new(), own: Vec::new() };
        for (place, &a) in rest.order.iter().enumerate() {
            let alike = groups.alike(a);
            let (positives, negatives): (Vec<usize>, Vec<usize>) =
                rest.order.iter().filter(|&&i| i != a).partition(|i| alike.binary_search(i).is_ok());
            let to = |i: usize| distance.between(rows[a], rows[i]);
            let positives: Vec<f64> = positives.into_iter().map(to).collect();
            let negatives: Vec<f64> = negatives.into_iter().map(to).collect();
            positives.iter().for_each(|&d| kept.tally.add(d, &negatives));
            if place < rest.others {
                kept.others.push(positives.into_iter().map(|d| -d).collect());
            } else {
                kept.own.push(negatives);
            }
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{inputs, labelled, value};

    proptest! {
        #[test]
        fn the_margin_parts_semi_hard_from_hard(batch in labelled(8, 2), margin in 0.01..1.0) {
            let mined = |mining| value(&TripletMargin, &[("margin", margin), ("mining", mining)], &batch);
            let (semi_hard, hard) = (mined(1.0), mined(2.0));
            prop_assert!((0.0..margin).contains(&semi_hard), "semi-hard triplets average {semi_hard}");
            prop_assert!(hard == 0.0 || hard >= margin - 1e-12, "hard triplets average {hard}");
        }

        #[test]
        fn the_soft_form_lies_above_the_hinge_by_at_most_log_2(batch in labelled(8, 2), margin in 0.0..2.0) {
            let with = |soft| {
                let given = [("margin", margin), ("distance", 1.0), ("reduction", 1.0), ("soft", soft)];
                value(&TripletMargin, &given, &batch)
            };
            let above = with(1.0) - with(0.0);
            let room = 2f64.ln();
            prop_assert!((-1e-12..=room + 1e-12).contains(&above), "softplus is {above} above the hinge");
        }

        #[test]
        fn twice_the_largest_distance_makes_every_triplet_count(batch in labelled(8, 2), margin in 4.0..9.0) {
            let labels = batch.labels("labels");
            let rows = Distance::Euclidean.prepare(&batch.rows("embeddings"));
            let d = |i: usize, j: usize| Distance::Euclidean.between(&rows[i], &rows[j]);
            let terms: Vec<f64> =
                triplets(labels).into_iter().map(|(a, p, n)| margin + d(a, p) - d(a, n)).collect();
            let got = value(&TripletMargin, &[("margin", margin)], &batch);
            prop_assert!((got - f64::mean(&terms)).abs() < 1e-12);
        }

        #[test]
        fn a_collapsed_batch_sticks_at_the_margin(x in -1.0..1.0, y in 0.1..1.0, mining in 2usize..4) {
            let arrays = [
                ("embeddings", &[4, 2][..], &[x, y, x, y, x, y, x, y][..]),
                ("labels", &[4], &[0.0, 0.0, 1.0, 1.0]),
            ];
            let given = [("margin", 0.2), ("mining", mining as f64)];
            let got = value(&TripletMargin, &given, &inputs(TripletMargin::SPEC, &arrays));
            prop_assert!((got - 0.2).abs() < 1e-15, "a collapsed batch has loss {got}");
        }
    }
}
