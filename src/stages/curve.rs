//! Loss and slope of one number: against the margin, or against the residual.

use std::any::Any;
use std::collections::BTreeMap;

use ndarray::{ArrayD, IxDyn};

use super::stage::{FigureInfo, Readout, Scene, Stage, StageSpec};
use super::state::{Contender, State};
use crate::figures::{At, Axis, Dash, Figure, Freedom, Handle, Ink, Mark, Plane, Shape};
use crate::input::Inputs;
use crate::kernel::Gradient;
use crate::spec::{Param, Spec};

/// A number on the horizontal axis, and the loss and its slope as curves above it.
pub struct Curve {
    spec: &'static StageSpec,
    /// Name of the input that runs along the axis.
    input: &'static str,
    /// What is written along the axis.
    axis: &'static str,
    /// The ends of the axis.
    range: (f64, f64),
}

/// Loss and slope against the margin `z = y·f(x)`.
pub const MARGIN_CURVE: Curve = Curve {
    spec: &StageSpec {
        id: "margin-curve",
        title: "Margin curve",
        about: "The loss of one sample and its slope against the margin. Drag the dot along.",
        knobs: &[Param::linear("z", "z", -1.0, (-4.0, 4.0), "the margin at the dot")],
        contenders: 4,
        trains: false,
        actions: &[],
    },
    input: "margin",
    axis: "margin z",
    range: (-4.0, 4.0),
};

/// Loss and slope against the residual `r`.
pub const RESIDUAL_CURVE: Curve = Curve {
    spec: &StageSpec {
        id: "residual-curve",
        title: "Residual curve",
        about: "The loss of one sample and its influence against the residual. Drag the dot along.",
        knobs: &[Param::linear("r", "r", 2.0, (-6.0, 6.0), "the residual at the dot")],
        contenders: 4,
        trains: false,
        actions: &[],
    },
    input: "residual",
    axis: "residual r",
    range: (-6.0, 6.0),
};

/// Samples of a curve; odd, so that the kink at 0 is one of them.
const SAMPLES: usize = 401;

impl Stage for Curve {
    fn spec(&self) -> &'static StageSpec {
        self.spec
    }

    fn fits(&self, loss: &'static Spec) -> bool {
        loss.reads(&[self.input]) || (self.input == "margin" && loss.reads(&["scores", "labels"]))
    }

    fn open(&self, state: &State, _: Option<Box<dyn Scene>>) -> Box<dyn Scene> {
        let at = state.knobs.get(self.knob());
        Box::new(CurveScene { stage: Self { ..*self }, state: state.clone(), at })
    }
}

impl Curve {
    fn knob(&self) -> &'static str {
        self.spec.knobs[0].name
    }
}

struct CurveScene {
    stage: Curve,
    state: State,
    at: f64,
}

/// Value and slope of the loss of one sample at `x`. A raw score is the margin of a positive sample.
fn value_and_slope(contender: &Contender, x: f64, gradient: &mut Gradient) -> (f64, f64) {
    let one = |value: f64| ArrayD::from_elem(IxDyn(&[1]), value);
    let spec = contender.loss.spec();
    let entry = |name: &str| if name == "labels" { one(1.0) } else { one(x) };
    let arrays: BTreeMap<_, _> = spec.inputs.iter().map(|i| (i.name.to_owned(), entry(i.name))).collect();
    match Inputs::new(spec, arrays) {
        Ok(input) => {
            let value = contender.loss.value_and_gradient(&input, &contender.params, gradient);
            (value, gradient.flat().first().copied().unwrap_or(0.0))
        }
        Err(_) => (f64::NAN, f64::NAN),
    }
}

fn ink(i: usize) -> Ink {
    if i == 0 { Ink::Accent } else { Ink::Series(i) }
}

impl CurveScene {
    fn curves(&self, pick: fn((f64, f64)) -> f64) -> Vec<Mark> {
        let (low, high) = self.stage.range;
        let mut gradient = Gradient::default();
        let mut marks = vec![Mark::Rule { name: String::new(), at: At::X(self.at), ink: Ink::Muted }];
        for (i, contender) in self.state.contenders.iter().enumerate() {
            let mut sample = |k: usize| {
                let x = low + (high - low) * k as f64 / (SAMPLES - 1) as f64;
                (x, pick(value_and_slope(contender, x, &mut gradient)))
            };
            marks.push(Mark::Line {
                name: contender.loss.spec().title.to_owned(),
                points: (0..SAMPLES).map(&mut sample).collect(),
                ink: ink(i),
                dash: if i == 0 { Dash::Solid } else { Dash::Dashed },
                width: 2.0,
            });
        }
        for (i, contender) in self.state.contenders.iter().enumerate() {
            marks.push(Mark::Points {
                name: String::new(),
                points: vec![(self.at, pick(value_and_slope(contender, self.at, &mut gradient)))],
                ink: ink(i),
                shape: Shape::OfClass(i),
                size: 5.0,
            });
        }
        marks
    }
}

impl Scene for CurveScene {
    fn figures(&self) -> Vec<FigureInfo> {
        let info =
            |id, title: &str, main| FigureInfo { id, title: title.into(), refines: false, aspect: 1.6, main };
        vec![info("loss", "Loss", true), info("slope", "Pull on the sample (negative slope)", false)]
    }

    fn basis(&self, _: &str) -> State {
        self.state.clone()
    }

    fn figure(&self, figure: &str, _: &[f64]) -> Figure {
        let (title, label, marks) = match figure {
            "slope" => ("Pull on the sample", "−slope", self.curves(|(_, slope)| -slope)),
            _ => ("Loss", "loss", self.curves(|(value, _)| value)),
        };
        let values = marks.iter().flat_map(|mark| match mark {
            Mark::Line { points, .. } => points.iter().map(|p| p.1).collect(),
            _ => Vec::new(),
        });
        // An exponential would flatten everything else; 20 is beyond what a margin of −4 costs elsewhere.
        let y =
            Axis::fitting(label, values.map(|v: f64| v.clamp(-20.0, 20.0)).chain([0.0]).collect::<Vec<_>>());
        let height = match marks.iter().rev().find(|m| matches!(m, Mark::Points { .. })) {
            Some(Mark::Points { points, .. }) => points[0].1.clamp(y.range.0, y.range.1),
            _ => 0.0,
        };
        Figure {
            title: title.into(),
            x: Axis::linear(self.stage.axis, self.stage.range),
            y,
            marks,
            handles: vec![Handle {
                id: "dot".into(),
                name: format!("dot at {} {:.2}", self.stage.input, self.at),
                at: (self.at, height),
                freedom: Freedom::X,
                selected: true,
            }],
            plane: Plane::Free,
        }
    }

    fn readouts(&self) -> Vec<Readout> {
        let mut gradient = Gradient::default();
        let (value, slope) = value_and_slope(self.state.contender(), self.at, &mut gradient);
        let note =
            |v: f64| if v.is_finite() { String::new() } else { "beyond what a number can hold".into() };
        vec![
            Readout { id: "loss", name: "loss".into(), value, unit: "", note: note(value) },
            Readout { id: "slope", name: "slope".into(), value: slope, unit: "", note: note(slope) },
        ]
    }

    fn sentence(&self) -> String {
        let mut gradient = Gradient::default();
        let parts: Vec<String> = self
            .state
            .contenders
            .iter()
            .map(|c| {
                let (value, slope) = value_and_slope(c, self.at, &mut gradient);
                format!("{} is {value:.4} with slope {slope:.4}", c.loss.spec().title)
            })
            .collect();
        format!("At {} {:.2}: {}.", self.stage.input, self.at, parts.join("; "))
    }

    fn place(&self, _: &str, _: &str, to: (f64, f64)) -> State {
        let (low, high) = self.stage.range;
        self.state.with(|state| {
            // Clamped and finite, so it is allowed.
            let _ = state
                .knobs
                .set(self.stage.knob(), if to.0.is_nan() { self.at } else { to.0.clamp(low, high) });
        })
    }

    fn select(&self, _: &str, _: &str) -> State {
        self.state.clone()
    }

    fn act(&self, _: &str) -> State {
        self.state.clone()
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
