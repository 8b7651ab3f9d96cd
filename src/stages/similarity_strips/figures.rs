//! The drawings of the stage.

use std::f64::consts::TAU;

use super::scene::{SimilarityStripsScene, WHISKER};
use super::strips::{BoxPlot, Dot, Strips};
use crate::figures::{Axis, Dash, Figure, Freedom, Handle, Ink, Mark, Plane, Shape};

/// Half the height over which the dots of a strip are spread.
const SPREAD: f64 = 0.28;

/// Half the height of a box.
const BOX: f64 = 0.38;

/// The fractional part of the golden ratio: its multiples fill an interval evenly.
const GOLDEN: f64 = 0.618_033_988_749_894_9;

fn line(name: &str, points: Vec<(f64, f64)>, ink: Ink, dash: Dash, width: f64) -> Mark {
    Mark::Line { name: name.into(), points, ink, dash, width }
}

impl SimilarityStripsScene {
    /// One strip of dots for each kind of similarity, positive pairs on top, box and whiskers on the negative pairs.
    pub(super) fn strips_figure(&self, i: usize) -> Figure {
        let (strips, run) = (&self.strips()[i], &self.runs[i]);
        let mut rows = vec![("negative pairs", &strips.negatives, 1)];
        if !strips.rivals.is_empty() {
            rows.push(("rival prototypes", &strips.rivals, 2));
        }
        rows.push(("positive pairs", &strips.positives, 0));

        let mut marks: Vec<Mark> = strips.gap().map(|gap| gap_band(strips, gap)).into_iter().collect();
        let mut wrong = Vec::new();
        for (row, (name, dots, series)) in rows.iter().enumerate() {
            let place = |(k, dot): (usize, &Dot)| {
                (dot.cosine, row as f64 + SPREAD * (2.0 * (k as f64 * GOLDEN).fract() - 1.0))
            };
            let of = |is_wrong: bool| {
                dots.iter().enumerate().filter(move |(_, dot)| dot.is_wrong == is_wrong).map(place)
            };
            wrong.extend(of(true));
            marks.push(Mark::Points {
                name: (*name).into(),
                points: of(false).collect(),
                ink: Ink::Series(*series),
                shape: Shape::OfClass(*series),
                size: if dots.len() > 100 { 2.0 } else { 3.5 },
            });
        }
        if !wrong.is_empty() {
            marks.push(Mark::Points {
                name: "because of a wrong label".into(),
                points: wrong,
                ink: Ink::Text,
                shape: Shape::Cross,
                size: 5.0,
            });
        }
        let mut handles = Vec::new();
        if let Some(plot) = self.box_plot(i) {
            marks.extend(box_and_whiskers(&plot));
            if run.contender.params.has(WHISKER) {
                handles.push(Handle {
                    id: "whisker".into(),
                    name: format!("upper whisker at {:.2}", plot.high),
                    at: (plot.high.clamp(-1.0, 1.0), 0.0),
                    freedom: Freedom::X,
                    selected: true,
                });
            }
        }
        Figure {
            title: run.title.clone(),
            x: Axis::linear("cosine similarity", (-1.0, 1.0)),
            y: Axis::names("", rows.iter().map(|row| row.0.to_owned()).collect()),
            marks,
            handles,
            plane: Plane::Free,
        }
    }

    /// The sphere seen from the front; what lies behind is drawn small.
    pub(super) fn globe(&self) -> Figure {
        let circle = (0..=180).map(|i| (TAU * f64::from(i) / 180.0).sin_cos()).map(|(s, c)| (c, s));
        let mut marks = vec![line("", circle.collect(), Ink::Muted, Dash::Solid, 1.0)];
        let [vectors, prototypes] = self.runs[0].vectors().unwrap_or_default();
        let stars: Vec<usize> = (0..prototypes.len()).collect();
        for (points, classes, is_star) in [(&vectors, &self.batch.labels, false), (&prototypes, &stars, true)]
        {
            for class in 0..self.batch.prototypes.len() {
                for is_front in [false, true] {
                    let own = points
                        .iter()
                        .zip(classes.iter())
                        .filter(|(x, c)| **c == class && x.len() == 3 && (x[1] < 0.0) == is_front);
                    let seen: Vec<(f64, f64)> = own.map(|(x, _)| (x[0], x[2])).collect();
                    if seen.is_empty() {
                        continue;
                    }
                    marks.push(Mark::Points {
                        name: String::new(),
                        points: seen,
                        ink: Ink::Class(class),
                        shape: if is_star { Shape::Star } else { Shape::OfClass(class) },
                        size: if is_front { 6.0 } else { 3.0 },
                    });
                }
            }
        }
        Figure {
            title: "The samples on their sphere, those behind drawn small".into(),
            x: Axis::linear("x₁", (-1.15, 1.15)),
            y: Axis::linear("x₃", (-1.15, 1.15)),
            marks,
            handles: Vec::new(),
            plane: Plane::Equal,
        }
    }

    /// The length of the gradient by every sample.
    pub(super) fn forces(&self) -> Figure {
        let heights = self.runs[0].forces();
        let ink = |i: usize| if self.batch.is_wrong(i) { Ink::Text } else { Ink::Series(0) };
        let top = heights.iter().copied().filter(|h| h.is_finite()).fold(0.0, f64::max);
        Figure {
            title: "How hard each sample is pushed; wrong labels dark".into(),
            x: Axis::names("sample", (1..=heights.len()).map(|i| i.to_string()).collect()),
            y: Axis::linear("length of the gradient", (0.0, if top > 0.0 { 1.1 * top } else { 1.0 })),
            marks: vec![Mark::Bars {
                name: "length of the gradient".into(),
                inks: (0..heights.len()).map(ink).collect(),
                heights,
            }],
            handles: Vec::new(),
            plane: Plane::Free,
        }
    }

    pub(super) fn loss_curve(&self) -> Figure {
        let mut marks = Vec::new();
        for (i, run) in self.runs.iter().enumerate() {
            let course: Vec<(f64, f64)> =
                run.losses().iter().enumerate().map(|(step, &loss)| (step as f64, loss)).collect();
            let (ink, dash) =
                if i == 0 { (Ink::Accent, Dash::Solid) } else { (Ink::Series(i), Dash::Dashed) };
            let here = course.last().copied().into_iter().collect();
            marks.push(line(&run.title, course, ink, dash, 2.0));
            marks.push(Mark::Points {
                name: String::new(),
                points: here,
                ink,
                shape: Shape::OfClass(i),
                size: 5.0,
            });
        }
        Figure {
            title: "Loss over the training".into(),
            x: Axis::linear("step", (0.0, self.state.knobs.get("budget").max(1.0))),
            y: Axis::fitting("loss", self.runs.iter().flat_map(|run| run.losses().iter().copied())),
            marks,
            handles: Vec::new(),
            plane: Plane::Free,
        }
    }
}

/// What lies between the most similar negative pair and the least similar positive one.
fn gap_band(strips: &Strips, gap: f64) -> Mark {
    let greatest = strips.negatives.iter().map(|dot| dot.cosine).fold(-1.0, f64::max);
    let (name, range) = if gap > 0.0 {
        (format!("gap {gap:.2}"), (greatest, greatest + gap))
    } else {
        (format!("overlap {:.2}", -gap), (greatest + gap, greatest))
    };
    Mark::Band { name, range, ink: Ink::Muted }
}

/// The box over the strip of negative pairs, and a whisker to each side of it.
fn box_and_whiskers(plot: &BoxPlot) -> Vec<Mark> {
    let (left, right) = (plot.lower_quartile, plot.upper_quartile);
    let frame = vec![(left, -BOX), (right, -BOX), (right, BOX), (left, BOX), (left, -BOX)];
    let whisker = |from: f64, to: f64| line("", vec![(from, 0.0), (to, 0.0)], Ink::Text, Dash::Solid, 1.5);
    let end = |at: f64| line("", vec![(at, -BOX), (at, BOX)], Ink::Text, Dash::Solid, 2.5);
    let mut marks = vec![line("", frame, Ink::Text, Dash::Solid, 1.5)];
    // Below half a box length the whiskers have passed each other: nothing is kept, nothing is drawn.
    if plot.low <= plot.high {
        marks.extend([whisker(plot.low, left), whisker(right, plot.high), end(plot.low), end(plot.high)]);
    }
    marks
}
