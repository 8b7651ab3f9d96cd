//! What a network with its prototypes has learned.

use ndarray::{Array2, ArrayView1, Axis};

use super::data::Data;
use crate::real::Real;
use crate::stages::Contender;
use crate::stages::training::{accuracy, units};
use crate::toys::plane::{Sample, places};

/// What is measured of a network with its prototypes.
pub struct Measured {
    /// Directions of the training samples, a row each.
    pub samples: Array2<f64>,
    /// Directions of the prototypes, those of a class one after the other.
    pub stars: Array2<f64>,
    /// Share of clean test samples whose nearest prototype is that of their class.
    pub clean: f64,
    /// Mean angle of the samples to the prototype of their label: all of them, those with the right and those with
    /// a wrong label; degrees.
    pub angles: [f64; 3],
    /// The least angle between prototypes of two classes, degrees.
    pub apart: f64,
    /// Share of test samples of new classes that are told apart, and of all classes, by the nearest class mean; NaN if
    /// there are none.
    pub met: (f64, f64),
}

fn angle(cosine: f64) -> f64 {
    cosine.angle().to_degrees()
}

/// The row with the greatest cosine.
fn nearest(row: ArrayView1<'_, f64>, rows: &Array2<f64>) -> usize {
    let cosines: Vec<f64> = rows.rows().into_iter().map(|other| row.dot(&other)).collect();
    crate::real::first_max(&cosines).unwrap_or(0)
}

/// Unit embeddings of samples.
fn embedded(data: &Data, variables: &[f64], samples: &[Sample]) -> Array2<f64> {
    units(&data.lesson.outputs(variables, &places(samples))).0
}

impl Measured {
    pub(super) fn new(data: &Data, contender: &Contender, variables: &[f64]) -> Self {
        let given = data.lesson.given(variables, &data.lesson.inputs);
        let (toy, stars, each) = (&data.toy, units(&given.prototypes).0, contender.per_class());
        let own = units(given.outputs()).0;
        let to_label = |i: usize| {
            let stars = (0..each).map(|k| own.row(i).dot(&stars.row(each * toy.labels[i] + k)));
            angle(stars.fold(-1.0, f64::max))
        };
        let mean = |which: &dyn Fn(&usize) -> bool| {
            let angles: Vec<f64> = (0..toy.samples.len()).filter(which).map(to_label).collect();
            angles.iter().sum::<f64>() / angles.len() as f64
        };
        let pairs = (0..stars.nrows()).flat_map(|i| (0..i).map(move |j| (i, j)));
        let apart = pairs.filter(|(i, j)| i / each != j / each).map(|(i, j)| stars.row(i).dot(&stars.row(j)));
        let tested = embedded(data, variables, &toy.test);
        let asked = toy.test.iter().zip(tested.rows()).filter(|(sample, _)| sample.class < toy.classes);
        Self {
            clean: accuracy(asked.map(|(sample, row)| (nearest(row, &stars) / each, sample.class))),
            angles: [mean(&|_| true), mean(&|i| !toy.is_wrong(*i)), mean(&|i| toy.is_wrong(*i))],
            apart: angle(apart.fold(-1.0, f64::max)),
            met: met(data, &own, &embedded(data, variables, &data.shots), &tested),
            samples: own,
            stars,
        }
    }
}

/// Share of the test samples of new classes, and of all, whose nearest class mean is their own: learned classes have
/// the mean of their training samples, new ones that of a few shots. NaN where no class is new.
fn met(data: &Data, own: &Array2<f64>, shots: &Array2<f64>, tested: &Array2<f64>) -> (f64, f64) {
    if !data.has_new() {
        return (f64::NAN, f64::NAN);
    }
    let classes = 1 + data.toy.test.iter().map(|sample| sample.class).max().unwrap_or(0);
    let mut means = Array2::zeros((classes, own.ncols()));
    let known = data.toy.samples.iter().zip(own.rows()).chain(data.shots.iter().zip(shots.rows()));
    for (sample, row) in known {
        let mut mean = means.row_mut(sample.class);
        mean += &row;
    }
    let means = units(&means).0;
    let new = means.select(Axis(0), &(data.toy.classes..classes).collect::<Vec<_>>());
    let share = |means: &Array2<f64>, from: usize| {
        let asked = data.toy.test.iter().zip(tested.rows()).filter(|(sample, _)| sample.class >= from);
        accuracy(asked.map(|(sample, row)| (nearest(row, means) + from, sample.class)))
    };
    (share(&new, data.toy.classes), share(&means, 0))
}
