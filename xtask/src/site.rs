//! The page as static files, in `dist/site`.

use anyhow::Result;

use crate::{command, progress, workspace::Workspace};

/// Bundles what `www/` has and what the build has made for it.
pub(crate) fn bundle(workspace: &Workspace) -> Result<()> {
    progress::step("bundle dist/site");
    command::run(command::npm_script(workspace, "dist:site", &[]))
}
