//! The drawings of the stage.

use super::paths::Path;
use super::scene::WeightPlaneScene;
use super::subject::Place;
use crate::figures::{At, Axis, Colours, Dash, Figure, Freedom, Handle, Ink, Map, Mark, Plane, Shape};
use crate::stages::reach::reach;

/// Contours of a landscape.
const CONTOURS: usize = 14;

/// A loss that is this many times that at the start is off the curve.
const LOST: f64 = 10.0;

/// The least ratio of losses that is drawn on a logarithmic axis.
const WIDE: f64 = 50.0;

fn line(name: &str, points: Vec<(f64, f64)>, ink: Ink, dash: Dash, width: f64) -> Mark {
    Mark::Line { name: name.into(), points, ink, dash, width }
}

fn at([x, y]: Place) -> (f64, f64) {
    (x, y)
}

fn dot(points: Vec<(f64, f64)>, slot: usize) -> Mark {
    Mark::Points {
        name: String::new(),
        points,
        ink: Ink::Series(slot),
        shape: Shape::OfClass(slot),
        size: 5.0,
    }
}

impl WeightPlaneScene {
    /// The landscape with the ways over it: thin to the end of the budget, thick as far as they have gone.
    pub(super) fn plane(&self, subject: usize, computed: &[f64]) -> Figure {
        let (paths, steps, racers) = (self.whole(subject), self.steps(subject), &self.racers[subject]);
        let subject = &self.subjects[subject];
        let region = subject.region;
        let mut marks = Vec::new();
        let side = computed.len().isqrt();
        if side > 1 {
            marks.push(Mark::Map(Map {
                name: if subject.journey.is_some() { "height" } else { "loss" }.into(),
                columns: side,
                values: computed.to_vec(),
                x: region.x,
                y: region.y,
                colours: Colours::Depth,
                contours: CONTOURS,
                cells: false,
            }));
        }
        for (racer, path) in racers.iter().zip(paths) {
            let way: Vec<(f64, f64)> = path.places.iter().map(|&place| at(place)).collect();
            let gone = way[..way.len().min(steps + 1)].to_vec();
            let ink = Ink::Series(racer.slot);
            let here: Vec<(f64, f64)> = gone.last().copied().into_iter().collect();
            marks.push(line(&racer.name, way, ink, Dash::Solid, 1.0));
            marks.push(line("", gone, ink, Dash::Solid, 3.0));
            marks.push(dot(here, racer.slot));
        }
        let mut handles = vec![self.start_handle()];
        if let Some(journey) = subject.journey {
            let end = paths.first().and_then(|path| path.places.get(steps));
            marks.extend(seen_along(journey.probe, end));
            handles.push(Handle {
                id: "probe".into(),
                name: format!("probe {:.2}, {:.2}", journey.probe[0], journey.probe[1]),
                at: at(journey.probe),
                freedom: Freedom::Plane,
                selected: false,
            });
        }
        marks.push(self.start_mark());
        let knob = |name| self.state.knobs.get(name);
        Figure {
            title: subject.title.clone(),
            x: Axis::linear("first weight", region.x),
            y: Axis::linear("second weight", region.y),
            marks,
            handles,
            plane: if self.state.knobs.named("view") == "surface" {
                Plane::Surface { yaw: knob("yaw"), pitch: knob("pitch") }
            } else {
                Plane::Equal
            },
        }
    }

    pub(super) fn over_steps_title(&self) -> &'static str {
        if self.subjects[0].journey.is_some() { "Height over the steps" } else { "Loss over the steps" }
    }

    fn start_mark(&self) -> Mark {
        Mark::Points {
            name: String::new(),
            points: vec![at(self.start)],
            ink: Ink::Text,
            shape: Shape::Ring,
            size: 9.0,
        }
    }

    fn start_handle(&self) -> Handle {
        Handle {
            id: "start".into(),
            name: format!("start at {:.2}, {:.2}", self.start[0], self.start[1]),
            at: at(self.start),
            freedom: Freedom::Plane,
            selected: true,
        }
    }

    /// The loss of a path wherever it could start: places that lead to one end have one colour.
    pub(super) fn over_start(&self, computed: &[f64]) -> Figure {
        let region = self.subjects[0].region;
        let side = computed.len().isqrt();
        let (low, high) = reach(computed, region.x.1.max(region.y.1));
        let map = Mark::Map(Map {
            name: "loss".into(),
            columns: side,
            values: computed.iter().map(|v| if v.is_nan() { *v } else { v.clamp(low, high) }).collect(),
            x: region.x,
            y: region.y,
            colours: Colours::Signed,
            contours: 0,
            cells: false,
        });
        Figure {
            title: "Loss over the start".into(),
            x: Axis::linear("first weight of the start", region.x),
            y: Axis::linear("second weight of the start", region.y),
            marks: (side > 1).then_some(map).into_iter().chain([self.start_mark()]).collect(),
            handles: vec![self.start_handle()],
            plane: Plane::Equal,
        }
    }

    /// The loss of every racer over its steps, on a logarithmic axis if it falls far.
    pub(super) fn loss_curve(&self) -> Figure {
        let paths = self.whole(0);
        let top = paths.iter().filter_map(|path| path.losses.first()).fold(0.0f64, |top, l| top.max(l.abs()));
        let shown = paths.iter().flat_map(|path| &path.losses).copied().filter(|l| l.abs() <= LOST * top);
        let shown: Vec<f64> = shown.collect();
        let (least, most) =
            shown.iter().fold((f64::INFINITY, 0.0f64), |(low, high), &l| (low.min(l), high.max(l)));
        let label = if self.subjects[0].journey.is_some() { "height" } else { "loss" };
        let mut y = Axis::fitting(label, shown);
        if least > 0.0 && most > WIDE * least {
            y = Axis::log(label, (least.max(1e-12 * most), 1.2 * most));
        }
        let mut marks =
            vec![Mark::Rule { name: String::new(), at: At::X(self.steps(0) as f64), ink: Ink::Muted }];
        for (racer, path) in self.racers[0].iter().zip(paths) {
            let course: Vec<(f64, f64)> =
                path.losses.iter().enumerate().map(|(step, &loss)| (step as f64, loss)).collect();
            let here = course.get(self.steps(0)).copied();
            marks.push(line(&racer.name, course, Ink::Series(racer.slot), Dash::Solid, 2.0));
            marks.push(dot(here.into_iter().collect(), racer.slot));
        }
        Figure {
            title: self.over_steps_title().into(),
            x: Axis::linear("step", (0.0, self.budget(0).max(1) as f64)),
            y,
            marks,
            handles: Vec::new(),
            plane: Plane::Free,
        }
    }

    /// The samples, and what each racer makes of them.
    pub(super) fn data(&self, gone: &[Path]) -> Figure {
        let subject = &self.subjects[0];
        let empty = crate::toys::regression::Samples { features: Vec::new(), targets: Vec::new() };
        let samples = subject.samples.as_ref().unwrap_or(&empty);
        let (features, targets) = (&samples.features, &samples.targets);
        let ends = self.racers[0].iter().zip(gone).filter_map(|(racer, path)| Some((racer, path.end()?)));
        let spec = subject.contender.loss.spec();
        let mut marks = Vec::new();
        let points = |name: &str, points: Vec<(f64, f64)>, class: usize| Mark::Points {
            name: name.into(),
            points,
            ink: Ink::Class(class),
            shape: Shape::OfClass(class),
            size: 4.0,
        };
        let (x, y);
        if spec.input("labels").is_some() {
            (x, y) = (
                Axis::fitting("first feature", features.iter().map(|f| f[0])),
                Axis::fitting("second feature", features.iter().map(|f| f[1])),
            );
            for class in 0..2 {
                let own = features.iter().zip(targets).filter(|(_, t)| **t == class as f64);
                marks.push(points(&format!("label {class}"), own.map(|(f, _)| at(*f)).collect(), class));
            }
            for (racer, weights) in ends {
                let border = border(weights, subject.bias, x.range, y.range);
                marks.push(line(&racer.name, border, Ink::Series(racer.slot), Dash::Solid, 2.0));
            }
        } else if self.state.knobs.named("data") == "line" {
            x = Axis::linear("feature", (-1.05, 1.05));
            y = Axis::fitting("target", targets.iter().copied());
            let seen = features.iter().zip(targets).map(|(f, &t)| (f[0], t)).collect();
            marks.push(Mark::Points {
                name: "samples".into(),
                points: seen,
                ink: Ink::Text,
                shape: Shape::OfClass(0),
                size: 4.0,
            });
            for (racer, [slope, intercept]) in ends {
                let fit = [x.range.0, x.range.1].map(|at| (at, slope * at + intercept)).to_vec();
                marks.push(line(&racer.name, fit, Ink::Series(racer.slot), Dash::Solid, 2.0));
            }
        } else {
            x = Axis::fitting("target", targets.iter().copied());
            y = Axis { label: "prediction".into(), ..x.clone() };
            let equal = vec![(x.range.0, x.range.0), (x.range.1, x.range.1)];
            marks.push(line("perfect", equal, Ink::Muted, Dash::Dashed, 1.0));
            for (racer, [a, b]) in ends {
                let predicted = features.iter().zip(targets).map(|(f, &t)| (t, a * f[0] + b * f[1]));
                let mut mark = dot(predicted.collect(), racer.slot);
                if let Mark::Points { name, size, .. } = &mut mark {
                    name.clone_from(&racer.name);
                    *size = 3.0;
                }
                marks.push(mark);
            }
        }
        Figure {
            title: "The model and its data".into(),
            x,
            y,
            marks,
            handles: Vec::new(),
            plane: Plane::Free,
        }
    }
}

/// The probe, and the end of a path as it is seen along it.
fn seen_along([x, y]: Place, end: Option<&Place>) -> Vec<Mark> {
    let length = x * x + y * y;
    if length == 0.0 {
        return Vec::new();
    }
    let foot = |[a, b]: Place| {
        let part = (a * x + b * y) / length;
        vec![(0.0, 0.0), (part * x, part * y), (a, b)]
    };
    let arrow = Mark::Arrows { name: "probe".into(), arrows: vec![[(0.0, 0.0), (x, y)]], ink: Ink::Text };
    let seen = end.map(|&end| line("", foot(end), Ink::Text, Dash::Dashed, 1.0));
    seen.into_iter().chain([arrow]).collect()
}

/// The part of the line `a·x + b·y + bias = 0` between these bounds; nothing if both weights are 0.
fn border([a, b]: Place, bias: f64, (left, right): (f64, f64), (low, high): (f64, f64)) -> Vec<(f64, f64)> {
    if a == 0.0 && b == 0.0 {
        return Vec::new();
    }
    if b.abs() >= a.abs() {
        [left, right].map(|x| (x, -(a * x + bias) / b)).to_vec()
    } else {
        [low, high].map(|y| (-(b * y + bias) / a, y)).to_vec()
    }
}
