//! One line of JSON in, one line of JSON out: the protocol of `loss-explorer eval` and of the tests in wasm.
//!
//! In: `{"objective": id, "params": {…}, "input": {name: nested arrays}}`. Out: `{"objective", "value",
//! "gradient": {name: nested arrays}}`; with `"knobs": true` also `"by_parameter": {name: slope}`, or `{"objective",
//! "error"}`, with an objective of `null` if the line names none. A field `"options"` holds those that [`Loss::options`]
//! lists, and may hold parameters that are options; see [`options`](crate::options). Other fields of a line are ignored. JSON
//! has no infinities: a value that is not finite is written as the string `"Infinity"`, `"-Infinity"` or `"NaN"`; as an
//! input it is refused.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use ndarray::ArrayD;
use serde::Serialize;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::cost::Way;
use crate::input::Inputs;
use crate::kernel::{Gradient, Loss};
use crate::losses;
use crate::options::{Options, Reduction, are_needed};
use crate::spec::{Input, ParamError, Params, Spec, dimension};

mod memory;
mod nested;
mod options;

pub use memory::Memory;
use memory::Share;
use nested::{Nested, Number, real};

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
    evaluate_within(&Memory::default(), line)
}

/// The same within what may be held at one time, by this line and others.
#[must_use]
pub fn evaluate_within(memory: &Memory, line: &str) -> Answer {
    let share = match memory.reading(line) {
        Ok(share) => share,
        Err(error) => return refuse(None, &error),
    };
    match read_fields(line, |fields, objective| answer((memory, share), fields, objective)) {
        Ok(line) => Answer { line, is_ok: true },
        Err(Refusal { objective, error }) => refuse(objective.as_deref(), &error),
    }
}

/// The line with bare `NaN`, `Infinity` and `-Infinity`, which Python writes and JSON does not know, as strings: so they are
/// refused with their place like any other entry that is no number.
fn quoted(line: &str) -> Cow<'_, str> {
    const WORDS: [&str; 3] = ["NaN", "-Infinity", "Infinity"];
    if !WORDS[..].iter().any(|word| line.contains(word)) {
        return line.into();
    }
    let (mut quoted, mut rest, mut in_string) = (String::with_capacity(line.len() + 16), line, false);
    while let Some(first) = rest.chars().next() {
        let word = WORDS.into_iter().find(|word| !in_string && rest.starts_with(word));
        let taken = match (word, first) {
            (Some(word), _) => word.len(),
            // An escaped quote does not end a string.
            (None, '\\') if in_string => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            (None, _) => first.len_utf8(),
        };
        in_string ^= first == '"';
        let (part, after) = rest.split_at(taken);
        match word {
            Some(word) => quoted.extend(["\"", word, "\""]),
            None => quoted.push_str(part),
        }
        rest = after;
    }
    quoted.into()
}

/// The answer to a line that cannot be evaluated.
#[must_use]
pub fn refuse(objective: Option<&str>, error: &str) -> Answer {
    Answer { line: json(&Refused { objective, error }), is_ok: false }
}

#[derive(Serialize)]
struct Refused<'a> {
    objective: Option<&'a str>,
    error: &'a str,
}

/// One value, or one a sample.
#[derive(Serialize)]
#[serde(untagged)]
enum Value<'a> {
    One(Number),
    List(Nested<'a>),
}

#[derive(Serialize)]
struct Evaluated<'a> {
    objective: &'a str,
    value: Value<'a>,
    gradient: BTreeMap<&'a str, Nested<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by_parameter: Option<BTreeMap<&'a str, Number>>,
}

fn json(answer: &impl Serialize) -> String {
    serde_json::to_string(answer).expect("strings and numbers are always JSON")
}

type Unread<'a> = BTreeMap<String, &'a RawValue>;

/// A loss with what a line gives it.
#[derive(Debug)]
pub struct Case {
    /// The loss.
    pub loss: &'static dyn Loss,
    /// Its parameters.
    pub params: Params,
    /// Its inputs, which go with the parameters.
    pub input: Inputs<f64>,
}

/// Why a line is no case.
#[derive(Debug)]
pub struct Refusal {
    /// What the line calls its loss, if anything.
    pub objective: Option<String>,
    /// What is wrong, the value, and what is allowed.
    pub error: String,
}

/// A loss with what a line gives it beside options, or in a form that asks for them.
#[derive(Debug)]
pub struct OptionalCase {
    /// The loss.
    pub loss: &'static dyn Loss,
    /// Its parameters, those that stand among the options included.
    pub params: Params,
    /// Its arrays, as they are given.
    pub arrays: BTreeMap<String, ArrayD<f64>>,
    /// The options that are no parameters, as JSON.
    pub given: Vec<(String, String)>,
    /// The value, or a value a sample.
    pub value: ArrayD<f64>,
}

/// Reads a line that has options; `None` if it has none.
///
/// # Errors
/// What is wrong with the line, the value, and what is allowed.
pub fn read_with_options(line: &str) -> Result<Option<OptionalCase>, Refusal> {
    read_fields(line, optional)
}

/// What `read` makes of the fields of a line, given what it calls its loss.
fn read_fields<T>(
    line: &str,
    read: impl FnOnce(&Unread<'_>, Option<&str>) -> Result<T, String>,
) -> Result<T, Refusal> {
    let line = &quoted(line);
    let fields = members("this line", "field", line).map_err(|error| Refusal { objective: None, error })?;
    let objective: Option<String> =
        fields.get("objective").and_then(|id| serde_json::from_str(id.get()).ok());
    read(&fields, objective.as_deref()).map_err(|error| Refusal { objective, error })
}

/// The options of a line, if it has any.
fn wanted_options<'a>(fields: &Unread<'a>) -> Option<&'a RawValue> {
    fields.get("options").copied().filter(|options| options.get() != "null")
}

fn optional(fields: &Unread<'_>, objective: Option<&str>) -> Result<Option<OptionalCase>, String> {
    let Ok((loss, mut params, arrays)) = given(fields, objective) else { return Ok(None) };
    let wanted = wanted_options(fields);
    if wanted.is_none() && !are_needed(loss, &arrays) {
        return Ok(None);
    }
    let (mut options, mut given) = (Options::default(), Vec::new());
    if let Some(wanted) = wanted {
        options = options::read(wanted, loss, &mut params, fields.get("params").copied())?;
        let all = members("field options", "option", wanted.get())?.into_iter();
        let own = all.filter(|(name, _)| loss.options().iter().any(|choice| choice.name == name));
        given = own.map(|(name, value)| (name, value.get().to_owned())).collect();
    }
    let value = options.evaluate(loss, arrays.clone(), &params)?.values;
    Ok(Some(OptionalCase { loss, params, arrays, given, value }))
}

/// Reads a line without evaluating it.
///
/// # Errors
/// What is wrong with the line.
pub fn read(line: &str) -> Result<Case, Refusal> {
    read_fields(line, |fields, objective| given(fields, objective).and_then(case))
}

/// The loss, its parameters and its arrays as they stand in a line.
type Given = (&'static dyn Loss, Params, BTreeMap<String, ArrayD<f64>>);

fn given(fields: &Unread<'_>, objective: Option<&str>) -> Result<Given, String> {
    let id = fields.get("objective").ok_or("field objective is missing, it must be the id of a loss")?;
    let id = objective
        .ok_or_else(|| format!("field objective is {}, it must be the id of a loss", excerpt(id.get())))?;
    let loss = losses::find(id).ok_or_else(|| losses::unknown(&excerpt(id)))?;
    let params = params(loss, fields.get("params").copied())?;
    let input = fields.get("input").ok_or("field input is missing, it must be an object of arrays")?;
    Ok((loss, params, arrays(loss.spec(), input)?))
}

fn case((loss, params, arrays): Given) -> Result<Case, String> {
    let input = Inputs::new(loss.spec(), arrays).map_err(|e| e.to_string())?;
    loss.check(&input, &params).map_err(|e| e.to_string())?;
    Ok(Case { loss, params, input })
}

/// The answer to a line with options, or with arrays in a form that asks for them.
fn answer_with(
    (memory, share): (&Memory, Share<'_>),
    options: Option<&RawValue>,
    fields: &Unread<'_>,
    (loss, mut params, arrays): Given,
) -> Result<String, String> {
    let options = match options {
        Some(options) => options::read(options, loss, &mut params, fields.get("params").copied())?,
        None => Options::default(),
    };
    if fields.get("knobs").is_some_and(|wanted| wanted.get() == "true") {
        return Err("field knobs is true beside options, allowed is one of them".into());
    }
    let _share = match whole(loss.spec(), &arrays, options.ignored) {
        Some(input) => memory.evaluating(share, loss, (Way::Tape, &input, &params))?,
        // Then it is refused before anything is computed.
        None => share,
    };
    let reduced = options.evaluate(loss, arrays, &params)?;
    let nested =
        |array: &'_ ArrayD<f64>| (array.shape().to_vec(), array.iter().copied().collect::<Vec<f64>>());
    let gradient: Vec<_> = reduced.gradient.iter().map(|(name, by)| (*name, nested(by))).collect();
    let gradient =
        gradient.iter().map(|(name, (shape, entries))| (*name, Nested { shape, entries })).collect();
    let (shape, entries) = nested(&reduced.values);
    let value = match options.reduction {
        Reduction::None => Value::List(Nested { shape: &shape, entries: &entries }),
        _ => Value::One(Number(entries[0])),
    };
    Ok(json(&Evaluated { objective: loss.spec().id, value, gradient, by_parameter: None }))
}

/// The arrays with those samples that do not count, if there is nothing else wrong with them.
fn whole(
    spec: &'static Spec,
    arrays: &BTreeMap<String, ArrayD<f64>>,
    ignored: Option<f64>,
) -> Option<Inputs<f64>> {
    let mut arrays = arrays.clone();
    for input in spec.inputs.iter().filter(|input| input.is_integer()) {
        let array = arrays.get_mut(input.name)?;
        array.mapv_inplace(|label| if Some(label) == ignored { 0.0 } else { label });
    }
    Inputs::new(spec, arrays).ok()
}

fn answer(
    (memory, share): (&Memory, Share<'_>),
    fields: &Unread<'_>,
    objective: Option<&str>,
) -> Result<String, String> {
    let given = given(fields, objective)?;
    let options = wanted_options(fields);
    if options.is_some() || are_needed(given.0, &given.2) {
        return answer_with((memory, share), options, fields, given);
    }
    let Case { loss, params, input } = case(given)?;
    let by_parameter = fields.get("knobs").is_some_and(|wanted| wanted.get() == "true");
    let way = if by_parameter { Way::Tape } else { Way::Gradient };
    let _share = memory.evaluating(share, loss, (way, &input, &params))?;
    let mut gradient = Gradient::default();
    let value = Value::One(Number(loss.value_and_gradient(&input, &params, &mut gradient)));
    let by_parameter = match fields.get("knobs").map(|wanted| wanted.get()) {
        Some("true") => Some(loss.by_parameter(&input, &params)),
        Some("false" | "null") | None => None,
        Some(other) => return Err(format!("field knobs is {}, allowed is true or false", excerpt(other))),
    };
    let by_parameter =
        by_parameter.map(|all| all.into_iter().map(|(param, slope)| (param.name, Number(slope))).collect());
    let gradient = input
        .variables()
        .map(|(name, array)| (name, Nested { shape: array.shape(), entries: gradient.of(name) }))
        .collect();
    Ok(json(&Evaluated { objective: loss.spec().id, value, gradient, by_parameter }))
}

fn params(loss: &dyn Loss, given: Option<&RawValue>) -> Result<Params, String> {
    let mut params = Params::new(loss.spec().params);
    let Some(given) = given.filter(|given| given.get() != "null") else { return Ok(params) };
    for (name, value) in members("field params", "parameter", given.get())? {
        let is_option = loss.options().iter().any(|choice| choice.name == name) && !params.has(&name);
        set(&mut params, &name, value.get()).map_err(|error| {
            if is_option {
                format!("{error}; {name} is an option and stands in field options")
            } else {
                error
            }
        })?;
    }
    Ok(params)
}

/// Sets a parameter to what stands in a line.
fn set(params: &mut Params, name: &str, text: &str) -> Result<(), String> {
    let set = match text.as_bytes()[0] {
        b'-' | b'0'..=b'9' => params.set(name, real(text)),
        b't' => params.set(name, 1.0),
        b'f' => params.set(name, 0.0),
        b'"' => params.set_text(name, &serde_json::from_str::<String>(text).unwrap_or_default()),
        _ => params.set(name, f64::NAN),
    };
    set.map_err(|error| match error {
        // As it stands in the line: 1e999, not inf.
        ParamError::Value { name, allowed, .. } => {
            format!("parameter {name} is {}, allowed is {allowed}", excerpt(text))
        }
        unknown @ ParamError::Unknown { .. } => unknown.to_string(),
    })
}

fn arrays(spec: &Spec, given: &RawValue) -> Result<BTreeMap<String, ArrayD<f64>>, String> {
    let mut arrays = BTreeMap::new();
    for (name, value) in members("field input", "input", given.get())? {
        let array = nested::read(&format!("input {name}"), value)?;
        arrays.insert(name, array);
    }
    for input in spec.inputs {
        if arrays.get(input.name).is_some_and(|array| array.shape() == [0]) && input.may_be_empty() {
            let empty = ArrayD::zeros(without_rows(input, spec, &arrays));
            arrays.insert(input.name.to_owned(), empty);
        }
    }
    Ok(arrays)
}

/// The shape of an empty list of rows: how long they would be, only the other inputs know.
fn without_rows(input: &Input, spec: &Spec, arrays: &BTreeMap<String, ArrayD<f64>>) -> Vec<usize> {
    let elsewhere = |symbol: &str| {
        spec.inputs.iter().find_map(|other| {
            let axis = other.shape.iter().position(|declared| *declared == symbol)?;
            arrays.get(other.name)?.shape().get(axis).copied()
        })
    };
    let columns = input.shape.iter().skip(1).map(|text| dimension::evaluate(text, &elsewhere).unwrap_or(1));
    std::iter::once(0).chain(columns).take(input.shape.len().max(1)).collect()
}

/// The members of the JSON object `text`, not read any further. `whole` and `part` name it and them in errors.
fn members<'a>(whole: &str, part: &str, text: &'a str) -> Result<Unread<'a>, String> {
    let Members(list) = serde_json::from_str(text).map_err(|error| {
        if error.is_data() {
            format!("{whole} is {}, it must be a JSON object", excerpt(text))
        } else {
            format!("{whole} is not JSON: {}", error.to_string().replace("line 1 column", "column"))
        }
    })?;
    let mut members = Unread::new();
    for (name, value) in list {
        if members.contains_key(&name) {
            return Err(format!("{part} {name} is given twice, allowed is once"));
        }
        members.insert(name, value);
    }
    Ok(members)
}

/// Members in the order of the text, so that none hides another of its name.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;

        impl<'de> Visitor<'de> for Collect {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut list = Vec::new();
                while let Some(member) = map.next_entry()? {
                    list.push(member);
                }
                Ok(Members(list))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}

/// What a sentence can hold of a text.
fn excerpt(text: &str) -> Cow<'_, str> {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;

    use super::*;
    use crate::spec::Role;

    fn error(line: &str) -> String {
        let answer = evaluate(line);
        assert!(!answer.is_ok, "expected an error, got {}", answer.line);
        serde_json::from_str::<Json>(&answer.line).unwrap()["error"].as_str().unwrap().to_owned()
    }

    fn with_input(input: &str) -> String {
        error(&format!(r#"{{"objective": "comp-sum", "input": {input}}}"#))
    }

    fn with_logits(logits: &str) -> String {
        with_input(&format!(r#"{{"logits": {logits}, "labels": [0]}}"#))
    }

    fn with_params(params: &str) -> String {
        error(&format!(r#"{{"objective": "comp-sum", "params": {params}, "input": {{}}}}"#))
    }

    #[test]
    fn a_line_gives_value_and_gradient() {
        let answer = evaluate(r#"{"objective": "comp-sum", "input": {"logits": [[0, 0]], "labels": [1.0]}}"#);
        assert!(answer.is_ok);
        assert_eq!(
            answer.line,
            r#"{"objective":"comp-sum","value":0.6931471805599453,"gradient":{"logits":[[0.5,-0.5]]}}"#
        );
    }

    #[test]
    fn a_line_must_be_an_object_that_names_a_loss() {
        assert_eq!(error("{"), "this line is not JSON: EOF while parsing an object at column 1");
        assert_eq!(error("[1, 2]"), "this line is [1, 2], it must be a JSON object");
        assert_eq!(error("{}"), "field objective is missing, it must be the id of a loss");
        assert_eq!(error(r#"{"objective": null}"#), "field objective is null, it must be the id of a loss");
        assert!(
            error(r#"{"objective": "comp-some", "input": {}}"#)
                .contains("there is no loss comp-some, the nearest is comp-sum")
        );
        let long = error(&format!(r#"{{"objective": "{}"}}"#, "x".repeat(10_000)));
        assert!(long.len() < 200, "an error should fit a screen, this one is {} bytes", long.len());
        assert_eq!(
            error(r#"{"objective": "comp-sum", "objective": "unpg"}"#),
            "field objective is given twice, allowed is once"
        );
        assert_eq!(
            error(r#"{"objective": "comp-sum"}"#),
            "field input is missing, it must be an object of arrays"
        );
    }

    #[test]
    fn an_error_names_its_loss_where_there_is_one() {
        assert!(
            evaluate(r#"{"objective": "comp-sum"}"#).line.starts_with(r#"{"objective":"comp-sum","error""#)
        );
        assert!(evaluate(r#"{"objective": 1}"#).line.starts_with(r#"{"objective":null,"error""#));
    }

    #[test]
    fn a_parameter_that_is_not_allowed_is_named_as_it_was_written() {
        assert_eq!(with_params("[1]"), "field params is [1], it must be a JSON object");
        for value in ["\"x\"", "\"NaN\"", "-1", "1e999", "null", "[0]", r#"{"a": 1}"#, r#""\ud800""#] {
            assert_eq!(
                with_params(&format!(r#"{{"tau": {value}}}"#)),
                format!("parameter tau is {value}, allowed is a number from 0 on")
            );
        }
        assert_eq!(with_params(r#"{"temp": 1}"#), "there is no parameter temp; known are: tau");
        assert_eq!(with_params(r#"{"tau": 1, "tau": 2}"#), "parameter tau is given twice, allowed is once");
    }

    #[test]
    fn an_entry_that_is_not_allowed_is_named_with_its_place() {
        for value in ["null", "true", "\"x\"", r#"{"a": 1}"#] {
            assert_eq!(
                with_logits(&format!("[[1, 2], [3, {value}]]")),
                format!("input logits has {value} at [1, 1], allowed is a number")
            );
        }
        assert_eq!(
            with_logits("[[1, -1e999]]"),
            "input logits has -1e999 at [0, 1], allowed is a finite number"
        );
        assert_eq!(with_logits("\"1\""), "input logits has \"1\", allowed is a number");
        assert_eq!(
            with_input(r#"{"logits": [[1, 2]], "labels": [2]}"#),
            "input labels has 2 at [0], allowed is a class from 0 to 1"
        );
        assert_eq!(
            with_input(r#"{"logits": [[1, 2]], "labels": [0.5]}"#),
            "input labels has 0.5 at [0], allowed is a whole number"
        );
    }

    #[test]
    fn options_of_libraries_are_read_and_a_list_is_answered() {
        let with = |options: &str| {
            let line = format!(
                r#"{{"objective": "comp-sum", "input": {{"logits": [[0, 0], [0, 0]], "labels": [0, -1]}}, "options": {options}}}"#
            );
            evaluate(&line).line
        };
        assert_eq!(
            with(r#"{"reduction": "none", "ignored_label": -1}"#),
            r#"{"objective":"comp-sum","value":[0.6931471805599453,0.0],"gradient":{"logits":[[-0.5,0.5],[0.0,0.0]]}}"#
        );
        assert!(
            with(r#"{"reduction": "max"}"#)
                .contains("option reduction is \\\"max\\\", allowed is one of mean, sum, none")
        );
        assert!(
            with(r#"{"weight": 1}"#).contains("option weight is none of comp-sum, allowed are: reduction, ")
        );
        assert!(with(r#"{"class_weights": [1, -1]}"#).contains("allowed is a list of numbers from 0 on"));
    }

    #[test]
    fn options_of_another_shape_than_the_batch_are_refused() {
        let refused = |objective: &str, input: &str, options: &str| {
            error(&format!(r#"{{"objective": "{objective}", "input": {input}, "options": {options}}}"#))
        };
        for labels in ["0.5", "[0.5, 1, 0]", "[[0.5, 1]]", "[[[0.5]]]"] {
            let input = format!(r#"{{"scores": [1, 2], "labels": {labels}}}"#);
            assert!(refused("bce-with-logits", &input, "{}").contains("input labels has"), "{labels}");
        }
        let ignoring = r#"{"ignored_label": -1}"#;
        for labels in ["0", "[0, -1, 1]", "[[0, -1]]", "[-1]"] {
            let input = format!(r#"{{"logits": [[1, 2], [0, 1]], "labels": {labels}}}"#);
            let error = refused("cross-entropy", &input, ignoring);
            assert!(error.contains("input l") || error.contains("every entry"), "{labels}: {error}");
        }
        let pair = r#"{"embeddings": [[1, 0], [0, 1]], "labels": [0, 0]}"#;
        for options in [
            r#"{"ref_emb": [], "ref_labels": []}"#,
            r#"{"ref_emb": 1, "ref_labels": [0]}"#,
            r#"{"ref_labels": [0]}"#,
            r#"{"indices_tuple": [[0], [1], [2]]}"#,
            r#"{"indices_tuple": 3}"#,
            r#"{"sample_weights": [[1, 2, 3]]}"#,
            r#"{"class_weights": []}"#,
        ] {
            assert!(refused("nt-xent", pair, options).contains("option "), "{options}");
        }
        assert_eq!(
            error(r#"{"objective": "cross-entropy", "params": {"reduction": "sum"}, "input": {}}"#),
            "there is no parameter reduction; known are: temperature, smoothing; reduction is an option and stands in \
             field options"
        );
    }

    #[test]
    fn infinities_as_python_writes_them_are_named_with_their_place() {
        for word in ["NaN", "Infinity", "-Infinity"] {
            assert_eq!(
                with_logits(&format!("[[1, {word}]]")),
                format!("input logits has \"{word}\" at [0, 1], allowed is a finite number")
            );
        }
        assert_eq!(quoted(r#"{"a": "NaN \" NaN", "b": NaN}"#), r#"{"a": "NaN \" NaN", "b": "NaN"}"#);
        assert_eq!(
            with_params(r#"{"tau": -Infinity}"#),
            "parameter tau is \"-Infinity\", allowed is a number from 0 on"
        );
    }

    #[test]
    fn rows_of_different_shape_are_named() {
        assert_eq!(
            with_logits("[[1, 2], [3]]"),
            "input logits has 1 entries at [1], allowed is 2, as in the rows before"
        );
        assert_eq!(
            with_logits("[[1, 2], 3]"),
            "input logits has 3 at [1], allowed is an array, as in the rows before"
        );
        assert_eq!(
            with_logits("[[1, [2]]]"),
            "input logits has an array at [0, 1], allowed is a number, as in the rows before"
        );
        assert_eq!(with_logits("[1, 2]"), "input logits has shape 2, it must be N×C");
        let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(with_logits(&deep), "input logits is nested too deep, allowed are 8 dimensions");
        let promised = format!("[[{}], [2]]", vec!["[[[0]]]"; 1000].join(", "));
        assert!(with_logits(&promised).starts_with("input logits has 1 entries at [1], allowed is 1000"));
    }

    #[test]
    fn inputs_must_be_those_of_the_loss_and_agree() {
        assert_eq!(with_input("7"), "field input is 7, it must be a JSON object");
        assert_eq!(with_input("{}"), "input logits (N×C) is missing");
        assert_eq!(
            with_input(r#"{"logits": [[1, 2]], "labels": [0, 1]}"#),
            "input labels has shape 2 where N is 2 long, but input logits has N = 1"
        );
        assert!(with_input(r#"{"logits": [], "labels": []}"#).contains("input logits has shape 0"));
        assert!(with_input(r#"{"logits": [[], []], "labels": [0, 0]}"#).contains("at least 1"));
        assert_eq!(
            with_input(r#"{"logits": [[1, 2]], "labels": [0], "counts": [3, 4]}"#),
            "there is no input counts; known are: logits, labels"
        );
        assert_eq!(
            with_input(r#"{"labels": [0], "labels": [1], "logits": [[1, 2]]}"#),
            "input labels is given twice, allowed is once"
        );
    }

    #[test]
    fn an_empty_list_of_rows_takes_its_columns_from_the_other_inputs() {
        static INPUTS: [Input; 2] = [
            Input::fixed("distractors", Role::Number, &["M", "D"], "may be none").at_least(&[("M", 0)]),
            Input::variable("target", Role::Number, &["N", "D"], "vectors"),
        ];
        let spec = Spec { inputs: &INPUTS, ..*losses::find("comp-sum").unwrap().spec() };
        let given: &RawValue = serde_json::from_str(r#"{"distractors": [], "target": [[1, 2, 3]]}"#).unwrap();
        let arrays = arrays(&spec, given).unwrap();
        assert_eq!(arrays["distractors"].shape(), [0, 3]);
        assert_eq!(arrays["target"].shape(), [1, 3]);
    }
}
