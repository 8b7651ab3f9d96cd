//! `list`: the losses as a table for people, or as JSON for programs.

use std::io::{BufWriter, Write, stdout};

use anyhow::Result;
use loss_explorer::catalogue::catalogue;
use loss_explorer::kernel::Loss;
use loss_explorer::losses;
use loss_explorer::spec::{Family, Param};

pub const EXAMPLE: &str = "Examples:
  loss-explorer list --family embeddings
  loss-explorer list --json > catalogue.json";

/// Prints the losses of one family or of all.
pub fn run(family: Option<Family>, json: bool) -> Result<()> {
    let wanted = |of: Family| family.is_none_or(|family| family == of);
    let mut out = BufWriter::new(stdout().lock());
    if json {
        let entries: Vec<_> = catalogue().into_iter().filter(|entry| wanted(entry.family)).collect();
        // A string first: serde_json would hide a closed pipe in an error of its own.
        writeln!(out, "{}", serde_json::to_string(&entries)?)?;
    } else {
        write_table(&mut out, wanted)?;
    }
    Ok(out.flush()?)
}

fn write_table(out: &mut impl Write, wanted: impl Fn(Family) -> bool) -> Result<()> {
    let mut rows = vec![["FAMILY", "ID", "TITLE", "PARAMETERS"].map(str::to_owned)];
    for spec in losses::all().map(Loss::spec).filter(|spec| wanted(spec.family)) {
        let params: Vec<_> = spec.params.iter().map(setting).collect();
        rows.push([spec.family.name().into(), spec.id.into(), spec.title.into(), params.join("  ")]);
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let [family, id, title] = [width(0), width(1), width(2)];
    for row in &rows {
        let line = format!("{:family$}  {:id$}  {:title$}  {}", row[0], row[1], row[2], row[3]);
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// A parameter with its default, and the defaults that it has beside other choices.
fn setting(param: &Param) -> String {
    let mut text = format!("{}={}", param.name, param.text(param.default));
    for when in param.default_when {
        text += &format!(" ({} with {}={})", param.text(when.default), when.param, when.option);
    }
    text
}
