//! The drawings of the stage.

use std::f64::consts::TAU;

use ndarray::{Array2, ArrayView1};

use super::data::per_class;
use super::readouts::KNOWN;
use super::scene::HypersphereScene;
use crate::figures::{Axis, Dash, Figure, Ink, Mark, Plane, Shape};
use crate::stages::sample::dash;
use crate::stages::training::{Given, Run, curve, units};

/// Half the side of the picture of a unit sphere.
const REACH: f64 = 1.25;

/// Meridians and parallels.
const MERIDIANS: usize = 4;
const PARALLELS: usize = 3;

/// How far inwards samples on a circle are drawn, so that those in one direction are seen beside each other.
const INWARDS: f64 = 0.5;

/// Pieces of a circle.
const PIECES: usize = 72;

/// What grows by more than this factor has a logarithmic axis, with so much room at both ends.
const DECADE: f64 = 10.0;
const ROOM: f64 = 1.1;

/// A place on the picture, and whether it is on the near side.
type Seen = ((f64, f64), bool);

/// How a sphere is seen.
struct View {
    yaw: f64,
    pitch: f64,
}

impl View {
    /// Where a vector is seen; of more than three dimensions the first three count. The plane is seen from above.
    fn of(&self, vector: ArrayView1<'_, f64>) -> Seen {
        match vector.len() {
            2 => ((vector[0], vector[1]), true),
            _ => self.turned([vector[0], vector[1], vector[2]]),
        }
    }

    /// The third coordinate points up.
    fn turned(&self, [x, y, z]: [f64; 3]) -> Seen {
        let ((sy, cy), (sp, cp)) = (self.yaw.sin_cos(), self.pitch.sin_cos());
        let (across, away) = (cy * x - sy * y, sy * x + cy * y);
        ((across, cp * z - sp * away), cp * away + sp * z <= 0.0)
    }

    /// The outline, and on a sphere the near halves of meridians and parallels.
    fn globe(&self, is_sphere: bool) -> Vec<Mark> {
        let line = |points: Vec<(f64, f64)>, width: f64| Mark::Line {
            name: String::new(),
            points,
            ink: Ink::Muted,
            dash: Dash::Solid,
            width,
        };
        let around = |i: usize| (TAU * i as f64 / PIECES as f64).sin_cos();
        let outline = (0..=PIECES).map(around).map(|(sine, cosine)| (cosine, sine));
        let mut marks = vec![line(outline.collect(), 1.0)];
        if !is_sphere {
            return marks;
        }
        let meridian = |k: usize, i: usize| {
            let ((sine, cosine), (s, c)) = ((TAU * k as f64 / (2 * MERIDIANS) as f64).sin_cos(), around(i));
            [c * cosine, c * sine, s]
        };
        let parallel = |k: usize, i: usize| {
            let height = TAU / 4.0 * (2.0 * (k + 1) as f64 / (PARALLELS + 1) as f64 - 1.0);
            let (s, c) = around(i);
            [height.cos() * c, height.cos() * s, height.sin()]
        };
        // A line is interrupted where it goes behind.
        let near = |place: [f64; 3]| match self.turned(place) {
            (at, true) => at,
            _ => (f64::NAN, f64::NAN),
        };
        marks.extend((0..MERIDIANS).map(|k| line((0..=PIECES).map(|i| near(meridian(k, i))).collect(), 0.5)));
        marks.extend((0..PARALLELS).map(|k| line((0..=PIECES).map(|i| near(parallel(k, i))).collect(), 0.5)));
        marks
    }
}

impl HypersphereScene {
    /// The directions of the samples and of the prototypes.
    pub(super) fn sphere_figure(&self, run: &Run) -> Figure {
        let knob = |name| self.state.knobs.get(name);
        let view = View { yaw: knob("yaw"), pitch: knob("pitch") };
        let mut marks = view.globe(self.state.knobs.whole("dimensions") > 2);
        match run.course().filter(|_| self.runs.are_done()) {
            Some(course) => {
                let given = run.lesson.given(&course.weights, &run.lesson.inputs);
                marks.extend(self.directions(&view, &given, per_class(&run.lesson.contender)));
            }
            None => {
                let text = run.trouble().unwrap_or_else(|| format!("training {} steps …", run.wanted()));
                marks.push(Mark::Text { text, at: (0.0, -1.12), ink: Ink::Text });
            }
        }
        let axis = |label| Axis::linear(label, (-REACH, REACH));
        Figure {
            title: run.title.clone(),
            x: axis("across"),
            y: axis("up"),
            marks,
            handles: Vec::new(),
            plane: Plane::Equal,
        }
    }

    /// Samples and prototypes, those behind the sphere first and smaller.
    fn directions(&self, view: &View, given: &Given, each: usize) -> Vec<Mark> {
        let seen = |rows: &Array2<f64>| -> Vec<Seen> {
            units(rows).0.rows().into_iter().map(|row| view.of(row)).collect()
        };
        let (mut samples, stars) = (seen(given.outputs()), seen(&given.prototypes));
        if given.outputs().ncols() == 2 {
            let count = samples.len() as f64;
            for (i, ((x, y), _)) in samples.iter_mut().enumerate() {
                let part = 1.0 - INWARDS * i as f64 / count;
                (*x, *y) = (part * *x, part * *y);
            }
        }
        let labels = &self.data.labels;
        let mut marks = Vec::new();
        let mut put = |name: &str, points: Vec<(f64, f64)>, ink: Ink, shape: Shape, size: f64| {
            if !points.is_empty() {
                marks.push(Mark::Points { name: name.into(), points, ink, shape, size });
            }
        };
        for near in [false, true] {
            let side = |i: &usize| samples[*i].1 == near;
            let all = || (0..samples.len()).filter(side);
            for class in 0..self.data.classes {
                let own = stars.iter().enumerate().filter(|(i, star)| i / each == class && star.1 == near);
                let own = own.map(|(_, star)| star.0).collect();
                put("", own, Ink::Class(class), Shape::Star, if near { 12.0 } else { 7.0 });
            }
            for class in 0..self.data.classes {
                let own = all().filter(|&i| labels[i] == class).map(|i| samples[i].0);
                put(
                    "",
                    own.collect(),
                    Ink::Class(class),
                    Shape::OfClass(class),
                    if near { 4.0 } else { 2.0 },
                );
            }
            let wrong = all().filter(|&i| labels[i] != self.data.samples[i].class).map(|i| samples[i].0);
            let name = if near { "wrong label" } else { "" };
            put(name, wrong.collect(), Ink::Text, Shape::Ring, if near { 5.5 } else { 3.0 });
        }
        marks
    }

    /// Clean accuracy.
    pub(super) fn accuracy_figure(&self) -> Figure {
        let curves = self.runs.records(&[(0, "clean test", Dash::Solid)]);
        let y = Axis::linear("accuracy", (0.0, 1.0));
        self.runs.over_steps("Accuracy over the training", self.state.knobs.get("budget"), y, curves)
    }

    /// Mean angles to the prototypes.
    pub(super) fn angles_figure(&self) -> Figure {
        let title = "Angles to the prototypes over the training";
        let curves =
            self.runs.records(&[(1, "right labels", Dash::Solid), (2, "wrong labels", Dash::Dashed)]);
        let y = Axis::linear("mean angle [°]", (0.0, 120.0));
        self.runs.over_steps(title, self.state.knobs.get("budget"), y, curves)
    }

    /// What one of the parts of the losses does.
    pub(super) fn part_figure(&self, name: &str) -> Figure {
        let mut curves = Vec::new();
        let mut values = Vec::new();
        for (i, run) in self.runs.all.iter().enumerate() {
            let mut names = run.lesson.contender.loss.parts().names_of_numbers();
            let Some(part) = names.position(|own| own == name) else { continue };
            let value = |record: &[f64]| record.get(KNOWN + part).copied().unwrap_or(f64::NAN);
            let points: Vec<(f64, f64)> =
                run.records().iter().map(|(step, record)| (*step as f64, value(record))).collect();
            values.extend(points.iter().map(|point| point.1));
            curves.push(curve(run.title.clone(), points, i, dash(i)));
        }
        let (low, high) = values.iter().fold((f64::INFINITY, 0.0), |(l, h), v| (v.min(l), v.max(h)));
        let y = if low > 0.0 && high > DECADE * low {
            Axis::log(name, (low / ROOM, high * ROOM))
        } else {
            Axis::fitting(name, values)
        };
        self.runs.over_steps(&over_training(name), self.state.knobs.get("budget"), y, curves)
    }
}

/// The title of the figure of a part.
pub(super) fn over_training(part: &str) -> String {
    format!("The {part} over the training")
}
