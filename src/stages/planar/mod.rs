//! Points of the plane in front of a loss of vectors: how it reads them, where it drives them, how high it is as one
//! of them moves. For the stages that show such points.

pub(super) mod landscape;
pub(super) mod measures;
pub(super) mod reading;
pub(super) mod training;
