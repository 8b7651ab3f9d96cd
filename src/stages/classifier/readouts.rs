//! The live numbers of the stage.

use super::Task;
use super::data::{accuracy, answers, places};
use super::scene::ClassifierScene;
use crate::stages::stage::{Of, Readout, side_by_side};
use crate::stages::training::{Course, Run};

/// Names of the readouts of the two losses.
const LOSS: [&str; 2] = ["loss", "loss-2"];
const CLEAN: [&str; 2] = ["clean-accuracy", "clean-accuracy-2"];
const LABELS: [&str; 2] = ["label-accuracy", "label-accuracy-2"];
const BALANCED: [&str; 2] = ["balanced-accuracy", "balanced-accuracy-2"];
const WRONG: [&str; 2] = ["wrong-share", "wrong-share-2"];
const LENGTH: [&str; 2] = ["length", "length-2"];
const RADIAL: [&str; 2] = ["radial-gradient", "radial-gradient-2"];
const RECALL: [[&str; 3]; 2] =
    [["recall", "middle-recall", "rare-recall"], ["recall-2", "middle-recall-2", "rare-recall-2"]];
const AREA: [[&str; 3]; 2] =
    [["area", "middle-area", "rare-area"], ["area-2", "middle-area-2", "rare-area-2"]];

/// What is said of the classes of the long tail.
const OF_CLASS: [&str; 3] = ["of the frequent class", "of the middle class", "of the rare class"];

/// Samples along a side of the plane whose area is shared among the classes.
const SIDE: usize = 48;

impl ClassifierScene {
    /// Recall of each class on the test.
    pub(super) fn recalls(&self, run: &Run) -> Option<Vec<f64>> {
        let given = answers(&Self::outputs(run, &places(&self.data.test))?);
        let recall = |class: usize| {
            let own = self.data.test.iter().zip(&given).filter(|(sample, _)| sample.class == class);
            let answers: Vec<usize> = own.map(|(_, answer)| *answer).collect();
            accuracy(&answers, answers.iter().map(|_| class))
        };
        Some((0..self.data.classes).map(recall).collect())
    }

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
            let mut put = |id, name: &str, value: Option<f64>| {
                let value = value.filter(|_| done).unwrap_or(f64::NAN);
                let note = if !done {
                    format!("being trained for {} steps", self.steps())
                } else if !trouble.is_empty() {
                    trouble.clone()
                } else if value.is_nan() {
                    "nothing to measure".into()
                } else {
                    String::new()
                };
                let of = Of::several(i, self.runs.all.len(), &run.title);
                readouts.push(Readout { id, name: name.into(), of, value, unit: "", note });
            };
            if self.task == Task::LongTail {
                self.of_classes(i, run, done, &mut put);
            } else {
                let classes = self.data.test.iter().map(|sample| sample.class);
                let test = done.then(|| Self::outputs(run, &places(&self.data.test))).flatten();
                put(
                    CLEAN[i],
                    "clean test accuracy",
                    test.map(|outputs| accuracy(&answers(&outputs), classes)),
                );
                let train = done.then(|| Self::outputs(run, &run.lesson.inputs)).flatten();
                let labels = self.data.labels.iter().copied();
                put(
                    LABELS[i],
                    "accuracy on the training labels",
                    train.map(|o| accuracy(&answers(&o), labels)),
                );
                put(WRONG[i], "wrong labels' share of the push", self.wrong_share(run, done));
            }
            let course = run.course();
            put(LOSS[i], "loss", course.as_ref().map(|course| course.loss()));
            if run.lesson.network.is_linear() {
                put(LENGTH[i], "length of the weights", course.as_ref().map(|c| length(&c.weights)));
                put(RADIAL[i], "gradient along the weights", course.as_ref().map(|c| radial(c)));
            }
        }
        let kinds: Vec<&[&str]> = [&CLEAN, &BALANCED, &LABELS]
            .into_iter()
            .map(|kind| &kind[..])
            .chain([&RECALL[0][..], &RECALL[1][..], &AREA[0][..], &AREA[1][..]])
            .chain([&WRONG, &LOSS, &LENGTH, &RADIAL].into_iter().map(|kind| &kind[..]))
            .collect();
        side_by_side(&mut readouts, &kinds);
        readouts
    }

    fn of_classes(
        &self,
        i: usize,
        run: &Run,
        done: bool,
        put: &mut dyn FnMut(&'static str, &str, Option<f64>),
    ) {
        let recalls = done.then(|| self.recalls(run)).flatten();
        let balanced = recalls.as_ref().map(|recalls| recalls.iter().sum::<f64>() / recalls.len() as f64);
        put(BALANCED[i], "balanced accuracy", balanced);
        let map = if done { self.regions(run, SIDE) } else { Vec::new() };
        for (class, of) in OF_CLASS.into_iter().enumerate() {
            put(RECALL[i][class], &format!("recall {of}"), recalls.as_ref().map(|recalls| recalls[class]));
            let own = map.iter().filter(|answer| **answer == class as f64).count();
            let share = (!map.is_empty()).then(|| own as f64 / map.len() as f64);
            put(AREA[i][class], &format!("share of the plane {of}"), share);
        }
    }

    /// How much of the whole push comes from samples whose label is not their class.
    fn wrong_share(&self, run: &Run, done: bool) -> Option<f64> {
        let pushes = run.course().filter(|_| done)?.pushes(&run.lesson);
        let wrong =
            self.data.samples.iter().zip(&self.data.labels).map(|(sample, label)| sample.class != *label);
        let (own, all) = pushes
            .iter()
            .zip(wrong)
            .fold((0.0, 0.0), |(own, all), (push, wrong)| (if wrong { own + push } else { own }, all + push));
        (all > 0.0).then(|| own / all)
    }

    /// What is seen, in words.
    pub(super) fn words(&self) -> String {
        let numbers = self.numbers();
        let said = numbers
            .iter()
            .filter(|r| CLEAN.contains(&r.id) || LABELS.contains(&r.id) || BALANCED.contains(&r.id));
        let said: Vec<String> = said
            .map(|r| {
                if r.value.is_nan() {
                    format!("{}: {}", r.full_name(), r.note)
                } else {
                    format!("{} {:.3}", r.full_name(), r.value)
                }
            })
            .collect();
        let wrong =
            self.data.samples.iter().zip(&self.data.labels).filter(|(s, label)| s.class != **label).count();
        format!(
            "{} samples of {} classes, {wrong} with a wrong label, after {} steps: {}.",
            self.data.samples.len(),
            self.data.classes,
            self.steps(),
            said.join("; ")
        )
    }
}

fn length(weights: &[f64]) -> f64 {
    weights.iter().map(|w| w * w).sum::<f64>().sqrt()
}

/// The part of the gradient that goes with making all weights larger.
fn radial(course: &Course) -> f64 {
    let along: f64 = course.weights.iter().zip(course.slopes()).map(|(w, g)| w * g).sum();
    along / length(&course.weights)
}
