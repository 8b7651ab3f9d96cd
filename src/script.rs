//! A Python script that rebuilds a batch in a library, computes the loss there, and checks it against the value here.

use std::fmt::Write;

use crate::input::Inputs;
use crate::kernel::Loss;
use crate::spec::{Params, Scale};

/// The script: `setup` imports the library and `array` makes an array of nested lists there; `code` sets `loss`, with
/// inputs and parameters as variables of their own names and `here` as our value. Where `code` has
/// `{parameter: a | b}`, the script has the expression at the position that is the value of the parameter. Where it sets
/// `departs`, another value is explained by what is in that list and else an error.
///
/// # Errors
/// If the loss of the batch is no number that another library could be held to.
pub fn script(
    setup: &str,
    array: &str,
    code: &str,
    (loss, input, params): (&dyn Loss, &Inputs<f64>, &Params),
) -> Result<String, String> {
    let value = loss.value(input, params);
    if !value.is_finite() {
        return Err(format!("the loss is {value}, there is nothing to compare"));
    }
    let mut text = format!("# {} as on screen\n{setup}\n", loss.spec().title);
    for (name, shape, entries) in input.entries() {
        let _ = write!(text, "{name} = {array}(");
        nest(&mut text, shape, &mut entries.into_iter());
        text += ")\n";
    }
    set(&mut text, params);
    let code = chosen(code.trim(), params);
    let explained = code.lines().any(|line| line == "departs = []");
    let end = if explained { EXPLAINED } else { THE_SAME };
    let _ = write!(text, "here = {value:?}\n\n{}\n\nthere = float(loss)\n{end}", code.trim_end());
    Ok(text)
}

/// Sets a variable to each parameter.
fn set(text: &mut String, params: &Params) {
    for (param, value) in params.iter() {
        let _ = match param.scale {
            Scale::Linear | Scale::Log => writeln!(text, "{} = {value:?}", param.name),
            Scale::Integer => writeln!(text, "{} = {value}", param.name),
            Scale::Numbers(_) | Scale::Names(_) => {
                writeln!(text, "{} = {value}  # {}", param.name, param.words(value))
            }
        };
    }
}

/// The same with the options of a line, which stand there under their own names; `code` has them in their places.
///
/// # Errors
/// If a value is no number that another library could be held to.
#[cfg(not(target_arch = "wasm32"))]
pub fn script_with_options(
    setup: &str,
    array: &str,
    code: &str,
    case: &crate::evaluate::OptionalCase,
) -> Result<String, String> {
    if let Some(value) = case.value.iter().find(|value| !value.is_finite()) {
        return Err(format!("the loss is {value}, there is nothing to compare"));
    }
    let mut text = format!("# {} with options\n{setup}\n", case.loss.spec().title);
    for input in case.loss.spec().inputs {
        let Some(given) = case.arrays.get(input.name) else { continue };
        let is_whole = input.is_integer() && given.iter().all(|x| x.fract() == 0.0) && !input.is_binary();
        let entry = |x: &f64| if is_whole { x.to_string() } else { format!("{x:?}") };
        let _ = write!(text, "{} = {array}(", input.name);
        nest(&mut text, given.shape(), &mut given.iter().map(entry));
        text += ")\n";
    }
    set(&mut text, &case.params);
    for (name, json) in &case.given {
        let _ = match name.as_str() {
            "reduction" | "ignored_label" => writeln!(text, "{name} = {json}"),
            "indices_tuple" => writeln!(text, "{name} = tuple({array}(indices) for indices in {json})"),
            "ref_labels" => writeln!(text, "{name} = {array}({json})"),
            // Whole numbers would be no weights.
            _ => writeln!(text, "{name} = {array}({json}) * 1.0"),
        };
    }
    let values: Vec<String> = case.value.iter().map(|value| format!("{value:?}")).collect();
    let is_list = case.given.iter().any(|(_, json)| json == "\"none\"");
    let there = if is_list { "[float(x) for x in loss.reshape(-1)]" } else { "[float(loss)]" };
    let _ = write!(
        text,
        "\n{}\n\nhere, there = [{}], {there}\n\
         assert len(there) == len(here), f\"{{there}} is not {{here}}\"\n\
         assert all(abs(a - b) < 1e-6 * max(1, abs(b)) for a, b in zip(there, here)), f\"{{there}} is not {{here}}\"\n\
         print(\"the same:\", there)\n",
        chosen(code.trim(), &case.params),
        values.join(", ")
    );
    Ok(text)
}

/// The end of a script of a library that follows the definition everywhere.
const THE_SAME: &str = r#"assert abs(there - here) < 1e-9 * max(1, abs(here)), f"{there} is not {here}"
print("the same:", there)
"#;

/// The end of a script of a library that departs from the definition somewhere.
const EXPLAINED: &str = r#"if abs(there - here) < 1e-9 * max(1, abs(here)):
    print("the same:", there)
else:
    assert departs, f"{there} is not {here}"
    print(f"{there} there, {here} here:", *departs)
"#;

/// The code with one expression in the place of each choice.
fn chosen(code: &str, params: &Params) -> String {
    let mut parts = code.split('{');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (choice, rest) = part.split_once('}').unwrap_or((part, ""));
        let (name, options) = choice.split_once(": ").unwrap_or_default();
        text += options.split(" | ").nth(params.whole(name)).unwrap_or_default();
        text += rest;
    }
    text
}

/// Nested lists of a shape, one row of the innermost a line.
fn nest(text: &mut String, shape: &[usize], entries: &mut impl Iterator<Item = String>) {
    let Some((&length, inner)) = shape.split_first() else {
        return text.extend(entries.next());
    };
    let between = if inner.is_empty() { ", " } else { ",\n    " };
    *text += if inner.is_empty() { "[" } else { "[\n    " };
    for i in 0..length {
        if i > 0 {
            *text += between;
        }
        nest(text, inner, entries);
    }
    *text += if inner.is_empty() { "]" } else { ",\n]" };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::losses;
    use crate::testing::inputs;

    fn script_of(id: &str, params: &[(&str, f64)], input: &Inputs<f64>) -> Result<String, String> {
        let loss = losses::find(id).unwrap();
        let mut given = Params::new(loss.spec().params);
        for (name, value) in params {
            given.set(name, *value).unwrap();
        }
        script(
            "import torch\n",
            "torch.tensor",
            "loss = f({power: g | h | i(2)}, {distance: 0 | 1})",
            (loss, input, &given),
        )
    }

    #[test]
    fn a_script_holds_every_digit_of_the_batch_and_its_value() {
        let spec = losses::find("contrastive").unwrap().spec();
        let input =
            inputs(spec, &[("embeddings", &[2, 2], &[0.1, 1e-7, 3.0, -0.0]), ("labels", &[2], &[0.0, 1.0])]);
        assert_eq!(
            script_of("contrastive", &[("distance", 1.0), ("neg_margin", 4.0)], &input).unwrap(),
            "# Contrastive loss as on screen\nimport torch\n\n\
             embeddings = torch.tensor([\n    [0.1, 1e-7],\n    [3.0, -0.0],\n])\nlabels = torch.tensor([0, 1])\n\
             pos_margin = 0.0\nneg_margin = 4.0\ndistance = 1  # Euclidean, raw vectors\npower = 1  # linear\n\
             reduction = 0  # mean of the non-zero terms\n\
             averaging = 0  # each kind of pair\n\
             here = 1.0999999999999983\n\nloss = f(h, 1)\n\nthere = float(loss)\n\
             assert abs(there - here) < 1e-9 * max(1, abs(here)), f\"{there} is not {here}\"\n\
             print(\"the same:\", there)\n"
        );
    }

    #[test]
    fn no_script_is_held_to_a_loss_that_is_no_number() {
        let spec = losses::find("exponential").unwrap().spec();
        let input = inputs(spec, &[("margin", &[1], &[-1000.0])]);
        let refused = script_of("exponential", &[], &input).unwrap_err();
        assert_eq!(refused, "the loss is inf, there is nothing to compare");
    }
}
