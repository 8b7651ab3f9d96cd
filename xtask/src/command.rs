//! Starting other programs, with errors that say which one and how it ended.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail, ensure};

use crate::workspace::Workspace;

/// Cargo, in the repository.
pub(crate) fn cargo(workspace: &Workspace, arguments: &[&str]) -> Command {
    program(workspace, env!("CARGO"), arguments)
}

/// A script of `package.json`, in the repository.
pub(crate) fn npm_script(workspace: &Workspace, script: &str, arguments: &[&str]) -> Command {
    let mut command = npm(workspace, &["run", "--silent", script]);
    if !arguments.is_empty() {
        command.arg("--").args(arguments);
    }
    command
}

/// npm, in the repository.
pub(crate) fn npm(workspace: &Workspace, arguments: &[&str]) -> Command {
    let name = if cfg!(windows) { "npm.cmd" } else { "npm" };
    program(workspace, name, arguments)
}

/// Any program, in the repository.
pub(crate) fn program(workspace: &Workspace, name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(&workspace.root);
    command
}

/// Runs to the end with the terminal shared, so that the program shows its own progress.
pub(crate) fn run(mut command: Command) -> Result<()> {
    let status = command.status().with_context(|| cannot_start(&command))?;
    ensure!(status.success(), "{} ({status})", line(&command));
    Ok(())
}

/// Becomes the program where the system can do that, so that whoever ends this process ends the program.
pub(crate) fn replace_with(mut command: Command) -> Result<()> {
    #[cfg(unix)]
    {
        let error = std::os::unix::process::CommandExt::exec(&mut command);
        Err(error).with_context(|| cannot_start(&command))
    }
    #[cfg(not(unix))]
    run(command)
}

/// Runs to the end and returns what was written to standard output.
pub(crate) fn capture(mut command: Command) -> Result<Vec<u8>> {
    command.stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = command.output().with_context(|| cannot_start(&command))?;
    ensure!(output.status.success(), "{} ({})", line(&command), output.status);
    Ok(output.stdout)
}

/// Runs to the end, shows every line of standard output and hands it to `read`.
pub(crate) fn run_reading(mut command: Command, mut read: impl FnMut(&str)) -> Result<()> {
    command.stdout(Stdio::piped());
    let mut child = command.spawn().with_context(|| cannot_start(&command))?;
    let Some(output) = child.stdout.take() else {
        bail!("{} has no standard output", line(&command));
    };
    for text in BufReader::new(output).lines() {
        let text = text?;
        println!("{text}");
        read(&text);
    }
    let status = child.wait()?;
    ensure!(status.success(), "{} ({status})", line(&command));
    Ok(())
}

fn cannot_start(command: &Command) -> String {
    format!("cannot start {}", command.get_program().display())
}

fn line(command: &Command) -> String {
    let arguments = command.get_args().map(|a| a.to_string_lossy());
    let program = command.get_program().to_string_lossy();
    std::iter::once(program).chain(arguments).collect::<Vec<_>>().join(" ")
}
