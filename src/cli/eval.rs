//! `eval`: a stream of JSON lines through every core, answered in order.

use std::panic::catch_unwind;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use loss_explorer::evaluate::{Memory, evaluate_within, refuse};

use super::lines;

pub const ABOUT: &str = r#"Evaluate losses and their gradients, a line of JSON each

In:  {"objective": id, "params": {name: number}, "input": {name: nested arrays}}
Out: {"objective", "value", "gradient": {name: nested arrays}}
     {"objective", "error"} in place of a line that cannot be evaluated

Missing parameters take their defaults. Answers come in the order of the lines; blank lines are skipped.
`list --json` says which inputs and parameters a loss has.

A line that would take more memory than --memory allows is refused in its place, before anything is computed; lines that
are evaluated at one time share what is allowed.

Exit code: 0 if every line was evaluated, 1 if any has an error, 2 if the input cannot be read."#;

pub const EXAMPLE: &str = r#"Examples:
  loss-explorer eval batches.jsonl > answers.jsonl
  echo '{"objective": "comp-sum", "params": {"tau": 2}, "input": {"logits": [[2, 1]], "labels": [0]}}' |
    loss-explorer eval"#;

/// Answers every line of `file`, or of standard input, on standard output, within so many bytes.
pub fn run(file: Option<&Path>, limit: f64) -> Result<ExitCode> {
    let memory = Memory::new(limit);
    lines::answer_all(file, |line| {
        let answered = catch_unwind(|| evaluate_within(&memory, line));
        vec![
            answered.unwrap_or_else(|_| {
                refuse(None, "the program fails on this line; that is a fault of its own")
            }),
        ]
    })
}
