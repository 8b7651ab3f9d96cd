//! One line of JSON in, one line of JSON out: the protocol of `loss-explorer eval` and of the tests in wasm.
//!
//! In: `{"objective": id, "params": {…}, "input": {name: nested arrays}}`. Out: `{"objective", "value",
//! "gradient": {name: nested arrays}}` or `{"objective", "error"}`. Other fields of a line are ignored.
//! JSON has no infinities: a value that is not
//! finite is written as the string `"Infinity"`, `"-Infinity"` or `"NaN"`.

use std::collections::BTreeMap;

use ndarray::{ArrayD, ArrayViewD, Axis, IxDyn};
use serde_json::{Map, Value, json};

use crate::input::Inputs;
use crate::kernel::{Gradient, Loss};
use crate::losses;
use crate::spec::Params;

/// An answered line.
#[derive(Debug)]
pub struct Answer {
    /// The line, without its end.
    pub line: String,
    /// Whether it holds a value rather than an error.
    pub is_ok: bool,
}

/// Evaluates one line; never fails, an error is an answer.
#[must_use]
pub fn evaluate(line: &str) -> Answer {
    let request: Value = match serde_json::from_str(line) {
        Ok(request) => request,
        Err(error) => return refuse(&Value::Null, &format!("this line is not JSON: {error}")),
    };
    let objective = request.get("objective").cloned().unwrap_or(Value::Null);
    match answer(&request) {
        Ok(line) => Answer { line, is_ok: true },
        Err(error) => refuse(&objective, &error),
    }
}

fn refuse(objective: &Value, error: &str) -> Answer {
    Answer { line: json!({ "objective": objective, "error": error }).to_string(), is_ok: false }
}

fn answer(request: &Value) -> Result<String, String> {
    let fields = request.as_object().ok_or("a line must be a JSON object")?;
    let id = fields.get("objective").ok_or("field objective is missing")?;
    let id = id.as_str().ok_or_else(|| format!("field objective is {id}, it must be the id of a loss"))?;
    let loss = losses::find(id).ok_or_else(|| losses::unknown(id))?;
    let params = params(loss, fields.get("params"))?;
    let input = Inputs::new(loss.spec(), arrays(fields.get("input"))?).map_err(|e| e.to_string())?;
    loss.check(&input, &params).map_err(|e| e.to_string())?;
    let mut gradient = Gradient::default();
    let value = loss.value_and_gradient(&input, &params, &mut gradient);
    let by: Map<String, Value> = input
        .variables()
        .map(|(name, array)| {
            let shaped = ArrayViewD::from_shape(array.raw_dim(), gradient.of(name)).expect("one entry each");
            (name.to_owned(), nested(&shaped))
        })
        .collect();
    Ok(json!({ "objective": id, "value": number(value), "gradient": by }).to_string())
}

fn params(loss: &dyn Loss, given: Option<&Value>) -> Result<Params, String> {
    let mut params = Params::new(loss.spec().params);
    let given = match given {
        None | Some(Value::Null) => return Ok(params),
        Some(Value::Object(given)) => given,
        Some(other) => return Err(format!("field params is {other}, it must be an object")),
    };
    for (name, value) in given {
        match value {
            Value::Number(number) => params.set(name, number.as_f64().unwrap_or(f64::NAN)),
            Value::String(text) => params.set_text(name, text),
            Value::Bool(flag) => params.set(name, f64::from(*flag)),
            other => return Err(format!("parameter {name} is {other}, it must be a number or a name")),
        }
        .map_err(|e| e.to_string())?;
    }
    Ok(params)
}

fn arrays(given: Option<&Value>) -> Result<BTreeMap<String, ArrayD<f64>>, String> {
    let given = match given {
        None | Some(Value::Null) => return Err("field input is missing".into()),
        Some(Value::Object(given)) => given,
        Some(other) => return Err(format!("field input is {other}, it must be an object")),
    };
    given.iter().map(|(name, value)| Ok((name.clone(), array(name, value)?))).collect()
}

/// Reads nested JSON arrays of numbers; every row of one dimension must have one length.
fn array(name: &str, value: &Value) -> Result<ArrayD<f64>, String> {
    let mut shape = Vec::new();
    let mut inner = value;
    while let Value::Array(rows) = inner {
        shape.push(rows.len());
        match rows.first() {
            Some(first) => inner = first,
            None => break,
        }
    }
    let mut entries = Vec::with_capacity(shape.iter().product());
    flatten(name, value, &shape, &mut entries)?;
    ArrayD::from_shape_vec(IxDyn(&shape), entries).map_err(|e| format!("input {name}: {e}"))
}

fn flatten(name: &str, value: &Value, shape: &[usize], entries: &mut Vec<f64>) -> Result<(), String> {
    match (value, shape.split_first()) {
        (Value::Array(rows), Some((&length, inner))) if rows.len() == length => {
            rows.iter().try_for_each(|row| flatten(name, row, inner, entries))
        }
        (Value::Array(rows), Some((length, _))) => Err(format!(
            "input {name} is ragged: one row has {} entries, another has {length}; they must be equal",
            rows.len()
        )),
        (Value::Number(number), None) => {
            entries.push(number.as_f64().unwrap_or(f64::NAN));
            Ok(())
        }
        (other, _) => Err(format!("input {name} has {other}, allowed are numbers in arrays of one depth")),
    }
}

fn nested(array: &ArrayViewD<'_, f64>) -> Value {
    match array.ndim() {
        0 => number(array[IxDyn(&[])]),
        _ => array.axis_iter(Axis(0)).map(|row| nested(&row)).collect(),
    }
}

fn number(x: f64) -> Value {
    if x.is_nan() {
        "NaN".into()
    } else if x.is_infinite() {
        if x > 0.0 { "Infinity".into() } else { "-Infinity".into() }
    } else {
        x.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(line: &str) -> String {
        let answer = evaluate(line);
        assert!(!answer.is_ok, "expected an error, got {}", answer.line);
        serde_json::from_str::<Value>(&answer.line).unwrap()["error"].as_str().unwrap().to_owned()
    }

    fn with_input(input: &str) -> String {
        error(&format!(r#"{{"objective": "comp-sum", "input": {input}}}"#))
    }

    #[test]
    fn a_line_gives_value_and_gradient() {
        let answer = evaluate(r#"{"objective": "comp-sum", "input": {"logits": [[0, 0]], "labels": [1]}}"#);
        let answer: Value = serde_json::from_str(&answer.line).unwrap();
        assert_eq!(answer["value"], json!(2f64.ln()));
        assert_eq!(answer["gradient"]["logits"], json!([[0.5, -0.5]]));
    }

    #[test]
    fn errors_say_what_is_wrong_and_what_is_allowed() {
        assert!(error("{").starts_with("this line is not JSON"));
        assert!(
            error(r#"{"objective": "cross-entropie", "input": {}}"#)
                .contains("there is no loss cross-entropie")
        );
        assert_eq!(with_input("{}"), "input logits (N×C) is missing");
        assert_eq!(
            with_input(r#"{"logits": [[1, 2], [3]], "labels": [0, 1]}"#),
            "input logits is ragged: one row has 1 entries, another has 2; they must be equal"
        );
        assert_eq!(
            with_input(r#"{"logits": [[1, 2]], "labels": [0, 1]}"#),
            "input labels has shape 2 where N is 2 long, but input logits has N = 1"
        );
        assert_eq!(
            with_input(r#"{"logits": [[1, 2]], "labels": [2]}"#),
            "input labels has 2 at [0], allowed is a class from 0 to 1"
        );
        assert_eq!(
            with_input(r#"{"logits": [[1, 2]], "labels": [0.5]}"#),
            "input labels has 0.5 at [0], allowed is a whole number"
        );
        assert_eq!(
            with_input(r#"{"logits": [1, 2], "labels": [0]}"#),
            "input logits has shape 2, it must be N×C"
        );
        assert!(with_input(r#"{"logits": [[1, null]], "labels": [0]}"#).contains("null"));
        assert!(with_input(r#"{"logits": [], "labels": []}"#).contains("input logits"));
        assert_eq!(
            with_input(r#"{"logits": [[1, 2]], "labels": [0], "counts": [3, 4]}"#),
            "there is no input counts; known are: logits, labels"
        );
        assert_eq!(
            error(r#"{"objective": "comp-sum", "params": {"tau": "x"}, "input": {}}"#),
            "parameter tau is x, allowed is a number from 0 on"
        );
    }
}
