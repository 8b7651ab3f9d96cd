//! What a loss of cosines makes of the angles between one sample and the class prototypes.

use std::f64::consts::LN_2;

use crate::stages::sample::Sample;
use crate::stages::state::Contender;
use crate::stages::surroundings::{Surroundings, centres};

/// A force below this part of the greatest pull counts as rest.
pub(super) const REST: f64 = 0.01;

/// Steps over half a turn in which the end of a zone is looked for.
const STEPS: usize = 60;

/// One such step, in degrees.
const STEP: f64 = 180.0 / STEPS as f64;

/// Below this sine the slope of an angle by its cosine is held.
const NARROW: f64 = 1e-6;

/// Halvings that bring the end of a zone below a hundredth of a degree.
const HALVINGS: usize = 10;

/// One contender and a sample of the first class. Angles are in degrees, forces by radian.
pub(super) struct Angles<'a> {
    sample: Sample<'a>,
    classes: usize,
    /// Prototypes that each class has.
    pub centres: usize,
    /// From one prototype of a class to its next, in degrees.
    apart: f64,
    scale: Option<f64>,
    /// What the loss costs whatever the cosines are.
    floor: f64,
}

/// The loss and the forces on a sample.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Forces {
    pub loss: f64,
    /// Towards the prototypes of the own class: `∂L/∂θ_y`.
    pub pull: f64,
    /// Away from those of each rival in turn: `−∂L/∂θ_j`.
    pub push: Vec<f64>,
    /// Towards every single prototype, class by class.
    pub towards: Vec<f64>,
    /// Towards a longer embedding, if the loss reads its length.
    pub stretch: Option<f64>,
}

/// A cosine that no rival has: so far away that it costs nothing.
const NOWHERE: f64 = -1e4;

impl<'a> Angles<'a> {
    pub fn new(contender: &'a Contender, classes: usize, surroundings: &Surroundings) -> Self {
        let centres = centres(contender.loss.spec(), &contender.params);
        let mut angles = Self {
            sample: Sample::among(surroundings, contender, classes * centres, 0),
            classes,
            centres,
            apart: surroundings.apart,
            scale: contender.params.has("scale").then(|| contender.params.get("scale")),
            floor: 0.0,
        };
        if angles.scale.is_some() {
            let floor = angles.sample.value(&angles.row(0.0, NOWHERE));
            angles.floor = if floor.is_finite() { floor } else { 0.0 };
        }
        if !angles.is_softmax() {
            (angles.scale, angles.floor) = (None, 0.0);
        }
        angles
    }

    /// The cosines of a sample at `own` degrees from the first prototype of its class, with every rival at one
    /// cosine.
    pub fn row(&self, own: f64, rivals: f64) -> Vec<f64> {
        let cosines = self.own(own).map(|angle| angle.to_radians().cos());
        cosines.chain(vec![rivals; (self.classes - 1) * self.centres]).collect()
    }

    /// The angles to the prototypes of the own class, of which the first one is `own` degrees away.
    fn own(&self, own: f64) -> impl Iterator<Item = f64> + use<> {
        let apart = self.apart;
        (0..self.centres).map(move |k| between(own, k as f64 * apart))
    }

    /// The angle to the nearest of them.
    fn nearest(&self, own: f64) -> f64 {
        self.own(own).fold(180.0, f64::min)
    }

    /// Whether the loss is a softmax of scaled cosines in which only the label's cosine is changed: then that
    /// changed cosine comes out the same, whatever the rivals are.
    fn is_softmax(&mut self) -> bool {
        let Some(scale) = self.scale else { return false };
        [30.0f64, 75.0, 120.0].into_iter().all(|own| {
            let cosine = self.nearest(own).to_radians().cos();
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
        let rivals = self.nearest(own).to_radians().cos();
        self.scale.map_or(f64::NAN, |scale| self.target_against(own, rivals, scale))
    }

    fn target_against(&mut self, own: f64, rivals: f64, scale: f64) -> f64 {
        let loss = self.sample.value(&self.row(own, rivals)) - self.floor;
        let log_expm1 = loss + (-(-loss).exp_m1()).ln();
        rivals - (log_expm1 - ((self.classes - 1) as f64).ln()) / scale
    }

    /// How many degrees farther a plain softmax would have to see the sample; NaN where no angle is far enough.
    pub fn margin(&mut self, own: f64) -> f64 {
        let target = self.target(own).clamp(f64::NEG_INFINITY, 1.0);
        let margin = target.acos().to_degrees() - self.nearest(own);
        // Near 0° an arc cosine is only good to this.
        if margin.abs() < 1e-6 { 0.0 } else { margin }
    }

    /// Loss and forces at these angles to the prototypes, those of the own class first.
    pub fn forces(&mut self, angles: &[f64]) -> Forces {
        let radians: Vec<f64> = angles.iter().map(|angle| angle.to_radians()).collect();
        let cosines: Vec<f64> = radians.iter().map(|angle| angle.cos()).collect();
        let narrow = |i: usize| radians[i].sin() < NARROW;
        // A force at 0° or 180° is where those beside it lead to.
        let [near, far] = match (0..radians.len()).any(narrow) {
            true => [2.0, 4.0].map(|times| self.beside(&cosines, times * NARROW)),
            false => Default::default(),
        };
        let (loss, slope) = self.sample.slope(&cosines);
        let towards = slope.iter().enumerate().map(|(i, slope)| match narrow(i) {
            true => led_to(near[i], far[i]),
            false => 0.0 - slope * radians[i].sin(),
        });
        let towards: Vec<f64> = towards.collect();
        let mut by_class = towards.chunks_exact(self.centres).map(|own| own.iter().sum::<f64>());
        let pull = by_class.next().unwrap_or(f64::NAN);
        let push = by_class.map(|pull| 0.0 - pull).collect();
        let stretch = self.sample.slope_by("magnitudes").map(|slope| 0.0 - slope);
        Forces { loss: loss + 0.0, pull, push, towards, stretch }
    }

    /// The force towards each prototype where every angle has at least this sine, and the sine that it has.
    fn beside(&mut self, cosines: &[f64], sine: f64) -> Vec<(f64, f64)> {
        let most = ((1.0 - sine) * (1.0 + sine)).sqrt();
        let cosines: Vec<f64> = cosines.iter().map(|cosine| cosine.clamp(-most, most)).collect();
        let (_, slope) = self.sample.slope(&cosines);
        let sine = |cosine: &f64| ((1.0 - cosine) * (1.0 + cosine)).sqrt();
        slope.iter().zip(&cosines).map(|(slope, cosine)| (0.0 - slope * sine(cosine), sine(cosine))).collect()
    }

    /// The sample at `own` degrees from its prototype, with every rival at `rivals` but the first one at `first`.
    pub fn against(&mut self, own: f64, first: f64, rivals: f64) -> Forces {
        let rival = |class: usize| vec![if class == 1 { first } else { rivals }; self.centres];
        let angles: Vec<f64> = self.own(own).chain((1..self.classes).flat_map(rival)).collect();
        self.forces(&angles)
    }

    /// The sample on a circle of equally spaced prototypes, `theta` degrees from the own one.
    pub fn on_circle(&mut self, theta: f64) -> Forces {
        let angles: Vec<f64> = self.prototypes().map(|at| between(theta, at)).collect();
        self.forces(&angles)
    }

    /// Where the prototypes stand on the circle, class by class.
    pub fn prototypes(&self) -> impl Iterator<Item = f64> + use<> {
        let (spacing, apart, centres) = (360.0 / self.classes as f64, self.apart, self.centres);
        (0..self.classes * centres)
            .map(move |i| (i / centres) as f64 * spacing + (i % centres) as f64 * apart)
    }

    /// The greatest pull over half a turn, with the rivals at `rivals`; and from 0 to where it stays at rest.
    pub fn peak_and_rest(&mut self, rivals: f64) -> (f64, f64) {
        let mut pull = |own: f64| self.against(own, rivals, rivals).pull;
        let pulls = (0..=STEPS).map(|step| pull(step as f64 * STEP));
        let peak = pulls.filter(|pull| pull.is_finite()).fold(0.0, f64::max);
        (peak, holds_up_to(|own| pull(own).abs() < REST * peak))
    }

    /// Where a sample on the circle is settled, as arcs from one angle to another; `peak` is the greatest pull.
    pub fn settled(&mut self, peak: f64) -> Vec<(f64, f64)> {
        if self.centres == 1 {
            let reach = holds_up_to(|theta| self.is_settled(theta, peak));
            return if reach > 0.0 { vec![(-reach, reach)] } else { Vec::new() };
        }
        let mut arcs: Vec<(f64, f64)> = Vec::new();
        for theta in (0..360).map(f64::from).filter(|&theta| self.is_settled(theta, peak)) {
            match arcs.last_mut() {
                Some((_, end)) if *end == theta - 0.5 => *end += 1.0,
                _ => arcs.push((theta - 0.5, theta + 0.5)),
            }
        }
        arcs
    }

    /// Whether a sample there is settled: its class has more than half of the probability, margin included. For a
    /// loss that is no softmax, whether nothing pulls or pushes it any more.
    fn is_settled(&mut self, theta: f64, peak: f64) -> bool {
        if self.has_target() {
            let cosines: Vec<f64> =
                self.prototypes().map(|at| between(theta, at).to_radians().cos()).collect();
            return self.sample.value(&cosines) - self.floor < LN_2;
        }
        let Forces { pull, push, .. } = self.on_circle(theta);
        [pull].iter().chain(&push).all(|force| force.abs() < REST * peak)
    }
}

/// The force at sine 0, in a straight line from two forces and the sines where they are.
fn led_to((near, sine): (f64, f64), (far, farther): (f64, f64)) -> f64 {
    let force = (near * farther - far * sine) / (farther - sine);
    // In proportion to the sine, and nothing there but rounding.
    if force.abs() <= 1e-6 * near.abs() { 0.0 } else { force }
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
