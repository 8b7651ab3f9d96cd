//! What makes a directory with the bundled element a package that npm can publish.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::workspace::Workspace;

/// Writes the manifest and the licences beside the bundle.
pub(crate) fn complete(workspace: &Workspace, directory: &Path) -> Result<()> {
    let manifest = serde_json::to_string_pretty(&manifest(workspace)?)?;
    fs::write(directory.join("package.json"), manifest + "\n")?;
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        fs::copy(workspace.root.join(licence), directory.join(licence))?;
    }
    Ok(())
}

fn manifest(workspace: &Workspace) -> Result<Value> {
    let ours: Value = serde_json::from_str(&fs::read_to_string(workspace.root.join("package.json"))?)?;
    // The bundle contains Lit; the declarations of the element refer to its types.
    let lit = ours["dependencies"]["lit"].as_str().context("package.json does not depend on lit")?;
    Ok(json!({
        "name": "loss-explorer",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "Loss functions you can feel, as a web component",
        "license": "MIT OR Apache-2.0",
        "type": "module",
        "exports": {
            ".": { "types": "./types/loss-explorer.d.ts", "default": "./loss-explorer.js" }
        },
        "sideEffects": true,
        "dependencies": { "lit": lit },
    }))
}
