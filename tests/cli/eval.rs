//! `eval`: answers line by line.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
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

/// A batch of so many samples in the plane, on a spiral, in so many groups, as a line.
fn spiral(objective: &str, samples: usize, groups: usize) -> String {
    let point = |i: usize| {
        let (length, angle) = (1.0 + i as f64 / samples as f64, 0.7 * i as f64);
        format!("[{:.4},{:.4}]", length * angle.cos(), length * angle.sin())
    };
    let points: Vec<String> = (0..samples).map(point).collect();
    let labels: Vec<String> = (0..samples).map(|i| (i % groups).to_string()).collect();
    let (points, labels) = (points.join(","), labels.join(","));
    format!(r#"{{"objective": "{objective}", "input": {{"embeddings": [{points}], "labels": [{labels}]}}}}"#)
}

/// Two views of so many samples of so many dimensions, as a line.
fn views(objective: &str, samples: usize, dimensions: usize, more: &str) -> String {
    let view = |phase: f64| {
        let entry = |i: usize, d: usize| format!("{:.3}", (phase + (i * (d + 3)) as f64).sin());
        let row = |i| format!("[{}]", (0..dimensions).map(|d| entry(i, d)).collect::<Vec<_>>().join(","));
        (0..samples).map(row).collect::<Vec<_>>().join(",")
    };
    let (anchors, positives) = (view(0.0), view(0.2));
    format!(
        r#"{{"objective": "{objective}"{more}, "input": {{"anchors": [{anchors}], "positives": [{positives}]}}}}"#
    )
}

/// What a process is given that may not take more than so many kilobytes of addresses.
#[cfg(target_os = "linux")]
fn within(kilobytes: usize, arguments: &str, lines: &str) -> Output {
    let file = crate::scratch(&format!("within-{kilobytes}.jsonl"));
    fs::write(&file, lines).unwrap();
    let (binary, file) = (env!("CARGO_BIN_EXE_loss-explorer"), file.display());
    Command::new("sh")
        .args(["-c", &format!("ulimit -v {kilobytes}; exec {binary} eval {arguments} {file}")])
        .stderr(Stdio::inherit())
        .output()
        .expect("there is a shell")
}

#[test]
#[cfg(target_os = "linux")]
fn a_monstrous_line_leaves_the_others_alone() {
    let monsters = [
        spiral("angular", 2000, 2),
        spiral("smooth-ap", 3000, 5),
        spiral("circle", 6000, 10),
        spiral("margin-beta", 9000, 10),
        views("barlow-twins", 2, 20_000, ""),
        views("vicreg", 4, 3000, r#", "knobs": true"#),
        views("relative-penalty-entropy", 3000, 2, ""),
        views("siglip", 4000, 2, r#", "options": {"reduction": "sum"}"#),
    ];
    // In the middle what is large but fits: the last takes most of what is left.
    let fitting = [spiral("margin-beta", 512, 8), spiral("contrastive", 3000, 8), spiral("circle", 2300, 10)];
    let lines: Vec<&str> = monsters.iter().chain(&fitting).flat_map(|line| [&line[..], GOOD]).collect();
    let output = within(2_000_000, "", &lines.join("\n"));
    assert_eq!(output.status.code(), Some(1), "the process did not survive, it ended with {}", output.status);
    let errors = errors(&output);
    assert_eq!(errors.len(), lines.len());
    for (i, error) in errors.iter().enumerate() {
        let is_monstrous = i % 2 == 0 && i / 2 < monsters.len();
        let told = error.as_ref().is_some_and(|error| {
            ["would take", "of memory, allowed are 1.5 GB"].iter().all(|part| error.contains(part))
        });
        assert!(if is_monstrous { told } else { error.is_none() }, "line {i} got {error:?}");
    }
    assert!(
        errors[0].as_ref().is_some_and(|error| error.starts_with("angular with N = 2000, D = 2 would take ")),
        "{:?}",
        errors[0]
    );
}

#[test]
fn the_limit_is_an_option() {
    let line = spiral("angular", 60, 2);
    for (limit, is_enough) in [("0.01", false), ("1", true)] {
        let error = &errors(&run(&["eval", "--memory", limit], &line[..]))[0];
        assert_eq!(error.is_none(), is_enough, "with {limit} GB: {error:?}");
    }
    let output = run(&["eval", "--memory", "0"], "");
    assert!(stderr(&output).contains("allowed is a number of gigabytes above 0"), "{}", stderr(&output));
}

#[test]
fn views_of_many_dimensions_are_compared_by_hand() {
    for objective in ["barlow-twins", "vicreg"] {
        let answer = &answers(&run(&["eval"], views(objective, 16, 2048, "")))[0];
        let row = answer["gradient"]["positives"][15].as_array().map(Vec::len);
        assert!(
            answer["value"].as_f64().is_some_and(f64::is_finite) && row == Some(2048),
            "{objective}: {answer}"
        );
    }
}
