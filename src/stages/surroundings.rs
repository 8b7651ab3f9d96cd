//! What surrounds the one sample that a stage shows, for losses that read it.

use super::draws::{MARGINS, is_drawn};
use crate::spec::{Domain, Input, Param, Params, Scale, Spec};

/// How common the classes are, what the rest of the batch is like, how long the embedding is, and how the centres of
/// one class lie.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Surroundings {
    /// Training samples of the first three classes; further classes are as common as the third.
    counts: [f64; 3],
    /// Variance of the sample's features, from 0, the least of the batch, to 1, the greatest.
    diversity: f64,
    /// Length of the sample's embedding.
    pub magnitude: f64,
    /// From one centre of a class to its next, in degrees.
    pub apart: f64,
}

const fn count(name: &'static str, symbol: &'static str, default: f64, about: &'static str) -> Param {
    let whole = Param::integer(name, symbol, default, (1.0, 400.0), about);
    Param { domain: Domain::Within(1.0, 1e9), ..whole }
}

/// How many training samples each class has: a long tail.
pub(super) const COUNTS: [Param; 3] = [
    count("n1", "n_1", 200.0, "training samples of class 1"),
    count("n2", "n_2", 40.0, "training samples of class 2"),
    count("n3", "n_3", 8.0, "training samples of class 3"),
];

/// How varied the features of the sample are.
pub(super) const DIVERSITY: Param = Param::linear(
    "diversity",
    r"\hat v",
    0.5,
    (0.0, 1.0),
    "variance of the sample's features: 0 is the least of its batch, 1 the greatest",
)
.bounded();

/// How long the embedding of the sample is.
pub(super) const MAGNITUDE: Param =
    Param::linear("magnitude", "a", 40.0, (1.0, 150.0), "length of the sample's embedding")
        .within(Domain::Within(0.0, 1e6));

/// How the centres of one class lie.
pub(super) const APART: Param =
    Param::linear("apart", "", 40.0, (0.0, 120.0), "angle from one centre of a class to its next")
        .unit("°")
        .within(Domain::Within(0.0, 360.0));

/// The least and the greatest variance of a batch.
const VARIANCES: (f64, f64) = (1.0, 2.0);

impl Default for Surroundings {
    fn default() -> Self {
        Self {
            counts: COUNTS.map(|count| count.default),
            diversity: DIVERSITY.default,
            magnitude: MAGNITUDE.default,
            apart: APART.default,
        }
    }
}

impl Surroundings {
    /// As the knobs say, as far as there are any for it.
    pub fn of(knobs: &Params) -> Self {
        let turned =
            |param: &Param| if knobs.has(param.name) { knobs.get(param.name) } else { param.default };
        Self {
            counts: COUNTS.map(|count| turned(&count)),
            diversity: turned(&DIVERSITY),
            magnitude: turned(&MAGNITUDE),
            apart: turned(&APART),
        }
    }

    /// Training samples of a class.
    pub fn count(&self, class: usize) -> f64 {
        self.counts[class.min(self.counts.len() - 1)]
    }

    /// Two features a sample, with the variance of the shown one, the least and the greatest of the batch.
    pub fn features(&self) -> Vec<f64> {
        let (least, greatest) = VARIANCES;
        let own = least + self.diversity * (greatest - least);
        // Two numbers ±a have the unbiased variance 2a².
        [own, least, greatest].into_iter().flat_map(|v| [(v / 2.0).sqrt(), -(v / 2.0).sqrt()]).collect()
    }
}

/// Samples in the batch of a loss, the shown one first: the features of the others matter, their rows are settled.
pub(super) fn batch(loss: &Spec) -> usize {
    match () {
        () if loss.input("features").is_some() => 3,
        () if is_drawn(loss) => MARGINS,
        () => 1,
    }
}

/// Centres that each class has under a loss.
pub(super) fn centres(loss: &Spec, params: &Params) -> usize {
    let is_several = loss.input("cosines").is_some_and(|cosines| cosines.shape == ["N", "C·K"]);
    if is_several { params.whole("sub_centers").max(1) } else { 1 }
}

/// Whether a knob of this file matters under a loss; others always do.
pub(super) fn uses(knob: &str, loss: &Spec) -> bool {
    match knob {
        "n1" | "n2" | "n3" => loss.input("counts").is_some(),
        "diversity" => loss.input("features").is_some(),
        "magnitude" => loss.input("magnitudes").is_some(),
        "apart" => loss.input("cosines").is_some_and(|cosines| cosines.shape == ["N", "C·K"]),
        _ => true,
    }
}

/// Whether a loss reads labels and one row of numbers a sample called `rows`, and beside them nothing but what is
/// known here.
pub(super) fn fits(loss: &'static Spec, rows: &str) -> bool {
    let is_known = |input: &Input| match (input.name, input.shape) {
        ("labels" | "magnitudes", ["N"]) | ("counts", ["C"]) | ("features", ["N", "F"]) => true,
        (name, ["N", "C"]) => name == rows,
        (name, ["N", "C·K"]) => {
            name == rows && loss.param("sub_centers").is_some_and(|p| p.scale == Scale::Integer)
        }
        _ => false,
    };
    [rows, "labels"].iter().all(|name| loss.input(name).is_some()) && loss.inputs.iter().all(is_known)
}
