//! A loss that is shown, with its parameters.

use crate::kernel::Loss;
use crate::spec::{Params, Role, dimension};

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

    /// How many prototypes a class has: a factor of their number that is a parameter, known by its symbol, or one.
    pub(crate) fn per_class(&self) -> usize {
        let spec = self.loss.spec();
        let inputs = spec.inputs.iter().filter(|input| matches!(input.role, Role::Prototype | Role::Cosine));
        let mut factors = inputs.flat_map(|input| input.shape).flat_map(|text| dimension::names(text));
        let chosen = factors.find_map(|symbol| spec.length_param(symbol));
        chosen.map_or(1, |param| self.params.whole(param.name).max(1))
    }
}
