//! Tools that look at any loss: along a line, over a plane, down its gradient, against a parameter.

mod check;
mod descent;
mod field;
mod slice;
mod surface;
mod sweep;

pub use check::{Worst, check};
pub use descent::Descent;
pub use field::{Arrow, field};
pub use slice::slice;
pub use surface::surface;
pub use sweep::{positions, sweep};

use crate::input::Inputs;
use crate::kernel::Loss;
use crate::spec::Params;

/// A loss with all it reads: what a probe looks at.
///
/// Inputs and parameters have been checked by [`Loss::check`].
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The loss.
    pub loss: &'static dyn Loss,
    /// Its parameters.
    pub params: &'a Params,
    /// Its inputs; a probe moves some of their entries in a copy.
    pub input: &'a Inputs<f64>,
}
