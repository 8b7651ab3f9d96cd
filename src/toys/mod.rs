//! Toy data: small, labelled, seeded.

pub mod blobs;
pub mod features;
pub mod episode;
pub mod plane;
pub mod regression;
pub mod sphere;
