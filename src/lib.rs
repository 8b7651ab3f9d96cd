//! Loss functions you can feel: kernels, the tools that probe them, figures, and an explorable page.
//!
//! The rooms, each of which knows only those after it: `web` and the command line, `exhibits`, `stages`, then
//! `figures`, `probe`, `toys` and [`losses`], then [`kernel`], [`input`], [`optimizer`], [`network`], [`spec`],
//! [`tape`], [`dual`] and [`real`].

#[cfg(not(target_arch = "wasm32"))]
pub mod catalogue;
pub mod dialect;
pub mod dual;
pub mod evaluate;
pub mod exhibits;
pub mod figures;
pub mod input;
pub mod kernel;
pub mod losses;
pub mod network;
pub mod number;
pub mod optimizer;
pub mod probe;
pub mod real;
pub mod script;
pub mod spec;
pub mod stages;
pub mod tape;
pub mod toys;
#[cfg(target_arch = "wasm32")]
pub mod web;

#[cfg(test)]
mod testing;
