//! The update rules that move a point down a gradient, over any number type.
//!
//! On `f64` they train; on the tape the same lines are unrolled, and the derivative of the end by the start
//! follows. They are the rules of torch.optim, and of its authors' code for Lion.

use crate::real::{Real, sign};
use crate::spec::{DefaultWhen, Domain, Param, Params, join};

mod method;

pub use method::{Landscape, METHOD_LR, METHOD_PARAMS, METHOD_SETTINGS, METHODS, Method};

/// A rule with its settings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Optimizer<R = f64> {
    /// How a gradient becomes a step.
    pub rule: Rule<R>,
    /// Learning rate: the length of a step against the length of what the rule makes of the gradient.
    pub lr: R,
}

/// How a gradient `g` becomes a step of the point `z`, with `m` and `v` the moments kept by [`State`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule<R = f64> {
    /// `z ← z − lr·(g + λz)`
    Sgd {
        /// `λ`
        weight_decay: R,
    },
    /// `m ← μm + g`, then `z ← z − lr·m`, or with Nesterov's look-ahead `z ← z − lr·(g + μm)`.
    ///
    /// Polyak 1964; Nesterov 1983 as Sutskever, Martens, Dahl, Hinton wrote it in 2013.
    Momentum {
        /// `μ`, below 1
        momentum: R,
        /// Whether the step looks ahead.
        nesterov: bool,
    },
    /// `v ← αv + (1 − α)g²`, then `z ← z − lr·g/(√v + ε)`, or with ε inside the root `z ← z − lr·g/√(v + ε)`, without bias
    /// correction. Tieleman, Hinton 2012.
    RmsProp {
        /// `α`
        alpha: R,
        /// `ε`
        eps: R,
        /// Whether ε stands inside the root, as in Keras and Optax.
        inside: bool,
    },
    /// `m` and `v` are moving averages of `g` and `g²`; `z ← z(1 − lr·λ)`, then `z ← z − lr·m̂/(√v̂ + ε)`
    /// with `m̂ = m/(1 − β₁ᵗ)` and `v̂ = v/(1 − β₂ᵗ)` after `t` steps.
    ///
    /// Kingma, Ba 2015; with decay AdamW, Loshchilov, Hutter 2019.
    Adam {
        /// `β₁`, below 1
        beta1: R,
        /// `β₂`, below 1
        beta2: R,
        /// `ε`
        eps: R,
        /// `λ`; 0 for Adam
        weight_decay: R,
    },
    /// `z ← z(1 − lr·λ) − lr·sign(β₁m + (1 − β₁)g)`, then `m ← β₂m + (1 − β₂)g`. The sign of 0 is 0 and its
    /// derivative is 0 everywhere. Chen et al. 2023.
    Lion {
        /// `β₁`
        beta1: R,
        /// `β₂`
        beta2: R,
        /// `λ`
        weight_decay: R,
    },
}

/// The names of the rules, as the parameter `optimizer` has them.
pub const NAMES: [&str; 7] = ["sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw", "lion"];

/// Another default while the parameter `optimizer` has some option.
#[must_use]
pub const fn default_with(option: &'static str, default: f64) -> DefaultWhen {
    DefaultWhen { param: "optimizer", option, default }
}

/// The learning rate.
pub const LR: Param = Param::log("lr", r"\eta", 1e-3, (1e-4, 1.0), "learning rate: how long a step is")
    .default_when(&[default_with("rmsprop", 1e-2), default_with("lion", 1e-4)]);

const fn decay(name: &'static str, symbol: &'static str, default: f64, about: &'static str) -> Param {
    Param::linear(name, symbol, default, (0.0, 0.99), about).within(Domain::UpTo(0.0, 1.0))
}

const fn slow_decay(name: &'static str, symbol: &'static str, default: f64, about: &'static str) -> Param {
    Param { range: (0.9, 0.9999), ..decay(name, symbol, default, about) }
}

/// The settings of the rules besides the learning rate; each matters with some rules only.
pub const SETTINGS: [Param; 7] = [
    decay("momentum", r"\mu", 0.9, "how much of the last step is kept")
        .only_when("optimizer", &["momentum", "nesterov"]),
    slow_decay("alpha", r"\alpha", 0.99, "how slowly the mean of squared gradients forgets")
        .only_when("optimizer", &["rmsprop"]),
    decay("beta1", r"\beta_1", 0.9, "how slowly the mean of gradients forgets")
        .only_when("optimizer", &["adam", "adamw", "lion"]),
    slow_decay("beta2", r"\beta_2", 0.999, "how slowly the second mean forgets")
        .default_when(&[default_with("lion", 0.99)])
        .only_when("optimizer", &["adam", "adamw", "lion"]),
    Param::log("eps", r"\varepsilon", 1e-8, (1e-10, 1.0), "what keeps the division from exploding")
        .only_when("optimizer", &["rmsprop", "adam", "adamw"]),
    Param::numbers(
        "eps_inside",
        "",
        0.0,
        &[(0.0, "after the root"), (1.0, "inside the root")],
        "where it is added: PyTorch after the root, Keras and Optax inside",
    )
    .only_when("optimizer", &["rmsprop"])
    .option(),
    Param::linear("weight_decay", r"\lambda", 0.0, (0.0, 0.1), "how fast the weights shrink by themselves")
        .default_when(&[default_with("adamw", 0.01)])
        .only_when("optimizer", &["sgd", "adamw", "lion"]),
];

/// Everything that can be turned: which rule, its learning rate, its settings.
pub const PARAMS: &[Param] =
    &join::<_, 9>(&[&[Param::names("optimizer", &NAMES, "update rule"), LR], &SETTINGS]);

impl<R: Real> Optimizer<R> {
    /// The rule that the parameter `optimizer` names, with those of its settings that are declared beside it;
    /// the others are at their defaults. `None` if there is no rule of that name.
    #[must_use]
    pub fn chosen(params: &Params) -> Option<Self> {
        let name = params.named("optimizer");
        let mut settings = Params::new(PARAMS);
        settings.set_text("optimizer", name).ok()?;
        let of = |name: &str| if params.has(name) { params.real(name) } else { R::from(settings.get(name)) };
        let rule = match name {
            "sgd" => Rule::Sgd { weight_decay: of("weight_decay") },
            "rmsprop" => Rule::RmsProp {
                alpha: of("alpha"),
                eps: of("eps"),
                inside: params.has("eps_inside") && params.get("eps_inside") == 1.0,
            },
            "adam" | "adamw" => Rule::Adam {
                beta1: of("beta1"),
                beta2: of("beta2"),
                eps: of("eps"),
                weight_decay: if name == "adam" { R::zero() } else { of("weight_decay") },
            },
            "lion" => Rule::Lion { beta1: of("beta1"), beta2: of("beta2"), weight_decay: of("weight_decay") },
            _ => Rule::Momentum { momentum: of("momentum"), nesterov: name == "nesterov" },
        };
        Some(Self { rule, lr: of("lr") })
    }
}

/// What a rule remembers between steps: the moments of every coordinate.
#[derive(Clone, Debug)]
pub struct State<R> {
    steps: i32,
    first: Vec<R>,
    second: Vec<R>,
}

impl<R: Real> State<R> {
    /// No step taken, all moments 0, for a point of that many coordinates.
    #[must_use]
    pub fn new(length: usize) -> Self {
        Self { steps: 0, first: vec![R::zero(); length], second: vec![R::zero(); length] }
    }

    /// The moments, all the first ones and then all the second ones.
    pub fn moments(&self) -> impl Iterator<Item = R> + '_ {
        self.first.iter().chain(&self.second).copied()
    }

    /// The state after so many steps with these [moments](Self::moments).
    #[must_use]
    pub fn resumed(steps: usize, moments: &[R]) -> Self {
        let (first, second) = moments.split_at(moments.len() / 2);
        Self {
            steps: i32::try_from(steps).unwrap_or(i32::MAX),
            first: first.to_vec(),
            second: second.to_vec(),
        }
    }

    /// One step of `point` against `gradient`; both have the length the state was made for.
    pub fn step(&mut self, optimizer: &Optimizer<R>, point: &mut [R], gradient: &[R]) {
        self.steps = self.steps.saturating_add(1);
        let (lr, t) = (optimizer.lr, self.steps);
        let moments = self.first.iter_mut().zip(&mut self.second);
        for ((z, &g), (m, v)) in point.iter_mut().zip(gradient).zip(moments) {
            match optimizer.rule {
                Rule::Sgd { weight_decay } => *z -= (g + *z * weight_decay) * lr,
                Rule::Momentum { momentum, nesterov } => {
                    *m = *m * momentum + g;
                    *z -= if nesterov { g + *m * momentum } else { *m } * lr;
                }
                Rule::RmsProp { alpha, eps, inside } => {
                    *v = average(*v, g.square(), alpha);
                    *z -= g / if inside { (*v + eps).sqrt() } else { v.sqrt() + eps } * lr;
                }
                Rule::Adam { beta1, beta2, eps, weight_decay } => {
                    *m = average(*m, g, beta1);
                    *v = average(*v, g.square(), beta2);
                    let (mean, square) = (*m / (-beta1.powi(t) + 1.0), *v / (-beta2.powi(t) + 1.0));
                    *z = *z * (-(lr * weight_decay) + 1.0) - mean / (square.sqrt() + eps) * lr;
                }
                Rule::Lion { beta1, beta2, weight_decay } => {
                    let direction = sign(average(*m, g, beta1).value());
                    *z = *z * (-(lr * weight_decay) + 1.0) - lr * direction;
                    *m = average(*m, g, beta2);
                }
            }
        }
    }
}

/// The moving average that keeps the share `kept` of what it was.
fn average<R: Real>(average: R, new: R, kept: R) -> R {
    average * kept + new * (-kept + 1.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn optimizer(name: &str, settings: &[(&str, f64)]) -> Optimizer {
        let mut params = Params::new(PARAMS);
        params.set_text("optimizer", name).unwrap();
        for (name, value) in settings {
            params.set(name, *value).unwrap();
        }
        Optimizer::chosen(&params).unwrap()
    }

    /// Where a few given gradients lead from 0.5.
    fn end(optimizer: &Optimizer, gradients: &[f64]) -> f64 {
        let (mut point, mut state) = ([0.5], State::new(1));
        for &g in gradients {
            state.step(optimizer, &mut point, &[g]);
        }
        point[0]
    }

    #[test]
    fn every_name_is_a_rule_and_settings_that_are_not_declared_stay_at_their_defaults() {
        for name in NAMES {
            static BARE: [Param; 1] = [Param::names("optimizer", &NAMES, "update rule")];
            let mut bare = Params::new(&BARE);
            bare.set_text("optimizer", name).unwrap();
            assert_eq!(Optimizer::chosen(&bare), Some(optimizer(name, &[])), "{name}");
        }
        assert_eq!(optimizer("lion", &[]).lr, 1e-4);
        assert!(matches!(optimizer("adamw", &[]).rule, Rule::Adam { weight_decay: 0.01, .. }));
    }

    #[test]
    fn the_settings_may_be_changed_between_steps() {
        let (mut point, mut state) = ([0.0], State::new(1));
        state.step(&optimizer("momentum", &[("lr", 1.0)]), &mut point, &[1.0]);
        state.step(&optimizer("momentum", &[("lr", 0.1)]), &mut point, &[0.0]);
        assert!((point[0] + 1.09f64).abs() < 1e-15, "the point is at {}", point[0]);
    }

    proptest! {
        #[test]
        fn without_memory_momentum_is_plain_descent(gradients in prop::collection::vec(-2.0..2.0, 1..9)) {
            let plain = end(&optimizer("sgd", &[]), &gradients);
            for name in ["momentum", "nesterov"] {
                let got = end(&optimizer(name, &[("momentum", 0.0)]), &gradients);
                prop_assert!((got - plain).abs() < 1e-15, "{name} ends at {got}, plain descent at {plain}");
            }
        }

        #[test]
        fn the_first_step_of_adam_and_every_step_of_lion_only_see_the_sign(g in 1e-3..1e3, lr in 1e-4..0.1) {
            let adam = 0.5 - end(&optimizer("adam", &[("lr", lr)]), &[g]);
            prop_assert!((adam - lr).abs() < 1e-4 * lr, "the first step of Adam is {adam} at rate {lr}");
            let lion = 0.5 - end(&optimizer("lion", &[("lr", lr)]), &[g, 2.0 * g, 0.1 * g]);
            prop_assert!((lion - 3.0 * lr).abs() < 1e-12, "three steps of Lion are {lion} at rate {lr}");
        }

        #[test]
        fn decay_shrinks_the_point_beside_the_moments(gradients in prop::collection::vec(-2.0..2.0, 1..9)) {
            let decayed = end(&optimizer("adamw", &[("weight_decay", 0.0)]), &gradients);
            prop_assert_eq!(decayed, end(&optimizer("adam", &[]), &gradients));
            let shrunk = end(&optimizer("adamw", &[("weight_decay", 0.1), ("lr", 0.1)]), &[0.0, 0.0]);
            prop_assert!((shrunk - 0.5 * 0.99 * 0.99).abs() < 1e-15);
        }
    }
}
