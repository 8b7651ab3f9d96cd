//! Points of the plane in front of losses of vectors: how a loss reads them, where it drives them, how high it is as one
//! of them moves. For the stages that show such points.

pub(super) mod drawing;
pub(super) mod landscape;
pub(super) mod measures;
pub(super) mod motion;
pub(super) mod now;
pub(super) mod reading;

use super::engine::knobs;
use crate::optimizer::default_with;
use crate::spec::Param;

/// The learning rate of points that lie about a unit from the origin.
pub(super) const LEARNING_RATE: Param = knobs::learning_rate(
    0.1,
    (1e-3, 10.0),
    &[
        default_with("momentum", 0.02),
        default_with("nesterov", 0.02),
        default_with("rmsprop", 0.02),
        default_with("adam", 0.05),
        default_with("adamw", 0.05),
        default_with("lion", 0.02),
    ],
);
