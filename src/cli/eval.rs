//! `eval`: a stream of JSON lines through every core, answered in order.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write, stdin, stdout};
use std::panic::catch_unwind;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use loss_explorer::evaluate::{Answer, Memory, evaluate_within, refuse};
use rayon::prelude::*;

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

/// Lines are read up to this many bytes at a time; a batch is what one read gave.
const BUFFER: usize = 1 << 20;

/// The longest line that is evaluated, in bytes.
const LONGEST: usize = 64 << 20;

/// Answers every line of `file`, or of standard input, on standard output, within so many bytes.
pub fn run(file: Option<&Path>, limit: f64) -> Result<ExitCode> {
    let memory = Memory::new(limit);
    let (name, input): (_, Box<dyn Read>) = match file {
        Some(path) if path != Path::new("-") => {
            let name = path.display().to_string();
            let file = File::open(path).with_context(|| format!("cannot read {name}"))?;
            (name, Box::new(file))
        }
        _ => ("standard input".to_owned(), Box::new(stdin().lock())),
    };
    let mut input = BufReader::with_capacity(BUFFER, input);
    let mut out = BufWriter::new(stdout().lock());
    let mut all_are_ok = true;
    loop {
        let batch = read_batch(&mut input).with_context(|| format!("cannot read {name}"))?;
        if batch.is_empty() {
            break;
        }
        for answer in batch.par_iter().filter_map(|line| answer(&memory, line)).collect::<Vec<_>>() {
            writeln!(out, "{}", answer.line)?;
            all_are_ok &= answer.is_ok;
        }
        out.flush()?;
    }
    Ok(ExitCode::from(u8::from(!all_are_ok)))
}

/// Reads at least one line, and on while a whole line is at hand, so that somebody who waits for an answer
/// before asking again gets one. Empty at the end of the input.
fn read_batch(input: &mut BufReader<impl Read>) -> std::io::Result<Vec<Vec<u8>>> {
    let mut batch = Vec::new();
    while let Some(line) = read_line(input)? {
        batch.push(line);
        if !input.buffer().contains(&b'\n') {
            break;
        }
    }
    Ok(batch)
}

/// Reads a line with its end; of an overlong line, one byte more than is allowed.
fn read_line(input: &mut impl BufRead) -> std::io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    input.take(LONGEST as u64 + 1).read_until(b'\n', &mut line)?;
    if line.len() > LONGEST && !line.ends_with(b"\n") {
        input.skip_until(b'\n')?;
    }
    Ok((!line.is_empty()).then_some(line))
}

fn answer(memory: &Memory, line: &[u8]) -> Option<Answer> {
    if line.len() > LONGEST {
        return Some(refuse(
            None,
            &format!("this line is longer than {LONGEST} bytes, the most that is read"),
        ));
    }
    match std::str::from_utf8(line) {
        Ok(line) if line.trim().is_empty() => None,
        Ok(line) => {
            let answered = catch_unwind(|| evaluate_within(memory, line));
            Some(answered.unwrap_or_else(|_| {
                refuse(None, "the program fails on this line; that is a fault of its own")
            }))
        }
        Err(error) => {
            let byte = line[error.valid_up_to()];
            let at = error.valid_up_to() + 1;
            Some(refuse(None, &format!("this line has byte 0x{byte:02X} at column {at}, it must be UTF-8")))
        }
    }
}
