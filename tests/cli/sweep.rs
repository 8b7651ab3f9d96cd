//! `sweep`: readouts against parameters, as CSV.

use std::fs;

use loss_explorer::evaluate::evaluate;
use serde_json::Value;

use crate::{refusal, run, scratch, stderr, stdout};

const POINTS: &str = "loss=sup-con&stage=embedding-plane&points=1,0,0;0.5,0.5,0;-1,0.2,1;0,-1,1";

/// Runs a sweep of a state and gives the lines that it writes.
fn sweep(state: &str, arguments: &[&str]) -> Vec<String> {
    let output = run(&[&["sweep", "--state", state], arguments].concat(), "");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    stdout(&output).lines().map(str::to_owned).collect()
}

fn cells(line: &str) -> Vec<f64> {
    line.split(',').map(|cell| cell.parse().unwrap_or_else(|e| panic!("{cell} in {line}: {e}"))).collect()
}

#[test]
fn a_row_for_each_value_holds_what_the_kernel_says() {
    let lines = sweep(POINTS, &["--over", "temperature=0.05..0.8:log:5"]);
    assert!(lines[0].starts_with("temperature,loss,gradient-norm,"), "{}", lines[0]);
    assert_eq!(lines.len(), 6);
    for (line, expected) in lines[1..].iter().zip([0.05, 0.1, 0.2, 0.4, 0.8]) {
        let row = cells(line);
        assert!((row[0] - expected).abs() < 1e-12, "the temperature is {}, not {expected}", row[0]);
        let answer = evaluate(&format!(
            r#"{{"objective": "sup-con", "params": {{"temperature": {}}}, "input": {{
                "embeddings": [[1, 0], [0.5, 0.5], [-1, 0.2], [0, -1]], "labels": [0, 0, 1, 1]}}}}"#,
            row[0]
        ));
        let answer: Value = serde_json::from_str(&answer.line).unwrap();
        let value = answer["value"].as_f64().expect("the loss has a value");
        assert!((row[1] - value).abs() <= 1e-12 * value, "the table has {}, the kernel {value}", row[1]);
    }
}

#[test]
fn a_file_and_shards_of_it_hold_the_same_rows() {
    let path = scratch("sweep.csv");
    let over = ["--over", "temperature=0.05..0.8:log:7"];
    let written = sweep(POINTS, &[&over[..], &["-o", path.to_str().unwrap()]].concat());
    assert!(written.is_empty(), "a file was asked for");
    let file = fs::read_to_string(&path).expect("the file is written");
    let whole: Vec<&str> = file.lines().collect();
    assert_eq!(whole.len(), 8);
    for parts in [1, 3, 9] {
        let mut joined: Vec<String> = Vec::new();
        for part in 1..=parts {
            let shard = sweep(POINTS, &[&over[..], &["--shard", &format!("{part}/{parts}")]].concat());
            assert_eq!(shard[0], whole[0], "every shard has the line of names");
            joined.extend_from_slice(&shard[usize::from(part > 1)..]);
        }
        assert_eq!(joined, whole, "{parts} shards");
    }
}

#[test]
fn two_ranges_make_a_grid() {
    let lines = sweep(POINTS, &["--over", "temperature=0.1..0.2:lin:2", "--over", "steps=0..10:int:3"]);
    // The readout "steps" has its long name beside the key "steps".
    assert!(lines[0].starts_with("temperature,steps,loss,") && lines[0].ends_with("training steps"));
    let rows: Vec<Vec<f64>> = lines[1..].iter().map(|line| cells(line)).collect();
    let keys: Vec<(f64, f64)> = rows.iter().map(|row| (row[0], row[1])).collect();
    assert_eq!(keys, [(0.1, 0.0), (0.1, 5.0), (0.1, 10.0), (0.2, 0.0), (0.2, 5.0), (0.2, 10.0)]);
    for row in &rows {
        assert_eq!(row.last(), Some(&row[1]), "as many steps are taken as asked for");
    }
    assert!(rows[2][2] < rows[0][2], "training lowers the loss: {rows:?}");
}

#[test]
fn every_loss_has_its_columns_and_follows_the_parameter_that_it_has() {
    let state = "loss=logistic&vs=logistic,hinge&z=0.5";
    let columns = "loss,slope,vs1.loss,vs1.slope,vs2.loss,vs2.slope";
    let all = sweep(state, &["--over", "temperature=0.5..1.5:lin:3"]);
    assert_eq!(all[0], format!("temperature,{columns}"));
    let rows: Vec<Vec<f64>> = all[1..].iter().map(|line| cells(line)).collect();
    for row in &rows {
        assert_eq!(row[1], row[3], "both logistic losses have the temperature");
        assert_eq!(row[5], 0.5, "the hinge loss at margin 0.5 has none");
    }
    assert!(rows[0][1] != rows[2][1]);

    let one = sweep(state, &["--over", "vs1.temperature=0.5..1.5:lin:3"]);
    assert_eq!(one[0], format!("vs1.temperature,{columns}"));
    for (line, row) in one[1..].iter().zip(&rows) {
        let cells = cells(line);
        assert_eq!((cells[1], cells[3]), (rows[1][1], row[3]), "only the first rival follows");
    }
}

#[test]
fn scale_and_count_may_be_left_out_and_whole_numbers_come_once() {
    let temperatures = sweep(POINTS, &["--over", "temperature=0.1..1"]);
    assert_eq!(temperatures.len(), 51);
    let (first, second) = (cells(&temperatures[1])[0], cells(&temperatures[2])[0]);
    assert!((second / first - 10_f64.powf(1.0 / 49.0)).abs() < 1e-9, "a temperature runs on a log scale");
    let seeds = sweep("loss=nt-xent", &["--over", "seed=1..3"]);
    let seeds: Vec<f64> = seeds[1..].iter().map(|line| cells(line)[0]).collect();
    assert_eq!(seeds, [1.0, 2.0, 3.0]);
}

#[test]
fn a_number_that_is_not_finite_gets_a_reason() {
    let output = run(&["sweep", "--state", "loss=nt-xent", "--over", "count=2..12:int:2"], "");
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).lines().nth(1).is_some_and(|row| row.contains("NaN")), "{}", stdout(&output));
    assert!(
        stderr(&output).contains("alignment is not finite in 1 of 2 rows: no two points have one class"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn what_is_passed_over_in_a_state_is_said_and_the_rest_is_swept() {
    let output =
        run(&["sweep", "--state", "loss=logistic&colour=red", "--over", "temperature=1..2:lin:2"], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).starts_with("warning: colour: neither logistic nor"), "{}", stderr(&output));
    assert_eq!(stdout(&output).lines().count(), 3);
}

#[test]
fn what_cannot_be_swept_is_named() {
    for (over, reason) in [
        ("temperature", "must be name=low..high:scale:count"),
        ("temperature=1", "1 is not low..high"),
        ("temperature=a..1", "a is not a finite number"),
        ("temperature=1..0.1", "1..0.1 must go from the lower to the higher end"),
        ("temperature=0..1:log:3", "on a log scale 0 must be greater than 0"),
        ("temperature=-1..1:lin:3", "parameter temperature is -1, allowed is a number greater than 0"),
        ("temperature=0.1..1:exp:3", "there is no scale exp; there are lin, log and int"),
        ("temperature=0.1..1:log:1", "the count is 1, allowed is a whole number from 2 to 100000"),
        ("temperature=0.1..1:log:3:4", "4 is too much"),
        ("count=2..5:lin:3", "parameter count is 3.5, allowed is a whole number from 2 to 64"),
        ("steps=0..5:lin:3", "steps is 2.5, allowed is a whole number"),
        ("layout=0..1", "layout is a choice, one of clusters"),
        (
            "tau=1..2",
            "there is no tau in this state to sweep; there are temperature, base_temperature, count,",
        ),
        ("vs1.temperature=1..2", "there is no vs1.temperature"),
    ] {
        let message = refusal(&["sweep", "--state", POINTS, "--over", over]);
        let expected = format!("error: --over {over}: {reason}");
        assert!(message.starts_with(&expected), "{message}, expected {expected}");
    }
    let message = refusal(&["sweep", "--state", "loss=hinge", "--over", "steps=0..5"]);
    assert!(message.contains("there is no steps"), "a stage without training has steps: {message}");
    let twice = ["--over", "seed=1..2", "--over", "seed=1..3"];
    assert!(refusal(&[&["sweep", "--state", POINTS], &twice[..]].concat()).contains("seed is there twice"));
    let many = ["--over", "temperature=1..2:lin:99999", "--over", "noise=0..1:lin:99999"];
    assert!(refusal(&[&["sweep", "--state", POINTS], &many[..]].concat()).contains("rows are too many"));
    for shard in ["0/2", "3/2", "1", "a/b", "1/0"] {
        let message = refusal(&["sweep", "--state", POINTS, "--over", "seed=1..2", "--shard", shard]);
        assert!(message.contains(shard) && message.contains("1/N to N/N"), "{message}");
    }
}
