//! `sweep`: the readouts of a state against one or two of its parameters, as CSV.

use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;

use anyhow::{Result, ensure};
use clap::Args;
use loss_explorer::figures::{Table, number};
use loss_explorer::stages::{Readout, Screen, State};
use rayon::prelude::*;

use super::opened::{self, Opened};
use super::output;
use super::over::Over;

pub const ABOUT: &str = "Tabulate the readouts of a state against a parameter, as CSV

A column for each parameter and one for each readout, named by its id; of further losses as vs1.loss, vs2.loss.
A row for each value; with --over twice a row for each pair, the last one running fastest.
A parameter that several losses have is set in all of them; vs1.margin sets it in the first rival only.

Shards are consecutive rows, each file with the line of names: shard 1 and the rows of the others make the whole.

Exit code: 0 if the table is as asked, 1 if something in the state was passed over, 2 if nothing was written.";

pub const EXAMPLE: &str = r#"Examples:
  loss-explorer sweep --state "loss=nt-xent" --over temperature=0.01..1:log:50 -o sweep.csv
  loss-explorer sweep --state "exhibit=uniformity-tolerance" --over temperature=0.05..1:log:200 --shard 1/4 -o 1.csv
  loss-explorer sweep --state "loss=nt-xent" --over temperature=0.05..1:log:9 --over steps=0..100:int:11"#;

/// The most rows of a table.
const MOST: usize = 1_000_000;

#[derive(Args)]
pub struct Arguments {
    #[arg(long, value_name = "TEXT", help = opened::STATE)]
    state: String,
    /// What to run over: NAME=LOW..HIGH[:lin|log|int[:COUNT]]; left out, the scale is the parameter's own and the
    /// count 50
    #[arg(long, value_name = "RANGE", required = true)]
    over: Vec<String>,
    /// File to write; - is standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    output: PathBuf,
    /// Compute part I of N only
    #[arg(long, value_name = "I/N", default_value = "1/1")]
    shard: Shard,
}

/// One of several parts of a table, counted from 1.
#[derive(Clone, Copy, Debug)]
struct Shard {
    part: usize,
    parts: usize,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let shard = text.split_once('/').and_then(|(part, parts)| {
            let shard = Self { part: part.parse().ok()?, parts: parts.parse().ok()? };
            (1..=shard.parts).contains(&shard.part).then_some(shard)
        });
        shard.ok_or_else(|| "allowed is 1/N to N/N, as 2/4 for the second quarter".into())
    }
}

impl Shard {
    /// Its rows among `rows`.
    fn of(self, rows: usize) -> std::ops::Range<usize> {
        let from = |part: usize| (part as u128 * rows as u128 / self.parts as u128) as usize;
        from(self.part - 1)..from(self.part)
    }
}

/// Writes the table that the arguments describe.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let Opened { screen, code, .. } = opened::open(&arguments.state)?;
    let state = screen.state();
    let overs: Vec<Over> =
        arguments.over.iter().map(|text| Over::read(text, state)).collect::<Result<_>>()?;
    for (i, over) in overs.iter().enumerate() {
        ensure!(overs[..i].iter().all(|other| other.key != over.key), "--over {} is there twice", over.key);
    }
    let rows = overs.iter().fold(1, |rows: usize, over| rows.saturating_mul(over.values.len()));
    ensure!(rows <= MOST, "{rows} rows are too many, at most {MOST} are allowed");

    let named = readouts(state);
    let rows = arguments.shard.of(rows).into_par_iter().map(|row| measure(state, &overs, row, &named));
    let rows: Vec<Row> = rows.collect::<Result<_>>()?;
    let measured: Vec<String> = named.iter().map(|readout| readout.column(&overs)).collect();
    say_what_is_not_finite(&measured, &rows);
    let table = Table {
        columns: overs.into_iter().map(|over| over.key).chain(measured).collect(),
        rows: rows.into_iter().map(|row| row.cells).collect(),
    };
    output::write(&arguments.output, table.csv().as_bytes())?;
    Ok(code)
}

/// A readout of one of the losses.
struct Named {
    contender: usize,
    readout: Readout,
}

impl Named {
    /// Its id, or its name where something that is swept has the same.
    fn column(&self, overs: &[Over]) -> String {
        let id = match self.contender {
            0 => self.readout.id.to_owned(),
            rival => format!("vs{rival}.{}", self.readout.id),
        };
        if overs.iter().any(|over| over.key == id) { self.readout.full_name() } else { id }
    }
}

/// Every readout of every loss, each loss seen on its own.
fn readouts(state: &State) -> Vec<Named> {
    let of = |contender: usize| {
        let alone = state.with(|state| state.contenders = vec![state.contenders[contender].clone()]);
        let readouts = Screen::open(alone, None).scene().readouts();
        readouts.into_iter().map(move |readout| Named { contender, readout })
    };
    (0..state.contenders.len()).flat_map(of).collect()
}

struct Row {
    cells: Vec<String>,
    /// Readouts that are not finite, by their position, and why.
    reasons: Vec<(usize, String)>,
}

fn measure(state: &State, overs: &[Over], row: usize, named: &[Named]) -> Result<Row> {
    let mut state = state.clone();
    let mut cells = Vec::new();
    let mut rest = row;
    for over in overs.iter().rev() {
        let value = over.values[rest % over.values.len()];
        rest /= over.values.len();
        over.set(&mut state, value)?;
        cells.insert(0, number(value));
    }
    let found = readouts(&state);
    let mut reasons = Vec::new();
    for (i, wanted) in named.iter().enumerate() {
        let same = |n: &&Named| n.contender == wanted.contender && n.readout.id == wanted.readout.id;
        let readout = found.iter().find(same).map(|n| &n.readout);
        let value = readout.map_or(f64::NAN, |readout| readout.value);
        if !value.is_finite() {
            reasons.push((i, readout.map(|readout| readout.note.clone()).unwrap_or_default()));
        }
        cells.push(number(value));
    }
    Ok(Row { cells, reasons })
}

/// Says of every column that is somewhere not finite how often, and the reason where it first is.
fn say_what_is_not_finite(columns: &[String], rows: &[Row]) {
    for (i, column) in columns.iter().enumerate() {
        let reasons = || rows.iter().flat_map(|row| &row.reasons).filter(|(at, _)| *at == i);
        if let Some((_, reason)) = reasons().next() {
            let (count, all) = (reasons().count(), rows.len());
            eprintln!("note: {column} is not finite in {count} of {all} rows: {reason}");
        }
    }
}
