//! A loss that is shown, with its parameters.

use crate::kernel::Loss;
use crate::spec::Params;

/// A loss on a stage, with its parameters.
#[derive(Clone, Debug)]
pub struct Contender {
    /// The loss.
    pub loss: &'static dyn Loss,
    /// Its parameters.
    pub params: Params,
}

impl Contender {
    /// A loss with every parameter at its default.
    #[must_use]
    pub fn new(loss: &'static dyn Loss) -> Self {
        Self { loss, params: Params::new(loss.spec().params) }
    }
}
