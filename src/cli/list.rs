//! `list`: the losses as a table for people or as JSON for programs, the stages, the exhibits.

use std::io::{BufWriter, Write, stdout};

use anyhow::Result;
use loss_explorer::catalogue::catalogue;
use loss_explorer::exhibits::EXHIBITS;
use loss_explorer::kernel::Loss;
use loss_explorer::losses;
use loss_explorer::papers::PAPERS;
use loss_explorer::spec::{Family, Param};
use loss_explorer::stages::STAGES;
use serde::Serialize;

pub const EXAMPLE: &str = "Examples:
  loss-explorer list --family embeddings
  loss-explorer list --exhibits
  loss-explorer list --json > catalogue.json";

/// Prints the losses of one family or of all.
pub fn run(family: Option<Family>, json: bool) -> Result<()> {
    let wanted = |of: Family| family.is_none_or(|family| family == of);
    if !json {
        return print_losses(wanted);
    }
    let entries: Vec<_> = catalogue().into_iter().filter(|entry| wanted(entry.family)).collect();
    print_json(&entries)
}

/// Prints the stages with what can be turned on them.
pub fn stages(json: bool) -> Result<()> {
    if json {
        let specs: Vec<_> = STAGES.iter().map(|stage| stage.spec()).collect();
        return print_json(&specs);
    }
    let mut rows = vec![["ID", "TITLE", "KNOBS"].map(str::to_owned)];
    for spec in STAGES.iter().map(|stage| stage.spec()) {
        rows.push([spec.id.into(), spec.title.into(), settings(spec.knobs)]);
    }
    print_table(&rows)
}

/// Prints the exhibits with what they claim.
pub fn exhibits(json: bool) -> Result<()> {
    if json {
        return print_json(EXHIBITS);
    }
    let mut rows = vec![["ID", "TITLE", "CLAIM"].map(str::to_owned)];
    rows.extend(EXHIBITS.iter().map(|exhibit| [exhibit.id, exhibit.title, exhibit.claim].map(str::to_owned)));
    print_table(&rows)
}

/// Prints the papers with what they claim.
pub fn papers(json: bool) -> Result<()> {
    if json {
        return print_json(PAPERS);
    }
    let mut rows = vec![["ID", "YEAR", "TITLE"].map(str::to_owned)];
    rows.extend(PAPERS.iter().map(|paper| [paper.id.into(), paper.year.to_string(), paper.title.into()]));
    print_table(&rows)
}

fn print_json<T: Serialize>(entries: &[T]) -> Result<()> {
    // A string first: serde_json would hide a closed pipe in an error of its own.
    let text = serde_json::to_string(entries)?;
    let mut out = stdout().lock();
    writeln!(out, "{text}")?;
    Ok(out.flush()?)
}

fn print_losses(wanted: impl Fn(Family) -> bool) -> Result<()> {
    let mut rows = vec![["FAMILY", "ID", "TITLE", "PARAMETERS"].map(str::to_owned)];
    for spec in losses::all().map(Loss::spec).filter(|spec| wanted(spec.family)) {
        rows.push([spec.family.name().into(), spec.id.into(), spec.title.into(), settings(spec.params)]);
    }
    print_table(&rows)
}

/// Prints rows with their columns one under the other; the last column may be of any length.
fn print_table<const N: usize>(rows: &[[String; N]]) -> Result<()> {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    let mut out = BufWriter::new(stdout().lock());
    for row in rows {
        let cells: Vec<String> =
            row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        writeln!(out, "{}", cells.join("  ").trim_end())?;
    }
    Ok(out.flush()?)
}

fn settings(params: &[Param]) -> String {
    params.iter().map(setting).collect::<Vec<_>>().join("  ")
}

/// A parameter with its default, and the defaults that it has beside other choices.
fn setting(param: &Param) -> String {
    let mut text = format!("{}={}", param.name, param.text(param.default));
    for when in param.default_when {
        text += &format!(" ({} with {}={})", param.text(when.default), when.param, when.option);
    }
    text
}
