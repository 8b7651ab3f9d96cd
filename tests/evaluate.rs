//! Whatever a line holds, it is answered by one line of JSON.

use loss_explorer::evaluate::evaluate;
use loss_explorer::losses;
use loss_explorer::spec::Input;
use proptest::prelude::*;
use serde_json::{Map, Value};

/// Numbers and words that people and programs write where they should not.
fn odd() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "0",
        "-0.0",
        "1",
        "-1",
        "2",
        "3",
        "0.5",
        "1e-320",
        "1e308",
        "-1e308",
        "1e999",
        "9007199254740993",
        "18446744073709551616",
        "null",
        "true",
        "false",
        "\"NaN\"",
        "\"1\"",
        "\"\"",
        "\"\\ud800\"",
        "[]",
        "{}",
        "[[]]",
        "[[[1]], 2]",
        "NaN",
        "+1",
        "01",
    ])
    .prop_map(str::to_owned)
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => (-3.0..3.0f64).prop_map(|x| x.to_string()),
        3 => (0..4u8).prop_map(|x| x.to_string()),
        1 => odd(),
    ]
}

fn nested(number: BoxedStrategy<String>) -> impl Strategy<Value = String> {
    number.prop_recursive(3, 20, 3, |inner| {
        prop::collection::vec(inner, 0..4).prop_map(|rows| format!("[{}]", rows.join(",")))
    })
}

fn object(members: impl IntoIterator<Item = (String, String)>) -> String {
    let members = members.into_iter().map(|(name, value)| format!("{}:{value}", Value::from(name)));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

/// A line for some loss, mostly with the declared shapes, now and then with something odd.
fn plausible() -> impl Strategy<Value = String> {
    let all: Vec<_> = losses::all().collect();
    (prop::sample::select(all), 1..4usize, 1..4usize).prop_flat_map(|(loss, rows, columns)| {
        let spec = loss.spec();
        let array = |input: &Input| {
            let mut array = if input.is_integer() {
                prop_oneof![9 => (0..3u8).prop_map(|x| x.to_string()), 1 => odd()].boxed()
            } else {
                number().boxed()
            };
            for axis in (0..input.shape.len()).rev() {
                let length = input.shape[axis].parse().unwrap_or(if axis == 0 { rows } else { columns });
                array = prop::collection::vec(array, length)
                    .prop_map(|rows| format!("[{}]", rows.join(",")))
                    .boxed();
            }
            prop_oneof![19 => array, 1 => nested(number().boxed())]
        };
        let inputs: Vec<_> = spec.inputs.iter().map(array).collect();
        let params: Vec<_> = spec.params.iter().map(|_| prop::option::of(number())).collect();
        (inputs, params).prop_map(move |(inputs, params)| {
            let inputs = spec.inputs.iter().zip(inputs).map(|(input, array)| (input.name.into(), array));
            let params = spec.params.iter().zip(params);
            let params = params.filter_map(|(param, value)| Some((param.name.into(), value?)));
            object([
                ("objective".to_owned(), Value::from(spec.id).to_string()),
                ("params".to_owned(), object(params)),
                ("input".to_owned(), object(inputs)),
            ])
        })
    })
}

/// Any JSON under any name that means something in a line.
fn nonsense() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["objective", "params", "input", "logits", "labels", "tau", ""])
        .prop_map(str::to_owned);
    let leaf = prop_oneof![odd(), Just("\"comp-sum\"".to_owned())];
    leaf.prop_recursive(5, 40, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|rows| format!("[{}]", rows.join(","))),
            prop::collection::vec((name.clone(), inner), 0..4).prop_map(object),
        ]
    })
}

fn holds_one_answer(line: &str) -> Result<(), TestCaseError> {
    let answer = evaluate(line);
    prop_assert!(!answer.line.contains('\n'), "{line} was answered on two lines: {}", answer.line);
    let fields: Map<String, Value> = serde_json::from_str(&answer.line)
        .map_err(|e| TestCaseError::fail(format!("{line} was answered by {}: {e}", answer.line)))?;
    let names = fields.keys().map(String::as_str).collect::<Vec<_>>();
    if answer.is_ok {
        prop_assert_eq!(names, ["gradient", "objective", "value"], "{}", line);
    } else {
        prop_assert_eq!(names, ["error", "objective"], "{}", line);
        prop_assert!(fields["error"].as_str().is_some_and(|error| error.len() > 10), "{}", answer.line);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_plausible_line_is_answered_on_one_line(line in plausible()) {
        holds_one_answer(&line)?;
    }

    #[test]
    fn nonsense_is_answered_on_one_line(line in nonsense()) {
        holds_one_answer(&line)?;
    }

    #[test]
    fn any_text_is_answered_on_one_line(line in any::<String>()) {
        holds_one_answer(&line)?;
    }
}
