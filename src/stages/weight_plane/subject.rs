//! A loss as a function of two weights, with its data and whatever else it reads held.

use crate::input::Inputs;
use crate::kernel::Gradient;
use crate::losses::models::surface::{self, Surface};
use crate::optimizer::Landscape;
use crate::spec::{Input, Meaning, Region, Role, Spec};
use crate::stages::engine::direct;
use crate::stages::stage::Tile;
use crate::stages::{Contender, State};
use crate::toys::regression::{self, Samples};

/// A place in the plane of the two weights.
pub(super) type Place = [f64; 2];

/// The input that the plane is of: the first pair of weights.
fn weights(spec: &'static Spec) -> Option<&'static Input> {
    spec.of_role(Role::Weights).find(|input| input.is_variable() && input.shape == ["2"])
}

/// Whether an input is what is added to every score.
pub(super) fn is_bias(input: &Input) -> bool {
    input.role == Role::Weights && input.shape == ["1"]
}

/// Whether a loss reads two weights, and beside them nothing but samples of two features and a bias.
fn is_landscape(spec: &'static Spec) -> bool {
    let Some(weights) = weights(spec).filter(|weights| weights.region.is_some()) else { return false };
    spec.inputs.iter().filter(|input| input.name != weights.name).all(|input| {
        match (input.role, input.shape, input.is_variable()) {
            (Role::Features, ["N", "2"], false) | (Role::Target | Role::Class, ["N"], false) => true,
            (.., is_variable) => is_variable && is_bias(input),
        }
    })
}

/// Whether a loss reads where a path over a surface starts, and along what its end is seen.
pub(super) fn is_path(spec: &'static Spec) -> bool {
    spec.inputs.len() == 2
        && spec.inputs.iter().all(|input| input.role == Role::Weights && input.shape == ["2"])
        && spec.meaning(Meaning::Updates).is_some()
}

/// Whether the plane can show a loss.
pub(super) fn fits(spec: &'static Spec) -> bool {
    is_landscape(spec) || is_path(spec)
}

/// The part of the plane worth looking at.
pub(super) fn region(contender: &Contender) -> Region {
    let own = weights(contender.loss.spec()).and_then(|weights| weights.region);
    own.unwrap_or_else(|| surface::region(&contender.params))
}

/// A landscape over the plane of two weights: a loss with its data and whatever else it reads held, or what the
/// path of a loss leads over.
pub(super) struct Subject {
    contender: Contender,
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
    pub steps: usize,
    /// Along what the end is seen.
    pub probe: Place,
}

impl Subject {
    pub(super) fn new(contender: &Contender, state: &State, start: Place) -> Self {
        let Contender { loss, params } = contender;
        let spec = loss.spec();
        let weights = weights(spec).expect("a loss that fits has weights").name;
        let probe = super::probe(state).unwrap_or([1.0, 0.0]);
        let journey = is_path(spec)
            .then(|| Journey { steps: params.meaning(Meaning::Updates).unwrap_or(0.0) as usize, probe });
        let samples = samples(spec, state);
        let bias = state.knobs.get("bias");
        let inputs = direct::inputs(spec, |input| {
            let entries = match (input.role, &samples) {
                (Role::Features, Some(samples)) => samples.features.as_flattened().to_vec(),
                (Role::Target | Role::Class, Some(samples)) => samples.targets.clone(),
                _ if is_bias(input) => vec![bias],
                _ if input.name == weights => start.to_vec(),
                _ => probe.to_vec(),
            };
            let shape = if input.rank() == 2 { vec![entries.len() / 2, 2] } else { vec![entries.len()] };
            (shape, entries)
        });
        let inputs = inputs.and_then(|inputs| {
            loss.check(&inputs, params).map_err(|error| error.to_string())?;
            Ok(inputs)
        });
        let region = region(contender);
        Self { contender: contender.clone(), region, samples, bias, journey, weights, inputs }
    }

    /// Why the loss cannot be computed.
    pub(super) fn trouble(&self) -> Option<&str> {
        self.inputs.as_ref().err().map(String::as_str)
    }

    /// What the loss reads when a racer is at a place; a path is read from its start on, wherever others are.
    pub(super) fn inputs(&self, at: Place) -> Result<Inputs<f64>, String> {
        let mut inputs = self.inputs.clone()?;
        if self.journey.is_none() {
            inputs.set_variable(self.weights, at);
        }
        Ok(inputs)
    }

    /// The places of a part of a grid with so many samples along a side; of all of it if no part is named.
    pub(super) fn grid(&self, side: usize, tile: Option<&Tile>) -> [Vec<f64>; 2] {
        let Tile { columns, rows } = tile.cloned().unwrap_or_else(|| Tile::whole(side));
        [(self.region.x, columns), (self.region.y, rows)].map(|((low, high), part)| {
            part.map(|i| low + (high - low) * i as f64 / (side - 1) as f64).collect()
        })
    }

    /// The height over a grid, one row for each of `ys`. Empty if it cannot be computed.
    pub(super) fn heights(&self, xs: &[f64], ys: &[f64]) -> Vec<f64> {
        if self.journey.is_none() {
            return self.values(xs, ys);
        }
        let row = |&y| xs.iter().map(move |&x| surface::height([x, y], &self.contender.params));
        ys.iter().flat_map(row).collect()
    }

    /// The loss over a grid; see [`probe::surface`](crate::probe::surface). Empty if it cannot be computed.
    pub(super) fn values(&self, xs: &[f64], ys: &[f64]) -> Vec<f64> {
        let Ok(input) = &self.inputs else { return Vec::new() };
        let Contender { loss, params } = &self.contender;
        crate::probe::surface(
            crate::probe::Subject { loss: *loss, params, input },
            self.weights,
            [0, 1],
            xs,
            ys,
        )
    }

    /// The loss itself at a place, and its slope there; NaN if it cannot be computed.
    pub(super) fn loss(&self, at: Place) -> (f64, Place) {
        let Ok(mut inputs) = self.inputs.clone() else { return (f64::NAN, [f64::NAN; 2]) };
        inputs.set_variable(self.weights, at);
        let Contender { loss, params } = &self.contender;
        let mut gradient = Gradient::default();
        let value = loss.value_and_gradient(&inputs, params, &mut gradient);
        let slope = gradient.of(self.weights);
        (value, [slope[0], slope[1]])
    }

    /// Height and slope of the landscape at a place: the loss, or the surface of a path by its very arithmetic.
    pub(super) fn height(&self, at: Place) -> (f64, Place) {
        let params = &self.contender.params;
        match self.journey {
            Some(_) => (surface::height(at, params), surface::gradient(at, params)),
            None => self.loss(at),
        }
    }

    /// The largest eigenvalue of the Hessian.
    pub(super) fn curvature(&self, at: Place) -> f64 {
        let [[a, b], [c, d]] = { self }.hessian(at);
        let (middle, half, off) = (0.5 * (a + d), 0.5 * (a - d), 0.5 * (b + c));
        middle + half.hypot(off)
    }
}

impl Landscape<f64> for &Subject {
    fn gradient(&mut self, at: Place) -> Place {
        self.height(at).1
    }

    fn hessian(&mut self, [x, y]: Place) -> [Place; 2] {
        if self.journey.is_some() {
            return Surface(&self.contender.params).hessian([x, y]);
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
    spec.of_role(Role::Features).next()?;
    let (count, noise) = (state.knobs.whole("count"), state.knobs.get("noise"));
    Some(if spec.of_role(Role::Class).next().is_some() {
        regression::blobs(count, state.knobs.get("separation"), state.seed)
    } else if state.knobs.named("data") == "line" {
        regression::line(count, noise, state.seed)
    } else {
        regression::correlated(count, state.knobs.get("correlation"), noise, state.seed)
    })
}
