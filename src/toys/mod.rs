//! Toy data: small, labelled, seeded.

pub mod plane;
pub mod regression;
pub mod sphere;
