//! `read`: the numbers of a state.

use std::fs;

use serde_json::Value;

use crate::{refusal, run, scratch, stderr, stdout};

fn read(state: &str) -> Value {
    let output = run(&["read", "--state", state], "");
    assert_eq!(output.status.code(), Some(0), "{state}: {}", stderr(&output));
    serde_json::from_str(stdout(&output)).unwrap()
}

/// The value of a readout.
fn value(list: &Value, id: &str) -> f64 {
    let found = list.as_array().unwrap().iter().find(|readout| readout["id"] == id);
    found.unwrap_or_else(|| panic!("no {id} in {list}"))["value"].as_f64().unwrap()
}

#[test]
fn it_says_what_the_page_shows() {
    let read = read("exhibit=temperature-hardness");
    assert_eq!(
        (&read["exhibit"], &read["stage"]),
        (&"temperature-hardness".into(), &"embedding-plane".into())
    );
    assert!((value(&read["claim"], "effective-negatives") - 1.33).abs() < 0.01);
    assert!(value(&read["readouts"], "loss").is_finite());
    assert!(read["sentence"].as_str().unwrap().contains("InfoNCE"), "{}", read["sentence"]);
    let sensitivity = &read["sensitivities"][0];
    assert_eq!(sensitivity["key"], "temperature");
    assert!(sensitivity["sentence"].as_str().unwrap().contains("temperature"), "{sensitivity}");
    assert_eq!(read["figures"][0]["id"], "plane");
}

#[test]
fn what_is_passed_over_is_a_notice_and_exit_code_1() {
    let output = run(&["read", "--state", "loss=nt-xent&temperature=-1"], "");
    assert_eq!(output.status.code(), Some(1));
    let read: Value = serde_json::from_str(stdout(&output)).unwrap();
    assert_eq!(read["notices"][0]["key"], "temperature");
    assert!(read["notices"][0]["message"].as_str().unwrap().contains("allowed is a number greater than 0"));
}

#[test]
fn a_long_state_is_read_from_a_file() {
    let file = scratch("state.txt");
    fs::write(&file, "loss=hinge&threshold=2\n").unwrap();
    let from_file = read(&format!("@{}", file.display()));
    assert_eq!(from_file["losses"][0], "hinge");
    assert!(from_file["state"].as_str().unwrap().contains("threshold=2"));
    let message = refusal(&["read", "--state", "@nowhere.txt"]);
    assert!(message.contains("cannot read the state from nowhere.txt"), "{message}");
}
