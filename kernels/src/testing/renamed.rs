//! A loss whose inputs are called by other names: whoever knows one by its name no longer finds it.

use crate::cost::Cost;
use crate::dialect::Dialect;
use crate::input::{InputError, Inputs};
use crate::kernel::{Gradient, Loss, Moving, Parts};
use crate::pairing::{PairGroup, Pairing};
use crate::spec::{Input, Params, Prose, Spec, Terms};
use crate::tape::Var;

struct Renamed {
    loss: &'static dyn Loss,
    spec: &'static Spec,
}

/// The same loss with inputs `input0`, `input1`, …, for as long as the tests run.
pub fn renamed(loss: &'static dyn Loss) -> &'static dyn Loss {
    let Spec { id, title, family, inputs, params, slope } = *loss.spec();
    let called = |(i, input): (usize, &Input)| Input { name: format!("input{i}").leak(), ..*input };
    let inputs = Vec::leak(inputs.iter().enumerate().map(called).collect());
    let spec = Box::leak(Box::new(Spec { id, title, family, inputs, params, slope }));
    Box::leak(Box::new(Renamed { loss, spec }))
}

impl Loss for Renamed {
    fn spec(&self) -> &'static Spec {
        self.spec
    }

    fn prose(&self) -> &'static Prose {
        self.loss.prose()
    }

    fn dialects(&self) -> &'static [Dialect] {
        self.loss.dialects()
    }

    fn cost(&self) -> Cost {
        self.loss.cost()
    }

    /// None: they read the loss's own inputs.
    fn parts(&self) -> Parts {
        Parts::NONE
    }

    fn check(&self, input: &Inputs<f64>, params: &Params) -> Result<(), InputError> {
        self.loss.check(&input.under(self.loss.spec()), params)
    }

    fn made_of(&self) -> Terms {
        self.loss.made_of()
    }

    fn terms(&self, input: &Inputs<Var>, params: &Params) -> Option<Vec<Var>> {
        self.loss.terms(&input.under(self.loss.spec()), params)
    }

    fn by_class(&self, input: &Inputs<Var>, params: &Params) -> Option<Vec<Vec<Var>>> {
        self.loss.by_class(&input.under(self.loss.spec()), params)
    }

    fn shared_terms(&self, input: &Inputs<Var>, params: &Params, shares: &[Vec<Var>]) -> Option<Vec<Var>> {
        self.loss.shared_terms(&input.under(self.loss.spec()), params, shares)
    }

    fn pair_terms(&self, pairing: &Pairing<'_, Var>, params: &Params) -> Option<Vec<PairGroup<Var>>> {
        self.loss.pair_terms(pairing, params)
    }

    fn on_tape(&self, input: &Inputs<Var>, params: &Params) -> Var {
        self.loss.on_tape(&input.under(self.loss.spec()), params)
    }

    fn value_and_gradient(&self, input: &Inputs<f64>, params: &Params, gradient: &mut Gradient) -> f64 {
        (self as &dyn Loss).value_and_gradient_from_tape(input, params, gradient)
    }

    fn while_moving(&self, _: &Inputs<f64>, _: &Params, _: &Moving<'_>) -> Option<Vec<f64>> {
        None
    }
}
