//! `script`: Python that compares with other libraries.

use std::fs;

use serde_json::Value;

use crate::{run, scratch, stderr, stdout};

#[test]
fn a_state_becomes_the_script_of_the_library_that_is_asked_for() {
    let state = "loss=focal&gamma=3";
    let output = run(&["script", "--state", state, "--library", "keras"], "");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let script = stdout(&output);
    for part in
        ["import keras", "logits = np.array([", "gamma = 3.0", "CategoricalFocalCrossentropy(", "assert "]
    {
        assert!(script.contains(part), "there is no {part} in {script}");
    }
}

#[test]
fn a_library_that_cannot_follow_says_what_it_lacks() {
    let refusal = |state: &str, library: &str| {
        let output = run(&["script", "--state", state, "--library", library], "");
        assert_eq!(output.status.code(), Some(2), "{}", stdout(&output));
        stderr(&output).to_owned()
    };
    assert_eq!(
        refusal("loss=arcface&easy_margin=1", "pytorch-metric-learning"),
        "error: losses.ArcFaceLoss computes with easy_margin = everywhere only\n"
    );
    assert_eq!(refusal("loss=arcface", "optax"), "error: no such library has ArcFace\n");
}

#[test]
fn cases_become_a_line_for_every_library_also_with_its_defaults() {
    let cases = scratch("cases.jsonl");
    let case = r#"{"objective": "huber", "params": {"delta": 2.5}, "input": {"residual": [0.5, -3]}}"#;
    fs::write(&cases, case).unwrap();
    for (defaults, delta) in [(&["--defaults"][..], "delta = 1.0"), (&[], "delta = 2.5")] {
        let output = run(&[&["script", "--cases", cases.to_str().unwrap()], defaults].concat(), "");
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let lines: Vec<Value> =
            stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let calls: Vec<_> = lines.iter().map(|line| line["call"].as_str().unwrap()).collect();
        assert_eq!(
            calls,
            ["torch.nn.HuberLoss", "torch.nn.SmoothL1Loss", "keras.losses.Huber", "optax.losses.huber_loss"]
        );
        assert!(lines.iter().all(|line| line["script"].as_str().unwrap().contains(delta)), "{lines:?}");
    }
}
