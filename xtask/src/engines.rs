//! The same links in three browser engines: Blink by Chromium, Gecko by Firefox and WebKit by its MiniBrowser.

use std::{env, fs, path::PathBuf, process::Command};

use anyhow::{Context, Result};

use crate::{browser, command, debian, workspace::Workspace};

/// The variables that name the browsers to the tests.
const FIREFOX: &str = "FIREFOX";
const MINIBROWSER: &str = "MINIBROWSER";

/// What MiniBrowser is driven with: its driver, a screen and a message bus.
const PROGRAMS: [&str; 3] = ["WebKitWebDriver", "xvfb-run", "dbus-run-session"];

const PACKAGES: [&str; 5] = ["firefox-esr", "webkit2gtk-driver", "xvfb", "xauth", "dbus"];

/// The tests, for the site in `dist`; none where there is no Firefox or WebKit and no way to install them.
pub(crate) fn tests(workspace: &Workspace) -> Result<Option<Command>> {
    if found().is_none() {
        if !debian::is_here() {
            return Ok(None);
        }
        debian::install(workspace, &PACKAGES)?;
    }
    let (firefox, minibrowser) =
        found().with_context(|| format!("no Firefox or WebKit in {}", PACKAGES.join(", ")))?;
    let mut tests = command::program(workspace, "node", &["--test", "--test-reporter=spec"]);
    tests.arg("tests/engines/engines.test.mjs");
    tests.env(browser::VARIABLE, browser::require(workspace)?);
    tests.env(FIREFOX, firefox).env(MINIBROWSER, minibrowser);
    Ok(Some(tests))
}

/// Firefox and MiniBrowser, if these and all that they are driven with are there.
fn found() -> Option<(PathBuf, PathBuf)> {
    let named = |variable| env::var_os(variable).map(PathBuf::from);
    let firefox = named(FIREFOX)
        .or_else(|| ["firefox-esr", "firefox"].iter().find_map(|name| debian::on_path(name)))?;
    let minibrowser = named(MINIBROWSER).or_else(minibrowser)?;
    PROGRAMS.iter().all(|name| debian::on_path(name).is_some()).then_some((firefox, minibrowser))
}

/// It lies beside WebKit's libraries: `/usr/lib/<architecture>/webkit2gtk-<version>/MiniBrowser`.
fn minibrowser() -> Option<PathBuf> {
    let below = |directory: PathBuf| {
        fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path())
    };
    let libraries = below("/usr/lib".into()).flat_map(below);
    let webkits = libraries
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("webkit")));
    webkits.map(|webkit| webkit.join("MiniBrowser")).filter(|path| path.is_file()).max()
}
