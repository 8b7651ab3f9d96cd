//! The commands, their arguments and their exit codes.

mod eval;
mod list;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Parser, Subcommand};
use loss_explorer::spec::Family;

/// Loss functions you can feel: what there is, and what it says about your numbers.
#[derive(Parser)]
#[command(version, after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List the losses with their parameters
    #[command(after_help = list::EXAMPLE)]
    List {
        /// One shelf of the catalogue only
        #[arg(long, value_parser = family())]
        family: Option<Family>,
        /// Print one JSON array with everything that is known about each loss
        #[arg(long)]
        json: bool,
    },
    /// Evaluate losses and their gradients, a line of JSON each
    #[command(long_about = eval::ABOUT, after_help = eval::EXAMPLE)]
    Eval {
        /// File of JSON Lines; - or none reads standard input
        file: Option<PathBuf>,
    },
}

const EXAMPLES: &str = r#"Examples:
  loss-explorer list --family embeddings
  loss-explorer eval batches.jsonl > answers.jsonl"#;

fn family() -> impl TypedValueParser<Value = Family> {
    PossibleValuesParser::new(Family::ALL.map(Family::name)).try_map(|name| {
        Family::ALL.into_iter().find(|family| family.name() == name).ok_or("there is no such family")
    })
}

/// Runs the command that the arguments name.
pub fn run() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::List { family, json } => list::run(family, json).map(|()| ExitCode::SUCCESS),
        Command::Eval { file } => eval::run(file.as_deref()),
    };
    done.unwrap_or_else(|error| {
        // Whoever closed the pipe has read enough.
        if error.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe) {
            return ExitCode::SUCCESS;
        }
        eprintln!("error: {error:#}");
        ExitCode::from(2)
    })
}
