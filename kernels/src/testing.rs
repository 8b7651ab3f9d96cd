//! What the tests of the losses share: random inputs for any spec, and evaluation in one line.

mod renamed;

use std::collections::BTreeMap;

use ndarray::{ArrayD, IxDyn};
use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::input::Inputs;
use crate::kernel::{Gradient, Loss};
use crate::spec::{Input, Kind, Params, Role, Spec, dimension};

pub use renamed::renamed;

/// Random inputs for any loss: variables in their domain, about as large as standard normal numbers, and valid classes.
/// `sizes` gives each dimension symbol a length; expressions such as `C·K` follow.
pub fn random(spec: &'static Spec, sizes: &[(&str, usize)], seed: u64) -> Inputs<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let size = |name: &str| {
        let default = spec.param(name).map(|param| param.default as usize);
        sizes.iter().find(|(symbol, _)| *symbol == name).map(|&(_, length)| length).or(default)
    };
    let length = |text: &str| {
        let length = dimension::evaluate(text, &size);
        length.unwrap_or_else(|| panic!("{}: no size for {text}", spec.id))
    };
    let mut array = |input: &Input| {
        let shape: Vec<usize> = input.shape.iter().map(|d| length(d)).collect();
        let mut entries = vec![0.0; shape.iter().product()];
        match input.kind {
            Kind::Variable(domain) | Kind::Fixed(domain) => {
                domain.draw(&mut entries, shape.last().copied().unwrap_or(1), &mut rng);
            }
            Kind::Class(symbol) => entries.fill_with(|| rng.random_range(0..length(symbol)) as f64),
            Kind::ClassOrNone(symbol) => {
                entries.fill_with(|| rng.random_range(-1..length(symbol) as i64) as f64);
            }
            Kind::Integer(low) => entries.fill_with(|| (low.max(0) + rng.random_range(0..3)) as f64),
            Kind::Binary => entries.fill_with(|| f64::from(rng.random_bool(0.5))),
        }
        let array =
            ArrayD::from_shape_vec(IxDyn(&shape), entries).expect("as many entries as the shape holds");
        (input.name.to_owned(), array)
    };
    let arrays: BTreeMap<_, _> = spec.inputs.iter().map(&mut array).collect();
    Inputs::new(spec, arrays).unwrap_or_else(|e| panic!("{}: {e}", spec.id))
}

/// Inputs of a loss from plain numbers: `(name, shape, entries)`.
pub fn inputs(spec: &'static Spec, arrays: &[(&str, &[usize], &[f64])]) -> Inputs<f64> {
    let arrays = arrays.iter().map(|(name, shape, entries)| {
        let array = ArrayD::from_shape_vec(IxDyn(shape), entries.to_vec());
        ((*name).to_owned(), array.unwrap_or_else(|e| panic!("{name}: {e}")))
    });
    Inputs::new(spec, arrays.collect()).unwrap_or_else(|e| panic!("{}: {e}", spec.id))
}

/// Inputs of any loss that reads such roles, one of each, from plain numbers: `(role, shape, entries)`.
pub fn by_role(spec: &'static Spec, arrays: &[(Role, &[usize], &[f64])]) -> Inputs<f64> {
    let named = |&(role, shape, entries): &(Role, _, _)| {
        let mut inputs = spec.of_role(role);
        let input = inputs.next().unwrap_or_else(|| panic!("{} reads no {role:?}", spec.id));
        assert_eq!(inputs.count(), 0, "{} reads more than one {role:?}", spec.id);
        (input.name, shape, entries)
    };
    inputs(spec, &arrays.iter().map(named).collect::<Vec<_>>())
}

/// Parameters at their defaults but for those given.
pub fn params(loss: &dyn Loss, given: &[(&str, f64)]) -> Params {
    let mut params = Params::new(loss.spec().params);
    for (name, value) in given {
        params.set(name, *value).unwrap_or_else(|e| panic!("{}: {e}", loss.spec().id));
    }
    params
}

/// The value of a loss; parameters that are not given stay at their defaults.
pub fn value(loss: &dyn Loss, given: &[(&str, f64)], input: &Inputs<f64>) -> f64 {
    loss.value(input, &params(loss, given))
}

/// The gradient by every variable input, one after the other.
pub fn gradient(loss: &dyn Loss, given: &[(&str, f64)], input: &Inputs<f64>) -> Vec<f64> {
    let mut gradient = Gradient::default();
    loss.value_and_gradient(input, &params(loss, given), &mut gradient);
    gradient.flat().to_vec()
}

/// A single sample for a loss of one vector, such as margins or residuals.
fn single(loss: &dyn Loss, at: f64) -> Inputs<f64> {
    inputs(loss.spec(), &[(loss.spec().inputs[0].name, &[1], &[at])])
}

/// The value of a loss of one vector at a single sample.
pub fn value_at(loss: &dyn Loss, given: &[(&str, f64)], at: f64) -> f64 {
    value(loss, given, &single(loss, at))
}

/// The slope of a loss of one vector at a single sample.
pub fn slope_at(loss: &dyn Loss, given: &[(&str, f64)], at: f64) -> f64 {
    gradient(loss, given, &single(loss, at))[0]
}

/// Batches for any loss of raw class scores.
pub fn logits(samples: usize, classes: usize) -> impl Strategy<Value = Inputs<f64>> {
    let spec = crate::losses::find("comp-sum").expect("comp-sum stands for its shelf").spec();
    (0u64..1 << 32).prop_map(move |seed| random(spec, &[("N", samples), ("C", classes)], seed))
}

/// Batches for any loss of cosines.
pub fn cosines(samples: usize, classes: usize) -> impl Strategy<Value = Inputs<f64>> {
    let spec = crate::losses::find("madacos").expect("madacos stands for its shelf").spec();
    (0u64..1 << 32).prop_map(move |seed| random(spec, &[("N", samples), ("C", classes)], seed))
}

/// Batches for any loss of labelled embeddings.
pub fn labelled(samples: usize, dimensions: usize) -> impl Strategy<Value = Inputs<f64>> {
    let spec = crate::losses::find("nt-xent").expect("nt-xent stands for its shelf").spec();
    (0u64..1 << 32).prop_map(move |seed| random(spec, &[("N", samples), ("D", dimensions)], seed))
}

/// Batches for any loss of two views.
pub fn paired(samples: usize, dimensions: usize) -> impl Strategy<Value = Inputs<f64>> {
    let spec = crate::losses::find("info-nce").expect("info-nce stands for its shelf").spec();
    (0u64..1 << 32).prop_map(move |seed| random(spec, &[("N", samples), ("D", dimensions)], seed))
}

/// Batches for any loss of embeddings and one prototype a class.
pub fn prototyped(samples: usize, classes: usize, dimensions: usize) -> impl Strategy<Value = Inputs<f64>> {
    let spec = crate::losses::find("unpg").expect("unpg stands for its kind").spec();
    let sizes = move || [("N", samples), ("C", classes), ("D", dimensions)];
    (0u64..1 << 32).prop_map(move |seed| random(spec, &sizes(), seed))
}

/// Episodes for any loss of few-shot learning: in each of `classes` classes two samples of support and two queries.
pub fn episodes(classes: usize, dimensions: usize) -> impl Strategy<Value = Inputs<f64>> {
    let spec = crate::losses::find("prototypical").expect("prototypical stands for its kind").spec();
    let labels: Vec<f64> = (0..2 * classes).map(|i| (i % classes) as f64).collect();
    (0u64..1 << 32).prop_map(move |seed| {
        let sizes = [("S", 2 * classes), ("Q", 2 * classes), ("D", dimensions)];
        let points = random(spec, &sizes, seed);
        let shape = [2 * classes, dimensions];
        let arrays = [
            ("support", &shape[..], points.vector("support")),
            ("support_labels", &shape[..1], &labels),
            ("query", &shape, points.vector("query")),
            ("query_labels", &shape[..1], &labels),
        ];
        inputs(spec, &arrays)
    })
}
