//! `eval`: answers line by line.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::Output;
use std::thread;

use serde_json::Value;

use crate::{run, start, stderr, stdout};

const GOOD: &str = r#"{"objective": "comp-sum", "input": {"logits": [[0, 0]], "labels": [1]}}"#;
const BAD: &str = r#"{"objective": "comp-sum", "input": {"logits": [[0, 0]], "labels": [5]}}"#;

fn answers(output: &Output) -> Vec<Value> {
    stdout(output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{line} is no JSON: {e}")))
        .collect()
}

fn errors(output: &Output) -> Vec<Option<String>> {
    answers(output).iter().map(|a| a.get("error").map(|error| error.as_str().unwrap().to_owned())).collect()
}

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

#[test]
fn the_example_of_eval_works_as_printed() {
    let help = run(&["eval", "--help"], "");
    let line = stdout(&help).split('\'').find(|part| part.starts_with('{')).expect("a line to pipe in");
    let output = run(&["eval"], line);
    assert_eq!(errors(&output), [None], "{}", stdout(&output));
}

#[test]
fn eval_answers_a_file_line_by_line() {
    let file = golden().join("comp-sum.jsonl");
    let lines = fs::read_to_string(&file).unwrap();
    let output = run(&["eval", file.to_str().unwrap()], "");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let answers = answers(&output);
    assert_eq!(answers.len(), lines.lines().count());
    for (answer, line) in answers.iter().zip(lines.lines()) {
        let case: Value = serde_json::from_str(line).unwrap();
        let (value, expected) = (answer["value"].as_f64().unwrap(), case["value"].as_f64().unwrap());
        assert!((value - expected).abs() <= 1e-12 + 1e-9 * expected.abs(), "{value}, expected {expected}");
    }
}

#[test]
fn eval_reads_standard_input_with_and_without_a_dash() {
    for arguments in [&["eval"][..], &["eval", "-"]] {
        let output = run(arguments, format!("{GOOD}\r\n{GOOD}"));
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(errors(&output), [None, None], "the last line needs no end");
    }
    let nothing = run(&["eval"], "");
    assert_eq!((nothing.status.code(), stdout(&nothing)), (Some(0), ""));
}

#[test]
fn an_error_stands_in_its_line_s_place_and_the_rest_is_answered() {
    let output = run(&["eval"], format!("{GOOD}\n\n  \t\n{BAD}\nno json\n{GOOD}\n"));
    assert_eq!(output.status.code(), Some(1));
    let errors = errors(&output);
    assert_eq!(errors.len(), 4, "blank lines are skipped: {errors:?}");
    assert_eq!((&errors[0], &errors[3]), (&None, &None));
    assert!(errors[1].as_ref().is_some_and(|e| e.contains("labels has 5")), "{errors:?}");
    assert!(errors[2].as_ref().is_some_and(|e| e.contains("not JSON")), "{errors:?}");
}

#[test]
fn bytes_that_are_not_text_are_an_error_of_their_line_only() {
    let lines = [GOOD.as_bytes(), b"{\"objective\": \"\xff\"}", b"\0\0", GOOD.as_bytes()].join(&b'\n');
    let output = run(&["eval"], lines);
    assert_eq!(output.status.code(), Some(1));
    let errors = errors(&output);
    assert_eq!(errors[1].as_deref(), Some("this line has byte 0xFF at column 16, it must be UTF-8"));
    assert!(errors[2].is_some());
    assert_eq!((&errors[0], &errors[3]), (&None, &None));
}

#[test]
fn a_line_beyond_the_limit_is_an_error_and_the_next_is_answered() {
    let mut lines = vec![b' '; (64 << 20) + 1];
    lines.extend_from_slice(format!("{GOOD}\n{GOOD}\n").as_bytes());
    let output = run(&["eval"], lines);
    let errors = errors(&output);
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert!(errors[0].as_ref().is_some_and(|e| e.contains("longer than 67108864 bytes")), "{errors:?}");
    assert_eq!(errors[1], None);
}

#[test]
fn a_long_line_within_the_limit_is_evaluated() {
    let rows = 20_000;
    let logits = vec!["[1.0, 2.0, 3.0]"; rows].join(",");
    let labels = vec!["0"; rows].join(",");
    let line =
        format!(r#"{{"objective": "comp-sum", "input": {{"logits": [{logits}], "labels": [{labels}]}}}}"#);
    let output = run(&["eval"], line);
    assert_eq!(answers(&output)[0]["gradient"]["logits"].as_array().map(Vec::len), Some(rows));
}

#[test]
fn thousands_of_lines_are_answered_in_order() {
    let line = |i: usize| {
        let row = vec![format!("{i}"); 1 + i % 7].join(",");
        format!(r#"{{"objective": "comp-sum", "input": {{"logits": [[{row}]], "labels": [0]}}}}"#)
    };
    let lines: Vec<String> = (0..5000).map(line).collect();
    let output = run(&["eval"], lines.join("\n"));
    let answers = answers(&output);
    assert_eq!(answers.len(), lines.len());
    for (i, answer) in answers.iter().enumerate() {
        let columns = 1 + i % 7;
        let value = answer["value"].as_f64().unwrap();
        assert!((value - (columns as f64).ln()).abs() < 1e-9, "answer {i} is {answer}");
    }
}

#[test]
fn whoever_waits_for_an_answer_before_asking_again_gets_it() {
    let mut child = start(&["eval"]);
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for _ in 0..3 {
        writeln!(stdin, "{GOOD}").unwrap();
        let mut answer = String::new();
        stdout.read_line(&mut answer).unwrap();
        assert!(answer.contains("value"), "{answer}");
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let mut child = start(&["eval"]);
    let mut stdin = child.stdin.take().unwrap();
    let stdout = child.stdout.take().unwrap();
    let output = thread::scope(|scope| {
        scope.spawn(move || while writeln!(stdin, "{GOOD}").is_ok() {});
        scope.spawn(move || BufReader::new(stdout).read_line(&mut String::new()).unwrap());
        child.wait_with_output().unwrap()
    });
    assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""));
}

#[test]
fn input_that_cannot_be_read_is_named() {
    for path in ["no-such-file.jsonl", env!("CARGO_MANIFEST_DIR")] {
        let output = run(&["eval", path], "");
        assert_eq!(output.status.code(), Some(2));
        let message = stderr(&output);
        assert!(message.starts_with(&format!("error: cannot read {path}: ")), "{message}");
    }
}
