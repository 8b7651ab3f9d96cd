//! The Chromium that the browser tests and the browser bench drive.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{debian, workspace::Workspace};

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
    debian::install(workspace, &["chromium"]).with_context(|| missing.clone())?;
    find().context(missing)
}

fn find() -> Option<PathBuf> {
    let named = env::var_os(VARIABLE).map(PathBuf::from);
    named.or_else(|| NAMES.iter().find_map(|name| debian::on_path(name))).or_else(|| {
        let application = APPLICATIONS.iter().map(Path::new).find(|p| p.is_file());
        application.map(Path::to_path_buf)
    })
}
