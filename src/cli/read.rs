//! `read`: what the page shows for a state, as JSON.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use loss_explorer::exhibits;
use loss_explorer::stages::{FigureInfo, Notice, Readout, Sensitivity};
use serde::Serialize;

use super::opened::{self, Opened};
use super::output;

pub const ABOUT: &str = "Read the numbers of a state as JSON: readouts, the measured claim, the sentence, the notices

One object with the link, losses, stage, exhibit, readouts, claim (the numbers that measure the exhibit's), sentence,
sensitivities (the derivative of the loss and of its gradient's length by each parameter), figures and notices. A number
that is not finite is null, and its note says why.

Exit code: 0 if everything in the state was used, 1 if something was passed over, 2 if nothing was written.";

pub const EXAMPLE: &str = r#"Examples:
  loss-explorer read --state "exhibit=temperature-hardness"
  loss-explorer read --state "loss=nt-xent&temperature=0.1&steps=40" | jq .readouts
  loss-explorer read --state @state.txt -o numbers.json"#;

#[derive(Args)]
pub struct Arguments {
    #[arg(long, value_name = "TEXT", help = opened::STATE)]
    state: String,
    /// File to write; - is standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    output: PathBuf,
}

#[derive(Serialize)]
struct Reading<'a> {
    state: String,
    losses: Vec<&'static str>,
    stage: &'static str,
    exhibit: Option<&'static str>,
    readouts: Vec<Readout>,
    claim: Vec<Readout>,
    sentence: String,
    sensitivities: Vec<Sensitivity>,
    figures: Vec<FigureInfo>,
    notices: &'a [Notice],
}

/// Reads the state that the arguments name.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let Opened { screen, notices, code } = opened::open(&arguments.state)?;
    let (state, scene) = (screen.state(), screen.scene());
    let readouts = scene.readouts();
    let exhibit = state.exhibit.and_then(exhibits::find);
    let reading = Reading {
        state: exhibits::link(state),
        losses: state.contenders.iter().map(|contender| contender.loss.spec().id).collect(),
        stage: state.stage.spec().id,
        exhibit: state.exhibit,
        readouts,
        claim: exhibit.map(|exhibit| (exhibit.measure)(&screen)).unwrap_or_default(),
        sentence: scene.sentence(),
        sensitivities: screen.sensitivities(),
        figures: screen.figures(),
        notices: &notices,
    };
    let document = format!("{}\n", serde_json::to_string_pretty(&reading)?);
    output::write(&arguments.output, document.as_bytes())?;
    Ok(code)
}
