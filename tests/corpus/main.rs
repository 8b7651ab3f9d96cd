//! Whatever a link of the first version has shown it shows for ever: see `README.md` beside this file.

mod digest;
mod draw;
mod record;
mod series;

use std::fmt::Write;
use std::fs;
use std::panic::catch_unwind;
use std::path::PathBuf;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use loss_explorer::stages::{STAGES, Stage};
use record::Record;

/// States of a stage whose differences are told, and differences of one of them.
const TOLD: usize = 8;

fn file(stage: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "corpus", &format!("{stage}.jsonl")].iter().collect()
}

/// What is recorded of a stage; nothing yet of a new one.
fn recorded(stage: &str) -> Vec<Record> {
    let text = fs::read_to_string(file(stage)).unwrap_or_default();
    let record =
        |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{stage}: {error} in {line}"));
    text.lines().map(record).collect()
}

/// What a link shows now; an error says why it shows nothing.
fn now(link: &str) -> Result<Record, String> {
    catch_unwind(|| Record::of(link)).unwrap_or_else(|_| Err("breaks".to_owned()))
}

/// What a link shows otherwise than was recorded; nothing if all is the same.
fn differences(was: &Record) -> Vec<String> {
    now(&was.link).map_or_else(|error| vec![error], |is| was.differences(&is))
}

/// Some of the lines, and how many there are besides.
fn some(lines: &[String]) -> String {
    let mut text = lines[..lines.len().min(TOLD)].join("\n");
    if lines.len() > TOLD {
        let _ = write!(text, "\n… and {} more", lines.len() - TOLD);
    }
    text
}

/// Every link of a stage shows what it always has.
fn holds(stage: &str) -> Result<(), Failed> {
    let records = recorded(stage);
    if records.is_empty() {
        return Err(
            format!("nothing is recorded of {stage}: cargo test --test corpus -- renew {stage}").into()
        );
    }
    let changed = |was: &Record| {
        let differences = differences(was);
        let told = || format!("{}\n    {}\n", was.link, some(&differences).replace('\n', "\n    "));
        (!differences.is_empty()).then(told)
    };
    let changed: Vec<String> = records.iter().filter_map(changed).collect();
    if changed.is_empty() {
        return Ok(());
    }
    let (count, all) = (changed.len(), records.len());
    Err(format!("{count} of {all} links show something else than they did\n{}", some(&changed)).into())
}

/// Records what the links of a stage show now, those of a new stage for the first time, and tells what is not as it
/// was. Where a link shows nothing the file stays as it is.
fn renew(stage: &'static dyn Stage) -> Result<(), String> {
    let id = stage.spec().id;
    let was = recorded(id);
    let is_new = was.is_empty();
    let links =
        if is_new { draw::links(stage) } else { was.iter().map(|record| record.link.clone()).collect() };
    let records = links.iter().map(|link| now(link).map_err(|error| format!("{link}\n    {error}")));
    let records: Vec<Record> = records.collect::<Result<_, _>>()?;
    for (was, is) in was.iter().zip(&records) {
        let news = was.additions(is);
        let news = news.into_iter().map(|name| format!("{name} is new"));
        let told: Vec<String> = was.differences(is).into_iter().chain(news).collect();
        if !told.is_empty() {
            println!("{}\n    {}", was.link, told.join("\n    "));
        }
    }
    let lines: Vec<String> =
        records.iter().map(|record| serde_json::to_string(record).expect("a record is plain data")).collect();
    fs::write(file(id), lines.join("\n") + "\n").map_err(|error| error.to_string())?;
    println!("{id}: {} links{}", records.len(), if is_new { ", all of them new" } else { "" });
    Ok(())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(("renew", ids)) = arguments.split_first().map(|(first, rest)| (first.as_str(), rest)) {
        let wanted = |stage: &&&dyn Stage| ids.is_empty() || ids.iter().any(|id| id == stage.spec().id);
        let renewed: Result<(), String> = STAGES.iter().filter(wanted).try_for_each(|stage| renew(*stage));
        return renewed.map_or_else(
            |error| {
                eprintln!("{error}");
                ExitCode::FAILURE
            },
            |()| ExitCode::SUCCESS,
        );
    }
    let ids = STAGES.iter().map(|stage| stage.spec().id);
    let trials = ids.map(|id| Trial::test(id, move || holds(id))).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
