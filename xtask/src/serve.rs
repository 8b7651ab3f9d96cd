//! The page on a loopback address, reloaded as its TypeScript changes.

use anyhow::Result;

use crate::{build, command, progress, workspace::Workspace};

/// The default port.
pub(crate) const PORT: u16 = 5180;

/// Builds, then serves until interrupted.
pub(crate) fn run(workspace: &Workspace, port: u16) -> Result<()> {
    build::run(workspace)?;
    progress::step(&format!("serving on http://127.0.0.1:{port}/ (Ctrl-C ends)"));
    let port = port.to_string();
    let vite =
        ["node_modules/vite/bin/vite.js", "www", "--host", "127.0.0.1", "--strictPort", "--port", &port];
    command::replace_with(command::program(workspace, "node", &vite))
}
