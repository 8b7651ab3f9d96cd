//! Losses of the cosines between samples and class prototypes.

use loss_explorer_lanes as lanes;

use super::shelf;
use super::softmax::{cross_entropy, mean_over_samples_by_hand};
use crate::input::Inputs;
use crate::kernel::Gradient;
use crate::real::Real;
use crate::spec::{Input, Param};
use crate::tape::{Var, slope};

pub mod falling_cosine;
pub mod median;

/// What every loss here reads.
pub(crate) const INPUTS: &[Input] = &[
    Input::variable("cosines", &["N", "C"], "cosine of each sample with each class prototype"),
    Input::classes("labels", &["N"], "C", "the right class of each sample"),
];

/// The scale of a cosine softmax.
pub(crate) const fn scale(default: f64) -> Param {
    Param::log("scale", "s", default, (1.0, 100.0), "what multiplies the cosines: sharpness of the softmax")
}

/// `cos(θ + margin)` of `cos θ`, with the margin in radians; without one, the cosine to the last digit.
pub(crate) fn widened<R: Real>(cosine: R, margin: R) -> R {
    if margin.value() == 0.0 { cosine } else { (cosine.angle() + margin).cos() }
}

/// Rows of logits `s·c` in which the label's cosine is replaced by `target(i, c_y)`, with `i` the sample.
pub(crate) fn with_target_of<R: Real>(
    cosines: &[impl AsRef<[R]>],
    labels: &[usize],
    scale: f64,
    target: impl Fn(usize, R) -> R,
) -> Vec<Vec<R>> {
    let row = |i: usize| {
        let at = |(j, &c): (usize, &R)| if j == labels[i] { target(i, c) * scale } else { c * scale };
        cosines[i].as_ref().iter().enumerate().map(at).collect()
    };
    (0..labels.len()).map(row).collect()
}

/// Rows of logits `s·c` in which the label's cosine is replaced by `target(c_y)`.
pub(crate) fn with_target<R: Real>(
    cosines: &[impl AsRef<[R]>],
    labels: &[usize],
    scale: f64,
    target: impl Fn(R) -> R,
) -> Vec<Vec<R>> {
    with_target_of(cosines, labels, scale, |_, c| target(c))
}

/// Refuses a batch without rivals, for scales that are computed from them.
///
/// # Errors
/// If there is only one class.
pub(crate) fn at_least_two_classes(input: &Inputs<f64>) -> Result<(), String> {
    match input.length("C") {
        1 => Err("input cosines has 1 class, allowed are 2 or more".into()),
        _ => Ok(()),
    }
}

/// Cross-entropy of the logits of [`with_target`], nats.
pub(crate) fn margin_softmax<R: Real>(input: &Inputs<R>, scale: f64, target: impl Fn(R) -> R) -> R {
    let labels = input.classes("labels");
    cross_entropy(&with_target(&input.rows("cosines"), &labels, scale, target), &labels)
}

/// Value and gradient of [`margin_softmax`] by hand, but for the slope of `target`.
pub(crate) fn margin_softmax_by_hand(
    input: &Inputs<f64>,
    factor: f64,
    gradient: &mut Gradient,
    target: &dyn Fn(Var) -> Var,
) -> f64 {
    mean_over_samples_by_hand(input, gradient, &mut |cosines, class| {
        let (own, bend) = slope(cosines[class], target);
        cosines[class] = own;
        lanes::scale(cosines, factor);
        let own = cosines[class];
        let total = lanes::softmax(cosines);
        cosines[class] -= 1.0;
        lanes::scale(cosines, factor);
        cosines[class] *= bend;
        total - own
    })
}

shelf! {
    normface::NormFace,
    sphereface::SphereFace,
    cosface::CosFace,
    arcface::ArcFace,
    combined_margin::CombinedMargin,
    subcenter_arcface::SubcenterArcFace,
    curricularface::CurricularFace,
    magface::MagFace,
    adacos_fixed::AdaCosFixed,
    adacos_dynamic::AdaCosDynamic,
    sface::SFace,
    circle_class::CircleClass,
    madacos::MadaCos,
}
