//! A classifier of points in the plane, step by step under any loss of what it gives.

mod data;
mod tiles;

use std::rc::Rc;

use ndarray::Array2;

use self::data::{Data, Draw, accuracy, answers};
use super::engine::curves::{records, waiting};
use super::engine::{Field, Gauge, Measure, Played, Run, Scenario, Shot, View, Wire};
use super::stage::{Quality, Readout, Scene, StageSpec};
use super::state::{Contender, State};
use super::training::{Head, Taught};
use crate::figures::{Axis, Colours, Dash, Figure, Ink, Map, Mark, Plane, Shape};
use crate::optimizer::default_with;
use crate::spec::{Affects, Domain, Param, Role, Spec};
use crate::toys::plane::{Sample, places};

/// A network, or a linear model, that learns classes of points.
#[derive(Clone, Copy)]
pub struct Classifier {
    spec: &'static StageSpec,
    /// What the network gives.
    head: Head,
    /// Hidden units of each layer, where it is not a linear model.
    hidden: &'static [usize],
    draw: Draw,
    /// Half the side of the plane that is seen.
    reach: f64,
    /// What the classes are called where each is looked at by itself; empty where they are alike.
    names: &'static [&'static str],
}

/// The most steps of training.
const MOST_STEPS: f64 = 5000.0;

const fn budget(steps: f64) -> Param {
    Param::integer("budget", "", steps, (10.0, 1000.0), "steps after which the training stops")
        .within(Domain::Within(0.0, MOST_STEPS))
        .affects(Affects::Look)
}

const fn noise(share: f64) -> Param {
    Param::linear("noise", r"\eta", share, (0.0, 0.6), "share of the training labels that are wrong")
        .within(Domain::Within(0.0, 1.0))
}

const fn spread(deviation: f64) -> Param {
    Param::linear("spread", r"\sigma", deviation, (0.1, 1.0), "standard deviation of each class")
        .within(Domain::Within(0.0, 100.0))
}

const OPTIMIZER: Param =
    Param::names("optimizer", &["adam", "sgd"], "update rule of the training").affects(Affects::Training);

const LR: Param = Param::log("lr", r"\eta", 0.02, (1e-3, 10.0), "learning rate of the training")
    .default_when(&[default_with("sgd", 1.0)])
    .affects(Affects::Training);

const MODEL: Param =
    Param::names("model", &["network", "linear"], "two layers of hidden units, or weights and biases alone");

/// Four noisy blobs for losses of logits.
pub const NOISY_BLOBS: Played<Classifier> = Played(Classifier {
    spec: &StageSpec {
        id: "noisy-blobs",
        title: "Noisy blobs",
        about: "A small network learns four classes while some labels are wrong. Colours show what it answers \
                everywhere; ringed points have a wrong label, large points push hard.",
        knobs: &[
            noise(0.4),
            spread(0.6),
            Param::linear(
                "poor",
                "",
                0.0,
                (0.0, 0.6),
                "share of samples with random labels and little variance in their features",
            )
            .within(Domain::Within(0.0, 1.0)),
            Param::names(
                "features",
                &["hidden", "drawn"],
                "features that the loss may look at: the last hidden units, or 16 numbers that go with the sample",
            ),
            Param::names(
                "logits",
                &["plain", "normalised"],
                "as they come, or made positive and divided by their mean before the loss",
            ),
            MODEL,
            budget(250.0),
            OPTIMIZER,
            LR,
        ],
        contenders: 2,
        trains: true,
        actions: &[],
    },
    head: Head::Logits,
    hidden: &[24, 24],
    draw: data::four_blobs,
    reach: 3.5,
    names: &[],
});

/// Two noisy moons for losses of margins and binary scores.
pub const NOISY_MOONS: Played<Classifier> = Played(Classifier {
    spec: &StageSpec {
        id: "noisy-moons",
        title: "Noisy moons",
        about: "A small network learns two half moons while some labels are wrong. Colours show what it answers \
                everywhere; ringed points have a wrong label, large points push hard.",
        knobs: &[
            noise(0.2),
            spread(0.25),
            Param::integer("count", "N", 120.0, (8.0, 240.0), "number of training samples")
                .within(Domain::Within(2.0, 1000.0)),
            Param::integer("batch", "", 32.0, (1.0, 240.0), "samples that a step looks at")
                .within(Domain::Within(1.0, 1000.0)),
            MODEL,
            budget(600.0),
            OPTIMIZER,
            LR,
        ],
        contenders: 2,
        trains: true,
        actions: &[],
    },
    head: Head::Score,
    hidden: &[32, 32],
    draw: data::two_moons,
    reach: 2.4,
    names: &[],
});

/// Three blobs of very different sizes for losses of logits.
pub const LONG_TAIL: Played<Classifier> = Played(Classifier {
    spec: &StageSpec {
        id: "long-tail",
        title: "Long tail",
        about: "A linear classifier learns three classes, one of which is rare. Colours show what it answers \
                everywhere, large points push hard; the test has as many samples of each class.",
        knobs: &[
            Param::integer("frequent", "n_1", 200.0, (1.0, 400.0), "training samples of the first class")
                .within(Domain::Within(1.0, 1000.0)),
            Param::integer("middle", "n_2", 40.0, (1.0, 400.0), "training samples of the second class")
                .within(Domain::Within(1.0, 1000.0)),
            Param::integer("rare", "n_3", 8.0, (1.0, 400.0), "training samples of the third class")
                .within(Domain::Within(1.0, 1000.0)),
            spread(0.8),
            budget(300.0),
            OPTIMIZER,
            Param { default: 0.05, ..LR },
        ],
        contenders: 2,
        trains: true,
        actions: &[],
    },
    head: Head::Logits,
    hidden: &[],
    draw: data::long_tail,
    reach: 3.5,
    names: &["frequent", "middle", "rare"],
});

/// Samples along a side of the map, and of the plane whose area is shared among the classes.
const COARSE: usize = 48;
const FINE: usize = 160;
const SIDE: usize = 48;

/// Radii of points in pixels, by how hard they push: up to half the mean, up to the mean, up to twice, and more.
const SIZES: [f64; 4] = [2.5, 3.5, 4.5, 6.0];
const PUSHES: [f64; 3] = [0.5, 1.0, 2.0];

/// The rank among the sizes of one that pushes so hard.
fn rank(push: f64, mean: f64) -> usize {
    PUSHES.iter().filter(|most| push > **most * mean).count()
}

/// What the network makes of the samples.
pub struct Seen {
    /// Share of the clean test samples that are answered rightly.
    clean: f64,
    /// Share of the training samples that are answered with their label.
    labels: f64,
    /// Share of the test samples of each class that are answered rightly.
    recalls: Vec<f64>,
    /// How hard each training sample pushes the outputs.
    pushes: Vec<f64>,
}

fn classes(samples: &[Sample]) -> impl Iterator<Item = usize> {
    samples.iter().map(|sample| sample.class)
}

/// Accuracy on the training labels and on the test, and what the test is answered with.
fn asked(data: &Data, variables: &[f64], test: &Array2<f64>) -> (f64, f64, Vec<usize>) {
    let answers = |inputs| answers(&data.lesson.outputs(variables, inputs));
    let tested = answers(test);
    let labels = accuracy(&answers(&data.lesson.inputs), data.labels.iter().copied());
    (labels, accuracy(&tested, classes(&data.test)), tested)
}

impl Scenario for Classifier {
    type World = Data;
    type Seen = Option<Seen>;

    fn spec(&self) -> &'static StageSpec {
        self.spec
    }

    fn fits(&self, loss: &'static Spec) -> bool {
        // A linear model has no hidden units to look at but the points themselves.
        self.head.fits(loss) && (!self.hidden.is_empty() || loss.of_role(Role::Features).next().is_none())
    }

    fn uses(&self, knob: &str, loss: &'static Spec) -> bool {
        knob != "features" || loss.of_role(Role::Features).next().is_some()
    }

    fn world(&self, state: &State) -> Data {
        Data::new(self, state)
    }

    fn wire(&self, world: &Rc<Data>, contender: &Contender, _: &State) -> Box<dyn Wire> {
        Box::new(Taught::new(&world.lesson, contender))
    }

    fn is_long(&self) -> bool {
        true
    }

    fn measure(&self, world: &Rc<Data>) -> Option<Measure> {
        let (data, test) = (Rc::clone(world), places(&world.test));
        let of = move |_: &[_], variables: &[f64]| {
            let (labels, clean, _) = asked(&data, variables, &test);
            vec![labels, clean]
        };
        Some(Measure { columns: &["training labels", "test"], of: Box::new(of) })
    }

    fn seen(&self, shot: &Shot<Self>, run: &Run) -> Option<Seen> {
        let (course, data) = (run.course()?, &shot.world);
        let (labels, clean, tested) = asked(data, &course.variables, &places(&data.test));
        let recall = |class: usize| {
            let own = tested.iter().zip(classes(&data.test)).filter(|(_, of)| *of == class);
            let own: Vec<usize> = own.map(|(answer, _)| *answer).collect();
            accuracy(&own, own.iter().map(|_| class))
        };
        let recalls = (0..data.classes).map(recall).collect();
        let pushes = data.lesson.pushes(run.contender(), &course.variables, course.steps());
        Some(Seen { clean, labels, recalls, pushes })
    }

    fn views(&self) -> &'static [View<Self>] {
        const {
            &[
                View::new("regions", "", regions).aspect(1.0).main().each().over(Field::whole(
                    |shot, place, quality| {
                        answered(shot, place, if quality == Quality::Fine { FINE } else { COARSE })
                    },
                )),
                View::new("recalls", "Recall of each class", |shot, _, _| recalls(shot)).shown(has_names),
                View::new("tiles", "Features by weight", |shot, _, _| tiles::figure(shot))
                    .shown(|shot| tiles::looking(shot).is_some()),
                View::new("accuracy", "Accuracy over the training", |shot, _, _| {
                    let names = [("test", Dash::Solid), ("training labels", Dash::Dashed)];
                    records(shot, Axis::linear("accuracy", (0.0, 1.0)), &names)
                }),
                View::LOSS_CURVE,
            ]
        }
    }

    fn gauges(&self) -> &'static [Gauge<Self>] {
        const NOTHING: &str = "nothing to measure";
        const {
            &[
                Gauge::new("clean-accuracy", "clean test accuracy", |shot, i| of(shot, i, |seen| seen.clean))
                    .each()
                    .shown(|shot| !has_names(shot)),
                Gauge::new("balanced-accuracy", "balanced accuracy", |shot, i| {
                    of(shot, i, |seen| seen.recalls.iter().sum::<f64>() / seen.recalls.len() as f64)
                })
                .each()
                .shown(has_names),
                Gauge::new("label-accuracy", "accuracy on the training labels", |shot, i| {
                    of(shot, i, |seen| seen.labels)
                })
                .each()
                .shown(|shot| !has_names(shot)),
                of_class("recall", "recall of the frequent class", |shot, i| recall(shot, i, 0)),
                of_class("middle-recall", "recall of the middle class", |shot, i| recall(shot, i, 1)),
                of_class("rare-recall", "recall of the rare class", |shot, i| recall(shot, i, 2)),
                of_class("area", "share of the plane of the frequent class", |shot, i| area(shot, i, 0)),
                of_class("middle-area", "share of the plane of the middle class", |shot, i| area(shot, i, 1)),
                of_class("rare-area", "share of the plane of the rare class", |shot, i| area(shot, i, 2)),
                Gauge::new("wrong-share", "wrong labels' share of the push", wrong_share)
                    .each()
                    .missing(NOTHING)
                    .shown(|shot| !has_names(shot)),
                Gauge::LOSS,
                Gauge::new("length", "length of the weights", |shot, i| {
                    Some(length(&shot.run(i).course()?.variables))
                })
                .each()
                .shown(is_linear),
                Gauge::new("radial-gradient", "gradient along the weights", radial)
                    .each()
                    .missing(NOTHING)
                    .shown(is_linear),
            ]
        }
    }

    fn sentence(&self, shot: &Shot<Self>) -> String {
        let data = &shot.world;
        format!(
            "{} samples of {} classes, {} with a wrong label, after {} steps: {}.",
            data.samples.len(),
            data.classes,
            (0..data.samples.len()).filter(|&i| data.is_wrong(i)).count(),
            shot.run(0).wanted(),
            shot.said(&["clean-accuracy", "balanced-accuracy", "label-accuracy"], Readout::full_name)
        )
    }
}

/// What the classes are called decides what is told of each.
fn has_names(shot: &Shot<Classifier>) -> bool {
    !shot.scenario.names.is_empty()
}

fn is_linear(shot: &Shot<Classifier>) -> bool {
    shot.world.lesson.network.is_linear()
}

fn of(shot: &Shot<Classifier>, place: usize, number: fn(&Seen) -> f64) -> Option<f64> {
    shot.seen(place).as_ref().map(number)
}

const fn of_class(
    id: &'static str,
    name: &'static str,
    number: fn(&Shot<Classifier>, usize) -> Option<f64>,
) -> Gauge<Classifier> {
    Gauge::new(id, name, number).each().shown(has_names)
}

fn recall(shot: &Shot<Classifier>, place: usize, class: usize) -> Option<f64> {
    shot.seen(place).as_ref().map(|seen| seen.recalls[class])
}

/// How much of the plane is answered with a class.
fn area(shot: &Shot<Classifier>, place: usize, class: usize) -> Option<f64> {
    let map = answered(shot, place, SIDE);
    let own = map.iter().filter(|answer| **answer == class as f64).count();
    (!map.is_empty()).then(|| own as f64 / map.len() as f64)
}

/// How much of the whole push comes from samples whose label is not their class.
fn wrong_share(shot: &Shot<Classifier>, place: usize) -> Option<f64> {
    let pushes = &shot.seen(place).as_ref()?.pushes;
    let wrong = (0..pushes.len()).filter(|&i| shot.world.is_wrong(i)).fold(0.0, |sum, i| sum + pushes[i]);
    let all: f64 = pushes.iter().sum();
    (all > 0.0).then(|| wrong / all)
}

fn length(weights: &[f64]) -> f64 {
    weights.iter().map(|w| w * w).sum::<f64>().sqrt()
}

/// The part of the gradient that goes with making all weights larger.
fn radial(shot: &Shot<Classifier>, place: usize) -> Option<f64> {
    let course = shot.run(place).course()?;
    let along: f64 = course.variables.iter().zip(&course.slopes).map(|(w, g)| w * g).sum();
    Some(along / length(&course.variables))
}

/// The answers over the plane, row by row from below.
fn answered(shot: &Shot<Classifier>, place: usize, side: usize) -> Vec<f64> {
    let Some(course) = shot.run(place).course() else { return Vec::new() };
    let along = |i: usize| shot.scenario.reach * (2.0 * i as f64 / (side - 1) as f64 - 1.0);
    let grid =
        Array2::from_shape_fn((side * side, 2), |(i, c)| along(if c == 0 { i % side } else { i / side }));
    let answers = answers(&shot.world.lesson.outputs(&course.variables, &grid));
    answers.into_iter().map(|class| class as f64).collect()
}

/// What the network answers everywhere, and the samples.
fn regions(shot: &Shot<Classifier>, place: usize, values: &[f64]) -> Figure {
    let reach = shot.scenario.reach;
    let mut marks = Vec::new();
    let side = values.len().isqrt();
    if side > 1 {
        marks.push(Mark::Map(Map {
            name: "answer".into(),
            columns: side,
            values: values.to_vec(),
            x: (-reach, reach),
            y: (-reach, reach),
            colours: Colours::Classes,
            contours: 0,
            cells: false,
        }));
    }
    marks.extend(points(shot, place));
    marks.extend(waiting(shot, (0.0, -0.92 * reach)));
    Figure {
        title: String::new(),
        x: Axis::linear("x₁", (-reach, reach)),
        y: Axis::linear("x₂", (-reach, reach)),
        marks,
        handles: Vec::new(),
        plane: Plane::Equal,
    }
}

/// The samples by their label, as large as they push; a ring stands around those with a wrong label.
fn points(shot: &Shot<Classifier>, place: usize) -> Vec<Mark> {
    let Data { samples, labels, classes, .. } = &*shot.world;
    let pushes = shot.at_end(place).and_then(Option::as_ref).map_or(&[][..], |seen| &seen.pushes);
    let mean = pushes.iter().sum::<f64>() / pushes.len() as f64;
    let size = |i: usize| match pushes.get(i) {
        Some(push) if mean > 0.0 => rank(*push, mean),
        _ => 1,
    };
    let at = |i: usize| (samples[i].at[0], samples[i].at[1]);
    let mut marks = Vec::new();
    for class in 0..*classes {
        let mut name = shot.scenario.names.get(class).copied().unwrap_or("");
        for (rank, radius) in SIZES.into_iter().enumerate() {
            let own = (0..samples.len()).filter(|&i| labels[i] == class && size(i) == rank);
            let points: Vec<_> = own.map(at).collect();
            if !points.is_empty() {
                marks.push(Mark::Points {
                    name: std::mem::take(&mut name).into(),
                    points,
                    ink: Ink::Class(class),
                    shape: Shape::OfClass(class),
                    size: radius,
                });
            }
        }
    }
    let wrong: Vec<_> = (0..samples.len()).filter(|&i| shot.world.is_wrong(i)).map(at).collect();
    if !wrong.is_empty() {
        let name = "wrong label".into();
        marks.push(Mark::Points { name, points: wrong, ink: Ink::Text, shape: Shape::Ring, size: 6.5 });
    }
    marks
}

/// The recall of every class; of a second loss as points.
fn recalls(shot: &Shot<Classifier>) -> Figure {
    let counts = &shot.world.lesson.targets.counts;
    let names = counts.iter().map(|count| format!("{count} samples")).collect();
    let mark = |(i, run): (usize, &Run)| {
        let recalls = shot.at_end(i).and_then(Option::as_ref).map_or(Vec::new(), |seen| seen.recalls.clone());
        let name = run.title.clone();
        if i == 0 {
            let inks = (0..recalls.len()).map(Ink::Class).collect();
            Mark::Bars { name, heights: recalls, inks }
        } else {
            let points = recalls.into_iter().enumerate().map(|(class, recall)| (class as f64, recall));
            let (points, shape) = (points.collect(), Shape::OfClass(3));
            Mark::Points { name, points, ink: Ink::Text, shape, size: 6.0 }
        }
    };
    Figure {
        title: String::new(),
        x: Axis::names("training samples of the class", names),
        y: Axis::linear("recall on the test", (0.0, 1.0)),
        marks: shot.runs.all.iter().enumerate().map(mark).collect(),
        handles: Vec::new(),
        plane: Plane::Free,
    }
}

/// What the main network makes of its samples at the end of a training, for an exhibit to measure: the data with the
/// outputs, a row a sample. Nothing where no classifier is on screen.
pub(crate) fn trained(scene: &dyn Scene) -> Option<(&Data, Array2<f64>)> {
    let shot = Shot::<Classifier>::of(scene)?;
    shot.runs.finish();
    let course = shot.run(0).course()?;
    Some((&shot.world, shot.world.lesson.outputs(&course.variables, &shot.world.lesson.inputs)))
}

#[cfg(test)]
mod tests;
