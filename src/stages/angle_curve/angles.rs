//! What a loss of cosines makes of the angles between one sample and the class prototypes.

use std::f64::consts::LN_2;

use crate::input::Inputs;
use crate::stages::sample::Sample;
use crate::stages::state::Contender;

/// A force below this part of the greatest pull counts as rest.
pub(super) const REST: f64 = 0.01;

/// Steps over half a turn in which the end of a zone is looked for.
const STEPS: usize = 60;

/// One such step, in degrees.
const STEP: f64 = 180.0 / STEPS as f64;

/// Halvings that bring the end of a zone below a hundredth of a degree.
const HALVINGS: usize = 10;

/// One contender and a sample of the first class. Angles are in degrees, forces by radian.
pub(super) struct Angles<'a> {
    pub title: &'static str,
    sample: Sample<'a>,
    classes: usize,
    scale: Option<f64>,
}

/// The loss and the forces on a sample.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Forces {
    pub loss: f64,
    /// Towards the own prototype: `∂L/∂θ_y`.
    pub pull: f64,
    /// Away from each rival in turn: `−∂L/∂θ_j`.
    pub push: Vec<f64>,
}

impl<'a> Angles<'a> {
    pub fn new(contender: &'a Contender, classes: usize) -> Self {
        let mut angles = Self {
            title: contender.loss.spec().title,
            sample: Sample::new(contender, classes, 0),
            classes,
            scale: contender.params.has("scale").then(|| contender.params.get("scale")),
        };
        if !angles.is_softmax() {
            angles.scale = None;
        }
        angles
    }

    pub fn refused(&self) -> Option<&str> {
        self.sample.refused()
    }

    /// Whether the loss is a softmax of scaled cosines in which only the label's cosine is changed: then that
    /// changed cosine comes out the same, whatever the rivals are.
    fn is_softmax(&mut self) -> bool {
        let Some(scale) = self.scale else { return false };
        [30.0f64, 75.0, 120.0].into_iter().all(|own| {
            let cosine = own.to_radians().cos();
            let near = self.target_against(own, cosine, scale);
            let far = self.target_against(own, cosine + 1.0 / scale, scale);
            (near - far).abs() < 1e-6
        })
    }

    /// Whether there is an effective target cosine.
    pub fn has_target(&self) -> bool {
        self.scale.is_some()
    }

    /// The cosine that a plain softmax of the same scale would have to see to cost as much: `ψ(θ)`. NaN where
    /// there is none.
    pub fn target(&mut self, own: f64) -> f64 {
        // Rivals as close as the own prototype keep the loss away from 0, where it would hold no digits.
        let rivals = own.to_radians().cos();
        self.scale.map_or(f64::NAN, |scale| self.target_against(own, rivals, scale))
    }

    fn target_against(&mut self, own: f64, rivals: f64, scale: f64) -> f64 {
        let mut row = vec![rivals; self.classes];
        row[0] = own.to_radians().cos();
        let loss = self.sample.value(&row);
        let log_expm1 = loss + (-(-loss).exp_m1()).ln();
        rivals - (log_expm1 - ((self.classes - 1) as f64).ln()) / scale
    }

    /// How many degrees farther a plain softmax would have to see the sample; NaN where no angle is far enough.
    pub fn margin(&mut self, own: f64) -> f64 {
        let margin = self.target(own).clamp(f64::NEG_INFINITY, 1.0).acos().to_degrees() - own;
        // Near 0° an arc cosine is only good to this.
        if margin.abs() < 1e-6 { 0.0 } else { margin }
    }

    /// Loss and forces at these angles to the prototypes, the own one first.
    pub fn forces(&mut self, angles: &[f64]) -> Forces {
        let cosines: Vec<f64> = angles.iter().map(|angle| angle.to_radians().cos()).collect();
        let (loss, slope) = self.sample.slope(&cosines);
        let mut by_angle = slope.iter().zip(angles).map(|(slope, angle)| slope * angle.to_radians().sin());
        let pull = by_angle.next().map_or(f64::NAN, |slope| 0.0 - slope);
        Forces { loss: loss + 0.0, pull, push: by_angle.collect() }
    }

    /// The sample as the loss reads it, at `own` degrees from its prototype and `rivals` from all others.
    pub fn batch(self, own: f64, rivals: f64) -> Option<Inputs<f64>> {
        let mut row = vec![rivals.to_radians().cos(); self.classes];
        row[0] = own.to_radians().cos();
        self.sample.at(&row)
    }

    /// The sample at `own` degrees from its prototype, with every rival at `rivals` but the first one at `first`.
    pub fn against(&mut self, own: f64, first: f64, rivals: f64) -> Forces {
        let mut angles = vec![rivals; self.classes];
        (angles[0], angles[1]) = (own, first);
        self.forces(&angles)
    }

    /// The sample on a circle of equally spaced prototypes, `theta` degrees from the own one.
    pub fn on_circle(&mut self, theta: f64) -> Forces {
        let angles: Vec<f64> = self.angles_on_circle(theta).collect();
        self.forces(&angles)
    }

    fn angles_on_circle(&self, theta: f64) -> impl Iterator<Item = f64> + use<> {
        let spacing = 360.0 / self.classes as f64;
        (0..self.classes).map(move |k| between(theta, k as f64 * spacing))
    }

    /// The greatest pull over half a turn, with the rivals at `rivals`; and from 0 to where it stays at rest.
    pub fn peak_and_rest(&mut self, rivals: f64) -> (f64, f64) {
        let mut pull = |own: f64| self.against(own, rivals, rivals).pull;
        let pulls = (0..=STEPS).map(|step| pull(step as f64 * STEP));
        let peak = pulls.filter(|pull| pull.is_finite()).fold(0.0, f64::max);
        (peak, holds_up_to(|own| pull(own).abs() < REST * peak))
    }

    /// How far from its prototype a sample on the circle is settled, in degrees; `peak` is the greatest pull.
    pub fn settled_up_to(&mut self, peak: f64) -> f64 {
        holds_up_to(|theta| self.is_settled(theta, peak))
    }

    /// Whether a sample there is settled: its class has more than half of the probability, margin included. For a
    /// loss that is no softmax, whether nothing pulls or pushes it any more.
    fn is_settled(&mut self, theta: f64, peak: f64) -> bool {
        if self.has_target() {
            let cosines: Vec<f64> =
                self.angles_on_circle(theta).map(|angle| angle.to_radians().cos()).collect();
            return self.sample.value(&cosines) < LN_2;
        }
        let Forces { pull, push, .. } = self.on_circle(theta);
        [pull].iter().chain(&push).all(|force| force.abs() < REST * peak)
    }
}

/// The angle between two directions, 0 to 180 degrees.
fn between(a: f64, b: f64) -> f64 {
    let turn = (a - b).rem_euclid(360.0);
    turn.min(360.0 - turn)
}

/// How far from 0 a condition holds, in degrees: 0 if nowhere, 180 if over the whole half turn.
pub(super) fn holds_up_to(mut condition: impl FnMut(f64) -> bool) -> f64 {
    let mut steps = (0..=STEPS).map(|step| step as f64 * STEP);
    let Some(mut fails) = steps.find(|at| !condition(*at)) else { return 180.0 };
    if fails == 0.0 {
        return 0.0;
    }
    let mut holds = fails - STEP;
    for _ in 0..HALVINGS {
        let middle = 0.5 * (holds + fails);
        if condition(middle) { holds = middle } else { fails = middle }
    }
    0.5 * (holds + fails)
}
