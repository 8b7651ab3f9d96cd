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

#[test]
fn a_case_without_a_script_is_answered_in_its_place_and_the_others_too() {
    let cases = [
        r#"{"objective": "huber", "input": {"residual": [0.5]}}"#,
        r#"{"objective": "huber", "input": {"residual": [-Infinity]}}"#,
        "{",
        r#"{"objective": "MSELoss", "input": {}}"#,
        r#"{"objective": "arcface", "params": {"easy_margin": true}, "input": {"cosines": [[0.5, 0]], "labels": [0]}}"#,
        r#"{"objective": "exponential", "input": {"margin": [1]}}"#,
        r#"{"objective": "arcface", "input": {"cosines": [[0.5, 0]], "labels": [0]}}"#,
    ];
    let output = run(&["script", "--cases", "-"], cases.join("\n"));
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let lines: Vec<Value> = stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let said =
        |line: &Value| line["error"].as_str().unwrap_or_else(|| line["call"].as_str().unwrap()).to_owned();
    assert_eq!(
        lines.iter().map(said).collect::<Vec<_>>(),
        [
            "torch.nn.HuberLoss",
            "torch.nn.SmoothL1Loss",
            "keras.losses.Huber",
            "optax.losses.huber_loss",
            "input residual has \"-Infinity\" at [0], allowed is a finite number",
            "this line is not JSON: EOF while parsing an object at column 1",
            "there is no loss MSELoss, it is called squared-error here",
            "losses.ArcFaceLoss computes with easy_margin = everywhere only",
            "no such library has Exponential loss",
            "losses.ArcFaceLoss",
        ]
    );
    assert_eq!(lines[4]["objective"], "huber");
}

#[test]
fn options_of_a_case_stand_where_the_library_has_them() {
    let cases = scratch("options.jsonl");
    let lines = [
        r#"{"objective": "cross-entropy", "input": {"logits": [[1, 2], [0, 1]], "labels": [[0.3, 0.7], [1, 0]]}, "options": {"class_weights": [1, 2], "reduction": "none"}}"#,
        r#"{"objective": "nt-xent", "input": {"embeddings": [[1, 0], [0, 1]], "labels": [0, 1]}, "options": {"ref_emb": [[1, 1], [0, 2]], "ref_labels": [0, 1], "reduction": "mean"}}"#,
        r#"{"objective": "cross-entropy", "input": {"logits": [[1, 2]], "labels": [0]}, "options": {"divided_by": "samples"}}"#,
    ];
    fs::write(&cases, lines.join("\n")).unwrap();
    let output = run(&["script", "--cases", cases.to_str().unwrap()], "");
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let scripts: Vec<Value> =
        stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (asked, refused) = scripts.split_at(2);
    let calls: Vec<_> = asked.iter().map(|line| line["call"].as_str().unwrap()).collect();
    let [refused] = refused else {
        panic!("the line that no library has a place for is answered once: {scripts:?}")
    };
    assert!(refused["error"].as_str().unwrap().contains("has no place for option divided_by"), "{refused}");
    assert_eq!(
        calls,
        ["torch.nn.CrossEntropyLoss", "losses.NTXentLoss"],
        "a library without a place for it is asked"
    );
    for (script, parts) in scripts.iter().zip([
        &[
            "weight=class_weights, reduction=reduction, ",
            "labels = torch.tensor([\n    [0.3, 0.7],",
            "class_weights = torch.tensor([1, 2]) * 1.0",
        ][..],
        &["ref_emb=ref_emb, ref_labels=ref_labels)", "here, there = ["],
    ]) {
        let script = script["script"].as_str().unwrap();
        parts.iter().for_each(|part| assert!(script.contains(part), "there is no {part} in {script}"));
    }
}
