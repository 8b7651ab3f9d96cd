//! Node and the npm packages that the page, its tests and `wasm-opt` need.

use std::{fs, path::Path, time::SystemTime};

use anyhow::{Context, Result, ensure};

use crate::{command, progress, workspace::Workspace};

/// The oldest Node that Vite and ESLint run on.
const OLDEST_NODE: (u32, u32) = (20, 19);

/// Checks Node and installs the packages of the lock file when they are missing or out of date.
pub(crate) fn require(workspace: &Workspace) -> Result<()> {
    require_in(workspace, &workspace.root)
}

/// The same for a directory with a lock file of its own.
pub(crate) fn require_in(workspace: &Workspace, directory: &Path) -> Result<()> {
    require_node(workspace)?;
    // npm writes this file last, so its age is the age of the whole installation.
    let installed = modified(&directory.join("node_modules/.package-lock.json"));
    let locked = modified(&directory.join("package-lock.json"));
    if installed.is_some() && installed >= locked {
        return Ok(());
    }
    progress::step(&format!("npm ci in {}", directory.display()));
    let mut npm_ci = command::npm(workspace, &["ci"]);
    npm_ci.current_dir(directory);
    command::run(npm_ci)
}

fn require_node(workspace: &Workspace) -> Result<()> {
    let (major, minor) = OLDEST_NODE;
    let wanted = format!("Node {major}.{minor} or newer is needed: https://nodejs.org");
    let output = command::capture(command::program(workspace, "node", &["--version"]))
        .with_context(|| wanted.clone())?;
    let version = String::from_utf8(output)?;
    let mut parts =
        version.trim().trim_start_matches('v').split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let found = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    ensure!(found >= OLDEST_NODE, "{wanted} (found {})", version.trim());
    Ok(())
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|m| m.modified()).ok()
}
