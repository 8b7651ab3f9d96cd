//! Toy data: small, labelled, seeded.

pub mod arrays;
pub mod batch;
pub mod blobs;
pub mod descriptors;
pub mod episode;
pub mod features;
pub mod labelled;
pub mod plane;
pub mod regression;
pub mod sphere;
