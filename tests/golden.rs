//! Every loss against cases of an independent float64 reference, one file a loss.

use std::fs;
use std::path::Path;

use loss_explorer::evaluate::evaluate;
use loss_explorer::losses;
use serde_json::Value;

/// 1e-9 relative, 1e-12 absolute.
fn close(got: f64, expected: f64) -> bool {
    (got - expected).abs() <= 1e-12 + 1e-9 * expected.abs()
}

/// Compares nested arrays of numbers and describes the first difference.
fn compare(at: &str, got: &Value, expected: &Value) -> Result<(), String> {
    match (got, expected) {
        (Value::Array(got), Value::Array(expected)) if got.len() == expected.len() => got
            .iter()
            .zip(expected)
            .enumerate()
            .try_for_each(|(i, (g, e))| compare(&format!("{at}[{i}]"), g, e)),
        (Value::Number(g), Value::Number(e)) if close(g.as_f64().unwrap(), e.as_f64().unwrap()) => Ok(()),
        _ => Err(format!("{at} is {got}, the reference says {expected}")),
    }
}

fn check(line: &str) -> Result<(), String> {
    let expected: Value = serde_json::from_str(line).map_err(|e| e.to_string())?;
    let answer: Value = serde_json::from_str(&evaluate(line).line).map_err(|e| e.to_string())?;
    if let Some(error) = answer.get("error") {
        return Err(format!("refused: {error}"));
    }
    compare("value", &answer["value"], &expected["value"])?;
    let gradient = expected["gradient"].as_object().ok_or("the case has no gradient")?;
    let given = answer["gradient"].as_object().ok_or("the answer has no gradient")?;
    if given.len() != gradient.len() {
        return Err(format!("gradient by {:?}, the reference has {:?}", given.keys(), gradient.keys()));
    }
    gradient.iter().try_for_each(|(name, by)| compare(&format!("gradient by {name}"), &given[name], by))
}

#[test]
fn every_loss_holds_its_golden_cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut failures = Vec::new();
    let mut cases = 0;
    for id in losses::all().map(|loss| loss.spec().id) {
        let lines = fs::read_to_string(folder.join(format!("{id}.jsonl")));
        let lines = lines.unwrap_or_else(|e| panic!("the golden cases of {id}: {e}"));
        assert!(!lines.trim().is_empty(), "{id} has no golden cases");
        for (number, line) in lines.lines().enumerate() {
            cases += 1;
            if let Err(difference) = check(line) {
                failures.push(format!("{id}, case {}: {difference}", number + 1));
            }
        }
    }
    assert!(failures.is_empty(), "{} of {cases} cases fail:\n{}", failures.len(), failures.join("\n"));
}
