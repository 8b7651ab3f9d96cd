//! The drawings of the stage.

use super::Task;
use super::data::Data;
use super::scene::ClassifierScene;
use crate::figures::{Axis, Colours, Dash, Figure, Ink, Map, Mark, Plane, Shape};
use crate::stages::training::{Run, more};

/// Radii of points in pixels, by how hard they push: up to half the mean, up to the mean, up to twice, and more.
pub(super) const SIZES: [f64; 4] = [2.5, 3.5, 4.5, 6.0];
const PUSHES: [f64; 3] = [0.5, 1.0, 2.0];

/// The rank among the sizes of one that pushes so hard.
pub(super) fn rank(push: f64, mean: f64) -> usize {
    PUSHES.iter().filter(|most| push > **most * mean).count()
}

/// What the classes of the long tail are called.
const TAIL: [&str; 3] = ["frequent", "middle", "rare"];

/// Places in the plane.
type Places = Vec<(f64, f64)>;

impl ClassifierScene {
    /// What the network answers everywhere, and the samples.
    pub(super) fn regions_figure(&self, run: &Run, computed: &[f64]) -> Figure {
        let reach = self.reach();
        let mut marks = Vec::new();
        let values = more(computed);
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
        marks.extend(self.points(run));
        if !self.runs.are_done() {
            marks.push(self.waiting((0.0, -0.92 * reach)));
        }
        Figure {
            title: run.title.clone(),
            x: Axis::linear("x₁", (-reach, reach)),
            y: Axis::linear("x₂", (-reach, reach)),
            marks,
            handles: Vec::new(),
            plane: Plane::Equal,
        }
    }

    /// Says that a training is under way.
    pub(super) fn waiting(&self, at: (f64, f64)) -> Mark {
        Mark::Text { text: format!("training {} steps …", self.steps()), at, ink: Ink::Text }
    }

    /// The samples by their label, as large as they push; a ring stands around those with a wrong label.
    fn points(&self, run: &Run) -> Vec<Mark> {
        let Data { samples, labels, classes, .. } = &self.data;
        let done = self.runs.are_done();
        let pushes =
            run.course().filter(|_| done).map(|course| course.pushes(&run.lesson)).unwrap_or_default();
        let mean = pushes.iter().sum::<f64>() / pushes.len() as f64;
        let size = |i: usize| match pushes.get(i) {
            Some(push) if mean > 0.0 => rank(*push, mean),
            _ => 1,
        };
        let place = |i: usize| (samples[i].at[0], samples[i].at[1]);
        let wrong: Places =
            (0..samples.len()).filter(|&i| samples[i].class != labels[i]).map(place).collect();
        let mut marks = Vec::new();
        for class in 0..*classes {
            // Which class has few samples is what the long tail is about; elsewhere classes are alike.
            let mut name = TAIL.get(class).filter(|_| self.task == Task::LongTail).copied().unwrap_or("");
            for (rank, radius) in SIZES.into_iter().enumerate() {
                let own = (0..samples.len()).filter(|&i| labels[i] == class && size(i) == rank);
                let points: Places = own.map(place).collect();
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
        if !wrong.is_empty() {
            let name = "wrong label".into();
            marks.push(Mark::Points { name, points: wrong, ink: Ink::Text, shape: Shape::Ring, size: 6.5 });
        }
        marks
    }

    /// Accuracy on the test and on the training labels.
    pub(super) fn accuracy_figure(&self) -> Figure {
        let curves = self.runs.records(&[(1, "test", Dash::Solid), (0, "training labels", Dash::Dashed)]);
        let y = Axis::linear("accuracy", (0.0, 1.0));
        self.runs.over_steps("Accuracy over the training", self.state.knobs.get("budget"), y, curves)
    }

    /// The recall of every class; of a second loss as points.
    pub(super) fn recalls_figure(&self) -> Figure {
        let counts = &self.runs.all[0].lesson.targets.counts;
        let names = counts.iter().map(|count| format!("{count} samples")).collect();
        let mut marks = Vec::new();
        for (i, run) in self.runs.all.iter().enumerate() {
            let recalls = self.recalls(run).filter(|_| self.runs.are_done()).unwrap_or_default();
            marks.push(if i == 0 {
                let inks = (0..recalls.len()).map(Ink::Class).collect();
                Mark::Bars { name: run.title.clone(), heights: recalls, inks }
            } else {
                Mark::Points {
                    name: run.title.clone(),
                    points: recalls
                        .into_iter()
                        .enumerate()
                        .map(|(class, recall)| (class as f64, recall))
                        .collect(),
                    ink: Ink::Text,
                    shape: Shape::OfClass(3),
                    size: 6.0,
                }
            });
        }
        Figure {
            title: "Recall of each class".into(),
            x: Axis::names("training samples of the class", names),
            y: Axis::linear("recall on the test", (0.0, 1.0)),
            marks,
            handles: Vec::new(),
            plane: Plane::Free,
        }
    }
}
