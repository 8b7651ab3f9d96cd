//! Everything the page needs from Rust: bindings, wasm and catalogue, in `www/generated/`.

use std::fs;

use anyhow::{Context, Result};

use crate::{command, deferred, node_packages, progress, wasm_module, workspace::Workspace};

/// Builds all that `www/` imports from `www/generated/`.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    node_packages::require(workspace)?;
    wasm_module::build(workspace, "loss-explorer", &workspace.generated().join("wasm"))?;
    deferred::nothing(workspace)?;
    catalogue(workspace)
}

/// The specs of all losses as the native command line prints them.
fn catalogue(workspace: &Workspace) -> Result<()> {
    progress::step("export catalogue");
    let arguments = ["run", "--quiet", "--package", "loss-explorer", "--", "list", "--json"];
    let specs = command::capture(command::cargo(workspace, &arguments))?;
    let file = workspace.generated().join("catalogue.json");
    fs::write(&file, specs).with_context(|| format!("cannot write {}", workspace.relative(&file)))
}
