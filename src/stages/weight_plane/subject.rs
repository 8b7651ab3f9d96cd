//! A loss as a function of two weights, with its data and whatever else it reads held.

use std::collections::BTreeMap;

use ndarray::{ArrayD, IxDyn};

use crate::input::Inputs;
use crate::kernel::Gradient;
use crate::spec::{Input, Region, Spec};
use crate::stages::{Contender, State};
use crate::toys::regression::{self, Samples};

/// A place in the plane of the two weights.
pub(super) type Place = [f64; 2];

/// The input that the plane is of.
fn weights(spec: &'static Spec) -> Option<&'static Input> {
    spec.inputs.iter().find(|input| input.is_variable() && input.shape == ["2"] && input.region.is_some())
}

/// Whether a loss reads two weights, and beside them nothing but samples of two features and a bias.
pub(super) fn fits(spec: &'static Spec) -> bool {
    let Some(weights) = weights(spec) else { return false };
    spec.inputs.iter().filter(|input| input.name != weights.name).all(|input| {
        matches!(
            (input.name, input.shape, input.is_variable()),
            ("x", ["N", "2"], false) | ("y" | "labels", ["N"], false) | ("bias", ["1"], true)
        )
    })
}

/// A loss over the plane of its weights.
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
    weights: &'static str,
    inputs: Result<Inputs<f64>, String>,
}

impl Subject {
    pub(super) fn new(contender: &Contender, title: String, state: &State) -> Self {
        let spec = contender.loss.spec();
        let weights = weights(spec).expect("a stage is opened with losses that fit");
        let region = weights.region.expect("the weights were found by it");
        let samples = samples(spec, state);
        let bias = state.knobs.get("bias");
        let mut arrays: BTreeMap<String, ArrayD<f64>> = BTreeMap::new();
        for input in spec.inputs {
            let entries: Vec<f64> = match (input.name, &samples) {
                ("x", Some(samples)) => samples.features.as_flattened().to_vec(),
                ("y" | "labels", Some(samples)) => samples.targets.clone(),
                ("bias", _) => vec![bias],
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
            weights: weights.name,
            inputs: inputs.map_err(|e| e.to_string()),
        }
    }

    /// Why the loss cannot be computed.
    pub(super) fn trouble(&self) -> Option<&str> {
        self.inputs.as_ref().err().map(String::as_str)
    }

    /// The loss over a grid; see [`probe::surface`](crate::probe::surface). Empty if it cannot be computed.
    pub(super) fn surface(&self, xs: &[f64], ys: &[f64]) -> Vec<f64> {
        let Ok(input) = &self.inputs else { return Vec::new() };
        let subject =
            crate::probe::Subject { loss: self.contender.loss, params: &self.contender.params, input };
        crate::probe::surface(subject, self.weights, [0, 1], xs, ys)
    }

    /// Hands out value and gradient at any place.
    pub(super) fn evaluation(&self) -> Option<impl FnMut(Place) -> (f64, Place) + '_> {
        let mut inputs = self.inputs.as_ref().ok()?.clone();
        let mut gradient = Gradient::default();
        let Contender { loss, params } = &self.contender;
        Some(move |at: Place| {
            inputs.variable_mut(self.weights).copy_from_slice(&at);
            let value = loss.value_and_gradient(&inputs, params, &mut gradient);
            let slope = gradient.of(self.weights);
            (value, [slope[0], slope[1]])
        })
    }

    /// The largest eigenvalue of the Hessian, from differences of gradients.
    pub(super) fn curvature(&self, [x, y]: Place) -> Option<f64> {
        let mut at = self.evaluation()?;
        let h = 1e-5 * x.abs().max(y.abs()).max(1.0);
        let mut column = |dx: f64, dy: f64| {
            let (up, down) = (at([x + dx, y + dy]).1, at([x - dx, y - dy]).1);
            [(up[0] - down[0]) / (2.0 * h), (up[1] - down[1]) / (2.0 * h)]
        };
        let ([a, b], [c, d]) = (column(h, 0.0), column(0.0, h));
        let (middle, half, off) = (0.5 * (a + d), 0.5 * (a - d), 0.5 * (b + c));
        Some(middle + half.hypot(off))
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
