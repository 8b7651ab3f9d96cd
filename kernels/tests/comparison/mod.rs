//! An answer beside what it should be: nested arrays of numbers, and where they first differ.

use serde_json::{Number, Value};

/// Compares them; `close` says which numbers are near enough.
///
/// # Errors
/// Where they differ, and what stands there.
pub fn compare(at: &str, got: &Value, expected: &Value, close: fn(f64, f64) -> bool) -> Result<(), String> {
    match (got, expected) {
        (Value::Array(got), Value::Array(expected)) if got.len() == expected.len() => got
            .iter()
            .zip(expected)
            .enumerate()
            .try_for_each(|(i, (g, e))| compare(&format!("{at}[{i}]"), g, e, close)),
        (Value::Number(g), Value::Number(e)) if close(number(g), number(e)) => Ok(()),
        _ => Err(format!("{at} is {got}, right is {expected}")),
    }
}

fn number(number: &Number) -> f64 {
    number.as_f64().expect("JSON numbers are f64 here")
}
