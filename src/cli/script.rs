//! `script`: what is on screen, or lines of JSON, as Python for other libraries.

use std::io::{Write, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use loss_explorer::dialect::options::COLUMNS;
use loss_explorer::dialect::{Dialect, Library};
use loss_explorer::evaluate::{Answer, Case, OptionalCase, read, read_with_options, refuse};
use loss_explorer::kernel::Loss;
use loss_explorer::script::{script, script_with_options};
use serde::Serialize;

use super::{lines, opened, output};

pub const ABOUT: &str = r#"Write the Python that computes a loss in another library and compares

The script rebuilds the batch of a state in the library, computes the main loss there, and fails if the value is
another one than here. Without --library the first library that has the loss with these parameters is taken.

With --json, or for --cases, which are lines of JSON as `eval` reads them, all libraries that have the loss with these
parameters answer, a line each: {"objective", "call", "script"}

In place of a case for which there is no script stands {"objective", "error"}, and the others are answered all the same.
Exit code then: 0 if every case has a script, 1 if one has none, 2 if the cases cannot be read."#;

pub const EXAMPLE: &str = r#"Examples:
  loss-explorer script --state "loss=arcface&theta=60" > compare.py
  loss-explorer script --state "loss=focal" --library keras
  loss-explorer script --cases batches.jsonl"#;

#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("what").required(true))]
pub struct Arguments {
    #[arg(long, value_name = "TEXT", group = "what", help = opened::STATE)]
    state: Option<String>,
    /// File of JSON Lines; - is standard input
    #[arg(long, value_name = "FILE", group = "what")]
    cases: Option<PathBuf>,
    /// A line of JSON for every library
    #[arg(long)]
    json: bool,
    /// The defaults of the library in place of the parameters
    #[arg(long)]
    defaults: bool,
    /// One library only
    #[arg(long, value_parser = library())]
    library: Option<Library>,
}

fn library() -> impl TypedValueParser<Value = Library> {
    PossibleValuesParser::new(Library::ALL.map(Library::name)).try_map(|name| {
        Library::ALL.into_iter().find(|library| library.name() == name).ok_or("there is no such library")
    })
}

#[derive(Serialize)]
struct Line<'a> {
    objective: &'a str,
    call: &'a str,
    script: String,
}

/// Writes the scripts on standard output.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    match (&arguments.state, &arguments.cases) {
        (Some(text), _) => {
            let opened = opened::open(text)?;
            let contender = opened.screen.state().contender();
            let batch = opened.screen.scene().batch();
            let input =
                batch.with_context(|| format!("{} has no batch here", contender.loss.spec().title))?;
            let case = Case { loss: contender.loss, params: contender.params.clone(), input };
            if arguments.json {
                let mut out = stdout().lock();
                for answer in answers(case.loss, scripts(arguments, &case)) {
                    writeln!(out, "{}", answer.line)?;
                }
            } else {
                write_one(arguments, &case)?;
            }
            Ok(opened.code)
        }
        (None, Some(file)) => lines::answer_all(Some(file), |line| {
            let answered = match read_with_options(line) {
                Ok(Some(case)) => Ok(answers(
                    case.loss,
                    wanted(arguments, case.loss).map(|dialect| (dialect, script_of_options(dialect, &case))),
                )),
                Ok(None) => read(line).map(|case| answers(case.loss, scripts(arguments, &case))),
                Err(refused) => Err(refused),
            };
            answered.unwrap_or_else(|refused| vec![refuse(refused.objective.as_deref(), &refused.error)])
        }),
        (None, None) => bail!("--state or --cases has to be given"),
    }
}

/// The scripts of the wanted libraries, or why there is none.
fn scripts<'a>(
    arguments: &'a Arguments,
    case: &'a Case,
) -> impl Iterator<Item = (&'static Dialect, Result<String, String>)> + 'a {
    wanted(arguments, case.loss).map(|dialect| (dialect, script_of(dialect, case, arguments.defaults)))
}

/// What the wanted libraries have of a loss.
fn wanted<'a>(
    arguments: &'a Arguments,
    loss: &'static dyn Loss,
) -> impl Iterator<Item = &'static Dialect> + use<'a> {
    let of = move |dialect: &&Dialect| arguments.library.is_none_or(|library| library == dialect.library);
    loss.dialects().iter().filter(of)
}

fn script_of(
    dialect: &Dialect,
    Case { loss, params, input }: &Case,
    defaults: bool,
) -> Result<String, String> {
    let mut params = params.clone();
    if defaults {
        for (name, value) in dialect.defaults() {
            params.set(name, value).map_err(|error| error.to_string())?;
        }
        loss.check(input, &params).map_err(|error| error.to_string())?;
    }
    dialect.follows(loss.spec(), &params)?;
    let library = dialect.library;
    script(library.setup(), library.array(), &dialect.code(), (*loss, input, &params))
}

/// A line for every library that has the loss with these parameters; the reasons if there is none.
fn answers(
    loss: &dyn Loss,
    scripts: impl Iterator<Item = (&'static Dialect, Result<String, String>)>,
) -> Vec<Answer> {
    let objective = loss.spec().id;
    let (mut answers, mut refusals) = (Vec::new(), Vec::new());
    for (Dialect { call, .. }, script) in scripts {
        match script {
            Ok(script) => {
                let line = serde_json::to_string(&Line { objective, call, script });
                answers.push(Answer { line: line.expect("strings are always JSON"), is_ok: true });
            }
            Err(refusal) => refusals.push(refusal),
        }
    }
    if answers.is_empty() {
        answers.push(refuse(Some(objective), &reasons(loss, refusals)));
    }
    answers
}

fn script_of_options(dialect: &Dialect, case: &OptionalCase) -> Result<String, String> {
    let spec = case.loss.spec();
    dialect.follows(spec, &case.params)?;
    // The mean is what every script computes anyway.
    let given = case.given.iter().filter(|(_, value)| value != "\"mean\"");
    let mut options: Vec<&str> = given.map(|(name, _)| name.as_str()).collect();
    for input in spec.inputs {
        let Some(given) = case.arrays.get(input.name) else { continue };
        let has_columns = spec.inputs.iter().all(|input| input.rank() == 1) && given.ndim() > 1;
        let is_shared = given.ndim() > input.rank() || given.iter().any(|x| x.fract() != 0.0);
        match input.is_integer() {
            true if is_shared && !(has_columns && given.iter().all(|x| x.fract() == 0.0)) => {
                options.push("labels");
            }
            false if has_columns => options.push(COLUMNS),
            _ => {}
        }
    }
    let library = dialect.library;
    script_with_options(library.setup(), library.array(), &dialect.code_with(case.loss, &options)?, case)
}

fn write_one(arguments: &Arguments, case: &Case) -> Result<()> {
    let mut refusals = Vec::new();
    for (_, script) in scripts(arguments, case) {
        match script {
            Ok(script) => return output::write(Path::new("-"), script.as_bytes()),
            Err(refusal) => refusals.push(refusal),
        }
    }
    bail!(reasons(case.loss, refusals))
}

/// Why no library has a script, each reason once.
fn reasons(loss: &dyn Loss, mut refusals: Vec<String>) -> String {
    if refusals.is_empty() {
        return format!("no such library has {}", loss.spec().title);
    }
    refusals.dedup();
    refusals.join("; ")
}
