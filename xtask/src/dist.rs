//! What is handed to others: `dist/site`, a static site, and `dist/npm`, the package of the element.

use anyhow::Result;

use crate::{browser, build, command, npm_package, progress, site, size_by_crate, workspace::Workspace};

/// Builds everything afresh into `dist/` and says what it weighs.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let browser = browser::require(workspace)?;
    build::run(workspace)?;
    bundle(workspace)?;
    progress::step("weigh dist/site");
    let mut weigh = command::npm_script(workspace, "dist:weight", &[]);
    weigh.env(browser::VARIABLE, browser);
    command::run(weigh)?;
    size_by_crate::print(workspace, "loss-explorer")
}

/// Bundles what [`build::run`] has made.
pub(crate) fn bundle(workspace: &Workspace) -> Result<()> {
    site::bundle(workspace)?;
    progress::step("bundle dist/npm");
    command::run(command::npm_script(workspace, "dist:npm", &[]))?;
    npm_package::complete(workspace, &workspace.dist().join("npm"))
}
