//! A loss as a function of two weights, with its data and whatever else it reads held.

use std::collections::BTreeMap;

use ndarray::{ArrayD, IxDyn};

use crate::input::Inputs;
use crate::kernel::Gradient;
use crate::losses::models::surface::{self, Surface};
use crate::optimizer::{Landscape, Method};
use crate::spec::{Input, Params, Region, Spec};
use crate::stages::{Contender, State};
use crate::toys::regression::{self, Samples};

/// A place in the plane of the two weights.
pub(super) type Place = [f64; 2];

/// The input that the plane is of.
fn weights(spec: &'static Spec) -> Option<&'static Input> {
    spec.inputs.iter().find(|input| input.is_variable() && input.shape == ["2"] && input.region.is_some())
}

/// Whether a loss reads two weights, and beside them nothing but samples of two features and a bias.
fn is_landscape(spec: &'static Spec) -> bool {
    let Some(weights) = weights(spec) else { return false };
    spec.inputs.iter().filter(|input| input.name != weights.name).all(|input| {
        matches!(
            (input.name, input.shape, input.is_variable()),
            ("x", ["N", "2"], false) | ("y" | "labels", ["N"], false) | ("bias", ["1"], true)
        )
    })
}

/// Whether a loss reads where a path over a surface starts, and along what its end is seen.
pub(super) fn is_path(spec: &'static Spec) -> bool {
    spec.reads(&["start", "probe"])
        && ["surface", "optimizer", "steps"].iter().all(|p| spec.param(p).is_some())
}

/// Whether the plane can show a loss.
pub(super) fn fits(spec: &'static Spec) -> bool {
    is_landscape(spec) || is_path(spec)
}

/// A landscape over the plane of two weights: a loss with its data and whatever else it reads held, or what the
/// path of a loss leads over.
pub(super) struct Subject {
    pub contender: Contender,
    /// What it is called beside the others.
    pub title: String,
    /// The part of the plane worth looking at.
    pub region: Region,
    /// What the model is fitted to, if it is fitted to anything.
    pub samples: Option<Samples>,
    /// What is added to every score.
    pub bias: f64,
    /// The path that the loss itself is about, if it is about one.
    pub journey: Option<Journey>,
    weights: &'static str,
    inputs: Result<Inputs<f64>, String>,
}

/// How a loss goes over its surface by itself.
#[derive(Clone, Copy)]
pub(super) struct Journey {
    pub method: Method,
    pub steps: usize,
    /// Along what the end is seen.
    pub probe: Place,
}

impl Subject {
    pub(super) fn new(contender: &Contender, title: String, state: &State) -> Self {
        let spec = contender.loss.spec();
        let params = &contender.params;
        let (weights, region) = match weights(spec) {
            Some(Input { name, region: Some(region), .. }) => (*name, *region),
            _ => ("start", surface::region(params)),
        };
        let probe = state.points.as_deref().and_then(|points| points.get(1));
        let journey = is_path(spec).then(|| Journey {
            method: Method::chosen(params),
            steps: params.whole("steps"),
            probe: probe.map_or([1.0, 0.0], |probe| [probe.x, probe.y]),
        });
        let samples = samples(spec, state);
        let bias = state.knobs.get("bias");
        let mut arrays: BTreeMap<String, ArrayD<f64>> = BTreeMap::new();
        for input in spec.inputs {
            let entries: Vec<f64> = match (input.name, &samples, &journey) {
                ("x", Some(samples), _) => samples.features.as_flattened().to_vec(),
                ("y" | "labels", Some(samples), _) => samples.targets.clone(),
                ("bias", ..) => vec![bias],
                ("probe", _, Some(journey)) => journey.probe.to_vec(),
                _ => vec![region.start.0, region.start.1],
            };
            let rows = entries.len();
            let shape = if input.shape.len() == 2 { IxDyn(&[rows / 2, 2]) } else { IxDyn(&[rows]) };
            arrays
                .insert(input.name.into(), ArrayD::from_shape_vec(shape, entries).expect("shapes multiply"));
        }
        let inputs = Inputs::new(spec, arrays).and_then(|inputs| {
            contender.loss.check(&inputs, &contender.params)?;
            Ok(inputs)
        });
        Self {
            contender: contender.clone(),
            title,
            region,
            samples,
            bias,
            journey,
            weights,
            inputs: inputs.map_err(|e| e.to_string()),
        }
    }

    /// Why the loss cannot be computed.
    pub(super) fn trouble(&self) -> Option<&str> {
        self.inputs.as_ref().err().map(String::as_str)
    }

    /// The height over a grid, one row for each of `ys`. Empty if it cannot be computed.
    pub(super) fn surface(&self, xs: &[f64], ys: &[f64]) -> Vec<f64> {
        if self.journey.is_some() {
            let params = &self.contender.params;
            return ys
                .iter()
                .flat_map(|&y| xs.iter().map(move |&x| surface::height([x, y], params)))
                .collect();
        }
        self.values(xs, ys)
    }

    /// The loss over a grid; see [`probe::surface`](crate::probe::surface). Empty if it cannot be computed.
    pub(super) fn values(&self, xs: &[f64], ys: &[f64]) -> Vec<f64> {
        let Ok(input) = &self.inputs else { return Vec::new() };
        let subject =
            crate::probe::Subject { loss: self.contender.loss, params: &self.contender.params, input };
        crate::probe::surface(subject, self.weights, [0, 1], xs, ys)
    }

    /// The landscape to walk on; none if it cannot be computed.
    pub(super) fn ground(&self) -> Option<Ground<'_>> {
        let Contender { loss, params } = &self.contender;
        if self.journey.is_some() {
            return Some(Ground::Surface(params));
        }
        let inputs = self.inputs.as_ref().ok()?.clone();
        Some(Ground::Loss {
            loss: *loss,
            params,
            weights: self.weights,
            inputs,
            gradient: Gradient::default(),
        })
    }

    /// The loss itself at a place, and its slope there; none if it cannot be computed.
    pub(super) fn loss(&self, at: Place) -> Option<(f64, Place)> {
        let Contender { loss, params } = &self.contender;
        let inputs = self.inputs.as_ref().ok()?.clone();
        let mut loss = Ground::Loss {
            loss: *loss,
            params,
            weights: self.weights,
            inputs,
            gradient: Gradient::default(),
        };
        Some(loss.at(at))
    }
}

/// Hands out height and slope of a landscape.
pub(super) enum Ground<'a> {
    /// A loss with its inputs, of which the weights are moved.
    Loss {
        loss: &'static dyn crate::kernel::Loss,
        params: &'a Params,
        weights: &'static str,
        inputs: Inputs<f64>,
        gradient: Gradient,
    },
    /// The surface that parameters choose, by the very arithmetic of a loss that walks on it.
    Surface(&'a Params),
}

impl Ground<'_> {
    /// Height and gradient at a place.
    pub(super) fn at(&mut self, at: Place) -> (f64, Place) {
        match self {
            Self::Loss { loss, params, weights, inputs, gradient } => {
                inputs.variable_mut(weights).copy_from_slice(&at);
                let value = loss.value_and_gradient(inputs, params, gradient);
                let slope = gradient.of(weights);
                (value, [slope[0], slope[1]])
            }
            Self::Surface(params) => (surface::height(at, params), surface::gradient(at, params)),
        }
    }

    /// The largest eigenvalue of the Hessian.
    pub(super) fn curvature(&mut self, at: Place) -> f64 {
        let [[a, b], [c, d]] = self.hessian(at);
        let (middle, half, off) = (0.5 * (a + d), 0.5 * (a - d), 0.5 * (b + c));
        middle + half.hypot(off)
    }
}

impl Landscape<f64> for Ground<'_> {
    fn gradient(&mut self, at: Place) -> Place {
        self.at(at).1
    }

    fn hessian(&mut self, [x, y]: Place) -> [Place; 2] {
        if let Self::Surface(params) = self {
            return Surface(params).hessian([x, y]);
        }
        // Every loss has a gradient, few a Hessian: differences of the one make the other.
        let h = 1e-5 * x.abs().max(y.abs()).max(1.0);
        let mut row = |dx: f64, dy: f64| {
            let (up, down) = (self.gradient([x + dx, y + dy]), self.gradient([x - dx, y - dy]));
            [(up[0] - down[0]) / (2.0 * h), (up[1] - down[1]) / (2.0 * h)]
        };
        [row(h, 0.0), row(0.0, h)]
    }
}

fn samples(spec: &'static Spec, state: &State) -> Option<Samples> {
    spec.input("x")?;
    let (count, noise) = (state.knobs.whole("count"), state.knobs.get("noise"));
    Some(if spec.input("labels").is_some() {
        regression::blobs(count, state.knobs.get("separation"), state.seed)
    } else if state.knobs.named("data") == "line" {
        regression::line(count, noise, state.seed)
    } else {
        regression::correlated(count, state.knobs.get("correlation"), noise, state.seed)
    })
}
