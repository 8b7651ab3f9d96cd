//! How the loss changes with one similarity alone.
//!
//! Points of a plane cannot be moved so that one cosine changes and all others stay. In a space of more dimensions
//! they can: if row `j` gets a small coordinate `h` in a dimension that no other row uses, the gradient by row `i`
//! has, along that dimension, the part `h · ∂L/∂(xᵢ·xⱼ)`, up to a relative error of order `h²`. This holds for
//! every loss that sees its vectors only through their lengths and angles, and needs one gradient for a matrix.

use super::EmbeddingPlane;
use crate::kernel::{Gradient, Loss};
use crate::spec::Params;
use crate::stages::Contender;
use crate::stages::engine::Shot;
use crate::stages::planar::measures::dot;
use crate::stages::planar::now::Now;
use crate::stages::planar::reading::{Place, Reading};

/// The extra coordinate. Its square is lost in a plot, and it is far above the rounding of a gradient.
const LIFT: f64 = 1e-4;

/// How much a loss may change by the lift if it sees only lengths and angles.
const UNCHANGED: f64 = 1e-4;

/// A loss, and the points that it is to be asked about.
pub(super) struct Asked<'a> {
    pub loss: &'a dyn Loss,
    pub params: &'a Params,
    pub reading: &'a Reading,
    pub points: &'a [Place],
}

impl<'a> Asked<'a> {
    /// The main loss in front of the points as they are; nothing if it has no value there.
    pub fn new(shot: &'a Shot<EmbeddingPlane>) -> Option<Self> {
        let (Contender { loss, params }, Now { readings, places, .. }) =
            (shot.run(0).contender(), &shot.seen(0).now);
        shot.run(0).course()?;
        Some(Self { loss: *loss, params, reading: &readings[0], points: places })
    }

    /// `∂L/∂s` for the cosine `s` of each of the rows `of` with each of the rows `with`, lengths held; row by row.
    /// A vector with itself has 0. `None` if the loss looks at more than lengths and angles, or has no value.
    pub fn matrix(&self, of: &[usize], with: &[usize]) -> Option<Vec<f64>> {
        let dimensions = 2 + with.len();
        let gradient = self.gradient(dimensions, |row, extra| {
            if let Some(k) = with.iter().position(|&w| w == row) {
                extra[k] = LIFT;
            }
        })?;
        let force = |i: usize, (k, &j): (usize, &usize)| {
            self.by_cosine(i, j, gradient.flat()[i * dimensions + 2 + k])
        };
        Some(of.iter().flat_map(|&i| with.iter().enumerate().map(move |w| force(i, w))).collect())
    }

    /// One row of [`matrix`](Self::matrix), for less; a row that is held fixed has 0.
    pub fn row(&self, of: usize, with: &[usize]) -> Option<Vec<f64>> {
        let gradient = self.gradient(3, |row, extra| {
            if row == of {
                extra[0] = LIFT;
            }
        })?;
        let slope = |j: usize| gradient.flat().get(3 * j + 2).copied().unwrap_or(0.0);
        Some(with.iter().map(|&j| self.by_cosine(of, j, slope(j))).collect())
    }

    /// The derivative by the cosine of two rows, from the slope along the extra dimension.
    fn by_cosine(&self, i: usize, j: usize, slope: f64) -> f64 {
        if i == j {
            return 0.0;
        }
        let squared = |row| {
            let x = self.reading.seen(row, self.points);
            dot(x, x)
        };
        slope / LIFT * (squared(i) * squared(j)).sqrt()
    }

    fn gradient(&self, dimensions: usize, lift: impl Fn(usize, &mut [f64])) -> Option<Gradient> {
        let flat = self.reading.inputs(self.points).ok()?;
        let lifted = self.reading.lifted(self.points, dimensions, lift).ok()?;
        let value = self.loss.value(&flat, self.params);
        let mut gradient = Gradient::default();
        let change = (self.loss.value_and_gradient(&lifted, self.params, &mut gradient) - value).abs();
        (change <= UNCHANGED * value.abs().max(1.0)).then_some(gradient)
    }
}
