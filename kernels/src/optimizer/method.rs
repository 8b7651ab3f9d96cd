//! What moves two weights down a landscape: an update rule that sees the gradient where they are, or a method that
//! looks further.

use super::{LR, NAMES, Optimizer, SETTINGS, State, default_with};
use crate::real::Real;
use crate::spec::{DefaultWhen, Param, Params, join};

/// A height over two weights.
pub trait Landscape<R> {
    /// The gradient at a place.
    fn gradient(&mut self, at: [R; 2]) -> [R; 2];

    /// The Hessian at a place, row by row.
    fn hessian(&mut self, at: [R; 2]) -> [[R; 2]; 2];
}

/// A way to descend a landscape.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Method<R = f64> {
    /// An update rule.
    Rule(Optimizer<R>),
    /// `z ← z − lr·(H + δI)⁻¹g` with `H` the Hessian.
    Newton {
        /// Learning rate; 1 goes all the way to where the second-order picture has no slope.
        lr: R,
        /// `δ`
        damping: R,
    },
    /// `z ← z − lr·∇f(z + ρ·g/‖g‖)`. Foret, Kleiner, Mobahi, Neyshabur 2021 (SAM).
    SharpnessAware {
        /// Learning rate.
        lr: R,
        /// `ρ`
        rho: R,
    },
}

/// The names of the methods, as the parameter `optimizer` has them.
pub const METHODS: [&str; 9] = join(&[&NAMES, &["newton", "sam"]]);

const LR_DEFAULTS: [DefaultWhen; 3] = join(&[LR.default_when, &[default_with("newton", 1.0)]]);

/// The learning rate of any method.
pub const METHOD_LR: Param = LR.default_when(&LR_DEFAULTS);

/// The settings of the methods besides the learning rate; each matters with some methods only.
pub const METHOD_SETTINGS: [Param; 9] = join(&[
    &SETTINGS,
    &[
        Param::linear("rho", r"\rho", 0.05, (0.0, 1.0), "how far uphill the gradient is taken")
            .only_when("optimizer", &["sam"]),
        Param::linear("damping", r"\delta", 0.0, (0.0, 10.0), "what is added to every curvature")
            .only_when("optimizer", &["newton"]),
    ],
]);

/// Everything that can be turned on a method.
pub const METHOD_PARAMS: &[Param] =
    &join::<_, 11>(&[&[Param::names("optimizer", &METHODS, "update rule"), METHOD_LR], &METHOD_SETTINGS]);

impl<R: Real> Method<R> {
    /// The method that the parameter `optimizer` names, with its settings; all of [`METHOD_PARAMS`] are declared.
    #[must_use]
    pub fn chosen(params: &Params) -> Self {
        let lr = params.real("lr");
        match (Optimizer::chosen(params), params.named("optimizer")) {
            (Some(rule), _) => Self::Rule(rule),
            (None, "newton") => Self::Newton { lr, damping: params.real("damping") },
            (None, _) => Self::SharpnessAware { lr, rho: params.real("rho") },
        }
    }

    /// Its learning rate.
    #[must_use]
    pub fn lr(&self) -> R {
        match *self {
            Self::Rule(Optimizer { lr, .. }) | Self::Newton { lr, .. } | Self::SharpnessAware { lr, .. } => {
                lr
            }
        }
    }

    /// One step from `z`, where the gradient is known already; `state` is what a rule remembers.
    pub fn step(
        &self,
        state: &mut State<R>,
        z: &mut [R; 2],
        gradient: [R; 2],
        landscape: &mut impl Landscape<R>,
    ) {
        let (step, lr) = match *self {
            Self::Rule(optimizer) => return state.step(&optimizer, z, &gradient),
            Self::Newton { lr, damping } => (newton(gradient, landscape.hessian(*z), damping), lr),
            Self::SharpnessAware { lr, rho } => {
                let reach = rho / (R::norm(&gradient) + 1e-12);
                (landscape.gradient([z[0] + gradient[0] * reach, z[1] + gradient[1] * reach]), lr)
            }
        };
        *z = [z[0] - step[0] * lr, z[1] - step[1] * lr];
    }
}

/// `(H + damping)⁻¹ g`
fn newton<R: Real>([g, h]: [R; 2], [[a, b], [_, d]]: [[R; 2]; 2], damping: R) -> [R; 2] {
    let (a, d) = (a + damping, d + damping);
    let determinant = a * d - b * b;
    [(d * g - b * h) / determinant, (a * h - b * g) / determinant]
}
