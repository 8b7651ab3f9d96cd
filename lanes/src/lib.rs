//! The hot loops of kernels and maps, several numbers at a time.
//!
//! A crate of its own, so that it is built for speed where the page around it is built for size. Everything takes
//! slices, and nothing is generic: one copy of each loop is downloaded. Nothing is inlined where it is used,
//! as it would be built for size there. A lane computes what a lone number would, without fused operations and without
//! the platform's mathematics, so a browser has the same bits as a native build.

mod exp;
mod hinge;
mod logarithm;
mod product;
mod shade;
mod softmax;
mod vector;
mod weigh;

pub use exp::{exp, exp_above};
pub use hinge::{Hinges, hinge_slopes, hinges};
pub use logarithm::{ln, ln_1p, sum_ln_1p};
pub use product::{Matrix, add_transpose, gram, product};
pub use shade::{Pixel, shade};
pub use softmax::{log_sum_exps, softmax, surprise, temper};
pub use vector::{
    affine, away, combine, distance, distances, divide, dot, length, scale, shorten, squared_distances, sum,
};
pub use weigh::{Weighed, weigh};
