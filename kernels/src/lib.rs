//! Loss functions written once, over any number: `f64` gives the value, the tape the exact gradient, duals the curvature.
//!
//! ```
//! use loss_kernels::kernel::Gradient;
//! use loss_kernels::{input::Inputs, losses, spec::Params};
//! use ndarray::arr2;
//!
//! let loss = losses::find("nt-xent").unwrap();
//! let points = arr2(&[[1.0, 0.0], [1.0, 0.0], [-1.0, 0.0], [-1.0, 0.0]]).into_dyn();
//! let labels = ndarray::arr1(&[0.0, 0.0, 1.0, 1.0]).into_dyn();
//! let batch = Inputs::new(loss.spec(), [("embeddings".into(), points), ("labels".into(), labels)].into())?;
//! let mut params = Params::new(loss.spec().params);
//! params.set("temperature", 1.0)?;
//!
//! let mut gradient = Gradient::default();
//! let value = loss.value_and_gradient(&batch, &params, &mut gradient);
//! assert!((value - (1.0 + 2.0 * f64::exp(-2.0)).ln()).abs() < 1e-12);
//! assert_eq!(gradient.of("embeddings").len(), 8);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The rooms, each of which knows only those after it: [`evaluate`], [`options`] and [`probe`], [`losses`], then [`kernel`],
//! [`dialect`], [`pairing`], [`input`], [`optimizer`], [`network`], [`spec`], [`number`], [`tape`], [`dual`] and [`real`].

pub mod dialect;
pub mod dual;
pub mod evaluate;
pub mod gamma;
pub mod input;
pub mod kernel;
pub mod linear_algebra;
pub mod losses;
pub mod network;
pub mod number;
pub mod optimizer;
pub mod options;
pub mod pairing;
#[cfg(not(target_arch = "wasm32"))]
pub mod papers;
pub mod probe;
pub mod real;
pub mod spec;
pub mod tape;

#[cfg(any(test, feature = "testing"))]
pub mod testing;
