//! Everything the page needs from Rust: bindings, wasm and catalogue, in `www/generated/`.

use std::fs;

use anyhow::{Context, Result};

use crate::{command, deferred, node_packages, progress, wasm_module, workspace::Workspace};

/// Builds all that `www/` imports from `www/generated/`.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    node_packages::require(workspace)?;
    wasm_module::build(workspace, "loss-explorer", &workspace.generated().join("wasm"))?;
    deferred::split(workspace)?;
    catalogue(workspace)
}

/// All losses, exhibits, papers and stages as the native command line prints them.
fn catalogue(workspace: &Workspace) -> Result<()> {
    progress::step("export catalogue");
    for (name, options) in [
        ("catalogue.json", &["--json"][..]),
        ("exhibits.json", &["--exhibits", "--json"]),
        ("papers.json", &["--papers", "--json"]),
        ("stages.json", &["--stages", "--json"]),
    ] {
        let list = ["run", "--quiet", "--package", "loss-explorer", "--", "list"];
        let entries = command::capture(command::cargo(workspace, &[&list, options].concat()))?;
        let file = workspace.generated().join(name);
        fs::write(&file, entries).with_context(|| format!("cannot write {}", workspace.relative(&file)))?;
    }
    Ok(())
}
