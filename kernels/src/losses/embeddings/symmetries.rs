//! What no loss of vectors may depend on, held against all of them: the order of the batch, and for most of them the
//! axes, the lengths or the origin.

use std::collections::BTreeMap;

use ndarray::{Array1, Array2, ArrayD, Axis, IxDyn, Slice};

use super::LOSSES;
use crate::input::Inputs;
use crate::kernel::{Gradient, Loss};
use crate::spec::Params;
use crate::testing::random;

/// Losses that give every axis a meaning of its own.
const OF_AXES: &[&str] = &["signal-to-noise-contrastive", "vicreg", "barlow-twins"];

/// Losses for which the length of a vector counts, at their defaults.
const OF_LENGTHS: &[&str] = &[
    "proto-triplet",
    "prototypical",
    "icnn",
    "icnn-classic",
    "center",
    "vicreg",
    "barlow-twins",
    "spectral-contrastive",
];

/// Losses that only see differences of vectors, at their defaults.
const OF_DIFFERENCES: &[&str] = &["proto-triplet", "prototypical", "icnn", "icnn-classic", "center"];

/// Losses in which the first samples of a class have another part than the rest.
const OF_ORDER: &[&str] = &["n-pairs"];

const SIZES: &[(&str, usize)] = &[("N", 6), ("D", 3), ("C", 3), ("K", 4), ("M", 2), ("S", 6), ("Q", 6)];

/// A loss at its defaults, the inputs that it is tried on, and what it makes of them.
struct Trial {
    loss: &'static dyn Loss,
    params: Params,
    input: Inputs<f64>,
}

impl Trial {
    fn all() -> impl Iterator<Item = Self> {
        LOSSES.iter().flat_map(|&loss| {
            let params = Params::new(loss.spec().params);
            let batches = (0..100).map(|seed| random(loss.spec(), SIZES, seed));
            let fitting: Vec<_> =
                batches.filter(|input| loss.check(input, &params).is_ok()).take(3).collect();
            assert_eq!(fitting.len(), 3, "{} refuses nearly every batch", loss.spec().id);
            fitting.into_iter().map(move |input| Self { loss, params: params.clone(), input })
        })
    }

    fn id(&self) -> &'static str {
        self.loss.spec().id
    }

    /// Value and gradient of the inputs as `change` leaves them; `change` gets each input by name, a row a sample.
    fn changed(
        &self,
        change: impl Fn(&str, ArrayD<f64>) -> ArrayD<f64>,
    ) -> (f64, BTreeMap<&str, ArrayD<f64>>) {
        let spec = self.loss.spec();
        let arrays = spec.inputs.iter().map(|input| {
            let array = if input.is_integer() {
                Array1::from_iter(self.input.labels(input.name).iter().map(|&l| l as f64)).into_dyn()
            } else if input.is_variable() {
                self.input.array(input.name).to_owned()
            } else {
                self.input.fixed_array(input.name).to_owned()
            };
            (input.name.to_owned(), change(input.name, array))
        });
        let input = Inputs::new(spec, arrays.collect()).expect("shapes and labels stay valid");
        let mut gradient = Gradient::default();
        let value = self.loss.value_and_gradient(&input, &self.params, &mut gradient);
        let by = |(name, array): (&'static str, &ArrayD<f64>)| {
            let by = ArrayD::from_shape_vec(IxDyn(array.shape()), gradient.of(name).to_vec());
            (name, by.expect("a derivative an entry"))
        };
        (value, input.variables().map(by).collect())
    }

    /// Fails unless `change` leaves the value alone and changes the gradient as it changes the vectors.
    fn holds(&self, what: &str, change: impl Fn(&str, ArrayD<f64>) -> ArrayD<f64>) {
        let (before, gradient) = self.changed(|_, array| array);
        let (after, got) = self.changed(&change);
        let id = self.id();
        assert!(
            (before - after).abs() < 1e-9 * (1.0 + before.abs()),
            "{id}, {what}: {before} became {after}"
        );
        for (name, by) in gradient {
            let expected = change(name, by);
            let off = (&expected - &got[name]).mapv(f64::abs).sum() / (1.0 + expected.mapv(f64::abs).sum());
            assert!(off < 1e-8, "{id}, {what}: the gradient by {name} does not follow, by {off}");
        }
    }
}

#[test]
fn the_order_of_the_batch_does_not_matter() {
    for trial in Trial::all().filter(|trial| !OF_ORDER.contains(&trial.id())) {
        trial.holds("reversed", |name, mut array| {
            if name != "prototypes" {
                array.slice_axis_inplace(Axis(0), Slice::new(0, None, -1));
            }
            array
        });
    }
}

#[test]
fn the_axes_do_not_matter() {
    // A quarter turn of all three axes into each other, and one by an odd angle.
    let (sin, cos) = 0.7f64.sin_cos();
    let rotation = Array2::from_shape_vec((3, 3), vec![0.0, cos, -sin, 0.0, sin, cos, 1.0, 0.0, 0.0]);
    let rotation = rotation.expect("nine entries");
    for trial in Trial::all().filter(|trial| !OF_AXES.contains(&trial.id())) {
        trial.holds("rotated", |_, array| {
            if array.ndim() < 2 {
                return array;
            }
            let (shape, vectors) = (array.raw_dim(), array.len() / 3);
            let rows = array.into_shape_with_order((vectors, 3)).expect("vectors of three entries");
            rows.dot(&rotation).into_shape_with_order(shape).expect("as many as before")
        });
    }
}

#[test]
fn the_length_of_a_vector_does_not_matter() {
    for trial in Trial::all().filter(|trial| !OF_LENGTHS.contains(&trial.id())) {
        let id = trial.id();
        let (before, gradient) = trial.changed(|_, array| array);
        let (after, _) = trial.changed(|_, mut array| {
            if array.ndim() == 2 {
                array.index_axis_mut(Axis(0), 1).mapv_inplace(|x| 2.5 * x);
            }
            array
        });
        assert!((before - after).abs() < 1e-9 * (1.0 + before.abs()), "{id}: {before} became {after}");
        for (name, by) in gradient {
            for (x, g) in trial.input.array(name).outer_iter().zip(by.outer_iter()) {
                let (along, size) = ((&x * &g).sum(), (&x * &g).mapv(f64::abs).sum());
                assert!(along.abs() < 1e-9 * (1.0 + size), "{id} pulls {along} along a vector of {name}");
            }
        }
    }
}

#[test]
fn the_origin_does_not_matter() {
    for trial in Trial::all().filter(|trial| OF_DIFFERENCES.contains(&trial.id())) {
        let id = trial.id();
        let (before, gradient) = trial.changed(|_, array| array);
        let (after, _) = trial.changed(|_, array| if array.ndim() == 2 { array + 1.5 } else { array });
        assert!((before - after).abs() < 1e-9 * (1.0 + before.abs()), "{id}: {before} became {after}");
        let total = gradient.values().map(|by| by.sum_axis(Axis(0))).reduce(|a, b| a + b);
        let total = total.expect("there is a variable input").mapv(f64::abs).sum();
        assert!(total < 1e-9, "{id} pushes everything together by {total}");
    }
}
