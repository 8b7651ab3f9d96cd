//! Whether other libraries come to the values that the scripts say: runs every script, for the reference cases, for
//! random batches and those on the edge of a definition, and for what stages show, with the parameters of the case and
//! with the defaults of the library.

use std::{
    collections::BTreeSet,
    fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::{command, progress, workspace::Workspace};

/// Packages that the scripts import.
const PACKAGES: &str = "torch pytorch-metric-learning keras optax";

/// What is shown beside every loss at its defaults: other points, and classes with as many members as there are classes.
const STATES: [&str; 3] = ["", "&seed=3", "&count=9"];

/// Makes batches of what `list --json` says.
const BATCHES: &str = include_str!("dialects/batches.py");

/// Runs scripts and counts.
const COMPARE: &str = include_str!("dialects/compare.py");

/// How many batches each dialect is run on.
#[derive(clap::Args, Clone, Copy, Debug)]
pub(crate) struct Many {
    /// Random batches for each class or function of a library; the full run is 300
    #[arg(long, default_value_t = 20)]
    random: usize,
    /// Batches on the edge: equal vectors, one class, no pairs, zeros, huge and tiny numbers …; the full run is 52
    #[arg(long, default_value_t = 26)]
    edge: usize,
}

#[derive(Deserialize)]
struct Entry {
    id: String,
    dialects: Vec<Dialect>,
}

#[derive(Deserialize)]
struct Dialect {
    package: String,
}

/// Runs the scripts with that Python; false if one of them comes to another value that nothing explains.
pub(crate) fn run(workspace: &Workspace, python: &Path, many: Many) -> Result<bool> {
    progress::step("write scripts");
    command::run(command::cargo(workspace, &["build", "--quiet", "--package", "loss-explorer"]))?;
    let list = command::capture(explorer(workspace, &["list", "--json"]))?;
    let entries: Vec<Entry> = serde_json::from_slice(&list)?;
    let mut scripts = Vec::new();
    for Entry { id, .. } in entries.iter().filter(|entry| !entry.dialects.is_empty()) {
        let cases = format!("tests/golden/{id}.jsonl");
        for defaults in [&["--json"][..], &["--json", "--defaults"]] {
            scripts.extend(written(workspace, &[&["--cases", &cases], defaults].concat())?);
            for state in STATES.map(|more| format!("loss={id}{more}")) {
                // Not every loss has a stage with one batch, nor every stage these knobs.
                scripts.extend(written(workspace, &[&["--state", &state], defaults].concat())?);
            }
        }
    }
    let packages: BTreeSet<_> =
        entries.iter().flat_map(|entry| &entry.dialects).map(|d| &d.package).collect();
    let file = workspace.target.join("dialects.jsonl");
    for package in packages {
        let counts = [many.random.to_string(), many.edge.to_string()];
        let mut batches = python_with(workspace, python, BATCHES);
        batches.arg(package).args(counts).stdout(fs::File::create(&file)?);
        ensure!(fed(batches, &list)?, "the batches for {package} could not be made");
        let cases = file.to_string_lossy();
        scripts.extend(written(workspace, &["--library", package, "--cases", &cases])?);
    }
    progress::step("run scripts");
    let mut runner = python_with(workspace, python, COMPARE);
    runner.env("KERAS_BACKEND", "torch");
    fed(runner, &scripts)
}

fn explorer(workspace: &Workspace, arguments: &[&str]) -> Command {
    command::program(workspace, &workspace.native_cli().to_string_lossy(), arguments)
}

/// The scripts, a line each; what cannot be one says so in its line.
fn written(workspace: &Workspace, arguments: &[&str]) -> Result<Vec<u8>> {
    let mut script = explorer(workspace, &["script"]);
    Ok(script.args(arguments).stderr(Stdio::null()).output()?.stdout)
}

fn python_with(workspace: &Workspace, python: &Path, program: &str) -> Command {
    command::program(workspace, &python.to_string_lossy(), &["-c", program])
}

/// Runs a program on an input; whether it ended well.
fn fed(mut program: Command, input: &[u8]) -> Result<bool> {
    let name = program.get_program().to_string_lossy().into_owned();
    let mut child = program.stdin(Stdio::piped()).spawn().with_context(|| format!("cannot start {name}"))?;
    let mut stdin = child.stdin.take().context("no standard input")?;
    let told = stdin.write_all(input);
    drop(stdin);
    told.with_context(|| format!("{name} does not read: it needs the packages {PACKAGES}"))?;
    Ok(child.wait()?.success())
}
