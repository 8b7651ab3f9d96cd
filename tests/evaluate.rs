//! Whatever a line holds, it is answered by one line of JSON.

use std::cell::Cell;

use loss_explorer::evaluate::evaluate;
use loss_explorer::kernel::Loss;
use loss_explorer::losses;
use loss_explorer::spec::{Domain, Input, Kind, Param, Scale, dimension};
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};
use serde_json::{Map, Value};

/// Words and numbers that people and programs write where they should not.
const ODD: &str = r#"1e999 9007199254740993 18446744073709551616 null true false "NaN" "1" "" "\ud800" [] {} [[]]
    [[[1]],2] NaN +1 01"#;

/// Numbers that are allowed nearly everywhere and easily lead out of range.
const EXTREME: &str = "0 -0.0 1e308 -1e308 1e154 -1e17 1e-320 1e-9 0.9999999999999999";

fn one_of(words: &'static str) -> impl Strategy<Value = String> {
    prop::sample::select(words.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        50 => (-3.0..3.0f64).prop_map(|x| x.to_string()),
        40 => (0..4u8).prop_map(|x| x.to_string()),
        4 => one_of(EXTREME),
        1 => one_of(ODD),
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

/// Lines for a loss, mostly with the declared shapes and options, now and then with something odd.
fn plausible(loss: &'static dyn Loss) -> impl Strategy<Value = String> {
    let spec = loss.spec();
    (1..4usize, 1..4usize, 1..4usize).prop_flat_map(move |sizes| {
        let inputs: Vec<_> = spec.inputs.iter().map(|input| array(input, sizes.into())).collect();
        let params: Vec<_> = spec.params.iter().map(|param| prop::option::of(setting(param))).collect();
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

/// An input of the declared shape, every symbol with one of `sizes` as its length.
fn array(input: &Input, sizes: [usize; 3]) -> BoxedStrategy<String> {
    let length = |text: &str| {
        dimension::evaluate(text, &|name| Some(sizes[name.bytes().map(usize::from).sum::<usize>() % 3]))
            .unwrap_or(1)
    };
    let mut array = match input.kind {
        Kind::Variable(Domain::Any) => number().boxed(),
        Kind::Variable(Domain::Cosine) => {
            prop_oneof![50 => (-1.0..=1.0f64).prop_map(|x| x.to_string()), 1 => number()].boxed()
        }
        Kind::Variable(Domain::Within(low, high)) | Kind::Fixed(Domain::Within(low, high)) => {
            prop_oneof![50 => (low..=high).prop_map(|x| x.to_string()), 1 => number()].boxed()
        }
        Kind::Variable(_) | Kind::Fixed(_) => {
            prop_oneof![50 => (0.01..2.0f64).prop_map(|x| x.to_string()), 1 => number()].boxed()
        }
        Kind::Class(symbol) | Kind::ClassOrNone(symbol) => {
            prop_oneof![50 => (0..length(symbol)).prop_map(|x| x.to_string()), 1 => number()].boxed()
        }
        Kind::Binary => prop_oneof![50 => one_of("0 1"), 1 => number()].boxed(),
        Kind::Integer(low) => {
            let low = low.max(0);
            prop_oneof![50 => (low..low + 3).prop_map(|x| x.to_string()), 1 => number()].boxed()
        }
    };
    for dimension in input.shape.iter().rev() {
        array = prop::collection::vec(array, length(dimension))
            .prop_map(|rows| format!("[{}]", rows.join(",")))
            .boxed();
    }
    prop_oneof![29 => array, 1 => nested(number().boxed())].boxed()
}

/// A value of a parameter: an option, an end of its slider, or any number.
fn setting(param: &'static Param) -> BoxedStrategy<String> {
    let usual = match param.scale {
        Scale::Names(options) => options.iter().map(|option| Value::from(*option).to_string()).collect(),
        Scale::Numbers(options) => options.iter().map(|(value, _)| value.to_string()).collect(),
        _ => vec![param.default.to_string(), param.range.0.to_string(), param.range.1.to_string()],
    };
    prop_oneof![10 => prop::sample::select(usual), 1 => number()].boxed()
}

/// Any JSON under any name that means something in a line.
fn nonsense() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["objective", "params", "input", "logits", "labels", "tau", ""])
        .prop_map(str::to_owned);
    let leaf = prop_oneof![one_of(ODD), Just("\"comp-sum\"".to_owned())];
    leaf.prop_recursive(5, 40, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|rows| format!("[{}]", rows.join(","))),
            prop::collection::vec((name.clone(), inner), 0..4).prop_map(object),
        ]
    })
}

/// Whether the one answer to `line` is a value.
fn holds_one_answer(line: &str) -> Result<bool, TestCaseError> {
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
    Ok(answer.is_ok)
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

#[test]
fn plausible_lines_of_every_loss_are_answered_on_one_line() {
    for loss in losses::all() {
        let id = loss.spec().id;
        let evaluated = Cell::new(0);
        TestRunner::new(config(100))
            .run(&plausible(loss), |line| {
                evaluated.set(evaluated.get() + u32::from(holds_one_answer(&line)?));
                Ok(())
            })
            .unwrap_or_else(|failure| panic!("{id}: {failure}"));
        assert!(evaluated.get() > 0, "{id} refuses every line that is made for it");
    }
}

proptest! {
    #![proptest_config(config(2000))]

    #[test]
    fn nonsense_is_answered_on_one_line(line in nonsense()) {
        holds_one_answer(&line)?;
    }

    #[test]
    fn any_text_is_answered_on_one_line(line in any::<String>()) {
        holds_one_answer(&line)?;
    }
}
