//! The compiler's wasm32 target.

use std::path::Path;

use anyhow::{Context, Result};

use crate::{command, progress, workspace::Workspace};

/// The target that browsers run.
pub(crate) const TRIPLE: &str = "wasm32-unknown-unknown";

/// Adds the target with rustup when the compiler lacks it.
pub(crate) fn require(workspace: &Workspace) -> Result<()> {
    let print = command::program(workspace, "rustc", &["--print", "sysroot"]);
    let sysroot = command::capture(print)?;
    let sysroot = String::from_utf8(sysroot)?;
    let installed = Path::new(sysroot.trim()).join("lib/rustlib").join(TRIPLE);
    if installed.is_dir() {
        return Ok(());
    }
    progress::step("rustup target add wasm32-unknown-unknown");
    command::run(command::program(
        workspace,
        "rustup",
        &["target", "add", TRIPLE],
    ))
    .context("the wasm32-unknown-unknown target of rustc is missing: install it with rustup (https://rustup.rs) or your package manager")
}
