//! Developer commands: `cargo xtask serve`, `test`, `bench` and `dist`. Each checks for what it needs and
//! installs what a package manager can.

mod bench;
mod browser;
mod build;
mod command;
mod debian;
mod deferred;
mod dialects;
mod dist;
mod engines;
mod first_functions;
mod node_packages;
mod npm_package;
mod progress;
mod serve;
mod site;
mod size_by_crate;
mod tally;
mod tests;
mod wasm_module;
mod wasm_split;
mod wasm_target;
mod workspace;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use tally::Tally;
use workspace::Workspace;

/// Build, serve, test, bench and package the loss explorer.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build what the page imports: wasm, bindings and catalogue, in www/generated
    Build,
    /// Build, then serve the page on a loopback address
    Serve {
        /// Port to listen on
        #[arg(long, default_value_t = serve::PORT)]
        port: u16,
    },
    /// Run all checks and tests: native, wasm and browser
    Test,
    /// Measure the kernels, native and in wasm, against plain JavaScript, TensorFlow.js and PyTorch
    Bench {
        /// A Python that has torch
        #[arg(long)]
        python: Option<PathBuf>,
        /// Measure the kernels and not the page
        #[arg(long)]
        kernels: bool,
    },
    /// Run the scripts for other libraries in Python, which needs torch, pytorch-metric-learning, keras and optax
    Dialects {
        /// The Python that has them
        #[arg(long, default_value = "python3")]
        python: PathBuf,
        #[command(flatten)]
        many: dialects::Many,
    },
    /// Open the same links in Chromium, Firefox and WebKit, for the site in dist
    Engines,
    /// List anew what the first plot needs of the wasm, by watching it in a browser
    FirstFunctions,
    /// Build the static site and the npm package in dist
    Dist,
}

fn main() -> ExitCode {
    let task = Arguments::parse().task;
    match perform(task) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> anyhow::Result<bool> {
    let workspace = Workspace::locate()?;
    match task {
        Task::Build => build::run(&workspace)?,
        Task::Serve { port } => serve::run(&workspace, port)?,
        Task::Test => return Ok(tests::run(&workspace)),
        Task::Bench { python, kernels } => bench::run(&workspace, python.as_deref(), !kernels)?,
        Task::Dialects { python, many } => return dialects::run(&workspace, &python, many),
        Task::Engines => tests::engines(&workspace, &mut Tally::default())?,
        Task::FirstFunctions => first_functions::renew(&workspace)?,
        Task::Dist => dist::run(&workspace)?,
    }
    Ok(true)
}
