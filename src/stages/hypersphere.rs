//! Embeddings on a circle or a sphere, trained with one prototype a class or several.

mod data;
mod measured;

use std::f64::consts::{FRAC_PI_2, PI};
use std::rc::Rc;

use ndarray::Array2;

use self::data::Data;
use self::measured::Measured;
use super::engine::curves::{records, waiting};
use super::engine::knobs::learning_rate;
use super::engine::{Gauge, Measure, Played, Run, Scenario, Shot, View, Wire};
use super::planar::drawing::class_name;
use super::stage::{Readout, StageSpec};
use super::state::{Contender, State};
use super::training::{Head, Taught, knobs};
use crate::figures::{Axis, Camera, Dash, Figure, Ink, Mark, Shape, Side};
use crate::optimizer::default_with;
use crate::spec::{Affects, DefaultWhen, Domain, Param, Spec, said};

/// A network that learns where samples belong on a sphere.
#[derive(Clone, Copy)]
pub struct Hypersphere;

/// The stage.
pub const HYPERSPHERE: Played<Hypersphere> = Played::new(SPEC, Hypersphere);

const fn with_grid(default: f64) -> DefaultWhen {
    DefaultWhen { param: "data", option: "grid", default }
}

const BLOBS: &[&str] = &["blobs"];

const SPEC: &StageSpec = &StageSpec {
    id: "hypersphere-train",
    title: "Hypersphere training",
    about: said(
        "A small network turns points of the plane into directions, and each class learns its own. Stars are the \
            prototypes, ringed points have a wrong label; what lies behind the sphere is small. On a circle samples \
            are drawn a little inwards, to be seen.",
    ),
    knobs: &[
        Param::names(
            "data",
            &["blobs", "grid"],
            "noisy blobs, or eight clusters of which five are learned and three are met later",
        ),
        Param::integer("classes", "C", 4.0, (2.0, 8.0), "number of blobs")
            .within(Domain::Within(2.0, 20.0))
            .only_when("data", BLOBS),
        knobs::noise(0.3).only_when("data", BLOBS),
        knobs::spread(0.5).default_when(&[with_grid(0.28)]),
        Param::integer(
            "dimensions",
            "D",
            3.0,
            (2.0, 8.0),
            "of the embeddings; beyond three, the first three are drawn",
        )
        .within(Domain::Within(2.0, 64.0)),
        Param::linear("yaw", "", 0.6, (-PI, PI), "turns the sphere").unit("rad").affects(Affects::Look),
        Param::linear("pitch", "", 0.4, (-FRAC_PI_2, FRAC_PI_2), "tilts the sphere")
            .unit("rad")
            .affects(Affects::Look),
        knobs::batch(160.0, (8.0, 160.0)).default_when(&[with_grid(64.0)]),
        knobs::budget(400.0).default_when(&[with_grid(300.0)]),
        knobs::TERMS,
        knobs::OPTIMIZER,
        learning_rate(0.01, (1e-3, 10.0), &[default_with("sgd", 0.1), with_grid(0.02)]),
    ],
    ..knobs::STAGE
};

/// Half the side of the picture of a unit sphere.
const REACH: f64 = 1.25;

/// How far inwards samples on a circle are drawn, so that those in one direction are seen beside each other.
const INWARDS: f64 = 0.5;

type Number = fn(&Measured) -> f64;

/// A share of the test samples.
const fn share(id: &'static str, name: &'static str, of: Number) -> Gauge<Hypersphere> {
    Gauge::seen(id, name, of)
}

/// An angle, which is none where there is nothing to measure it of.
const fn angle(id: &'static str, name: &'static str, of: Number) -> Gauge<Hypersphere> {
    Gauge::seen(id, name, of).unit("°").missing("there are no such samples")
}

/// Whether there are classes that are met later; there are no wrong labels then.
fn has_new(shot: &Shot<Hypersphere>) -> bool {
    shot.world.has_new()
}

/// Whether labels may be wrong.
fn has_wrong(shot: &Shot<Hypersphere>) -> bool {
    !shot.world.has_new()
}

impl Scenario for Hypersphere {
    type World = Data;
    type Seen = Measured;

    fn fits(&self, loss: &'static Spec) -> bool {
        Head::Embedding.fits(loss)
    }

    fn world(&self, state: &State) -> Data {
        Data::new(state)
    }

    fn wire(&self, world: &Rc<Data>, contender: &Contender, _: &State) -> Box<dyn Wire> {
        Box::new(Taught::new(&world.lesson, contender))
    }

    fn measure(&self, world: &Rc<Data>) -> Option<Measure> {
        let data = Rc::clone(world);
        Some(Measure {
            columns: &["clean test", "right labels", "wrong labels"],
            of: Box::new(move |terms, variables| {
                let Measured { clean, angles: [_, right, wrong], .. } =
                    Measured::new(&data, &terms[0].contender, variables);
                vec![clean, right, wrong]
            }),
        })
    }

    fn seen(&self, shot: &Shot<Self>, run: &Run) -> Measured {
        let course = run.course().expect("a network is looked at where there is one");
        Measured::new(&shot.world, run.contender(), &course.variables)
    }

    const IS_LONG: bool = true;

    const VIEWS: &'static [View<Self>] = &[
        View::new("sphere", "", |shot, place, _| sphere(shot, place)).aspect(1.0).main().each(),
        View::new("accuracy", "Accuracy over the training", |shot, _, _| {
            records(shot, Axis::linear("accuracy", (0.0, 1.0)), &[("clean test", Dash::Solid)])
        }),
        View::new("angles", "Angles to the prototypes over the training", |shot, _, _| {
            let names = [("right labels", Dash::Solid), ("wrong labels", Dash::Dashed)];
            records(shot, Axis::linear("mean angle [°]", (0.0, 120.0)), &names)
        }),
        View::PARTS,
        View::LOSS_CURVE,
        View::TERMS,
        View::SIMILARITIES,
    ];

    const GAUGES: &'static [Gauge<Self>] = &[
        share("clean-accuracy", "clean test accuracy", |seen| seen.clean),
        share("novel-accuracy", "accuracy among new classes", |seen| seen.met.0).shown(has_new),
        share("joint-accuracy", "accuracy among all classes", |seen| seen.met.1).shown(has_new),
        angle("angle", "mean angle to the own prototype", |seen| seen.angles[0]),
        angle("right-angle", "of right labels", |seen| seen.angles[1]).shown(has_wrong),
        angle("wrong-angle", "of wrong labels", |seen| seen.angles[2]).shown(has_wrong),
        angle("prototype-angle", "least angle between prototypes", |seen| seen.apart),
        Gauge::LOSS,
    ];

    fn sentence(&self, shot: &Shot<Self>) -> String {
        format!(
            "{} samples of {} classes after {} steps: {}.",
            shot.world.toy.samples.len(),
            shot.world.toy.classes,
            shot.run(0).wanted(),
            shot.said(&["clean-accuracy", "novel-accuracy", "angle"], Readout::full_name)
        )
    }
}

/// The directions of the samples and of the prototypes.
fn sphere(shot: &Shot<Hypersphere>, place: usize) -> Figure {
    let knob = |name| shot.state.knobs.get(name);
    let camera = Camera { yaw: knob("yaw"), pitch: knob("pitch") };
    let mut marks = camera.globe(shot.state.knobs.whole("dimensions") > 2);
    let below = (0.0, -1.12);
    match (shot.at_end(place), shot.run(place).trouble()) {
        (Some(seen), _) => marks.extend(directions(&shot.world, &camera, seen)),
        (None, Some(text)) => marks.push(Mark::Text { text, at: below, ink: Ink::Text }),
        (None, None) => marks.extend(waiting(shot, below)),
    }
    let axis = |label| Axis::linear(label, (-REACH, REACH));
    Figure::new(axis("across"), axis("up"), marks).equal()
}

/// Samples and prototypes, those behind the sphere first and smaller.
fn directions(
    Data { toy, .. }: &Data,
    camera: &Camera,
    Measured { samples, stars, .. }: &Measured,
) -> Vec<Mark> {
    let is_circle = samples.ncols() == 2;
    let seen =
        |rows: &Array2<f64>| -> Vec<Side> { rows.rows().into_iter().map(|row| camera.of(row)).collect() };
    let (each, mut samples, stars) = (stars.nrows() / toy.classes, seen(samples), seen(stars));
    if is_circle {
        let count = samples.len() as f64;
        for (i, ((x, y), _)) in samples.iter_mut().enumerate() {
            let part = 1.0 - INWARDS * i as f64 / count;
            (*x, *y) = (part * *x, part * *y);
        }
    }
    let mut marks = Vec::new();
    for near in [false, true] {
        let size = |near_size: f64, far_size: f64| if near { near_size } else { far_size };
        let all = || (0..samples.len()).filter(|&i| samples[i].1 == near);
        for class in 0..toy.classes {
            let own = all().filter(|&i| toy.labels[i] == class).map(|i| samples[i].0).collect();
            let (name, shape) = (format!("class {}", class_name(class)), Shape::OfClass(class));
            // Though nothing of it be on this side: the legend has them in turn.
            marks.push(Mark::Points {
                name,
                points: own,
                ink: Ink::Class(class),
                shape,
                size: size(4.5, 2.5),
            });
        }
        let wrong = all().filter(|&i| toy.is_wrong(i)).map(|i| samples[i].0).collect();
        marks.extend(Mark::points("wrong label", wrong, Ink::Text, Shape::Ring, size(6.0, 3.5)));
        // Over the samples, which gather where they are.
        for class in 0..toy.classes {
            let own = stars.iter().enumerate().filter(|(i, star)| i / each == class && star.1 == near);
            let own = own.map(|(_, star)| star.0).collect();
            marks.extend(Mark::points("prototype", own, Ink::Class(class), Shape::Star, size(9.0, 6.0)));
        }
    }
    marks
}

#[cfg(test)]
mod tests;
