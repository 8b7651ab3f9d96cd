//! Points of the plane in front of losses of vectors: how a loss reads them, where it drives them, how high it is as one
//! of them moves. For the stages that show such points.

pub(super) mod drawing;
pub(super) mod landscape;
pub(super) mod measures;
pub(super) mod motion;
pub(super) mod now;
pub(super) mod reading;
