//! Loss functions you can feel: kernels, the tools that probe them, figures, and an explorable page.
//!
//! The rooms, each of which knows only those after it: `web` and the command line, `exhibits`, `stages`, then
//! `figures`, `probe`, `toys` and [`losses`], then [`kernel`], [`input`], [`optimizer`], [`network`], [`spec`],
//! [`tape`], [`dual`] and [`real`].

#[cfg(not(target_arch = "wasm32"))]
pub mod catalogue;
pub mod exhibits;
pub mod figures;
pub mod script;
pub mod stages;
pub mod toys;
#[cfg(target_arch = "wasm32")]
pub mod web;

#[cfg(not(target_arch = "wasm32"))]
pub use loss_kernels::papers;
pub use loss_kernels::{
    dialect, dual, evaluate, input, kernel, losses, network, number, optimizer, options, probe, real, spec,
    tape,
};

#[cfg(test)]
use loss_kernels::testing;
