//! What the first plot does not need is fetched later: the page's wasm in two modules.

use std::{fs, path::PathBuf};

use anyhow::Result;

use crate::{first_functions, progress, wasm_module, wasm_split, workspace::Workspace};

const PACKAGE: &str = "loss-explorer";

/// Takes out of the module that [`wasm_module::build`] has made what is not listed as needed first, and leaves beside
/// the two modules one that counts, for whoever watches the first plot.
pub(crate) fn split(workspace: &Workspace) -> Result<()> {
    progress::step("split wasm");
    let whole = fs::read(wasm_module::named(workspace, PACKAGE))?;
    let (first, rest) = wasm_split::split(&whole, &first_functions::read(workspace)?)?;
    for (bytes, module) in [(first, "bg"), (rest, "deferred")] {
        let path = path(workspace, module);
        let named = path.with_extension("named.wasm");
        fs::write(&named, &bytes)?;
        if module == "bg" {
            // Much of what is left has fewer callers than it had in the whole.
            wasm_module::shrink(workspace, &named)?;
        }
        wasm_module::finish(workspace, &named, &path)?;
        fs::remove_file(&named)?;
        println!("{} KB {}", fs::metadata(&path)?.len().div_ceil(1000), workspace.relative(&path));
    }
    Ok(fs::write(path(workspace, "watched"), wasm_split::watched(&whole)?)?)
}

fn path(workspace: &Workspace, module: &str) -> PathBuf {
    workspace.generated().join(format!("wasm/loss_explorer_{module}.wasm"))
}
