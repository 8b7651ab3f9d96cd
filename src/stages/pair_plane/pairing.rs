//! Vectors with given similarities, in front of a loss.
//!
//! A loss of a batch counts every vector as an anchor. The vectors are placed so that each that has a positive sees
//! the same two similarities: then their mean is the term of one anchor.

use crate::input::Inputs;
use crate::kernel::Gradient;
use crate::losses;
use crate::spec::{Param, Role, Scale, Spec};
use crate::stages::Contender;
use crate::stages::engine::{Wire, direct};

/// Half the step of a difference of vectors; its square is lost in a plot.
const STEP: f64 = 1e-5;

/// Similarities at which a parameter is tried.
const PROBES: [f64; 5] = [-0.7, -0.2, 0.1, 0.5, 0.9];

/// Dimensions of the space that the vectors stand in.
const DIMENSIONS: usize = 4;

/// A similarity to the negative and one to the positive.
pub(super) type Similarities = (f64, f64);

/// How vectors are placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrangement {
    /// An anchor and its positive, equally near to one negative; for losses of labelled vectors.
    Triple,
    /// Two anchors, each with its positive and equally near to that of the other; for losses of two views.
    Views,
}

impl Arrangement {
    /// That for a loss; `None` if it reads something else.
    pub(super) fn of(spec: &'static Spec) -> Option<Self> {
        let is_moved = spec.inputs.iter().all(|input| input.is_integer() || input.is_variable());
        match spec {
            _ if !is_moved => None,
            _ if spec.reads(&["embeddings", "labels"]) => Some(Self::Triple),
            _ if spec.reads(&["anchors", "positives"]) => Some(Self::Views),
            _ => None,
        }
    }

    /// The least similarity to the positive that can go with one to the negative: what is near to both ends of a
    /// pair keeps them near to each other.
    pub(super) fn least(self, negative: f64) -> f64 {
        match self {
            Self::Triple => 2.0 * negative * negative - 1.0,
            Self::Views => -1.0,
        }
    }

    /// The unit vectors, in the order in which the loss reads them; `None` if there are none with these similarities.
    fn vectors(self, (negative, positive): Similarities) -> Option<Vec<[f64; DIMENSIONS]>> {
        if !(negative.abs() <= 1.0 && positive.abs() <= 1.0 && positive >= self.least(negative)) {
            return None;
        }
        let root = |square: f64| square.max(0.0).sqrt();
        Some(match self {
            Self::Triple => {
                // Anchor and positive stand on both sides of an axis towards which the negative leans.
                let (along, aside) = (root(0.5 * (1.0 + positive)), root(0.5 * (1.0 - positive)));
                let lean = if along > 0.0 { (negative / along).clamp(-1.0, 1.0) } else { 0.0 };
                vec![
                    [along, aside, 0.0, 0.0],
                    [along, -aside, 0.0, 0.0],
                    [lean, 0.0, root(1.0 - lean * lean), 0.0],
                ]
            }
            Self::Views => {
                // Sum and difference of the anchors stand at right angles, those of the positives lean towards them. The
                // anchors are at right angles as well where that is possible.
                let (sum, difference) = (0.5 * (positive + negative), 0.5 * (positive - negative));
                let most = 1.0 - 2.0 * difference.abs();
                let between = 0f64.clamp((2.0 * sum.abs() - 1.0).min(most), most);
                let (along, aside) = (root(0.5 * (1.0 + between)), root(0.5 * (1.0 - between)));
                let lean = |part: f64, length: f64| if length > 0.0 { part / length } else { 0.0 };
                let (a, d) = (lean(sum, along), lean(difference, aside));
                let (b, e) = (root(along * along - a * a), root(aside * aside - d * d));
                vec![[along, aside, 0.0, 0.0], [along, -aside, 0.0, 0.0], [a, d, b, e], [a, -d, b, -e]]
            }
        })
    }
}

/// Vectors whose similarities are turned, in front of a loss: what moves are the two similarities.
pub(super) struct Pairing {
    arrangement: Arrangement,
    inputs: Result<Inputs<f64>, String>,
    start: Similarities,
}

impl Pairing {
    /// For a loss for which there is an arrangement.
    pub(super) fn new(contender: &Contender, arrangement: Arrangement, start: Similarities) -> Self {
        let rows = if arrangement == Arrangement::Triple { 3 } else { 2 };
        let inputs = direct::checked(contender, |input| match input.role {
            Role::Class | Role::Group => (vec![3], vec![0.0, 0.0, 1.0]),
            _ => (vec![rows, DIMENSIONS], vec![0.5; rows * DIMENSIONS]),
        });
        Self { arrangement, inputs, start }
    }

    fn vectors(&self, n: f64, p: f64) -> Option<Vec<f64>> {
        Some(self.arrangement.vectors((n, p))?.as_flattened().to_vec())
    }
}

impl Wire for Pairing {
    fn start(&self) -> Vec<f64> {
        vec![self.start.0, self.start.1]
    }

    fn inputs(&self, at: &[f64], _: usize) -> Result<Inputs<f64>, String> {
        let mut inputs = self.inputs.clone()?;
        let vectors = self.vectors(at[0], at[1]).ok_or("no vectors have these similarities")?;
        let entries = inputs.variables_mut().flat_map(|(_, entries)| entries);
        entries.zip(vectors).for_each(|(entry, coordinate)| *entry = coordinate);
        Ok(inputs)
    }

    /// The slopes by the similarity to the negative and to the positive, with which the loss is trained; NaN where there
    /// are none.
    fn pull_back(&self, at: &[f64], gradient: &Gradient) -> Vec<f64> {
        let along = |n: f64, p: f64| {
            let ends = self.vectors(at[0] - n, at[1] - p).zip(self.vectors(at[0] + n, at[1] + p));
            ends.map_or(f64::NAN, |(low, high)| {
                let way = low.into_iter().zip(high).map(|(low, high)| (high - low) / (2.0 * STEP));
                way.zip(gradient.flat()).map(|(w, g)| w * g).sum::<f64>()
            })
        };
        vec![along(STEP, 0.0), along(0.0, STEP)]
    }
}

/// Whether the loss of one pair of each kind changes anywhere as a parameter goes through its range; what the parameter
/// depends on is set so that it matters.
pub(super) fn is_felt(spec: &'static Spec, param: &'static Param) -> bool {
    let (Some(arrangement), Some(loss)) = (Arrangement::of(spec), losses::find(spec.id)) else {
        return false;
    };
    let mut contender = Contender::new(loss);
    if let Some((choice, options)) = param.only_when {
        // The option is one of those of the choice.
        let _ = contender.params.set_text(choice, options[0]);
    }
    let at = |value: f64| -> Vec<f64> {
        let mut turned = contender.clone();
        if turned.params.set(param.name, value).is_err() {
            return Vec::new();
        }
        let pairing = Pairing::new(&turned, arrangement, (0.0, 0.0));
        let value = |at: [f64; 2]| {
            pairing.inputs(&at, 0).map_or(f64::NAN, |inputs| turned.loss.value(&inputs, &turned.params))
        };
        PROBES.iter().flat_map(|&n| PROBES.map(|p| [n, p])).map(value).collect()
    };
    let before = at(contender.params.get(param.name));
    // NaN is where there are no such vectors, before and after.
    let same = |a: &f64, b: &f64| (a - b).abs() <= 1e-9 * b.abs().max(1.0) || a.is_nan() || b.is_nan();
    let (low, high) = param.range;
    let values = match param.scale {
        Scale::Numbers(options) => options.iter().map(|option| option.0).collect(),
        Scale::Names(options) => (0..options.len()).map(|i| i as f64).collect(),
        Scale::Integer => vec![low, high],
        _ => vec![low, high, 0.5 * (low + high)],
    };
    values.into_iter().map(at).any(|after| !after.iter().zip(&before).all(|(a, b)| same(a, b)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn vectors_have_unit_length_and_the_similarities_asked_for(n in -1.0..1.0f64, p in -1.0..1.0f64) {
            let dot = |a: &[f64; 4], b: &[f64; 4]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
            for arrangement in [Arrangement::Triple, Arrangement::Views] {
                let Some(x) = arrangement.vectors((n, p)) else {
                    prop_assert!(arrangement == Arrangement::Triple && p < 2.0 * n * n - 1.0);
                    continue;
                };
                for vector in &x {
                    prop_assert!((dot(vector, vector) - 1.0).abs() < 1e-9, "{:?} at {}, {}", x, n, p);
                }
                // Pairs of rows that see each other as positive and as negative.
                let (positives, negatives) = match arrangement {
                    Arrangement::Triple => (vec![(0, 1)], vec![(0, 2), (1, 2)]),
                    Arrangement::Views => (vec![(0, 2), (1, 3)], vec![(0, 3), (1, 2)]),
                };
                for (pairs, similarity) in [(positives, p), (negatives, n)] {
                    for (i, j) in pairs {
                        let got = dot(&x[i], &x[j]);
                        prop_assert!((got - similarity).abs() < 1e-9, "{got}, not {similarity}");
                    }
                }
            }
        }
    }
}
