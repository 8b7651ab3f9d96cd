//! The drawings of the stage.

use super::scene::SelfDistillationScene;
use super::training::Signs;
use crate::figures::{At, Axis, Colours, Dash, Figure, Freedom, Handle, Ink, Map, Mark, Plane, Shape};
use crate::stages::planar::drawing::line;

/// The vectors whose scores can be dragged, as handles name them.
pub(super) const KINDS: [&str; 3] = ["student", "teacher", "centre"];

/// How far aside the points of each stand on the place of their output.
const ASIDE: [f64; 3] = [-0.2, 0.0, 0.2];

impl SelfDistillationScene {
    fn outputs_axis(&self) -> Axis {
        Axis::names("output", (1..=self.scores().outputs()).map(|k| k.to_string()).collect())
    }

    /// The probabilities that teacher and student give the sample.
    pub(super) fn probabilities(&self) -> Figure {
        let params = &self.state.contender().params;
        let (scores, sample) = (self.scores(), self.sample());
        let predictions = scores.predictions(params).swap_remove(sample);
        Figure {
            title: format!("Probabilities of sample {}", sample + 1),
            x: self.outputs_axis(),
            y: Axis::linear("probability", (0.0, 1.0)),
            marks: vec![
                Mark::Bars {
                    name: "teacher, centred and at its temperature".into(),
                    heights: scores.targets(params).swap_remove(sample),
                    inks: vec![Ink::Muted],
                },
                Mark::Points {
                    name: "student".into(),
                    points: predictions.into_iter().enumerate().map(|(k, p)| (k as f64, p)).collect(),
                    ink: Ink::Accent,
                    shape: Shape::OfClass(0),
                    size: 6.0,
                },
            ],
            handles: Vec::new(),
            plane: Plane::Free,
        }
    }

    /// The raw scores of the sample, which can be dragged, and the centre.
    pub(super) fn raw_scores(&self) -> Figure {
        let (scores, sample) = (self.scores(), self.sample());
        let outputs = scores.outputs();
        let own = sample * outputs..(sample + 1) * outputs;
        let of = [&scores.student[own.clone()], &scores.teacher[own], &scores.centre[..]];
        let inks = [Ink::Accent, Ink::Series(1), Ink::Text];
        let shapes = [Shape::OfClass(0), Shape::OfClass(1), Shape::Cross];
        let mut marks = vec![Mark::Rule { name: String::new(), at: At::Y(0.0), ink: Ink::Muted }];
        let mut handles = Vec::new();
        for (kind, row) in of.into_iter().enumerate() {
            let at = |(k, &score): (usize, &f64)| (k as f64 + ASIDE[kind], score);
            marks.push(Mark::Points {
                name: KINDS[kind].into(),
                points: row.iter().enumerate().map(at).collect(),
                ink: inks[kind],
                shape: shapes[kind],
                size: 6.0,
            });
            handles.extend(row.iter().enumerate().map(|(k, &score)| Handle {
                id: format!("{}-{}", KINDS[kind], k + 1),
                name: format!("score of output {}, {}", k + 1, KINDS[kind]),
                at: (k as f64 + ASIDE[kind], score),
                freedom: Freedom::Y,
                selected: kind * outputs + k == self.state.selected,
            }));
        }
        let heights: Vec<f64> = of.concat();
        let reach = heights.iter().fold(0.5f64, |far, score| far.max(1.25 * score.abs()));
        Figure {
            title: format!("Scores of sample {}", sample + 1),
            x: self.outputs_axis(),
            y: Axis::linear("score", (-reach, reach)),
            marks,
            handles,
            plane: Plane::Free,
        }
    }

    /// The targets of every sample.
    pub(super) fn targets(&self) -> Figure {
        let scores = self.scores();
        let targets = scores.targets(&self.state.contender().params);
        let (rows, columns) = (targets.len(), scores.outputs());
        Figure {
            title: "What the teacher asks of every sample".into(),
            x: self.outputs_axis(),
            y: Axis::names("sample", (1..=rows).map(|i| i.to_string()).collect()),
            marks: vec![Mark::Map(Map {
                name: "probability".into(),
                columns,
                values: targets.concat(),
                x: (0.0, (columns - 1) as f64),
                y: (0.0, (rows - 1) as f64),
                colours: Colours::Magnitude,
                contours: 0,
                cells: true,
            })],
            handles: Vec::new(),
            plane: Plane::Free,
        }
    }

    /// The signs of collapse over the training.
    pub(super) fn signs(&self) -> Figure {
        let params = &self.state.contender().params;
        let signs: Vec<Signs> =
            self.moments().iter().map(|moment| Signs::of(&moment.scores, params)).collect();
        let course = |pick: fn(&Signs) -> f64| -> Vec<(f64, f64)> {
            signs.iter().enumerate().map(|(step, signs)| (step as f64, pick(signs))).collect()
        };
        let most = (self.scores().outputs() as f64).ln();
        let divergence = course(|s| s.divergence);
        let top = divergence.iter().map(|p| p.1).filter(|d| d.is_finite()).fold(most, f64::max);
        let last = |points: &[(f64, f64)], ink, shape| Mark::Points {
            name: String::new(),
            points: points.last().copied().into_iter().collect(),
            ink,
            shape: Shape::OfClass(shape),
            size: 5.0,
        };
        let mut marks =
            vec![Mark::Rule { name: "all outputs alike".into(), at: At::Y(most), ink: Ink::Muted }];
        for (i, (name, points)) in [
            ("entropy of a target", course(|s| s.entropy)),
            ("entropy of the mean target", course(|s| s.balance)),
            ("divergence of the student", divergence),
        ]
        .into_iter()
        .enumerate()
        {
            let ink = if i == 0 { Ink::Accent } else { Ink::Series(i) };
            let dot = last(&points, ink, i);
            marks
                .extend([line(name, points, ink, if i == 0 { Dash::Solid } else { Dash::Dashed }, 2.0), dot]);
        }
        Figure {
            title: "Signs of collapse over the training".into(),
            x: Axis::linear("step", (0.0, self.state.knobs.get("budget").max(1.0))),
            y: Axis::linear("nats", (0.0, 1.12 * top)),
            marks,
            handles: Vec::new(),
            plane: Plane::Free,
        }
    }
}
