//! The command line as a shell sees it.

mod eval;
mod list;
mod read;
mod render;
mod script;
mod sweep;

use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::thread;

fn start(arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_loss-explorer"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts")
}

/// Runs to the end with `input` on standard input.
fn run(arguments: &[&str], input: impl AsRef<[u8]> + Send) -> Output {
    let mut child = start(arguments);
    let mut stdin = child.stdin.take().unwrap();
    thread::scope(|scope| {
        // A command that fails early leaves its input unread.
        scope.spawn(move || _ = stdin.write_all(input.as_ref()));
        child.wait_with_output().unwrap()
    })
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("answers are UTF-8")
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).expect("messages are UTF-8")
}

/// Runs to the end and expects that nothing is done but to say why.
fn refusal(arguments: &[&str]) -> String {
    let output = run(arguments, "");
    let message = stderr(&output).to_owned();
    assert_eq!(output.status.code(), Some(2), "{arguments:?} was not refused: {message}");
    assert_eq!(stdout(&output), "", "{arguments:?} wrote something all the same");
    message
}

/// A file to write to.
fn scratch(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

#[test]
fn help_shows_an_example_of_each_command() {
    let help = run(&["--help"], "");
    for example in [
        "loss-explorer list",
        "loss-explorer eval",
        "loss-explorer read",
        "loss-explorer render",
        "loss-explorer sweep",
    ] {
        assert!(stdout(&help).contains(example), "{example} is missing in:\n{}", stdout(&help));
    }
    for command in ["list", "eval", "read", "render", "sweep"] {
        let help = run(&[command, "--help"], "");
        let (_, examples) = stdout(&help).split_once("Examples:").expect("there are examples");
        assert!(examples.contains(&format!("loss-explorer {command}")), "{examples}");
        assert!(help.status.success());
    }
}
