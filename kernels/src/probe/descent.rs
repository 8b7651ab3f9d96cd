//! Training: the variables of a loss step by step down its gradient.

use crate::input::Inputs;
use crate::kernel::{Gradient, Loss};
use crate::optimizer::{Optimizer, State};
use crate::spec::Params;

/// A training under way: where the variables are and what the optimiser remembers.
///
/// Loss, parameters and optimiser settings are given anew at every step, so that they can be turned meanwhile.
#[derive(Debug)]
pub struct Descent {
    input: Inputs<f64>,
    states: Vec<State<f64>>,
    gradient: Gradient,
}

impl Descent {
    /// A training that starts at `input`; the optimiser remembers nothing yet.
    #[must_use]
    pub fn new(input: Inputs<f64>) -> Self {
        let states = input.variables().map(|(_, array)| State::new(array.len())).collect();
        Self { input, states, gradient: Gradient::default() }
    }

    /// Where the variables are, with the data beside them.
    #[must_use]
    pub fn input(&self) -> &Inputs<f64> {
        &self.input
    }

    /// The gradient that the last step went down; empty before the first one.
    #[must_use]
    pub fn gradient(&self) -> &Gradient {
        &self.gradient
    }

    /// One step of every variable. Returns the loss before it.
    pub fn step(&mut self, loss: &dyn Loss, params: &Params, optimizer: &Optimizer) -> f64 {
        let value = loss.value_and_gradient(&self.input, params, &mut self.gradient);
        for ((name, variable), state) in self.input.variables_mut().zip(&mut self.states) {
            state.step(optimizer, variable, self.gradient.of(name));
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Kernel;
    use crate::losses;
    use crate::losses::embeddings::info_nce::InfoNce;
    use crate::losses::models::optimizer_path::{OptimizerPath, end};
    use crate::optimizer::{NAMES, Rule};
    use crate::testing::{inputs, params, random, value};

    #[test]
    fn training_on_a_surface_follows_the_unrolled_path() {
        let surface = losses::find("surface-rosenbrock").unwrap();
        for name in NAMES {
            let mut settings = Params::new(OptimizerPath::SPEC.params);
            settings.set_text("optimizer", name).unwrap();
            settings.set("steps", 30.0).unwrap();
            let optimizer = Optimizer::chosen(&settings).unwrap();
            let mut descent = Descent::new(inputs(surface.spec(), &[("point", &[2], &[-1.2, 1.0])]));
            for _ in 0..30 {
                descent.step(surface, &params(surface, &[]), &optimizer);
            }
            let (got, expected) = (descent.input().vector("point"), end([-1.2, 1.0], &settings));
            let off = f64::hypot(got[0] - expected[0], got[1] - expected[1]);
            assert!(off < 1e-9, "{name} trains to {got:?}, its path ends at {expected:?}");
        }
    }

    #[test]
    fn every_variable_moves_and_the_loss_falls() {
        let start = random(InfoNce::SPEC, &[("N", 6), ("D", 3)], 3);
        let mut descent = Descent::new(start.clone());
        let optimizer = Optimizer { rule: Rule::Sgd { weight_decay: 0.0 }, lr: 0.01 };
        let params = params(&InfoNce, &[]);
        let first = descent.step(&InfoNce, &params, &optimizer);
        assert_eq!(first, value(&InfoNce, &[], &start));
        for _ in 0..50 {
            descent.step(&InfoNce, &params, &optimizer);
        }
        let last = value(&InfoNce, &[], descent.input());
        assert!(last < 0.5 * first, "51 steps lead from {first} to {last}");
        for name in ["anchors", "positives"] {
            assert_ne!(descent.input().vector(name), start.vector(name), "{name} did not move");
        }
    }
}
