//! Whether other libraries come to the values that the scripts say: runs every script, for the reference cases and for
//! what stages show, with the parameters of the case and with the defaults of the library.

use std::{io::Write, path::Path, process::Stdio};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::{command, progress, workspace::Workspace};

/// Packages that the scripts import.
const PACKAGES: &str = "torch pytorch-metric-learning keras optax";

/// What is shown beside every loss at its defaults: other points, and classes with as many members as there are classes.
const STATES: [&str; 3] = ["", "&seed=3", "&count=9"];

const RUNNER: &str = include_str!("dialects.py");

#[derive(Deserialize)]
struct Entry {
    id: String,
    dialects: Vec<serde_json::Value>,
}

/// Runs the scripts with that Python; false if one of them comes to another value.
pub(crate) fn run(workspace: &Workspace, python: &Path) -> Result<bool> {
    progress::step("write scripts");
    let explorer = |arguments: &[&str]| {
        let arguments = [&["run", "--quiet", "--package", "loss-explorer", "--"], arguments].concat();
        command::cargo(workspace, &arguments)
    };
    let entries: Vec<Entry> = serde_json::from_slice(&command::capture(explorer(&["list", "--json"]))?)?;
    let mut scripts = Vec::new();
    for Entry { id, .. } in entries.iter().filter(|entry| !entry.dialects.is_empty()) {
        let cases = format!("tests/golden/{id}.jsonl");
        for defaults in [&["--json"][..], &["--json", "--defaults"]] {
            let arguments = [&["script", "--cases", &cases], defaults].concat();
            scripts.extend(command::capture(explorer(&arguments))?);
            for state in STATES.map(|more| format!("loss={id}{more}")) {
                let arguments = [&["script", "--state", &state], defaults].concat();
                // Not every loss has a stage with one batch, nor every stage these knobs.
                let output = explorer(&arguments).stderr(Stdio::null()).output()?;
                scripts.extend(output.stdout);
            }
        }
    }
    progress::step("run scripts");
    let name = python.display();
    let mut runner = command::program(workspace, &python.to_string_lossy(), &["-c", RUNNER]);
    let mut child = runner
        .env("KERAS_BACKEND", "torch")
        .stdin(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {name}"))?;
    child
        .stdin
        .take()
        .context("no standard input")?
        .write_all(&scripts)
        .with_context(|| format!("{name} does not read: it needs the packages {PACKAGES}"))?;
    Ok(child.wait()?.success())
}
