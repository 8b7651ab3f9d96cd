//! All checks and tests, the quickest first, up to the first group that fails.

use std::{fs, process::Command, time::Instant};

use anyhow::{Context, Result, ensure};

use crate::{
    browser, build, command, dist, engines, node_packages, progress, tally::Tally, wasm_module, wasm_target,
    workspace::Workspace,
};

type Group = fn(&Workspace, &mut Tally) -> Result<()>;

const GROUPS: [(&str, Group); 11] = [
    ("rustfmt", rustfmt),
    ("clippy, native", clippy_native),
    ("clippy, wasm", clippy_wasm),
    ("native tests", native_tests),
    ("build", build),
    ("TypeScript", |workspace, _| npm_check(workspace, "types")),
    ("ESLint", |workspace, _| npm_check(workspace, "lint")),
    ("Prettier", |workspace, _| npm_check(workspace, "format")),
    ("bundle", |workspace, _| dist::bundle(workspace)),
    ("wasm tests in Node", wasm_tests),
    ("browser tests", browser_tests),
];

/// Runs every group, says how each went, and ends with `N passed, M failed`.
/// Returns whether all went well.
pub(crate) fn run(workspace: &Workspace) -> bool {
    let mut total = Tally::default();
    let mut summary = String::new();
    let mut groups = GROUPS.iter();
    for (title, group) in groups.by_ref() {
        progress::step(title);
        let start = Instant::now();
        let mut tally = Tally::default();
        let outcome = group(workspace, &mut tally);
        let seconds = start.elapsed().as_secs();
        let (word, cause) = match outcome {
            Ok(()) => ("ok", String::new()),
            Err(error) => {
                // A check that is not made of tests, or a runner that broke down, is one failure.
                tally.failed = tally.failed.max(1);
                ("FAILED", format!(": {error:#}"))
            }
        };
        summary += &format!("{word:8} {title}, {seconds} s{cause}\n");
        total += tally;
        if total.failed > 0 {
            break;
        }
    }
    for (title, _) in groups {
        summary += &format!("{:8} {title}\n", "not run");
    }
    println!("\n{summary}{} passed, {} failed", total.passed, total.failed);
    total.failed == 0
}

fn rustfmt(workspace: &Workspace, _: &mut Tally) -> Result<()> {
    command::run(command::cargo(workspace, &["fmt", "--all", "--check"]))
        .context("`cargo fmt --all` puts it right")
}

fn clippy_native(workspace: &Workspace, _: &mut Tally) -> Result<()> {
    let arguments = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
    command::run(command::cargo(workspace, &arguments))
}

fn clippy_wasm(workspace: &Workspace, _: &mut Tally) -> Result<()> {
    wasm_target::require(workspace)?;
    let arguments = ["clippy", "--lib", "--target", wasm_target::TRIPLE, "--", "-D", "warnings"];
    command::run(command::cargo(workspace, &arguments))
}

fn native_tests(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    let arguments = ["test", "--workspace", "--no-fail-fast"];
    count(command::cargo(workspace, &arguments), tally)
}

fn build(workspace: &Workspace, _: &mut Tally) -> Result<()> {
    build::run(workspace)?;
    wasm_module::build(workspace, "loss-explorer-eval", &workspace.root.join("tests/wasm/generated"))
}

fn npm_check(workspace: &Workspace, script: &str) -> Result<()> {
    node_packages::require(workspace)?;
    command::run(command::npm_script(workspace, script, &[]))
}

/// The kernels as compiled for browsers, held against the golden cases and the native build.
fn wasm_tests(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    let mut tests = node_tests(workspace, "node")?;
    tests.env("LOSS_EXPLORER", workspace.native_cli());
    count(tests, tally)
}

fn browser_tests(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    let browser = browser::require(workspace)?;
    let mut tests = node_tests(workspace, "browser")?;
    tests.env(browser::VARIABLE, browser);
    count(tests, tally)
}

/// The same links in three engines, where these can be had.
pub(crate) fn engines(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    match engines::tests(workspace)? {
        Some(tests) => count(tests, tally),
        None => {
            progress::step("no Firefox and WebKit here, and no apt-get to install them");
            Ok(())
        }
    }
}

/// Node's test runner over `tests/<directory>/*.test.mjs`.
fn node_tests(workspace: &Workspace, directory: &str) -> Result<Command> {
    let directory = workspace.root.join("tests").join(directory);
    let mut files = Vec::new();
    for entry in fs::read_dir(&directory)? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".test.mjs") {
            files.push(path);
        }
    }
    ensure!(!files.is_empty(), "no tests in {}", workspace.relative(&directory));
    files.sort();
    let mut command = command::program(workspace, "node", &["--test", "--test-reporter=spec"]);
    command.args(files);
    Ok(command)
}

/// Runs a test runner and counts what it reports.
fn count(mut runner: Command, tally: &mut Tally) -> Result<()> {
    // Colour codes around the counts would hide them.
    runner.env_remove("FORCE_COLOR");
    command::run_reading(runner, |line| *tally += Tally::of_line(line))
}
