//! The functions of the page's wasm that the first plot needs, by name: `first-functions.txt`, a line each.

use std::{collections::HashSet, fs, path::PathBuf};

use anyhow::{Context, Result, ensure};

use crate::{browser, build, command, deferred, progress, site, workspace::Workspace};

/// The names.
pub(crate) fn read(workspace: &Workspace) -> Result<HashSet<String>> {
    let file = file(workspace);
    let text =
        fs::read_to_string(&file).with_context(|| format!("cannot read {}", workspace.relative(&file)))?;
    Ok(text.lines().map(str::to_owned).collect())
}

/// Opens the page in a browser, lists what runs until it is at rest, and splits the wasm by that.
pub(crate) fn renew(workspace: &Workspace) -> Result<()> {
    let browser = browser::require(workspace)?;
    build::run(workspace)?;
    site::bundle(workspace)?;
    progress::step("watch the first plot");
    let mut watch = command::npm_script(workspace, "first-plot", &[]);
    watch.env(browser::VARIABLE, browser);
    let names = command::capture(watch)?;
    ensure!(!names.is_empty(), "no function ran");
    let file = file(workspace);
    fs::write(&file, names).with_context(|| format!("cannot write {}", workspace.relative(&file)))?;
    deferred::split(workspace)
}

fn file(workspace: &Workspace) -> PathBuf {
    workspace.root.join("xtask/first-functions.txt")
}
