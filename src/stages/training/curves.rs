//! What every training draws: numbers against the steps.

use super::run::{Run, Runs};
use crate::figures::{At, Axis, Dash, Figure, Ink, Mark, Plane};
use crate::stages::reach::reach;
use crate::stages::sample::{dash, ink};

/// Losses up to this are always shown.
const ALWAYS: f64 = 2.0;

/// A curve of a loss among several.
pub(in crate::stages) fn curve(name: String, points: Vec<(f64, f64)>, contender: usize, dash: Dash) -> Mark {
    Mark::Line { name, points, ink: ink(contender), dash, width: 2.0 }
}

impl Runs {
    /// Curves over the steps to the end of the budget, with where the training stands.
    pub fn over_steps(&self, title: &str, budget: f64, y: Axis, curves: Vec<Mark>) -> Figure {
        let now = self.all.first().map_or(0, Run::wanted);
        let mut marks = vec![Mark::Rule { name: String::new(), at: At::X(now as f64), ink: Ink::Muted }];
        marks.extend(curves);
        Figure {
            title: title.into(),
            x: Axis::linear("step", (0.0, budget.max(1.0))),
            y,
            marks,
            handles: Vec::new(),
            plane: Plane::Free,
        }
    }

    /// What was recorded under each loss: the position in the record, what it is, and its pattern.
    pub fn records(&self, parts: &[(usize, &str, Dash)]) -> Vec<Mark> {
        let mut curves = Vec::new();
        for (i, run) in self.all.iter().enumerate() {
            for (part, name, dash) in parts {
                let points = run.records().into_iter().map(|(step, record)| (step as f64, record[*part]));
                let name = if self.all.len() > 1 { format!("{name}, {}", run.title) } else { (*name).into() };
                curves.push(curve(name, points.collect(), i, *dash));
            }
        }
        curves
    }

    /// The losses.
    pub fn loss_curve(&self, budget: f64) -> Figure {
        let mut ends = Vec::new();
        let mut curves = Vec::new();
        for (i, run) in self.all.iter().enumerate() {
            let losses = run.course().map_or(Vec::new(), |course| course.losses.clone());
            let (low, high) = reach(&losses, ALWAYS);
            ends.extend([low, high]);
            let points = losses.into_iter().enumerate().map(|(step, loss)| (step as f64, loss));
            curves.push(curve(run.title.clone(), points.collect(), i, dash(i)));
        }
        self.over_steps("Loss over the training", budget, Axis::fitting("loss", ends), curves)
    }
}
