//! What no loss of vectors may depend on, held against all of them: the order of the batch, and for most of them the
//! axes, the lengths or the origin.

use std::collections::BTreeMap;
use std::f64::consts::{FRAC_PI_2, SQRT_2};

use ndarray::{Array1, Array2, ArrayD, Axis, IxDyn, Slice};

use super::LOSSES;
use crate::input::Inputs;
use crate::kernel::{Gradient, Loss};
use crate::spec::Params;
use crate::testing::{inputs, params, random};

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

/// Losses that see vectors only through the cosines of different ones, with what makes them so.
const OF_COSINES: &[(&str, &[(&str, f64)])] = &[
    ("contrastive", &[("distance", 2.0), ("pos_margin", 0.9), ("neg_margin", -0.5)]),
    ("triplet-margin", &[("distance", 2.0), ("margin", 0.5)]),
    ("nt-xent", &[]),
    ("info-nce", &[]),
    ("sup-con", &[]),
    ("multi-similarity", &[]),
    ("circle", &[]),
    ("unpg", &[]),
    ("tolerance", &[]),
    ("hard-contrastive", &[]),
    ("simple-contrastive", &[]),
    ("relative-penalty-entropy", &[]),
    ("n-pairs", &[]),
    ("hyperspherical-softmax", &[]),
    ("angular", &[]),
    ("tuplet-margin", &[]),
    ("intra-pair-variance", &[]),
    ("histogram", &[]),
    ("normalized-softmax", &[]),
    ("proxy-anchor", &[]),
    ("soft-triple", &[("regularizer", 0.5)]),
    ("clip", &[]),
    ("siglip", &[]),
    ("decoupled-contrastive", &[]),
    ("decoupled-contrastive", &[("weighted", 1.0)]),
    ("hard-negative-contrastive", &[]),
    ("simsiam", &[]),
    ("byol", &[]),
    ("swav", &[]),
];

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

#[test]
fn a_zero_vector_has_cosine_0_with_everything() {
    for (id, given) in OF_COSINES {
        let loss = LOSSES.iter().find(|loss| loss.spec().id == *id).expect("it is on the shelf");
        let params = params(*loss, given);
        let seeds = (0..100).map(|seed| random(loss.spec(), SIZES, seed));
        let input = seeds.into_iter().find(|input| loss.check(input, &params).is_ok()).expect("one fits");
        let trial = Trial { loss: *loss, params, input };
        let vectors = loss.spec().inputs.iter().filter(|input| input.shape.len() == 2);
        for name in vectors.map(|input| input.name) {
            // An axis that no other vector knows instead.
            let with = |length: f64| {
                trial.changed(|of, mut array| {
                    if array.ndim() != 2 {
                        return array;
                    }
                    let mut last = ArrayD::zeros(IxDyn(&[array.len_of(Axis(0)), 1]));
                    if of == name {
                        array.index_axis_mut(Axis(0), 0).fill(0.0);
                        last[[0, 0]] = length;
                    }
                    ndarray::concatenate(Axis(1), &[array.view(), last.view()]).expect("one more entry a row")
                })
            };
            let ((none, gradient), (apart, _)) = (with(0.0), with(1.0));
            assert!(
                (none - apart).abs() < 1e-12 * (1.0 + apart.abs()),
                "{id} is {none} with a zero vector in {name}, {apart} with one at right angles to all"
            );
            if let Some(by) = gradient.get(name) {
                let pull = by.index_axis(Axis(0), 0).mapv(f64::abs).sum();
                assert_eq!(pull, 0.0, "{id} pulls a zero vector of {name}");
            }
        }
    }
}

#[test]
fn what_is_0_is_not_counted_whatever_rounding_says() {
    for (id, given) in [
        ("contrastive", &[][..]),
        ("contrastive", &[("distance", 2.0), ("pos_margin", 1.0), ("neg_margin", -1.0)]),
        ("contrastive", &[("neg_margin", SQRT_2)]),
        ("triplet-margin", &[("margin", SQRT_2)]),
        ("triplet-margin", &[("margin", 0.0), ("mining", 1.0)]),
        ("triplet-margin", &[("margin", 2.0 - SQRT_2), ("mining", 1.0)]),
        ("triplet-margin", &[("margin", 0.5), ("mining", 2.0)]),
        ("margin-beta", &[("beta", SQRT_2), ("margin", 0.0)]),
        ("ranked-list", &[("alpha", SQRT_2), ("margin", SQRT_2), ("tn", 0.0)]),
        ("signal-to-noise-contrastive", &[]),
    ] {
        let loss = LOSSES.iter().find(|loss| loss.spec().id == id).expect("it is on the shelf");
        // Three of one direction, and their opposites and what is at right angles to them.
        let value = |turn: f64, lengths: [f64; 6]| {
            let angles = [0.0, 0.0, 0.0, 1.0, 2.0, 1.1].map(|quarter| turn + quarter * FRAC_PI_2);
            let points: Vec<f64> = angles
                .iter()
                .zip(lengths)
                .flat_map(|(angle, length)| [length * angle.cos(), 0.0, length * angle.sin()])
                .collect();
            let arrays =
                [("embeddings", &[6, 3][..], &points[..]), ("labels", &[6], &[0.0, 0.0, 1.0, 1.0, 0.0, 0.0])];
            loss.value(&inputs(loss.spec(), &arrays), &params(*loss, given))
        };
        let expected = value(0.0, [1.0; 6]);
        for i in 0..200 {
            // What a turn changes is the signal's own affair.
            let turn = if id.starts_with("signal") { 0.0 } else { 0.1 * f64::from(i) };
            let length = |k: i32| 0.3 + 0.7 * f64::from((i * 7 + k * 13) % 11);
            let got = value(turn, [0, 1, 2, 3, 4, 5].map(length));
            assert!(
                (got - expected).abs() < 1e-9 * (1.0 + expected),
                "{id} with {given:?} is {got}, turned by {turn}, not {expected}"
            );
        }
    }
}
