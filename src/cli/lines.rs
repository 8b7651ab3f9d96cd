//! JSON Lines of a file or of standard input, answered line by line in their order.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write, stdin, stdout};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use loss_explorer::evaluate::{Answer, refuse};
use rayon::prelude::*;

/// Lines are read up to this many bytes at a time; a batch is what one read gave.
const BUFFER: usize = 1 << 20;

/// The longest line that is read, in bytes.
const LONGEST: usize = 64 << 20;

/// Writes what `answer` has to say to every line of `file`, or of standard input, on standard output; a line that is
/// no text or too long is refused in its place. The exit code is 1 if anything is refused.
///
/// # Errors
/// If the input cannot be read, or the output not be written.
pub fn answer_all(file: Option<&Path>, answer: impl Fn(&str) -> Vec<Answer> + Sync) -> Result<ExitCode> {
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
        let answers: Vec<_> = batch.par_iter().map(|line| answer_line(line, &answer)).collect();
        for answer in answers.into_iter().flatten() {
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

fn answer_line(line: &[u8], answer: impl Fn(&str) -> Vec<Answer>) -> Vec<Answer> {
    let refusal = |error: &str| vec![refuse(None, error)];
    if line.len() > LONGEST {
        return refusal(&format!("this line is longer than {LONGEST} bytes, the most that is read"));
    }
    match std::str::from_utf8(line) {
        Ok(line) if line.trim().is_empty() => vec![],
        // Its end is no part of what it says.
        Ok(line) => answer(line.trim_end()),
        Err(error) => {
            let byte = line[error.valid_up_to()];
            let at = error.valid_up_to() + 1;
            refusal(&format!("this line has byte 0x{byte:02X} at column {at}, it must be UTF-8"))
        }
    }
}
