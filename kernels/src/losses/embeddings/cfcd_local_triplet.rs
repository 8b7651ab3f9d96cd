//! The triplet loss of CFCD's second stage, over matched local descriptors.

use super::similarity::units;
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::{Real, ascending, first_max};
use crate::spec::{Family, Input, Meaning, Param, Params, Prose, Role, Slope, Source, Spec};

/// Pulls matching descriptors of two images of one object together, and the nearest descriptor of every image of
/// another object away from them.
///
/// Which descriptors match, and which is the nearest, are constants in the gradient.
pub struct CfcdLocalTriplet;

/// A descriptor of the query and one of the positive image that are taken for the same place.
pub type Match = (usize, usize);

/// Index of the least number, the first among equals.
fn first_min(values: impl Iterator<Item = f64>) -> usize {
    first_max(&values.map(|x| -x).collect::<Vec<f64>>()).unwrap_or(0)
}

/// Whether each number is among the `count` largest; among equals the first come first.
fn among_largest(values: &[f64], count: usize) -> Vec<bool> {
    let largest_first: Vec<f64> = values.iter().map(|v| -v).collect();
    let mut chosen = vec![false; values.len()];
    ascending(&largest_first).into_iter().take(count).for_each(|i| chosen[i] = true);
    chosen
}

/// A descriptor of the positive image with the query's nearest to it, and which of the three tests they pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The two descriptors.
    pub pair: Match,
    /// Whether each is the nearest of the other.
    pub is_mutual: bool,
    /// Whether the query's second best is farther by more than the ratio allows.
    pub is_distinct: bool,
    /// Whether the positive's descriptor is among the better half by attention.
    pub is_attended: bool,
}

/// What each of the positive's unit descriptors might match, in their order.
#[must_use]
pub fn candidates(
    query: &[Vec<f64>],
    positive: &[Vec<f64>],
    attention: &[f64],
    ratio: f64,
) -> Vec<Candidate> {
    let d = |q: usize, p: usize| f64::squared_distance(&query[q], &positive[p]).sqrt();
    let attended = among_largest(attention, positive.len() / 2);
    let candidate = |p: usize| {
        let q = first_min((0..query.len()).map(|q| d(q, p)));
        let second = (0..query.len()).filter(|&other| other != q).map(|other| d(other, p));
        Candidate {
            pair: (q, p),
            is_mutual: first_min((0..positive.len()).map(|p| d(q, p))) == p,
            is_distinct: d(q, p) / second.fold(f64::INFINITY, f64::min) <= ratio,
            is_attended: attended[p],
        }
    };
    (0..positive.len()).map(candidate).collect()
}

/// The pairs that pass all three tests.
#[must_use]
pub fn matches(query: &[Vec<f64>], positive: &[Vec<f64>], attention: &[f64], ratio: f64) -> Vec<Match> {
    let passed = |c: &Candidate| c.is_mutual && c.is_distinct && c.is_attended;
    candidates(query, positive, attention, ratio).iter().filter(|c| passed(c)).map(|c| c.pair).collect()
}

impl Kernel for CfcdLocalTriplet {
    const SPEC: &'static Spec = &Spec {
        id: "cfcd-local-triplet",
        title: "CFCD local triplet",
        family: Family::Embeddings,
        inputs: &[
            Input::variable("query", Role::Embedding, &["K", "D"], "local descriptors of the anchor image, of any length"),
            Input::variable("positive", Role::Embedding, &["K", "D"], "those of another image of the same object"),
            Input::variable("negatives", Role::Embedding, &["M", "K", "D"], "those of images of other objects"),
            Input::fixed("attention", Role::Importance, &["K"], "attention that each descriptor of the positive image gets"),
        ],
        params: &[
            Param::linear(
                "margin",
                "m",
                0.1,
                (0.0, 3.0),
                "how much farther the negative has to be, in squared distance",
            ).means(Meaning::Margin),
            Param::log("weight", r"\lambda", 1.0, (0.01, 1.0), "weight against the global MadaCos loss"),
            Param::linear(
                "ratio",
                "r",
                0.9,
                (0.0, 1.0),
                "how near to the second best match the best one may come: low keeps the unmistakable ones",
            ).means(Meaning::NearestRatio),
        ],
        slope: Slope::Exact,
    };

    const PROSE: &'static Prose = &Prose {
        summary: "Teaches an image descriptor from those of its parts that two views share; the last word on images that look alike.",
        formula: r"L=\p{weight}\sum_{(q,p)\text{ matched}}\ \sum_{\text{negative images}}
            \big[\lVert\hat q-\hat p\rVert^2-\min_n\lVert\hat q-\hat n\rVert^2+\p{margin}\big]_+",
        gradient: r"\nabla_{\hat q}=2\p{weight}(\hat n-\hat p),\quad\nabla_{\hat p}=2\p{weight}(\hat p-\hat q),\quad
            \nabla_{\hat n}=2\p{weight}(\hat q-\hat n)\quad\text{for every active triplet}",
        source: Source {
            authors: "Zhu, Gao, Ke, Qiao, Sun",
            year: 2023,
            title: "Coarse-to-Fine: Learning Compact Discriminative Representation for Single-Stage Image Retrieval",
            venue: "ICCV 2023, arXiv 2308.04008",
        },
        papers: &["cfcd"],
        aliases: &["CFCD", "local descriptor triplet", "hard negative sampling", "Lowe ratio test"],
        facts: &[
            "With ratio 0 nothing matches and the loss is 0.",
            "The lengths of the descriptors do not matter, nor does the order of a negative image's descriptors.",
            "It is a sum of at most ⌊K/2⌋ terms an image, each at most 4 + m.",
        ],
    };

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        let (margin, weight): (R, R) = (params.real("margin"), params.real("weight"));
        let [query, positive, negatives] =
            ["query", "positive", "negatives"].map(|name| units(&input.rows(name)));
        let at = |rows: &[Vec<R>]| -> Vec<Vec<f64>> {
            rows.iter().map(|row| row.iter().map(|x| x.value()).collect()).collect()
        };
        let [of_query, of_positive, of_negatives] = [&query, &positive, &negatives].map(|rows| at(rows));
        let mut total = R::zero();
        for (q, p) in matches(&of_query, &of_positive, input.fixed_vector("attention"), params.get("ratio")) {
            let towards = R::squared_distance(&query[q], &positive[p]);
            for (image, places) in negatives.chunks_exact(query.len()).zip(of_negatives.chunks_exact(query.len())) {
                let away = places.iter().map(|place| f64::squared_distance(&of_query[q], place));
                let nearest = R::squared_distance(&query[q], &image[first_min(away)]);
                total += (towards - nearest + margin).relu();
            }
        }
        total * weight
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{gradient, random, value};

    const IMAGES: usize = 2;
    const DESCRIPTORS: usize = 6;

    /// Two views of one object, one a disturbed copy of the other, and images of other objects.
    fn scenes() -> impl Strategy<Value = Inputs<f64>> {
        (0u64..1 << 32).prop_map(|seed| {
            let sizes = [("K", DESCRIPTORS), ("D", 3), ("M", IMAGES)];
            let mut scene = random(CfcdLocalTriplet::SPEC, &sizes, seed);
            let copy: Vec<f64> = scene
                .vector("query")
                .iter()
                .zip(scene.vector("positive"))
                .map(|(query, noise)| query + 0.2 * noise)
                .collect();
            scene.set_variable("positive", copy);
            scene
        })
    }

    const EASY: &[(&str, f64)] = &[("margin", 2.0), ("ratio", 1.0)];

    proptest! {
        #[test]
        fn without_a_ratio_nothing_matches(scene in scenes()) {
            prop_assert_eq!(value(&CfcdLocalTriplet, &[("ratio", 0.0), ("margin", 3.0)], &scene), 0.0);
        }

        #[test]
        fn lengths_do_not_matter(scene in scenes(), factor in 0.01..100.0, row in 0..DESCRIPTORS) {
            let before = value(&CfcdLocalTriplet, EASY, &scene);
            for name in ["query", "positive", "negatives"] {
                let mut longer = scene.clone();
                longer.variable_mut(name)[3 * row..3 * row + 3].iter_mut().for_each(|x| *x *= factor);
                let after = value(&CfcdLocalTriplet, EASY, &longer);
                prop_assert!((before - after).abs() < 1e-12 * (1.0 + before), "longer {name}: {after}, not {before}");
            }
        }

        #[test]
        fn the_order_of_a_negative_does_not_matter(scene in scenes(), turn in 0..DESCRIPTORS) {
            let mut turned = scene.clone();
            turned.variable_mut("negatives")[..3 * DESCRIPTORS].rotate_left(3 * turn);
            prop_assert_eq!(value(&CfcdLocalTriplet, EASY, &scene), value(&CfcdLocalTriplet, EASY, &turned));
        }

        #[test]
        fn it_is_a_sum_of_few_terms(scene in scenes(), margin in 0.0..3.0) {
            let rows = |name| units(&scene.rows(name));
            let kept = matches(&rows("query"), &rows("positive"), scene.fixed_vector("attention"), 1.0);
            prop_assert!(kept.len() <= DESCRIPTORS / 2, "{kept:?} are matched");
            let loss = value(&CfcdLocalTriplet, &[("margin", margin), ("ratio", 1.0)], &scene);
            prop_assert!(loss <= (kept.len() * IMAGES) as f64 * (4.0 + margin) + 1e-12);
        }

        #[test]
        fn no_match_no_pull(scene in scenes()) {
            let g = gradient(&CfcdLocalTriplet, &[("ratio", 0.0)], &scene);
            prop_assert!(g.iter().all(|&g| g == 0.0));
        }
    }

    #[test]
    fn a_match_passes_all_three_tests() {
        let at = |degrees: f64| vec![degrees.to_radians().cos(), degrees.to_radians().sin()];
        let query = [at(0.0), at(40.0), at(90.0), at(200.0)];
        let positive = [at(2.0), at(60.0), at(95.0), at(205.0)];
        let kept = |attention: [f64; 4], ratio| matches(&query, &positive, &attention, ratio);
        assert_eq!(kept([1.0, 1.0, 0.0, 0.0], 0.9), [(0, 0), (1, 1)]);
        assert_eq!(kept([1.0, 1.0, 0.0, 0.0], 0.5), [(0, 0)], "30° is not twice as far as 20°");
        assert_eq!(kept([0.0, 0.0, 1.0, 1.0], 0.9), [(2, 2), (3, 3)], "attention chooses the other half");
        let crowded = [at(0.0), at(40.0), at(90.0), at(200.0)];
        let both_near_one = [at(1.0), at(3.0), at(95.0), at(205.0)];
        let kept = matches(&crowded, &both_near_one, &[1.0, 1.0, 0.0, 0.0], 0.9);
        assert_eq!(kept, [(0, 0)], "two cannot match one");
    }

    #[test]
    fn a_single_descriptor_has_no_better_half() {
        let one = random(CfcdLocalTriplet::SPEC, &[("K", 1), ("D", 2), ("M", 1)], 0);
        assert_eq!(value(&CfcdLocalTriplet, &[("margin", 3.0), ("ratio", 1.0)], &one), 0.0);
    }
}
