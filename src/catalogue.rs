//! The specs and the prose of every loss as data, for the page's build step and for `loss-explorer list --json`.

use serde::Serialize;

use crate::dialect::options::always;
use crate::dialect::{Argument, Dialect, Form};
use crate::kernel::Loss;
use crate::losses;
use crate::options;
use crate::spec::{DefaultWhen, Family, Input, Param, Prose, Scale, Slope, Terms};

/// Everything that one loss says about itself.
#[derive(Debug, Serialize)]
pub struct Entry {
    /// Public name in kebab-case.
    pub id: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// Its shelf.
    pub family: Family,
    /// The arrays it reads.
    pub inputs: &'static [Input],
    /// Its parameters, in the order they are shown.
    pub params: Vec<Knob>,
    /// What its value is made of.
    pub made_of: Terms,
    /// The options of libraries that it takes beside its parameters, in the field `options` of `eval`.
    pub options: Vec<options::Choice>,
    /// How its gradient relates to its value.
    pub slope: Slope,
    /// What people read about it; its fields stand beside the others.
    #[serde(flatten)]
    pub prose: &'static Prose,
    /// What it is called in other libraries.
    pub dialects: Vec<Translation>,
}

/// A loss as a library has it.
#[derive(Debug, Serialize)]
pub struct Translation {
    /// What people call the library.
    pub library: &'static str,
    /// What its package is called, also on the command line.
    pub package: &'static str,
    /// The version that the scripts have been run against.
    pub version: &'static str,
    /// The class or function, as it stands in code.
    pub call: &'static str,
    /// What becomes of each of our parameters.
    pub arguments: Vec<Counterpart>,
    /// What catches people out, and where it comes to another value.
    pub note: String,
    /// The beginning of a script.
    pub setup: &'static str,
    /// The function that makes an array of nested lists.
    pub array: &'static str,
    /// Python that sets `loss`, our inputs and parameters being variables.
    pub code: String,
}

/// What becomes of one of our parameters in a library.
#[derive(Debug, Serialize)]
pub struct Counterpart {
    /// Our parameter.
    pub ours: &'static str,
    /// What stands in its place, as Python; empty if nothing does.
    pub theirs: String,
    /// The library's default in its own terms; empty if there is none.
    pub default: String,
    /// The library's default as the text of our parameter; `None` if it wants the argument given.
    pub preset: Option<String>,
    /// The one value of our parameter that the library can compute with; `None` if it can with any.
    pub only: Option<f64>,
}

/// A parameter as a slider or a choice is built from it.
#[derive(Debug, Serialize)]
pub struct Knob {
    /// Public name.
    pub name: &'static str,
    /// The symbol in the formula, as LaTeX; empty if it has none.
    pub symbol: &'static str,
    /// The value when nobody says anything.
    pub default: f64,
    /// Other defaults, that hold while another parameter has some option.
    pub default_when: &'static [DefaultWhen],
    /// The ends of the slider.
    pub range: (f64, f64),
    /// The values that are allowed, in words.
    pub domain: String,
    /// How the slider runs: `linear`, `log`, `integer`; for a choice `numbers` or `names`.
    pub scale: &'static str,
    /// What can be chosen; empty for a parameter that is no choice.
    pub options: Vec<Choice>,
    /// One clause on what it does.
    pub about: &'static str,
    /// The unit that follows the number, empty for none.
    pub unit: &'static str,
    /// The choice that gives it an effect; `None` if it always has one.
    pub only_when: Option<OnlyWhen>,
    /// Whether it is an option that libraries have, folded away on the page.
    pub is_option: bool,
}

/// What has to be chosen for a parameter to have an effect.
#[derive(Debug, Serialize)]
pub struct OnlyWhen {
    /// The choice that decides.
    pub param: &'static str,
    /// The names of its options that do.
    pub options: &'static [&'static str],
}

/// One option of a parameter that is a choice.
#[derive(Debug, Serialize)]
pub struct Choice {
    /// The number that the parameter has then.
    pub value: f64,
    /// What people call it.
    pub name: &'static str,
}

/// Every loss, shelf by shelf.
#[must_use]
pub fn catalogue() -> Vec<Entry> {
    losses::all().map(entry).collect()
}

fn entry(loss: &'static dyn Loss) -> Entry {
    let spec = loss.spec();
    Entry {
        id: spec.id,
        title: spec.title,
        family: spec.family,
        inputs: spec.inputs,
        params: spec.params.iter().map(knob).collect(),
        made_of: loss.made_of(),
        options: loss.options(),
        slope: spec.slope,
        prose: loss.prose(),
        dialects: loss.dialects().iter().map(|dialect| translation(dialect, loss)).collect(),
    }
}

fn translation(dialect: &Dialect, loss: &dyn Loss) -> Translation {
    let spec = loss.spec();
    let Dialect { library, call, arguments, .. } = *dialect;
    let counterparts = arguments.iter().filter_map(|a| Some(counterpart(a, spec.param(a.ours)?)));
    Translation {
        library: library.title(),
        package: library.name(),
        version: library.version(),
        call,
        arguments: counterparts.chain(options_of(dialect, loss)).collect(),
        note: dialect.notes(),
        setup: library.setup(),
        array: library.array(),
        code: dialect.code(),
    }
}

fn counterpart(argument: &Argument, param: &'static Param) -> Counterpart {
    let default = argument.default.map(|value| match argument.form {
        Form::Choice(options) => options[value as usize].to_owned(),
        Form::Outside | Form::Lacking => param.words(value),
        Form::Same | Form::Degrees | Form::Inverse => value.to_string(),
    });
    Counterpart {
        ours: param.name,
        theirs: match argument.form {
            Form::Lacking => String::new(),
            Form::Choice(_) | Form::Outside => argument.theirs.to_owned(),
            Form::Same | Form::Degrees | Form::Inverse => argument.python().unwrap_or_default(),
        },
        default: default.unwrap_or_default(),
        preset: argument.default_of_ours().map(|value| param.text(value)),
        only: argument.only(),
    }
}

/// The options that the library has for the loss, and what it has and is always the same here.
fn options_of(dialect: &Dialect, loss: &dyn Loss) -> Vec<Counterpart> {
    let row = |ours, theirs: &str, default: &str| Counterpart {
        ours,
        theirs: theirs.to_owned(),
        default: default.to_owned(),
        preset: None,
        only: None,
    };
    let taken = loss.options().into_iter().filter_map(|choice| {
        let theirs = dialect.place(loss, choice.name)?.python();
        let default = if choice.name == "reduction" { "mean" } else { "" };
        (!theirs.is_empty()).then(|| row(choice.name, theirs, default))
    });
    let always =
        always(dialect.library, loss).iter().map(|(theirs, value)| row("here always none", theirs, value));
    taken.chain(always).collect()
}

fn knob(param: &Param) -> Knob {
    let (scale, options) = match param.scale {
        Scale::Linear => ("linear", vec![]),
        Scale::Log => ("log", vec![]),
        Scale::Integer => ("integer", vec![]),
        Scale::Numbers(options) => {
            ("numbers", options.iter().map(|&(value, name)| Choice { value, name }).collect())
        }
        Scale::Names(options) => {
            ("names", options.iter().zip(0u8..).map(|(&name, i)| Choice { value: i.into(), name }).collect())
        }
    };
    Knob {
        name: param.name,
        symbol: param.symbol,
        default: param.default,
        default_when: param.default_when,
        range: param.range,
        domain: param.allowed(),
        scale,
        options,
        about: param.about,
        unit: param.unit,
        only_when: param.only_when.map(|(param, options)| OnlyWhen { param, options }),
        is_option: param.is_option,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn an_entry_holds_the_spec_and_the_prose_side_by_side() {
        let all = serde_json::to_value(catalogue()).unwrap();
        let entry = all.as_array().unwrap().iter().find(|entry| entry["id"] == "comp-sum").unwrap();
        assert_eq!(entry["family"], "logits");
        assert_eq!(entry["slope"], "exact");
        assert_eq!(entry["source"]["year"], 2023);
        assert_eq!(entry["inputs"][0]["shape"], json!(["N", "C"]));
        assert_eq!(entry["params"][0]["domain"], "a number from 0 on");
        assert_eq!(entry["params"][0]["range"], json!([0.0, 4.0]));
        for text in ["summary", "formula", "gradient"] {
            assert!(entry[text].is_string(), "{text} is {}", entry[text]);
        }
        for list in ["papers", "aliases", "facts"] {
            assert!(entry[list].is_array(), "{list} is {}", entry[list]);
        }
        assert!(
            entry["formula"].as_str().unwrap().contains(r"\p{tau}"),
            "symbols stay tied to their sliders"
        );
    }

    #[test]
    fn a_choice_lists_its_options_and_others_may_depend_on_it() {
        let mining =
            Param::numbers("mining", "", 1.0, &[(1.0, "all"), (4.0, "hard")], "which triplets count");
        let slack = Param::linear("slack", "", 0.1, (0.0, 1.0), "").only_when("mining", &["hard"]);
        let optimizer = Param::names("optimizer", &["sgd", "adam"], "update rule");
        let json = |param| serde_json::to_value(knob(&param)).unwrap();
        let options = |json: &Value| json["options"].clone();
        assert_eq!(json(mining)["scale"], "numbers");
        assert_eq!(
            options(&json(mining)),
            json!([{ "value": 1.0, "name": "all" }, { "value": 4.0, "name": "hard" }])
        );
        assert_eq!(json(slack)["only_when"], json!({ "param": "mining", "options": ["hard"] }));
        assert_eq!(json(optimizer)["only_when"], Value::Null);
        assert_eq!(json(optimizer)["scale"], "names");
        assert_eq!(
            options(&json(optimizer)),
            json!([{ "value": 0.0, "name": "sgd" }, { "value": 1.0, "name": "adam" }])
        );
    }
}
