//! What the first plot does not need is fetched later: the page's wasm in two modules.

use std::{collections::HashSet, fs, path::PathBuf};

use anyhow::{Context, Result};

use crate::{browser, command, dist, progress, wasm_module, wasm_split, workspace::Workspace};

const PACKAGE: &str = "loss-explorer";

/// A module without anything in it.
const NOTHING: &[u8] = b"\0asm\x01\0\0\0";

/// Beside a module that is whole.
pub(crate) fn nothing(workspace: &Workspace) -> Result<()> {
    Ok(fs::write(rest(workspace), NOTHING)?)
}

/// Finds out by opening the page what runs until it is at rest, and takes everything else out of the module that
/// [`wasm_module::build`] has made.
pub(crate) fn split(workspace: &Workspace) -> Result<()> {
    let whole = fs::read(wasm_module::named(workspace, PACKAGE))?;
    let first = workspace.generated().join("wasm/loss_explorer_bg.wasm");

    progress::step("watch the first plot");
    fs::write(&first, wasm_split::watched(&whole)?)?;
    nothing(workspace)?;
    dist::site(workspace)?;
    let mut watch = command::npm_script(workspace, "dist:first-plot", &[]);
    watch.env(browser::VARIABLE, browser::require(workspace)?);
    let printed = command::capture(watch)?;
    // npm may print before it.
    let positions = printed.split(|&byte| byte == b'\n').rfind(|line| !line.is_empty()).unwrap_or_default();
    let ran: HashSet<usize> = serde_json::from_slice(positions).context("dist:first-plot says nothing")?;

    progress::step("split wasm");
    let modules = wasm_split::split(&whole, &ran)?;
    for (bytes, path) in [(modules.0, first), (modules.1, rest(workspace))] {
        let named = path.with_extension("named.wasm");
        fs::write(&named, &bytes)?;
        wasm_module::finish(workspace, &named, &path)?;
        fs::remove_file(&named)?;
        println!("{} KB {}", fs::metadata(&path)?.len().div_ceil(1000), workspace.relative(&path));
    }
    Ok(())
}

fn rest(workspace: &Workspace) -> PathBuf {
    workspace.generated().join("wasm/loss_explorer_deferred.wasm")
}
