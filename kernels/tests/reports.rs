//! What people report of loss functions, with right values derived by hand, and what libraries answer for their options:
//! one test a case, named by its number and its loss: `cargo test -p loss-kernels --test reports 22-arcface`.

mod comparison;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use comparison::compare;
use libtest_mimic::{Arguments, Failed, Trial};
use loss_kernels::evaluate::evaluate;
use serde::Deserialize;
use serde_json::Value;

/// A reported case.
#[derive(Deserialize)]
struct Report {
    /// Its number.
    n: u32,
    /// What it is about, in words; of options the library, its version, and the call.
    case: String,
    /// A line to evaluate, or several.
    input: Value,
    /// What the answer to the line is, or the answers in the same order.
    expected: Value,
}

/// 1e-9 relative, however small the number is: many a case is about the digits of a loss of 1e-27. What is 0 by
/// definition may be 1e-12.
fn close(got: f64, expected: f64) -> bool {
    (got - expected).abs() <= if expected == 0.0 { 1e-12 } else { 1e-9 * expected.abs() }
}

/// Holds the answer to a line to what is expected: a value; a value, a gradient or both; words that the answer holds;
/// or one of a few sentences.
fn holds(line: &str, expected: &Value) -> Result<(), String> {
    let line = evaluate(line).line;
    let answer: Value = serde_json::from_str(&line).map_err(|e| e.to_string())?;
    if let Some(words) = expected.get("answer") {
        let missing = words.as_array().ok_or("the words are no list")?.iter().find(|word| {
            let word = word.as_str().expect("a word is text");
            !line.contains(word)
        });
        return missing.map_or(Ok(()), |word| Err(format!("the answer does not say {word}: {line}")));
    }
    if let Some(error) = answer.get("error") {
        return Err(format!("refused: {error}"));
    }
    let (value, gradient) = (&answer["value"], &answer["gradient"]);
    if !value.is_number() && !value.is_array() || line.contains("\"NaN\"") {
        return Err(format!("not a number: {line}"));
    }
    let signed = value.as_f64().is_some_and(|value| value == 0.0 && value.is_sign_negative());
    match expected {
        _ if signed => Err("value is −0".into()),
        Value::Number(_) => compare("value", value, expected, close),
        Value::Object(parts) => parts.iter().try_for_each(|(name, part)| match part {
            Value::Object(inputs) => inputs.iter().try_for_each(|(input, by)| {
                compare(&format!("{name} by {input}"), &gradient[input], by, close)
            }),
            part => compare(name, &answer[name], part, close),
        }),
        Value::String(text) if text == "a number" => Ok(()),
        Value::String(text) if text == "0 without a sign" => match value.as_f64() {
            Some(value) if (0.0..1e-12).contains(&value) => Ok(()),
            _ => Err(format!("value is {value}, right is 0 without a sign")),
        },
        other => Err(format!("nobody knows what {other} asks for")),
    }
}

/// The line as text: most cases hold it as JSON, those about the reading of lines as a string.
fn text(line: &Value) -> String {
    line.as_str().map_or_else(|| line.to_string(), str::to_owned)
}

impl Report {
    /// Its lines, each with what is expected.
    fn lines(&self) -> Vec<(String, &Value)> {
        match (&self.input, &self.expected) {
            (Value::Array(lines), Value::Array(expected)) => {
                assert_eq!(lines.len(), expected.len(), "case {}: an answer a line", self.n);
                lines.iter().map(text).zip(expected).collect()
            }
            (line, expected) => vec![(text(line), expected)],
        }
    }

    /// Its number and its first loss.
    fn name(&self) -> String {
        let first: Value = serde_json::from_str(&self.lines()[0].0).unwrap_or_default();
        format!("{}-{}", self.n, first["objective"].as_str().unwrap_or("line"))
    }

    fn check(&self) -> Result<(), Failed> {
        let fault = |(i, (line, expected)): (usize, (String, &Value))| {
            holds(&line, expected).err().map(|fault| format!("line {}: {fault}", i + 1))
        };
        let faults: Vec<_> = self.lines().into_iter().enumerate().filter_map(fault).collect();
        if faults.is_empty() { Ok(()) } else { Err(format!("{}\n{}", self.case, faults.join("\n")).into()) }
    }
}

fn main() -> ExitCode {
    let read = |name: &str| {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/cases").join(name);
        fs::read_to_string(file).expect("the cases travel with the repository")
    };
    let lines = read("reports.jsonl") + &read("options.jsonl");
    let trials = lines.lines().map(|line| {
        let report: Report = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        Trial::test(report.name(), move || report.check())
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}
