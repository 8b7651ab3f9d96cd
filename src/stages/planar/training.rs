//! The way of the points under the gradient of a loss, one position a step.

use super::reading::{Place, Reading};
use crate::input::{InputError, Inputs};
use crate::kernel::Gradient;
use crate::optimizer::{self, Optimizer, Rule};
use crate::stages::Contender;

/// Which way points go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::stages) enum Motion {
    /// Anywhere; a step is taken on the coordinates.
    Free,
    /// Along the unit circle; a step is taken on the angles.
    Circle,
}

impl Motion {
    /// The nearest allowed place; the origin goes to angle 0.
    pub(in crate::stages) fn hold(self, [x, y]: Place) -> Place {
        match self {
            Self::Free => [x, y],
            Self::Circle => {
                let angle = y.atan2(x);
                [angle.cos(), angle.sin()]
            }
        }
    }

    /// The numbers that are trained.
    fn variables(self, points: &[Place]) -> Vec<f64> {
        match self {
            Self::Free => points.as_flattened().to_vec(),
            Self::Circle => points.iter().map(|[x, y]| y.atan2(*x)).collect(),
        }
    }

    fn places(self, variables: &[f64]) -> Vec<Place> {
        match self {
            Self::Free => variables.chunks_exact(2).map(|c| [c[0], c[1]]).collect(),
            Self::Circle => variables.iter().map(|angle| [angle.cos(), angle.sin()]).collect(),
        }
    }

    /// The gradient by the numbers that are trained.
    pub(in crate::stages) fn slopes(self, points: &[Place], by_point: &[Place]) -> Vec<f64> {
        match self {
            Self::Free => by_point.as_flattened().to_vec(),
            Self::Circle => points.iter().zip(by_point).map(|([x, y], [gx, gy])| x * gy - y * gx).collect(),
        }
    }

    /// The part of a gradient that can move a point.
    pub(in crate::stages) fn allowed(self, [x, y]: Place, [gx, gy]: Place) -> Place {
        match self {
            Self::Free => [gx, gy],
            Self::Circle => {
                let along = x * gy - y * gx;
                [-y * along, x * along]
            }
        }
    }
}

/// A loss, and how it reads the points.
#[derive(Clone, Debug)]
pub(in crate::stages) struct Term {
    /// The loss.
    pub contender: Contender,
    /// Which point each of its rows is.
    pub reading: Reading,
}

/// Where the points are after some steps, and how the loss sees them there.
#[derive(Clone, Debug)]
pub(in crate::stages) struct Moment {
    /// Where the points are.
    pub points: Vec<Place>,
    /// The loss.
    pub loss: f64,
    /// The gradient by each point.
    pub gradient: Vec<Place>,
}

/// The way of the points from the first step on; it can be continued.
#[derive(Clone, Debug)]
pub(in crate::stages) struct Trajectory {
    motion: Motion,
    optimizer: Optimizer,
    state: optimizer::State<f64>,
    variables: Vec<f64>,
    moments: Vec<Moment>,
    is_over: bool,
}

/// What losses need to be evaluated at many places: their mean is what is trained.
struct Evaluation<'a> {
    terms: Vec<(&'a Term, Inputs<f64>)>,
    gradient: Gradient,
}

impl<'a> Evaluation<'a> {
    fn new(terms: &'a [Term], points: &[Place]) -> Result<Self, String> {
        let checked = |term: &'a Term| {
            let inputs = term.reading.inputs(points)?;
            term.contender.loss.check(&inputs, &term.contender.params)?;
            Ok((term, inputs))
        };
        let terms: Result<_, InputError> = terms.iter().map(checked).collect();
        Ok(Self { terms: terms.map_err(|e| e.to_string())?, gradient: Gradient::default() })
    }

    fn at(&mut self, points: Vec<Place>) -> Moment {
        let share = 1.0 / self.terms.len() as f64;
        let mut moment = Moment { loss: 0.0, gradient: vec![[0.0; 2]; points.len()], points };
        for (Term { contender, reading }, inputs) in &mut self.terms {
            reading.write(&moment.points, inputs);
            let loss = contender.loss.value_and_gradient(inputs, &contender.params, &mut self.gradient);
            moment.loss += share * loss;
            for (sum, slope) in
                moment.gradient.iter_mut().zip(reading.pull_back(&self.gradient, moment.points.len()))
            {
                sum[0] += share * slope[0];
                sum[1] += share * slope[1];
            }
        }
        moment
    }
}

impl Trajectory {
    /// The points before the first step.
    ///
    /// # Errors
    /// Why a loss cannot be computed there.
    pub(in crate::stages) fn new(
        terms: &[Term],
        points: &[Place],
        motion: Motion,
        optimizer: Optimizer,
    ) -> Result<Self, String> {
        let points: Vec<Place> = points.iter().map(|&p| motion.hold(p)).collect();
        let variables = motion.variables(&points);
        let mut evaluation = Evaluation::new(terms, &points)?;
        Ok(Self {
            motion,
            // Decay shrinks lengths; on the circle it would turn points towards angle 0.
            optimizer: match motion {
                Motion::Circle => without_decay(optimizer),
                Motion::Free => optimizer,
            },
            state: optimizer::State::new(variables.len()),
            variables,
            moments: vec![evaluation.at(points)],
            is_over: false,
        })
    }

    /// Takes steps until there are `steps` of them, as long as everything stays finite. Steps that were taken
    /// before are kept, so that a training in one go and one step by step are the same.
    pub(in crate::stages) fn extend(&mut self, terms: &[Term], steps: usize) {
        if self.is_over || self.moments.len() > steps {
            return;
        }
        let Ok(mut evaluation) = Evaluation::new(terms, &self.last().points) else { return };
        while self.moments.len() <= steps {
            let now = self.last();
            let slopes = self.motion.slopes(&now.points, &now.gradient);
            let mut variables = self.variables.clone();
            self.state.step(&self.optimizer, &mut variables, &slopes);
            let next = variables
                .iter()
                .all(|v| v.is_finite())
                .then(|| evaluation.at(self.motion.places(&variables)))
                .filter(|next| next.loss.is_finite());
            let Some(next) = next else {
                self.is_over = true;
                return;
            };
            self.moments.push(next);
            self.variables = variables;
        }
    }

    fn last(&self) -> &Moment {
        self.moments.last().expect("there is one from the start")
    }

    /// The first `steps` steps and the start before them.
    pub(in crate::stages) fn until(&self, steps: usize) -> &[Moment] {
        &self.moments[..self.moments.len().min(steps + 1)]
    }
}

fn without_decay(mut optimizer: Optimizer) -> Optimizer {
    match &mut optimizer.rule {
        Rule::Sgd { weight_decay } | Rule::Adam { weight_decay, .. } | Rule::Lion { weight_decay, .. } => {
            *weight_decay = 0.0;
        }
        Rule::Momentum { .. } | Rule::RmsProp { .. } => {}
    }
    optimizer
}

/// What the learning rate has to be multiplied by so that the sharpness of a loss does not change how large its
/// gradient is: the temperature, or one over the scale; 1 for a loss with neither.
pub(in crate::stages) fn sharpness(contender: &Contender) -> f64 {
    let params = &contender.params;
    if params.has("temperature") {
        params.get("temperature")
    } else if params.has("scale") {
        1.0 / params.get("scale")
    } else {
        1.0
    }
}
