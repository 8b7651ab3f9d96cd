//! The Chromium that the browser tests and the browser bench drive.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::{command, progress, workspace::Workspace};

/// The variable that names the browser: read here, and handed to the tests.
pub(crate) const VARIABLE: &str = "CHROMIUM";

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const APPLICATIONS: [&str; 2] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// Finds a Chromium, or installs one where Debian's package manager can.
pub(crate) fn require(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(browser) = find() {
        return Ok(browser);
    }
    let missing = format!("no Chromium found: install one, or name it in {VARIABLE}=/path/to/chromium");
    if on_path("apt-get").is_none() {
        bail!(missing);
    }
    progress::step("apt-get install chromium");
    install(workspace).with_context(|| missing.clone())?;
    find().context(missing)
}

fn find() -> Option<PathBuf> {
    let named = env::var_os(VARIABLE).map(PathBuf::from);
    named.or_else(|| NAMES.iter().find_map(|name| on_path(name))).or_else(|| {
        let application = APPLICATIONS.iter().map(Path::new).find(|p| p.is_file());
        application.map(Path::to_path_buf)
    })
}

/// Updates the package lists first, as they are empty in container images.
fn install(workspace: &Workspace) -> Result<()> {
    for arguments in [
        ["apt-get", "update", "--quiet"].as_slice(),
        &["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", "chromium"],
    ] {
        // `-n`: fail rather than wait for a password that nobody may be there to type.
        let mut command = match on_path("sudo") {
            Some(_) => command::program(workspace, "sudo", &["-n"]),
            None => command::program(workspace, "env", &[]),
        };
        command.arg("DEBIAN_FRONTEND=noninteractive").args(arguments);
        command::run(command)?;
    }
    Ok(())
}

fn on_path(name: &str) -> Option<PathBuf> {
    let directories = env::var_os("PATH")?;
    env::split_paths(&directories).map(|directory| directory.join(name)).find(|candidate| candidate.is_file())
}
