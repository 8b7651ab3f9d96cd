//! Losses of the cosines between samples and class prototypes.

use super::shelf;
use super::softmax::cross_entropy;
use crate::input::Inputs;
use crate::real::Real;
use crate::spec::{Input, Param};

/// What every loss here reads.
pub(crate) const INPUTS: &[Input] = &[
    Input::variable("cosines", &["N", "C"], "cosine of each sample with each class prototype"),
    Input::classes("labels", &["N"], "C", "the right class of each sample"),
];

/// The scale of a cosine softmax.
pub(crate) const fn scale(default: f64) -> Param {
    Param::log("scale", "s", default, (1.0, 100.0), "what multiplies the cosines: sharpness of the softmax")
}

/// The angle of a cosine in radians; cosines within 1e-7 of ±1 are held there, with derivative 0.
pub(crate) fn angle<R: Real>(cosine: R) -> R {
    cosine.clamp(-1.0 + 1e-7, 1.0 - 1e-7).acos()
}

/// Rows of logits `s·c` in which the label's cosine is replaced by `target(c_y)`.
pub(crate) fn with_target<R: Real>(
    cosines: &[&[R]],
    labels: &[usize],
    scale: f64,
    target: impl Fn(R) -> R,
) -> Vec<Vec<R>> {
    let row = |(cosines, &label): (&&[R], &usize)| {
        let at = |(j, &c): (usize, &R)| if j == label { target(c) * scale } else { c * scale };
        cosines.iter().enumerate().map(at).collect()
    };
    cosines.iter().zip(labels).map(row).collect()
}

/// Cross-entropy of the logits of [`with_target`], nats.
pub(crate) fn margin_softmax<R: Real>(input: &Inputs<R>, scale: f64, target: impl Fn(R) -> R) -> R {
    let labels = input.classes("labels");
    cross_entropy(&with_target(&input.rows("cosines"), &labels, scale, target), &labels)
}

shelf! {
    normface::NormFace,
    cosface::CosFace,
    arcface::ArcFace,
    sface::SFace,
    madacos::MadaCos,
}
