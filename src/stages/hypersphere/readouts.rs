//! The live numbers of the stage.

use ndarray::{Array2, ArrayView1, Axis};

use super::data::{Data, per_class, places};
use super::scene::HypersphereScene;
use crate::real::Real;
use crate::stages::Contender;
use crate::stages::stage::{Of, Readout, side_by_side};
use crate::stages::training::{Given, Lesson, Measure, units};
use crate::toys::plane::Sample;

/// Names of the readouts of the two losses.
const LOSS: [&str; 2] = ["loss", "loss-2"];
const CLEAN: [&str; 2] = ["clean-accuracy", "clean-accuracy-2"];
const NOVEL: [&str; 2] = ["novel-accuracy", "novel-accuracy-2"];
const JOINT: [&str; 2] = ["joint-accuracy", "joint-accuracy-2"];
const ANGLE: [&str; 2] = ["angle", "angle-2"];
const RIGHT: [&str; 2] = ["right-angle", "right-angle-2"];
const WRONG: [&str; 2] = ["wrong-angle", "wrong-angle-2"];
const APART: [&str; 2] = ["prototype-angle", "prototype-angle-2"];

/// What is measured of a network with its prototypes.
pub(super) struct Measured {
    /// Share of clean test samples whose nearest prototype is that of their class.
    pub clean: f64,
    /// Mean angle of the samples to the prototype of their label: all of them, those with the right and those with
    /// a wrong label; radians.
    pub angles: [f64; 3],
    /// The least angle between prototypes of two classes, radians.
    pub apart: f64,
    /// Share of test samples of new classes that are told apart, and of all classes, by the nearest class mean.
    pub met: Option<(f64, f64)>,
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (count, sum) = values.fold((0.0, 0.0), |(count, sum), value| (count + 1.0, sum + value));
    sum / count
}

/// The row with the greatest cosine.
fn nearest(row: ArrayView1<'_, f64>, rows: &Array2<f64>) -> usize {
    let cosines: Vec<f64> = rows.rows().into_iter().map(|other| row.dot(&other)).collect();
    crate::real::first_max(&cosines).unwrap_or(0)
}

/// Unit embeddings of samples.
fn embedded(lesson: &Lesson, weights: &[f64], samples: &[Sample]) -> Array2<f64> {
    units(&lesson.outputs(weights, &places(samples))).0
}

impl Measured {
    pub(super) fn new(lesson: &Lesson, weights: &[f64], data: &Data) -> Self {
        let Given { layers: _, prototypes } = lesson.given(weights, &lesson.inputs);
        let (stars, each) = (units(&prototypes).0, per_class(&lesson.contender));
        let own = embedded(lesson, weights, &data.samples);
        let to_label = |i: usize| {
            let stars = (0..each).map(|k| own.row(i).dot(&stars.row(each * data.labels[i] + k)));
            stars.fold(-1.0, f64::max).angle()
        };
        let is_right = |i: &usize| data.labels[*i] == data.samples[*i].class;
        let all = || 0..data.samples.len();
        let pairs = (0..stars.nrows()).flat_map(|i| (0..i).map(move |j| (i, j)));
        let apart = pairs.filter(|(i, j)| i / each != j / each).map(|(i, j)| stars.row(i).dot(&stars.row(j)));
        let tested = embedded(lesson, weights, &data.test);
        let asked = data.test.iter().zip(tested.rows()).filter(|(sample, _)| sample.class < data.classes);
        Self {
            clean: mean(
                asked.map(|(sample, row)| f64::from(u8::from(nearest(row, &stars) / each == sample.class))),
            ),
            angles: [
                mean(all().map(to_label)),
                mean(all().filter(is_right).map(to_label)),
                mean(all().filter(|i| !is_right(i)).map(to_label)),
            ],
            apart: apart.fold(-1.0, f64::max).angle(),
            met: (!data.shots.is_empty()).then(|| {
                let shots = embedded(lesson, weights, &data.shots);
                met(data, &own, &shots, &tested)
            }),
        }
    }
}

/// Share of the test samples of new classes, and of all, whose nearest class mean is their own: learned classes have
/// the mean of their training samples, new ones that of a few shots.
fn met(data: &Data, own: &Array2<f64>, shots: &Array2<f64>, tested: &Array2<f64>) -> (f64, f64) {
    let classes = 1 + data.test.iter().map(|sample| sample.class).max().unwrap_or(0);
    let mut means = Array2::zeros((classes, own.ncols()));
    let known = data.samples.iter().zip(own.rows()).chain(data.shots.iter().zip(shots.rows()));
    for (sample, row) in known {
        let mut mean = means.row_mut(sample.class);
        mean += &row;
    }
    let means = units(&means).0;
    let new = means.select(Axis(0), &(data.classes..classes).collect::<Vec<_>>());
    let share = |means: &Array2<f64>, from: usize| {
        let asked = data.test.iter().zip(tested.rows()).filter(|(sample, _)| sample.class >= from);
        mean(asked.map(|(sample, row)| f64::from(u8::from(nearest(row, means) + from == sample.class))))
    };
    (share(&new, data.classes), share(&means, 0))
}

/// How many numbers of a record are known of every loss; the parts of the loss follow.
pub(super) const KNOWN: usize = 3;

/// Clean accuracy and the mean angles of right and wrong labels, in degrees; then what the loss finds on its way.
pub(super) fn measure(data: &Data) -> Box<Measure> {
    let data = data.clone();
    Box::new(move |lesson: &Lesson, weights: &[f64], step| {
        let Measured { clean, angles: [_, right, wrong], .. } = Measured::new(lesson, weights, &data);
        let Contender { loss, params } = &lesson.contender;
        let parts = lesson.read(weights, step).map(|inputs| loss.parts().numbers(&inputs, params));
        let known: [f64; KNOWN] = [clean, right.to_degrees(), wrong.to_degrees()];
        known.into_iter().chain(parts.unwrap_or_default()).collect()
    })
}

impl HypersphereScene {
    /// The numbers as far as the trainings have come; those of a training under way are missing.
    pub(super) fn numbers(&self) -> Vec<Readout> {
        if self.runs.are_done() {
            self.measured.get_or_init(|| self.measure(true)).clone()
        } else {
            self.measure(false)
        }
    }

    fn measure(&self, done: bool) -> Vec<Readout> {
        let mut readouts = Vec::new();
        for (i, run) in self.runs.all.iter().enumerate() {
            let trouble = run.trouble().unwrap_or_default();
            let mut put = |id, name: &str, value: Option<f64>, unit| {
                let value = value.unwrap_or(f64::NAN);
                let note = if !done {
                    format!("being trained for {} steps", run.wanted())
                } else if !trouble.is_empty() {
                    trouble.clone()
                } else if value.is_nan() {
                    "there are no such samples".into()
                } else {
                    String::new()
                };
                let of = Of::several(i, self.runs.all.len(), &run.title);
                readouts.push(Readout { id, name: name.into(), of, value, unit, note });
            };
            let course = run.course().filter(|_| done);
            let measured = course.as_ref().map(|c| Measured::new(&run.lesson, &c.weights, &self.data));
            let degrees = |of: &dyn Fn(&Measured) -> f64| measured.as_ref().map(|m| of(m).to_degrees());
            put(CLEAN[i], "clean test accuracy", measured.as_ref().map(|m| m.clean), "");
            if !self.data.shots.is_empty() {
                let met = measured.as_ref().and_then(|m| m.met);
                put(NOVEL[i], "accuracy among new classes", met.map(|met| met.0), "");
                put(JOINT[i], "accuracy among all classes", met.map(|met| met.1), "");
            }
            put(ANGLE[i], "mean angle to the own prototype", degrees(&|m| m.angles[0]), "°");
            if self.data.shots.is_empty() {
                put(RIGHT[i], "of right labels", degrees(&|m| m.angles[1]), "°");
                put(WRONG[i], "of wrong labels", degrees(&|m| m.angles[2]), "°");
            }
            put(APART[i], "least angle between prototypes", degrees(&|m| m.apart), "°");
            put(LOSS[i], "loss", course.as_ref().map(|course| course.loss()), "");
        }
        side_by_side(&mut readouts, &[&CLEAN, &NOVEL, &JOINT, &ANGLE, &RIGHT, &WRONG, &APART, &LOSS]);
        readouts
    }

    /// What is seen, in words.
    pub(super) fn words(&self) -> String {
        let numbers = self.numbers();
        let said = numbers.iter().filter(|r| [CLEAN, NOVEL, ANGLE].iter().any(|ids| ids.contains(&r.id)));
        let said: Vec<String> = said
            .map(|r| {
                if r.value.is_nan() {
                    format!("{}: {}", r.full_name(), r.note)
                } else {
                    format!("{} {:.3}{}", r.full_name(), r.value, r.unit)
                }
            })
            .collect();
        format!(
            "{} samples of {} classes after {} steps: {}.",
            self.data.samples.len(),
            self.data.classes,
            self.runs.all[0].wanted(),
            said.join("; ")
        )
    }
}
