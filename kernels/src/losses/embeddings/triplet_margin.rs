//! Triplet margin loss: an anchor should be closer to its positive than to its negative, by a margin.

use loss_explorer_lanes::{Hinges, hinge_slopes, hinges};

use super::LABELLED;
use super::distance::Distance;
use super::moving::Rest;
use super::pairs::Groups;
use super::pairwise::Units;
use super::reduction::{REDUCTION, is_of_positive};
use crate::cost::Cost;
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::{Gradient, Kernel, Moving, from_tape};
use crate::pairing::{PairGroup, Pairing, Relation, Triplet};
use crate::real::{Real, largest};
use crate::spec::{Domain, Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// A hinge on the gap between the distances to a negative and to a positive, over all or only hard triplets.
pub struct TripletMargin;

/// Every triplet of a batch.
#[must_use]
pub fn triplets(labels: &[i64]) -> Vec<Triplet> {
    Relation::among(labels).triplets()
}

/// The farthest positive and the nearest negative of every anchor that has both; the first among equals.
pub fn batch_hard(labels: &[i64], distance: impl Fn(usize, usize) -> f64) -> Vec<Triplet> {
    hardest(&Relation::among(labels), &distance)
}

fn hardest(relation: &Relation, distance: &dyn Fn(usize, usize) -> f64) -> Vec<Triplet> {
    let hardest = |a| {
        let p = least(relation.positives(a), &|p| -distance(a, p))?;
        let n = least(relation.negatives(a), &|n| distance(a, n))?;
        Some((a, p, n))
    };
    (0..relation.anchors()).filter_map(hardest).collect()
}

/// The one with the least key, the first among equals.
fn least(of: &[usize], key: &dyn Fn(usize) -> f64) -> Option<usize> {
    of.iter().copied().min_by(|&i, &j| key(i).total_cmp(&key(j)))
}

/// For every pair of one label the nearest negative beyond its positive, and where there is none the farthest of all.
fn one_negative_a_pair(
    relation: &Relation,
    distance: &dyn Fn(usize, usize) -> f64,
    is_beyond: &dyn Fn(&Triplet) -> bool,
) -> Vec<Triplet> {
    let mut triplets = Vec::new();
    for a in 0..relation.anchors() {
        for &p in relation.positives(a) {
            let beyond: Vec<usize> =
                relation.negatives(a).iter().copied().filter(|&n| is_beyond(&(a, p, n))).collect();
            let nearest = least(&beyond, &|n| distance(a, n));
            let chosen = nearest.or_else(|| least(relation.negatives(a), &|n| -distance(a, n)));
            triplets.extend(chosen.map(|n| (a, p, n)));
        }
    }
    triplets
}

/// The triplets that the parameter `mining` asks for.
fn mined(relation: &Relation, params: &Params, distance: &dyn Fn(usize, usize) -> f64) -> Vec<Triplet> {
    let margin = params.get("margin");
    let (measure, gap) = (Distance::chosen(params), |&(a, p, n): &Triplet| distance(a, n) - distance(a, p));
    let rounding = |&(a, p, _): &Triplet| measure.rounding(distance(a, p).abs() + margin.abs());
    let mut triplets = match params.whole("mining") {
        3 => hardest(relation, distance),
        4 => one_negative_a_pair(relation, distance, &|t| rounding(t) < gap(t)),
        _ => relation.triplets(),
    };
    match params.whole("mining") {
        1 => triplets.retain(|t| rounding(t) < gap(t) && gap(t) <= margin + rounding(t)),
        2 => triplets.retain(|t| gap(t) <= rounding(t)),
        _ => {}
    }
    triplets
}

/// Whether distances are lengths, whatever the parameter `p` says of those that are none.
fn has_length(params: &Params) -> bool {
    params.get("p") == 2.0 || params.whole("distance") > 1
}

/// Whether negatives are seen from the anchor, by lengths.
fn is_plain(params: &Params) -> bool {
    has_length(params) && params.get("swap") == 0.0
}

/// `(Σ |xᵢ|ᵖ)^(1/p)`; the derivative at the zero vector is 0.
fn norm_in<R: Real>(x: &[R], p: R) -> R {
    let top = largest(x.iter().map(|x| x.value().abs()));
    if top <= 0.0 || !top.is_finite() {
        return R::from(top.max(0.0));
    }
    let powers: Vec<R> = x.iter().filter(|x| x.value() != 0.0).map(|x| (x.abs() / top).pow(p)).collect();
    R::sum(&powers).pow(R::one() / p) * top
}

/// A vector at length 1 in that norm; the zero vector stays zero.
fn unit_in<R: Real>(x: &[R], p: R) -> Vec<R> {
    let length = norm_in(x, p);
    if length.value() == 0.0 { vec![R::zero(); x.len()] } else { x.iter().map(|&x| x / length).collect() }
}

/// The value; replaces every distance by the derivative by it.
fn forces(distances: &mut [f64], labels: &[i64], params: &Params) -> f64 {
    let mut forces = vec![0.0; distances.len()];
    let tally = if params.get("soft") == 0.0 && params.whole("mining") < 3 {
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
    for (a, p, k) in mined(&Relation::among(labels), params, &|i, j| distances[i * n + j]) {
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
                &[
                    (0.0, "all"),
                    (1.0, "semi-hard"),
                    (2.0, "hard"),
                    (3.0, "batch-hard"),
                    (4.0, "semi-hard, one negative a pair"),
                ],
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
            Param::numbers(
                "swap",
                "",
                0.0,
                &[(0.0, "from the anchor"), (1.0, "from the nearer of both")],
                "from where the negative is seen: with swap it may be nearer to the positive",
            )
            .option(),
            Param::linear("p", "p", 2.0, (1.0, 4.0), "norm of differences, and of vectors: 2 is the length")
                .within(Domain::AtLeast(1.0))
                .only_when("distance", &["Euclidean, unit vectors", "Euclidean, raw vectors"])
                .option(),
        ],
        slope: Slope::Exact,
    };

    const COST: Cost = Cost::on_tape("3·triplets+N·N+3·N·D").by_hand("4·N·N");

    const TERMS: Terms = Terms::Pairs;

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
                        "distances.LpDistance(p=p)",
                        "distances.LpDistance(p=p, normalize_embeddings=False)",
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
                Argument::choice("swap", &["False", "True"], 0.0),
                Argument::outside("p", "distances.LpDistance(p=p)", 2.0),
            ],
            python: r#"
criterion = losses.TripletMarginLoss({})
distance = criterion.distance

def one_negative_a_pair(embeddings, labels):
    d = -distance(embeddings) if distance.is_inverted else distance(embeddings)
    same = labels[:, None] == labels
    chosen = []
    for a, p in torch.nonzero(same & ~torch.eye(len(labels), dtype=torch.bool)).tolist():
        negatives = torch.nonzero(~same[a])[:, 0]
        beyond = negatives[d[a, negatives] > d[a, p] + 1e-12]
        if len(negatives):
            n = beyond[d[a, beyond].argmin()] if len(beyond) else negatives[d[a, negatives].argmax()]
            chosen.append([a, p, int(n)])
    return tuple(torch.tensor(chosen, dtype=torch.long).reshape(-1, 3).T)

miner = [
    lambda *_: None,
    miners.TripletMarginMiner(margin, "semihard", distance=distance),
    miners.TripletMarginMiner(margin, "hard", distance=distance),
    miners.BatchHardMiner(distance=distance),
    one_negative_a_pair,
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
                Argument::choice("swap", &["False", "True"], 0.0),
                Argument::same("p", 2.0),
            ],
            python: r#"
same = labels[:, None] == labels
positive = same & ~torch.eye(len(labels), dtype=torch.bool)
anchor, near, far = torch.nonzero(positive[:, :, None] & ~same[:, None, :], as_tuple=True)
loss = torch.nn.TripletMarginLoss({}, eps=0.0)(embeddings[anchor], embeddings[near], embeddings[far])
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
                Argument::lacking("swap", 0.0),
                Argument::lacking("p", 2.0),
            ],
            python: r#"
same = labels[:, None] == labels
positive = same & ~jnp.eye(len(labels), dtype=bool)
anchor, near, far = jnp.nonzero(positive[:, :, None] & ~same[:, None, :])
loss = optax.losses.triplet_margin_loss(embeddings[anchor], embeddings[near], embeddings[far], {}, eps=0.0).mean()
"#,
            note: "Takes triplets that are already chosen and raw vectors. It adds 10⁻⁶ under the root unless eps is 0. \
                One value a triplet, nothing averaged. Its norm_degree takes powers of differences with their sign, \
                which is no norm but for 2.",
            departs: &[Departure::value("len(anchor) == 0", "Without a triplet the mean is NaN.")],
        },
    ];

    fn pair_terms<R: Real>(pairing: &Pairing<'_, R>, params: &Params) -> Option<Vec<PairGroup<R>>> {
        let (distance, margin): (_, R) = (Distance::chosen(params), params.real("margin"));
        let p: R = params.real("p");
        // Seen from the positive, which only a set that is compared with itself can do, by the same numbers.
        let swaps = params.get("swap") == 1.0;
        if swaps && pairing.has_others() {
            return None;
        }
        let d = if has_length(params) && (p.is_constant() || params.whole("distance") > 1) {
            distance.of_pairs(pairing)
        } else {
            let is_raw = distance == Distance::RawEuclidean;
            pairing.matrix(
                |rows| rows.iter().map(|row| if is_raw { (*row).into() } else { unit_in(row, p).into() }).collect(),
                |a, b| norm_in(&a.iter().zip(b).map(|(&a, &b)| a - b).collect::<Vec<R>>(), p),
            )
        };
        let seen = |(a, p, n): Triplet| if swaps { d[(a, n)].or_min(d[(p, n)]) } else { d[(a, n)] };
        let term = |t: Triplet| {
            let (near, far) = (d[(t.0, t.1)] + margin, seen(t));
            let cost = if params.get("soft") == 0.0 { distance.hinge(near, far) } else { (near - far).softplus() };
            (t.0, cost)
        };
        let triplets = mined(&pairing.relation, params, &|i, j| d[(i, j)].value());
        Some(vec![PairGroup::of_anchors(triplets.into_iter().map(term), is_of_positive(params))])
    }

    fn value_and_gradient(input: &Inputs<f64>, params: &Params, gradient: &mut Gradient) -> f64 {
        let labels = input.labels("labels");
        if !is_plain(params) {
            return from_tape::<Self>(input, params, gradient);
        }
        Distance::chosen(params)
            .among(input, "embeddings", gradient, &|distances| forces(distances, labels, params))
    }

    fn while_moving(input: &Inputs<f64>, params: &Params, moving: &Moving<'_>) -> Option<Vec<f64>> {
        let labels = input.labels("labels");
        if labels.len() < 2 || params.get("soft") == 1.0 || params.whole("mining") > 2 || !is_plain(params) {
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
