//! A classifier of points in the plane, step by step under any loss of what it gives.

mod data;
mod tiles;

use std::rc::Rc;

use ndarray::Array2;

use self::data::{Data, Draw};
use super::engine::curves::{against_steps, records, waiting};
use super::engine::knobs::learning_rate;
use super::engine::{Field, Gauge, Measure, Played, Run, Scenario, Shot, View, Wire};
use super::planar::drawing::class_name;
use super::stage::{Quality, Readout, Scene, StageSpec};
use super::state::{Contender, State};
use super::training::{Head, Taught, accuracy, answers, knobs};
use crate::figures::{Axis, Colours, Dash, Figure, Ink, Mark, Shape, ranks, sized};
use crate::optimizer::default_with;
use crate::real::Real;
use crate::spec::{DefaultWhen, Domain, Param, Role, Spec, said};
use crate::toys::plane::places;

/// A network, or a linear model, that learns classes of points.
#[derive(Clone, Copy)]
pub struct Classifier {
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

const SGD: &[DefaultWhen] = &[default_with("sgd", 1.0)];

const MODEL: Param =
    Param::names("model", &["network", "linear"], "two layers of hidden units, or weights and biases alone");

/// Four noisy blobs for losses of logits.
pub const NOISY_BLOBS: Played<Classifier> = Played::new(
    &StageSpec {
        id: "noisy-blobs",
        title: "Noisy blobs",
        about: said(
            "A small network learns four classes while some labels are wrong. Colours show what it answers \
                everywhere; ringed points have a wrong label, large points push hard.",
        ),
        knobs: &[
            knobs::noise(0.4),
            knobs::spread(0.6),
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
            knobs::budget(250.0),
            knobs::TERMS,
            knobs::OPTIMIZER,
            learning_rate(0.02, (1e-3, 10.0), SGD),
        ],
        ..knobs::STAGE
    },
    Classifier { head: Head::Logits, hidden: &[24, 24], draw: data::four_blobs, reach: 3.5, names: &[] },
);

/// Two noisy moons for losses of margins and binary scores.
pub const NOISY_MOONS: Played<Classifier> = Played::new(
    &StageSpec {
        id: "noisy-moons",
        title: "Noisy moons",
        about: said(
            "A small network learns two half moons while some labels are wrong. Colours show what it answers \
                everywhere; ringed points have a wrong label, large points push hard.",
        ),
        knobs: &[
            knobs::noise(0.2),
            knobs::spread(0.25),
            Param::integer("count", "N", 120.0, (8.0, 240.0), "number of training samples")
                .within(Domain::Within(2.0, 1000.0)),
            knobs::batch(32.0, (1.0, 240.0)),
            MODEL,
            knobs::budget(600.0),
            knobs::TERMS,
            knobs::OPTIMIZER,
            learning_rate(0.02, (1e-3, 10.0), SGD),
        ],
        ..knobs::STAGE
    },
    Classifier { head: Head::Score, hidden: &[32, 32], draw: data::two_moons, reach: 2.4, names: &[] },
);

/// Three blobs of very different sizes for losses of logits.
pub const LONG_TAIL: Played<Classifier> = Played::new(
    &StageSpec {
        id: "long-tail",
        title: "Long tail",
        about: said(
            "A linear classifier learns three classes, one of which is rare. Colours show what it answers \
                everywhere, large points push hard; the test has as many samples of each class.",
        ),
        knobs: &[
            Param::integer("frequent", "n_1", 200.0, (1.0, 400.0), "training samples of the first class")
                .within(Domain::Within(1.0, 1000.0)),
            Param::integer("middle", "n_2", 40.0, (1.0, 400.0), "training samples of the second class")
                .within(Domain::Within(1.0, 1000.0)),
            Param::integer("rare", "n_3", 8.0, (1.0, 400.0), "training samples of the third class")
                .within(Domain::Within(1.0, 1000.0)),
            knobs::spread(0.8),
            knobs::budget(300.0),
            knobs::TERMS,
            knobs::OPTIMIZER,
            learning_rate(0.05, (1e-3, 10.0), SGD),
        ],
        ..knobs::STAGE
    },
    Classifier {
        head: Head::Logits,
        hidden: &[],
        draw: data::long_tail,
        reach: 3.5,
        names: &["frequent", "middle", "rare"],
    },
);

/// Samples along a side of the map; of the coarse one the classes share the area.
const COARSE: usize = 48;
const FINE: usize = 160;

/// Why a number is missing.
const NOTHING: &str = "nothing to measure";

/// What the network makes of the samples.
pub struct Seen {
    /// Share of the clean test samples that are answered rightly.
    clean: f64,
    /// Share of the training samples that are answered with their label.
    labels: f64,
    /// Share of the test samples of each class that are answered rightly.
    recalls: Vec<f64>,
    /// Share of the plane that is answered with each class.
    areas: Vec<f64>,
    /// How hard each training sample pushes the outputs.
    pushes: Vec<f64>,
    /// Their share that comes from samples with a wrong label; NaN if nothing pushes.
    wrong: f64,
    /// How long the weights are.
    length: f64,
    /// The part of the gradient that goes with making them longer.
    radial: f64,
}

/// Accuracy on the training labels, and what each test sample is answered with beside its class.
fn asked(data: &Data, variables: &[f64]) -> (f64, Vec<(usize, usize)>) {
    let given = |samples| answers(&data.lesson.outputs(variables, &places(samples)));
    let labels = accuracy(given(&data.toy.samples).into_iter().zip(data.toy.labels.iter().copied()));
    (labels, given(&data.toy.test).into_iter().zip(data.toy.test.iter().map(|sample| sample.class)).collect())
}

type Number = fn(&Seen) -> f64;

/// A number of all samples, where no class is looked at by itself.
const fn of_all(id: &'static str, name: &'static str, number: Number) -> Gauge<Classifier> {
    Gauge::seen(id, name, number).missing(NOTHING).shown(|shot| !has_names(shot))
}

/// A number of one class.
const fn of_class(id: &'static str, name: &'static str, number: Number) -> Gauge<Classifier> {
    Gauge::seen(id, name, number).shown(has_names)
}

/// A number of the weights of a linear model.
const fn of_weights(id: &'static str, name: &'static str, number: Number) -> Gauge<Classifier> {
    let gauge = Gauge::seen(id, name, number).missing(NOTHING);
    gauge.shown(|shot| shot.world.lesson.network.is_linear())
}

impl Scenario for Classifier {
    type World = Data;
    type Seen = Seen;

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

    fn measure(&self, world: &Rc<Data>) -> Option<Measure> {
        let data = Rc::clone(world);
        let of = move |_: &[_], variables: &[f64]| {
            let (labels, tested) = asked(&data, variables);
            vec![labels, accuracy(tested.into_iter())]
        };
        Some(Measure { columns: &["training labels", "test"], of: Box::new(of) })
    }

    fn seen(&self, shot: &Shot<Self>, run: &Run) -> Seen {
        let course = run.course().expect("a network is looked at where there is one");
        let (data, variables) = (&shot.world, &course.variables);
        let (labels, tested) = asked(data, variables);
        let recall = |class: usize| accuracy(tested.iter().copied().filter(|(_, own)| *own == class));
        let map = if has_names(shot) { answered(shot, variables, COARSE) } else { Vec::new() };
        let area = |class: usize| accuracy(map.iter().map(|answer| (*answer as usize, class)));
        let pushes = data.lesson.pushes(run.contender(), variables, course.steps());
        let wrong: f64 =
            pushes.iter().enumerate().filter(|(i, _)| data.toy.is_wrong(*i)).map(|(_, push)| push).sum();
        let along: f64 = variables.iter().zip(&course.slopes).map(|(w, g)| w * g).sum();
        let length = length(variables);
        Seen {
            clean: accuracy(tested.iter().copied()),
            labels,
            recalls: (0..data.toy.classes).map(recall).collect(),
            areas: (0..data.toy.classes).map(area).collect(),
            wrong: wrong / pushes.iter().sum::<f64>(),
            pushes,
            length,
            radial: along / length,
        }
    }

    const IS_LONG: bool = true;

    const VIEWS: &'static [View<Self>] = &[
        View::new("regions", "", regions).aspect(1.0).main().each().over(Field::whole(map)),
        View::new("recalls", "Recall of each class", |shot, _, _| recalls(shot)).shown(has_names),
        View::new("tiles", "Features by weight", |shot, _, _| tiles::figure(shot))
            .shown(|shot| tiles::looking(shot).is_some()),
        View::new("accuracy", "Accuracy over the training", |shot, _, _| {
            let names = [("test", Dash::Solid), ("training labels", Dash::Dashed)];
            records(shot, Axis::linear("accuracy", (0.0, 1.0)), &names)
        }),
        View::LOSS_CURVE,
        View::TERMS,
    ];

    const GAUGES: &'static [Gauge<Self>] = &[
        of_all("clean-accuracy", "clean test accuracy", |seen| seen.clean),
        of_class("balanced-accuracy", "balanced accuracy", |seen| f64::mean(&seen.recalls)),
        of_all("label-accuracy", "accuracy on the training labels", |seen| seen.labels),
        of_class("recall", "recall of the frequent class", |seen| seen.recalls[0]),
        of_class("middle-recall", "recall of the middle class", |seen| seen.recalls[1]),
        of_class("rare-recall", "recall of the rare class", |seen| seen.recalls[2]),
        of_class("area", "share of the plane of the frequent class", |seen| seen.areas[0]),
        of_class("middle-area", "share of the plane of the middle class", |seen| seen.areas[1]),
        of_class("rare-area", "share of the plane of the rare class", |seen| seen.areas[2]),
        of_all("wrong-share", "wrong labels' share of the push", |seen| seen.wrong),
        Gauge::LOSS,
        of_weights("length", "length of the weights", |seen| seen.length),
        of_weights("radial-gradient", "gradient along the weights", |seen| seen.radial),
    ];

    fn sentence(&self, shot: &Shot<Self>) -> String {
        let toy = &shot.world.toy;
        let wrong = (0..toy.samples.len()).filter(|&i| toy.is_wrong(i)).count();
        format!(
            "{} samples of {} classes, {wrong} with a wrong label, after {} steps: {}.",
            toy.samples.len(),
            toy.classes,
            shot.run(0).wanted(),
            shot.said(&["clean-accuracy", "balanced-accuracy", "label-accuracy"], Readout::full_name)
        )
    }
}

/// What the classes are called decides what is told of each.
fn has_names(shot: &Shot<Classifier>) -> bool {
    !shot.scenario.names.is_empty()
}

fn length(weights: &[f64]) -> f64 {
    weights.iter().map(|w| w * w).sum::<f64>().sqrt()
}

/// The answers over the plane, row by row from below.
fn answered(shot: &Shot<Classifier>, variables: &[f64], side: usize) -> Vec<f64> {
    let along = |i: usize| shot.scenario.reach * (2.0 * i as f64 / (side - 1) as f64 - 1.0);
    let grid =
        Array2::from_shape_fn((side * side, 2), |(i, c)| along(if c == 0 { i % side } else { i / side }));
    let answers = answers(&shot.world.lesson.outputs(variables, &grid));
    answers.into_iter().map(|class| class as f64).collect()
}

/// The same for the map, of the loss at a place.
fn map(shot: &Shot<Classifier>, place: usize, quality: Quality) -> Vec<f64> {
    let side = quality.choose(COARSE, FINE);
    shot.run(place).course().map_or(Vec::new(), |course| answered(shot, &course.variables, side))
}

/// What the network answers everywhere, and the samples by their label, as large as they push; a ring stands around those
/// with a wrong label.
fn regions(shot: &Shot<Classifier>, place: usize, values: &[f64]) -> Figure {
    let reach = shot.scenario.reach;
    let map = Mark::square("answer", values.to_vec(), [(-reach, reach); 2], Colours::Classes, 0);
    let mut marks: Vec<Mark> = map.into_iter().collect();
    let data = &shot.world;
    let all = || 0..data.toy.samples.len();
    let at = |i: usize| (data.toy.samples[i].at[0], data.toy.samples[i].at[1]);
    let ranks = ranks(shot.at_end(place).map_or(&[], |seen| &seen.pushes), data.toy.samples.len());
    for class in 0..data.toy.classes {
        let own: Vec<_> = all().filter(|&i| data.toy.labels[i] == class).map(|i| (at(i), ranks[i])).collect();
        let letter = || format!("class {}", class_name(class));
        let name = shot.scenario.names.get(class).map_or_else(letter, |name| (*name).to_owned());
        marks.extend(sized(&name, &own, Ink::Class(class), Shape::OfClass(class)));
    }
    let wrong = all().filter(|&i| data.toy.is_wrong(i)).map(at).collect();
    marks.extend(Mark::points("wrong label", wrong, Ink::Text, Shape::Ring, 6.5));
    marks.extend(waiting(shot, (0.0, -0.92 * reach)));
    let axis = |label| Axis::linear(label, (-reach, reach));
    Figure::new(axis("x₁"), axis("x₂"), marks).equal()
}

/// The recall of every class; of a second loss as points.
fn recalls(shot: &Shot<Classifier>) -> Figure {
    let counts = &shot.world.lesson.targets.counts;
    let names = counts.iter().map(|count| format!("{count} samples")).collect();
    let mark = |(i, run): (usize, &Run)| {
        let recalls = shot.at_end(i).map_or(Vec::new(), |seen| seen.recalls.clone());
        let name = run.title.clone();
        if i == 0 {
            let inks = (0..recalls.len()).map(Ink::Class).collect();
            Mark::Bars { name, heights: recalls, inks }
        } else {
            let points = against_steps(recalls);
            Mark::Points { name, points, ink: Ink::Text, shape: Shape::OfClass(3), size: 6.0 }
        }
    };
    let x = Axis::names("training samples of the class", names);
    let y = Axis::linear("recall on the test", (0.0, 1.0));
    Figure::new(x, y, shot.runs.all.iter().enumerate().map(mark).collect())
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
