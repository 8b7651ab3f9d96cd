//! Which way points go, and the numbers that training moves.

use super::reading::{Place, Reading};
use crate::input::Inputs;
use crate::kernel::Gradient;
use crate::optimizer::{Optimizer, Rule};
use crate::stages::engine::Wire;

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
    pub fn hold(self, [x, y]: Place) -> Place {
        match self {
            Self::Free => [x, y],
            Self::Circle => {
                let angle = y.atan2(x);
                [angle.cos(), angle.sin()]
            }
        }
    }

    /// An optimiser for the numbers that are trained.
    pub fn optimizer(self, mut optimizer: Optimizer) -> Optimizer {
        if let (
            // Decay shrinks lengths; on the circle it would turn points towards angle 0.
            Self::Circle,
            Rule::Sgd { weight_decay } | Rule::Adam { weight_decay, .. } | Rule::Lion { weight_decay, .. },
        ) = (self, &mut optimizer.rule)
        {
            *weight_decay = 0.0;
        }
        optimizer
    }

    /// The numbers that are trained.
    fn variables(self, points: &[Place]) -> Vec<f64> {
        match self {
            Self::Free => points.as_flattened().to_vec(),
            Self::Circle => points.iter().map(|[x, y]| y.atan2(*x)).collect(),
        }
    }

    /// Where the points are.
    pub fn places(self, variables: &[f64]) -> Vec<Place> {
        match self {
            Self::Free => variables.chunks_exact(2).map(|c| [c[0], c[1]]).collect(),
            Self::Circle => variables.iter().map(|angle| [angle.cos(), angle.sin()]).collect(),
        }
    }

    /// The gradient by the numbers that are trained, from that by the points.
    fn slopes(self, points: &[Place], by_point: &[Place]) -> Vec<f64> {
        match self {
            Self::Free => by_point.as_flattened().to_vec(),
            Self::Circle => points.iter().zip(by_point).map(|([x, y], [gx, gy])| x * gy - y * gx).collect(),
        }
    }

    /// The part of the gradient by a point that can move it.
    pub fn pulled(self, [x, y]: Place, [gx, gy]: Place) -> Place {
        match self {
            Self::Free => [gx, gy],
            Self::Circle => {
                let along = x * gy - y * gx;
                [-y * along, x * along]
            }
        }
    }

    /// The part of the gradient by each point that can move it, from that by the numbers that are trained.
    pub fn gradient(self, points: &[Place], slopes: &[f64]) -> Vec<Place> {
        match self {
            Self::Free => slopes.chunks_exact(2).map(|g| [g[0], g[1]]).collect(),
            Self::Circle => points.iter().zip(slopes).map(|([x, y], g)| [-y * g, x * g]).collect(),
        }
    }
}

/// Points in front of a loss.
pub(in crate::stages) struct Points {
    /// Where they start.
    pub start: Vec<Place>,
    /// Which way they go.
    pub motion: Motion,
    /// How the loss reads them.
    pub reading: Reading,
}

impl Wire for Points {
    fn start(&self) -> Vec<f64> {
        self.motion.variables(&self.start)
    }

    fn inputs(&self, variables: &[f64], _: usize) -> Result<Inputs<f64>, String> {
        self.reading.inputs(&self.motion.places(variables))
    }

    fn pull_back(&self, variables: &[f64], gradient: &Gradient) -> Vec<f64> {
        let points = self.motion.places(variables);
        self.motion.slopes(&points, &self.reading.pull_back(gradient, points.len()))
    }
}
