//! What is handed to others: `dist/site`, a static site, and `dist/npm`, the package of the element.

use anyhow::Result;

use crate::{build, command, progress, workspace::Workspace};

/// Builds everything afresh into `dist/`.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    build::run(workspace)?;
    bundle(workspace)
}

/// Bundles what [`build::run`] has made.
pub(crate) fn bundle(workspace: &Workspace) -> Result<()> {
    for (script, directory) in [("dist:site", "site"), ("dist:npm", "npm")] {
        let out = workspace.dist().join(directory);
        progress::step(&format!("bundle {}", workspace.relative(&out)));
        command::run(command::npm_script(workspace, script, &[]))?;
    }
    Ok(())
}
