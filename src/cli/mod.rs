//! The commands, their arguments and their exit codes.

mod eval;
mod lines;
mod list;
mod memory;
mod opened;
mod output;
mod over;
mod read;
mod render;
mod script;
mod sweep;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Parser, Subcommand};
use loss_explorer::spec::Family;

/// Loss functions you can feel: what there is, what it says about your numbers, and how it looks.
#[derive(Parser)]
#[command(version, after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List the losses with their parameters, the stages, or the exhibits
    #[command(after_help = list::EXAMPLE)]
    List {
        /// One shelf of the catalogue only
        #[arg(long, value_parser = family())]
        family: Option<Family>,
        /// Print one JSON array with everything that is known about each loss, or each exhibit
        #[arg(long)]
        json: bool,
        /// The stages with their knobs instead
        #[arg(long, conflicts_with_all = ["family", "exhibits"])]
        stages: bool,
        /// The exhibits with their claims instead
        #[arg(long, conflicts_with = "family")]
        exhibits: bool,
        /// The papers that losses and exhibits name instead
        #[arg(long, conflicts_with_all = ["family", "stages", "exhibits"])]
        papers: bool,
    },
    /// Evaluate losses and their gradients, a line of JSON each
    #[command(long_about = eval::ABOUT, after_help = eval::EXAMPLE)]
    Eval {
        /// File of JSON Lines; - or none reads standard input
        file: Option<PathBuf>,
        /// Gigabytes that the lines may take at one time; 4 if nothing is said, or less where the system has less
        #[arg(long, value_name = "GB", value_parser = memory::gigabytes)]
        memory: Option<f64>,
    },
    /// Read the numbers of a state as JSON
    #[command(long_about = read::ABOUT, after_help = read::EXAMPLE)]
    Read(read::Arguments),
    /// Draw a figure as on screen, as SVG or PNG
    #[command(long_about = render::ABOUT, after_help = render::EXAMPLE)]
    Render(render::Arguments),
    /// Write the Python that computes a loss in another library and compares
    #[command(long_about = script::ABOUT, after_help = script::EXAMPLE)]
    Script(script::Arguments),
    /// Tabulate the readouts of a state against a parameter, as CSV
    #[command(long_about = sweep::ABOUT, after_help = sweep::EXAMPLE)]
    Sweep(sweep::Arguments),
}

const EXAMPLES: &str = r#"Examples:
  loss-explorer list --family embeddings
  loss-explorer eval batches.jsonl > answers.jsonl
  loss-explorer read --state "exhibit=temperature-hardness"
  loss-explorer render --state "exhibit=temperature-hardness" -o figure.svg
  loss-explorer sweep --state "loss=nt-xent" --over temperature=0.01..1:log:50 -o sweep.csv"#;

fn family() -> impl TypedValueParser<Value = Family> {
    PossibleValuesParser::new(Family::ALL.iter().map(|family| family.name())).try_map(|name| {
        let mut all = Family::ALL.iter().copied();
        all.find(|family| family.name() == name).ok_or("there is no such family")
    })
}

/// Runs the command that the arguments name.
pub fn run() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::List { stages: true, json, .. } => list::stages(json).map(|()| ExitCode::SUCCESS),
        Command::List { exhibits: true, json, .. } => list::exhibits(json).map(|()| ExitCode::SUCCESS),
        Command::List { papers: true, json, .. } => list::papers(json).map(|()| ExitCode::SUCCESS),
        Command::List { family, json, .. } => list::run(family, json).map(|()| ExitCode::SUCCESS),
        Command::Eval { file, memory } => eval::run(file.as_deref(), memory::limit(memory)),
        Command::Read(arguments) => read::run(&arguments),
        Command::Render(arguments) => render::run(&arguments),
        Command::Script(arguments) => script::run(&arguments),
        Command::Sweep(arguments) => sweep::run(&arguments),
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
