//! Unified negative pair generation: a margin softmax with the negative pairs of the batch in its denominator.

use ndarray::Array2;

use super::PROTOTYPED;
use super::pairs::pairs;
use super::similarity::{cosines, self_cosines, turned};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::{Real, sorted};
use crate::spec::{Domain, Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// CosFace or ArcFace whose every row also has to beat the negative pairs found in the batch.
pub struct Unpg;

/// Box and whiskers of the negative pair similarities; pairs beyond a whisker count as label noise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Whiskers {
    /// First quartile.
    pub lower_quartile: f64,
    /// Third quartile.
    pub upper_quartile: f64,
    /// Least similarity that is kept.
    pub low: f64,
    /// Greatest similarity that is kept.
    pub high: f64,
}

impl Whiskers {
    /// Quartiles without interpolation, whiskers `reach` interquartile ranges beyond them; `None` for no pairs.
    #[must_use]
    pub fn new(similarities: &[f64], reach: f64) -> Option<Self> {
        let sorted = sorted(similarities);
        let quartile = |part: f64| sorted.get((part * sorted.len() as f64) as usize).copied();
        let (lower_quartile, upper_quartile) = (quartile(0.25)?, quartile(0.75)?);
        let reach = reach * (upper_quartile - lower_quartile);
        Some(Self {
            lower_quartile,
            upper_quartile,
            low: lower_quartile - reach,
            high: upper_quartile + reach,
        })
    }

    /// Whether a similarity lies within the whiskers, ends included.
    #[must_use]
    pub fn keep(&self, similarity: f64) -> bool {
        (self.low..=self.high).contains(&similarity)
    }
}

/// Similarities of the unordered pairs with different labels.
pub fn negative_pairs<R: Real>(s: &Array2<R>, labels: &[usize]) -> Vec<R> {
    pairs(labels.len()).filter(|&(a, b)| labels[a] != labels[b]).map(|pair| s[pair]).collect()
}

impl Kernel for Unpg {
    const SPEC: &'static Spec = &Spec {
        id: "unpg",
        title: "UNPG",
        family: Family::Embeddings,
        inputs: PROTOTYPED,
        params: &[
            Param::log("scale", "s", 64.0, (1.0, 128.0), "sharpness of the softmax"),
            Param::linear("margin", "m", 0.5, (0.0, 1.0), "how much closer the own prototype has to be"),
            Param::linear(
                "whisker",
                "r",
                1.5,
                (0.0, 5.0),
                "how far beyond the quartiles a pair is still kept",
            )
            .within(Domain::Any),
            Param::numbers(
                "base",
                "",
                0.0,
                &[(0.0, "CosFace"), (1.0, "ArcFace")],
                "whether the margin is taken off the cosine or added to the angle",
            ),
        ],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Trains the prototypes and the hard pairs of the batch in one softmax, and drops pairs that look mislabelled.",
        formula: r"L=-\frac1N\sum_i\log\frac{e^{\p{scale}t_i}}{e^{\p{scale}t_i}+\sum_{j\ne y_i}e^{\p{scale}c_{ij}}+\sum_{v\in S'}e^{\p{scale}v}},
            \quad t_i=c_{iy_i}-\p{margin},\quad S'=\{v:Q_1-\p{whisker}\,\mathrm{IQR}\le v\le Q_3+\p{whisker}\,\mathrm{IQR}\}",
        gradient: r"\frac{\partial L}{\partial v}=\frac{\p{scale}}N\sum_i\pi_i(v)",
        source: Source {
            authors: "Jung, Lee, Kim, Kim",
            year: 2022,
            title: "Unified Negative Pair Generation toward Well-discriminative Feature Space for Face Recognition",
            venue: "BMVC 2022, arXiv 2203.11593",
        },
        papers: &["unpg"],
        aliases: &["unified negative pair generation"],
        facts: &[
            "It is never below its base loss.",
            "A wider whisker never lowers it.",
            "With one class in the batch it is the base loss.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let (scale, margin): (R, R) = (params.real("scale"), params.real("margin"));
        let (embeddings, labels) = (input.rows("embeddings"), input.classes("labels"));
        let c = cosines(&embeddings, &input.rows("prototypes"));

        let mut pool = negative_pairs(&self_cosines(&embeddings), &labels);
        let similarities: Vec<f64> = pool.iter().map(|v| v.value()).collect();
        if let Some(whiskers) = Whiskers::new(&similarities, params.get("whisker")) {
            pool.retain(|v| whiskers.keep(v.value()));
        }
        let pool: Vec<R> = pool.into_iter().map(|v| v * scale).collect();
        // Every row has the same pool, so its sum is taken once.
        let pool = (!pool.is_empty()).then(|| R::log_sum_exp(&pool));

        let term = |(i, &label): (usize, &usize)| {
            let own = c[(i, label)];
            let target = if params.get("base") == 0.0 { own - margin } else { turned(own, margin) } * scale;
            let rivals = (0..c.ncols()).filter(|&j| j != label).map(|j| c[(i, j)] * scale);
            let logits: Vec<R> = std::iter::once(target).chain(rivals).chain(pool).collect();
            R::surprise(&logits, 0)
        };
        Some(labels.iter().enumerate().map(term).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{random, value};

    proptest! {
        #[test]
        fn more_pairs_never_lower_it(seed in 0u64..1000, r in 0.0..3.0) {
            let batch = random(Unpg::SPEC, &[("N", 8), ("D", 3), ("C", 4)], seed);
            let at = |whisker| value(&Unpg, &[("whisker", whisker), ("scale", 8.0)], &batch);
            // Below −½ the whiskers cross and nothing is kept: the base loss.
            prop_assert!(at(-1.0) <= at(r) + 1e-12);
            prop_assert!(at(r) <= at(r + 0.5) + 1e-12);
        }
    }
}
